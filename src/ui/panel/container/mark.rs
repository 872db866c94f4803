//! In which step a part changed last.

use ratatui::text::Span;

use super::part::Part;
use crate::session::Session;
use crate::snapshot::{HOST, Snapshot};
use crate::ui::Theme;
use crate::word;

/// The last step in which a part changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Its number, from 1.
    step: usize,
    /// Whether it is the current step.
    present: bool,
}

impl Mark {
    /// The mark of an actor's part; `None` if it has not changed since the lab began.
    pub(super) fn of(session: &Session, name: &str, part: Part) -> Option<Self> {
        let mut later = keys(session.now(), name, part);
        for entry in session.journal().iter().rev() {
            // Before the first snapshot nothing is known.
            if entry.before.actors.is_empty() {
                return None;
            }
            let earlier = keys(&entry.before, name, part);
            if earlier != later {
                return Some(Self {
                    step: entry.step + 1,
                    present: entry.step == session.index(),
                });
            }
            later = earlier;
        }
        None
    }

    /// Whether it changed in the current step.
    pub(super) fn is_present(self) -> bool {
        self.present
    }

    /// In words.
    pub(super) fn span(self, theme: Theme) -> Span<'static> {
        let words = format!(" · {}", word!("ct-step", number = self.step));
        if self.present {
            Span::styled(format!("{words} ◀"), theme.own())
        } else {
            Span::styled(words, theme.dim())
        }
    }
}

/// The keys of a part's items in a state. An actor that does not exist yet has those of the host.
fn keys(state: &Snapshot, name: &str, part: Part) -> Vec<String> {
    let subject = super::subject(state, name).or_else(|| super::subject(state, HOST));
    let items = subject.map(|subject| part.items(&subject));
    let known = items.unwrap_or_default().into_iter();
    known.map(|item| item.key).collect()
}
