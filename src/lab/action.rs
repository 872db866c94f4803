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
mod table;

pub use capability::{DropCapabilities, NoNewPrivs, Seccomp, Setcap};
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
    Address, AddressRemove, Bridge, Connect, Forwarding, Link, LinkRemove, Listen, Nat, NatRule,
    Netns, NetnsRemove, Ping, Place, Route, Veth,
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
    /// Takes an address away from a link.
    AddressRemove(AddressRemove),
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
    /// Puts capabilities on a program's file.
    Setcap(Setcap),
    /// Lets no program give more power than there is.
    NoNewPrivs(NoNewPrivs),
    /// Has the kernel refuse system calls.
    Seccomp(Seccomp),
    /// Covers paths, or makes them read-only.
    Mask(Mask),
}

impl Action {
    /// The actor in whose place the verb acts.
    pub fn actor(&self) -> &str {
        self.row().actor
    }

    /// Another actor that the verb names, beside the one it acts in.
    pub fn mentions(&self) -> Option<&str> {
        self.row().mentions
    }

    /// The named network namespace that the verb acts in.
    pub fn netns(&self) -> Option<&str> {
        self.row().netns
    }

    /// The small program of isolab's own that a person would need to do the same.
    pub fn tool(&self) -> Option<&str> {
        self.row().tool
    }

    /// The name of the program that the verb starts in the background.
    pub fn starts(&self) -> Option<&str> {
        self.row().starts
    }

    /// Whether the verb changes the process itself, so that a new shell is
    /// stacked on the actor's pane after its calls.
    pub fn stacks_shell(&self) -> bool {
        self.row().stacks_shell
    }
}
