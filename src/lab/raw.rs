//! The YAML of a lab file, with positions. Editors show this documentation, through the schema.
//! Required fields are optional here, so that a missing one is reported together with all other
//! problems.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_saphyr::Spanned;

use super::{Action, Needs, PanelName};

/// A text and its place.
pub(super) type Text = Spanned<String>;

/// A lab for isolab: steps that a learner goes through on the real kernel.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "isolab lab")]
pub(super) struct RawLab {
    /// The format of this file: 1.
    #[schemars(with = "i64", range(min = 1, max = 1))]
    pub(super) format: Option<Spanned<i64>>,
    /// The lab's name, one line.
    #[schemars(with = "String", length(min = 1))]
    pub(super) title: Option<Text>,
    /// One or two sentences for the catalogue.
    #[schemars(with = "String", length(min = 1))]
    pub(super) summary: Option<Text>,
    /// Its heading in the catalogue.
    #[serde(default)]
    #[schemars(with = "String")]
    pub(super) track: Option<Text>,
    /// How long the lab takes, in minutes.
    #[schemars(with = "i64", range(min = 1, max = 180))]
    pub(super) minutes: Option<Spanned<i64>>,
    /// Labs that are better done before, by id.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) after: Vec<Text>,
    /// What the machine must be able to do.
    #[serde(default)]
    #[schemars(with = "Needs")]
    pub(super) needs: Option<Spanned<Needs>>,
    /// Expectations that must stay true for the lab to make sense.
    #[serde(default)]
    pub(super) invariant: Vec<RawInvariant>,
    /// The shells beside the host's, by name.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, Option<RawActor>>")]
    pub(super) actors: RawActors,
    /// Actions in each new lab host before the first step, which nobody sees.
    #[serde(default)]
    #[schemars(with = "Vec<Action>")]
    pub(super) setup: Vec<Spanned<Action>>,
    /// The steps, in order.
    #[schemars(with = "Vec<RawStep>", length(min = 1))]
    pub(super) steps: Option<Vec<Spanned<RawStep>>>,
    /// What was learnt and where to read on, Markdown, shown at the end.
    #[serde(default)]
    #[schemars(with = "String")]
    pub(super) recap: Option<Text>,
}

/// A shell beside the host's.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawActor {
    /// What the title of its pane says beside the name.
    #[schemars(with = "String")]
    pub(super) title: Option<Text>,
    /// Not there at the start; opened by the verb `actor`.
    pub(super) later: bool,
}

/// The actors in the order of the file.
#[derive(Debug, Default)]
pub(super) struct RawActors(pub(super) Vec<(Text, RawActor)>);

impl<'de> Deserialize<'de> for RawActors {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Actors;
        impl<'de> Visitor<'de> for Actors {
            type Value = RawActors;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of actors: `b: {}`")
            }
            fn visit_unit<E: Error>(self) -> Result<RawActors, E> {
                Ok(RawActors::default())
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawActors, A::Error> {
                let mut actors = Vec::new();
                while let Some((name, actor)) = map.next_entry::<Text, Option<RawActor>>()? {
                    actors.push((name, actor.unwrap_or_default()));
                }
                Ok(RawActors(actors))
            }
        }
        deserializer.deserialize_any(Actors)
    }
}

/// An expression that must stay true, and the sentence for once it does not.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawInvariant {
    /// A CEL expression: `host.alive`.
    #[schemars(with = "String", length(min = 1))]
    pub(super) expect: Text,
    /// One sentence: what is broken.
    #[serde(rename = "else")]
    #[schemars(with = "String", length(min = 1))]
    pub(super) otherwise: Text,
}

/// An expression that must be true, and what is said while it is false and once it is true.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCheck {
    /// A CEL expression: `b.ns.uts != host.ns.uts`.
    #[schemars(with = "String", length(min = 1))]
    pub(super) expect: Text,
    /// One sentence: what is still missing.
    #[serde(rename = "else")]
    #[schemars(with = "String", length(min = 1))]
    pub(super) otherwise: Text,
    /// One sentence: what holds now. Without it the sentence of `else` is said to hold no longer.
    #[serde(default)]
    #[schemars(with = "String", length(min = 1))]
    pub(super) then: Option<Text>,
}

/// A step.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStep {
    /// Stable and unique in the lab; letters, digits, `_` and `-`.
    #[schemars(with = "String", length(min = 1))]
    pub(super) id: Option<Text>,
    /// One line.
    #[schemars(with = "String", length(min = 1))]
    pub(super) title: Option<Text>,
    /// Markdown shown before.
    #[serde(default)]
    #[schemars(with = "String")]
    pub(super) text: Option<Text>,
    /// A question before the step.
    #[serde(default)]
    #[schemars(with = "RawAsk")]
    pub(super) ask: Option<RawAsk>,
    /// What the step does.
    #[serde(default, rename = "do")]
    #[schemars(with = "Vec<Action>")]
    pub(super) actions: Vec<Spanned<Action>>,
    /// The errno that the last action is expected to fail with: `ENOENT`.
    #[serde(default)]
    #[schemars(with = "String")]
    pub(super) refused: Option<Text>,
    /// The panel to bring forward.
    #[serde(default)]
    #[schemars(with = "PanelName")]
    pub(super) show: Option<PanelName>,
    /// What must be true for the step to be done, cause before effect.
    #[serde(default)]
    pub(super) check: Vec<RawCheck>,
    /// From a nudge to the command, at most five.
    #[serde(default)]
    #[schemars(with = "Vec<HintSchema>", length(max = 5))]
    pub(super) hints: Vec<Spanned<RawHint>>,
    /// Markdown shown after.
    #[serde(default)]
    #[schemars(with = "String")]
    pub(super) explain: Option<Text>,
    /// A question after the step, answered with a value read off a panel or in words.
    #[serde(default)]
    #[schemars(with = "RawThenAsk")]
    pub(super) then_ask: Option<RawThenAsk>,
    /// For the instructor alone.
    #[serde(default)]
    #[schemars(with = "String")]
    pub(super) notes: Option<Text>,
    /// Makes the step a challenge: what the learner is to bring about, Markdown.
    #[serde(default)]
    #[schemars(with = "String")]
    pub(super) goal: Option<Text>,
    /// What solves the challenge.
    #[serde(default)]
    #[schemars(with = "Vec<Action>")]
    pub(super) solution: Vec<Spanned<Action>>,
}

/// A question before a step.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAsk {
    /// The question.
    #[schemars(with = "String", length(min = 1))]
    pub(super) predict: Text,
    /// Two to four answers.
    #[schemars(with = "Vec<RawChoice>", length(min = 2, max = 4))]
    pub(super) choices: Vec<Spanned<RawChoice>>,
}

/// An answer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawChoice {
    /// The answer.
    #[schemars(with = "String", length(min = 1))]
    pub(super) say: Text,
    /// The reply to a learner who chose it, after the step.
    #[schemars(with = "String", length(min = 1))]
    pub(super) reply: Text,
    /// `true`, or an expression on the state after the step that is true if this answer was right.
    #[serde(default)]
    #[schemars(with = "RightSchema")]
    pub(super) right: Option<Text>,
}

/// A question after a step.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawThenAsk {
    /// The question; with it goes the answer.
    #[serde(default)]
    #[schemars(with = "String")]
    pub(super) read: Option<Text>,
    /// An expression for the right value: `string(b.ns.uts)`.
    #[serde(default)]
    #[schemars(with = "String")]
    pub(super) answer: Option<Text>,
    /// Instead of both: a question that is answered in words. The answer is kept, and nobody judges
    /// it.
    #[serde(default)]
    #[schemars(with = "String")]
    pub(super) explain: Option<Text>,
}

/// One hint.
#[derive(Debug)]
pub(super) enum RawHint {
    /// The help alone.
    Said(String),
    /// The text, with the state in which it is offered by itself.
    Offered(RawOffer),
}

/// A hint that is offered by itself in a state.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOffer {
    /// The help.
    #[schemars(with = "String", length(min = 1))]
    pub(super) say: Text,
    /// An expression: the state in which it is offered by itself.
    #[serde(default)]
    #[schemars(with = "String")]
    pub(super) when: Option<Text>,
}

impl<'de> Deserialize<'de> for RawHint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Hint;
        impl<'de> Visitor<'de> for Hint {
            type Value = RawHint;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or `{say: …, when: …}`")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<RawHint, E> {
                Ok(RawHint::Said(text.to_owned()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawHint, A::Error> {
                RawOffer::deserialize(MapAccessDeserializer::new(map)).map(RawHint::Offered)
            }
        }
        deserializer.deserialize_any(Hint)
    }
}

/// One hint: a text, or a text and the state in which it is offered.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "for the schema only")]
enum HintSchema {
    /// The help.
    Said(String),
    /// The help, and the state in which it is offered by itself.
    Offered(RawOffer),
}

/// `true`, or an expression.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "for the schema only")]
enum RightSchema {
    /// Always right.
    Always(bool),
    /// Right in a state.
    If(String),
}
