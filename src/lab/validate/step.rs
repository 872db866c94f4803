//! Checks one step.

use serde_saphyr::{Location, Spanned};

use super::Checker;
use crate::lab::names;
use crate::lab::raw::{RawAsk, RawHint, RawStep, RawThenAsk};

/// The most hints of a step.
const HINTS: usize = 5;

impl Checker<'_> {
    pub(super) fn step(&mut self, step: &Spanned<RawStep>) {
        self.step_head(step);
        self.deeds(step);
        self.checks(&step.value.check);
        for action in step.value.actions.iter().chain(&step.value.solution) {
            self.action(action);
        }
        if let Some(ask) = &step.value.ask {
            self.ask(ask);
        }
        if let Some(then_ask) = &step.value.then_ask {
            self.then_ask(step.referenced, then_ask);
        }
        self.hints(&step.value.hints);
        self.refused(&step.value);
    }

    /// Checks that a question has either a value with its expression, or an explanation.
    fn then_ask(&mut self, place: Location, ask: &RawThenAsk) {
        for text in [&ask.read, &ask.explain].into_iter().flatten() {
            self.text("the question", text);
        }
        if let Some(answer) = &ask.answer {
            self.text("the answer", answer);
        }
        let is_whole = matches!(
            (&ask.read, &ask.answer, &ask.explain),
            (Some(_), Some(_), None) | (None, None, Some(_))
        );
        if !is_whole {
            let help = "write `{read: …, answer: …}` for a value, or `{explain: …}` for words";
            self.at(place, "`then_ask` is no question", help);
        }
    }

    fn step_head(&mut self, step: &Spanned<RawStep>) {
        let raw = &step.value;
        match &raw.id {
            None => self.at(
                step.referenced,
                "missing field `id`",
                "give the step a short name",
            ),
            Some(id) if !names::is_step_id(&id.value) => {
                let message = format!("`{}` cannot be a step's id", id.value);
                self.at(id.referenced, message, "letters, digits, `_` and `-`");
            }
            Some(_) => {}
        }
        match &raw.title {
            None => self.at(
                step.referenced,
                "missing field `title`",
                "say in a line what it is",
            ),
            Some(title) => self.text("the title", title),
        }
        for text in [&raw.text, &raw.explain, &raw.notes] {
            self.optional(text.as_ref());
        }
    }

    /// Checks that the actions, the goal and the checks of a step fit together.
    fn deeds(&mut self, step: &Spanned<RawStep>) {
        let raw = &step.value;
        let (acts, checks) = (!raw.actions.is_empty(), !raw.check.is_empty());
        if let Some(goal) = &raw.goal {
            self.text("the goal", goal);
            self.challenge(step, acts, checks);
        } else if !raw.solution.is_empty() {
            let help = "a challenge has a `goal`; else write `do`";
            self.at(
                raw.solution[0].referenced,
                "a solution without a goal",
                help,
            );
        } else if acts && !checks {
            let help = "say with `check` how to see that it is done";
            self.at(raw.actions[0].referenced, "`do` without `check`", help);
        } else if checks && !acts {
            let help = "add `do`, or make it a challenge with `goal` and `solution`";
            self.at(
                raw.check[0].expect.referenced,
                "`check` without `do` or `goal`",
                help,
            );
        } else if !acts
            && raw
                .text
                .as_ref()
                .is_none_or(|text| text.value.trim().is_empty())
        {
            self.at(
                step.referenced,
                "the step is empty",
                "add `text`, `do` or `goal`",
            );
        }
    }

    fn challenge(&mut self, step: &Spanned<RawStep>, acts: bool, checks: bool) {
        let (raw, at) = (&step.value, step.referenced);
        if acts {
            let help = "a challenge is the learner's own; put the actions into `solution`";
            self.at(
                raw.actions[0].referenced,
                "a goal and `do` in one step",
                help,
            );
        } else if raw.solution.is_empty() {
            let at = raw.goal.as_ref().map_or(at, |goal| goal.referenced);
            self.at(
                at,
                "a goal without a solution",
                "add `solution`, a list of actions",
            );
        }
        if !checks {
            let at = raw.goal.as_ref().map_or(at, |goal| goal.referenced);
            self.at(
                at,
                "a goal without `check`",
                "say how to see that it is reached",
            );
        }
    }

    fn ask(&mut self, ask: &RawAsk) {
        self.text("the question", &ask.predict);
        let count = ask.choices.len();
        if !(2..=4).contains(&count) {
            let message = format!("not 2 to 4 choices, but {count}");
            self.at(
                ask.predict.referenced,
                message,
                "two to four answers to choose from",
            );
        } else if ask
            .choices
            .iter()
            .all(|choice| choice.value.right.is_none())
        {
            let help = "give one a `right`: an expression, or `true`";
            self.at(ask.predict.referenced, "no choice can be right", help);
        }
        for choice in &ask.choices {
            self.text("the choice", &choice.value.say);
            self.text("the reply", &choice.value.reply);
            if let Some(right) = &choice.value.right {
                self.text("right", right);
            }
        }
    }

    fn hints(&mut self, hints: &[Spanned<RawHint>]) {
        if let Some(extra) = hints.get(HINTS) {
            let message = format!("{} hints, at most {HINTS}", hints.len());
            self.at(extra.referenced, message, "keep those that lead on");
        }
        for hint in hints {
            match &hint.value {
                RawHint::Said(text) if text.trim().is_empty() => {
                    self.at(hint.referenced, "the hint is empty", "write something");
                }
                RawHint::Said(text) => self.harmless(hint.referenced, text),
                RawHint::Offered(offer) => {
                    self.text("the hint", &offer.say);
                    if let Some(when) = &offer.when {
                        self.text("when", when);
                    }
                }
            }
        }
    }

    fn refused(&mut self, step: &RawStep) {
        let Some(refused) = &step.refused else { return };
        if !names::is_error(&refused.value) {
            let message = format!("there is no error `{}`", refused.value);
            self.at(refused.referenced, message, "a name from errno(3): ENOENT");
        }
        if step.actions.is_empty() && step.solution.is_empty() {
            let help = "it names the error of the step's last action";
            self.at(refused.referenced, "`refused` without an action", help);
        }
    }
}
