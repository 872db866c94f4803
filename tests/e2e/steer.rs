//! The name of a file never acts on the terminal, whatever command it is given to.

use std::path::Path;
use std::time::Duration;

use super::play::ISOLAB;
use super::terminal::Terminal;

/// It sets a title, begins a sequence with one byte, and changes the direction of writing.
const NAME: &str = "98\x1b]0;evil\x07\u{9b}2J\u{202e}x.yaml";
const LIMIT: Duration = Duration::from_secs(60);

/// A part of a text that a terminal obeys, other than the program's own sequences.
fn obeyed(bytes: &[u8]) -> Option<&'static str> {
    let text = String::from_utf8_lossy(bytes);
    let bad = ["\x1b]0;", "\x07", "\u{9b}", "\u{202e}"];
    bad.into_iter().find(|part| text.contains(part))
}

/// Starts a command in a folder, which is also its home.
fn start(folder: &Path, words: &[&str]) -> Terminal {
    let folder = folder.display();
    let line = format!(
        "cd {folder} && HOME={folder} XDG_STATE_HOME={folder} XDG_DATA_HOME={folder} exec \"$@\""
    );
    let program = [&["sh", "-c", &line, "sh", ISOLAB], words].concat();
    Terminal::start(&program, (120, 40))
}

#[test]
fn no_command_gives_a_terminal_what_a_name_holds() {
    let folder = tempfile::tempdir().unwrap();
    let labs = folder.path().join("isolab/labs");
    std::fs::create_dir_all(&labs).unwrap();
    let lab = include_str!("../../assets/new.yaml");
    for place in [folder.path(), &labs] {
        std::fs::write(place.join(NAME), lab).unwrap();
    }
    let wrong = format!("wrong{NAME}");
    std::fs::write(
        folder.path().join(&wrong),
        "format: 1\nx\x1b]0;evil\x07: 1\n",
    )
    .unwrap();
    let none = format!("none{NAME}");
    for words in [
        &["test", "."][..],
        &["lint", "."],
        &["list"],
        &["list", "--json"],
        &["run", NAME],
        &["run", "--json", NAME],
        &["run", &none],
        &["play", &wrong],
        &["play", "--plain", NAME],
        &["present", NAME, "--check"],
        &["translate", NAME, "de"],
        &["translate", &wrong, "de"],
        &["export", NAME, "--to", "md"],
        &["export", NAME, "--to", "sh", "--out", NAME],
        &["replay", NAME],
        &["report", NAME],
        &["progress", NAME],
        &["new", NAME],
        &["man", NAME],
        &["record", NAME],
        &["follow", NAME],
        &["run", "20", "--image", NAME],
        &["run", "4", "--until", NAME],
        &["doctor", NAME],
        &[NAME],
    ] {
        let mut terminal = start(folder.path(), words);
        if words[..2.min(words.len())] == ["play", "--plain"] {
            terminal.wait_word("evil");
            terminal.send("q\r");
        }
        let ended = terminal.wait_end(LIMIT);
        assert!(ended.is_some(), "{words:?}\n{}", terminal.screen.text());
        assert_eq!(obeyed(&terminal.all), None, "{words:?}");
    }
    // On a screen it is shown as well.
    let mut terminal = start(folder.path(), &["play", NAME]);
    terminal.wait_word("comes from");
    assert_eq!(obeyed(&terminal.all), None);
}
