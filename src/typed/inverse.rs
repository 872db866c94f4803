//! From a typed line back to a verb that does the same, if there is one: guesses a verb, and
//! accepts it if its own line is the same.

use serde_json::{Value, json};

use super::line;
use crate::lab::Action;
use crate::snapshot::Hierarchy;

/// The verb for a line that was typed into an actor's shell.
pub fn action(actor: &str, typed: &str) -> Option<Action> {
    let words: Vec<&str> = typed.split_whitespace().collect();
    let body = guess(&words)?;
    let (verb, mut fields) = (body.0, body.1);
    fields["in"] = json!(actor);
    let action: Action = serde_json::from_value(json!({ verb: fields })).ok()?;
    let shown = line(&action, &|_| None, &Hierarchy::default())?;
    (shown.split_whitespace().collect::<Vec<_>>() == words).then_some(action)
}

fn guess(words: &[&str]) -> Option<(&'static str, Value)> {
    Some(match words {
        ["hostname", name] => ("hostname", json!({ "name": name })),
        ["mkdir", "-p", path] => ("mkdir", json!({ "path": path })),
        ["rm", "-r", path] => ("remove", json!({ "path": path })),
        ["mv", from, to] => ("rename", json!({ "from": from, "to": to })),
        ["chmod", mode, path] => ("chmod", json!({ "mode": mode, "path": path })),
        ["ipcmk", "-Q"] => ("message_queue", json!({})),
        ["unshare", kinds @ .., "bash"] => ("unshare", json!({ "namespaces": namespaces(kinds) })),
        ["umount", "-l", target] => ("umount", json!({ "target": target, "lazy": true })),
        ["umount", target] => ("umount", json!({ "target": target })),
        ["mount", "--bind", source, target] => {
            ("bind", json!({ "source": source, "target": target }))
        }
        ["mount", "--rbind", source, target] => (
            "bind",
            json!({ "source": source, "target": target, "recursive": true }),
        ),
        ["mount", "-t", kind, "-o", options, source, target] => {
            let options: Vec<&str> = options.split(',').collect();
            let source = (source != kind).then_some(source);
            (
                "mount",
                json!({ "type": kind, "source": source, "target": target, "options": options }),
            )
        }
        ["mount", "-t", kind, source, target] => {
            let source = (source != kind).then_some(source);
            (
                "mount",
                json!({ "type": kind, "source": source, "target": target }),
            )
        }
        ["chroot", path, program @ ..] => ("chroot", json!({ "path": path, "program": program })),
        ["pivot_root", new_root, put_old] => (
            "pivot_root",
            json!({ "new_root": new_root, "put_old": put_old }),
        ),
        // A program and words without anything that only a shell can do.
        [program, ..] if !is_shells(program) && words.iter().all(|word| is_plain(word)) => {
            ("exec", json!({ "program": words }))
        }
        _ => return None,
    })
}

/// The namespace kinds of long options such as `--uts`.
fn namespaces(options: &[&str]) -> Vec<String> {
    let kinds = options.iter().filter(|option| **option != "--fork");
    kinds
        .map(|option| match option.trim_start_matches("--") {
            "mount" => "mnt".to_owned(),
            kind => kind.to_owned(),
        })
        .collect()
}

fn is_plain(word: &str) -> bool {
    word.chars()
        .all(|c| c.is_alphanumeric() || "_@%+=:,./-".contains(c))
}

/// Whether a word is a shell builtin, or starts a program that stays.
fn is_shells(word: &str) -> bool {
    let own = [
        "cd", "exit", "exec", "export", "set", "unset", "source", ".", "jobs", "fg", "bg", "wait",
        "kill", "umask", "ulimit", "read", "alias", "bash", "sh", "unshare", "nsenter", "su",
        "chroot", "setpriv", "vi", "vim", "nano", "less", "top", "man",
    ];
    own.contains(&word) || word.contains('=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_verbs() {
        let verb = |line: &str| action("b", line).map(|action| action.verb());
        for (line, wanted) in [
            ("hostname x", Some("hostname")),
            ("unshare --uts --ipc bash", Some("unshare")),
            ("mount -t tmpfs -o size=1m tmpfs /mnt", Some("mount")),
            ("mount --bind /a /b", Some("bind")),
            ("umount -l /old", Some("umount")),
            ("ls -l /lab", Some("exec")),
            ("ls | wc", None),
            ("cd /", None),
            ("exit", None),
            ("unshare -u", None),
            ("", None),
        ] {
            assert_eq!(verb(line), wanted, "{line}");
        }
    }
}
