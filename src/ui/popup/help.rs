//! The keys, all of them.

use crate::config::Keys;
use crate::ui::keymap::table::{self, Place};
use crate::ui::state::Mode;
use crate::ui::text::Page;
use crate::word;

/// The keys of a lab, or of the catalog where no mode is.
pub(super) fn add(page: &mut Page, mode: Option<&Mode>, keys: &Keys) {
    match mode {
        None => return rows(page, &[Place::Catalog], keys),
        Some(Mode::Study) => rows(page, &[Place::Guide, Place::Mounts, Place::Layers], keys),
        Some(Mode::Present(_)) => rows(page, &[Place::Class], keys),
    }
    page.gap();
    page.say(&word!("help-shell"), page.theme.strong(), 0);
    rows(page, &[Place::Led], keys);
    page.gap();
    page.say(&word!("help-copy"), page.theme.plain(), 0);
}

/// The lines of some places that stand in the help, in the order of the table.
fn rows(page: &mut Page, places: &[Place], keys: &Keys) {
    let lines = table::bindings().filter(|binding| places.contains(&binding.place));
    for binding in lines.filter(|binding| !binding.long.is_empty()) {
        page.item(
            &format!("{:<13} ", keys.label(&binding.label())),
            page.theme.key(),
            &word::tell(binding.long, &[]),
        );
    }
}
