//! Namespaces: which ones a process is in, holding them while they are shown, and facts that can
//! only be read from inside them.

pub mod spaces;

use std::collections::BTreeMap;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use crate::snapshot::{IdMap, Ipc, NamespaceKind, Namespaces};
use crate::sys::{Code, SysError, file, mount, namespace, number};

/// Which namespace: its kind, and its inode number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    kind: NamespaceKind,
    number: i64,
}

impl Key {
    fn uts(number: i64) -> Self {
        let kind = NamespaceKind::Uts;
        Self { kind, number }
    }

    fn ipc(number: i64) -> Self {
        let kind = NamespaceKind::Ipc;
        Self { kind, number }
    }
}

/// The namespaces of one reading, held open by descriptors: so no inode number can be given to a
/// new namespace before the next reading is done.
#[derive(Debug, Default)]
pub struct Held {
    now: BTreeMap<Key, OwnedFd>,
    last: BTreeMap<Key, OwnedFd>,
    /// A mqueue file system of each held ipc namespace, mounted nowhere.
    queues: BTreeMap<i64, OwnedFd>,
    /// What this reading has read inside: host names by uts namespace, objects by ipc namespace.
    hostnames: BTreeMap<i64, String>,
    objects: BTreeMap<i64, Ipc>,
}

impl Held {
    /// Begins a reading: what was held so far stays held until it ends.
    pub fn begin(&mut self) {
        self.last = std::mem::take(&mut self.now);
        self.hostnames.clear();
        self.objects.clear();
    }

    /// Ends a reading: releases the namespaces that it has not seen.
    pub fn release(&mut self) {
        self.last.clear();
        let now = &self.now;
        self.queues
            .retain(|ipc, _| now.contains_key(&Key::ipc(*ipc)));
    }

    /// Reads the namespaces of a process, and holds them.
    pub fn read(&mut self, proc: BorrowedFd<'_>, pid: i64) -> Result<Namespaces, SysError> {
        let mut namespaces = Namespaces::default();
        for kind in NamespaceKind::ALL {
            let path = format!("{pid}/ns/{}", kind.name());
            let Ok(link) = file::read_link(proc, &path) else {
                continue;
            };
            let number = inode(&link);
            namespaces.set(kind, number);
            self.hold(proc, pid, Key { kind, number });
        }
        // No link could be read: the process is gone.
        if namespaces == Namespaces::default() {
            return Err(SysError::new(
                "readlinkat",
                format!("{pid}/ns"),
                Code(number::ESRCH),
            ));
        }
        Ok(namespaces)
    }

    fn hold(&mut self, proc: BorrowedFd<'_>, pid: i64, key: Key) {
        if self.now.contains_key(&key) {
            return;
        }
        let fd = match self.last.remove(&key) {
            Some(fd) => Some(fd),
            None => namespace::open(proc, pid, key.kind.name()).ok(),
        };
        if let Some(fd) = fd {
            self.now.insert(key, fd);
        }
    }

    /// The host name and the ipc objects of these namespaces, read inside them.
    pub fn inside(&mut self, proc: BorrowedFd<'_>, ns: Namespaces) -> (String, Ipc) {
        (self.hostname(ns.uts), self.ipc(proc, ns.ipc))
    }

    /// Whether a host name differs from this reading's.
    pub fn renamed(&self) -> bool {
        self.hostnames
            .iter()
            .any(|(uts, name)| self.enter(Key::uts(*uts)) && namespace::hostname() != *name)
    }

    fn hostname(&mut self, uts: i64) -> String {
        if !self.hostnames.contains_key(&uts) && self.enter(Key::uts(uts)) {
            self.hostnames.insert(uts, namespace::hostname());
        }
        self.hostnames.get(&uts).cloned().unwrap_or_default()
    }

    fn ipc(&mut self, proc: BorrowedFd<'_>, ipc: i64) -> Ipc {
        if !self.objects.contains_key(&ipc) && self.enter(Key::ipc(ipc)) {
            if !self.queues.contains_key(&ipc)
                && let Ok(root) = mount::detached("mqueue")
            {
                self.queues.insert(ipc, root);
            }
            let queues = self.queues.get(&ipc).map(AsFd::as_fd);
            self.objects.insert(ipc, super::ipc::read(proc, queues));
        }
        self.objects.get(&ipc).cloned().unwrap_or_default()
    }

    fn enter(&self, key: Key) -> bool {
        let flags = namespace::flag(key.kind.name());
        self.now
            .get(&key)
            .is_some_and(|fd| namespace::setns(fd.as_fd(), flags).is_ok())
    }
}

/// The number in a link such as `uts:[4026531838]`; 0 for any other text.
pub fn inode(link: &str) -> i64 {
    link.split_once('[')
        .and_then(|(_, n)| n.trim_end_matches(']').parse().ok())
        .unwrap_or(0)
}

/// Parses the lines of `uid_map` or `gid_map`.
pub fn id_map(text: &str) -> Vec<IdMap> {
    text.lines().filter_map(id_range).collect()
}

fn id_range(line: &str) -> Option<IdMap> {
    let mut numbers = line.split_ascii_whitespace().map(str::parse);
    Some(IdMap {
        inside: numbers.next()?.ok()?,
        outside: numbers.next()?.ok()?,
        count: numbers.next()?.ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_maps() {
        assert_eq!(inode("uts:[4026531838]"), 4_026_531_838);
        assert_eq!(inode("gone"), 0);
        let map = id_map("         0     100000      65536\n");
        assert_eq!(
            map,
            [IdMap {
                inside: 0,
                outside: 100_000,
                count: 65_536
            }]
        );
    }
}
