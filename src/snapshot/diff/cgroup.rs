//! What changed in control groups: groups made and removed, limits, processes that came in, and
//! what the limits did to them.

use super::Change;
use crate::snapshot::cgroup::{Cpu, UNLIMITED};
use crate::snapshot::{Cgroup, HOST, Process, Snapshot};
use crate::word::later::{Later, later_word};

/// Adds all changes of control groups. Before the first look, nothing is known of them.
pub(super) fn compare(before: &Snapshot, after: &Snapshot, list: &mut Vec<Change>) {
    if !before.hierarchy.there {
        return;
    }
    for (name, now) in &after.cgroups {
        let mut of = Groups { name, list };
        if let Some(then) = before.cgroups.get(name) {
            of.compare(then, now, after);
        } else {
            of.say("processes", later_word!("df-group", group = name));
            of.compare(&Cgroup::unlimited(), now, after);
        }
    }
    for name in before.cgroups.keys() {
        if !after.cgroups.contains_key(name) {
            let mut of = Groups { name, list };
            of.say("processes", later_word!("df-no-group", group = name));
        }
    }
}

/// The changes of a group.
struct Groups<'a> {
    name: &'a str,
    list: &'a mut Vec<Change>,
}

impl Groups<'_> {
    fn say(&mut self, fact: &str, words: Later) {
        self.list.push(Change {
            actor: HOST.to_owned(),
            fact: format!("cgroups.{}.{fact}", self.name),
            words,
        });
    }

    fn compare(&mut self, then: &Cgroup, now: &Cgroup, after: &Snapshot) {
        self.limit("memory.max", [then.memory.max, now.memory.max], bytes);
        self.limit("memory.high", [then.memory.high, now.memory.high], bytes);
        let quota = |cpu: &Cpu| match cpu.quota_usec {
            UNLIMITED => UNLIMITED,
            quota => quota.saturating_mul(100) / cpu.period_usec.max(1),
        };
        self.limit("cpu", [quota(&then.cpu), quota(&now.cpu)], percent);
        self.limit("cpu.weight", [then.cpu.weight, now.cpu.weight], plain);
        self.limit("pids.max", [then.pids.max, now.pids.max], plain);
        if then.frozen != now.frozen {
            let words = if now.frozen {
                later_word!("df-frozen", group = self.name)
            } else {
                later_word!("df-thawed", group = self.name)
            };
            self.say("frozen", words);
        }
        self.mishaps(then, now);
        self.joined(then, now, after);
    }

    fn limit(&mut self, what: &str, values: [i64; 2], words: fn(i64) -> String) {
        let [then, now] = values;
        // Of a group without the controller nothing is known.
        if then != now && now != 0 {
            let words = later_word!(
                "df-text",
                actor = self.name,
                what = what,
                then = limit(then, words),
                now = limit(now, words)
            );
            self.say(what, words);
        }
    }

    fn mishaps(&mut self, then: &Cgroup, now: &Cgroup) {
        let killed = now.memory.oom_kills - then.memory.oom_kills;
        if killed > 0 {
            let words = later_word!("df-killed", group = self.name, count = killed);
            self.say("memory.oom_kills", words);
        }
        let refused = now.pids.refused - then.pids.refused;
        if refused > 0 {
            let words = later_word!("df-refused", group = self.name, count = refused);
            self.say("pids.refused", words);
        }
    }

    fn joined(&mut self, then: &Cgroup, now: &Cgroup, after: &Snapshot) {
        // All shells begin in the group of the host.
        let came = now.processes.iter().filter(|_| self.name != HOST);
        let came: Vec<i64> = came
            .filter(|pid| !then.processes.contains(pid))
            .copied()
            .collect();
        for pid in came {
            // One that has ended meanwhile has no name.
            if let Some(name) = name(after, pid) {
                let words = later_word!("df-joined", group = self.name, name = name, pid = pid);
                self.say("processes", words);
            }
        }
    }
}

/// The name of a process of the lab host.
fn name(state: &Snapshot, pid: i64) -> Option<&String> {
    let host = state.actors.get(HOST);
    let mut all = host.into_iter().flat_map(|host| &host.processes);
    let is = |process: &&Process| process.pid == pid;
    all.find(is).map(|process| &process.name)
}

fn limit(value: i64, words: fn(i64) -> String) -> String {
    match value {
        UNLIMITED | 0 => "∞".to_owned(),
        value => words(value),
    }
}

fn plain(value: i64) -> String {
    value.to_string()
}

fn percent(value: i64) -> String {
    format!("{value} %")
}

/// Bytes in the largest unit that leaves no rest.
fn bytes(value: i64) -> String {
    let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
    let mut whole = units.iter().filter(|(bits, _)| value % (1 << bits) == 0);
    match whole.next() {
        Some((bits, unit)) => format!("{} {unit}", value >> bits),
        None => format!("{value} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::{Actor, Hierarchy};

    #[test]
    fn a_limit_and_who_came_in_are_told() {
        let hierarchy = Hierarchy {
            there: true,
            ..Hierarchy::default()
        };
        let mut before = Snapshot {
            hierarchy,
            ..Snapshot::default()
        };
        before
            .cgroups
            .insert("demo".to_owned(), Cgroup::unlimited());
        let mut after = before.clone();
        let demo = after.cgroups.get_mut("demo").unwrap();
        (demo.memory.max, demo.cpu.quota_usec, demo.cpu.period_usec) = (40 << 20, 50_000, 100_000);
        demo.processes = vec![7];
        demo.memory.oom_kills = 2;
        let load = Process {
            pid: 7,
            name: "load".to_owned(),
            ..Process::default()
        };
        let host = Actor {
            processes: vec![load],
            ..Actor::default()
        };
        after.actors.insert(HOST.to_owned(), host);
        let words = |before: &Snapshot, after: &Snapshot| {
            let mut list = Vec::new();
            compare(before, after, &mut list);
            list.into_iter()
                .map(|change| change.words.to_string())
                .collect::<Vec<String>>()
        };
        let expected = [
            "demo: memory.max ∞ → 40 MiB",
            "demo: cpu ∞ → 50 %",
            "demo: killed for lack of memory: 2×",
            "load (7) is in the control group demo now",
        ];
        assert_eq!(words(&before, &after), expected);
        assert_eq!(words(&after, &after), [""; 0]);
        let gone = ["the control group demo is gone"];
        let mut none = after.clone();
        none.cgroups.clear();
        assert_eq!(words(&after, &none), gone);
        assert_eq!(words(&none, &after)[0], "the control group demo is there");
    }
}
