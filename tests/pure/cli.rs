//! The command line as a shell sees it: words, exit statuses, and the README that tells of them.

use std::fs;
use std::io::Read;
use std::process::{Command, Output, Stdio};

use isolab::catalog;

fn isolab(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_isolab"));
    command
        .args(arguments)
        .env("LC_ALL", "C.UTF-8")
        .env("XDG_DATA_HOME", env!("CARGO_TARGET_TMPDIR"));
    command
}

fn told(arguments: &[&str]) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = isolab(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

fn readme() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap()
}

#[test]
fn the_readme_has_the_exit_statuses_and_the_commands_of_help() {
    let (status, help, _) = told(&["--help"]);
    assert_eq!(status, 0);
    let readme = readme();
    for (number, meaning) in help.lines().filter_map(|line| line.trim().split_once("  ")) {
        if number.parse::<u8>().is_ok() {
            let meaning = meaning.split(" (see").next().unwrap();
            assert!(
                readme.contains(&format!("| {number} | {meaning} |")),
                "{number} {meaning}"
            );
        }
    }
    let commands = help.lines().skip_while(|line| *line != "Learn:");
    let mut count = 0;
    for line in commands.take_while(|line| *line != "Options:") {
        let Some(command) = line
            .strip_prefix("  ")
            .filter(|rest| !rest.starts_with(' '))
        else {
            continue;
        };
        let name = command.split_whitespace().next().unwrap();
        assert!(readme.contains(&format!("| `isolab {name}")), "{name}");
        count += 1;
    }
    assert!(count > 20, "{help}");
}

/// Numbers as a person lists them: `1, 3 to 5 and 7`.
fn listed(numbers: &[u32]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for run in numbers.chunk_by(|a, b| a + 1 == *b) {
        match run {
            [first, _, .., last] => parts.push(format!("{first:02} to {last:02}")),
            few => parts.extend(few.iter().map(|number| format!("{number:02}"))),
        }
    }
    let last = parts.pop().unwrap();
    format!("{} and {last}", parts.join(", "))
}

#[test]
fn the_readme_names_the_labs_that_need_a_control_group() {
    assert_eq!(
        listed(&[1, 3, 4, 5, 7, 8, 10]),
        "01, 03 to 05, 07, 08 and 10"
    );
    let mut needing = Vec::new();
    for found in catalog::all(None) {
        let lab = catalog::load(&found).unwrap().lab.unwrap();
        if !lab.needs.cgroup.is_empty() {
            needing.push(lab.id[..2].parse().unwrap());
        }
    }
    let words = format!("Labs {} need the group itself", listed(&needing));
    assert!(readme().contains(&words), "README.md: {words}");
}

/// The messages of `isolab test` that are no faults.
const NO_FAULTS: [&str; 10] = [
    "good-step",
    "good",
    "untyped",
    "step-untyped",
    "bad",
    "fault",
    "how",
    "plays",
    "types",
    "undone",
];

#[test]
fn the_guide_for_authors_has_every_fault_that_test_tells() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/");
    let guide = fs::read_to_string(format!("{root}labs/AUTHORING.md")).unwrap();
    let words = fs::read_to_string(format!("{root}assets/words/en.ftl")).unwrap();
    let mut told = 0;
    for line in words.lines() {
        let message = line
            .strip_prefix("prove-")
            .and_then(|line| line.split_once(" = "));
        let Some((name, text)) = message.filter(|(name, _)| !NO_FAULTS.contains(name)) else {
            continue;
        };
        let text = variables(text);
        assert!(guide.contains(&text), "{name}: {text}");
        told += 1;
    }
    assert!(told > 12, "{told}");
}

/// A message with `…` for each variable.
fn variables(text: &str) -> String {
    let mut parts = text.split("{ ");
    let first = parts.next().unwrap().to_owned();
    let rest = parts.map(|part| part.split_once(" }").unwrap().1);
    rest.fold(first, |text, part| text + "…" + part)
}

#[test]
fn the_readme_has_the_test_command_that_ci_calls() {
    assert!(readme().lines().any(|line| line == "cargo test"));
}

#[test]
fn the_list_has_every_lab() {
    let (status, list, _) = told(&["list"]);
    assert!(
        status == 0 && list.contains("01-chroot") && list.contains("04-uts-ipc"),
        "{list}"
    );
    assert!(!list.contains('\u{1b}'), "colours in a pipe");
    let (_, json, _) = told(&["list", "--json"]);
    let labs: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(labs[0]["id"], "01-chroot");
    assert!(
        labs[0]["steps"]
            .as_array()
            .is_some_and(|steps| !steps.is_empty())
    );
}

#[test]
fn what_makes_no_sense_ends_with_2() {
    for arguments in [
        &["bogus"][..],
        &["lint"],
        &["play", "no-such-lab"],
        &["lint", "/nowhere/x"],
    ] {
        let (status, out, err) = told(arguments);
        assert!(
            status == 2 || arguments[0] == "lint" && status == 1,
            "{arguments:?}: {status}"
        );
        assert!(!(out + &err).is_empty(), "{arguments:?} says nothing");
    }
    let (status, _, err) = told(&["play", "chrot"]);
    assert_eq!(
        (status, err.as_str()),
        (
            2,
            "isolab: there is no lab `chrot`; did you mean `01-chroot`?\n"
        )
    );
    let (status, _, err) = told(&["play", "01", "--step", "99"]);
    assert!(
        status == 2 && err.contains("has no step `99`; it has 1 to"),
        "{err}"
    );
}

#[test]
fn lint_finds_nothing_in_the_built_in_labs_and_tells_what_is_no_lab() {
    let (status, out, _) = told(&["lint", concat!(env!("CARGO_MANIFEST_DIR"), "/labs")]);
    assert_eq!(status, 0, "{out}");
    let (status, out, _) = told(&["lint", "/dev/null/x.yaml"]);
    assert!(status == 1 && out.contains("1 problem in 1 lab"), "{out}");
    let (status, out, _) = told(&["lint", "/dev/null"]);
    assert!(status == 1 && out.contains("this is a device"), "{out}");
}

#[test]
fn lint_takes_a_translation_for_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let labs = concat!(env!("CARGO_MANIFEST_DIR"), "/labs/");
    for name in ["01-chroot.yaml", "01-chroot.zh-CN.yaml"] {
        fs::copy(format!("{labs}{name}"), at(name)).unwrap();
    }
    // What a shell makes of `lint *.yaml`.
    let (lab, translation) = (at("01-chroot.yaml"), at("01-chroot.zh-CN.yaml"));
    for words in [
        &["lint", &lab, &translation][..],
        &["lint", &translation],
        &[
            "lint",
            &translation,
            &lab,
            &folder.path().display().to_string(),
        ],
    ] {
        let (status, out, _) = told(words);
        assert_eq!(
            (status, out.as_str()),
            (0, "no problem in 1 lab\n"),
            "{words:?}"
        );
    }
    fs::write(&translation, "format: 1\ntitel: x\n").unwrap();
    let (status, out, _) = told(&["lint", &translation]);
    assert!(status == 1 && out.contains("no text `titel`"), "{out}");
}

#[test]
fn a_lab_with_the_id_of_a_built_in_one_says_how_it_is_played() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("isolab/labs");
    fs::create_dir_all(&folder).unwrap();
    let minimal = include_str!("../data/labs/valid/minimal.yaml");
    for name in ["09-veth.yaml", "mine.yaml"] {
        fs::write(folder.join(name), minimal).unwrap();
    }
    let output = isolab(&["list"]).env("XDG_DATA_HOME", home.path()).output();
    let said = String::from_utf8(output.unwrap().stdout).unwrap();
    let hidden = folder.join("09-veth.yaml").display().to_string();
    assert!(said.contains(&format!("isolab play {hidden}")), "{said}");
    assert!(!said.contains("mine.yaml"), "{said}");
}

#[test]
fn a_check_without_end_is_no_lab() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("endless.yaml");
    let ten = "[0,1,2,3,4,5,6,7,8,9]";
    let check = "abcdefghij".chars().fold("true".to_owned(), |inner, name| {
        format!("{ten}.all({name}, {inner})")
    });
    let lab = format!(
        "format: 1\ntitle: x\nsummary: x.\nminutes: 1\nsteps:\n  - id: one\n    title: One\n    \
         text: It runs.\n    do:\n      - hostname: {{name: x}}\n    check:\n      \
         - {{expect: '{check}', else: Not done}}\n"
    );
    fs::write(&file, lab).unwrap();
    for command in ["lint", "run", "test"] {
        let (status, out, err) = told(&[command, file.to_str().unwrap()]);
        let said = out + &err;
        assert_eq!(status, 1, "{command}: {said}");
        assert!(said.contains("at most 3 loops"), "{command}: {said}");
        assert!(said.contains("several checks"), "{command}: {said}");
        assert!(said.contains("endless.yaml:12"), "{command}: {said}");
    }
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    for arguments in [&["list", "--json"][..], &["schema"], &["list"]] {
        let mut child = isolab(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        assert!(
            child.wait().unwrap().success() && said.is_empty(),
            "{arguments:?}: {said}"
        );
    }
}

/// A person who asks for what does not exist made the mistake, not isolab.
#[test]
fn what_is_asked_for_and_is_not_there_is_a_mistake_of_the_command_line() {
    let empty = tempfile::tempdir().unwrap();
    let there = empty.path().join("there");
    fs::write(&there, "no journal").unwrap();
    let there = there.to_str().unwrap();
    // Below a file there is nothing.
    let nowhere = format!("{there}/x.yaml");
    for arguments in [
        &["follow"][..],
        &["follow", "nobody"],
        &["notes"],
        &["shell", "b"],
        &["replay", there],
        &["replay", "/nowhere"],
        &["notes", "--rehearsal", there],
        &["export", "/nowhere.journal", "--to", "md"],
        &["play", "1", "--plain", "--journal", there],
        &["export", "1", "--to", "md", "--out", &nowhere],
        &["record", &nowhere],
        &["man", &nowhere],
    ] {
        let mut asked = isolab(arguments);
        asked
            .env("XDG_RUNTIME_DIR", empty.path())
            .stdin(Stdio::null());
        let Output { status, stderr, .. } = asked.output().unwrap();
        let said = String::from_utf8(stderr).unwrap();
        assert_eq!(status.code(), Some(2), "{arguments:?}: {said}");
        assert!(!said.is_empty(), "{arguments:?}");
    }
}
