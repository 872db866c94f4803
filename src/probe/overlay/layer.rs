//! One layer: the directories of it that were read, read again when inotify(7)
//! tells that they changed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use super::watcher::{Place, Watcher};
use crate::sys::SysError;
use crate::sys::file;
use crate::sys::look::{self, Stat};

/// How many names of one directory are looked at closely; of the others only
/// the number is told.
pub(super) const NAMES: usize = 2_000;
/// The prefixes of the kernel's own marks: in a user namespace, and outside.
const PREFIXES: [&str; 2] = ["user.overlay.", "trusted.overlay."];

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Directory,
    Symlink,
    Whiteout,
    Other,
}

impl Kind {
    /// In a word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Directory => "directory",
            Self::Symlink => "symlink",
            Self::Whiteout => "whiteout",
            Self::Other => "other",
        }
    }

    pub(super) fn of(stat: &Stat) -> Self {
        match stat.kind() {
            nix::libc::S_IFREG => Self::File,
            nix::libc::S_IFDIR => Self::Directory,
            nix::libc::S_IFLNK => Self::Symlink,
            nix::libc::S_IFCHR if stat.device == 0 => Self::Whiteout,
            _ => Self::Other,
        }
    }
}

/// A name in a directory.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) stat: Stat,
    /// Whether the kernel marked it as a copy of a lower one.
    pub(super) copied: bool,
}

/// A directory that was read.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) nodes: BTreeMap<String, Node>,
    /// How many names are not among the nodes.
    pub(super) more: usize,
    pub(super) opaque: bool,
    pub(super) redirect: String,
    /// Whether it was read because it was asked for, and only so long.
    pub(super) asked: bool,
    watch: i32,
    /// Of the same directory as the overlay shows it.
    merged: i32,
}

/// A layer.
#[derive(Debug)]
pub(super) struct Layer {
    /// What was read, by path; the layer's own directory is "".
    pub(super) dirs: BTreeMap<String, Listing>,
    /// Its number, by which the watcher knows it.
    pub(super) number: usize,
    /// Whether the kernel's marks are looked for: it is written to.
    is_upper: bool,
    /// Where the overlay is mounted, if what is written there is to be watched.
    pub(super) merged: Option<String>,
    /// What has changed since it was read.
    pub(super) stale: BTreeSet<String>,
}

impl Layer {
    /// A layer of which nothing was read.
    pub(super) fn new(number: usize, is_upper: bool) -> Self {
        Self {
            dirs: BTreeMap::new(),
            number,
            is_upper,
            merged: None,
            stale: BTreeSet::new(),
        }
    }

    /// All that was read is to be read again.
    pub(super) fn doubt(&mut self) {
        self.stale.extend(self.dirs.keys().cloned());
    }

    /// Reads again what has changed, and of the upper layer what is new, up to this
    /// many names in all. Whether anything had changed.
    pub(super) fn refresh(&mut self, root: &OwnedFd, budget: usize, watcher: &mut Watcher) -> bool {
        let mut any = false;
        if !self.stale.is_empty() {
            self.doubt_other_names();
        }
        while let Some(path) = self.stale.pop_first() {
            if self.dirs.contains_key(&path) {
                any = true;
                self.read(root, &path, watcher);
                if self.is_upper {
                    self.read_below(root, &path, budget, watcher);
                }
            }
        }
        any
    }

    /// A file of several names tells of a change only where the name is that was
    /// used: wherever there is such a file it is to be read again too.
    fn doubt_other_names(&mut self) {
        let several = |listing: &Listing| {
            listing
                .nodes
                .values()
                .any(|n| n.kind != Kind::Whiteout && n.stat.links > 1)
        };
        let dirs = self.dirs.iter().filter(|(_, listing)| several(listing));
        self.stale.extend(dirs.map(|(dir, _)| dir.clone()));
    }

    /// Reads a directory and those below it, the nearer ones first, until this
    /// many names of the layer are known.
    pub(super) fn read_below(
        &mut self,
        root: &OwnedFd,
        path: &str,
        budget: usize,
        watcher: &mut Watcher,
    ) {
        let mut known: usize = self.dirs.values().map(|listing| listing.nodes.len()).sum();
        let mut queue = VecDeque::from([path.to_owned()]);
        while let Some(path) = queue.pop_front() {
            if !self.dirs.contains_key(&path) {
                if known >= budget {
                    break;
                }
                self.read(root, &path, watcher);
                known += self
                    .dirs
                    .get(&path)
                    .map_or(0, |listing| listing.nodes.len());
            }
            let Some(listing) = self.dirs.get(&path) else {
                continue;
            };
            let dirs = listing.nodes.iter();
            let dirs = dirs.filter(|(_, node)| node.kind == Kind::Directory);
            queue.extend(dirs.map(|(name, _)| join(&path, name)));
        }
    }

    fn place(&self, path: &str) -> Place {
        Place {
            layer: self.number,
            path: path.to_owned(),
        }
    }

    /// Reads one directory; one that is gone is forgotten with all below it.
    pub(super) fn read(&mut self, root: &OwnedFd, path: &str, watcher: &mut Watcher) {
        let Ok(listing) = self.list(root, path, watcher) else {
            return self.drop_tree(path, watcher);
        };
        let old = self.dirs.remove(path);
        let asked = old.as_ref().is_some_and(|old| old.asked);
        let listing = Listing { asked, ..listing };
        self.drop_vanished(path, old.as_ref(), &listing, watcher);
        for watch in old.iter().flat_map(|old| [old.watch, old.merged]) {
            if ![listing.watch, listing.merged].contains(&watch) {
                watcher.forget(watch, &self.place(path));
            }
        }
        self.dirs.insert(path.to_owned(), listing);
    }

    /// Order: the watch first, so that nothing happens unseen between.
    fn list(&self, root: &OwnedFd, path: &str, watcher: &mut Watcher) -> Result<Listing, SysError> {
        let dir = file::open_below(root, path)?;
        let watch = watcher.watch(&dir, self.place(path));
        let merged = match &self.merged {
            Some(merged) => watcher.watch_path(&join(merged, path), self.place(path)),
            None => -1,
        };
        let mut names = file::names(&dir, ".")?;
        let more = names.len().saturating_sub(NAMES);
        if more > 0 {
            names.sort_unstable();
            names.truncate(NAMES);
        }
        let mut nodes = BTreeMap::new();
        for name in names {
            // One that has gone meanwhile will be told of.
            if let Ok(mut stat) = look::stat_at(&dir, &name) {
                let kind = Kind::of(&stat);
                // A directory's own size is a matter of its file system, and nothing
                // tells when that changes.
                if kind == Kind::Directory {
                    (stat.size, stat.links, stat.mtime) = (0, 0, (0, 0));
                }
                let copied = false;
                nodes.insert(name, Node { kind, stat, copied });
            }
        }
        let mut listing = Listing {
            nodes,
            more,
            watch,
            merged,
            ..Listing::default()
        };
        // Of a directory that does not let itself be looked into, nothing is known.
        let _ = file::from_there(dir.as_fd(), || {
            listing.marks(self.is_upper);
            Ok(())
        });
        Ok(listing)
    }

    fn drop_vanished(
        &mut self,
        path: &str,
        old: Option<&Listing>,
        new: &Listing,
        watcher: &mut Watcher,
    ) {
        let same = |name: &String, node: &Node| {
            let now = new.nodes.get(name);
            now.is_some_and(|now| now.kind == node.kind && now.stat.inode == node.stat.inode)
        };
        for (name, node) in old.into_iter().flat_map(|old| &old.nodes) {
            if node.kind == Kind::Directory && !same(name, node) {
                self.drop_tree(&join(path, name), watcher);
            }
        }
    }

    /// Forgets a directory and all below it.
    pub(super) fn drop_tree(&mut self, path: &str, watcher: &mut Watcher) {
        let below = |dir: &String| {
            let rest = dir.strip_prefix(path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || path.is_empty())
        };
        let gone: Vec<String> = self.dirs.keys().filter(|dir| below(dir)).cloned().collect();
        for dir in gone {
            if let Some(listing) = self.dirs.remove(&dir) {
                watcher.forget(listing.watch, &self.place(&dir));
                watcher.forget(listing.merged, &self.place(&dir));
            }
        }
    }

    /// Reads a directory because it is asked for.
    pub(super) fn ask(&mut self, root: &OwnedFd, path: &str, watcher: &mut Watcher) {
        self.read(root, path, watcher);
        if let Some(listing) = self.dirs.get_mut(path) {
            listing.asked = true;
        }
    }

    /// Forgets the directories that were asked for, all but these.
    pub(super) fn keep(&mut self, wanted: &BTreeSet<String>, watcher: &mut Watcher) {
        let asked = self.dirs.iter().filter(|(_, listing)| listing.asked);
        let paths = asked.map(|(path, _)| path);
        let over: Vec<String> = paths
            .filter(|path| !wanted.contains(*path))
            .cloned()
            .collect();
        for path in over {
            self.drop_tree(&path, watcher);
        }
    }

    /// Whether a directory is known to be there.
    pub(super) fn has_dir(&self, path: &str) -> bool {
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        let node = self.dirs.get(above).and_then(|dir| dir.nodes.get(name));
        node.is_some_and(|node| node.kind == Kind::Directory)
    }
}

impl Listing {
    /// Reads the kernel's marks; its directory is the working directory.
    fn marks(&mut self, is_upper: bool) {
        self.opaque = mark(".", "opaque").is_some_and(|value| value == b"y");
        if !is_upper {
            return;
        }
        let redirect = mark(".", "redirect").unwrap_or_default();
        self.redirect = String::from_utf8_lossy(&redirect).into_owned();
        for (name, node) in &mut self.nodes {
            let may = matches!(node.kind, Kind::File | Kind::Directory);
            node.copied = may && mark(name, "origin").is_some();
        }
    }
}

/// The value of one of the kernel's own marks.
fn mark(name: &str, mark: &str) -> Option<Vec<u8>> {
    let value = |prefix| file::xattr_of(Path::new(name), &format!("{prefix}{mark}")).ok();
    PREFIXES.into_iter().find_map(value)
}

/// A path and a name below it.
pub(super) fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        return name.to_owned();
    }
    format!("{path}/{name}")
}
