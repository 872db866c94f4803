//! Makes a lab's verbs true: which calls, in which order. It runs in a worker
//! process that stands where the actor's face stands (its namespaces, root,
//! directory, ids and capabilities), so an action can do what the face itself
//! could do, and no more.
//!
//! Invariant: every call that changes something is recorded with its result;
//! the first refusal ends the action and is its outcome.

mod capability;
mod cgroup;
mod elf;
mod file;
mod ipc;
mod mount;
mod namespace;
mod network;
mod overlay;
mod process;
mod rootfs;

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;

use crate::lab::Action;
use crate::snapshot::{Call, Outcome, Refusal};
use crate::sys::SysError;
use crate::sys::exec::Program;

/// What an action needs to know beside its own words.
#[derive(Debug)]
pub struct Ctx {
    /// The face of each actor, as the lab host numbers it.
    pub faces: BTreeMap<String, i64>,
    /// The programs started by `spawn`, as the lab host numbers them.
    pub programs: BTreeMap<String, i64>,
    /// The lab host's proc file system, which no lab can unmount.
    pub proc: OwnedFd,
    /// An open `/dev/null`.
    pub null: OwnedFd,
    /// The environment of programs, as `NAME=value`.
    pub env: Vec<String>,
    calls: Vec<Call>,
    output: String,
    exit: Option<i64>,
}

/// What is to follow an action's calls.
#[derive(Debug)]
pub enum Then {
    /// Nothing.
    Done,
    /// The worker becomes the actor's new shell.
    Shell(Shell),
    /// A program was started in the background: its number in the lab host.
    Spawned(i64),
}

/// A shell to become.
#[derive(Debug)]
pub struct Shell {
    /// The program.
    pub program: Program,
    /// It must be a new process: only a child enters a new pid namespace.
    pub fork: bool,
    /// The program starts the shell as its child: there is none before that.
    pub starts_it: bool,
}

impl Then {
    /// The process that made the calls becomes this program.
    fn becomes(program: Program) -> Self {
        Self::Shell(Shell {
            program,
            fork: false,
            starts_it: false,
        })
    }
}

/// The action cannot go on: the kernel refused a call.
#[derive(Debug)]
pub struct Refused(pub Refusal);

/// What a verb's calls came to.
pub type Applied = Result<Then, Refused>;

/// Makes one action true.
#[allow(clippy::too_many_lines, reason = "a table: one call for each verb")]
pub fn apply(action: &Action, ctx: &mut Ctx) -> Applied {
    match action {
        Action::Exec(a) => process::exec(a, ctx),
        Action::Spawn(a) => process::spawn(a, ctx),
        Action::Signal(a) => process::signal(a, ctx),
        // These need no worker: the lab host's init and the pane's terminal do them.
        Action::Actor(_) | Action::Type(_) | Action::Wait(_) => Ok(Then::Done),
        Action::Unshare(a) => namespace::unshare(a, ctx),
        Action::Setns(a) => namespace::setns(a, ctx),
        Action::Pin(a) => namespace::pin(a, ctx),
        Action::Unpin(a) => namespace::unpin(a, ctx),
        Action::Hostname(a) => namespace::hostname(a, ctx),
        Action::UidMap(a) => namespace::map(a, "uid_map", ctx),
        Action::GidMap(a) => namespace::map(a, "gid_map", ctx),
        Action::Setgroups(a) => namespace::setgroups(a, ctx),
        Action::Setuid(a) => namespace::setuid(a, ctx),
        Action::TimeOffset(a) => Ok(namespace::time_offset(a, ctx)),
        Action::Mount(a) => mount::mount(a, ctx),
        Action::Bind(a) => mount::bind(a, ctx),
        Action::Remount(a) => mount::remount(a, ctx),
        Action::Propagation(a) => mount::propagation(a, ctx),
        Action::Umount(a) => mount::umount(a, ctx),
        Action::PivotRoot(a) => mount::pivot_root(a, ctx),
        Action::Chroot(a) => mount::chroot(a, ctx),
        Action::Mkdir(a) => file::mkdir(a, ctx),
        Action::Write(a) => file::write(a, ctx),
        Action::Append(a) => file::append(a, ctx),
        Action::Copy(a) => file::copy(a, ctx),
        Action::Remove(a) => file::remove(a, ctx),
        Action::Rename(a) => file::rename(a, ctx),
        Action::Chmod(a) => file::chmod(a, ctx),
        Action::Symlink(a) => file::symlink(a, ctx),
        Action::Mknod(a) => file::mknod(a, ctx),
        Action::Rootfs(a) => rootfs::rootfs(a, ctx),
        Action::MessageQueue(_) => ipc::message_queue(ctx),
        Action::Overlay(a) => overlay::mount(a, ctx),
        Action::Unpack(a) => overlay::unpack(a, ctx),
        Action::Pack(a) => overlay::pack(a, ctx),
        Action::Import(a) => overlay::import(a, ctx),
        Action::Commit(a) => overlay::commit(a, ctx),
        Action::SharedMemory(a) => ipc::shared_memory(a, ctx),
        Action::Semaphore(a) => ipc::semaphore(a, ctx),
        Action::PosixQueue(a) => ipc::posix_queue(a, ctx),
        Action::IpcRemove(a) => ipc::remove(a, ctx),
        Action::Netns(a) => network::netns(a, ctx),
        Action::NetnsRemove(a) => network::netns_remove(a, ctx),
        Action::Veth(a) => network::veth(a, ctx),
        Action::Bridge(a) => network::bridge(a, ctx),
        Action::Link(a) => network::link(a, ctx),
        Action::LinkRemove(a) => network::link_remove(a, ctx),
        Action::Address(a) => network::address(a, ctx),
        Action::AddressRemove(a) => network::address_remove(a, ctx),
        Action::Route(a) => network::route(a, ctx),
        Action::Forwarding(a) => network::forwarding(a, ctx),
        Action::Nat(a) => network::nat(a, ctx),
        Action::Ping(a) => network::ping(a, ctx),
        Action::Listen(a) => network::listen(a, ctx),
        Action::Connect(a) => network::connect(a, ctx),
        Action::Cgroup(a) => cgroup::make(a, ctx),
        Action::Limit(a) => cgroup::limit(a, ctx),
        Action::Attach(a) => cgroup::attach(a, ctx),
        Action::Load(a) => cgroup::load(a, ctx),
        Action::Freeze(a) => cgroup::freeze(a, ctx),
        Action::Thaw(a) => cgroup::thaw(a, ctx),
        Action::KillGroup(a) => cgroup::kill_group(a, ctx),
        Action::RemoveGroup(a) => cgroup::remove_group(a, ctx),
        Action::DropCapabilities(a) => capability::drop(a, ctx),
        Action::Setcap(a) => capability::setcap(a, ctx),
        Action::NoNewPrivs(_) => capability::no_new_privs(ctx),
        Action::Seccomp(a) => capability::seccomp(a, ctx),
        Action::Mask(a) => mount::mask(a, ctx),
    }
}

impl Ctx {
    /// A context with nothing recorded yet.
    pub fn new(proc: OwnedFd, null: OwnedFd, env: Vec<String>) -> Self {
        Self {
            faces: BTreeMap::new(),
            programs: BTreeMap::new(),
            proc,
            null,
            env,
            calls: Vec::new(),
            output: String::new(),
            exit: None,
        }
    }

    /// The face of an actor, as the lab host numbers it. One that nobody told of, or that
    /// has ended, has no number: 0 would be another process's.
    fn face(&mut self, actor: &str) -> Result<i64, Refused> {
        let pid = self.faces.get(actor).copied();
        pid.ok_or_else(|| {
            let gone = SysError::new("open", "", nix::errno::Errno::ESRCH);
            self.refused("open", format!("\"/proc/{actor}\""), &gone)
        })
    }

    /// What was done so far, as an outcome.
    pub fn outcome(&mut self, refusal: Option<Refusal>) -> Outcome {
        Outcome {
            calls: std::mem::take(&mut self.calls),
            refusal,
            output: std::mem::take(&mut self.output),
            exit: self.exit.take(),
        }
    }

    /// Records a call that returns nothing but success.
    pub fn call(
        &mut self,
        result: Result<(), SysError>,
        name: &str,
        args: String,
    ) -> Result<(), Refused> {
        self.value(result.map(|()| 0), name, args).map(drop)
    }

    /// Records a call that returns a number.
    fn value(
        &mut self,
        result: Result<i64, SysError>,
        name: &str,
        args: String,
    ) -> Result<i64, Refused> {
        match result {
            Ok(value) => {
                let result = value.to_string();
                self.calls.push(Call {
                    name: name.to_owned(),
                    args,
                    result,
                });
                Ok(value)
            }
            Err(error) => Err(self.refused(name, args, &error)),
        }
    }

    /// Records a call of the standard library.
    fn io<T>(
        &mut self,
        result: std::io::Result<T>,
        name: &'static str,
        args: String,
    ) -> Result<T, Refused> {
        let (value, result) = match result {
            Ok(value) => (Some(value), Ok(())),
            Err(error) => (None, Err(SysError::new(name, "", error))),
        };
        self.call(result, name, args)?;
        value.ok_or_else(|| Refused(Refusal::default()))
    }

    /// Records a refusal.
    pub fn refused(&mut self, name: &str, args: String, error: &SysError) -> Refused {
        let (errno, words) = (error.errno_name(), error.words());
        let result = format!("-1 {errno} ({words})");
        self.calls.push(Call {
            name: name.to_owned(),
            args: args.clone(),
            result,
        });
        Refused(Refusal {
            call: name.to_owned(),
            args,
            errno,
            words,
        })
    }

    /// An interactive shell of the place where the worker stands.
    fn shell(&self) -> Program {
        let bash = std::path::Path::new("/bin/bash").exists()
            || std::path::Path::new("/usr/bin/bash").exists();
        Program {
            argv: vec![if bash { "bash" } else { "sh" }.to_owned()],
            env: self.env.clone(),
        }
    }
}

/// A number of things in words: `1 name`, `3 names`.
fn counted(count: impl TryInto<u64>, thing: &str) -> String {
    match count.try_into().unwrap_or(u64::MAX) {
        1 => format!("1 {thing}"),
        count => format!("{count} {thing}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn one_is_not_many() {
        let words = [0_u64, 1, 2].map(|count| counted(count, "name"));
        assert_eq!(words, ["0 names", "1 name", "2 names"]);
    }
}
