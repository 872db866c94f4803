//! The ordinary command line that does the same as an action: what a person
//! would type into the actor's shell.
//!
//! Invariant: pure text; `typed` never knows whether the line was run.

mod capability;
mod cgroup;
mod inverse;
mod mount;
mod network;
mod overlay;
mod program;

pub use inverse::action;
pub use program::{needs, of_all, programs};

use crate::lab::Action;
use crate::lab::action::{self, IpcKind, NodeKind, SignalTarget};
use crate::snapshot::{Hierarchy, NamespaceKind};

/// How an actor's face is named on a line.
pub type PidOf<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The line for an action; `None` for one that no line could do (`actor`).
/// `pid_of` says how the process of an actor's face is to be named, mostly by its number
/// as the acting actor sees it (for `nsenter -t PID`); `groups` says which version of control groups there is.
#[allow(clippy::too_many_lines, reason = "a table: one call for each verb")]
pub fn line(action: &Action, pid_of: PidOf<'_>, groups: &Hierarchy) -> Option<String> {
    let q = quote;
    Some(match action {
        Action::Actor(_) => return None,
        Action::Spawn(a) => match &a.log {
            Some(log) => format!("{} >> {} 2>&1 &", words(&a.program), q(log)),
            None => background(&a.program),
        },
        Action::Exec(a) => words(&a.program),
        Action::Type(a) => a.line.clone(),
        Action::Signal(a) => signal(a, pid_of),
        // The shell numbers its last background program so.
        Action::Wait(_) => "wait $!".to_owned(),
        Action::Unshare(a) => unshare(a),
        Action::Setns(a) => setns(a, pid_of),
        Action::Pin(a) => pin(a, pid_of),
        Action::Unpin(a) => format!("umount {0} && rm {0}", q(&a.path)),
        Action::Hostname(a) => format!("hostname {}", q(&a.name)),
        Action::UidMap(a) => map(a, "uid_map", pid_of),
        Action::GidMap(a) => map(a, "gid_map", pid_of),
        Action::Setgroups(a) => {
            let word = if a.allow { "allow" } else { "deny" };
            format!("echo {word} > /proc/{}/setgroups", pid(pid_of(&a.of)))
        }
        Action::Setuid(a) => format!("setpriv --reuid {} bash", a.uid),
        Action::TimeOffset(a) => {
            format!("unshare --time --boottime {} --fork bash", a.boottime)
        }
        Action::Mount(a) => mount::mount(a),
        Action::Bind(a) => mount::bind(a),
        Action::Remount(a) => mount::remount(a),
        Action::Propagation(a) => mount::propagation(a),
        Action::PivotRoot(a) => format!("pivot_root {} {}", q(&a.new_root), q(&a.put_old)),
        Action::Umount(a) => format!("umount {}{}", if a.lazy { "-l " } else { "" }, q(&a.target)),
        Action::Chroot(a) => format!("chroot {} {}", q(&a.path), words(&a.program)),
        Action::Mkdir(a) => format!("mkdir -p {}", q(&a.path)),
        Action::Write(a) => format!("{} > {}", print(&a.text), q(&a.path)),
        Action::Append(a) => format!("{} >> {}", print(&a.text), q(&a.path)),
        Action::Copy(a) => copy(a),
        Action::Remove(a) => format!("rm -r {}", q(&a.path)),
        Action::Rename(a) => format!("mv {} {}", q(&a.from), q(&a.to)),
        Action::Chmod(a) => format!("chmod {} {}", a.mode, q(&a.path)),
        Action::Symlink(a) => format!("ln -s {} {}", q(&a.target), q(&a.path)),
        Action::Mknod(a) => mknod(a),
        Action::Rootfs(a) => rootfs(a),
        Action::Overlay(a) => overlay::overlay(a),
        Action::Unpack(a) => overlay::unpack(a),
        Action::Pack(a) => overlay::pack(a),
        Action::Import(a) => overlay::import(a),
        Action::Commit(a) => overlay::commit(a),
        Action::MessageQueue(_) => "ipcmk -Q".to_owned(),
        Action::SharedMemory(a) => format!("ipcmk -M {}", a.bytes),
        Action::Semaphore(a) => format!("ipcmk -S {}", a.count),
        Action::PosixQueue(a) => format!("touch {}", q(&format!("/dev/mqueue/{}", a.name))),
        Action::IpcRemove(a) => format!("ipcrm {} {}", ipc_flag(a.kind), a.id),
        Action::Netns(a) => network::netns(a, pid_of),
        Action::NetnsRemove(a) => format!("ip netns delete {}", q(&a.name)),
        Action::Veth(a) => network::veth(a, pid_of),
        Action::Bridge(a) => network::bridge(a),
        Action::Link(a) => network::link(a, pid_of),
        Action::LinkRemove(a) => network::link_remove(a),
        Action::Address(a) => network::address(a),
        Action::AddressRemove(a) => network::address_remove(a),
        Action::Route(a) => network::route(a),
        Action::Forwarding(a) => network::forwarding(a),
        Action::Nat(a) => network::nat(a),
        Action::Ping(a) => network::ping(a),
        Action::Listen(a) => network::listen(a),
        Action::Connect(a) => network::connect(a),
        Action::Cgroup(a) => cgroup::cgroup(a, groups),
        Action::Limit(a) => cgroup::limits(&a.group, &a.limits, groups),
        Action::Attach(a) => cgroup::attach(a, groups),
        Action::Load(a) => background(&a.program()),
        Action::Freeze(a) => cgroup::freeze(&a.group, true, groups),
        Action::Thaw(a) => cgroup::freeze(&a.group, false, groups),
        Action::KillGroup(a) => cgroup::kill_group(&a.group, groups),
        Action::RemoveGroup(a) => cgroup::remove_group(&a.group, groups),
        Action::DropCapabilities(a) => capability::drop(a),
        Action::Setcap(a) => capability::setcap(a),
        Action::NoNewPrivs(_) => "setpriv --no-new-privs bash".to_owned(),
        Action::Seccomp(a) => capability::seccomp(a),
        Action::Mask(a) => mount::mask(a),
    })
}

/// A word as a shell reads it back, sh(1).
fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// A program that says nothing, in the background.
fn background(program: &[String]) -> String {
    format!("{} > /dev/null 2>&1 &", words(program))
}

fn words(list: &[String]) -> String {
    list.iter()
        .map(|word| quote(word))
        .collect::<Vec<_>>()
        .join(" ")
}

/// The long options of unshare(1) and nsenter(1).
fn flags(kinds: &[NamespaceKind]) -> String {
    let flag = |kind: &NamespaceKind| match kind {
        NamespaceKind::Mnt => "--mount".to_owned(),
        kind => format!("--{}", kind.name()),
    };
    kinds.iter().map(flag).collect::<Vec<_>>().join(" ")
}

fn unshare(a: &action::Unshare) -> String {
    // Only a child enters a new pid namespace.
    let fork = if a.namespaces.contains(&NamespaceKind::Pid) {
        " --fork"
    } else {
        ""
    };
    // unshare(1) makes all mounts private if it is not told otherwise.
    let mounts = if a.namespaces.contains(&NamespaceKind::Mnt) {
        " --propagation unchanged"
    } else {
        ""
    };
    format!("unshare {}{mounts}{fork} bash", flags(&a.namespaces))
}

fn setns(a: &action::Setns, pid_of: PidOf<'_>) -> String {
    format!(
        "nsenter -t {} {} bash",
        pid(pid_of(&a.target)),
        flags(&a.namespaces)
    )
}

/// A number, or a word for one that is not known yet.
fn pid(pid: Option<String>) -> String {
    pid.unwrap_or_else(|| "PID".to_owned())
}

fn map(a: &action::MapIds, name: &str, pid_of: PidOf<'_>) -> String {
    let pid = pid(pid_of(&a.of));
    format!(
        "echo '{} {} {}' > /proc/{pid}/{name}",
        a.inside, a.outside, a.count
    )
}

fn pin(a: &action::Pin, pid_of: PidOf<'_>) -> String {
    let whose =
        a.of.as_ref()
            .map_or_else(|| "$$".to_owned(), |name| pid(pid_of(name)));
    let path = quote(&a.path);
    format!(
        "touch {path} && mount --bind /proc/{whose}/ns/{} {path}",
        a.namespace.name()
    )
}

fn print(text: &str) -> String {
    match text.strip_suffix('\n') {
        Some(line) if !line.contains(['\n', '\\']) && !line.starts_with('-') => {
            format!("echo {}", quote(line))
        }
        _ if text.contains('\n') => {
            let escaped = text.replace('\\', "\\\\").replace('%', "%%");
            format!("printf -- {}", quote(&escaped.replace('\n', "\\n")))
        }
        _ => format!("printf %s {}", quote(text)),
    }
}

fn copy(a: &action::Copy) -> String {
    let copy = format!(
        "cp -rH --preserve=mode,timestamps,links {} {}",
        quote(&a.from),
        quote(&a.to)
    );
    match a.to.rsplit_once('/').map(|(above, _)| above) {
        None | Some("" | "/lab" | "/tmp") => copy,
        Some(above) => format!("mkdir -p {} && {copy}", quote(above)),
    }
}

fn mknod(a: &action::Mknod) -> String {
    let path = quote(&a.path);
    match a.kind {
        NodeKind::Fifo => format!("mknod {path} p"),
        NodeKind::Character => format!("mknod {path} c {} {}", a.major, a.minor),
        NodeKind::Block => format!("mknod {path} b {} {}", a.major, a.minor),
    }
}

fn rootfs(a: &action::Rootfs) -> String {
    let root = quote(&a.path);
    let mut programs = words(&a.programs);
    if !a.optional.is_empty() {
        programs.push_str(&format!(" $(ls {} 2> /dev/null)", words(&a.optional)));
    }
    format!(
        "mkdir -p {root}; for p in {programs}; do cp -L --parents $p $(ldd $p | grep -o '/[^ )]*') {root}; done"
    )
}

fn ipc_flag(kind: IpcKind) -> &'static str {
    match kind {
        IpcKind::MessageQueue => "-q",
        IpcKind::SharedMemory => "-m",
        IpcKind::Semaphore => "-s",
    }
}

fn signal(a: &action::Signal, pid_of: PidOf<'_>) -> String {
    let target = match &a.target {
        SignalTarget::Face(name) => pid(pid_of(name)),
        SignalTarget::Program(_) => "%1".to_owned(),
        SignalTarget::Pid(pid) => pid.to_string(),
    };
    format!("kill -{} {target}", a.signal)
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
