//! All namespaces of a lab host: those that processes are in, those that a descriptor or a bind
//! mount keeps, and the owners and parents of these, `ioctl_nsfs(2)`.

use std::collections::{BTreeMap, BTreeSet};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use super::inode;
use crate::probe::process::{Open, Raw, Table};
use crate::snapshot::{Actor, Holder, NamespaceKind, Space};
use crate::sys::{file, namespace};

/// A kind and an inode number: they identify a namespace during one reading.
type Key = (NamespaceKind, i64);

/// What never changes about a namespace: the inodes of its owner and its parent.
type Relatives = (i64, i64);

/// The answers of the last reading.
#[derive(Debug, Default)]
pub struct Asked(BTreeMap<Key, Relatives>);

/// The namespaces found so far.
#[derive(Default)]
struct Found {
    spaces: BTreeMap<Key, Space>,
    /// A descriptor of each namespace to ask about, so that its inode number stays its own
    /// meanwhile.
    held: BTreeMap<Key, OwnedFd>,
    /// The namespaces whose answers of the last reading still hold.
    recalled: BTreeSet<Key>,
}

impl Asked {
    /// Finds all namespaces of the lab host.
    pub fn read(
        &mut self,
        proc: BorrowedFd<'_>,
        table: &Table,
        actors: &BTreeMap<String, Actor>,
    ) -> Vec<Space> {
        let mut found = Found::default();
        for raw in table.all() {
            for kind in NamespaceKind::ALL {
                let key = (kind, raw.ns.get(kind));
                if key.1 == 0 {
                    continue;
                }
                if raw.rested {
                    self.recall(key, &mut found);
                }
                let space = found.add(key, || namespace::open(proc, raw.outer, kind.name()).ok());
                space.processes.push(raw.pid());
            }
            for held in &raw.open {
                found.held_open(proc, raw, *held);
            }
        }
        found.pinned(proc, actors);
        found.relate();
        for space in found.spaces.values_mut() {
            space.processes.sort_unstable();
        }
        let asked = found.spaces.iter();
        self.0 = asked
            .map(|(key, space)| (*key, (space.owner, space.parent)))
            .collect();
        found.spaces.into_values().collect()
    }

    /// Reuses the last answers for a namespace of a process that has not run since the last
    /// reading. The namespace is the same, and keeps its owner and its parent.
    fn recall(&self, key: Key, found: &mut Found) {
        let mut open = vec![key];
        while let Some(key) = open.pop() {
            let Some((owner, parent)) = self.0.get(&key) else {
                continue;
            };
            if found.is_settled(&key) {
                continue;
            }
            found.recalled.insert(key);
            let space = found.space(key);
            (space.owner, space.parent) = (*owner, *parent);
            open.extend([(NamespaceKind::User, *owner), (key.0, *parent)]);
        }
    }
}

impl Found {
    fn add(&mut self, key: Key, open: impl FnOnce() -> Option<OwnedFd>) -> &mut Space {
        if !self.is_settled(&key)
            && let Some(fd) = open()
        {
            self.held.insert(key, fd);
        }
        self.space(key)
    }

    fn is_settled(&self, key: &Key) -> bool {
        self.recalled.contains(key) || self.held.contains_key(key)
    }

    fn space(&mut self, key: Key) -> &mut Space {
        self.spaces.entry(key).or_insert_with(|| Space {
            kind: key.0,
            inode: key.1,
            ..Space::default()
        })
    }

    /// Adds a namespace that a process has open.
    fn held_open(&mut self, proc: BorrowedFd<'_>, raw: &Raw, held: Open) {
        let path = format!("{}/fd/{}", raw.outer, held.fd);
        let space = self.add((held.kind, held.inode), || {
            let fd = namespace::held(proc, &path, namespace::device(proc)?)?;
            (file::inode(&fd).ok() == Some(held.inode)).then_some(fd)
        });
        let (pid, fd) = (raw.pid(), held.fd);
        space.descriptors.push(Holder { pid, fd });
    }

    /// Adds the namespaces that a mount keeps: the root of an nsfs mount is like
    /// `uts:[4026531838]`.
    fn pinned(&mut self, proc: BorrowedFd<'_>, actors: &BTreeMap<String, Actor>) {
        for actor in actors.values() {
            for mount in actor.mounts.iter().filter(|mount| mount.kind == "nsfs") {
                let Some((word, _)) = mount.root.split_once(':') else {
                    continue;
                };
                let kind = NamespaceKind::ALL.iter().find(|kind| kind.name() == word);
                let Some(kind) = kind else { continue };
                let space = self.add((*kind, inode(&mount.root)), || {
                    let path = format!("{}/root", actor.outer_pid);
                    let root = file::open_place(proc, &path).ok()?;
                    file::open_file_in_root(root, &mount.target).ok()
                });
                if !space.mounts.contains(&mount.target) {
                    space.mounts.push(mount.target.clone());
                }
            }
        }
    }

    /// Asks for owners and parents until no new namespace is found.
    fn relate(&mut self) {
        let mut open: Vec<Key> = self.held.keys().copied().collect();
        while let Some(key) = open.pop() {
            let Some(fd) = self.held.get(&key) else {
                continue;
            };
            let owner = namespace::owner(fd.as_fd()).ok();
            let parent = match key.0 {
                NamespaceKind::User => namespace::parent(fd.as_fd()).ok(),
                // The parent may be outside the lab host: one whose owner the reader may not open
                // is the machine's.
                NamespaceKind::Pid => namespace::parent(fd.as_fd())
                    .ok()
                    .filter(|fd| namespace::owner(fd.as_fd()).is_ok()),
                _ => None,
            };
            let owner = self.relative(NamespaceKind::User, owner, &mut open);
            let parent = self.relative(key.0, parent, &mut open);
            if let Some(space) = self.spaces.get_mut(&key) {
                (space.owner, space.parent) = (owner, parent);
            }
        }
    }

    fn relative(&mut self, kind: NamespaceKind, fd: Option<OwnedFd>, open: &mut Vec<Key>) -> i64 {
        let Some(fd) = fd else { return 0 };
        let inode = file::inode(&fd).unwrap_or(0);
        let key = (kind, inode);
        if !self.is_settled(&key) {
            self.add(key, || Some(fd));
            open.push(key);
        }
        inode
    }
}
