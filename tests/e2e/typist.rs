//! A person who believes to be in a shell types words into every place of the program: nothing is
//! lost by that.

use std::time::Duration;

use super::end::{below, lives};
use super::play::{CALM, ISOLAB, lab};
use super::terminal::Terminal;

const SIZE: (u16, u16) = (100, 30);
/// How many words are typed into each place.
const WORDS: usize = 500;
/// A letter alone is obeyed after that.
const ALONE: Duration = Duration::from_millis(400);

/// What people type into shells, and what they say.
const SOME: [&str; 64] = [
    "ls",
    "-l",
    "cd",
    "/lab",
    "find",
    "library",
    "rm",
    "-rf",
    "*",
    "cat",
    "/etc/passwd",
    "|",
    "grep",
    "root",
    "sudo",
    "bash",
    "unshare",
    "--uts",
    "nsenter",
    "-t",
    "1",
    "mount",
    "tmpfs",
    "umount",
    "echo",
    "$$",
    ">",
    "file",
    "&&",
    "exit",
    "quit",
    "q",
    "y",
    "n",
    "yes",
    "no",
    "ps",
    "aux",
    "kill",
    "-9",
    "22",
    "top",
    "vi",
    "less",
    "ip",
    "link",
    "set",
    "up",
    "back",
    "skip",
    "start",
    "over",
    "hello",
    "what",
    "is",
    "this",
    "blank",
    "the",
    "quick",
    "brown",
    "rebuild",
    "ly",
    "ray",
    "sly",
];

/// Words by chance, the same ones for the same seed.
fn words(seed: u64) -> String {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    let mut some = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        SOME[usize::try_from(state >> 33).unwrap() % SOME.len()]
    };
    let words: Vec<&str> = (0..WORDS).map(|_| some()).collect();
    words.join(" ")
}

/// The step that the header names, and what became of it.
fn step(text: &str) -> String {
    let header = text.lines().next().unwrap_or_default();
    let step = header.split("step ").nth(1).unwrap_or_default();
    step.split("lab host")
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned()
}

/// What is remembered of a lab.
fn remembered(terminal: &Terminal) -> String {
    let mut book = terminal.again(&[ISOLAB, "progress", "uts-ipc", "--json"], (120, 60));
    book.wait_end(Duration::from_secs(20));
    // The time that a person spends goes on.
    let lines = book.screen.text();
    let lines = lines
        .lines()
        .filter(|line| !["spent", "exported"].iter().any(|time| line.contains(time)));
    lines.collect::<Vec<_>>().join("\n")
}

/// Types words after these keys, which lead to a place, and closes what that opened.
fn type_into(terminal: &mut Terminal, place: &[&str], seen: &str, seed: u64) {
    for key in place {
        terminal.send(key);
        terminal.wait_calm(ALONE);
    }
    terminal.wait_word(seen);
    terminal.send(&words(seed));
    terminal.wait_calm(ALONE);
    // Esc closes the window with the words, then the one that it lay over, or an input.
    for _ in 0..3 {
        terminal.send("\x1b");
        terminal.wait_calm(CALM);
    }
}

#[test]
fn words_that_are_typed_into_any_place_lose_nothing() {
    let mut terminal = lab("uts-ipc", SIZE);
    terminal.send("\r");
    terminal.wait_word("Done.");
    terminal.wait_word("not now");
    terminal.send("\x1b");
    terminal.wait_for("an end of the question", |text| !text.contains("not now"));
    terminal.send("\r");
    terminal.wait_word("step 2/12");
    terminal.wait_calm(ALONE);
    let (before, known) = (step(&terminal.screen.text()), remembered(&terminal));
    let processes = below(terminal.child.id());
    // The keys that lead to a place, and a word that is seen there.
    let places: [(&[&str], &str); 15] = [
        (&[], "h hint"),
        (&["\t"], "▶"),
        (&["\t", "8"], "[8"),
        (&["\t", "8", "/"], "Esc all names"),
        (&["\x1d"], "Tab next area"),
        (&["?"], "Keys"),
        (&["g"], "Go to a step"),
        (&["w"], "Words"),
        (&["v"], "Verbs, calls"),
        (&["r"], "keep everything"),
        (&["u"], "Back to the step before?"),
        (&["s"], "Pass over this step?"),
        (&["b"], "Build the lab host again?"),
        (&["q"], "Leave?"),
        (&["z"], "step 2/12"),
    ];
    for (seed, (place, seen)) in (0..).zip(places) {
        type_into(&mut terminal, place, seen, seed);
        // Back to the guide, whatever area had the keys.
        terminal.send("\x1dg");
        terminal.wait_calm(CALM);
        let text = terminal.screen.text();
        assert_eq!(step(&text), before, "{place:?}\n{text}");
        assert!(processes.iter().all(lives), "{place:?}\n{text}");
    }
    assert_eq!(remembered(&terminal), known);
    // A shell takes them as they are.
    terminal.send("\x1d1");
    terminal.wait_calm(CALM);
    terminal.send(&words(99));
    terminal.wait_calm(ALONE);
    terminal.send("\x15\x1dg");
    terminal.wait_calm(CALM);
    assert!(processes.iter().all(lives));
}

#[test]
fn words_that_are_typed_into_the_list_of_labs_are_searched_for() {
    let mut terminal = Terminal::start(&[ISOLAB], SIZE);
    terminal.wait_word("Enter open");
    terminal.send("pivot");
    terminal.wait_word("No way back");
    terminal.wait_for("fewer labs", |text| !text.contains("Two hosts"));
    terminal.send(&words(5));
    terminal.wait_calm(ALONE);
    terminal.send("\x1b");
    terminal.wait_word("Two hosts");
    // A search that was ended with Enter is left with one Esc, too.
    terminal.send("/pivot");
    terminal.wait_word("No way back");
    terminal.send("\r");
    terminal.wait_word("Esc all labs");
    terminal.send("\x1b");
    terminal.wait_word("Two hosts");
    terminal.wait_word("/ search");
}

#[test]
fn what_was_typed_into_the_guide_can_be_handed_to_the_shell_of_the_step() {
    let mut terminal = lab("uts-ipc", SIZE);
    terminal.send("hostname");
    terminal.wait_word("You are not in a shell");
    terminal.wait_word("› hostname");
    terminal.send("\r");
    terminal.wait_word("root@lab:/lab# hostname");
    terminal.wait_for("no window", |text| !text.contains("You are not in a shell"));
    terminal.wait_word("Ctrl-]");
    terminal.send("\r");
    terminal.wait_for("its output", |text| {
        text.lines().any(|line| line.starts_with("lab"))
    });
}
