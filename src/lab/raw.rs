//! What a lab file may say: the mirror of the YAML, with places. The only file
//! that knows the YAML library.
//!
//! Enums are externally tagged throughout: places are lost inside other kinds.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde_saphyr::Spanned;

use super::model::Place;
use super::{Action, Needs, PanelName};

/// Text with its place.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Text(#[schemars(with = "String")] Spanned<String>);

impl Text {
    /// The text.
    pub(super) fn text(&self) -> String {
        self.0.value.clone()
    }
    /// Where it is written.
    pub(super) fn place(&self) -> Place {
        place(&self.0.referenced)
    }
}

/// An action with its place.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct PlacedAction(#[schemars(with = "Action")] Spanned<Action>);

impl PlacedAction {
    /// The action.
    pub(super) fn action(&self) -> &Action {
        &self.0.value
    }
    /// Where it is written.
    pub(super) fn place(&self) -> Place {
        place(&self.0.referenced)
    }
}

fn place(location: &serde_saphyr::Location) -> Place {
    let number = |n: u64| usize::try_from(n).unwrap_or(0);
    let span = location.span();
    Place {
        line: number(location.line()).max(1),
        column: number(location.column()).max(1),
        offset: number(span.byte_offset().unwrap_or(0)),
        length: number(span.byte_len().unwrap_or(1)).max(1),
    }
}

/// A lab file of isolab, format 1.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Lab {
    /// The format of this file: 1.
    #[schemars(with = "i64")]
    pub format: Spanned<i64>,
    /// The lab's name, one line.
    pub title: Text,
    /// One or two sentences for the catalogue.
    pub summary: Text,
    /// The heading it stands under in the catalogue.
    pub track: Option<String>,
    /// How many minutes it takes.
    #[schemars(with = "u32")]
    pub minutes: Spanned<u32>,
    /// Labs that are better done before.
    #[serde(default)]
    pub after: Vec<String>,
    /// What the machine must be able to do.
    #[serde(default)]
    pub needs: Needs,
    /// What must stay true for the lab to make sense.
    #[serde(default)]
    pub invariant: Vec<Expectation>,
    /// The actors beside the host.
    #[serde(default)]
    pub actors: BTreeMap<String, Option<Actor>>,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// What was learnt and where to read on, Markdown.
    pub recap: Option<String>,
}

impl Lab {
    /// Where the format is written.
    pub(super) fn format_place(&self) -> Place {
        place(&self.format.referenced)
    }
    /// Where the minutes are written.
    pub(super) fn minutes_place(&self) -> Place {
        place(&self.minutes.referenced)
    }
}

/// An actor: a place to act, with a shell of its own.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Actor {
    /// What the title of its pane says beside the name.
    pub title: Option<String>,
    /// Not there at the start; opened by the verb `actor`.
    #[serde(default)]
    pub later: bool,
}

/// An expression on the state, and what to say while it is false.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Expectation {
    /// The expression (CEL).
    pub expect: Text,
    /// One sentence: what is still missing.
    #[serde(rename = "else")]
    pub otherwise: Text,
}

/// One step.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    /// A short name that stays the same for ever.
    pub id: Text,
    /// One line.
    pub title: Text,
    /// Markdown shown before.
    pub text: Option<String>,
    /// A question before the step.
    pub ask: Option<Ask>,
    /// What is done.
    #[serde(default, rename = "do")]
    pub actions: Vec<PlacedAction>,
    /// The error that the last action is expected to be refused with.
    pub refused: Option<Text>,
    /// The panel to bring forward.
    pub show: Option<PanelName>,
    /// What must be true for the step to be done.
    #[serde(default)]
    pub check: Vec<Expectation>,
    /// Help, from a nudge to the command.
    #[serde(default)]
    pub hints: Vec<Hint>,
    /// Markdown shown after.
    pub explain: Option<String>,
    /// A question after the step.
    pub then_ask: Option<ThenAsk>,
    /// For the instructor alone.
    pub notes: Option<String>,
    /// A challenge's goal; then there is no `do`.
    pub goal: Option<Text>,
    /// What solves the challenge.
    #[serde(default)]
    pub solution: Vec<PlacedAction>,
}

/// A question before a step.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Ask {
    /// The question.
    pub predict: Text,
    /// Two to four answers.
    pub choices: Vec<Choice>,
}

/// An answer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Choice {
    /// The answer.
    pub say: String,
    /// What is said to one who chose it.
    pub reply: String,
    /// `true`, or an expression on the state after the step.
    pub right: Option<Text>,
}

/// A question after a step, answered by reading a value off a panel.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ThenAsk {
    /// The question.
    pub read: String,
    /// An expression for the right value.
    pub answer: Text,
}

/// A stage of help: a sentence, or one with the state in which it is offered.
#[derive(Debug, JsonSchema)]
#[serde(untagged)]
pub(super) enum Hint {
    /// The help alone.
    Plain(String),
    /// The help, and when it is offered by itself.
    When(TimedHint),
}

/// Help that is offered by itself.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TimedHint {
    /// The help.
    pub say: String,
    /// An expression: the state in which it is offered.
    pub when: Option<Text>,
}

impl<'de> Deserialize<'de> for Hint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(HintVisitor)
    }
}

struct HintVisitor;

impl<'de> Visitor<'de> for HintVisitor {
    type Value = Hint;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sentence, or `{say: …, when: …}`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Hint, E> {
        Ok(Hint::Plain(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Hint, A::Error> {
        TimedHint::deserialize(de::value::MapAccessDeserializer::new(map)).map(Hint::When)
    }
}

/// A shape error: where, and what.
pub(super) struct Broken {
    /// Where.
    pub place: Place,
    /// What.
    pub message: String,
}

/// Reads a file's text.
pub(super) fn read(text: &str) -> Result<Lab, Broken> {
    serde_saphyr::from_str(text).map_err(|error| {
        let error = error.without_snippet();
        let at = error.location();
        let message = error.to_string();
        // The library says the place at the end of its first line, or on lines of its own.
        let first = message.lines().next().unwrap_or_default();
        let message = first.split(" at line ").next().unwrap_or(first).to_owned();
        let place = at.map_or(
            Place {
                line: 1,
                column: 1,
                offset: 0,
                length: 1,
            },
            |l| place(&l),
        );
        Broken { place, message }
    })
}
