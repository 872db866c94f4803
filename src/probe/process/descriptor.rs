//! Namespaces that a process has open: a descriptor keeps one alive just as a process in it does.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use crate::snapshot::NamespaceKind;
use crate::sys::{file, namespace};

/// How many descriptors of one process are looked at.
const MOST: usize = 1024;

/// A descriptor of a namespace's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    /// Its number in the process.
    pub fd: i64,
    /// The kind of the namespace.
    pub kind: NamespaceKind,
    /// Its inode.
    pub inode: i64,
}

/// The open namespaces of a process, `proc_pid_fd(5)`. The text of a link does not help: for a file
/// that a namespace is mounted on, it is that path.
pub(super) fn namespaces(proc: BorrowedFd<'_>, pid: i64) -> Vec<Open> {
    let Some(device) = namespace::device(proc) else {
        return Vec::new();
    };
    let names = file::names(proc, &format!("{pid}/fd")).unwrap_or_default();
    names
        .iter()
        .take(MOST)
        .filter_map(|name| {
            let there = namespace::held(proc, &format!("{pid}/fd/{name}"), device)?;
            Open::of(name.parse().ok()?, &there)
        })
        .collect()
}

impl Open {
    /// Asks the kernel what a namespace's file, open as the descriptor `fd`, stands for.
    fn of(fd: i64, there: &OwnedFd) -> Option<Self> {
        let flag = namespace::kind(there.as_fd()).ok()?;
        let mut kinds = NamespaceKind::ALL.into_iter();
        Some(Self {
            fd,
            kind: kinds.find(|kind| namespace::flag(kind.name()) == flag)?,
            inode: file::inode(there).ok()?,
        })
    }
}
