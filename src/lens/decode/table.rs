//! The calls of the families: how their arguments are said, and when they are shown.

use super::bits::Names;
use super::names::{
    AT, CLONE, FSCONFIG, FSMOUNT, FSOPEN, FSPICK, IPC_COMMAND, MOUNT_ATTR, MOVE_MOUNT, OPEN_TREE,
    PTRACE, RENAME, SECCOMP, SECCOMP_FLAG, SHM, UMOUNT, WAIT, WHICH, XATTR,
};
use super::{Entry, Returned, Still, structure};
use crate::snapshot::lens::Family;

/// How an argument is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arg {
    /// A descriptor, with what it leads to.
    Fd,
    /// The directory where a relative path begins.
    Dir,
    /// A path or another string.
    Text,
    /// A number with a sign, of 32 bits.
    Int,
    /// A size or another number without one.
    Size,
    /// A number that is best read by its digits of 16.
    Hex,
    /// The permissions of a file.
    Mode,
    /// Bits by their names.
    Set(Names),
    /// A number by its name.
    One(Names),
    /// The flags of open(2); the permissions follow only if a file is made.
    Open,
    /// The permissions that `Open` before them may ask for.
    OpenMode,
    /// An id; -1 for none.
    Id,
    /// A signal by its name.
    Signal,
    /// An address that says nothing.
    Pointer,
    /// The status that wait4(2) writes.
    Status,
    /// The text of a link that `readlink(2)` writes.
    Link,
    /// The arguments of a program.
    Words,
    /// The environment of a program.
    Environment,
    /// Bytes, as many as the next argument says.
    Bytes,
    /// Pieces of memory, as many as the next argument says.
    Pieces,
    /// The address of a socket, as long as the next argument says.
    Address,
    /// The flags of clone(2), with the signal at its end.
    CloneFlags,
    /// The structure of clone3(2), as long as the next argument says.
    CloneArgs,
    /// That of `mount_setattr(2)`.
    MountAttr,
    /// That of openat2(2).
    OpenHow,
    /// That of capset(2): who, and which capabilities.
    CapHeader,
    /// See `CapHeader`.
    CapData,
    /// Groups, as many as the argument before says.
    Groups,
    /// The operation of prctl(2), and its arguments.
    Prctl,
    /// The flags of mount(2), without what old programs put before them.
    MountFlags,
    /// The data of mount(2): a string, or nothing.
    Data,
    /// A device of mknod(2).
    Device,
    /// The key of something of System V IPC.
    Key,
    /// Its flags and permissions.
    Ipc,
    /// The kind of a socket, and its flags.
    SocketKind,
    /// The family of a socket.
    SocketFamily,
    /// The protocol of a socket.
    Protocol,
}

/// When a call is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// Always.
    All,
    /// If a path is one of those that matter: the argument with it.
    Path(usize),
    /// If the first or the second path is: the arguments with them.
    Paths(usize, usize),
    /// The same, the path relative to the directory in the argument before.
    Below(usize),
    /// The same of two.
    BelowTwo(usize, usize),
    /// If the descriptor in this argument leads there.
    Descriptor(usize),
    /// If a file is opened that matters: the path; it is not for looking at a directory.
    Opened(usize),
    /// If a link is read that matters: the argument with its path, before that for its text.
    Linked(usize),
    /// If it is a message of netlink.
    Netlink,
    /// If it is the address of a socket that the lab knows.
    Address,
    /// If the socket is for a network.
    Socket,
    /// If a child has ended: the argument with the address of how.
    Child(usize),
    /// If it is about rights.
    Rights,
    /// If it begins or ends the tracing of a process.
    Tracing,
}

/// A call.
#[derive(Debug)]
pub(super) struct Row {
    /// Its name.
    pub name: &'static str,
    /// Its family.
    pub family: Family,
    /// Its arguments.
    pub args: &'static [Arg],
    /// When it is shown.
    pub about: About,
    /// What it returns.
    pub returned: Returned,
}

impl Row {
    const fn new(family: Family, name: &'static str, args: &'static [Arg]) -> Self {
        Self {
            name,
            family,
            args,
            about: About::All,
            returned: Returned::Number,
        }
    }

    const fn of(self, about: About) -> Self {
        Self { about, ..self }
    }

    const fn opens(self) -> Self {
        Self {
            returned: Returned::Descriptor,
            ..self
        }
    }

    const fn maps(self) -> Self {
        Self {
            returned: Returned::Address,
            ..self
        }
    }

    /// The family of a call: a process in new namespaces is about those.
    pub(super) fn family_of(&self, entry: &Entry, at: &impl Still) -> Family {
        let flags = match self.args.first() {
            Some(Arg::CloneFlags) => entry.arg(0),
            Some(Arg::CloneArgs) => structure::clone_flags(entry, at),
            _ => 0,
        };
        // Order: the bits of CSIGNAL are the signal of clone(2), not CLONE_NEWTIME.
        let new = if self.args.first() == Some(&Arg::CloneFlags) {
            NEW & !0xff
        } else {
            NEW
        };
        if flags & new != 0 {
            Family::Namespace
        } else {
            self.family
        }
    }
}

/// All flags of clone(2) that make namespaces.
const NEW: u64 = 0x7e02_0080;

use About::{Below, BelowTwo, Descriptor, Netlink, Opened, Path, Paths};
use Arg::{
    Address, Bytes, CapData, CapHeader, CloneArgs, CloneFlags, Data, Device, Dir, Environment, Fd,
    Groups, Hex, Id, Int, Ipc, Key, Link, Mode, MountAttr, MountFlags, One, Open, OpenHow,
    OpenMode, Pieces, Pointer, Prctl, Protocol, Set, Signal, Size, SocketFamily, SocketKind,
    Status, Text, Words,
};

const fn namespace(name: &'static str, args: &'static [Arg]) -> Row {
    Row::new(Family::Namespace, name, args)
}

const fn mount(name: &'static str, args: &'static [Arg]) -> Row {
    Row::new(Family::Mount, name, args)
}

const fn identity(name: &'static str, args: &'static [Arg]) -> Row {
    Row::new(Family::Identity, name, args)
}

const fn process(name: &'static str, args: &'static [Arg]) -> Row {
    Row::new(Family::Process, name, args)
}

const fn file(name: &'static str, args: &'static [Arg]) -> Row {
    Row::new(Family::File, name, args)
}

const fn ipc(name: &'static str, args: &'static [Arg]) -> Row {
    Row::new(Family::Ipc, name, args)
}

const fn network(name: &'static str, args: &'static [Arg]) -> Row {
    Row::new(Family::Network, name, args)
}

/// All of them.
pub(super) const ROWS: &[Row] = &[
    namespace("unshare", &[Set(CLONE)]),
    namespace("setns", &[Fd, Set(CLONE)]),
    namespace("sethostname", &[Bytes, Size]),
    namespace("setdomainname", &[Bytes, Size]),
    namespace("pidfd_open", &[Int, Hex]).opens(),
    mount("mount", &[Text, Text, Text, MountFlags, Data]),
    mount("umount2", &[Text, Set(UMOUNT)]),
    mount("pivot_root", &[Text, Text]),
    mount("chroot", &[Text]),
    mount("chdir", &[Text]),
    mount("fchdir", &[Fd]),
    mount("open_tree", &[Dir, Text, Set(OPEN_TREE)]).opens(),
    mount("move_mount", &[Dir, Text, Dir, Text, Set(MOVE_MOUNT)]),
    mount("fsopen", &[Text, Set(FSOPEN)]).opens(),
    mount("fsconfig", &[Fd, One(FSCONFIG), Text, Data, Int]),
    mount("fsmount", &[Fd, Set(FSMOUNT), Set(MOUNT_ATTR)]).opens(),
    mount("fspick", &[Dir, Text, Set(FSPICK)]).opens(),
    mount("mount_setattr", &[Dir, Text, Set(AT), MountAttr, Size]),
    identity("setuid", &[Id]),
    identity("setgid", &[Id]),
    identity("setreuid", &[Id, Id]),
    identity("setregid", &[Id, Id]),
    identity("setresuid", &[Id, Id, Id]),
    identity("setresgid", &[Id, Id, Id]),
    identity("setgroups", &[Int, Groups]),
    identity("capset", &[CapHeader, CapData]),
    identity("prctl", &[Prctl]).of(About::Rights),
    identity("seccomp", &[One(SECCOMP), Set(SECCOMP_FLAG), Pointer]),
    process("fork", &[]),
    process("vfork", &[]),
    process("clone", &[CloneFlags]),
    process("clone3", &[CloneArgs, Size]),
    process("execve", &[Text, Words, Environment]),
    process("execveat", &[Dir, Text, Words, Environment, Set(AT)]),
    process("wait4", &[Int, Status, Set(WAIT), Pointer]).of(About::Child(1)),
    process("waitid", &[One(WHICH), Int, Pointer, Set(WAIT)]),
    process("kill", &[Int, Signal]),
    process("tgkill", &[Int, Int, Signal]),
    process("pidfd_send_signal", &[Fd, Signal]),
    process("ptrace", &[One(PTRACE), Int]).of(About::Tracing),
    file("open", &[Text, Open, OpenMode]).of(Opened(0)).opens(),
    file("openat", &[Dir, Text, Open, OpenMode])
        .of(Opened(1))
        .opens(),
    file("openat2", &[Dir, Text, OpenHow, Size])
        .of(Opened(1))
        .opens(),
    file("readlink", &[Text, Link]).of(About::Linked(0)),
    file("readlinkat", &[Dir, Text, Link]).of(About::Linked(1)),
    file("creat", &[Text, Mode]).of(Path(0)).opens(),
    file("mkdir", &[Text, Mode]).of(Path(0)),
    file("mkdirat", &[Dir, Text, Mode]).of(Below(1)),
    file("rmdir", &[Text]).of(Path(0)),
    file("unlink", &[Text]).of(Path(0)),
    file("unlinkat", &[Dir, Text, Set(AT)]).of(Below(1)),
    file("rename", &[Text, Text]).of(Paths(0, 1)),
    file("renameat", &[Dir, Text, Dir, Text]).of(BelowTwo(1, 3)),
    file("renameat2", &[Dir, Text, Dir, Text, Set(RENAME)]).of(BelowTwo(1, 3)),
    file("link", &[Text, Text]).of(Paths(0, 1)),
    file("linkat", &[Dir, Text, Dir, Text, Set(AT)]).of(BelowTwo(1, 3)),
    file("symlink", &[Text, Text]).of(Path(1)),
    file("symlinkat", &[Text, Dir, Text]).of(Below(2)),
    file("mknod", &[Text, Mode, Device]).of(Path(0)),
    file("mknodat", &[Dir, Text, Mode, Device]).of(Below(1)),
    file("chmod", &[Text, Mode]).of(Path(0)),
    file("fchmod", &[Fd, Mode]).of(Descriptor(0)),
    file("fchmodat", &[Dir, Text, Mode]).of(Below(1)),
    file("chown", &[Text, Id, Id]).of(Path(0)),
    file("lchown", &[Text, Id, Id]).of(Path(0)),
    file("fchown", &[Fd, Id, Id]).of(Descriptor(0)),
    file("fchownat", &[Dir, Text, Id, Id, Set(AT)]).of(Below(1)),
    file("truncate", &[Text, Size]).of(Path(0)),
    file("ftruncate", &[Fd, Size]).of(Descriptor(0)),
    file("setxattr", &[Text, Text, Bytes, Size, Set(XATTR)]).of(Path(0)),
    file("lsetxattr", &[Text, Text, Bytes, Size, Set(XATTR)]).of(Path(0)),
    file("fsetxattr", &[Fd, Text, Bytes, Size, Set(XATTR)]).of(Descriptor(0)),
    file("removexattr", &[Text, Text]).of(Path(0)),
    file("lremovexattr", &[Text, Text]).of(Path(0)),
    file("write", &[Fd, Bytes, Size]).of(Descriptor(0)),
    file("pwrite64", &[Fd, Bytes, Size, Size]).of(Descriptor(0)),
    file("writev", &[Fd, Pieces, Int]).of(Descriptor(0)),
    file("copy_file_range", &[Fd, Pointer, Fd, Pointer, Size, Hex]).of(Descriptor(2)),
    file("sendfile", &[Fd, Fd, Pointer, Size]).of(Descriptor(0)),
    file("splice", &[Fd, Pointer, Fd, Pointer, Size, Hex]).of(Descriptor(2)),
    ipc("shmget", &[Key, Size, Ipc]),
    ipc("shmat", &[Int, Pointer, Set(SHM)]).maps(),
    ipc("shmctl", &[Int, One(IPC_COMMAND), Pointer]),
    ipc("semget", &[Key, Int, Ipc]),
    ipc("semop", &[Int, Pointer, Size]),
    ipc("semctl", &[Int, Int, One(IPC_COMMAND), Pointer]),
    ipc("msgget", &[Key, Ipc]),
    ipc("msgsnd", &[Int, Pointer, Size, Ipc]),
    ipc("msgrcv", &[Int, Pointer, Size, Int, Ipc]),
    ipc("msgctl", &[Int, One(IPC_COMMAND), Pointer]),
    ipc("mq_open", &[Text, Open, OpenMode, Pointer]).opens(),
    ipc("mq_unlink", &[Text]),
    network("socket", &[SocketFamily, SocketKind, Protocol])
        .of(About::Socket)
        .opens(),
    network("bind", &[Fd, Address, Size]).of(About::Address),
    network("listen", &[Fd, Int]),
    network("connect", &[Fd, Address, Size]).of(About::Address),
    network("sendto", &[Fd, Bytes, Size]).of(Netlink),
    network("sendmsg", &[Fd, Pointer, Hex]).of(Netlink),
    network("recvfrom", &[Fd, Pointer, Size, Hex]).of(Netlink),
    network("recvmsg", &[Fd, Pointer, Hex]).of(Netlink),
];
