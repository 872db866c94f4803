//! Records what a person does in the shells, command by command: `isolab record`.

use std::sync::Arc;

use super::run::Conductor;
use crate::check::propose;
use crate::lab::draft::Done;
use crate::snapshot::Snapshot;
use crate::typed;

/// How long after Enter a shell that waits for a line counts as done, in milliseconds.
const SOON: u64 = 250;
/// The most checks that are proposed for a command; the author deletes the needless ones.
const MOST: usize = 6;

/// A command under way.
#[derive(Debug)]
struct Begun {
    actor: String,
    line: String,
    before: Arc<Snapshot>,
    at: u64,
}

/// The commands so far.
#[derive(Debug, Default)]
pub(super) struct Tape {
    begun: Option<Begun>,
    pub(super) done: Vec<Done>,
}

impl Tape {
    /// Reads what the shells printed. A prompt with a command behind it begins a command, which
    /// ends when its shell waits for the next line.
    pub(super) fn follow(&mut self, run: &mut Conductor) {
        for pane in 0..run.panes.len() {
            for line in run.panes[pane].hear() {
                if let Some(line) = command(&line) {
                    self.end(run);
                    self.begun = Some(Begun {
                        actor: run.panes[pane].actor().to_owned(),
                        line,
                        before: Arc::clone(run.session.now()),
                        at: run.elapsed(),
                    });
                }
            }
        }
        let is_over = self.begun.as_ref().is_some_and(|begun| {
            let now = run.session.now();
            let back = now
                .actors
                .get(&begun.actor)
                .is_some_and(|actor| actor.at_prompt);
            back && !Arc::ptr_eq(now, &begun.before) && run.elapsed() > begun.at + SOON
        });
        if is_over {
            self.end(run);
        }
    }

    /// Whether a command is under way, whose end may come without an event.
    pub(super) fn waits(&self) -> bool {
        self.begun.is_some()
    }

    /// Ends the command under way with the current state.
    pub(super) fn end(&mut self, run: &Conductor) {
        let Some(Begun {
            actor,
            line,
            before,
            ..
        }) = self.begun.take()
        else {
            return;
        };
        let mut checks = propose(&before, run.session.now());
        checks.truncate(MOST);
        let action = typed::action(&actor, &line);
        self.done.push(Done {
            actor,
            line,
            action,
            checks,
        });
    }
}

/// The command behind a prompt. A prompt is one word that ends in `#` or `$`.
fn command(line: &str) -> Option<String> {
    // The shell prints this where a long line continues in the next row.
    let line = line.replace(" \r", "").replace('\r', "");
    let mut rest = line.as_str();
    // A prompt that was drawn again stands there twice.
    while let Some(at) = rest.find("# ").into_iter().chain(rest.find("$ ")).min()
        && at > 0
        && !rest[..at].contains(' ')
    {
        rest = &rest[at + 2..];
    }
    let command = rest.trim();
    (rest.len() < line.len() && !command.is_empty()).then(|| command.to_owned())
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn a_command_stands_behind_a_prompt() {
        assert_eq!(
            command("root@lab:/lab# hostname a").as_deref(),
            Some("hostname a")
        );
        assert_eq!(
            command("bash-5.2$ echo 'a # b'").as_deref(),
            Some("echo 'a # b'")
        );
        let long = "root@lab:/lab# mount -t tmpfs -o si \rze=1m tmpfs /mnt";
        assert_eq!(
            command(long).as_deref(),
            Some("mount -t tmpfs -o size=1m tmpfs /mnt")
        );
        for other in [
            "root@lab:/lab# ",
            "# a comment",
            "see the # sign",
            "total 0",
            "",
        ] {
            assert_eq!(command(other), None, "{other}");
        }
    }
}
