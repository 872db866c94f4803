//! Every verb a lab may say: one verb, one kernel idea. What a verb does is in
//! `action`; what a person would type for it is in `typed`; the arguments and
//! their documentation are here, by family, and beside them what the verb says of
//! itself ([`Outline`]) and what can be wrong with its words.
//!
//! A new verb is a type in its family's file, a line in the family's list and one in its outlines.
//!
//! Invariant: nothing here acts; these are descriptions, and every field is
//! plain data that survives a trip through YAML and JSON.

mod capability;
mod cgroup;
pub(super) mod critic;
mod file;
mod ipc;
mod mount;
mod namespace;
mod network;
mod overlay;
mod process;
mod table;
mod verb;

pub use capability::*;
pub use cgroup::*;
pub use file::*;
pub use ipc::*;
pub use mount::*;
pub use namespace::*;
pub use network::*;
pub use overlay::*;
pub use process::*;
pub use verb::{Leaves, Outline, Runs};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use crate::snapshot::HOST;

use super::source::Source;
use critic::Critic;
use table::actions;
use verb::Verb;

/// The default of every verb's `in`.
pub(crate) fn host() -> String {
    HOST.to_owned()
}

/// isolab's own small programs, in every lab host whose lab uses one.
pub const TOOLS: [&str; 4] = ["serve", "fetch", "load", "refuse"];

// All families, in the order in which an author reads of them.
process::verbs! { [namespace mount file overlay ipc network cgroup capability] }

impl Action {
    /// What the verb says of itself.
    pub fn outline(&self) -> Outline<'_> {
        self.as_verb().outline()
    }

    /// The actor in whose place the verb acts.
    pub fn actor(&self) -> &str {
        self.outline().actor
    }

    /// Another actor that the verb names.
    pub fn mentions(&self) -> Option<&str> {
        self.outline().mentions
    }

    /// The named network namespace that the verb acts in.
    pub fn netns(&self) -> Option<&str> {
        self.outline().netns
    }

    /// The small program of isolab that a person would need to do the same.
    pub fn tool(&self) -> Option<&str> {
        self.outline().tool
    }

    /// Whether lint finds nothing wrong with the verb's own words.
    pub fn is_sound(&self) -> bool {
        Critic::of_one(&Source::new(""), self).is_empty()
    }

    /// The name that the verb gives to a program in the background.
    pub fn starts(&self) -> Option<&str> {
        match self.outline().leaves {
            Leaves::Program(name) => Some(name),
            Leaves::Nothing | Leaves::Shell | Leaves::Group(_) | Leaves::Link(_) => None,
        }
    }

    /// Whether the verb changes the process itself, so that a new shell is stacked on the actor's
    /// pane.
    pub fn stacks_shell(&self) -> bool {
        self.outline().leaves == Leaves::Shell
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::lab::reference::verbs;

    /// The action of a verb's example, with one field more.
    fn example(text: &str, field: &str, value: &Value) -> Option<Action> {
        let (_, example) = text.split_once("Example: `")?;
        let (example, _) = example.split_once('`')?;
        let mut action: Value = serde_saphyr::from_str(example).ok()?;
        let (_, fields) = action.as_object_mut()?.iter_mut().next()?;
        fields[field] = value.clone();
        serde_json::from_value(action).ok()
    }

    #[test]
    fn a_verb_tells_of_every_name_that_it_is_given() {
        let cases = [
            ("in", json!("b")),
            ("netns", json!("b")),
            ("of", json!("b")),
            ("to", json!({"actor": "b"})),
            ("to", json!({"face": "b"})),
        ];
        let mut told = 0;
        for verb in verbs() {
            for (field, value) in &cases {
                let Some(action) = example(&verb.details, field, value) else {
                    continue;
                };
                assert_eq!(action.verb(), verb.name);
                let outline = action.outline();
                let is_told = match *field {
                    "in" => outline.actor == "b",
                    "netns" => outline.netns == Some("b"),
                    _ => outline.mentions == Some("b"),
                };
                assert!(is_told, "{}: {field}: {outline:?}", verb.name);
                told += 1;
            }
        }
        // Nearly every verb has `in`, and there is more than one that is given a name.
        assert!(told > verbs().len() + 15, "{told}");
    }
}
