//! Converts a validated raw lab into the model.

use serde_saphyr::Spanned;

use super::action::HOST;
use super::raw::{
    RawActor, RawAsk, RawCheck, RawHint, RawInvariant, RawLab, RawStep, RawThenAsk, Text,
};
use super::source::Source;
use super::{Action, ActorDef, Ask, Choice, Expectation, Hint, Lab, Step, ThenAsk};

/// Converts a lab. `validate` has made sure that required fields are there.
pub(super) fn lab(name: &str, raw: RawLab, source: &Source<'_>) -> Lab {
    let host = (HOST.to_owned(), RawActor::default());
    let actors = raw
        .actors
        .0
        .into_iter()
        .map(|(name, actor)| (name.value, actor));
    Lab {
        id: id(name),
        title: text(raw.title),
        summary: text(raw.summary),
        track: text(raw.track),
        minutes: raw
            .minutes
            .and_then(|n| u32::try_from(n.value).ok())
            .unwrap_or(1),
        after: raw.after.into_iter().map(|id| id.value).collect(),
        needs: raw.needs.map(|needs| needs.value).unwrap_or_default(),
        invariants: invariants(raw.invariant, source),
        actors: std::iter::once(host)
            .chain(actors)
            .map(|(name, raw)| actor(name, raw))
            .collect(),
        setup: actions(raw.setup),
        steps: raw
            .steps
            .into_iter()
            .flatten()
            .map(|s| step(s, source))
            .collect(),
        recap: text(raw.recap),
    }
}

/// The file name without directory and extension.
fn id(name: &str) -> String {
    let stem = std::path::Path::new(name).file_stem();
    stem.map_or_else(
        || name.to_owned(),
        |stem| stem.to_string_lossy().into_owned(),
    )
}

fn text(text: Option<Text>) -> String {
    text.map(|text| text.value).unwrap_or_default()
}

fn actor(name: String, actor: RawActor) -> ActorDef {
    ActorDef {
        name,
        title: text(actor.title),
        later: actor.later,
    }
}

/// An expression without sentences.
fn expectation(expect: Text, source: &Source<'_>) -> Expectation {
    Expectation {
        place: source.place(expect.referenced),
        expect: expect.value,
        otherwise: String::new(),
        then: String::new(),
    }
}

fn invariants(invariants: Vec<RawInvariant>, source: &Source<'_>) -> Vec<Expectation> {
    let invariants = invariants.into_iter();
    invariants
        .map(|invariant| Expectation {
            otherwise: invariant.otherwise.value,
            ..expectation(invariant.expect, source)
        })
        .collect()
}

fn checks(checks: Vec<RawCheck>, source: &Source<'_>) -> Vec<Expectation> {
    let checks = checks.into_iter();
    checks
        .map(|check| Expectation {
            otherwise: check.otherwise.value,
            then: text(check.then),
            ..expectation(check.expect, source)
        })
        .collect()
}

fn actions(actions: Vec<Spanned<Action>>) -> Vec<Action> {
    actions.into_iter().map(|action| action.value).collect()
}

fn step(raw: Spanned<RawStep>, source: &Source<'_>) -> Step {
    let place = source.place(raw.referenced);
    let raw = raw.value;
    Step {
        id: text(raw.id),
        title: text(raw.title),
        text: text(raw.text),
        ask: raw.ask.map(|a| ask(a, source)),
        actions: actions(raw.actions),
        refused: raw.refused.map(|name| name.value),
        show: raw.show,
        checks: checks(raw.check, source),
        hints: raw
            .hints
            .into_iter()
            .map(|h| hint(h.value, source))
            .collect(),
        explain: text(raw.explain),
        then_ask: raw.then_ask.map(|a| then_ask(a, source)),
        notes: text(raw.notes),
        goal: raw.goal.map(|goal| goal.value),
        solution: actions(raw.solution),
        place,
    }
}

fn ask(raw: RawAsk, source: &Source<'_>) -> Ask {
    let choices = raw.choices.into_iter().map(|choice| Choice {
        say: choice.value.say.value,
        reply: choice.value.reply.value,
        right: choice.value.right.map(|right| expectation(right, source)),
    });
    Ask {
        predict: raw.predict.value,
        choices: choices.collect(),
    }
}

fn hint(raw: RawHint, source: &Source<'_>) -> Hint {
    match raw {
        RawHint::Said(say) => Hint { say, when: None },
        RawHint::Offered(offer) => Hint {
            say: offer.say.value,
            when: offer.when.map(|when| expectation(when, source)),
        },
    }
}

fn then_ask(raw: RawThenAsk, source: &Source<'_>) -> ThenAsk {
    ThenAsk {
        read: text(raw.read.or(raw.explain)),
        answer: raw.answer.map(|answer| expectation(answer, source)),
    }
}
