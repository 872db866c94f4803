//! What the terms of a step mean, and what its verbs and calls do.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::Verdict;
use crate::lab::reference::{Verb, verbs};
use crate::session::{Phase, Session, sentence};
use crate::ui::text::{Page, clean};
use crate::word;
use crate::word::book::{Term, calls, terms};

/// The texts of a lab whose paths begin so, in one line.
fn flat_below(beginning: &str, texts: &BTreeMap<String, String>) -> String {
    let below = texts.iter().filter(|(path, _)| path.starts_with(beginning));
    let texts: Vec<&str> = below.map(|(_, text)| text.as_str()).collect();
    word::book::flat(&texts.join(" "))
}

/// The terms that the step uses, then those of the rest of the lab.
pub(super) fn words(page: &mut Page, session: &Session) {
    let lab = session.lab();
    let here = format!("steps.{}.", session.step().id);
    let texts = lab.texts();
    let (step, all) = (flat_below(&here, &texts), flat_below("", &texts));
    let (now, later): (Vec<&Term>, Vec<&Term>) = terms()
        .iter()
        .filter(|term| term.is_in(&all))
        .partition(|term| term.is_in(&step));
    if now.is_empty() {
        page.say(&word!("words-none"), page.theme.dim(), 0);
        page.gap();
    }
    for term in now {
        add(page, term);
    }
    if !later.is_empty() {
        page.say(&word!("words-later"), page.theme.dim(), 0);
        page.gap();
        for term in later {
            add(page, term);
        }
    }
}

fn add(page: &mut Page, term: &Term) {
    page.say(&term.term, page.theme.strong(), 0);
    page.markdown(&term.text);
    if !term.see.is_empty() {
        page.lines.pop();
        page.say(&term.see, page.theme.dim(), 0);
        page.gap();
    }
}

/// The verbs of the step, and the calls that were made in it.
pub(super) fn card(page: &mut Page, session: &Session) {
    checks(page, session);
    let script = session.step().script();
    // The verbs of a challenge would give its solution away.
    let script = if session.step().goal.is_some() {
        &[]
    } else {
        script
    };
    let names: BTreeSet<&str> = script.iter().map(crate::lab::Action::verb).collect();
    for verb in verbs()
        .iter()
        .filter(|verb| names.contains(verb.name.as_str()))
    {
        page.say(&verb.name, page.theme.strong(), 0);
        page.markdown(&said(verb));
        fields(page, verb);
    }
    let entry = session.journal().last();
    let done = entry.map(|entry| entry.done.as_slice()).unwrap_or_default();
    let typed = session.lines().iter();
    let typed = typed.filter(|line| line.step == session.index());
    let typed = typed.flat_map(|line| &line.deeds).map(|deed| &deed.call);
    let made: BTreeSet<&str> = done
        .iter()
        .flat_map(|(_, outcome)| &outcome.calls)
        .chain(typed)
        .map(|call| call.name.as_str())
        .collect();
    for call in calls()
        .iter()
        .filter(|call| made.contains(call.call.as_str()))
    {
        page.say(&call.man, page.theme.strong(), 0);
        page.markdown(&call.text);
    }
    if names.is_empty() && made.is_empty() {
        page.say(&word!("card-none"), page.theme.dim(), 0);
    } else if made.is_empty() {
        page.say(&word!("card-later"), page.theme.dim(), 0);
    }
}

/// The checks of the step, with their expressions and the values that decided. Those of a challenge
/// would give its solution away, those of a question its answer.
fn checks(page: &mut Page, session: &Session) {
    let step = session.step();
    let asks = *session.phase() == Phase::Predicting;
    if step.checks.is_empty() || step.goal.is_some() || asks {
        return;
    }
    page.say(&word!("card-checks"), page.theme.strong(), 0);
    for (check, verdict) in step.checks.iter().zip(session.verdicts()) {
        let mark = if verdict.holds { "☑ " } else { "☐ " };
        page.item(
            mark,
            page.theme.plain(),
            &sentence(check, verdict.holds).to_string(),
        );
        page.say(&format!("  {}", clean(&check.expect)), page.theme.code(), 4);
        why(page, verdict);
    }
    page.gap();
}

/// The values that decided a verdict.
fn why(page: &mut Page, verdict: &Verdict) {
    if let Some(why) = &verdict.not_yet {
        page.say(&format!("  {why}"), page.theme.dim(), 4);
    }
    for (name, value) in &verdict.values {
        let words = format!("  {} = {}", clean(name), clean(&value.to_string()));
        page.say(&words, page.theme.dim(), 4);
    }
}

/// The fields of a verb.
fn fields(page: &mut Page, verb: &Verb) {
    let told = word::book::verbs().iter().find(|t| t.verb == verb.name);
    for field in &verb.fields {
        let own = told.and_then(|told| told.fields.get(&field.name));
        let text = own.unwrap_or(&field.text);
        page.say(&format!("{}: {text}", field.name), page.theme.dim(), 2);
    }
    if !verb.fields.is_empty() {
        page.gap();
    }
}

/// The description of a verb, in the current language if it is translated.
fn said(verb: &Verb) -> String {
    let told = word::book::verbs().iter().find(|t| t.verb == verb.name);
    told.map_or_else(
        || {
            // The details repeat the text and say more.
            let own = if verb.details.is_empty() {
                &verb.text
            } else {
                &verb.details
            };
            own.clone()
        },
        |told| told.text.clone(),
    )
}
