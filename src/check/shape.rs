//! The shape of the facts: which names can exist, derived from the snapshot's types.

use std::sync::OnceLock;

use serde_json::Value as Json;

use crate::snapshot::{Actor, Roots, StepFact};

/// A position in the JSON schema of a type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    root: &'static Json,
    here: &'static Json,
}

/// The result of following a name.
pub(super) enum Step {
    /// A fact of this shape.
    Known(Shape),
    /// No such name; these exist.
    Unknown(Vec<String>),
    /// A plain value, which has no names below it.
    Plain,
}

fn schema<T: schemars::JsonSchema>(cell: &'static OnceLock<Json>) -> Shape {
    let root = cell.get_or_init(|| schemars::schema_for!(T).to_value());
    Shape { root, here: root }
}

/// The facts of an actor.
pub(super) fn actor() -> Shape {
    static SCHEMA: OnceLock<Json> = OnceLock::new();
    schema::<Actor>(&SCHEMA)
}

/// The facts of a step.
pub(super) fn step() -> Shape {
    static SCHEMA: OnceLock<Json> = OnceLock::new();
    schema::<StepFact>(&SCHEMA)
}

/// The facts of a root, if there is one of this name.
pub(super) fn root(name: &str) -> Option<Shape> {
    static SCHEMA: OnceLock<Json> = OnceLock::new();
    match schema::<Roots>(&SCHEMA).field(name) {
        Step::Known(shape) => Some(shape),
        Step::Unknown(_) | Step::Plain => None,
    }
}

impl Shape {
    /// Follows `$ref` to definitions.
    fn resolved(self) -> Self {
        let target = self.here.get("$ref").and_then(Json::as_str);
        let pointer = target.and_then(|t| t.strip_prefix('#'));
        match pointer.and_then(|p| self.root.pointer(p)) {
            Some(here) => Self { here, ..self }.resolved(),
            None => self,
        }
    }

    /// Follows a name.
    pub(super) fn field(self, name: &str) -> Step {
        let here = self.resolved();
        // A map with names that are not known in advance.
        if let Some(each) = here
            .here
            .get("additionalProperties")
            .filter(|each| each.is_object())
        {
            return Step::Known(Self { here: each, ..here });
        }
        let Some(fields) = here.here.get("properties").and_then(Json::as_object) else {
            return Step::Plain;
        };
        match fields.get(name) {
            Some(field) => Step::Known(Self {
                here: field,
                ..here
            }),
            None => Step::Unknown(fields.keys().cloned().collect()),
        }
    }

    /// The shape of the elements of a list.
    pub(super) fn element(self) -> Option<Self> {
        let here = self.resolved();
        here.here.get("items").map(|items| Self {
            here: items,
            ..here
        })
    }
}
