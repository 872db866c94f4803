//! Lab 21: each way out is open before its lock is set, and refused afterwards with the error that
//! the text names; without the lock the same action works.

use std::collections::BTreeMap;
use std::process::Command;

use isolab::lab::{Action, Lab};
use isolab::sandbox::{Sandbox, Wants};
use serde_json::Value;

use super::host::{act, start};
use super::player::Panes;

const LAB: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/labs/21-hardening.yaml");

/// What the program prints about each step when it plays the lab.
fn played() -> BTreeMap<String, Value> {
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_isolab"))
        .args(["run", LAB, "--json"])
        .env("HOME", home.path())
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}{said}");
    let lines = told
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines
        .map(|line| (line["step"].as_str().unwrap().to_owned(), line))
        .collect()
}

/// The outcome of one of a step's actions.
fn outcome<'a>(steps: &'a BTreeMap<String, Value>, step: &str, action: usize) -> &'a Value {
    &steps[step]["done"][action]["outcome"]
}

/// The index of a step's last action.
fn last(steps: &BTreeMap<String, Value>, step: &str) -> usize {
    steps[step]["done"].as_array().unwrap().len() - 1
}

#[track_caller]
fn refused(steps: &BTreeMap<String, Value>, step: &str, call: &str, errno: &str) {
    let refusal = &outcome(steps, step, last(steps, step))["refusal"];
    assert_eq!(
        (&refusal["call"], &refusal["errno"]),
        (&call.into(), &errno.into()),
        "{step}"
    );
}

#[track_caller]
fn printed(steps: &BTreeMap<String, Value>, step: &str, action: usize, words: &str) {
    let output = outcome(steps, step, action)["output"].as_str().unwrap();
    assert!(output.contains(words), "{step}: {output}");
}

#[test]
fn each_way_out_is_open_and_then_fails_for_the_reason_that_the_text_gives() {
    let steps = played();
    // A raw socket; a file that its mode protects.
    printed(&steps, "power", 2, "not for you");
    printed(&steps, "power", 3, "2 received");
    refused(&steps, "drop", "socket", "EPERM");
    printed(&steps, "keep", 4, "locked: Permission denied");
    // The first two ways: another process's root directory, and its mount namespace.
    printed(&steps, "doors", 0, "the key of the host");
    printed(&steps, "doors", 1, "secret");
    printed(&steps, "closed", 0, "root/lab/secret: Permission denied");
    // The third way: the mask.
    refused(&steps, "mask", "open", "EROFS");
    for action in 0..=last(&steps, "unmask") {
        assert_eq!(outcome(&steps, "unmask", action)["refusal"], Value::Null);
    }
    refused(&steps, "shut", "umount2", "EPERM");
    refused(&steps, "again", "umount2", "EINVAL");
    // What neighbours can see.
    assert_eq!(outcome(&steps, "pod", 1)["exit"], 1);
    printed(&steps, "pod", last(&steps, "pod"), "admin page");
    printed(&steps, "peer", last(&steps, "peer"), "swordfish");
    // The filter, and what installing one needs.
    refused(&steps, "refused", "seccomp", "EACCES");
    printed(&steps, "promise", last(&steps, "promise"), "must be root");
    for check in steps["filter"]["checks"].as_array().unwrap() {
        assert_eq!(check["holds"], true);
    }
}

/// Makes the container of the lab's first step and calls `test`.
fn with_container<F: Future<Output = ()>>(test: impl FnOnce(Lab, Sandbox) -> F) {
    let text = std::fs::read_to_string(LAB).unwrap();
    let lab = Lab::parse("21-hardening.yaml", &text).0.unwrap();
    let wants = Wants {
        tools: true,
        ..Wants::default()
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let (sandbox, _notices) = start(wants).await;
        test(lab, sandbox).await;
    });
}

async fn step(panes: &mut Panes<'_>, lab: &Lab, id: &str) {
    let step = lab.steps.iter().find(|step| step.id == id).unwrap();
    for action in &step.actions {
        panes.play(action).await;
    }
}

async fn errno(sandbox: &Sandbox, json: &str) -> Option<String> {
    let refusal = act(sandbox, json).await.outcome.refusal;
    refusal.map(|refusal| refusal.errno)
}

const ROOT_AGAIN: &str =
    r#"{"type": {"in": "box", "line": "unshare --map-root-user --mount --pid --fork bash"}}"#;
const FRESH_PROC: &str = r#"{"mount": {"in": "box", "type": "proc", "target": "/tmp"}}"#;

#[test]
fn a_fresh_proc_is_refused_for_the_masks_alone() {
    for masked in [false, true] {
        with_container(|lab, sandbox| async move {
            let mut panes = Panes::open(&sandbox, &lab).await;
            step(&mut panes, &lab, "container").await;
            if masked {
                step(&mut panes, &lab, "mask").await;
            }
            let action: Action = serde_json::from_str(ROOT_AGAIN).unwrap();
            panes.play(&action).await;
            let told = errno(&sandbox, FRESH_PROC).await;
            assert_eq!(told, masked.then(|| "EPERM".to_owned()), "masked: {masked}");
        });
    }
}

#[test]
fn who_has_as_much_power_may_look_into_another() {
    with_container(|lab, sandbox| async move {
        let mut panes = Panes::open(&sandbox, &lab).await;
        step(&mut panes, &lab, "container").await;
        let secret = r#"{"exec": {"in": "box", "program": ["bash", "-c", "cat /proc/$(pidof sleep)/root/lab/secret"]}}"#;
        let output = act(&sandbox, secret).await.outcome.output;
        assert_eq!(output, "the key of the host\n");
        // With one capability less than the host's program, whichever it is, ptrace(2) access is
        // refused.
        let drop =
            r#"{"drop_capabilities": {"in": "box", "drop": ["CAP_SYS_PTRACE", "CAP_WAKE_ALARM"]}}"#;
        panes.play(&serde_json::from_str(drop).unwrap()).await;
        let output = act(&sandbox, secret).await.outcome.output;
        assert!(output.contains("Permission denied"), "{output}");
        let setns = r#"{"setns": {"in": "box", "target": "host", "namespaces": ["mnt"]}}"#;
        assert_eq!(errno(&sandbox, setns).await.as_deref(), Some("EACCES"));
        // CAP_SYS_ADMIN is still there: its lack was not the reason.
        let umount = r#"{"umount": {"in": "box", "target": "/dev/null"}}"#;
        assert_eq!(errno(&sandbox, umount).await, None);
    });
}
