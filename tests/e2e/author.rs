//! Writing labs at the terminal: what is done becomes a draft that passes.

use std::process::Command;
use std::time::Duration;

use super::play::{CALM, ISOLAB, LEADER};
use super::terminal::Terminal;

#[test]
fn what_is_done_in_the_shells_becomes_a_lab_that_passes() {
    let folder = tempfile::tempdir().unwrap();
    let draft = folder.path().join("draft.yaml");
    let draft = draft.to_str().unwrap();
    let mut terminal = Terminal::start(&[ISOLAB, "record", draft], (120, 40));
    terminal.wait_word("root@lab:/lab#");
    terminal.wait_calm(CALM);
    terminal.send("\t\t");
    terminal.wait_word("Ctrl-]");
    for (line, seen) in [
        ("unshare --uts bash", "host has a uts namespace"),
        ("hostname recorded", "recorded"),
        ("mkdir -p /lab/x", "mkdir"),
        ("mount -t tmpfs tmpfs /lab/x", "mounted on /lab/x"),
    ] {
        terminal.send(&format!("{line}\r"));
        terminal.wait_word(seen);
        // A command is over when its shell has waited a while for the next.
        terminal.wait_calm(Duration::from_millis(700));
    }
    terminal.send(&format!("{LEADER}q"));
    terminal.wait_word("Leave?");
    terminal.send("\r");
    assert!(terminal.wait_end(Duration::from_secs(5)).unwrap().success());
    let text = std::fs::read_to_string(draft).unwrap();
    assert!(
        text.contains("- unshare: {in: host, namespaces: [uts]}"),
        "{text}"
    );
    assert!(
        text.contains("- hostname: {in: host, name: recorded}"),
        "{text}"
    );
    for command in ["lint", "test"] {
        let output = Command::new(ISOLAB)
            .args([command, draft])
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{words}\n{text}");
    }
}
