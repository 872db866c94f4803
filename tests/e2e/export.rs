//! A lab as a shell script: what is printed, and what the key at a lab's end writes.

use std::path::Path;
use std::process::{Command, Output};

use super::terminal::Terminal;
use crate::skip::lacks;

const ISOLAB: &str = env!("CARGO_BIN_EXE_isolab");

fn export(lab: &str) -> Output {
    Command::new(ISOLAB)
        .args(["export", lab, "--to", "sh"])
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap()
}

/// A program accepts a script.
fn passes(program: &[&str], script: &Path) {
    let done = Command::new(program[0])
        .args(&program[1..])
        .arg(script)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{program:?}: {said}");
}

#[test]
fn the_life_of_a_container_is_a_script_without_a_flaw() {
    if lacks(
        "the_life_of_a_container_is_a_script_without_a_flaw",
        &["shellcheck"],
    ) {
        return;
    }
    let done = export("20-lifecycle");
    assert!(done.status.success(), "{done:?}");
    let text = String::from_utf8(done.stdout).unwrap();
    let order = [
        "# == build\n",
        "say c1 'echo $$ > /sys/fs/cgroup/c1/cgroup.procs'\n",
        "say host \"echo '0 0 1' > /proc/$(face c1)/uid_map\"\n",
        "say c1 \"pivot_root /lab/c1/root /lab/c1/root/old\"\n",
        "# == ps\n",
        "say x \"nsenter -t $(face c1) --user",
        "# == commit\n",
        "open c2\n",
        "emptied c2\n",
        "\nfinish\n",
    ];
    let mut from = 0;
    for line in order {
        let at = text[from..].find(line);
        from += at.unwrap_or_else(|| panic!("no {line} in {}", &text[from..]));
    }
    let place = tempfile::tempdir().unwrap();
    let script = place.path().join("life.sh");
    std::fs::write(&script, text).unwrap();
    passes(&["bash", "-n"], &script);
    passes(&["shellcheck"], &script);
}

#[test]
fn what_only_isolab_has_is_not_exported() {
    let done = export("12-memory");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(!done.status.success() && done.stdout.is_empty());
    assert!(said.contains("`load`"), "{said}");
}

const LAB: &str = r#"
format: 1
title: One name
summary: A name is set.
minutes: 1
steps:
  - id: only
    title: Only
    text: The host gets a name.
    do: [{hostname: {name: taken}}]
    check: [{expect: host.hostname == "taken", else: The name is not taken.}]
    hints: [one, two, three]
"#;

#[test]
fn at_its_end_a_lab_is_written_to_a_file_by_a_key() {
    let place = tempfile::tempdir().unwrap();
    std::fs::write(place.path().join("90-name.yaml"), LAB).unwrap();
    let mut terminal = Terminal::play_in(place.path(), "90-name.yaml");
    terminal.wait_word("comes from");
    terminal.send("\r");
    terminal.wait_word("The host gets a name");
    terminal.wait_word("Enter run");
    terminal.send("\r");
    terminal.wait_word("Done.");
    terminal.send("\r");
    terminal.wait_word("take it along");
    terminal.send("e");
    terminal.wait_word("All lines");
    let script = std::fs::read_to_string(place.path().join("90-name.sh")).unwrap();
    assert!(script.contains("say host \"hostname taken\"\n"), "{script}");
    terminal.send("\r");
    terminal.wait_for("the popup is closed", |screen| {
        !screen.contains("All lines")
    });
    terminal.send("e");
    terminal.wait_word("could not be");
}
