//! What every verb says of itself, whatever it does.

use super::critic::Critic;

/// A verb. A family's `outlines!` makes it of each of its types.
pub(in crate::lab) trait Verb {
    /// Where it acts, whom it names, what it leaves behind.
    fn outline(&self) -> Outline<'_>;

    /// Tells what is wrong with its words, beside what is wrong with any verb's.
    fn check(&self, critic: &mut Critic<'_>);
}

/// What can be said of a verb without knowing which one it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outline<'a> {
    /// The actor in whose place the verb acts.
    pub actor: &'a str,
    /// Another actor that the verb names: the verb is given the number of that actor's face.
    pub mentions: Option<&'a str>,
    /// The named network namespace that the verb acts in.
    pub netns: Option<&'a str>,
    /// The small program of isolab's own that a person would need to do the same.
    pub tool: Option<&'a str>,
    /// Where the lab names programs of the machine that the verb runs or copies.
    pub runs: Runs<'a>,
    /// What is there after the verb, beside files, mounts and names.
    pub leaves: Leaves<'a>,
}

/// Where programs of the machine are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs<'a> {
    /// The verb runs none.
    Nothing,
    /// Words, among which the programs are.
    Words(&'a [String]),
    /// A text, in which the programs are.
    Text(&'a str),
}

/// What a verb leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaves<'a> {
    /// Nothing that others must know of.
    Nothing,
    /// The verb changed the process itself: a new shell is stacked on the actor's pane.
    Shell,
    /// A program in the background, by the name that `signal` and `wait` call it.
    Program(&'a str),
    /// A control group.
    Group(&'a str),
    /// A link that no namespace of an actor takes with it.
    Link(&'a str),
}

impl<'a> Outline<'a> {
    /// A verb that acts in this actor's place, and that is all.
    pub(super) fn acts(actor: &'a str) -> Self {
        Self {
            actor,
            mentions: None,
            netns: None,
            tool: None,
            runs: Runs::Nothing,
            leaves: Leaves::Nothing,
        }
    }
}
