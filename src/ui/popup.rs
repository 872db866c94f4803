//! Windows over the screen.

mod card;
mod changes;
mod help;

use ratatui::Frame;
use ratatui::layout::{Constraint, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::{Block, Clear};

use super::keymap::{Context, choices};
use super::state::{Popup, UiState};
use super::text::{Page, clean, column, scrolled, width};
use super::{Absent, Command, Geometry, Theme};
use crate::session::{How, Session};
use crate::word;

/// Draws the open popup, if one is open. A click beside it closes it.
pub(super) fn draw(
    state: &UiState,
    session: Option<&Session>,
    theme: Theme,
    frame: &mut Frame<'_>,
    geometry: &mut Geometry,
) {
    let Some(popup) = &state.popup else { return };
    let screen = frame.area();
    let width = screen.width.saturating_sub(8).min(76);
    let (title, page) = content(
        state,
        popup,
        session,
        Page::new(usize::from(width) - 4, theme),
    );
    let lines = u16::try_from(page.lines.len()).unwrap_or(u16::MAX);
    let height = lines.saturating_add(2).min(screen.height - 2);
    let area = screen.centered(Constraint::Length(width), Constraint::Length(height));
    let block = Block::bordered()
        .title(Line::styled(format!(" {title} "), theme.strong()))
        .title_bottom(Line::styled(format!(" {} ", closes(popup)), theme.dim()).right_aligned())
        .border_style(theme.accent());
    let mut inner = block.inner(area);
    inner.x += 1;
    inner.width -= 2;
    halve(frame, area);
    frame.render_widget(Clear, area);
    frame.render_widget(block, area);
    // A lab from elsewhere is agreed to, or left: a click beside the question is neither.
    let beside = if state.asks_consent() {
        Command::Scroll(0)
    } else {
        Command::ClosePopup
    };
    geometry.hits.push((screen, beside));
    geometry.hits.push((area, Command::Scroll(0)));
    let scroll = position(state, popup, inner);
    geometry.popup_limit = scrolled(&page, scroll, frame, inner, &mut geometry.hits);
}

/// The keys that answer or close the popup.
fn closes(popup: &Popup) -> String {
    match popup {
        Popup::Strange(..) => word!("choice-keys-strange"),
        popup if popup.is_question() => word!("choice-keys"),
        _ => word!("esc-closes"),
    }
}

/// Erases wide letters of which an area covers only half: a terminal would draw them over its edge.
fn halve(frame: &mut Frame<'_>, area: Rect) {
    let Some(x) = area.x.checked_sub(1) else {
        return;
    };
    for y in area.y..area.bottom() {
        if let Some(cell) = frame.buffer_mut().cell_mut((x, y))
            && width(cell.symbol()) > 1
        {
            cell.set_symbol(" ");
        }
    }
}

/// The first line that is drawn; the selected step stays visible.
fn position(state: &UiState, popup: &Popup, area: Rect) -> usize {
    match popup {
        Popup::Steps { selected } => {
            (selected + 1).saturating_sub(usize::from(area.height).saturating_sub(1))
        }
        _ => state.popup_scroll,
    }
}

fn content(
    state: &UiState,
    popup: &Popup,
    session: Option<&Session>,
    mut page: Page,
) -> (String, Page) {
    let title = match popup {
        Popup::Help => {
            let mode = session.map(|_| &state.mode);
            help::add(&mut page, mode, &state.keys);
            word!("title-keys")
        }
        Popup::Steps { .. } | Popup::Words | Popup::Card | Popup::Changes | Popup::Resumed => {
            of_run(&mut page, popup, session)
        }
        Popup::StartOver => word!("title-over"),
        Popup::ForgetAll => {
            page.say(&word!("forget-all"), page.theme.plain(), 0);
            page.gap();
            word!("title-over")
        }
        Popup::Back => word!("title-back"),
        Popup::Skip => word!("title-skip"),
        Popup::Rebuild => word!("title-rebuild"),
        Popup::Install => {
            install(&mut page, &state.absent);
            word!("title-install")
        }
        Popup::Image => {
            image(&mut page, &state.input);
            word!("title-image")
        }
        Popup::Strange(words, _) => {
            page.markdown(words);
            word!("title-strange")
        }
        Popup::Quit => word!("title-leave"),
        Popup::Typed(words) => {
            typed(&mut page, words);
            word!("title-typed")
        }
        Popup::Message(text) => {
            page.markdown(text);
            "isolab".to_owned()
        }
    };
    answers(&mut page, popup, &Context { state, session });
    (title, page)
}

/// The popups about a run; without a run, only the title.
fn of_run(page: &mut Page, popup: &Popup, session: Option<&Session>) -> String {
    if let Some(session) = session {
        match popup {
            Popup::Steps { selected } => steps(page, session, *selected),
            Popup::Words => card::words(page, session),
            Popup::Card => card::card(page, session),
            Popup::Changes => changes::add(page, session),
            _ => resumed(page, session),
        }
    }
    match popup {
        Popup::Steps { .. } => word!("title-steps"),
        Popup::Words => word!("title-words"),
        Popup::Card => word!("title-card"),
        Popup::Changes => word!("title-changes"),
        _ => word!("title-resumed"),
    }
}

fn image(page: &mut Page, typed: &str) {
    page.markdown(&word!("image-ask"));
    page.say(&format!("› {typed}▏"), page.theme.plain(), 2);
}

fn typed(page: &mut Page, words: &str) {
    page.markdown(&word!("typed-why"));
    page.say(&format!("› {}▏", clean(words)), page.theme.code(), 2);
    page.gap();
    let hand = Command::Hand(words.to_owned());
    choice(page, &word!("typed-hand"), page.theme.key(), &hand);
}

fn steps(page: &mut Page, session: &Session, selected: usize) {
    for (index, step) in session.lab().steps.iter().enumerate() {
        let how = match session.passed(index) {
            _ if index == session.index() => format!("◐ {}", word!("mark-here")),
            Some(How::Skipped) => format!("◌ {}", word!("mark-passed-over")),
            Some(_) => format!("● {}", word!("mark-done")),
            None => "○".to_owned(),
        };
        let (mark, style) = if index == selected {
            ("▸", page.theme.selected())
        } else {
            (" ", page.theme.plain())
        };
        let title = column(&clean(&step.title), page.width.saturating_sub(20));
        let text = format!("{mark} {:>2} {title} {how}", index + 1);
        let first = page.lines.len();
        page.lines
            .push(Line::styled(column(&text, page.width), style));
        page.hit(first, &Command::GoTo(index));
    }
}

/// The answers to the question, with the selected one marked.
fn answers(page: &mut Page, popup: &Popup, context: &Context<'_>) {
    for (index, answer) in choices(popup, context).iter().enumerate() {
        let (mark, style) = if index == context.state.choice {
            ("▸ ", page.theme.key())
        } else {
            ("  ", page.theme.plain())
        };
        choice(
            page,
            &format!("{mark}{}", answer.words),
            style,
            &answer.command,
        );
    }
}

fn choice(page: &mut Page, words: &str, style: Style, command: &Command) {
    let first = page.lines.len();
    page.say(words, style, 2);
    page.hit(first, command);
}

fn install(page: &mut Page, absent: &Absent) {
    page.say(&word!("install-why"), page.theme.plain(), 0);
    page.gap();
    for line in absent.lines() {
        page.say(&line, page.theme.plain(), 2);
    }
    page.gap();
    let Some(install) = &absent.install else {
        page.say(&word!("fix-unknown"), page.theme.plain(), 0);
        return;
    };
    page.say(&word!("fix-command"), page.theme.plain(), 0);
    page.say(install, page.theme.code(), 2);
    page.gap();
}

fn resumed(page: &mut Page, session: &Session) {
    let (number, title) = (session.index() + 1, clean(&session.step().title));
    let words = word!("left-at", step = number, title = title);
    page.say(&words, page.theme.plain(), 0);
    page.gap();
}
