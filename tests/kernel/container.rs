//! A small container, built verb by verb: the panel shows what the kernel has made.

use std::sync::Arc;

use isolab::lab::{Lab, PanelName};
use isolab::session::{Event, Session};
use isolab::snapshot::Snapshot;
use isolab::ui::plain::{Part, lines};
use isolab::ui::{LabView, UiState};

use super::group::with_groups;
use super::host::{act, sh};
use super::network::done;
use crate::skip::lacks;

const LAB: &str = "format: 1\ntitle: A box\nsummary: A box.\nminutes: 1\nactors:\n  b: {title: a box}\n\
    steps:\n  - {id: one, title: One, text: One.}\n";

/// The actions that make b a container, before its shell enters it.
const OUTSIDE: [&str; 9] = [
    r#"{"rootfs": {"path": "/lab/root", "programs": ["/bin/bash"]}}"#,
    r#"{"mkdir": {"path": "/lab/root/old"}}"#,
    r#"{"commit": {"upper": "/lab/root", "as": "base"}}"#,
    r#"{"mkdir": {"path": "/lab/up"}}"#,
    r#"{"mkdir": {"path": "/lab/work"}}"#,
    r#"{"mkdir": {"path": "/lab/box"}}"#,
    r#"{"overlay": {"image": "base", "upper": "/lab/up", "work": "/lab/work", "target": "/lab/box"}}"#,
    r#"{"cgroup": {"name": "demo", "limits": {"memory.max": "40M", "pids.max": "30"}}}"#,
    r#"{"attach": {"in": "b", "group": "demo"}}"#,
];

/// The actions inside it.
const INSIDE: [&str; 11] = [
    r#"{"hostname": {"in": "b", "name": "boxed"}}"#,
    r#"{"propagation": {"in": "b", "target": "/", "mode": "private", "recursive": true}}"#,
    r#"{"netns": {"name": "b", "of": "b"}}"#,
    r#"{"bridge": {"name": "br0"}}"#,
    r#"{"link": {"name": "br0", "up": true}}"#,
    r#"{"veth": {"name": "to-b", "peer": "eth0", "to": {"netns": "b"}}}"#,
    r#"{"link": {"name": "to-b", "master": "br0", "up": true}}"#,
    r#"{"link": {"netns": "b", "name": "eth0", "up": true}}"#,
    r#"{"address": {"netns": "b", "link": "eth0", "address": "10.2.0.10/24"}}"#,
    r#"{"pivot_root": {"in": "b", "new_root": "/lab/box", "put_old": "/lab/box/old"}}"#,
    r#"{"umount": {"in": "b", "target": "/old", "lazy": true}}"#,
];

/// The text of the panel line by line, without dot leaders.
fn told(session: &Session) -> String {
    let state = UiState {
        panel: PanelName::Container,
        ..UiState::default()
    };
    let view = LabView {
        session,
        state: &state,
        panes: Vec::new(),
        changes: &[],
        lines: &[],
        detail: None,
        stuck: false,
    };
    let lines = lines(&view, Part::Panel);
    let words = lines.join(" ");
    let words: Vec<&str> = words
        .split_whitespace()
        .filter(|word| *word != "·")
        .collect();
    words.join(" ")
}

fn observe(session: &mut Session, snapshot: Snapshot) {
    session.handle(1, Event::Observed(Arc::new(snapshot)));
}

#[test]
fn the_panel_tells_what_a_container_is_made_of() {
    if lacks("the_panel_tells_what_a_container_is_made_of", &["ip"]) {
        return;
    }
    with_groups(|sandbox| async move {
        let (lab, problems) = Lab::parse("box.yaml", LAB);
        let lab = lab.unwrap_or_else(|| panic!("{problems:?}"));
        let mut session = Session::new(Arc::new(lab), 0);
        session.handle(0, Event::Open);
        session.handle(0, Event::HostReady);
        for action in OUTSIDE {
            done(&sandbox, action).await;
        }
        observe(&mut session, sandbox.observe().await.unwrap());
        assert!(told(&session).starts_with("There is no container yet"));
        let unshare =
            r#"{"unshare": {"in": "b", "namespaces": ["mnt", "uts", "ipc", "pid", "net"]}}"#;
        let shell = act(&sandbox, unshare).await;
        assert!(shell.terminal.is_some());
        for action in INSIDE {
            done(&sandbox, action).await;
        }
        let digest = sh(&sandbox, "cut -c8-19 /lab/images/base").await;
        let digest = digest.trim();
        let mac = sh(&sandbox, "ip netns exec b cat /sys/class/net/eth0/address").await;
        let mac = mac.trim();
        assert!(digest.len() == 12 && mac.len() == 17, "{digest} {mac}");
        observe(&mut session, sandbox.observe().await.unwrap());
        let words = told(&session);
        for wanted in [
            "b Namespaces step 1 ◀ own: ipc mnt net pid uts host's: cgroup time user",
            "host name boxed",
            "Root step 1 ◀ overlay box upper /lab/up (empty)",
            &format!("lower {digest} (base)"),
            "Network step 1 ◀ eth0 up 10.2.0.10/24 ⇄ to-b in host, on bridge br0",
            &format!("mac {mac}"),
            // The process was put there before the step began.
            "Limits group demo",
            "of 40.0 MiB",
            "of 30 Power",
            "Processes step 1 ◀ 1 bash",
        ] {
            assert!(words.contains(wanted), "no `{wanted}` in {words}");
        }
        drop(shell);
    });
}
