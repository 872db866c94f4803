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
        let (layers, first) = (self.layers, self.first);
        let node = |layer: &usize| -> Option<(usize, &Node)> {
            let listing = layers.get(*layer)?.dirs.get(dir)?;
            Some((*layer, listing.nodes.get(name)?))
        };
        let all: Vec<(usize, &Node)> = here.iter().filter_map(node).collect();
        let visible = self.visible(&path, seen.iter().filter_map(node));
        let entry = self.entry(&path, &all, &visible);
        let mut entry = entry.unwrap_or_else(|| hidden(&all, first));
        let is_shadowed = |layer: usize| !visible.iter().any(|(l, _)| *l == layer);
        let version = |(layer, node): &(usize, &Node)| Version {
            layer: i64::try_from(*layer + first).unwrap_or(0),
            kind: node.kind.word().to_owned(),
            size: node.stat.size,
            shadowed: is_shadowed(*layer),
        };
        entry.layers = all.iter().map(version).collect();
        self.entries.insert(path.clone(), entry);
        let directories = |list: &[(usize, &Node)]| -> Vec<usize> {
            let list = list.iter().filter(|(_, node)| node.kind == Kind::Directory);
            list.map(|(layer, _)| *layer).collect()
        };
        let (here, seen) = (directories(&all), directories(&visible));
        if !here.is_empty() {
            self.directory(&path, &here, &seen);
        }
    }

    /// The visible versions of a name: the top one and, if that is a directory, those below it
    /// until one hides the rest.
    fn visible<'n>(
        &self,
        path: &str,
        nodes: impl Iterator<Item = (usize, &'n Node)>,
    ) -> Vec<(usize, &'n Node)> {
        let mut visible = Vec::new();
        for (layer, node) in nodes {
            let is_dir = node.kind == Kind::Directory;
            if is_dir || visible.is_empty() {
                visible.push((layer, node));
            }
            if !is_dir || self.is_opaque(layer, path) {
                break;
            }
        }
        visible
    }

    fn is_opaque(&self, layer: usize, path: &str) -> bool {
        let listing = self.layers[layer].dirs.get(path);
        listing.is_some_and(|listing| listing.opaque)
    }

    fn entry(
        &mut self,
        path: &str,
        all: &[(usize, &Node)],
        visible: &[(usize, &Node)],
    ) -> Option<Entry> {
        let (top, node) = *visible.first()?;
        let below = all.iter().find(|(layer, _)| *layer > top);
        let hides = |kind| below.is_some_and(|(_, node)| node.kind == kind);
        let mut lower = all.iter().filter(|(layer, _)| *layer > top);
        let opaque = node.kind == Kind::Directory
            && self.is_opaque(top, path)
            && lower.any(|(_, node)| node.kind == Kind::Directory);
        let number = top + self.first;
        // A symbolic link can have no user attributes (xattr(7)), but a copy keeps the time of the
        // original.
        let same_link = node.kind == Kind::Symlink
            && below.is_some_and(|(_, other)| {
                other.kind == node.kind && other.stat.mtime == node.stat.mtime
            });
        let both_files = node.kind == Kind::File && hides(Kind::File) && number == 0;
        let differs = match below {
            Some((layer, other)) if both_files => {
                node.stat.size != other.stat.size || (self.differs)(path, *layer)
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
fn hidden(all: &[(usize, &Node)], first: usize) -> Entry {
    let Some((layer, node)) = all.first() else {
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
