//! A lab whose setup moves its shells and wires a network, on the screen: the
//! learner finds it made.

use super::play::{CALM, LEADER, lab};
use super::terminal::Terminal;
use crate::skip::lacks;

/// What only the setup of the broken network does.
const UNSEEN: [&str; 4] = ["unshare", "10.2.0.10/8", "CLONE_NEWNET", "RTM_NEWLINK"];

fn unseen(terminal: &Terminal, words: &[&str]) {
    let text = terminal.screen.text();
    for word in words {
        assert!(!text.contains(word), "{word} in\n{text}");
    }
}

#[test]
fn a_setup_is_seen_nowhere() {
    let mut terminal = lab("broken-network", (120, 40));
    terminal.wait_for("three prompts", |text| {
        text.matches("root@lab:/lab#").count() == 3
    });
    // Each shell was moved or not: it has one prompt, and its history begins now.
    terminal.wait_calm(CALM);
    let text = terminal.screen.text();
    assert_eq!(text.matches("root@lab:/lab#").count(), 3, "{text}");
    terminal.send("\t\t");
    terminal.wait_word("Ctrl-]");
    terminal.send(&format!("{LEADER}\t"));
    terminal.wait_word("▶ 2 desk");
    terminal.send("history\r");
    terminal.wait_word("  1  history");
    unseen(&terminal, &["    2  ", "unshare"]);
    // The journal and the changes begin with the first step as well.
    terminal.send(&format!("{LEADER}g"));
    terminal.wait_word("▶ The complaint");
    terminal.send("\t9");
    terminal.wait_word("the calls isolab made itself");
    terminal.wait_calm(CALM);
    unseen(&terminal, &UNSEEN);
    unseen(&terminal, &["changed:"]);
}

#[test]
fn a_symptom_is_told_in_words_and_the_next_one_when_it_is_mended() {
    if lacks(
        "a_symptom_is_told_in_words_and_the_next_one_when_it_is_mended",
        &["ip"],
    ) {
        return;
    }
    let mut terminal = lab("broken-network", (120, 40));
    terminal.send("s\r");
    terminal.wait_word("☐ shop is cut off.");
    unseen(&terminal, &["to the router.", "carrier)"]);
    terminal.send("\t\t");
    terminal.wait_word("Ctrl-]");
    terminal.send("ip link set to-shop up\r");
    terminal.wait_word("☑ shop");
    terminal.wait_word("☐ What desk sends");
}
