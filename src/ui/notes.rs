//! What an instructor reads in another terminal: the notes of the step, what comes next, and the
//! time.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::keymap;
use super::keymap::table::Place;
use super::text::{Page, clean, clock};
use super::theme::Theme;
use crate::lab::{Ask, Choice};
use crate::session::{Phase, Session, sentence};
use crate::word;

/// What the notes are drawn from; times are in milliseconds since the run began.
#[derive(Clone, Copy, Debug)]
pub struct NotesView<'a> {
    /// The run.
    pub session: &'a Session,
    /// Now.
    pub now: u64,
    /// When the current step began.
    pub arrived: u64,
    /// When each step of an earlier run began.
    pub rehearsal: &'a [(usize, u64)],
    /// How many lines to scroll.
    pub scroll: usize,
}

impl NotesView<'_> {
    /// When the step of an index began in the earlier run, if it came so far.
    fn rehearsed(&self, index: usize) -> Option<u64> {
        let mut all = self.rehearsal.iter();
        all.find(|(step, _)| *step == index).map(|(_, at)| *at)
    }
}

/// Draws the notes; returns how many lines they are scrolled.
pub fn draw(view: &NotesView<'_>, theme: Theme, frame: &mut Frame<'_>) -> usize {
    let rows = [
        Constraint::Length(2),
        Constraint::Fill(1),
        Constraint::Length(1),
    ];
    let [top, middle, bottom] = Layout::vertical(rows).areas(frame.area());
    let (lab, index) = (view.session.lab(), view.session.index());
    let step = word!("step-of", step = index + 1, steps = lab.steps.len());
    let title = format!(
        " {} · {step} · {}",
        clean(&lab.title),
        clean(&view.session.step().title)
    );
    let lines = vec![
        Line::styled(title, theme.strong()),
        Line::from(format!(" {}", times(view))),
    ];
    frame.render_widget(Paragraph::new(lines), top);
    let mut page = Page::new(usize::from(middle.width.saturating_sub(2)), theme);
    fill(&mut page, view);
    let most = page.lines.len().saturating_sub(usize::from(middle.height));
    let scroll = view.scroll.min(most);
    let seen: Vec<Line<'static>> = page.lines.into_iter().skip(scroll).collect();
    let inside = middle.inner(ratatui::layout::Margin::new(1, 0));
    frame.render_widget(Paragraph::new(seen), inside);
    let keys = format!(" {}", keymap::shown(&[Place::Notes]));
    frame.render_widget(Paragraph::new(keys).style(theme.dim()), bottom);
    scroll
}

fn times(view: &NotesView<'_>) -> String {
    let planned = u64::from(view.session.lab().minutes) * 60_000;
    let left = if view.now <= planned {
        word!("notes-left", time = clock(planned - view.now))
    } else {
        word!("notes-over", time = clock(view.now - planned))
    };
    let parts = [
        word!(
            "notes-time",
            now = clock(view.now),
            planned = clock(planned)
        ),
        left,
        word!(
            "notes-step",
            time = clock(view.now.saturating_sub(view.arrived))
        ),
    ];
    let pace = pace(view);
    parts
        .into_iter()
        .chain(pace)
        .collect::<Vec<_>>()
        .join(" · ")
}

/// How far this run is behind or ahead of the earlier one. What counts is when the step began, or,
/// if the earlier run was already in the next step, the current time.
fn pace(view: &NotesView<'_>) -> Option<String> {
    let index = view.session.index();
    let then = view.rehearsed(index)?;
    let arrived_late = view.arrived.saturating_sub(then);
    let overdue = view
        .rehearsed(index + 1)
        .map_or(0, |next| view.now.saturating_sub(next));
    let late = arrived_late.max(overdue);
    let early = then.saturating_sub(view.arrived);
    Some(if late > 0 {
        word!("notes-behind", time = clock(late))
    } else {
        word!("notes-ahead", time = clock(early))
    })
}

fn may_be_right(choice: &Choice) -> bool {
    choice.right.is_some()
}

/// What stands before a choice: ✓ if it is right; ? if only the state after the step says
/// which of several is.
fn mark(session: &Session, ask: &Ask, index: usize) -> &'static str {
    if !may_be_right(&ask.choices[index]) {
        return " ";
    }
    let may_be = ask.choices.iter().filter(|choice| may_be_right(choice));
    if may_be.count() == 1 {
        return "✓";
    }
    match session.phase() {
        Phase::Judged | Phase::Finished => {
            let right = session.right_choices().unwrap_or_default();
            if right.contains(&index) { "✓" } else { " " }
        }
        _ => "?",
    }
}

fn fill(page: &mut Page, view: &NotesView<'_>) {
    let (session, theme) = (view.session, page.theme);
    let step = session.step();
    if let Phase::Lost { reason } = session.phase() {
        page.say(&reason.to_string(), theme.strong(), 0);
        page.gap();
    }
    if step.notes.is_empty() {
        page.say(&word!("notes-none"), theme.dim(), 0);
        page.gap();
    } else {
        page.markdown(&step.notes);
        page.gap();
    }
    if let Some(ask) = &step.ask {
        page.say(&word!("notes-asks"), theme.strong(), 0);
        page.markdown(&ask.predict);
        for (index, choice) in ask.choices.iter().enumerate() {
            let (mark, number) = (mark(session, ask, index), index + 1);
            page.say(
                &format!("{mark} {number}. {}", choice.say),
                theme.strong(),
                5,
            );
            page.say(&format!("     {}", choice.reply), theme.dim(), 5);
        }
        page.gap();
    }
    let missing = session.step().checks.iter().zip(session.verdicts());
    for (check, verdict) in missing {
        let mark = if verdict.holds { "✓" } else { "·" };
        let words = sentence(check, verdict.holds);
        page.say(&format!("{mark} {words}"), theme.dim(), 2);
    }
    page.gap();
    if let Some(ask) = &step.then_ask {
        page.say(&word!("notes-then-asks"), theme.strong(), 0);
        page.markdown(&ask.read);
        if let Some(answer) = session.wanted_answer() {
            page.say(&word!("notes-answer", answer = answer), theme.strong(), 0);
        }
        page.gap();
    }
    let next = session.lab().steps.get(session.index() + 1);
    let words = next.map_or_else(
        || word!("notes-last"),
        |next| word!("notes-next", title = &next.title),
    );
    page.say(&words, theme.strong(), 0);
}
