//! Every verb a lab may say: one verb, one kernel idea. What a verb does is in
//! `action`; what a person would type for it is in `typed`; the arguments and
//! their documentation are here, by family.
//!
//! Invariant: nothing here acts; these are descriptions, and every field is
//! plain data that survives a trip through YAML and JSON.

mod capability;
mod cgroup;
mod file;
mod ipc;
mod mount;
mod namespace;
mod network;
mod overlay;
mod process;

pub use capability::{DropCapabilities, NoNewPrivs, Seccomp};
pub use cgroup::{
    Attach, Cgroup, Fill, Freeze, KillGroup, Limit, Limits, Load, RemoveGroup, Spin, Thaw, Use,
    legacy,
};
pub use file::{
    Append, Chmod, Copy, Mkdir, Mknod, NodeKind, Remove, Rename, Rootfs, Symlink, Write,
};
pub use ipc::{IpcKind, IpcRemove, MessageQueue, PosixQueue, Semaphore, SharedMemory};
pub use mount::{
    Bind, Chroot, Mask, Mode, Mount, MountOption, PivotRoot, Propagation, Remount, Umount,
};
pub use namespace::{Hostname, MapIds, Pin, Setgroups, Setns, Setuid, TimeOffset, Unpin, Unshare};
pub use network::{
    Address, Bridge, Connect, Forwarding, Link, LinkRemove, Listen, Nat, NatRule, Netns,
    NetnsRemove, Ping, Place, Route, Veth,
};
pub use overlay::{Commit, Import, Overlay, Pack, Unpack};
pub use process::{Exec, OpenActor, Signal, SignalTarget, Spawn, TypeLine, Wait};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use crate::snapshot::HOST;

/// The default of every verb's `in`.
pub(crate) fn host() -> String {
    HOST.to_owned()
}

/// Small programs of isolab's own, there in every lab host whose lab uses one.
pub const TOOLS: [&str; 4] = ["serve", "fetch", "load", "refuse"];

/// One thing that a step does. In a lab file it is a map with the verb as its
/// only key: `- hostname: {in: b, name: shell-b}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Opens an actor that the lab declared with `later: true`.
    Actor(OpenActor),
    /// Starts a program in the background.
    Spawn(Spawn),
    /// Runs a program to its end and keeps its output and exit status.
    Exec(Exec),
    /// Types a line into the actor's shell; done when the shell is at its prompt again.
    Type(TypeLine),
    /// Sends a signal to a process.
    Signal(Signal),
    /// Waits until a spawned program has ended.
    Wait(Wait),
    /// Moves the actor's shell into new namespaces.
    Unshare(Unshare),
    /// Moves the actor's shell into another actor's namespaces.
    Setns(Setns),
    /// Keeps a namespace alive by a bind mount of its file.
    Pin(Pin),
    /// Takes such a bind mount away.
    Unpin(Unpin),
    /// Sets the host name of the actor's uts namespace.
    Hostname(Hostname),
    /// Maps user ids of a user namespace.
    UidMap(MapIds),
    /// Maps group ids of a user namespace.
    GidMap(MapIds),
    /// Allows setgroups(2) in a user namespace, or not.
    Setgroups(Setgroups),
    /// Starts a shell of another user.
    Setuid(Setuid),
    /// Moves the actor's shell into a time namespace with other clocks.
    TimeOffset(TimeOffset),
    /// Mounts a file system.
    Mount(Mount),
    /// Makes a file or directory visible at a second place.
    Bind(Bind),
    /// Changes the options of a mount.
    Remount(Remount),
    /// Changes how mounts below a mount travel to its copies.
    Propagation(Propagation),
    /// Takes a mount away.
    Umount(Umount),
    /// Swaps the root mount of the mount namespace.
    PivotRoot(PivotRoot),
    /// Gives the actor's shell another root directory.
    Chroot(Chroot),
    /// Makes a directory.
    Mkdir(Mkdir),
    /// Writes a file, replacing what it held.
    Write(Write),
    /// Adds to the end of a file.
    Append(Append),
    /// Copies a file, or a directory with all that is in it.
    Copy(Copy),
    /// Removes a file, or a directory with all that is in it.
    Remove(Remove),
    /// Gives a file or directory another name.
    Rename(Rename),
    /// Changes a file's permission bits.
    Chmod(Chmod),
    /// Makes a symbolic link.
    Symlink(Symlink),
    /// Makes a device node or a named pipe.
    Mknod(Mknod),
    /// Fills a directory with programs and exactly the libraries they need.
    Rootfs(Rootfs),
    /// Mounts an overlay.
    Overlay(Overlay),
    /// Unpacks a layer of an image.
    Unpack(Unpack),
    /// Packs a directory as a layer.
    Pack(Pack),
    /// Brings an image into the store.
    Import(Import),
    /// Makes a new image of what was written.
    Commit(Commit),
    /// Makes a System V message queue.
    MessageQueue(MessageQueue),
    /// Makes a System V shared memory segment.
    SharedMemory(SharedMemory),
    /// Makes a System V semaphore set.
    Semaphore(Semaphore),
    /// Makes a POSIX message queue.
    PosixQueue(PosixQueue),
    /// Removes a System V object.
    IpcRemove(IpcRemove),
    /// Makes a named network namespace, or gives one a name.
    Netns(Netns),
    /// Takes a network namespace's name away.
    NetnsRemove(NetnsRemove),
    /// Makes a pair of virtual Ethernet devices.
    Veth(Veth),
    /// Makes a bridge.
    Bridge(Bridge),
    /// Changes a link.
    Link(Link),
    /// Removes a link.
    LinkRemove(LinkRemove),
    /// Gives a link an address.
    Address(Address),
    /// Adds a route.
    Route(Route),
    /// Lets packets be passed on, or not.
    Forwarding(Forwarding),
    /// Adds a rule of address translation.
    Nat(Nat),
    /// Sends ICMP echo requests.
    Ping(Ping),
    /// Serves a page by HTTP.
    Listen(Listen),
    /// Fetches a page by HTTP.
    Connect(Connect),
    /// Makes a control group.
    Cgroup(Cgroup),
    /// Sets limits of a control group.
    Limit(Limit),
    /// Moves a process into a control group.
    Attach(Attach),
    /// Uses memory, CPU time or processes.
    Load(Load),
    /// Stops the processes of a control group.
    Freeze(Freeze),
    /// Lets them go on.
    Thaw(Thaw),
    /// Kills the processes of a control group.
    KillGroup(KillGroup),
    /// Removes a control group.
    RemoveGroup(RemoveGroup),
    /// Takes capabilities away, for good.
    DropCapabilities(DropCapabilities),
    /// Lets no program give more power than there is.
    NoNewPrivs(NoNewPrivs),
    /// Has the kernel refuse system calls.
    Seccomp(Seccomp),
    /// Covers paths, or makes them read-only.
    Mask(Mask),
}

impl Action {
    /// The actor in whose place the verb acts.
    #[allow(clippy::too_many_lines, reason = "a table: one line for each verb")]
    pub fn actor(&self) -> &str {
        match self {
            Self::Actor(a) => &a.name,
            Self::Spawn(a) => &a.actor,
            Self::Exec(a) => &a.actor,
            Self::Type(a) => &a.actor,
            Self::Signal(a) => &a.actor,
            Self::Wait(a) => &a.actor,
            Self::Unshare(a) => &a.actor,
            Self::Setns(a) => &a.actor,
            Self::Pin(a) => &a.actor,
            Self::Unpin(a) => &a.actor,
            Self::Hostname(a) => &a.actor,
            Self::UidMap(a) | Self::GidMap(a) => &a.actor,
            Self::Setgroups(a) => &a.actor,
            Self::Setuid(a) => &a.actor,
            Self::TimeOffset(a) => &a.actor,
            Self::Mount(a) => &a.actor,
            Self::Bind(a) => &a.actor,
            Self::Remount(a) => &a.actor,
            Self::Propagation(a) => &a.actor,
            Self::Umount(a) => &a.actor,
            Self::PivotRoot(a) => &a.actor,
            Self::Chroot(a) => &a.actor,
            Self::Mkdir(a) => &a.actor,
            Self::Write(a) => &a.actor,
            Self::Append(a) => &a.actor,
            Self::Copy(a) => &a.actor,
            Self::Remove(a) => &a.actor,
            Self::Rename(a) => &a.actor,
            Self::Chmod(a) => &a.actor,
            Self::Symlink(a) => &a.actor,
            Self::Mknod(a) => &a.actor,
            Self::Rootfs(a) => &a.actor,
            Self::Overlay(a) => &a.actor,
            Self::Unpack(a) => &a.actor,
            Self::Pack(a) => &a.actor,
            Self::Import(a) => &a.actor,
            Self::Commit(a) => &a.actor,
            Self::MessageQueue(a) => &a.actor,
            Self::SharedMemory(a) => &a.actor,
            Self::Semaphore(a) => &a.actor,
            Self::PosixQueue(a) => &a.actor,
            Self::IpcRemove(a) => &a.actor,
            Self::Netns(a) => &a.actor,
            Self::NetnsRemove(a) => &a.actor,
            Self::Veth(a) => &a.actor,
            Self::Bridge(a) => &a.actor,
            Self::Link(a) => &a.actor,
            Self::LinkRemove(a) => &a.actor,
            Self::Address(a) => &a.actor,
            Self::Route(a) => &a.actor,
            Self::Forwarding(a) => &a.actor,
            Self::Nat(a) => &a.actor,
            Self::Ping(a) => &a.actor,
            Self::Listen(a) => &a.actor,
            Self::Connect(a) => &a.actor,
            Self::Cgroup(a) => &a.actor,
            Self::Limit(a) => &a.actor,
            Self::Attach(a) => &a.actor,
            Self::Load(a) => &a.actor,
            Self::Freeze(a) => &a.actor,
            Self::Thaw(a) => &a.actor,
            Self::KillGroup(a) => &a.actor,
            Self::RemoveGroup(a) => &a.actor,
            Self::DropCapabilities(a) => &a.actor,
            Self::NoNewPrivs(a) => &a.actor,
            Self::Seccomp(a) => &a.actor,
            Self::Mask(a) => &a.actor,
        }
    }

    /// Another actor that the verb names, beside the one it acts in.
    pub fn mentions(&self) -> Option<&str> {
        match self {
            Self::Setns(a) => Some(&a.target),
            Self::Pin(a) => a.of.as_deref(),
            Self::Signal(a) => a.target.actor(),
            Self::UidMap(a) | Self::GidMap(a) => Some(&a.of),
            Self::Setgroups(a) => Some(&a.of),
            Self::Netns(a) => a.of.as_deref(),
            Self::Veth(a) => a.to.as_ref().and_then(Place::actor),
            Self::Link(a) => a.to.as_ref().and_then(Place::actor),
            _ => None,
        }
    }

    /// The named network namespace that the verb acts in.
    pub fn netns(&self) -> Option<&str> {
        match self {
            Self::Veth(a) => a.netns.as_deref(),
            Self::Bridge(a) => a.netns.as_deref(),
            Self::Link(a) => a.netns.as_deref(),
            Self::LinkRemove(a) => a.netns.as_deref(),
            Self::Address(a) => a.netns.as_deref(),
            Self::Route(a) => a.netns.as_deref(),
            Self::Forwarding(a) => a.netns.as_deref(),
            Self::Nat(a) => a.netns.as_deref(),
            Self::Ping(a) => a.netns.as_deref(),
            Self::Listen(a) => a.netns.as_deref(),
            Self::Connect(a) => a.netns.as_deref(),
            _ => None,
        }
    }

    /// The small program of isolab's own that a person would need to do the same.
    pub fn tool(&self) -> Option<&str> {
        let own = |program: &'_ [String]| {
            let name = program.first()?;
            TOOLS.into_iter().find(|tool| tool == name)
        };
        match self {
            Self::Listen(_) => Some("serve"),
            Self::Connect(_) => Some("fetch"),
            Self::Load(_) => Some("load"),
            Self::Seccomp(_) => Some("refuse"),
            Self::Exec(a) => own(&a.program),
            Self::Spawn(a) => own(&a.program),
            _ => None,
        }
    }

    /// The name of the program that the verb starts in the background.
    pub fn starts(&self) -> Option<&str> {
        match self {
            Self::Spawn(a) => Some(&a.name),
            Self::Listen(a) => Some(&a.name),
            Self::Load(a) => Some(&a.name),
            _ => None,
        }
    }

    /// Whether the verb changes the process itself, so that a new shell is
    /// stacked on the actor's pane after its calls.
    pub fn stacks_shell(&self) -> bool {
        matches!(
            self,
            Self::Unshare(_)
                | Self::Setns(_)
                | Self::Chroot(_)
                | Self::Setuid(_)
                | Self::TimeOffset(_)
                | Self::DropCapabilities(_)
                | Self::NoNewPrivs(_)
                | Self::Seccomp(_)
        )
    }
}
