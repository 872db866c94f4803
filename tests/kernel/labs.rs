//! Every built-in lab, tested on the real kernel by the real program.

use std::process::Command;

use crate::skip::lacks;
use serde_json::Value;

/// The network of the real machine: links with addresses, routes, rules, and the number of named
/// network namespaces.
fn machine() -> Vec<Value> {
    let tell = |program: &str, args: &[&str]| -> Value {
        let output = Command::new(program).args(args).output().unwrap();
        // Without root nft(8) prints nothing.
        serde_json::from_slice(&output.stdout).unwrap_or_default()
    };
    let mut links = tell("ip", &["-j", "address"]);
    for link in links.as_array_mut().unwrap() {
        for address in link["addr_info"].as_array_mut().unwrap() {
            // These count down.
            address["valid_life_time"] = Value::Null;
            address["preferred_life_time"] = Value::Null;
        }
    }
    let routes = ["-4", "-6"].map(|family| tell("ip", &[family, "-j", "route"]));
    let rules = tell("nft", &["-j", "list", "ruleset"]);
    let names = std::fs::read_dir("/run/netns").map_or(0, Iterator::count);
    [vec![links, rules, names.into()], routes.to_vec()].concat()
}

/// Steps whose typed lines do not make a call that their actions make.
const OTHER_CALLS: [OtherCalls; 3] = [
    OtherCalls {
        step: "03-pivot-root, step proc",
        calls: "open, write",
        why: "a file that is called /dev/null is written to by every other command",
    },
    OtherCalls {
        step: "19-run, step image",
        calls: "rename",
        why: "the action gives a finished layer its name, tar writes where it is told",
    },
    OtherCalls {
        step: "20-lifecycle, step image",
        calls: "rename",
        why: "as in lab 19",
    },
];

struct OtherCalls {
    step: &'static str,
    calls: &'static str,
    why: &'static str,
}

fn is_known(line: &str) -> bool {
    OTHER_CALLS.iter().any(|other| {
        let begins = line.starts_with(other.step) && !other.why.is_empty();
        begins && line.ends_with(other.calls)
    })
}

#[test]
fn the_built_in_labs_are_proven() {
    if lacks(
        "the_built_in_labs_are_proven",
        &["ip", "nft", "ping", "setcap", "sysctl"],
    ) {
        return;
    }
    let program = env!("CARGO_BIN_EXE_isolab");
    let labs = concat!(env!("CARGO_MANIFEST_DIR"), "/labs");
    let before = machine();
    let output = Command::new(program)
        .args(["test", labs])
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{told}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let proven = told.matches("played, typed by hand, undone").count();
    let names = std::fs::read_dir(labs).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    // The other files are translations.
    let is_lab = |name: &String| name.split_once('.').is_some_and(|(_, rest)| rest == "yaml");
    let there = names.filter(is_lab).count();
    assert_eq!(proven, there, "{told}");
    let others = told
        .lines()
        .filter(|line| line.contains("the typed lines do not make"));
    let unknown: Vec<&str> = others.filter(|line| !is_known(line)).collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
    assert_eq!(machine(), before);
}

/// The output of the program, run in a folder of its own.
fn told(folder: &std::path::Path, args: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_isolab"))
        .args(args)
        .current_dir(folder)
        .env("HOME", folder)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    let words = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&words).into_owned(),
    )
}

#[test]
fn a_new_lab_passes() {
    let folder = tempfile::tempdir().unwrap();
    let (good, words) = told(folder.path(), &["new", "two-names"]);
    assert!(good && words.contains("--watch"), "{words}");
    for (command, wanted) in [("lint", "no problem"), ("test", "2 steps: played")] {
        let (good, words) = told(folder.path(), &[command, "two-names.yaml"]);
        assert!(good && words.contains(wanted), "{words}");
    }
    let (good, words) = told(folder.path(), &["new", "two-names"]);
    assert!(!good && words.contains("is there already"), "{words}");
}

#[test]
fn labs_that_others_wrote_are_proven() {
    if lacks("labs_that_others_wrote_are_proven", &["pkill"]) {
        return;
    }
    let labs = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/labs/authored");
    let folder = tempfile::tempdir().unwrap();
    let (good, words) = told(folder.path(), &["test", labs]);
    assert!(good, "{words}");
    assert!(
        words.matches("played, typed by hand, undone").count() >= 3,
        "{words}"
    );
}
