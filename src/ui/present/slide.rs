//! The slides that are read aloud: one text alone on the screen.

use ratatui::text::Span;

use crate::lab::{Ask, Step};
use crate::session::{Phase, Session};
use crate::ui::state::Slide;
use crate::ui::text::{Page, clean, width};
use crate::ui::view::LabView;
use crate::ui::{Command, Theme, guide};
use crate::word;

/// The title above a slide.
pub(super) fn title(session: &Session) -> String {
    match session.phase() {
        Phase::Finished => word!("the-end"),
        _ => session.step().title.clone(),
    }
}

/// Whether a step begins with its panel and its shells: only one that is played does.
pub(super) fn is_staged(session: &Session) -> bool {
    let step = session.step();
    !step.is_text() && step.goal.is_none()
}

/// The text of a slide.
pub(super) fn page(view: &LabView<'_>, slide: Slide, width: usize, theme: Theme) -> Page {
    let mut page = Page::new(width, theme);
    let session = view.session;
    match session.phase() {
        Phase::Rewinding { .. } | Phase::Lost { .. } => guide::elsewhere(&mut page, session),
        Phase::Finished => page.markdown(&session.lab().recap),
        _ => told(&mut page, session, slide),
    }
    trim(&mut page);
    page
}

fn told(page: &mut Page, session: &Session, slide: Slide) {
    let step = session.step();
    match (slide, &step.ask) {
        (Slide::Opening | Slide::Beats, _) => text(page, step),
        (Slide::Question, Some(ask)) => question(page, ask, session.chosen()),
        (Slide::Answer, Some(ask)) => {
            let right = session.right_choices().unwrap_or_default();
            answer(page, ask, &right, session.chosen());
        }
        _ => explanation(page, step),
    }
}

/// How many columns of text a slide has.
pub(super) fn letters(session: &Session, slide: Slide) -> u64 {
    let mut page = Page::new(80, Theme::new(false));
    if slide == Slide::Opening && is_staged(session) {
        page = lead(session.step(), 80, page.theme);
    } else {
        told(&mut page, session, slide);
    }
    let columns: usize = page.lines.iter().map(|line| width(&line.to_string())).sum();
    u64::try_from(columns).unwrap_or(0)
}

/// The whole text of a step.
pub(super) fn text(page: &mut Page, step: &Step) {
    page.markdown(&step.text);
    if let Some(goal) = &step.goal {
        page.say(&word!("your-task"), page.theme.strong(), 0);
        page.markdown(goal);
    }
}

/// What a played step is about: the first paragraph of its text.
pub(super) fn lead(step: &Step, width: usize, theme: Theme) -> Page {
    let mut page = Page::new(width, theme);
    let first = step.text.trim_start().split("\n\n").next();
    page.markdown(first.unwrap_or_default());
    trim(&mut page);
    page
}

/// The question, with an empty row after each choice, so that they can be pointed at.
pub(super) fn question(page: &mut Page, ask: &Ask, chosen: Option<usize>) {
    page.item("", page.theme.plain(), &ask.predict);
    page.gap();
    for (index, choice) in ask.choices.iter().enumerate() {
        let first = page.lines.len();
        let mark = if chosen == Some(index) { "▸" } else { " " };
        let number = format!("{mark} {}  ", index + 1);
        page.item(&number, page.theme.key(), &choice.say);
        page.hit(first, &Command::Predict(index));
        page.gap();
    }
}

/// The question with the right choices marked, and the reply to the first of them.
pub(super) fn answer(page: &mut Page, ask: &Ask, right: &[usize], chosen: Option<usize>) {
    page.item("", page.theme.plain(), &ask.predict);
    page.gap();
    for (index, choice) in ask.choices.iter().enumerate() {
        let (mark, style) = match index {
            _ if right.contains(&index) => ("✓", page.theme.good()),
            _ if chosen == Some(index) => ("▸", page.theme.key()),
            _ => (" ", page.theme.dim()),
        };
        page.item(&format!("{mark} {}  ", index + 1), style, &choice.say);
    }
    page.gap();
    let told = right.first().copied().or(chosen);
    if let Some(choice) = told.and_then(|index| ask.choices.get(index)) {
        page.markdown(&choice.reply);
    }
}

/// What is said and asked after a step.
pub(super) fn explanation(page: &mut Page, step: &Step) {
    page.markdown(&step.explain);
    if let Some(ask) = &step.then_ask {
        page.item("? ", page.theme.accent(), &ask.read);
    }
}

/// A line that was typed, with its shell.
pub(super) fn line(page: &mut Page, actor: &str, line: &str) {
    let spans = [
        Span::styled(format!("{}$ ", clean(actor)), page.theme.dim()),
        Span::styled(clean(line), page.theme.code()),
    ];
    page.spans(&spans, 4);
}

/// Removes the empty lines at the end.
fn trim(page: &mut Page) {
    while page.lines.last().is_some_and(|line| line.width() == 0) {
        page.lines.pop();
    }
}
