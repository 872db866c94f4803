//! Namespaces that a process has open: a descriptor keeps one alive just as a process in it does.

use std::os::fd::{AsFd, BorrowedFd};

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
    let open = |name: &String| {
        let path = format!("{pid}/fd/{name}");
        let there = namespace::held(proc, &path, device)?;
        let flag = namespace::kind(there.as_fd()).ok()?;
        let mut kinds = NamespaceKind::ALL.into_iter();
        let kind = kinds.find(|kind| namespace::flag(kind.name()) == flag)?;
        let (fd, inode) = (name.parse().ok()?, file::inode(&there).ok()?);
        Some(Open { fd, kind, inode })
    };
    names.iter().take(MOST).filter_map(open).collect()
}
