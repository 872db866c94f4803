//! Mounts, processes and ids: the facts are what findmnt(8) and `/proc` say, in every state of the
//! labs about namespaces and in random states.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use isolab::lab::Lab;
use isolab::sandbox::{Sandbox, Wants};
use isolab::snapshot::{Actor, IdMap, Mount, Process, ProcessState, Snapshot};
use serde_json::Value;

use super::beside::sorted;
use super::host::{act, sh, start, with_host};
use super::player::Panes;
use super::spaces::compare_spaces;
use super::topologies::Chance;

/// How long a state may take to come to rest.
const LIMIT: Duration = Duration::from_secs(20);

/// A mount in words that findmnt(8) has too.
fn mount_words(mount: &Mount) -> String {
    let has = |word: &str| {
        mount
            .propagation
            .iter()
            .any(|field| field.starts_with(word))
    };
    let mut propagation = if has("shared:") { "shared" } else { "private" }.to_owned();
    for (field, word) in [("master:", ",slave"), ("unbindable", ",unbindable")] {
        if has(field) {
            propagation.push_str(word);
        }
    }
    let Mount {
        id,
        parent,
        target,
        kind,
        root,
        ..
    } = mount;
    let options = mount.options.join(",");
    format!("{id} {parent} {target} {kind} {root} {options} {propagation}")
}

async fn findmnt(sandbox: &Sandbox, pid: i64) -> Vec<String> {
    let columns = [
        "id",
        "parent",
        "target",
        "fstype",
        "fsroot",
        "vfs-options",
        "propagation",
    ];
    let line = format!("findmnt -N {pid} --list -J -o {}", columns.join(","));
    let said = sh(
        sandbox,
        &format!("[ -z \"$(cat /proc/{pid}/mountinfo)\" ] || {line}"),
    )
    .await;
    // The process has ended meanwhile: then everything is compared again.
    if said.is_empty() || said.contains("No such file") {
        return Vec::new();
    }
    let all: Value = serde_json::from_str(&said).unwrap_or_else(|e| panic!("{e}: {said}"));
    let words = |mount: &Value| {
        let word = |column: &&str| match &mount[*column] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        columns.iter().map(word).collect::<Vec<_>>().join(" ")
    };
    sorted(all["filesystems"].as_array().unwrap().iter().map(words))
}

/// The lines of `/proc/PID/status` of all processes, by pid.
async fn statuses(sandbox: &Sandbox) -> BTreeMap<i64, BTreeMap<String, String>> {
    let said = sh(
        sandbox,
        "for p in /proc/[0-9]*; do cat $p/status 2> /dev/null; echo; done",
    )
    .await;
    let fields = |block: &str| -> BTreeMap<String, String> {
        let pairs = block.lines().filter_map(|line| line.split_once(":\t"));
        pairs
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect()
    };
    let all = said
        .split("\n\n")
        .map(fields)
        .filter(|fields| !fields.is_empty());
    all.map(|fields| (fields["Pid"].parse().unwrap(), fields))
        .collect()
}

fn compare_process(ours: &Process, theirs: &BTreeMap<String, String>) {
    let words = |list: &[i64]| {
        list.iter()
            .map(i64::to_string)
            .collect::<Vec<_>>()
            .join("\t")
    };
    assert_eq!(ours.name, theirs["Name"]);
    assert_eq!(ours.parent.to_string(), theirs["PPid"], "{ours:?}");
    assert_eq!(words(&ours.pids), theirs["NSpid"], "{ours:?}");
    assert_eq!(
        ours.uid.to_string(),
        theirs["Uid"].split('\t').nth(1).unwrap()
    );
}

/// Whether each process was in its state of the snapshot when its status was read.
fn saw_rest(at_rest: &[&Process], theirs: &BTreeMap<i64, BTreeMap<String, String>>) -> bool {
    at_rest.iter().all(|process| {
        let state = &theirs[&process.pid]["State"];
        ProcessState::of(state.split(' ').next().unwrap()) == process.state
    })
}

fn compare_identity(ours: &Actor, theirs: &BTreeMap<String, String>) {
    assert_eq!(
        ours.gid.to_string(),
        theirs["Gid"].split('\t').nth(1).unwrap()
    );
    assert_eq!(
        i64::from(ours.no_new_privs).to_string(),
        theirs["NoNewPrivs"]
    );
    let sets = &ours.capabilities;
    for (list, field) in [
        (&sets.effective, "CapEff"),
        (&sets.permitted, "CapPrm"),
        (&sets.bounding, "CapBnd"),
    ] {
        let mask = u64::from_str_radix(&theirs[field], 16).unwrap();
        assert_eq!(
            list.len(),
            usize::try_from(mask.count_ones()).unwrap(),
            "{field}"
        );
    }
}

fn map_words(map: &[IdMap]) -> Vec<String> {
    let words = |line: &IdMap| format!("{} {} {}", line.inside, line.outside, line.count);
    map.iter().map(words).collect()
}

async fn maps(sandbox: &Sandbox, pid: i64, name: &str) -> Vec<String> {
    let said = sh(sandbox, &format!("cat /proc/{pid}/{name}")).await;
    let words = |line: &str| line.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    said.lines().map(words).collect()
}

/// The processes that belong to a state: not the test's own, which are running.
fn lasting(snapshot: &Snapshot) -> Vec<&Process> {
    let all = snapshot.actors["host"].processes.iter();
    all.filter(|process| process.state != ProcessState::Running)
        .collect()
}

fn same(a: &Snapshot, b: &Snapshot) -> bool {
    let actors = |s: &Snapshot| -> Vec<(i64, Vec<Mount>)> {
        s.actors
            .values()
            .map(|a| (a.pid, a.mounts.clone()))
            .collect()
    };
    lasting(a) == lasting(b) && actors(a) == actors(b) && a.namespaces == b.namespaces
}

/// Compares everything, at a time when nothing changed meanwhile.
async fn compare(sandbox: &Sandbox, state: &str) {
    let end = Instant::now() + LIMIT;
    loop {
        let snapshot = sandbox.observe().await.unwrap();
        let theirs = statuses(sandbox).await;
        let mut tables = BTreeMap::new();
        for (name, actor) in snapshot.actors.iter().filter(|(_, actor)| actor.alive) {
            let pid = actor.pid;
            let ids = [
                maps(sandbox, pid, "uid_map").await,
                maps(sandbox, pid, "gid_map").await,
            ];
            tables.insert(name, (findmnt(sandbox, pid).await, ids));
        }
        let oracle = super::oracle::Oracle::read(&snapshot, &lasting(&snapshot));
        let again = sandbox.observe().await.unwrap();
        let rest = lasting(&snapshot);
        if !same(&snapshot, &again) || !oracle.saw_rest(&rest) || !saw_rest(&rest, &theirs) {
            assert!(Instant::now() < end, "never at rest: {state}");
            continue;
        }
        for process in lasting(&snapshot) {
            compare_process(process, &theirs[&process.pid]);
        }
        let known = oracle.agrees(&snapshot, &lasting(&snapshot));
        assert!(known > 0 || !rustix::process::geteuid().is_root());
        for (name, (mounts, [uids, gids])) in &tables {
            let actor = &snapshot.actors[*name];
            assert_eq!(
                sorted(actor.mounts.iter().map(mount_words)),
                *mounts,
                "{state}: {name}"
            );
            assert_eq!(
                (map_words(&actor.uid_map), map_words(&actor.gid_map)),
                (uids.clone(), gids.clone())
            );
            compare_identity(actor, &theirs[&actor.pid]);
        }
        compare_spaces(sandbox, &snapshot).await;
        return;
    }
}

/// Plays a lab and compares after each step.
async fn play(name: &str) {
    let path = format!("{}/labs/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
    let lab = Lab::parse(name, &std::fs::read_to_string(path).unwrap())
        .0
        .unwrap();
    let (sandbox, _notices) = start(Wants::of(&lab)).await;
    let mut panes = Panes::open(&sandbox, &lab).await;
    for step in &lab.steps {
        for action in step.script() {
            panes.play(action).await;
        }
        compare(&sandbox, &format!("{name}: {}", step.id)).await;
    }
}

#[test]
fn the_states_of_the_labs_are_what_the_kernel_says() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for name in [
        "01-chroot",
        "02-mounts",
        "03-pivot-root",
        "04-uts-ipc",
        "05-pid",
        "06-setns",
        "07-user",
        "08-cgroup-time",
    ] {
        runtime.block_on(play(name));
    }
}

#[test]
fn all_share_the_machine() {
    with_host(|sandbox| async move {
        let unshare = r#"{"unshare": {"in": "b", "namespaces": ["uts", "pid", "mnt"]}}"#;
        let _shell = act(&sandbox, unshare).await;
        let machine = sandbox.observe().await.unwrap().machine;
        let (uname, total) = (rustix::system::uname(), rustix::system::sysinfo());
        assert_eq!(machine.release, uname.release().to_str().unwrap());
        let memory = total.totalram * u64::from(total.mem_unit);
        assert_eq!(u64::try_from(machine.memory), Ok(memory));
        let inside = r#"{"exec": {"in": "b", "program": ["uname", "-r"]}}"#;
        let told = act(&sandbox, inside).await.outcome.output;
        assert_eq!(machine.release, told.trim_end());
        let online = std::fs::read_to_string("/sys/devices/system/cpu/online").unwrap();
        let counts = online.trim_end().split(',').map(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            last.parse::<i64>().unwrap() - first.parse::<i64>().unwrap() + 1
        });
        assert_eq!(machine.cpus, counts.sum::<i64>());
    });
}

/// Runs a shell line in an actor.
async fn sh_in(sandbox: &Sandbox, actor: &str, line: &str) {
    let line = serde_json::to_string(line).unwrap();
    let json = format!(r#"{{"exec": {{"in": "{actor}", "program": ["sh", "-c", {line}]}}}}"#);
    act(sandbox, &json).await;
}

/// A random line that changes the mount table, or is refused.
fn mount_line(chance: &mut Chance) -> String {
    let at = format!("/lab/m{}", chance.below(3));
    let other = format!("/lab/m{}", chance.below(3));
    match chance.below(8) {
        0 | 1 => format!("mount -t tmpfs 'a b' {at}"),
        2 => format!("mount --bind {other} {at}"),
        3 => format!("mount --rbind /lab {at}"),
        4 => format!("umount -l {at}"),
        5 => format!("mount -o remount,bind,ro,nosuid {at}"),
        mode => {
            let modes = ["shared", "slave", "private", "unbindable"];
            let r = if mode == 6 { "r" } else { "" };
            format!("mount --make-{r}{} {at}", modes[chance.below(4)])
        }
    }
}

#[test]
fn states_by_chance_are_what_the_kernel_says() {
    with_host(|sandbox| async move {
        sh(&sandbox, "mkdir /lab/m0 /lab/m1 /lab/m2").await;
        act(
            &sandbox,
            r#"{"unshare": {"in": "b", "namespaces": ["mnt"]}}"#,
        )
        .await;
        for seed in 0..40 {
            let mut chance = Chance(seed);
            let mut script = String::new();
            for _ in 0..=chance.below(6) {
                let line = mount_line(&mut chance);
                let actor = ["host", "b"][chance.below(2)];
                sh_in(&sandbox, actor, &line).await;
                writeln!(script, "{actor}: {line}").unwrap();
            }
            compare(&sandbox, &script).await;
            let clear = "while umount -l -R /lab/m0 || umount -l -R /lab/m1 || umount -l -R /lab/m2; do :; done";
            for actor in ["host", "b"] {
                sh_in(&sandbox, actor, clear).await;
            }
        }
    });
}

#[test]
fn maps_by_chance_are_what_the_kernel_says() {
    for seed in 0..30 {
        with_host(|sandbox| async move {
            let mut chance = Chance(seed);
            // Held, because a shell ends when its terminal is closed.
            let _shell = act(
                &sandbox,
                r#"{"unshare": {"in": "b", "namespaces": ["user", "uts"]}}"#,
            )
            .await;
            let host = sandbox.observe().await.unwrap().actors["host"].uid_map[0];
            let most = usize::try_from(host.count).unwrap();
            for verb in ["uid_map", "gid_map"] {
                let (inside, outside, count) =
                    (chance.below(70000), chance.below(most), 1 + chance.below(5));
                let numbers =
                    format!(r#""inside": {inside}, "outside": {outside}, "count": {count}"#);
                act(
                    &sandbox,
                    &format!(r#"{{"{verb}": {{"in": "host", "of": "b", {numbers}}}}}"#),
                )
                .await;
            }
            compare(&sandbox, &format!("map {seed}")).await;
        });
    }
}

#[test]
fn an_orphan_is_told_when_it_is_taken_over() {
    with_host(|sandbox| async move {
        let find = |snapshot: &Snapshot| -> Option<(bool, i64)> {
            let mut all = snapshot.actors["host"].processes.iter();
            let found = all.find(|process| process.name == "sleep")?;
            Some((found.orphan, found.parent))
        };
        sh(&sandbox, "mkfifo /lab/end; (sh -c 'sleep 1000 & read x < /lab/end' > /dev/null 2>&1 &); until pidof sleep; do :; done").await;
        let (orphan, parent) = find(&sandbox.observe().await.unwrap()).unwrap();
        assert!(!orphan);
        sh(
            &sandbox,
            &format!("echo > /lab/end; while kill -0 {parent} 2> /dev/null; do :; done"),
        )
        .await;
        assert_eq!(find(&sandbox.observe().await.unwrap()), Some((true, 1)));
    });
}
