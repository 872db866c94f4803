//! The words of the screen as lines to be read one after the other, for screen readers and simple
//! terminals.

use super::keymap::offers;
use super::text::Page;
use super::view::LabView;
use super::{Context, Theme, guide, panel};
use crate::word;

/// A part of a lab that can be read out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The step: its number, its text, its question, its lines, its checks.
    Step,
    /// What is said once the step is done, and at the end of the lab.
    After,
    /// How the step stands: what is in the way, the checks, the open hints.
    State,
    /// The panel in front.
    Panel,
    /// What changed since the step began.
    Changes,
    /// The keys that work now.
    Offers,
}

/// A part, as lines; a paragraph is one line.
pub fn lines(view: &LabView<'_>, part: Part) -> Vec<String> {
    let mut page = Page::new(PARAGRAPH, Theme::new(false));
    match part {
        Part::Step => {
            heading(&mut page, view);
            guide::before(&mut page, view);
        }
        Part::After => guide::outcome(&mut page, view),
        Part::State => guide::standing(&mut page, view),
        Part::Panel => page = panel::column(view, COLUMNS),
        Part::Changes => {
            for change in view.changes {
                let words = word!("changed", what = &change.words);
                page.say(&words, page.theme.plain(), 0);
            }
        }
        Part::Offers => page.say(&keys(view), page.theme.plain(), 0),
    }
    let mut lines: Vec<String> = page.lines.iter().map(ToString::to_string).collect();
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    // An input line with its cursor means nothing to a person who types whole lines.
    lines.retain(|line| !line.ends_with('▏'));
    let last = lines.iter().rposition(|line| !line.is_empty());
    lines.truncate(last.map_or(0, |last| last + 1));
    lines
}

/// The most columns of a paragraph: it is read, not looked at.
const PARAGRAPH: usize = 4000;
/// The columns of a panel, which is a table.
const COLUMNS: usize = 100;

fn heading(page: &mut Page, view: &LabView<'_>) {
    let session = view.session;
    let number = word!(
        "step-of",
        step = session.index() + 1,
        steps = session.lab().steps.len()
    );
    let words = format!("== {number}: {} ==", session.step().title);
    page.say(&words, page.theme.plain(), 0);
    page.gap();
}

/// The keys that work now, on one line.
fn keys(view: &LabView<'_>) -> String {
    let context = Context::lab(view.session, view.state);
    let words: Vec<String> = offers(&context)
        .into_iter()
        .filter(|offer| is_typed(&offer.key) && offer.key != "z")
        .map(|offer| format!("{}: {}", offer.key, offer.word))
        .collect();
    format!("[{}; ?: {}]", words.join("; "), word!("key-keys"))
}

/// Whether a person can type a key in a line.
fn is_typed(key: &str) -> bool {
    key == "Enter" || key.chars().all(|c| c.is_ascii_lowercase())
}
