//! How the step stands: what is in the way, the checks, the hints.

use crate::check::Verdict;
use crate::lab::Check;
use crate::session::{Phase, Session};
use crate::ui::text::{Page, clean, cut};
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
    if let Some(surprise) = session.surprise() {
        page.say(&format!("! {}", surprise.words()), theme.notice(), 2);
        page.say(&word!("not-planned"), theme.plain(), 2);
        page.gap();
    }
}

/// The checks, in their order.
pub(super) fn checks(page: &mut Page, session: &Session) {
    if session.step().goal.is_some() && !session.lab().setup.is_empty() {
        return symptoms(page, session);
    }
    let telling = *session.phase() == Phase::Observing || session.hints_open() > 0;
    let checks = session.step().checks.iter();
    let mut verdicts = session.verdicts().iter();
    let mut reached = session.reached().iter();
    for check in checks {
        let was = reached.next().is_some_and(|was| *was);
        add(page, check, verdicts.next(), was, telling);
    }
    page.gap();
}

/// The checks of a challenge that begins broken, as symptoms, in words. The first one that is left
/// causes the rest, so the later ones are not given away.
fn symptoms(page: &mut Page, session: &Session) {
    let theme = page.theme;
    let mut verdicts = session.verdicts().iter();
    let mut first = true;
    for check in &session.step().checks {
        let holds = verdicts.next().is_some_and(|verdict| verdict.holds);
        if holds {
            page.item(
                "☑ ",
                theme.good(),
                &word!("symptom-gone", was = check.otherwise.as_str()),
            );
        } else if std::mem::take(&mut first) {
            page.item("☐ ", theme.strong(), &check.otherwise);
        } else {
            page.say(&format!("☐ {}", word!("symptom-later")), theme.dim(), 2);
        }
    }
    page.gap();
}

fn add(page: &mut Page, check: &Check, verdict: Option<&Verdict>, was: bool, telling: bool) {
    let theme = page.theme;
    let holds = verdict.is_some_and(|verdict| verdict.holds);
    let words = cut(&check.expect, page.width.saturating_sub(2));
    if holds {
        page.say(&format!("☑ {words}"), theme.good(), 2);
        return;
    }
    page.say(&format!("☐ {words}"), theme.plain(), 2);
    if was {
        page.say(&format!("  {}", word!("no-longer")), theme.strong(), 2);
    }
    if telling || was {
        page.item("  ", theme.plain(), &check.otherwise);
        if let Some(verdict) = verdict {
            why(page, verdict);
        }
    }
}

/// The values that decided the verdict.
fn why(page: &mut Page, verdict: &Verdict) {
    if let Some(why) = &verdict.not_yet {
        page.say(&format!("  {why}"), page.theme.dim(), 2);
    }
    for (name, value) in verdict.values.iter().take(3) {
        let whole = format!("  {} = {}", clean(name), clean(&value.to_string()));
        let words = cut(&whole, page.width);
        page.say(&words, page.theme.dim(), 4);
    }
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
