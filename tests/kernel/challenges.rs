//! The challenges that begin with something broken: at first every check is false, each repair
//! makes its own check true, and each challenge can be solved in two unrelated ways, typed into the
//! panes.

use std::collections::BTreeMap;
use std::time::Duration;

use isolab::check::{Facts, Names, Program};
use isolab::lab::action::{Attach, Cgroup, Limit};
use isolab::lab::{Action, Lab};
use isolab::sandbox::{Notice, Sandbox, Wants};
use isolab::snapshot::Snapshot;
use isolab::snapshot::overlay::Wanted;
use isolab::typed;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, timeout_at};

use super::host::start;
use super::player::Panes;
use crate::skip::lacks;

/// How long a state may take to appear.
const LIMIT: Duration = Duration::from_secs(20);
/// How often counters are read, which change without an event.
const TICK: Duration = Duration::from_millis(100);

/// A line typed into an actor's pane, and how many checks hold afterwards, from the first on.
struct Typed {
    actor: &'static str,
    line: String,
    count: usize,
}

fn lab(name: &str) -> Lab {
    let path = format!("{}/labs/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
    let (lab, problems) = Lab::parse(&path, &std::fs::read_to_string(&path).unwrap());
    lab.unwrap_or_else(|| panic!("{problems:?}"))
}

/// A challenge of a lab that is being played.
struct Challenge<'a> {
    sandbox: &'a Sandbox,
    notices: UnboundedReceiver<Notice>,
    panes: Panes<'a>,
    checks: Vec<Program>,
    wanted: Wanted,
    /// What the terminals have printed since it began.
    said: BTreeMap<String, String>,
    before: Snapshot,
}

impl<'a> Challenge<'a> {
    async fn begin(
        lab: &Lab,
        sandbox: &'a Sandbox,
        notices: UnboundedReceiver<Notice>,
    ) -> Challenge<'a> {
        let mut panes = Panes::open(sandbox, lab).await;
        for action in &lab.setup {
            panes.play(action).await;
        }
        let names = Names {
            actors: lab.actors.iter().map(|a| a.name.as_str()).collect(),
            steps: lab.steps.iter().map(|step| step.id.as_str()).collect(),
        };
        let step = lab.steps.iter().find(|step| step.goal.is_some()).unwrap();
        let checks = step.checks.iter();
        let compiled = checks.map(|check| Program::compile(&check.expect, &names).unwrap());
        let mut challenge = Self {
            sandbox,
            notices,
            panes,
            checks: compiled.collect(),
            wanted: Wanted {
                files: lab.files(),
                ..Wanted::default()
            },
            said: BTreeMap::new(),
            before: Snapshot::default(),
        };
        challenge.before = challenge.look().await;
        challenge
    }

    async fn look(&self) -> Snapshot {
        let mut now = self
            .sandbox
            .observe_more(&self.wanted)
            .await
            .unwrap()
            .snapshot;
        for (name, actor) in &mut now.actors {
            actor.said = self.said.get(name).cloned().unwrap_or_default();
        }
        now
    }

    /// Waits until exactly the first `count` checks hold.
    async fn hold(&mut self, count: usize, after: &str) {
        let end = Instant::now() + LIMIT;
        loop {
            let facts = Facts::new(&self.look().await, &self.before);
            let verdicts = self.checks.iter().map(|check| check.verdict(&facts).holds);
            let holds: Vec<bool> = verdicts.collect();
            let wanted = (0..self.checks.len()).map(|index| index < count);
            if wanted.eq(holds.iter().copied()) {
                return;
            }
            assert!(Instant::now() < end, "{count}: {holds:?} after {after}");
            // Wakes on a notice, or after a tick.
            let _ = timeout_at(Instant::now() + TICK, self.notices.recv()).await;
        }
    }

    async fn enter(&mut self, typed: Typed) {
        let printed = self.panes.enter(typed.actor, &typed.line).await;
        self.said
            .entry(typed.actor.to_owned())
            .or_default()
            .push_str(&printed);
        self.hold(typed.count, &typed.line).await;
    }
}

/// Plays a challenge with the lines of `way`.
fn solve(name: &str, way: impl Fn(&Snapshot) -> Vec<Typed>) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let lab = lab(name);
        let (sandbox, notices) = start(Wants::of(&lab)).await;
        let mut challenge = Challenge::begin(&lab, &sandbox, notices).await;
        challenge.hold(0, "the setup").await;
        let lines = way(&challenge.look().await);
        assert_eq!(lines.last().unwrap().count, challenge.checks.len());
        for typed in lines {
            challenge.enter(typed).await;
        }
    });
}

fn line(actor: &'static str, line: impl Into<String>, count: usize) -> Typed {
    Typed {
        actor,
        line: line.into(),
        count,
    }
}

#[test]
fn a_broken_network_is_mended_where_it_is_broken() {
    if lacks("a_broken_network_is_mended_where_it_is_broken", &["ip"]) {
        return;
    }
    solve("22-broken-network", |_| {
        vec![
            line("host", "ip link set to-shop up", 1),
            // A link that loses its last address loses its routes too.
            line("desk", "ip address delete 10.2.0.10/8 dev eth0", 1),
            line("desk", "ip address add 10.2.0.10/24 dev eth0", 1),
            line("desk", "ip route add default via 10.2.0.1", 2),
            line("shop", "ip route add default via 10.3.0.1", 3),
            line("desk", "fetch 10.3.0.20:80", 4),
        ]
    });
}

#[test]
fn a_broken_network_is_led_around_what_is_broken() {
    if lacks("a_broken_network_is_led_around_what_is_broken", &["ip"]) {
        return;
    }
    solve("22-broken-network", |now| {
        let cable = format!(
            "ip link delete to-shop; ip link add new type veth peer name eth1 netns {}",
            now.actors["shop"].pid
        );
        let chain = "'add chain ip nat out { type nat hook postrouting priority 100; }'";
        let rule = "add rule ip nat out oifname br3 masquerade";
        vec![
            line("host", cable, 0),
            line("host", "ip link set new master br3 up", 0),
            line(
                "shop",
                "ip address add 10.3.0.20/24 dev eth1; ip link set eth1 up",
                1,
            ),
            line("desk", "ip route add 10.3.0.0/24 via 10.2.0.1", 2),
            line(
                "host",
                format!("nft add table ip nat; nft {chain}; nft {rule}"),
                3,
            ),
            line("desk", "fetch 10.3.0.20:80", 4),
        ]
    });
}

/// The path in the host of the library that lsns lacks in the box.
const LIBRARY: &str = "$(ldd /usr/bin/lsns | grep -o '/[^ ]*libsmartcols[^ ]*')";

#[test]
fn a_broken_root_is_mended_through_the_view() {
    solve("23-broken-root", |_| {
        vec![
            line("host", "cp /usr/bin/lsns /lab/box/usr/bin/", 1),
            line("box", "lsns > /report", 1),
            line("host", format!("cp {LIBRARY} /lab/box/lib/"), 2),
            line("box", "lsns > /report", 2),
            line("box", "mount -t proc proc /proc", 3),
            line("box", "lsns > /report", 4),
        ]
    });
}

#[test]
fn a_broken_root_is_mended_in_its_layers() {
    let again = "mount -o remount /lab/box";
    solve("23-broken-root", |_| {
        vec![
            line("host", format!("rm /lab/upper/usr/bin/lsns; {again}"), 1),
            line("host", format!("cp {LIBRARY} /lab/base/lib/; {again}"), 2),
            line("box", "umount /proc; mount -t proc mine /proc", 3),
            line("box", "lsns --type pid > /report", 4),
        ]
    });
}

/// The line for an action, for the control groups of a snapshot.
fn shown(now: &Snapshot, action: &Action) -> String {
    typed::line(action, &|_| None, &now.hierarchy).unwrap()
}

fn pid(now: &Snapshot, name: &str) -> i64 {
    let mut all = now.actors["host"].processes.iter();
    all.find(|process| process.name == name).unwrap().pid
}

#[test]
fn a_mystery_limit_is_raised() {
    let limit = |group: &str, limits: &str| {
        let text = format!("{{\"group\": \"{group}\", \"limits\": {limits}}}");
        Action::Limit(serde_json::from_str::<Limit>(&text).unwrap())
    };
    solve("24-mystery-limit", |now| {
        let innocent = limit(
            "shop/orders",
            r#"{"memory.max": "300M", "cpu.weight": 900}"#,
        );
        let shop = limit("shop", r#"{"memory.max": "100M"}"#);
        let film = limit("film", r#"{"cpu.max": "200000 100000"}"#);
        vec![
            line("host", shown(now, &innocent), 0),
            line("host", shown(now, &shop), 1),
            line("host", shown(now, &film), 3),
        ]
    });
}

#[test]
fn a_mystery_limit_is_left_behind() {
    let make: Cgroup = serde_json::from_str(r#"{"name": "free"}"#).unwrap();
    let attach: Attach = serde_json::from_str(r#"{"group": "free", "program": "x"}"#).unwrap();
    solve("24-mystery-limit", |now| {
        let moved = |name: &str| {
            let line = shown(now, &Action::Attach(attach.clone()));
            line.replace("$!", &pid(now, name).to_string())
        };
        vec![
            line("host", shown(now, &Action::Cgroup(make.clone())), 0),
            line("host", moved("orders"), 1),
            line("host", moved("film"), 3),
        ]
    });
}
