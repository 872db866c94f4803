//! Playing on the screen, as a person does.

use ratatui::layout::Size;
use std::time::Duration;

use super::terminal::Terminal;
use crate::skip::lacks;

pub(super) const ISOLAB: &str = env!("CARGO_BIN_EXE_isolab");
/// How long nothing must come until the screen counts as calm.
pub(super) const CALM: Duration = Duration::from_millis(60);
/// The leader, which leads out of a shell.
pub(super) const LEADER: &str = "\x1d";

/// A lab on the screen, its shells at their prompts.
pub(super) fn lab(name: &str, size: impl Into<Size>) -> Terminal {
    let mut terminal = Terminal::start(&[ISOLAB, "play", name], size);
    terminal.wait_word("root@lab:/lab#");
    terminal.wait_calm(CALM);
    terminal
}

/// The same, and the keys go to its first shell.
pub(super) fn shell(name: &str, size: impl Into<Size>) -> Terminal {
    let mut terminal = lab(name, size);
    terminal.send("\t\t");
    terminal.wait_word("Ctrl-]");
    terminal
}

pub(super) fn footer(text: &str) -> &str {
    text.trim_end().lines().last().unwrap_or_default().trim()
}

/// The key that goes on, by what the footer offers.
pub(super) fn key(footer: &str) -> Option<&'static str> {
    let offers = |words: &str| footer.contains(words);
    Some(match () {
        () if offers("choose first") => "1\r",
        () if offers("Enter run") || offers("Enter next") => "\r",
        () if offers("h hint") => "h",
        // The line, Enter in its shell, and back to the guide.
        () if offers("t type it") => "t\r\x1dg",
        () => return None,
    })
}

/// Plays a lab from the catalog to its end, with keys alone. Each step must be seen in its turn.
fn play_to_the_end(row: usize, steps: usize, size: impl Into<Size>) {
    let mut terminal = Terminal::start(&[ISOLAB], size);
    terminal.wait_word("Enter open");
    terminal.send(&"j".repeat(row));
    terminal.wait_calm(CALM);
    terminal.send("\r");
    let mut seen = 0;
    for _ in 0..steps * 12 {
        terminal.wait_for("what goes on", |text| {
            let ends = ["Enter finish", "Enter build again"];
            ends.iter().any(|end| footer(text).contains(end)) || key(footer(text)).is_some()
        });
        terminal.wait_calm(CALM);
        let text = terminal.screen.text();
        if text.contains(&format!("step {}/{steps}", seen + 1)) {
            seen += 1;
        }
        assert!(text.contains(&format!("step {seen}/{steps}")), "{text}");
        assert!(!footer(&text).contains("build again"), "{text}");
        if footer(&text).contains("Enter finish") {
            break;
        }
        // The offer may be gone by now: then the footer is read again.
        if let Some(key) = key(footer(&text)) {
            terminal.send(key);
            terminal.wait_calm(CALM);
        }
    }
    assert_eq!(seen, steps, "{}", terminal.screen.text());
    terminal.send("\r");
    terminal.wait_word("Enter open");
    terminal.send("q");
    assert!(terminal.wait_end(Duration::from_secs(5)).unwrap().success());
}

#[test]
fn chroot_on_a_small_screen() {
    play_to_the_end(0, 14, (80, 24));
}

#[test]
fn uts_ipc_on_a_large_screen() {
    play_to_the_end(3, 12, (120, 40));
}

#[test]
fn pivot_root_on_a_small_screen() {
    play_to_the_end(2, 10, (80, 24));
}

#[test]
fn user_on_a_large_screen() {
    play_to_the_end(6, 8, (120, 40));
}

#[test]
fn veth_on_a_small_screen() {
    if lacks("veth_on_a_small_screen", &["ip"]) {
        return;
    }
    play_to_the_end(8, 15, (80, 24));
}

#[test]
fn nat_on_a_large_screen() {
    if lacks("nat_on_a_large_screen", &["ip", "nft"]) {
        return;
    }
    play_to_the_end(10, 8, (120, 40));
}

#[test]
fn pids_on_a_small_screen() {
    play_to_the_end(13, 7, (80, 24));
}

#[test]
fn images_on_a_small_screen() {
    play_to_the_end(16, 10, (80, 24));
}

/// Waits until the progress in the lab contains a word.
fn wait_kept(terminal: &Terminal, word: &str) {
    for _ in 0..50 {
        let line = [ISOLAB, "progress", "uts-ipc", "--json"];
        let mut book = terminal.again(&line, (120, 120));
        book.wait_end(Duration::from_secs(10));
        if book.screen.text().contains(word) {
            return;
        }
    }
    panic!("{word} was not kept");
}

#[test]
fn killed_at_any_moment_a_lab_goes_on_where_it_was() {
    let mut terminal = lab("uts-ipc", (120, 40));
    terminal.send("\r");
    terminal.wait_word("Done.");
    terminal.wait_word("not now");
    terminal.send("\x1b");
    terminal.wait_for("an end of the question", |text| !text.contains("not now"));
    terminal.send("\r");
    terminal.wait_word("step 2/12");
    terminal.send("2");
    terminal.wait_word("Your guess: Both");
    // It is on the disk a moment after it is on the screen, so this waits.
    wait_kept(&terminal, "\"chosen\": 1");
    // `setsid` has become the program itself.
    let _ = terminal.child.kill();
    let _ = terminal.child.wait();
    let mut again = terminal.again(&[ISOLAB, "play", "uts-ipc"], (120, 40));
    again.wait_word("You left this lab at step 2");
    again.send("\r");
    again.wait_word("Your guess: Both");
    again.send("\r");
    again.wait_word("Your guess was right");
    again.send("q");
    again.wait_word("Leave?");
    again.send("\r");
    again.wait_end(Duration::from_secs(5));
    let mut book = again.again(&[ISOLAB, "progress", "uts-ipc"], (120, 40));
    book.wait_word("guesses right: 1 of 1");
    // The times on the two steps, one of which was left before the kill and one after it.
    let mut book = again.again(&[ISOLAB, "progress", "uts-ipc", "--json"], (120, 60));
    book.wait_for("two times", |text| {
        let times = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("\"spent\": "));
        let times: Vec<_> = times.map(str::parse::<u64>).collect();
        times.len() == 2 && times.iter().all(|time| *time != Ok(0))
    });
}

#[test]
fn the_language_changes_while_a_lab_is_played() {
    let mut terminal = lab("uts-ipc", (120, 40));
    terminal.wait_word("Two shells, one host");
    terminal.send("L");
    terminal.wait_word("实验主机");
    terminal.send("\r");
    terminal.wait_word("完成");
    terminal.wait_word("先不答");
    terminal.send("\x1b");
    terminal.wait_for("an end of the question", |text| !text.contains("先不答"));
    terminal.send("L");
    terminal.wait_word("Done.");
}

/// A lab of two steps, for a file of any name.
const TWO: &str = "format: 1\ntitle: Two\nsummary: S.\nminutes: 1\nsteps:\n  - id: a\n    title: First\n    text: T.\n    do: [{hostname: {name: one}}]\n    check: [{expect: 'host.hostname == \"one\"', else: No.}]\n    hints: [one, two, three]\n  - id: b\n    title: Second\n    text: T.\n    do: [{hostname: {name: two}}]\n    check: [{expect: 'host.hostname == \"two\"', else: No.}]\n    hints: [one, two, three]\n";

#[test]
fn the_list_opens_on_what_is_next_and_leads_on_from_a_lab_that_is_done() {
    let mut terminal = Terminal::start(&[ISOLAB], (120, 40));
    terminal.wait_word("▸ 01");
    terminal.wait_word("next");
    // The steps of lab 01 are passed over, which counts as done.
    terminal.send("\r");
    terminal.wait_word("step 1/14");
    for step in 2..=14 {
        terminal.wait_word("lab host: safe");
        terminal.send("s\r");
        terminal.wait_word(&format!("step {step}/14"));
    }
    terminal.wait_word("lab host: safe");
    terminal.send("s\r");
    terminal.wait_word("Enter finish");
    terminal.send("\r");
    terminal.wait_word("Enter open");
    terminal.wait_word("▸ 02");
    // Who has left a lab is led back to it.
    terminal.send("j\r");
    terminal.wait_word("step 1/");
    terminal.send("q\r");
    terminal.wait_word("▸ 03");
}

#[test]
fn two_labs_of_one_name_do_not_share_what_was_done() {
    let home = tempfile::tempdir().unwrap();
    let lab = |week: &str| {
        let path = home.path().join(week).join("lab.yaml");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, TWO).unwrap();
        path.display().to_string()
    };
    let set = format!("HOME={}", home.path().display());
    let play = |path: &str| {
        let line = ["env", "-u", "XDG_STATE_HOME", &set, ISOLAB, "play", path];
        Terminal::start(&line, (100, 30))
    };
    let (first, second) = (lab("week1"), lab("week2"));
    let mut run = play(&first);
    run.wait_word("A lab from elsewhere");
    run.send("\r");
    run.wait_word("Enter run");
    run.send("\r");
    run.wait_word("Enter next");
    run.send("\r");
    run.wait_word("step 2/2");
    run.send("q");
    run.wait_word("Leave?");
    run.send("\r");
    assert!(run.wait_end(Duration::from_secs(20)).unwrap().success());
    play(&first).wait_word("step 2/2");
    let told = std::process::Command::new(ISOLAB)
        .arg("progress")
        .env("HOME", home.path())
        .env_remove("XDG_STATE_HOME")
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(told.contains(&first) && !told.contains(&second), "{told}");
    // The other lab is still strange, and begins at its beginning.
    let mut run = play(&second);
    run.wait_word("A lab from elsewhere");
    run.wait_word("step 1/2");
}
