//! The first row: the lab, the step, the state of the lab host.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::Theme;
use super::text::{clean, cut, width};
use super::view::LabView;
use crate::session::{How, Phase, Session};
use crate::word;

/// Draws the header.
pub(super) fn draw(view: &LabView<'_>, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
    let session = view.session;
    let state = format!(" {} ", word!("host-is", state = host(view)));
    let steps = session.lab().steps.len();
    let step = format!(
        " {} ",
        word!("step-of", step = session.index() + 1, steps = steps)
    );
    let room = usize::from(area.width).saturating_sub(width(&state) + width(&step) + 4);
    let name = cut(&name(session), room);
    let mut dots = format!("{} ", dots(session));
    let left = room.saturating_sub(width(&name));
    if width(&dots) > left {
        dots.clear();
    }
    let rule = "─".repeat(4 + left - width(&dots));
    let style = if matches!(session.phase(), Phase::Lost { .. }) || session.spoilt().is_some() {
        theme.notice()
    } else {
        theme.good()
    };
    let line = Line::from(vec![
        Span::styled(name, theme.strong()),
        Span::styled(rule, theme.dim()),
        Span::styled(step, theme.plain()),
        Span::styled(dots, theme.accent()),
        Span::styled(state, style),
    ]);
    frame.render_widget(line, area);
}

/// The lab's name.
pub(super) fn name(session: &Session) -> String {
    let lab = session.lab();
    let number: String = lab.id.chars().take_while(char::is_ascii_digit).collect();
    let title = clean(&lab.title);
    if number.is_empty() {
        format!(" isolab · {title} ")
    } else {
        format!(" isolab · {number} {title} ")
    }
}

/// The state of the lab host, in a word.
fn host(view: &LabView<'_>) -> String {
    let session = view.session;
    match session.phase() {
        Phase::Lost { .. } => word!("host-lost"),
        Phase::Rewinding { .. } if view.state.asks_consent() => word!("host-waits"),
        Phase::Rewinding { .. } => word!("host-building"),
        _ if session.spoilt().is_some() => word!("host-spoilt"),
        _ => word!("host-safe"),
    }
}

/// A mark for each step: current ◐, skipped ◌, passed ●, open ○.
pub(super) fn dots(session: &Session) -> String {
    let steps = 0..session.lab().steps.len();
    steps.map(|step| dot(session, step)).collect()
}

fn dot(session: &Session, step: usize) -> char {
    let finished = *session.phase() == Phase::Finished;
    match session.passed(step) {
        _ if step == session.index() && !finished => '◐',
        Some(How::Skipped) => '◌',
        Some(_) => '●',
        None => '○',
    }
}
