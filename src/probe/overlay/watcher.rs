//! One inotify(7) instance for the directories of all layers: a directory that is in layers of two
//! overlays has one watch.

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

/// The watches, and the layers that each is for.
#[derive(Debug, Default)]
pub(super) struct Watcher {
    inotify: Option<Inotify>,
    places: BTreeMap<i32, BTreeSet<Place>>,
    /// Whether a watch was refused for lack of room.
    blind: bool,
}

/// The events since the last call.
#[derive(Debug, Default)]
pub(super) struct News {
    /// The directories that have changed.
    pub(super) places: BTreeSet<Place>,
    /// Whether events were lost: anything may have changed.
    pub(super) lost: bool,
}

impl Watcher {
    /// The descriptor that wakes on events.
    pub(super) fn event(&self) -> Option<BorrowedFd<'_>> {
        self.inotify.as_ref().map(AsFd::as_fd)
    }

    /// Whether changes may happen without an event: other programs have used up the user's inotify
    /// instances or watches (`/proc/sys/fs/inotify`).
    pub(super) fn is_blind(&self) -> bool {
        self.blind
    }

    /// The events since the last call. While a watch is missing, everything counts as changed;
    /// reading it again sets the watch if there is room by then.
    pub(super) fn news(&mut self) -> News {
        let told = self.inotify.as_ref().map(Inotify::drain);
        let told = told.unwrap_or_default();
        let places = told.watches.iter().filter_map(|w| self.places.get(w));
        News {
            places: places.flatten().cloned().collect(),
            lost: told.lost | std::mem::take(&mut self.blind),
        }
    }

    /// Watches an open directory for a layer; -1 if it cannot be watched.
    pub(super) fn watch(&mut self, dir: &OwnedFd, place: Place) -> i32 {
        self.add(place, |inotify| inotify.watch_here(dir))
    }

    /// Like `watch`, by path and without opening it: an open directory, however briefly, keeps a
    /// mount from being unmounted.
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

    /// A layer no longer watches a directory. A directory that was moved keeps its watch number
    /// under its new path.
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
