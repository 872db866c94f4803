//! How the step stands: what is in the way, the checks, the hints.

use crate::lab::Check;
use crate::session::{Phase, Session, sentence};
use crate::ui::text::Page;
use crate::word;

/// What is in the way, and how many actions are done.
pub(super) fn trouble(page: &mut Page, session: &Session) {
    hindrance(page, session);
    if let Phase::Applying { done } = session.phase() {
        let all = session.step().script().len();
        page.say(
            &format!("… {}", word!("so-many-done", done = *done, all = all)),
            page.theme.accent(),
            2,
        );
        page.gap();
    }
}

/// What went wrong: a spoilt lab host, or a result that the lab did not plan.
pub(super) fn hindrance(page: &mut Page, session: &Session) {
    let theme = page.theme;
    if let Some(spoilt) = session.spoilt() {
        page.say(&format!("! {spoilt}"), theme.notice(), 2);
        page.say(&word!("b-rebuilds"), theme.plain(), 2);
        page.gap();
    }
    strayed(page, session);
    if let Some(surprise) = session.surprise() {
        page.say(&format!("! {}", surprise.words()), theme.notice(), 2);
        page.say(&word!("not-planned"), theme.plain(), 2);
        page.gap();
    }
}

/// A line that was run in another shell than its own.
fn strayed(page: &mut Page, session: &Session) {
    let (Some(there), Some(meant)) = (session.strayed(), session.acting()) else {
        return;
    };
    let mut actors = session.lab().actors.iter();
    let number = actors.position(|actor| actor.name == meant);
    let words = word!(
        "guide-strayed",
        there = there,
        meant = meant,
        number = number.map_or(0, |index| index + 1)
    );
    page.say(&format!("! {words}"), page.theme.notice(), 2);
    page.gap();
}

/// The checks as sentences, in their order. Before the question of the step is answered they are
/// folded, or they would answer it.
pub(super) fn checks(page: &mut Page, session: &Session) {
    let checks = session.step().checks.len();
    if *session.phase() == Phase::Predicting && checks > 0 {
        let words = word!("checks-folded", count = checks);
        page.say(&format!("☐ {words}"), page.theme.dim(), 2);
    } else if session.step().goal.is_some() && !session.lab().setup.is_empty() {
        symptoms(page, session);
    } else {
        for (number, check) in session.step().checks.iter().enumerate() {
            let holds = holds(session, number);
            add(page, check, holds);
            if !holds && session.reached().get(number) == Some(&true) {
                page.say(&format!("  {}", word!("no-longer")), page.theme.strong(), 2);
            }
        }
    }
    page.gap();
}

/// The checks of a challenge that begins broken, as symptoms. The first one that is left causes the
/// rest, so the later ones are not given away.
fn symptoms(page: &mut Page, session: &Session) {
    let mut first = true;
    for (number, check) in session.step().checks.iter().enumerate() {
        let holds = holds(session, number);
        if holds || std::mem::take(&mut first) {
            add(page, check, holds);
        } else {
            let words = format!("☐ {}", word!("symptom-later"));
            page.say(&words, page.theme.dim(), 2);
        }
    }
}

/// Whether a check is known to hold.
fn holds(session: &Session, number: usize) -> bool {
    let verdict = session.verdicts().get(number);
    verdict.is_some_and(|verdict| verdict.holds)
}

fn add(page: &mut Page, check: &Check, holds: bool) {
    let (mark, style) = if holds {
        ("☑ ", page.theme.good())
    } else {
        ("☐ ", page.theme.strong())
    };
    page.item(mark, style, &sentence(check, holds).to_string());
}

/// The open hints, and whether there are more.
pub(super) fn hints(page: &mut Page, session: &Session, stuck: bool) {
    let theme = page.theme;
    let hints = &session.step().hints;
    for (index, hint) in hints.iter().take(session.hints_open()).enumerate() {
        page.item(
            &word!("hint-number", number = index + 1),
            theme.accent(),
            &hint.say,
        );
    }
    if stuck && session.offered_hint().is_none() {
        page.say(&word!("hint-waits"), theme.notice(), 2);
    }
    if session.offered_hint().is_some() {
        page.say(&word!("hint-offered"), theme.notice(), 2);
    }
}
