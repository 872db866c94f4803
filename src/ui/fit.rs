//! Whether a step can be read without scrolling on the smallest screen, with the guide alone on it:
//! its text and question, or what is said after it.

use super::text::Page;
use super::{COLUMNS, ROWS, Theme};
use crate::lab::{Lab, Step};

/// The rows that the header, the frame and the footer take.
const AROUND: usize = 4;

/// The steps whose texts are too long, with the rows that each takes and the rows there are.
pub fn too_long(lab: &Lab) -> Vec<(&Step, usize, usize)> {
    let room = usize::from(ROWS) - AROUND;
    let taken = |step: &Step| before(step).max(after(step));
    let steps = lab.steps.iter().map(|step| (step, taken(step), room));
    steps.filter(|(_, taken, room)| taken > room).collect()
}

fn page() -> Page {
    Page::new(usize::from(COLUMNS) - 2, Theme::new(false))
}

fn before(step: &Step) -> usize {
    let mut page = page();
    page.markdown(&step.text);
    page.markdown(step.goal.as_deref().unwrap_or_default());
    if let Some(ask) = &step.ask {
        page.item("? ", page.theme.plain(), &ask.predict);
        for choice in &ask.choices {
            page.item("  1 ", page.theme.plain(), &choice.say);
        }
    }
    page.lines.len()
}

fn after(step: &Step) -> usize {
    let mut page = page();
    page.markdown(&step.explain);
    if let Some(ask) = &step.then_ask {
        page.item("? ", page.theme.plain(), &ask.read);
    }
    page.lines.len()
}
