//! The lab host itself: its facts are what the machine shows from outside, it harms nothing, and
//! nothing of it outlives its program.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use isolab::lab::Action;
use isolab::sandbox::{Acted, Notice, Sandbox, Wants};
use isolab::snapshot::{NamespaceKind, Snapshot};
use isolab::sys::pty::Size;
use tokio::sync::mpsc::UnboundedReceiver;

const PROGRAM: &str = env!("CARGO_BIN_EXE_isolab");
pub(super) const SIZE: Size = Size {
    rows: 24,
    columns: 80,
};

/// Starts a lab host from the real program.
pub(super) async fn start(wants: Wants) -> (Sandbox, UnboundedReceiver<Notice>) {
    Sandbox::start_from(PROGRAM, wants).await.unwrap()
}

pub(super) fn with_host<F: Future<Output = ()>>(test: impl FnOnce(Sandbox) -> F) {
    with(Wants::default(), test);
}

/// Like `with_host`, with isolab's small programs.
pub(super) fn with_tools<F: Future<Output = ()>>(test: impl FnOnce(Sandbox) -> F) {
    let wants = Wants {
        tools: true,
        ..Wants::default()
    };
    with(wants, test);
}

fn with<F: Future<Output = ()>>(wants: Wants, test: impl FnOnce(Sandbox) -> F) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let (sandbox, _notices) = start(wants).await;
        // Held, because a shell ends when its terminal is closed.
        let host = sandbox.open("host", SIZE).await.unwrap();
        let b = sandbox.open("b", SIZE).await.unwrap();
        test(sandbox).await;
        drop((host, b));
    });
}

pub(super) async fn act(sandbox: &Sandbox, json: &str) -> Acted {
    let action: Action = serde_json::from_str(json).unwrap();
    sandbox.act(&action, SIZE).await.unwrap()
}

/// Runs a shell line in the host and returns its output.
pub(super) async fn sh(sandbox: &Sandbox, line: &str) -> String {
    let line = serde_json::to_string(line).unwrap();
    let json = format!(r#"{{"exec": {{"program": ["sh", "-c", {line}]}}}}"#);
    act(sandbox, &json).await.outcome.output
}

/// Waits until a condition holds, ten seconds at most.
pub(super) fn wait_until(condition: impl Fn() -> bool) -> bool {
    let end = Instant::now() + Duration::from_secs(10);
    while !condition() {
        if Instant::now() > end {
            return false;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    true
}

fn assert_same_from_outside(snapshot: &Snapshot) {
    for (name, actor) in &snapshot.actors {
        for kind in NamespaceKind::ALL {
            let link =
                fs::read_link(format!("/proc/{}/ns/{}", actor.outer_pid, kind.name())).unwrap();
            let shown = format!("{}:[{}]", kind.name(), actor.ns.get(kind));
            assert_eq!(link.to_string_lossy(), shown, "{name}");
        }
    }
}

#[test]
fn namespaces_are_those_that_the_machine_shows() {
    with_host(|sandbox| async move {
        assert_same_from_outside(&sandbox.observe().await.unwrap());
        let _shell = act(
            &sandbox,
            r#"{"unshare": {"in": "b", "namespaces": ["uts", "ipc", "net"]}}"#,
        )
        .await;
        let snapshot = sandbox.observe().await.unwrap();
        assert_same_from_outside(&snapshot);
        let (host, b) = (&snapshot.actors["host"], &snapshot.actors["b"]);
        assert!(host.ns.uts != b.ns.uts && host.ns.mnt == b.ns.mnt);
        assert_eq!(host.hostname, "lab");
    });
}

#[test]
fn a_refusal_is_data() {
    with_host(|sandbox| async move {
        act(&sandbox, r#"{"mkdir": {"path": "/lab/root"}}"#).await;
        let acted = act(&sandbox, r#"{"chroot": {"path": "/lab/root"}}"#).await;
        let refusal = acted.outcome.refusal.unwrap();
        assert_eq!(
            (refusal.call.as_str(), refusal.errno.as_str()),
            ("execve", "ENOENT")
        );
        assert!(acted.terminal.is_none());
        assert_eq!(sandbox.observe().await.unwrap().actors["host"].root, "/");
    });
}

#[test]
fn a_fork_bomb_ends_at_the_limit() {
    with_host(|sandbox| async move {
        let bomb = "for i in $(seq 3000); do sleep 1000 > /dev/null 2>&1 & done 2>&1; echo over";
        let told = sh(&sandbox, bomb).await;
        assert!(told.contains("annot fork"), "{told}");
        let snapshot = sandbox.observe().await.unwrap();
        let sleeping = snapshot.actors["host"].processes.len();
        assert!((500..1100).contains(&sleeping), "{sleeping}");
    });
}

/// The pids of a program's children, its launchers among them.
fn lab_hosts(of: u32) -> Vec<String> {
    let children = fs::read_to_string(format!("/proc/{of}/task/{of}/children")).unwrap_or_default();
    children.split_whitespace().map(str::to_owned).collect()
}

fn lives(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')')
        .is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}

#[test]
fn killed_at_any_moment_nothing_is_left() {
    for moment in 0..50u64 {
        let mut child = Command::new(PROGRAM)
            .args(["run", "04"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Moments from the first milliseconds until after the first steps.
        let at = Instant::now() + Duration::from_millis(moment * 9 % 400);
        wait_until(|| Instant::now() > at);
        let hosts: Vec<String> = (0..3).flat_map(|_| lab_hosts(child.id())).collect();
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(
            wait_until(|| hosts.iter().all(|pid| !lives(pid))),
            "moment {moment}: {hosts:?}"
        );
    }
}

#[test]
fn an_ended_lab_host_leaves_no_process() {
    let mut faces = Vec::new();
    with_host(|sandbox| {
        let faces = &mut faces;
        async move {
            let snapshot = sandbox.observe().await.unwrap();
            faces.extend(
                snapshot
                    .actors
                    .values()
                    .map(|actor| actor.outer_pid.to_string()),
            );
        }
    });
    assert_eq!(faces.len(), 2);
    assert!(wait_until(|| faces.iter().all(|pid| !lives(pid))));
}

#[test]
fn manual_pages_can_be_read_in_a_lab() {
    if crate::skip::lacks("manual_pages_can_be_read_in_a_lab", &["man"]) {
        return;
    }
    with_host(|sandbox| async move {
        let path = sh(&sandbox, "man --path 2>&1").await;
        assert!(path.contains("/usr/share/man"), "{path}");
    });
}
