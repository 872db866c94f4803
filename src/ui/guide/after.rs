//! What the guide says once the step is done.

use ratatui::text::Span;

use super::state;
use crate::session::{How, Session};
use crate::ui::state::asking;
use crate::ui::text::{Page, clean};
use crate::ui::view::LabView;
use crate::word;

/// The result, the reply to the guess, the explanation, the question.
pub(super) fn add(page: &mut Page, view: &LabView<'_>) {
    let session = view.session;
    let theme = page.theme;
    page.say(&format!("✓ {}", done(session)), theme.good(), 2);
    state::checks(page, session);
    state::trouble(page, session);
    reply(page, session);
    page.markdown(&session.step().explain);
    question(page, view);
}

/// How the step was passed, in words.
fn done(session: &Session) -> String {
    match session.passed(session.index()) {
        Some(How::Typed) => word!("done-typed"),
        Some(How::Shown) => word!("done-shown"),
        Some(How::Skipped) => word!("done-skipped"),
        Some(How::Read) => word!("done-read"),
        Some(How::Played) | None => word!("done"),
    }
}

/// The reply to the guess: a right one and a wrong one look and read differently.
fn reply(page: &mut Page, session: &Session) {
    let Some(ask) = &session.step().ask else {
        return;
    };
    let Some(choice) = session.chosen().and_then(|index| ask.choices.get(index)) else {
        return;
    };
    let (mark, style, word) = match session.chosen_right() {
        Some(true) => ("✓ ", page.theme.good(), word!("guess-right")),
        Some(false) => ("✗ ", page.theme.notice(), word!("guess-otherwise")),
        None => ("  ", page.theme.plain(), word!("your-guess")),
    };
    page.item(mark, style, &format!("{word}{}", choice.say));
    page.markdown(&choice.reply);
    page.gap();
}

/// The question after the step.
fn question(page: &mut Page, view: &LabView<'_>) {
    let session = view.session;
    let Some(then_ask) = &session.step().then_ask else {
        return;
    };
    let theme = page.theme;
    page.item("? ", theme.accent(), &then_ask.read);
    match session.answered() {
        Some((text, _)) if then_ask.answer.is_none() => {
            let words = word!("answer-kept", answer = text);
            page.say(&format!("  {words}"), theme.good(), 2);
        }
        Some((text, true)) => page.say(
            &format!("  {}", word!("answer-right", answer = text)),
            theme.good(),
            2,
        ),
        Some((text, false)) => {
            page.say(
                &format!("  {}", word!("answer-wrong", answer = text)),
                theme.plain(),
                2,
            );
        }
        None => {}
    }
    if asking(session, view.state) {
        let spans = [
            Span::styled("  > ", theme.key()),
            Span::styled(clean(&view.state.input), theme.strong()),
            Span::styled("▏", theme.accent()),
        ];
        page.spans(&spans, 4);
    }
    page.gap();
}
