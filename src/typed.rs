//! The ordinary command line that does the same as an action: what a person would type into the
//! actor's shell.
//!
//! Invariant: pure text; `typed` never knows whether the line was run.

mod capability;
mod cgroup;
mod file;
mod inverse;
mod ipc;
mod mount;
mod namespace;
mod network;
mod now;
mod overlay;
mod process;
mod program;

pub use inverse::action;
pub use now::line_now;
pub use program::{needs, of_all, programs};

use crate::lab::Action;
use crate::lab::action::match_verb;
use crate::snapshot::Hierarchy;

/// Tells how to name the process of an actor's face on a line; `None` if that is not known.
pub type PidOf<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The line for an action; `None` for `actor`, which no line can do. `pid_of` names the process of
/// an actor's face, mostly by its pid as the acting actor sees it (for `nsenter -t PID`). `groups`
/// tells which cgroup version there is.
pub fn line(action: &Action, pid_of: PidOf<'_>, groups: &Hierarchy) -> Option<String> {
    let there = There { pid_of, groups };
    match_verb!(action, verb => verb.line(&there))
}

/// What a line depends on beside the verb's own words.
struct There<'a> {
    pid_of: PidOf<'a>,
    groups: &'a Hierarchy,
}

impl There<'_> {
    /// How the process of an actor's face is named; a word for one that is not known yet.
    fn pid(&self, actor: &str) -> String {
        (self.pid_of)(actor).unwrap_or_else(|| "PID".to_owned())
    }
}

/// A verb whose line is known. Every verb must be one: `line` does not compile else.
trait Line {
    /// What a person would type; `None` where no line does it.
    fn line(&self, there: &There<'_>) -> Option<String>;
}

/// The lines of a family's verbs: `lines! { Hostname: |a, _| format!("hostname {}", a.name) }`.
macro_rules! lines {
    ($($verb:ty: $line:expr,)*) => {
        $(impl $crate::typed::Line for $verb {
            fn line(&self, there: &$crate::typed::There<'_>) -> Option<String> {
                let line: fn(&$verb, &$crate::typed::There<'_>) -> String = $line;
                Some(line(self, there))
            }
        })*
    };
}
use lines;

/// Whether a character means nothing to a shell.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c)
}

/// A word quoted for a shell, sh(1).
fn quote(word: &str) -> String {
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// A program in the background, without output.
fn background(program: &[String]) -> String {
    format!("{} > /dev/null 2>&1 &", words(program))
}

fn words(list: &[String]) -> String {
    list.iter()
        .map(|word| quote(word))
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(json: &str) -> Option<String> {
        let action: Action = serde_json::from_str(json).ok()?;
        line(
            &action,
            &|name| (name == "b").then(|| "42".to_owned()),
            &Hierarchy::default(),
        )
    }

    #[test]
    fn lines_a_person_would_type() {
        let cases = [
            (
                r#"{"unshare":{"in":"b","namespaces":["uts","ipc"]}}"#,
                "unshare --uts --ipc bash",
            ),
            (
                r#"{"setns":{"target":"b","namespaces":["mnt"]}}"#,
                "nsenter -t 42 --mount bash",
            ),
            (
                r#"{"chroot":{"path":"/lab/root"}}"#,
                "chroot /lab/root /bin/bash",
            ),
            (
                r#"{"mount":{"type":"tmpfs","target":"/mnt","options":["size=1m","ro"]}}"#,
                "mount -t tmpfs -o size=1m,ro tmpfs /mnt",
            ),
            (
                r#"{"write":{"path":"/lab/a b","text":"it's\n"}}"#,
                "echo 'it'\\''s' > '/lab/a b'",
            ),
            (
                r#"{"write":{"path":"/lab/a","text":"5 % a\\b\nc\n"}}"#,
                "printf -- '5 %% a\\\\b\\nc\\n' > /lab/a",
            ),
            (
                r#"{"write":{"path":"/lab/a","text":"x"}}"#,
                "printf %s x > /lab/a",
            ),
            (
                r#"{"copy":{"from":"/bin/bash","to":"/lab/root/bin/bash"}}"#,
                "mkdir -p /lab/root/bin && cp -rH --preserve=mode,timestamps,links /bin/bash /lab/root/bin/bash",
            ),
            (
                r#"{"ipc_remove":{"kind":"semaphore","id":3}}"#,
                "ipcrm -s 3",
            ),
        ];
        for (action, expected) in cases {
            assert_eq!(typed(action).as_deref(), Some(expected));
        }
        assert_eq!(typed(r#"{"actor":{"name":"b"}}"#), None);
    }
}
