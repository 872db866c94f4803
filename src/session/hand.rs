//! What a person does by hand of a step's lines: which are done, which is next, and whether it
//! was run in another shell than the one that it is for. The terminals show it: a line that was
//! run stands behind a prompt, and ends.

use super::attempt::Made;
use super::{Phase, Session};
use crate::lab::Action;
use crate::snapshot::Snapshot;
use crate::typed::line_now;

impl Session {
    /// The action that the step goes on with: the first one that is not done, or the first of all
    /// if all were run in vain; none once the step is over, or while the lab host is built.
    pub fn upcoming(&self) -> Option<&Action> {
        let script = self.step().script();
        match self.phase {
            Phase::Applying { done } => script.get(done),
            _ if self.phase.is_open() => script.get(self.attempt.by_hand).or(script.first()),
            _ => None,
        }
    }

    /// The actor whose shell the step is about now: that of the next action, or once there is
    /// none, that of the last one. A step of the person's own does not tell.
    pub fn acting(&self) -> Option<&str> {
        let next = self.upcoming().filter(|_| self.step().goal.is_none());
        let steps = self.lab.steps.get(..=self.step).unwrap_or_default();
        let mut scripts = steps.iter().rev().filter(|step| step.goal.is_none());
        let last = scripts.find_map(|step| step.script().last());
        next.or(last).map(Action::actor)
    }

    /// The actor in whose shell the next line was run, although it is for another one.
    pub fn strayed(&self) -> Option<&str> {
        self.attempt.strayed.as_deref()
    }

    /// Looks for lines of the step in what the terminals have printed; `earlier` is the state
    /// before the present one, in which a line may have been typed.
    pub(super) fn see_hands(&mut self, earlier: &Snapshot) {
        if !self.phase.is_open() || self.attempt.made == Made::All {
            self.attempt.strayed = None;
            return;
        }
        // After a surprise the actions before it are done; its own outcome is the last.
        let played = self.attempt.outcomes.len().saturating_sub(1);
        let mut done = self.attempt.by_hand.max(played);
        while self.is_done_by_hand(done, earlier) {
            if let Some(line) = self.run_by_hand(done, earlier) {
                self.attempt.ran.insert(done, line);
            }
            done += 1;
        }
        self.attempt.by_hand = done;
        self.attempt.strayed = self.stray(earlier);
    }

    /// The line of an action as it was run, once it was.
    pub fn ran(&self, index: usize) -> Option<&str> {
        self.attempt.ran.get(&index).map(String::as_str)
    }

    /// The line of an action as the person has run it.
    fn run_by_hand(&self, index: usize, earlier: &Snapshot) -> Option<String> {
        let action = self.step().script().get(index)?;
        let said = self.said(action.actor());
        let lines = [earlier, &*self.now].map(|state| line_now(state, action));
        lines
            .into_iter()
            .flatten()
            .find(|line| runs(said, line) > 0)
    }

    /// Whether the person has done the action with this index.
    fn is_done_by_hand(&self, index: usize, earlier: &Snapshot) -> bool {
        let script = self.step().script();
        let Some(action) = script.get(index) else {
            return false;
        };
        if let Action::Actor(verb) = action {
            let actor = self.now.actors.get(&verb.name);
            return actor.is_some_and(|actor| actor.alive);
        }
        // The same line may stand in the step several times.
        let again = script[..index].iter().filter(|other| *other == action);
        let times = again.count() + 1;
        let lines = [earlier, &*self.now].map(|state| line_now(state, action));
        let mut lines = lines.iter().flatten();
        lines.any(|line| runs(self.said(action.actor()), line) >= times)
    }

    /// The actor in whose shell the next line was run, although it is for another one.
    fn stray(&self, earlier: &Snapshot) -> Option<String> {
        let script = self.step().script();
        let next = script.get(self.attempt.by_hand)?;
        if self.step().goal.is_some() {
            return None;
        }
        let lines = [earlier, &*self.now].map(|state| line_now(state, next));
        let mut others = self.lab.actors.iter().filter(|actor| {
            let is_other = actor.name != next.actor();
            let mut lines = lines.iter().flatten();
            is_other && lines.any(|line| runs(self.said(&actor.name), line) > 0)
        });
        let other = others.next()?;
        // It is no mistake where the step has the same line for that shell, too.
        let mut own = script.iter().filter(|action| action.actor() == other.name);
        let same = own.any(|action| lines.contains(&line_now(&self.now, action)));
        (!same).then(|| other.name.clone())
    }

    /// What an actor's terminal has printed since the step began.
    fn said(&self, actor: &str) -> &str {
        let actor = self.now.actors.get(actor);
        actor.map_or("", |actor| actor.said.as_str())
    }
}

/// How often a line was run in a terminal that has printed this. The prompt before the first line
/// may be from before the step began. Blanks do not count: a terminal breaks long lines.
fn runs(said: &str, line: &str) -> usize {
    let line = squeezed(line);
    let (whole, _unended) = said.rsplit_once('\n').unwrap_or_default();
    let shown = whole.lines().enumerate();
    let run = shown.filter(|(row, shown)| {
        let shown = squeezed(shown);
        let before = shown.strip_suffix(&line);
        before.is_some_and(|before| *row == 0 && before.is_empty() || before.ends_with(['#', '$']))
    });
    if line.is_empty() { 0 } else { run.count() }
}

fn squeezed(line: &str) -> String {
    line.chars().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::runs;

    #[test]
    fn a_line_was_run_if_it_stands_behind_a_prompt_and_ends() {
        let line = "hostname two";
        for (said, times) in [
            ("", 0),
            ("root@lab:/lab# hostname two", 0),
            ("root@lab:/lab# hostname two\n", 1),
            ("hostname two\nroot@lab:/lab# ", 1),
            (
                "root@lab:/lab# # root@lab:/lab# hostname  two\nbash$ hostname two\n",
                2,
            ),
            ("root@lab:/lab# echo hostname two\nhostname two\n", 0),
            ("root@lab:/lab# hostname two three\n", 0),
        ] {
            assert_eq!(runs(said, line), times, "{said:?}");
        }
        assert_eq!(runs("root@lab:/lab# \n", ""), 0);
    }
}
