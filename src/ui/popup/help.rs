//! The keys, all of them.

use crate::config::Keys;
use crate::ui::state::Mode;
use crate::ui::text::Page;
use crate::word;

/// A key, and the message that says what it does.
type Row = (&'static str, &'static str);

const CATALOGUE: &[Row] = &[
    ("↑ ↓", "help-select-lab"),
    ("Enter", "help-open-it"),
    ("/", "help-search"),
    ("i", "help-install"),
    ("L", "help-language"),
    ("T", "help-look"),
    ("r", "help-over-all"),
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
    ("w", "help-words"),
    ("v", "help-card"),
    ("r", "help-over"),
    ("b", "help-rebuild"),
    ("Tab", "help-tab"),
    ("0-9", "help-panel"),
    ("↑ ↓ ← → /", "help-layers"),
    ("z", "help-zoom"),
    ("P", "help-present"),
    ("< > - +", "help-split"),
    ("↑ ↓ PgUp PgDn", "help-scroll"),
    ("L", "help-language"),
    ("T", "help-look"),
    ("e", "help-export"),
    ("q", "help-leave"),
];

const PRESENT: &[Row] = &[
    ("→ PgDn Space", "help-onward"),
    ("← PgUp p", "help-present-back"),
    ("1-9 Enter", "help-present-jump"),
    ("g", "help-list"),
    ("Home End", "help-present-ends"),
    ("b .", "help-blank"),
    ("a", "help-auto"),
    ("Tab", "help-free"),
    ("r", "help-script"),
    ("s", "help-skip"),
    ("↑ ↓", "help-scroll"),
    ("P", "help-ordinary"),
    ("L", "help-language"),
    ("T", "help-look"),
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

/// The keys of a lab, or of the catalogue where no mode is.
pub(super) fn add(page: &mut Page, mode: Option<&Mode>, keys: &Keys) {
    match mode {
        None => return rows(page, CATALOGUE, keys),
        Some(Mode::Study) => rows(page, GUIDE, keys),
        Some(Mode::Present(_)) => rows(page, PRESENT, keys),
    }
    page.gap();
    page.say(&word!("help-shell"), page.theme.strong(), 0);
    rows(page, SHELL, keys);
}

fn rows(page: &mut Page, rows: &[Row], keys: &Keys) {
    for (key, words) in rows {
        page.item(
            &format!("{:<14}", keys.label(key)),
            page.theme.key(),
            &word::tell(words, &[]),
        );
    }
}
