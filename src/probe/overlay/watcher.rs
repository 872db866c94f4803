//! One inotify(7) instance for the directories of all layers: a directory that is
//! a layer of two overlays has one watch.

use std::collections::{BTreeMap, BTreeSet};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use crate::sys::SysError;
use crate::sys::inotify::{self, Inotify};

/// A directory of a layer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The layer's number.
    pub(super) layer: usize,
    /// The directory's path in it.
    pub(super) path: String,
}

/// What is watched, and for which layers.
#[derive(Debug, Default)]
pub(super) struct Watcher {
    inotify: Option<Inotify>,
    places: BTreeMap<i32, BTreeSet<Place>>,
    /// The kernel has no room for a watch that was wanted.
    blind: bool,
}

/// What was told.
#[derive(Debug, Default)]
pub(super) struct News {
    /// Where something happened.
    pub(super) places: BTreeSet<Place>,
    /// Whether something happened that was not kept: anything may be different.
    pub(super) lost: bool,
}

impl Watcher {
    /// What becomes readable when there is news.
    pub(super) fn event(&self) -> Option<BorrowedFd<'_>> {
        self.inotify.as_ref().map(AsFd::as_fd)
    }

    /// Whether something may happen of which nothing tells: a user may have so many instances
    /// and watches (`/proc/sys/fs/inotify`), and other programs have used them up.
    pub(super) fn is_blind(&self) -> bool {
        self.blind
    }

    /// What happened since this was asked last. Where nothing tells, anything may have; what
    /// is read again then is watched if there is room by now.
    pub(super) fn news(&mut self) -> News {
        let told = self.inotify.as_ref().map(Inotify::drain);
        let told = told.unwrap_or_default();
        let places = told.watches.iter().filter_map(|w| self.places.get(w));
        News {
            places: places.flatten().cloned().collect(),
            lost: told.lost | std::mem::take(&mut self.blind),
        }
    }

    /// Watches an open directory for a layer; -1 where no watch is to be had.
    pub(super) fn watch(&mut self, dir: &OwnedFd, place: Place) -> i32 {
        self.add(place, |inotify| inotify.watch_here(dir))
    }

    /// The same by its path, without opening it: who holds a mounted directory
    /// open, however briefly, keeps it from being unmounted.
    pub(super) fn watch_path(&mut self, dir: &str, place: Place) -> i32 {
        self.add(place, |inotify| inotify.watch_all(Path::new(dir)))
    }

    fn add(&mut self, place: Place, watch: impl FnOnce(&Inotify) -> Result<i32, SysError>) -> i32 {
        let watch = match self.opened().and_then(watch) {
            Ok(watch) => watch,
            Err(why) => {
                self.blind |= inotify::is_used_up(&why);
                return -1;
            }
        };
        let places = self.places.entry(watch).or_default();
        places.insert(place);
        watch
    }

    fn opened(&mut self) -> Result<&Inotify, SysError> {
        let inotify = match self.inotify.take() {
            Some(inotify) => inotify,
            None => Inotify::open()?,
        };
        Ok(self.inotify.insert(inotify))
    }

    /// A layer watches a directory no longer. One that was moved is watched by
    /// the same number under its new path.
    pub(super) fn forget(&mut self, watch: i32, place: &Place) {
        let Some(places) = self.places.get_mut(&watch) else {
            return;
        };
        places.remove(place);
        if places.is_empty() {
            self.places.remove(&watch);
            if let Some(inotify) = &self.inotify {
                inotify.forget(watch);
            }
        }
    }
}
