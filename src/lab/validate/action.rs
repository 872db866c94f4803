//! Problems of one action. The words of an action have no places of their own;
//! they are looked for in its text.

use serde_json::Value;
use serde_saphyr::Spanned;

use super::Checker;
use crate::lab::action::{DropCapabilities, Overlay, Seccomp, Signal, SignalTarget};
use crate::lab::problem::is_dangerous;
use crate::lab::{Action, Place, names};

/// The longest host name that the kernel takes, in bytes (sethostname(2)).
const HOSTNAME: usize = 64;

impl Checker<'_> {
    pub(super) fn action(&mut self, action: &Spanned<Action>) {
        let place = self.source.place(action.referenced);
        self.who(place, &action.value);
        self.words(place, &action.value);
        let json = serde_json::to_value(&action.value).unwrap_or_default();
        if let Some(bad) = dangerous(&json) {
            let message = format!("control character U+{:04X}", u32::from(bad));
            self.tell(
                place,
                message,
                "remove it: it could act on the terminal or hide text",
            );
        }
    }

    /// Tells a problem at a word of the action.
    fn word(&mut self, node: Place, keys: &[&str], word: &str, (message, help): (String, &str)) {
        self.tell(self.source.value(node, keys, word), message, help);
    }

    fn who(&mut self, place: Place, action: &Action) {
        if let Action::Actor(open) = action {
            let name = open.name.as_str();
            if self.actors.get(name) == Some(&false) {
                let said = (
                    format!("actor `{name}` is there from the start"),
                    "declare it with `later: true`",
                );
                self.word(place, &["name"], name, said);
                return;
            }
            self.known(place, &["name"], name);
            return;
        }
        self.known(place, &["in"], action.actor());
        if let Some(name) = action.mentions() {
            self.known(place, &["target", "of", "face"], name);
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
        self.word(place, keys, name, (format!("no actor `{name}`"), &help));
    }

    #[allow(clippy::too_many_lines, reason = "a table: one line for each verb")]
    fn words(&mut self, place: Place, action: &Action) {
        match action {
            Action::Hostname(a) => self.hostname(place, &a.name),
            Action::Chmod(a) => self.mode(place, &a.mode),
            Action::Signal(a) => self.signal(place, a),
            Action::Wait(a) => self.program(place, &a.program),
            Action::Spawn(a) => self.some(place, "program", &a.program),
            Action::Exec(a) => self.some(place, "program", &a.program),
            Action::Chroot(a) => self.some(place, "program", &a.program),
            Action::Rootfs(a) => self.some(place, "programs", &a.programs),
            Action::Unshare(a) => self.some(place, "namespaces", &a.namespaces),
            Action::Setns(a) => self.some(place, "namespaces", &a.namespaces),
            Action::Remount(a) => self.some(place, "options", &a.options),
            Action::Overlay(a) => self.overlay(place, a),
            Action::Import(a) => self.image(place, "as", &a.name),
            Action::Commit(a) => {
                self.image(place, "as", &a.name);
                if let Some(below) = &a.on {
                    self.image(place, "on", below);
                }
            }
            Action::DropCapabilities(a) => self.capabilities(place, a),
            Action::Setcap(a) => {
                self.some(place, "capabilities", &a.capabilities);
                self.exist(place, "capabilities", &a.capabilities);
            }
            Action::Seccomp(a) => self.seccomp(place, a),
            Action::Mask(a) if a.hide.is_empty() && a.read_only.is_empty() => {
                self.tell(
                    place,
                    "nothing to mask",
                    "name paths in `hide` or in `read_only`",
                );
            }
            Action::Cgroup(a) => self.group(place, "name", &a.name),
            Action::Limit(a) => self.group(place, "group", &a.group),
            Action::Attach(a) => {
                self.group(place, "group", &a.group);
                if let Some(program) = &a.program {
                    self.program(place, program);
                }
            }
            Action::Freeze(a) => self.group(place, "group", &a.group),
            Action::Thaw(a) => self.group(place, "group", &a.group),
            Action::KillGroup(a) => self.group(place, "group", &a.group),
            Action::RemoveGroup(a) => self.group(place, "group", &a.group),
            Action::Type(a) if a.line.contains('\n') => {
                self.tell(
                    place,
                    "`type` types one line",
                    "use one `type` for each line",
                );
            }
            Action::PosixQueue(a) if a.name.is_empty() || a.name.contains('/') => {
                let said = (
                    format!("`{}` cannot be a queue's name", a.name),
                    "no slash: `jobs`",
                );
                self.word(place, &["name"], &a.name, said);
            }
            // Nothing can be wrong with their words but what is wrong with all.
            Action::Actor(_)
            | Action::Type(_)
            | Action::Pin(_)
            | Action::Unpin(_)
            | Action::UidMap(_)
            | Action::GidMap(_)
            | Action::Setgroups(_)
            | Action::Setuid(_)
            | Action::TimeOffset(_)
            | Action::Mount(_)
            | Action::Bind(_)
            | Action::Propagation(_)
            | Action::Umount(_)
            | Action::PivotRoot(_)
            | Action::Mkdir(_)
            | Action::Write(_)
            | Action::Append(_)
            | Action::Copy(_)
            | Action::Remove(_)
            | Action::Rename(_)
            | Action::Symlink(_)
            | Action::Mknod(_)
            | Action::Unpack(_)
            | Action::Pack(_)
            | Action::MessageQueue(_)
            | Action::SharedMemory(_)
            | Action::Semaphore(_)
            | Action::PosixQueue(_)
            | Action::IpcRemove(_)
            | Action::Netns(_)
            | Action::NetnsRemove(_)
            | Action::Veth(_)
            | Action::Bridge(_)
            | Action::Link(_)
            | Action::LinkRemove(_)
            | Action::Address(_)
            | Action::AddressRemove(_)
            | Action::Route(_)
            | Action::Forwarding(_)
            | Action::Nat(_)
            | Action::Ping(_)
            | Action::Listen(_)
            | Action::Connect(_)
            | Action::Load(_)
            | Action::NoNewPrivs(_)
            | Action::Mask(_) => {}
        }
    }

    /// A path below `/sys/fs/cgroup` that leads nowhere else.
    fn group(&mut self, place: Place, key: &'static str, name: &str) {
        if !self.groups {
            let help =
                "ask for them: `needs: {cgroup: [memory]}`, with the controllers that are used";
            self.tell(place, "this lab has no control groups", help);
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
        let word = |word: &str| !word.is_empty() && word.chars().all(plain);
        if !name.split('/').all(word) {
            let said = (
                format!("`{name}` cannot be a control group's name"),
                "letters, digits, `_` and `-`: `demo`, `demo/inner`",
            );
            self.word(place, &[key], name, said);
        }
    }

    /// An overlay that the kernel could mount.
    fn overlay(&mut self, place: Place, a: &Overlay) {
        if a.lowers.is_empty() && a.image.is_none() {
            let help = "name `lowers`, the top one first, or an `image`";
            self.tell(place, "an overlay without anything below", help);
        }
        if a.upper.is_some() != a.work.is_some() {
            let help = "both are there, on one mount, or neither: then it is read-only";
            self.tell(place, "`upper` and `work` belong together", help);
        }
        if let Some(image) = &a.image {
            self.image(place, "image", image);
        }
    }

    /// A file's name in the store.
    fn image(&mut self, place: Place, key: &'static str, name: &str) {
        let plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        if name.is_empty() || name.starts_with('.') || !name.chars().all(plain) {
            let said = (
                format!("`{name}` cannot be an image's name"),
                "letters, digits, `_`, `-` and `.`: `base`",
            );
            self.word(place, &[key], name, said);
        }
    }

    fn capabilities(&mut self, place: Place, a: &DropCapabilities) {
        if a.drop.is_empty() != a.keep.is_some() {
            let help = "`drop` lists the ones to lose, or `keep` all that are kept";
            self.tell(place, "either `drop` or `keep`", help);
        }
        self.exist(place, "drop", &a.drop);
        self.exist(place, "keep", a.keep.as_deref().unwrap_or_default());
    }

    /// Capabilities that there are.
    fn exist(&mut self, place: Place, key: &'static str, list: &[String]) {
        for name in list {
            if !names::is_capability(name) {
                let said = (
                    format!("there is no capability `{name}`"),
                    "a name from capabilities(7): CAP_SYS_TIME",
                );
                self.word(place, &[key], name, said);
            }
        }
    }

    fn seccomp(&mut self, place: Place, a: &Seccomp) {
        self.some(place, "refuse", &a.refuse);
        if !names::is_error(&a.errno) {
            let said = (
                format!("there is no error `{}`", a.errno),
                "a name from errno(3): EPERM",
            );
            self.word(place, &["errno"], &a.errno, said);
        }
        for call in a.refuse.iter().filter(|call| !names::is_call(call)) {
            let said = (
                format!("there is no system call `{call}`"),
                "a name from syscalls(2): mount",
            );
            self.word(place, &["refuse"], call, said);
        }
    }

    fn some<T>(&mut self, place: Place, what: &str, list: &[T]) {
        if list.is_empty() {
            self.tell(place, format!("`{what}` is empty"), "name at least one");
        }
    }

    fn hostname(&mut self, place: Place, name: &str) {
        if name.is_empty() || name.len() > HOSTNAME {
            let message = format!("a host name of {} bytes", name.len());
            self.word(
                place,
                &["name"],
                name,
                (message, "the kernel takes 1 to 64 (sethostname(2))"),
            );
        }
    }

    fn mode(&mut self, place: Place, mode: &str) {
        let octal = !mode.is_empty() && mode.chars().all(|c| ('0'..='7').contains(&c));
        if !octal || u32::from_str_radix(mode, 8).is_ok_and(|bits| bits > 0o7777) || mode.len() > 5
        {
            let said = (
                format!("`{mode}` is no mode"),
                "octal digits in quotes: \"0755\"",
            );
            self.word(place, &["mode"], mode, said);
        }
    }

    fn signal(&mut self, place: Place, a: &Signal) {
        if !names::is_signal(&a.signal) {
            let said = (
                format!("there is no signal `{}`", a.signal),
                "a name from signal(7) without SIG: TERM",
            );
            self.word(place, &["signal"], &a.signal, said);
        }
        if let SignalTarget::Program(name) = &a.target {
            self.program(place, name);
        }
    }

    fn program(&mut self, place: Place, name: &str) {
        let known = self.programs.as_ref();
        if known.is_some_and(|programs| !programs.contains(name)) {
            let said = (
                format!("no program `{name}` was started"),
                "the name that a `spawn`, `listen` or `load` gives",
            );
            self.word(place, &["program"], name, said);
        }
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
