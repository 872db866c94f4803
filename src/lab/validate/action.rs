//! Checks one action. The words of an action have no positions of their own; they are searched for
//! in its text.

use serde_json::Value;
use serde_saphyr::Spanned;

use super::Checker;
use crate::lab::action::critic::Critic;
use crate::lab::problem::is_dangerous;
use crate::lab::{Action, Place, Problem, names};

impl Checker<'_> {
    pub(super) fn action(&mut self, action: &Spanned<Action>) {
        let place = self.source.place(action.referenced);
        self.who(place, &action.value);
        let mut critic = Critic {
            file: self.name,
            source: self.source,
            node: place,
            programs: self.programs.as_ref(),
            groups: self.groups,
            problems: Vec::new(),
        };
        action.value.as_verb().check(&mut critic);
        self.problems.append(&mut critic.problems);
        let json = serde_json::to_value(&action.value).unwrap_or_default();
        if let Some(bad) = dangerous(&json) {
            self.problems
                .push(Problem::dangerous(self.name, place, bad));
        }
    }

    fn who(&mut self, place: Place, action: &Action) {
        if let Action::Actor(open) = action {
            let name = open.name.as_str();
            if self.actors.get(name) == Some(&false) {
                let place = self.source.value(place, &["name"], name);
                let message = format!("actor `{name}` is there from the start");
                self.tell(place, message, "declare it with `later: true`");
                return;
            }
            self.known(place, &["name"], name);
            return;
        }
        self.known(place, &["in"], action.actor());
        if let Some(name) = action.mentions() {
            self.known(place, &["target", "of", "face", "actor"], name);
        }
    }

    fn known(&mut self, place: Place, keys: &[&str], name: &str) {
        if self.actors.contains_key(name) || self.no_actors && names::is_identifier(name) {
            return;
        }
        let there: Vec<_> = self.actors.keys().copied().collect();
        let help = format!(
            "there is: {}; declare others under `actors`",
            there.join(", ")
        );
        let place = self.source.value(place, keys, name);
        self.tell(place, format!("no actor `{name}`"), &help);
    }
}

/// The first dangerous character in any text of a value.
fn dangerous(value: &Value) -> Option<char> {
    match value {
        Value::String(text) => text.chars().find(|c| is_dangerous(*c)),
        Value::Array(items) => items.iter().find_map(dangerous),
        Value::Object(map) => map.values().find_map(dangerous),
        _ => None,
    }
}
