//! Merges layers by the kernel's rules: a whiteout, or anything that is not a directory, hides what
//! is below it; an opaque directory hides the lower directories of its name ("Merging directories",
//! "whiteouts and opaque directories" in overlayfs.rst).

use std::collections::{BTreeMap, BTreeSet};

use super::layer::{Kind, Layer, Node, join};
use crate::snapshot::overlay::{Entry, Version};

/// Whether a file of the upper layer has other content than the one of a lower layer.
pub(super) type Differs<'a> = &'a mut dyn FnMut(&str, usize) -> bool;

/// All entries that the layers give, and how many names were not read per directory.
pub(super) struct Merge<'a> {
    pub(super) layers: &'a [Layer],
    /// The number of the first layer in the facts.
    pub(super) first: usize,
    pub(super) differs: Differs<'a>,
    pub(super) entries: BTreeMap<String, Entry>,
    pub(super) unread: BTreeMap<String, i64>,
}

/// What a layer has under a name.
#[derive(Clone, Copy)]
struct Found<'n> {
    /// The layer's index in `Merge::layers`.
    layer: usize,
    node: &'n Node,
}

impl<'n> Found<'n> {
    fn of(layers: &'n [Layer], layer: usize, dir: &str, name: &str) -> Option<Self> {
        let node = layers.get(layer)?.node(dir, name)?;
        Some(Self { layer, node })
    }

    fn is_dir(self) -> bool {
        self.node.kind == Kind::Directory
    }

    /// The fact of it; `first` is the number of the first layer.
    fn version(self, first: usize, visible: &[Self]) -> Version {
        Version {
            layer: i64::try_from(self.layer + first).unwrap_or(0),
            kind: self.node.kind.word().to_owned(),
            size: self.node.stat.size,
            shadowed: !visible.iter().any(|seen| seen.layer == self.layer),
        }
    }
}

/// The layers that have a directory under the name.
fn directories(all: &[Found<'_>]) -> Vec<usize> {
    all.iter()
        .filter(|found| found.is_dir())
        .map(|found| found.layer)
        .collect()
}

impl Merge<'_> {
    /// Merges a directory: `here` are the layers that have it, `seen` those of them that are
    /// visible.
    pub(super) fn directory(&mut self, path: &str, here: &[usize], seen: &[usize]) {
        self.tell_unread(path, here);
        let names: BTreeSet<&String> = here
            .iter()
            .filter_map(|layer| self.layers.get(*layer)?.dirs.get(path))
            .flat_map(|listing| listing.nodes.keys())
            .collect();
        for name in names {
            self.name(path, name, here, seen);
        }
    }

    fn tell_unread(&mut self, path: &str, here: &[usize]) {
        let mut left_out = 0;
        for layer in here {
            match self.layers[*layer].dirs.get(path) {
                None => left_out = -1,
                Some(listing) if left_out >= 0 => {
                    left_out += i64::try_from(listing.more).unwrap_or(i64::MAX);
                }
                Some(_) => {}
            }
        }
        if left_out != 0 {
            self.unread.insert(path.to_owned(), left_out);
        }
    }

    fn name(&mut self, dir: &str, name: &str, here: &[usize], seen: &[usize]) {
        let path = join(dir, name);
        let layers = self.layers;
        let all: Vec<Found<'_>> = here
            .iter()
            .filter_map(|layer| Found::of(layers, *layer, dir, name))
            .collect();
        let in_sight = seen
            .iter()
            .filter_map(|layer| Found::of(layers, *layer, dir, name));
        let visible = self.visible(&path, in_sight);
        let mut entry = self
            .entry(&path, &all, &visible)
            .unwrap_or_else(|| hidden(&all, self.first));
        entry.layers = all
            .iter()
            .map(|found| found.version(self.first, &visible))
            .collect();
        self.entries.insert(path.clone(), entry);
        let below = directories(&all);
        if !below.is_empty() {
            self.directory(&path, &below, &directories(&visible));
        }
    }

    /// The visible versions of a name: the top one and, if that is a directory, those below it
    /// until one hides the rest.
    fn visible<'n>(&self, path: &str, in_sight: impl Iterator<Item = Found<'n>>) -> Vec<Found<'n>> {
        let mut visible = Vec::new();
        for found in in_sight {
            if found.is_dir() || visible.is_empty() {
                visible.push(found);
            }
            if !found.is_dir() || self.is_opaque(found.layer, path) {
                break;
            }
        }
        visible
    }

    fn is_opaque(&self, layer: usize, path: &str) -> bool {
        let listing = self.layers[layer].dirs.get(path);
        listing.is_some_and(|listing| listing.opaque)
    }

    fn entry(&mut self, path: &str, all: &[Found<'_>], visible: &[Found<'_>]) -> Option<Entry> {
        let Found { layer: top, node } = *visible.first()?;
        let below = all.iter().find(|found| found.layer > top);
        let opaque = node.kind == Kind::Directory
            && self.is_opaque(top, path)
            && all.iter().any(|found| found.layer > top && found.is_dir());
        let number = top + self.first;
        // A symbolic link can have no user attributes (xattr(7)), but a copy keeps the time of the
        // original.
        let same_link = node.kind == Kind::Symlink
            && below.is_some_and(|other| {
                other.node.kind == node.kind && other.node.stat.mtime == node.stat.mtime
            });
        let is_file = node.kind == Kind::File && number == 0;
        let differs = match below {
            Some(other) if is_file && other.node.kind == Kind::File => {
                node.stat.size != other.node.stat.size || (self.differs)(path, other.layer)
            }
            _ => false,
        };
        let listing = self.layers[top].dirs.get(path);
        Some(Entry {
            kind: if opaque { "opaque" } else { node.kind.word() }.to_owned(),
            origin: match (visible.len(), number) {
                (2.., _) => "merged".to_owned(),
                (_, 0) => "upper".to_owned(),
                (_, layer) => format!("lower:{layer}"),
            },
            size: node.stat.size,
            mode: match node.kind {
                Kind::Whiteout => String::new(),
                _ => node.stat.permissions(),
            },
            copied_up: number == 0 && (node.copied || same_link),
            differs,
            redirect: listing.map_or_else(String::new, |listing| listing.redirect.clone()),
            layers: Vec::new(),
        })
    }
}

/// The entry of a name that only hidden layers have.
fn hidden(all: &[Found<'_>], first: usize) -> Entry {
    let Some(Found { layer, node }) = all.first() else {
        return Entry::default();
    };
    Entry {
        kind: "hidden".to_owned(),
        origin: format!("lower:{}", layer + first),
        size: node.stat.size,
        mode: node.stat.permissions(),
        ..Entry::default()
    }
}
