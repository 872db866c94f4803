//! All that changed since the step began.

use crate::session::Session;
use crate::snapshot::diff::diff;
use crate::ui::panel::ordered;
use crate::ui::text::{Page, clean};
use crate::word;

/// A line for each change.
pub(super) fn add(page: &mut Page, session: &Session) {
    let changes = diff(session.before(), session.now());
    for change in ordered(session, &changes) {
        let words = clean(&change.words.to_string());
        page.say(&format!("· {words}"), page.theme.plain(), 2);
    }
    if changes.is_empty() {
        page.say(&word!("changes-none"), page.theme.dim(), 0);
    }
}
