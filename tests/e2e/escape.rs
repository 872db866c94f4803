//! What a lab prints, or says in its file, never reaches the person's terminal
//! as more than text.

use std::time::Duration;

use super::play::{CALM, ISOLAB, shell};
use super::terminal::Terminal;

const SIZE: (u16, u16) = (120, 40);

/// Every escape sequence of a stream that could do more than draw: `OSC`, `DCS`,
/// `APC`, a full reset, and reports that are asked for.
fn harmful(stream: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(stream);
    let mut found = Vec::new();
    for part in text.split('\x1b').skip(1) {
        let begin: String = part.chars().take(12).collect();
        let is_harm = part.starts_with([']', 'P', '_', '^', 'X', 'c', '#', '%'])
            || part.starts_with("[c")
            || part.starts_with("[6n")
            || part.starts_with("[?1004h")
            || part.starts_with("[21t");
        if is_harm {
            found.push(begin);
        }
    }
    found
}

#[test]
fn what_programs_print_stays_in_their_pane() {
    let mut terminal = shell("04", SIZE);
    let sequences = [
        r"\e]0;title\a",
        r"\e]52;c;ZXZpbA==\a",
        r"\e[?1049h",
        r"\e[?1003h\e[?1006h",
        r"\e[5;10r\e[1;1H",
        r"\ec",
        r"\e[6n\e[c\e[21t",
        r"\eP+q544e\e\\",
        r"\e_apc\e\\",
        r"\e[?25l\e[?2004h\e[?1004h",
        r"\e#8\e[?5h\e%%G",
    ];
    for sequence in sequences {
        terminal.send(&format!("printf '{sequence}'\r"));
        terminal.wait_calm(CALM);
    }
    terminal.send("head -c 300000 /dev/urandom; head -c 1000000 /dev/zero | tr '\\0' x\r");
    terminal.wait_calm(Duration::from_millis(500));
    // What the terminal had to reply is now in the prompt.
    terminal.send("\x03\r\rreset; clear; echo al''ive\r");
    terminal.wait_word("alive");
    terminal.wait_word("isolab · 04 Two hosts");
    assert_eq!(harmful(&terminal.all), Vec::<String>::new());
    // Only the program itself has switched the modes of its terminal.
    let text = String::from_utf8_lossy(&terminal.all);
    assert_eq!(text.matches("\x1b[?1049h").count(), 1);
    assert_eq!(text.matches("\x1b[?2004h").count(), 1);
}

#[test]
fn control_characters_in_a_lab_file_are_no_commands() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("90-evil.yaml");
    let lab = "format: 1\ntitle: \"E\\x1b]0;evil\\x07vil\"\nsummary: \"a \\x1b[2J b\"\nminutes: 1\nsteps:\n  - id: one\n    title: \"one \\x1bc two\"\n    text: \"text \\x1b]52;c;ZXZpbA==\\x07 end\"\n    do:\n      - exec: {program: [printf, \"a\\u009b31mb\"]}\n";
    std::fs::write(&path, lab).unwrap();
    let path = path.to_str().unwrap();
    for command in ["lint", "run", "test", "play"] {
        let mut terminal = Terminal::start(&[ISOLAB, command, path], SIZE);
        let ended = terminal.wait_end(Duration::from_secs(20));
        assert!(!ended.unwrap().success(), "{command}");
        assert_eq!(harmful(&terminal.all), Vec::<String>::new(), "{command}");
        let text = String::from_utf8_lossy(&terminal.all);
        assert!(text.contains("control character"), "{command}: {text}");
    }
}

#[test]
fn what_a_step_prints_is_plain_in_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("91-loud.yaml");
    let lab = "format: 1\ntitle: Loud\nsummary: It prints.\nminutes: 1\nsteps:\n  - id: one\n    title: One\n    text: It prints.\n    do:\n      - exec: {program: [bash, -c, \"printf '\\\\e]0;t\\\\a \\\\ec \\\\e[2J shown'\"]}\n    check:\n      - {expect: 'result.output.contains(\"shown\")', else: Nothing was printed}\n";
    std::fs::write(&path, lab).unwrap();
    let mut terminal = Terminal::start(&[ISOLAB, "run", path.to_str().unwrap()], SIZE);
    let ended = terminal.wait_end(Duration::from_secs(20));
    let text = String::from_utf8_lossy(&terminal.all).into_owned();
    assert!(ended.unwrap().success(), "{text}");
    assert_eq!(harmful(&terminal.all), Vec::<String>::new(), "{text}");
    assert!(
        text.contains("shown") && !text.contains("\x1b[2J"),
        "{text}"
    );
}
