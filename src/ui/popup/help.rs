//! The keys, all of them.

use crate::config::Keys;
use crate::ui::keymap::table::{self, Place};
use crate::ui::text::Page;
use crate::word;

/// The keys of the catalogue or of a lab.
pub(super) fn add(page: &mut Page, in_lab: bool, presents: bool, keys: &Keys) {
    if !in_lab {
        rows(page, &[Place::Catalog], keys);
        return;
    }
    let study: &[Place] = if presents {
        &[Place::Class]
    } else {
        &[Place::Guide, Place::Layers]
    };
    rows(page, study, keys);
    page.gap();
    page.say(&word!("help-shell"), page.theme.strong(), 0);
    rows(page, &[Place::Led], keys);
}

/// The lines of some places that stand in the help, in the order of the table.
fn rows(page: &mut Page, places: &[Place], keys: &Keys) {
    let lines = table::bindings().filter(|binding| places.contains(&binding.place));
    for binding in lines.filter(|binding| !binding.long.is_empty()) {
        page.item(
            &format!("{:<14}", keys.label(&binding.label())),
            page.theme.key(),
            &word::tell(binding.long, &[]),
        );
    }
}
