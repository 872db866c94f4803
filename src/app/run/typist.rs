//! The line that is typed for a step, and the prompt that is waited for after an
//! action: a clock that is told what time it is, and what is seen of the shell.

use std::time::{Duration, Instant};

use crate::snapshot::Outcome;

/// How long a typed line may take until the prompt is back.
const PATIENCE: Duration = Duration::from_secs(20);

/// An action that is done, while its shell draws its prompt.
#[derive(Debug)]
struct Settling {
    done: Done,
    number: u64,
}

/// An action that is done.
#[derive(Debug, PartialEq)]
pub(super) struct Done {
    /// Who acted.
    pub(super) actor: String,
    /// What came of it.
    pub(super) outcome: Outcome,
}

/// A line that is being typed for a step.
#[derive(Debug)]
struct Typing {
    actor: String,
    depth: usize,
    until: Instant,
}

/// What is seen of a shell.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    /// The kernel says that it waits for a line.
    pub(super) at_prompt: bool,
    /// It has printed its prompt since the line was typed.
    pub(super) prompted: bool,
    /// How many shells are stacked; none where there is no pane.
    pub(super) depth: Option<usize>,
}

/// What is typed for a step.
#[derive(Debug, Default)]
pub(super) struct Typist {
    typing: Option<Typing>,
    settling: Option<Settling>,
    /// How many prompts were waited for.
    numbered: u64,
}

impl Typist {
    /// A new lab host: nothing is typed there yet.
    pub(super) fn begin(&mut self) {
        (self.typing, self.settling) = (None, None);
    }

    /// A line is typed into the shell that has so many with it in its stack.
    pub(super) fn type_into(&mut self, actor: &str, depth: usize, now: Instant) {
        self.typing = Some(Typing {
            actor: actor.to_owned(),
            depth,
            until: now + PATIENCE,
        });
    }

    /// Whose line is not done yet.
    pub(super) fn typing(&self) -> Option<&str> {
        self.typing.as_ref().map(|typing| typing.actor.as_str())
    }

    /// Whether the line is done: the shell waits for the next one or has ended, or
    /// it took too long.
    pub(super) fn is_done(&self, now: Instant, seen: Seen) -> bool {
        let Some(typing) = &self.typing else {
            return false;
        };
        let ended = seen.depth.is_some_and(|depth| depth < typing.depth);
        typing.until < now || seen.at_prompt && (seen.prompted || ended)
    }

    /// The line is done: whose it was.
    pub(super) fn end_line(&mut self) -> Option<String> {
        self.typing.take().map(|typing| typing.actor)
    }

    /// The prompt after an action is waited for; the number of that wait.
    pub(super) fn settle(&mut self, done: Done) -> u64 {
        self.numbered += 1;
        let number = self.numbered;
        self.settling = Some(Settling { done, number });
        number
    }

    /// The wait for an actor's prompt.
    pub(super) fn awaits(&self, actor: &str) -> Option<u64> {
        let settling = self.settling.as_ref();
        let of_actor = settling.filter(|settling| settling.done.actor == actor);
        of_actor.map(|settling| settling.number)
    }

    /// A wait is over: the action that it was for; none if it was over before.
    pub(super) fn settled(&mut self, number: u64) -> Option<Done> {
        let settling = self.settling.take_if(|known| known.number == number);
        settling.map(|settling| settling.done)
    }

    /// Whether no line is typed and no prompt waited for.
    pub(super) fn is_idle(&self) -> bool {
        self.typing.is_none() && self.settling.is_none()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Done, Seen, Typist};
    use crate::snapshot::Outcome;

    fn done(actor: &str) -> Done {
        Done {
            actor: actor.to_owned(),
            outcome: Outcome::default(),
        }
    }

    #[test]
    fn a_line_is_done_when_its_shell_waits_for_the_next_one() {
        let now = Instant::now();
        let mut typist = Typist::default();
        let back = Seen {
            at_prompt: true,
            prompted: true,
            depth: Some(2),
        };
        assert!(!typist.is_done(now, back), "nothing is typed");
        typist.type_into("b", 2, now);
        assert_eq!(typist.typing(), Some("b"));
        assert!(!typist.is_done(now, Seen::default()));
        let printed = Seen {
            at_prompt: false,
            ..back
        };
        assert!(!typist.is_done(now, printed), "a program printed it");
        let silent = Seen {
            prompted: false,
            ..back
        };
        assert!(!typist.is_done(now, silent), "the prompt of before");
        assert!(typist.is_done(now, back));
        let ended = Seen {
            depth: Some(1),
            ..silent
        };
        assert!(typist.is_done(now, ended), "its shell ended");
        assert_eq!(typist.end_line().as_deref(), Some("b"));
        assert!(typist.is_idle());
    }

    #[test]
    fn a_line_is_waited_for_twenty_seconds_and_no_millisecond_more() {
        let now = Instant::now();
        let mut typist = Typist::default();
        typist.type_into("b", 1, now);
        let seen = Seen::default();
        assert!(!typist.is_done(now + Duration::from_secs(20), seen));
        assert!(typist.is_done(now + Duration::from_millis(20_001), seen));
    }

    #[test]
    fn a_prompt_ends_the_wait_that_it_belongs_to() {
        let mut typist = Typist::default();
        let first = typist.settle(done("b"));
        assert_eq!(typist.awaits("b"), Some(first));
        assert_eq!(typist.awaits("host"), None);
        let second = typist.settle(done("host"));
        assert_eq!(typist.settled(first), None, "another action came since");
        assert_eq!(typist.settled(second), Some(done("host")));
        assert_eq!(typist.settled(second), None, "it is over");
        assert!(typist.is_idle());
    }

    #[test]
    fn a_new_lab_host_waits_for_no_prompt_of_the_old_one() {
        let mut typist = Typist::default();
        let number = typist.settle(done("b"));
        typist.type_into("b", 1, Instant::now());
        typist.begin();
        assert!(typist.is_idle());
        assert_eq!(typist.settled(number), None);
        assert_ne!(typist.settle(done("b")), number);
    }
}
