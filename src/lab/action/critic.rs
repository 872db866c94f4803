//! What verbs ask when they look at their own words. The words of an action have no places
//! of their own; they are looked for in its text.

use std::collections::BTreeSet;

use crate::lab::problem::Problem;
use crate::lab::source::{Place, Source};
use crate::lab::{Action, names};

/// Tells what is wrong with the words of one action.
pub(in crate::lab) struct Critic<'a> {
    /// The lab file's name.
    pub(in crate::lab) file: &'a str,
    /// The lab file's text.
    pub(in crate::lab) source: &'a Source<'a>,
    /// Where the action stands.
    pub(in crate::lab) node: Place,
    /// The names given by verbs that start a program; `None` where some may be missing.
    pub(in crate::lab) programs: Option<&'a BTreeSet<&'a str>>,
    /// Whether the lab asks for control groups.
    pub(in crate::lab) groups: bool,
    /// What was found.
    pub(in crate::lab) problems: Vec<Problem>,
}

impl<'a> Critic<'a> {
    /// What is wrong with an action that no lab is known of.
    pub(super) fn of_one(source: &'a Source<'a>, action: &Action) -> Vec<Problem> {
        let mut critic = Self {
            file: "",
            source,
            node: Place::default(),
            programs: None,
            groups: true,
            problems: Vec::new(),
        };
        action.as_verb().check(&mut critic);
        critic.problems
    }

    /// Tells a problem of the whole action.
    pub(in crate::lab) fn tell(&mut self, message: impl Into<String>, help: &str) {
        let problem = Problem::error(self.file, self.node, message, help);
        self.problems.push(problem);
    }

    /// Tells a problem at the word that is a field's value.
    pub(super) fn word(&mut self, field: &str, word: &str, message: String, help: &str) {
        let place = self.source.value(self.node, &[field], word);
        let problem = Problem::error(self.file, place, message, help);
        self.problems.push(problem);
    }

    /// A list that has something in it.
    pub(super) fn some<T>(&mut self, field: &str, list: &[T]) {
        if list.is_empty() {
            self.tell(format!("`{field}` is empty"), "name at least one");
        }
    }

    /// A program that some verb starts.
    pub(super) fn program(&mut self, name: &str) {
        if self.programs.is_some_and(|known| !known.contains(name)) {
            let message = format!("no program `{name}` was started");
            let help = "the name that a `spawn`, `listen` or `load` gives";
            self.word("program", name, message, help);
        }
    }

    /// A path below `/sys/fs/cgroup` that leads nowhere else.
    pub(super) fn group(&mut self, field: &str, name: &str) {
        if !self.groups {
            let help =
                "ask for them: `needs: {cgroup: [memory]}`, with the controllers that are used";
            self.tell("this lab has no control groups", help);
        }
        let mut parts = name.split('/');
        if !parts.all(|part| is_plain(part, "_-")) {
            let message = format!("`{name}` cannot be a control group's name");
            let help = "letters, digits, `_` and `-`: `demo`, `demo/inner`";
            self.word(field, name, message, help);
        }
    }

    /// A file's name in the store of images.
    pub(super) fn image(&mut self, field: &str, name: &str) {
        if name.starts_with('.') || !is_plain(name, "_-.") {
            let message = format!("`{name}` cannot be an image's name");
            let help = "letters, digits, `_`, `-` and `.`: `base`";
            self.word(field, name, message, help);
        }
    }

    /// Capabilities that there are.
    pub(super) fn capabilities(&mut self, field: &str, list: &[String]) {
        for name in list.iter().filter(|name| !names::is_capability(name)) {
            let message = format!("there is no capability `{name}`");
            let help = "a name from capabilities(7): CAP_SYS_TIME";
            self.word(field, name, message, help);
        }
    }
}

/// Whether a word has nothing but letters, digits and these marks, and at least one of them.
fn is_plain(word: &str, marks: &str) -> bool {
    let mut letters = word.chars();
    !word.is_empty() && letters.all(|c| c.is_ascii_alphanumeric() || marks.contains(c))
}
