//! From an image to a running container: lab 19, compared with `crun run` of an equal bundle with
//! the same network made by ip(8).

use std::os::fd::{AsFd as _, OwnedFd};
use std::time::{Duration, Instant};

use isolab::lab::{Action, Lab};
use isolab::sandbox::{Sandbox, Wants, await_burials};
use isolab::sys::{file, wait};

use crate::measure::{ISOLAB, tell};
use crate::network::{SIZE, TIMES, act};

/// The bundle of the test that compares both containers (`tests/kernel/crun.rs`).
const CONFIG: &str = include_str!("../../data/bundle/config.json");
/// The first and the last step that are measured.
const STEPS: (&str, &str) = ("layers", "power");

/// The network, which crun does not make, by ip(8).
const NETWORK: &str = "
    ip link add cbr9 type bridge; ip address add 10.9.0.1/24 dev cbr9; ip link set cbr9 up
    ip link add to-box type veth peer name eth0 netns $box
    ip link set to-box master cbr9 up
    inside() { nsenter --target $box --user --net \"$@\"; }
    inside ip link set lo up; inside ip link set eth0 address 02:42:0a:09:00:0a
    inside ip address add 10.9.0.10/24 dev eth0; inside ip link set eth0 up
    inside ip route add default via 10.9.0.1";

fn lab() -> Lab {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/labs/19-run.yaml"));
    Lab::parse("19-run.yaml", &text.unwrap()).0.unwrap()
}

/// Types a line and waits for the prompt after it.
fn type_line(terminal: &OwnedFd, line: &str) {
    file::write_all(terminal.as_fd(), format!("{line}\n").as_bytes()).unwrap();
    prompt(terminal, 1);
}

fn prompt(terminal: &OwnedFd, lines: usize) {
    let mut said = String::new();
    let mut chunk = [0; 4096];
    while !(said.ends_with("# ") || said.ends_with("$ ")) || said.matches('\n').count() < lines {
        wait::ready(
            &[(terminal.as_fd(), wait::For::Input)],
            Some(Duration::from_secs(5)),
        )
        .unwrap();
        let count = rustix::io::read(terminal, &mut chunk).unwrap();
        said.push_str(&String::from_utf8_lossy(&chunk[..count]));
    }
}

/// The time of the lab's steps, action by action.
async fn native(sandbox: &Sandbox, lab: &Lab) -> Duration {
    let c1 = sandbox.open("c1", SIZE).await.unwrap();
    prompt(&c1, 0);
    let mut shells = vec![c1];
    let at = |id: &str| lab.steps.iter().position(|step| step.id == id).unwrap();
    let begun = Instant::now();
    for step in &lab.steps[at(STEPS.0)..=at(STEPS.1)] {
        for action in step.script() {
            match action {
                Action::Type(verb) => type_line(shells.last().unwrap(), &verb.line),
                Action::Ping(_) => {}
                action => {
                    let acted = sandbox.act(action, SIZE).await.unwrap();
                    assert_eq!(acted.outcome.refusal, None);
                    shells.extend(acted.terminal);
                }
            }
        }
    }
    begun.elapsed()
}

/// The time of crun and ip in a shell script.
async fn by_crun(sandbox: &Sandbox) -> Duration {
    let run = "cd /lab/bundle; begun=$(date +%s%N)
        crun --root /lab/crun --cgroup-manager=cgroupfs run --detach --pid-file pid box > said 2>&1 < /dev/null
        box=$(cat pid)";
    let line = format!("{run}{NETWORK}\necho $((($(date +%s%N) - begun) / 1000))");
    let said = sh(sandbox, &line).await;
    let last = said.lines().last().unwrap_or_default();
    let micros = last.parse().unwrap_or_else(|_| panic!("{said}"));
    Duration::from_micros(micros)
}

async fn sh(sandbox: &Sandbox, line: &str) -> String {
    let line = serde_json::to_string(line).unwrap();
    let json = format!(r#"{{"exec": {{"program": ["sh", "-c", {line}]}}}}"#);
    let action: Action = serde_json::from_str(&json).unwrap();
    sandbox.act(&action, SIZE).await.unwrap().outcome.output
}

/// Measures each once, in one lab host.
async fn once(lab: &Lab) -> [Duration; 2] {
    let wants = Wants::of(lab);
    let (sandbox, _notices) = Sandbox::start_from(ISOLAB, wants).await.unwrap();
    let _terminal = sandbox.open("host", SIZE).await.unwrap();
    let image = lab.steps.iter().find(|step| step.id == "image").unwrap();
    for action in image.script() {
        sandbox.act(action, SIZE).await.unwrap();
    }
    for dir in ["upper", "work", "rootfs"] {
        act(
            &sandbox,
            &format!(r#"{{"mkdir": {{"path": "/lab/bundle/{dir}"}}}}"#),
        )
        .await;
    }
    let overlay = r#"{"overlay": {"image": "base", "upper": "/lab/bundle/upper", "work": "/lab/bundle/work", "target": "/lab/bundle/rootfs"}}"#;
    act(&sandbox, overlay).await;
    let config = serde_json::to_string(CONFIG).unwrap();
    act(
        &sandbox,
        &format!(r#"{{"write": {{"path": "/lab/bundle/config.json", "text": {config}}}}}"#),
    )
    .await;
    let theirs = by_crun(&sandbox).await;
    [native(&sandbox, lab).await, theirs]
}

/// Lab 19 from its image to its program, beside crun and ip.
pub(crate) fn container() {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    let lab = lab();
    let mut all = [Vec::new(), Vec::new()];
    for _ in 0..TIMES {
        let pair = runtime.block_on(once(&lab));
        for (times, time) in all.iter_mut().zip(pair) {
            times.push(time);
        }
        await_burials();
    }
    let [ours, theirs] = all;
    tell("lab 19, from its image to its program", ours);
    tell("crun run of an equal bundle, and ip", theirs);
}
