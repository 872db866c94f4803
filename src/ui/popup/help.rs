//! The keys, all of them.

use crate::ui::text::Page;

/// A key and what it does.
type Row = (&'static str, &'static str);

const CATALOGUE: &[Row] = &[
    ("↑ ↓", "select a lab"),
    ("Enter", "open it"),
    ("q", "end isolab"),
];

const GUIDE: &[Row] = &[
    ("Enter", "run the step; once it is done, go on"),
    ("t", "put the step's line into the prompt, not run"),
    ("1-4", "choose an answer; without a question: a panel"),
    ("h", "open a hint"),
    ("n", "next step"),
    ("u", "back to the step before"),
    ("s", "pass the step over"),
    ("g", "list of steps"),
    ("r", "start over: the step or the lab"),
    ("b", "build a spoilt or lost lab host again"),
    ("Tab", "next area: guide, panel, shells (Shift-Tab: back)"),
    ("1-9", "in the panel: which one"),
    (
        "↑ ↓ ← → /",
        "in the panel Layers: select, fold, unfold, filter",
    ),
    ("z", "the focused area alone, or all again"),
    ("↑ ↓ PgUp PgDn", "scroll"),
    ("q", "leave the lab"),
];

const SHELL: &[Row] = &[
    ("Ctrl-] g", "to the guide"),
    ("Ctrl-] Tab", "to the next area"),
    ("Ctrl-] 1-9", "to the shell of that number"),
    ("Ctrl-] Enter", "run the step, or go on"),
    ("Ctrl-] z", "the shell alone, or all again"),
    ("Ctrl-] q", "leave the lab"),
    ("Ctrl-] Ctrl-]", "send Ctrl-] to the shell"),
];

/// The keys of the catalogue or of a lab.
pub(super) fn add(page: &mut Page, in_lab: bool) {
    if !in_lab {
        rows(page, CATALOGUE);
        return;
    }
    rows(page, GUIDE);
    page.gap();
    let words = "A shell gets every key but Ctrl-], which leads out:";
    page.say(words, page.theme.strong(), 0);
    rows(page, SHELL);
}

fn rows(page: &mut Page, rows: &[Row]) {
    for (key, words) in rows {
        page.item(&format!("{key:<14}"), page.theme.key(), words);
    }
}
