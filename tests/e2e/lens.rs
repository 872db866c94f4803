//! What a typed line did is below it, and in the Journal panel.

use std::process::Command;

use super::play::shell;

#[test]
fn a_typed_line_has_its_calls_below_it_and_the_journal_has_all() {
    let mut terminal = shell("04", (120, 40));
    terminal.send("unshare -iu bash\r");
    terminal.wait_word("  unshare(CLONE_NEWUTS|CLONE_NEWIPC) = 0");
    terminal.wait_word(" other calls");
    // The prompt of the new shell is below them, and takes the next line.
    terminal.send("hostname two\r");
    terminal.wait_word("  sethostname(\"two\", 3) = 0");
    // More of it, nothing, and a few again.
    terminal.send("\x1dl");
    terminal.wait_word("execve(\"/usr/bin/hostname\"");
    terminal.send("\x1dl");
    terminal.wait_word("no longer watched");
    terminal.send("hostname three\r");
    terminal.wait_for("three in the panel", |text| {
        text.contains("two → three") || text.contains("three")
    });
    terminal.send("\x1dl");
    terminal.wait_word("a few of them");
    terminal.send("hostname four\r");
    terminal.wait_word("sethostname(\"four\", 4) = 0");
    // The panel has the tree of processes.
    terminal.send("\x1dg9");
    terminal.wait_word("typed in");
    terminal.wait_word("unshare -iu bash");
    assert!(!terminal.screen.text().contains("sethostname(\"three\""));
}

/// What `isolab lens` prints: its output, its calls, and whether it went well.
fn told(args: &[&str]) -> (String, String, bool) {
    let output = Command::new(env!("CARGO_BIN_EXE_isolab"))
        .arg("lens")
        .args(args)
        .env("LC_ALL", "C.UTF-8")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        text(&output.stdout),
        text(&output.stderr),
        output.status.success(),
    )
}

#[test]
fn a_command_is_shown_with_its_calls() {
    let (output, calls, is_good) = told(&["--", "sh", "-c", "echo seen; unshare -u true"]);
    assert!(is_good, "{calls}");
    assert_eq!(output, "seen\r\n");
    for part in [
        "▶ unshare -u true",
        "unshare(CLONE_NEWUTS) = 0",
        " other calls",
    ] {
        assert!(calls.contains(part), "{part}: {calls}");
    }
    let (_, calls, is_good) = told(&[
        "--family",
        "namespace",
        "--all",
        "--",
        "sh",
        "-c",
        "unshare -u true; exit 3",
    ]);
    assert!(!is_good && calls.contains("ended with 3"), "{calls}");
    assert!(
        calls.contains("unshare(CLONE_NEWUTS)") && !calls.contains("execve("),
        "{calls}"
    );
    assert!(calls.contains("read "), "{calls}");
}

#[test]
fn its_calls_are_json_and_a_mistake_is_told() {
    let (_, calls, is_good) = told(&["--json", "--", "unshare", "-u", "true"]);
    assert!(is_good, "{calls}");
    let lines = calls.lines().map(serde_json::from_str::<serde_json::Value>);
    let values: Vec<serde_json::Value> = lines.map(Result::unwrap).collect();
    let made = values
        .iter()
        .filter(|value| value["call"]["call"]["name"] == "unshare");
    assert_eq!(made.count(), 1, "{calls}");
    let (_, words, is_good) = told(&["--family", "nothing", "--", "true"]);
    assert!(!is_good && words.contains("namespace, mount"), "{words}");
    let (_, words, is_good) = told(&[]);
    assert!(
        !is_good && words.contains("something is missing"),
        "{words}"
    );
    let (output, _, is_good) = told(&["--", "no-such-program"]);
    assert!(!is_good && output.contains("no-such-program"), "{output}");
}
