//! Overlays: found in the mount tables; their layers are read directory by directory and merged by
//! the kernel's own rules. The merged directory itself is never opened, because an open directory
//! cannot be unmounted. But it is watched: before Linux 6.8 a write through it causes no event on
//! the file in the upper directory (`FMODE_NONOTIFY` in fs/overlayfs/file.c).

mod detail;
mod image;
mod layer;
mod merge;
mod plan;
mod watcher;

use std::collections::{BTreeMap, BTreeSet};
use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::Arc;

use crate::snapshot::overlay::{Detail, Image, Overlay, Wanted};
use crate::snapshot::{Actor, HOST};
use crate::sys::file;
use detail::Comparer;
use image::Store;
use layer::Layer;
use merge::Merge;
use plan::{is_of_the_lab, name, plan, same};
use watcher::Watcher;

/// How many names of all lower layers are read without being unfolded.
const EAGER: usize = 3_000;
/// How many names of an upper layer are read.
const UPPER: usize = 20_000;
/// All overlays by their names.
pub type All = Arc<BTreeMap<String, Overlay>>;

/// The overlays of one lab host, including unmounted ones whose top layer still exists.
#[derive(Debug, Default)]
pub struct Overlays {
    known: BTreeMap<String, Known>,
    watcher: Watcher,
    store: Store,
    last: All,
    wanted: Wanted,
    /// The number for the next new layer.
    number: usize,
    /// How many overlays there are beyond those that are read (`MOST`).
    more: usize,
}

/// An overlay and what was read of its layers.
#[derive(Debug, Default)]
struct Known {
    /// The actor whose mount table it was found in.
    actor: String,
    /// The facts of its mount, without entries.
    plan: Overlay,
    /// The layers, from the top; the first is the upper layer if there is one.
    layers: Vec<Layer>,
    /// Results of comparing files.
    comparer: Comparer,
    /// The merged facts of the last reading.
    last: Overlay,
}

/// The most overlays that are read: each may have layers with whole trees.
const MOST: usize = 40;

/// The root and the working directory from which an overlay's paths are resolved.
struct Base {
    root: OwnedFd,
    cwd: String,
}

impl Overlays {
    /// The descriptor that wakes on changes.
    pub fn event(&self) -> Option<BorrowedFd<'_>> {
        self.watcher.event()
    }

    /// Whether layers may change without an event.
    pub fn is_blind(&self) -> bool {
        self.watcher.is_blind()
    }

    /// All overlays; the same object as last time if nothing changed.
    pub fn read(
        &mut self,
        proc: BorrowedFd<'_>,
        actors: &BTreeMap<String, Actor>,
        wanted: &Wanted,
    ) -> All {
        let mut changed = self.find(actors);
        changed |= self.listen();
        changed |= self.wanted.unfolded != wanted.unfolded;
        self.wanted = wanted.clone();
        if changed {
            self.refresh(proc, actors);
            // An overlay that has vanished makes room for another.
            if self.more > 0 && self.known.len() < MOST {
                self.find(actors);
                self.refresh(proc, actors);
            }
            let known = self.known.iter();
            let told = known.map(|(name, known)| (name.clone(), known.last.clone()));
            let now: BTreeMap<String, Overlay> = told.collect();
            if now != *self.last {
                self.last = Arc::new(now);
            }
        }
        Arc::clone(&self.last)
    }

    /// The images in the lab's store.
    pub fn images(
        &mut self,
        proc: BorrowedFd<'_>,
        actors: &BTreeMap<String, Actor>,
    ) -> BTreeMap<String, Image> {
        match Base::of(HOST, proc, actors) {
            Some(base) => self.store.read(&base.root, &mut self.watcher),
            None => BTreeMap::new(),
        }
    }

    /// How many overlays there are beyond those that are read.
    pub fn more(&self) -> usize {
        self.more
    }

    /// Details of the selected entry.
    pub fn detail(&self, proc: BorrowedFd<'_>, actors: &BTreeMap<String, Actor>) -> Option<Detail> {
        let (name, path) = self.wanted.selected.as_ref()?;
        let known = self.known.get(name)?;
        let roots = known.roots(&Base::of(&known.actor, proc, actors)?);
        Some(Detail {
            overlay: name.clone(),
            path: path.clone(),
            versions: detail::versions(&roots, known.first(), path),
        })
    }

    /// Finds the mounted overlays; returns whether anything has changed.
    fn find(&mut self, actors: &BTreeMap<String, Actor>) -> bool {
        let mut mounted: BTreeMap<String, (&String, Overlay)> = BTreeMap::new();
        // The host's mounts first: other actors may have copies of its mount table.
        let host = actors.iter().filter(|(name, _)| *name == HOST);
        let others = actors.iter().filter(|(name, _)| *name != HOST);
        for (actor, facts) in host.chain(others) {
            for mount in facts.mounts.iter().filter(|mount| is_of_the_lab(mount)) {
                let name = name(mount, actor);
                mounted.entry(name).or_insert_with(|| (actor, plan(mount)));
            }
        }
        let mut changed = false;
        for (name, known) in &mut self.known {
            changed |= match mounted.remove(name) {
                Some((_, now)) if same(&now, &known.plan) => known.update(now),
                Some((actor, now)) => {
                    known.forget(&mut self.watcher);
                    *known = Known::new(actor, now, &mut self.number);
                    true
                }
                None => std::mem::take(&mut known.plan.mounted),
            };
        }
        let room = MOST.saturating_sub(self.known.len());
        self.more = mounted.len().saturating_sub(room);
        let new = mounted.into_iter().take(room);
        changed |= new.len() > 0;
        for (name, (actor, plan)) in new {
            let known = Known::new(actor, plan, &mut self.number);
            self.known.insert(name, known);
        }
        changed
    }

    /// Takes the pending events; returns whether a directory has changed.
    fn listen(&mut self) -> bool {
        let news = self.watcher.news();
        self.store.listen(&news);
        let mut any = false;
        for layer in self.known.values_mut().flat_map(|known| &mut known.layers) {
            if news.lost {
                layer.doubt();
            }
            let own = news
                .places
                .iter()
                .filter(|place| place.layer == layer.number);
            layer.stale.extend(own.map(|place| place.path.clone()));
            any |= !layer.stale.is_empty();
        }
        any
    }

    /// Reads the directories that have changed, and merges the layers.
    fn refresh(&mut self, proc: BorrowedFd<'_>, actors: &BTreeMap<String, Actor>) {
        let (wanted, watcher) = (&self.wanted, &mut self.watcher);
        self.known.retain(|name, known| {
            let Some(base) = Base::of(&known.actor, proc, actors) else {
                return true;
            };
            let roots = known.roots(&base);
            // An unmounted overlay is kept as long as its top layer exists.
            if !known.plan.mounted && roots.first().is_none_or(Option::is_none) {
                known.forget(watcher);
                return false;
            }
            let unfolded = wanted.unfolded.iter();
            let unfolded = unfolded.filter(|(overlay, _)| overlay == name);
            let unfolded: Vec<&String> = unfolded.map(|(_, path)| path).collect();
            known.read(&roots, &unfolded, watcher);
            known.plan.work = known.work(&base);
            known.put_together(&roots);
            true
        });
    }
}

impl Known {
    fn new(actor: &str, plan: Overlay, number: &mut usize) -> Self {
        let has_upper = !plan.upperdir.is_empty();
        let count = plan.lowerdirs.len() + usize::from(has_upper);
        let mut layer = |index| {
            *number += 1;
            Layer::new(*number, has_upper && index == 0)
        };
        Self {
            actor: actor.to_owned(),
            layers: (0..count).map(&mut layer).collect(),
            plan,
            ..Self::default()
        }
    }

    /// Takes over the mount's facts that may change; returns whether they did.
    fn update(&mut self, now: Overlay) -> bool {
        let now = Overlay {
            work: std::mem::take(&mut self.plan.work),
            ..now
        };
        let changed = now != self.plan;
        self.plan = now;
        changed
    }

    /// The number of the first layer in the facts: 0 for an upper layer, else 1.
    fn first(&self) -> usize {
        usize::from(self.plan.upperdir.is_empty())
    }

    fn forget(&mut self, watcher: &mut Watcher) {
        for layer in &mut self.layers {
            layer.drop_tree("", watcher);
        }
    }

    /// The open directories of the layers; `None` for one that does not exist.
    fn roots(&self, base: &Base) -> Vec<Option<OwnedFd>> {
        let upper = Some(&self.plan.upperdir).filter(|dir| !dir.is_empty());
        let dirs = upper.into_iter().chain(&self.plan.lowerdirs);
        dirs.map(|dir| base.open(dir, &self.plan.merged)).collect()
    }

    /// The names in the work directory and one level below, sorted.
    fn work(&self, base: &Base) -> Vec<String> {
        let workdir = Some(&self.plan.workdir).filter(|dir| !dir.is_empty());
        let Some(dir) = workdir.and_then(|dir| base.open(dir, &self.plan.merged)) else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for name in file::names(&dir, ".").unwrap_or_default() {
            let below = file::open_below(&dir, &name);
            let below = below
                .and_then(|dir| file::names(&dir, "."))
                .unwrap_or_default();
            all.extend(below.iter().map(|below| layer::join(&name, below)));
            all.push(name);
        }
        all.sort_unstable();
        all
    }

    fn read(&mut self, roots: &[Option<OwnedFd>], unfolded: &[&String], watcher: &mut Watcher) {
        let first = self.first();
        if first == 0
            && let Some(upper) = self.layers.first_mut()
        {
            // A mount that only other actors have cannot be found by its path here.
            let watched = self.plan.mounted && self.actor == HOST;
            let merged = watched.then(|| self.plan.merged.clone());
            // Mounted again, it is another directory.
            if upper.merged != merged {
                upper.merged = merged;
                upper.doubt();
            }
        }
        let share = EAGER / self.plan.lowerdirs.len().max(1);
        for (index, (layer, root)) in self.layers.iter_mut().zip(roots).enumerate() {
            let Some(root) = root else {
                layer.drop_tree("", watcher);
                continue;
            };
            let budget = if index + first == 0 { UPPER } else { share };
            layer.refresh(root, budget, watcher);
            if layer.dirs.is_empty() {
                layer.read_below(root, "", budget, watcher);
            }
        }
        self.read_more(roots, unfolded, watcher);
    }

    /// Reads the directories of lower layers that the upper layer has too or that are unfolded.
    fn read_more(
        &mut self,
        roots: &[Option<OwnedFd>],
        unfolded: &[&String],
        watcher: &mut Watcher,
    ) {
        let has_upper = self.first() == 0;
        let upper = self.layers.first().filter(|_| has_upper);
        let upper = upper.into_iter().flat_map(|layer| layer.dirs.keys());
        let wanted: BTreeSet<String> = upper.chain(unfolded.iter().copied()).cloned().collect();
        for (layer, root) in self.layers.iter_mut().zip(roots) {
            layer.keep(&wanted, watcher);
            for path in &wanted {
                if let Some(root) = root
                    && !layer.dirs.contains_key(path)
                    && layer.has_dir(path)
                {
                    layer.ask(root, path, watcher);
                }
            }
        }
    }

    fn put_together(&mut self, roots: &[Option<OwnedFd>]) {
        let first = self.first();
        let comparer = &mut self.comparer;
        let layers = &self.layers;
        let mut differs = |path: &str, layer: usize| comparer.differs(roots, layers, path, layer);
        let mut merge = Merge {
            layers,
            first,
            differs: &mut differs,
            entries: BTreeMap::new(),
            unread: BTreeMap::new(),
        };
        let all: Vec<usize> = (0..layers.len()).collect();
        merge.directory("", &all, &all);
        self.last = Overlay {
            entries: merge.entries,
            unread: merge.unread,
            ..self.plan.clone()
        };
    }
}

impl Base {
    /// Resolves paths as an actor does; if that has ended, as the host or any living actor.
    fn of(name: &str, proc: BorrowedFd<'_>, actors: &BTreeMap<String, Actor>) -> Option<Self> {
        let named = [name, HOST].into_iter().filter_map(|name| actors.get(name));
        let actor = named.chain(actors.values()).find(|actor| actor.alive)?;
        let root = file::open_place(proc, &format!("{}/root", actor.outer_pid)).ok()?;
        let cwd = actor.cwd.clone();
        Some(Self { root, cwd })
    }

    /// Opens a layer. A relative path was relative to where mount(8) was called, which the kernel
    /// does not tell: try the shell's directory, then the parent of the mount point.
    fn open(&self, dir: &str, merged: &str) -> Option<OwnedFd> {
        let beside = Path::new(merged).parent().unwrap_or(Path::new("/"));
        let places = [Path::new(&self.cwd).join(dir), beside.join(dir)];
        let mut places = places.iter().map(|path| path.to_string_lossy());
        places.find_map(|path| file::open_in_root(&self.root, &path).ok())
    }
}
