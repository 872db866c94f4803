//! From a typed line back to a verb that does the same, if there is one: guesses a verb, and
//! accepts it if its own line is the same.

use serde_json::{Value, json};

use super::line;
use crate::lab::Action;
use crate::snapshot::Hierarchy;

/// A verb that may do what a line does.
struct Guess {
    verb: &'static str,
    fields: Value,
}

/// The verb for a line that was typed into an actor's shell.
pub fn action(actor: &str, typed: &str) -> Option<Action> {
    let words: Vec<&str> = typed.split_whitespace().collect();
    let verb = guess(&words)
        .filter(Guess::names_no_option)
        .and_then(|guess| guess.proven(actor, &words));
    verb.or_else(|| program(&words)?.proven(actor, &words))
}

impl Guess {
    fn new(verb: &'static str, fields: Value) -> Self {
        Self { verb, fields }
    }

    /// Whether no option of the program was taken for a name.
    fn names_no_option(&self) -> bool {
        let fields = self.fields.as_object();
        fields.is_some_and(|fields| !fields.values().any(has_option))
    }

    /// The action, if a lab may say it and its own line has these words.
    fn proven(mut self, actor: &str, words: &[&str]) -> Option<Action> {
        self.fields["in"] = json!(actor);
        let action = json!({ self.verb: self.fields });
        let action: Action = serde_json::from_value(action).ok()?;
        let shown = line(&action, &|_| None, &Hierarchy::default())?;
        (action.is_sound() && shown.split_whitespace().eq(words.iter().copied())).then_some(action)
    }
}

/// Whether a field has a word that is an option.
fn has_option(field: &Value) -> bool {
    match field {
        Value::String(word) => word.starts_with('-'),
        Value::Array(words) => words.iter().any(has_option),
        _ => false,
    }
}

fn guess(words: &[&str]) -> Option<Guess> {
    Some(match words {
        ["hostname", name] => Guess::new("hostname", json!({ "name": name })),
        ["mkdir", "-p", path] => Guess::new("mkdir", json!({ "path": path })),
        ["rm", "-r", path] => Guess::new("remove", json!({ "path": path })),
        // mv(1) puts a file into a directory, rename(2) does not.
        ["mv", from, to] if !is_directory(to) => {
            Guess::new("rename", json!({ "from": from, "to": to }))
        }
        ["chmod", mode, path] => Guess::new("chmod", json!({ "mode": mode, "path": path })),
        ["ipcmk", "-Q"] => Guess::new("message_queue", json!({})),
        ["unshare", kinds @ .., "bash"] => {
            Guess::new("unshare", json!({ "namespaces": namespaces(kinds) }))
        }
        ["umount", "-l", target] => Guess::new("umount", json!({ "target": target, "lazy": true })),
        ["umount", target] => Guess::new("umount", json!({ "target": target })),
        ["mount", how @ ("--bind" | "--rbind"), source, target] => Guess::new(
            "bind",
            json!({ "source": source, "target": target, "recursive": *how == "--rbind" }),
        ),
        ["mount", "-t", kind, "-o", options, source, target] => {
            let options: Vec<&str> = options.split(',').collect();
            let place = json!({ "source": source, "target": target, "options": options });
            mount(kind, place)?
        }
        ["mount", "-t", kind, source, target] => {
            mount(kind, json!({ "source": source, "target": target }))?
        }
        // Another program ends, and its shell is the same again.
        ["chroot", path, program] if is_shell(program) => {
            Guess::new("chroot", json!({ "path": path, "program": [program] }))
        }
        ["pivot_root", new_root, put_old] => Guess::new(
            "pivot_root",
            json!({ "new_root": new_root, "put_old": put_old }),
        ),
        _ => return None,
    })
}

/// A mount of a file system of this type, unless mount(8) understands a word that mount(2) does
/// not.
fn mount(kind: &str, mut fields: Value) -> Option<Guess> {
    let mut options = fields["options"].as_array().into_iter().flatten();
    // mount(8) tries the types of a list, and all but those that begin with `no`.
    let is_list = kind == "auto" || kind.contains(',') || kind.starts_with("no");
    if is_list || options.any(is_of_mount) {
        return None;
    }
    if fields["source"] == kind {
        fields["source"] = Value::Null;
    }
    fields["type"] = json!(kind);
    Some(Guess::new("mount", fields))
}

/// The options that mount(8) itself understands, and the verb does not.
const OF_MOUNT: &[&str] = &[
    "async",
    "atime",
    "auto",
    "bind",
    "defaults",
    "dev",
    "diratime",
    "dirsync",
    "exec",
    "group",
    "iversion",
    "lazytime",
    "loop",
    "loud",
    "mand",
    "move",
    "noauto",
    "nofail",
    "noiversion",
    "nolazytime",
    "nomand",
    "norelatime",
    "nostrictatime",
    "nouser",
    "nousers",
    "owner",
    "private",
    "rbind",
    "remount",
    "rprivate",
    "rshared",
    "rslave",
    "runbindable",
    "shared",
    "silent",
    "slave",
    "strictatime",
    "suid",
    "unbindable",
    "user",
    "users",
    "_netdev",
];

fn is_of_mount(option: &Value) -> bool {
    let option = option.as_str().unwrap_or_default();
    let name = option.split('=').next().unwrap_or(option);
    OF_MOUNT.contains(&name) || name.starts_with("x-") || name.starts_with("X-")
}

/// Whether a path can only be a directory.
fn is_directory(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("" | "." | ".."))
}

/// The namespace kinds of long options such as `--uts`.
fn namespaces(options: &[&str]) -> Vec<String> {
    options
        .iter()
        .filter(|option| **option != "--fork")
        .map(|option| match option.trim_start_matches("--") {
            "mount" => "mnt".to_owned(),
            kind => kind.to_owned(),
        })
        .collect()
}

/// The run of a program, if the words are nothing that only a shell can do.
fn program(words: &[&str]) -> Option<Guess> {
    let (program, rest) = words.split_first()?;
    let stays = is_shells(program) || rest.iter().any(|word| ["bash", "sh"].contains(word));
    (!stays).then(|| Guess::new("exec", json!({ "program": words })))
}

/// Words that the shell itself does, and no program of that name does the same (`kill %1`, `time`).
const BUILTINS: &[&str] = &[
    ".",
    ":",
    "alias",
    "bg",
    "bind",
    "builtin",
    "caller",
    "cd",
    "command",
    "compgen",
    "complete",
    "declare",
    "dirs",
    "disown",
    "enable",
    "eval",
    "exec",
    "exit",
    "export",
    "fc",
    "fg",
    "getopts",
    "hash",
    "help",
    "history",
    "jobs",
    "kill",
    "let",
    "local",
    "logout",
    "mapfile",
    "popd",
    "pushd",
    "read",
    "readarray",
    "readonly",
    "return",
    "set",
    "shift",
    "shopt",
    "source",
    "suspend",
    "time",
    "times",
    "trap",
    "type",
    "typeset",
    "ulimit",
    "umask",
    "unalias",
    "unset",
    "wait",
];

/// Programs that stay until somebody ends them, or start a shell.
const STAY: &[&str] = &[
    "bash", "chroot", "dash", "htop", "less", "login", "man", "more", "nano", "nsenter", "refuse",
    "script", "setpriv", "sh", "su", "sudo", "top", "unshare", "vi", "vim", "watch",
];

/// Whether a word is a shell builtin, or starts a program that stays.
fn is_shells(word: &str) -> bool {
    let name = word.rsplit('/').next().unwrap_or(word);
    let is_job = word.starts_with('%') || word.contains('=');
    BUILTINS.contains(&word) || STAY.contains(&name) || is_job
}

fn is_shell(program: &str) -> bool {
    matches!(program.rsplit('/').next(), Some("bash" | "sh"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The verbs that these lines become.
    fn become_verbs(lines: &[(&str, Option<&str>)]) {
        for (line, wanted) in lines {
            let verb = action("b", line).map(|action| action.verb());
            assert_eq!(verb, *wanted, "{line}");
        }
    }

    #[test]
    fn lines_become_verbs() {
        become_verbs(&[
            ("hostname x", Some("hostname")),
            ("unshare --uts --ipc bash", Some("unshare")),
            ("unshare --pid --fork bash", Some("unshare")),
            ("mount -t tmpfs tmpfs /mnt", Some("mount")),
            ("mount -t tmpfs -o size=1m tmpfs /mnt", Some("mount")),
            ("mount -t tmpfs -o ro,size=1m none /mnt", Some("mount")),
            ("mount --bind /a /b", Some("bind")),
            ("mount --rbind /a /b", Some("bind")),
            ("umount -l /old", Some("umount")),
            ("umount /old", Some("umount")),
            ("mv /lab/a /lab/b", Some("rename")),
            ("chmod 0755 /lab/a", Some("chmod")),
            ("rm -r /lab/a", Some("remove")),
            ("mkdir -p /lab/a", Some("mkdir")),
            ("ipcmk -Q", Some("message_queue")),
            ("chroot /lab/root /bin/sh", Some("chroot")),
            ("pivot_root /lab/root /lab/root/old", Some("pivot_root")),
            ("ls -l /lab", Some("exec")),
            ("cp /bin/bash /lab/root/bin/bash", Some("exec")),
            ("ls | wc", None),
            ("cd /", None),
            ("exit", None),
            ("unshare -u", None),
            ("", None),
        ]);
    }

    #[test]
    fn options_that_a_verb_lacks_keep_a_line_from_being_it() {
        become_verbs(&[
            ("hostname -f", Some("exec")),
            ("mkdir -p -v", Some("exec")),
            ("rm -r -f", Some("exec")),
            ("mv -f /lab/a", Some("exec")),
            ("mv /lab/a -t", Some("exec")),
            ("chmod -R /lab/a", Some("exec")),
            ("umount -a", Some("exec")),
            ("umount -l -a", Some("exec")),
            ("mount --bind -r /lab/a", Some("exec")),
            ("mount --rbind /lab/a -v", Some("exec")),
            ("mount -t proc -v /proc", Some("exec")),
            ("mount -t -v proc /proc", Some("exec")),
            ("mount -t tmpfs -o -v tmpfs /mnt", Some("exec")),
            ("pivot_root -h /lab", Some("exec")),
            ("chroot --userspec=1 /bin/bash", None),
            ("unshare --map-root-user bash", None),
            ("unshare --mount bash", None),
            ("unshare --fork bash", None),
        ]);
    }

    #[test]
    fn words_that_lint_would_refuse_or_that_mean_something_else_are_no_verb() {
        let long = format!("hostname {}", "x".repeat(65));
        become_verbs(&[
            ("chmod +x /lab/a", Some("exec")),
            ("chmod u=rwx /lab/a", Some("exec")),
            ("chmod 99 /lab/a", Some("exec")),
            (&long, Some("exec")),
            ("unshare bash", None),
            ("chroot /lab/root", None),
            ("chroot /lab/root ls", None),
            // mv(1) and mount(8) do more than their calls.
            ("mv /lab/a /lab/dir/", Some("exec")),
            ("mv /lab/a .", Some("exec")),
            ("mount -t none -o bind /a /b", Some("exec")),
            ("mount -t ext4 -o ro,loop /lab/x /mnt", Some("exec")),
            ("mount -t tmpfs -o x-mount.mkdir tmpfs /mnt", Some("exec")),
            ("mount -t ext4,xfs /dev/x /mnt", Some("exec")),
            ("mount -t auto /dev/x /mnt", Some("exec")),
        ]);
    }

    #[test]
    fn what_only_a_shell_can_do_or_what_stays_is_no_run() {
        become_verbs(&[
            ("/bin/bash", None),
            ("ip netns exec r1 bash", None),
            ("refuse EPERM mount bash", None),
            ("%1", None),
            ("trap", None),
            ("LANG=C ls", None),
        ]);
    }
}
