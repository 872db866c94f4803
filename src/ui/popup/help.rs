//! The keys, all of them.

use crate::ui::text::Page;
use crate::word;

/// A key, and the message that says what it does.
type Row = (&'static str, &'static str);

const CATALOGUE: &[Row] = &[
    ("↑ ↓", "help-select-lab"),
    ("Enter", "help-open-it"),
    ("/", "help-search"),
    ("L", "help-language"),
    ("q", "help-end"),
];

const GUIDE: &[Row] = &[
    ("Enter", "help-enter"),
    ("t", "help-t"),
    ("1-4", "help-choose"),
    ("h", "help-hint"),
    ("n", "help-next"),
    ("u", "help-back"),
    ("s", "help-skip"),
    ("g", "help-list"),
    ("r", "help-over"),
    ("b", "help-rebuild"),
    ("Tab", "help-tab"),
    ("1-9", "help-panel"),
    ("↑ ↓ ← → /", "help-layers"),
    ("z", "help-zoom"),
    ("↑ ↓ PgUp PgDn", "help-scroll"),
    ("L", "help-language"),
    ("q", "help-leave"),
];

const SHELL: &[Row] = &[
    ("Ctrl-] g", "help-to-guide"),
    ("Ctrl-] Tab", "help-to-next"),
    ("Ctrl-] 1-9", "help-to-shell"),
    ("Ctrl-] Enter", "help-shell-run"),
    ("Ctrl-] z", "help-shell-zoom"),
    ("Ctrl-] q", "help-leave"),
    ("Ctrl-] Ctrl-]", "help-send"),
];

/// The keys of the catalogue or of a lab.
pub(super) fn add(page: &mut Page, in_lab: bool) {
    if !in_lab {
        rows(page, CATALOGUE);
        return;
    }
    rows(page, GUIDE);
    page.gap();
    page.say(&word!("help-shell"), page.theme.strong(), 0);
    rows(page, SHELL);
}

fn rows(page: &mut Page, rows: &[Row]) {
    for (key, words) in rows {
        page.item(
            &format!("{key:<14}"),
            page.theme.key(),
            &word::tell(words, &[]),
        );
    }
}
