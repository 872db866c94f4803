//! One layer: its directories that were read, and that are read again when inotify(7) reports a
//! change.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use super::watcher::{Place, Watcher};
use crate::sys::SysError;
use crate::sys::file;
use crate::sys::look::{self, Stat};
use crate::sys::number;

/// How many names of one directory are read; of the others only the number is known.
pub(super) const NAMES: usize = 2_000;
/// The prefixes of overlayfs attributes: in a user namespace, and outside.
const PREFIXES: [&str; 2] = ["user.overlay.", "trusted.overlay."];

/// What kind of file a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Directory,
    Symlink,
    Whiteout,
    Other,
}

impl Kind {
    /// The kind as facts name it.
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
            number::S_IFREG => Self::File,
            number::S_IFDIR => Self::Directory,
            number::S_IFLNK => Self::Symlink,
            number::S_IFCHR if stat.device == 0 => Self::Whiteout,
            _ => Self::Other,
        }
    }
}

/// A name in a directory.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) stat: Stat,
    /// Whether overlayfs marked it as a copy of a lower file.
    pub(super) copied: bool,
}

/// A directory that was read.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) nodes: BTreeMap<String, Node>,
    /// How many names are not in `nodes`.
    pub(super) more: usize,
    pub(super) opaque: bool,
    pub(super) redirect: String,
    /// Whether it is kept only because it was asked for.
    pub(super) asked: bool,
    watch: i32,
    /// The watch on the same directory below the mounted overlay.
    merged: i32,
}

/// A layer.
#[derive(Debug)]
pub(super) struct Layer {
    /// The directories that were read, by path; the layer's own directory is "".
    pub(super) dirs: BTreeMap<String, Listing>,
    /// The number by which the watcher knows it.
    pub(super) number: usize,
    /// Whether it is an upper layer: only there the attributes of copies are read.
    is_upper: bool,
    /// The mount point of the overlay, if writes through it are watched.
    pub(super) merged: Option<String>,
    /// The directories that have changed since they were read.
    pub(super) stale: BTreeSet<String>,
}

impl Layer {
    /// A layer of which nothing was read yet.
    pub(super) fn new(number: usize, is_upper: bool) -> Self {
        Self {
            dirs: BTreeMap::new(),
            number,
            is_upper,
            merged: None,
            stale: BTreeSet::new(),
        }
    }

    /// Marks everything to be read again.
    pub(super) fn doubt(&mut self) {
        self.stale.extend(self.dirs.keys().cloned());
    }

    /// Reads again what has changed and, in an upper layer, new directories, up to `budget` names
    /// in all. Returns whether anything had changed.
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

    /// A write to a file with several names causes an event only for the name that was used: every
    /// directory with such a file is read again.
    fn doubt_other_names(&mut self) {
        for (dir, listing) in &self.dirs {
            if listing.has_other_names() {
                self.stale.insert(dir.clone());
            }
        }
    }

    /// Reads a directory and those below, breadth first, until `budget` names of the layer are
    /// known.
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
            for (name, node) in &listing.nodes {
                if node.kind == Kind::Directory {
                    queue.push_back(join(&path, name));
                }
            }
        }
    }

    fn place(&self, path: &str) -> Place {
        Place {
            layer: self.number,
            path: path.to_owned(),
        }
    }

    /// Reads one directory; one that is gone is forgotten with everything below.
    pub(super) fn read(&mut self, root: &OwnedFd, path: &str, watcher: &mut Watcher) {
        let Ok(mut listing) = self.list(root, path, watcher) else {
            return self.drop_tree(path, watcher);
        };
        let old = self.dirs.remove(path);
        listing.asked = old.as_ref().is_some_and(|old| old.asked);
        self.drop_vanished(path, old.as_ref(), &listing, watcher);
        for watch in old.iter().flat_map(|old| [old.watch, old.merged]) {
            if ![listing.watch, listing.merged].contains(&watch) {
                watcher.forget(watch, &self.place(path));
            }
        }
        self.dirs.insert(path.to_owned(), listing);
    }

    /// Lists a directory. Order: the watch first, so that no change is missed in between.
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
            // If a name has vanished meanwhile, an event will follow.
            if let Ok(mut stat) = look::stat_at(&dir, &name) {
                let kind = Kind::of(&stat);
                // The size of a directory depends on the file system and changes without an event.
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
        // If the directory cannot be entered, its attributes stay unknown.
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
        for (name, node) in old.into_iter().flat_map(|old| &old.nodes) {
            if node.kind == Kind::Directory && !new.still_has(name, node) {
                self.drop_tree(&join(path, name), watcher);
            }
        }
    }

    /// Forgets a directory and everything below.
    pub(super) fn drop_tree(&mut self, path: &str, watcher: &mut Watcher) {
        let gone: Vec<String> = self
            .dirs
            .keys()
            .filter(|dir| is_in_tree(dir, path))
            .cloned()
            .collect();
        for dir in gone {
            if let Some(listing) = self.dirs.remove(&dir) {
                watcher.forget(listing.watch, &self.place(&dir));
                watcher.forget(listing.merged, &self.place(&dir));
            }
        }
    }

    /// Reads a directory because it was asked for.
    pub(super) fn ask(&mut self, root: &OwnedFd, path: &str, watcher: &mut Watcher) {
        self.read(root, path, watcher);
        if let Some(listing) = self.dirs.get_mut(path) {
            listing.asked = true;
        }
    }

    /// Forgets the directories that were asked for, except `wanted`.
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

    /// A name in a directory, if the layer is known to have it.
    pub(super) fn node(&self, dir: &str, name: &str) -> Option<&Node> {
        self.dirs.get(dir)?.nodes.get(name)
    }

    /// Like `node`, by path.
    pub(super) fn node_at(&self, path: &str) -> Option<&Node> {
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        self.node(above, name)
    }

    /// Whether the layer is known to have this directory.
    pub(super) fn has_dir(&self, path: &str) -> bool {
        self.node_at(path)
            .is_some_and(|node| node.kind == Kind::Directory)
    }
}

impl Listing {
    /// Whether a file in it has several names.
    fn has_other_names(&self) -> bool {
        self.nodes
            .values()
            .any(|node| node.kind != Kind::Whiteout && node.stat.links > 1)
    }

    /// Whether a name still stands for the same file.
    fn still_has(&self, name: &str, node: &Node) -> bool {
        let now = self.nodes.get(name);
        now.is_some_and(|now| now.kind == node.kind && now.stat.inode == node.stat.inode)
    }

    /// Reads the overlayfs attributes; the directory is the working directory.
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

/// The value of an overlayfs attribute.
fn mark(name: &str, mark: &str) -> Option<Vec<u8>> {
    PREFIXES
        .into_iter()
        .find_map(|prefix| file::xattr_of(Path::new(name), &format!("{prefix}{mark}")).ok())
}

/// Whether a directory is `top` or below it; all directories are below "".
fn is_in_tree(dir: &str, top: &str) -> bool {
    let rest = dir.strip_prefix(top);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || top.is_empty())
}

/// Joins a path and a name; the path may be empty.
pub(super) fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        return name.to_owned();
    }
    format!("{path}/{name}")
}
