//! The store: `/lab/images/NAME` is a list of layers, one digest a line, the
//! lowest first; `/lab/blobs/HEX` is a layer's archive, named by its SHA-256;
//! `/lab/layers/SHORT` is where it is unpacked.

use std::collections::{BTreeMap, BTreeSet};
use std::os::fd::{AsFd, OwnedFd};

use super::layer::{Kind, Layer};
use super::watcher::{News, Watcher};
use crate::snapshot::overlay::{self, Image};
use crate::sys::file;

/// The store's place.
const PLACE: &str = "/lab";
/// Its directories.
const DIRS: [&str; 3] = ["images", "blobs", "layers"];
/// How many digits of a digest name the directory of an unpacked layer.
const SHORT: usize = 12;
/// The number by which the watcher knows it.
const NUMBER: usize = 0;

/// The store, as it was read last.
#[derive(Debug)]
pub(super) struct Store {
    layer: Layer,
    images: BTreeMap<String, Image>,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            layer: Layer::new(NUMBER, false),
            images: BTreeMap::new(),
        }
    }
}

impl Store {
    /// Takes note of what has happened.
    pub(super) fn listen(&mut self, news: &News) {
        if news.lost {
            self.layer.doubt();
        }
        let own = news.places.iter().filter(|(number, _)| *number == NUMBER);
        self.layer.stale.extend(own.map(|(_, path)| path.clone()));
    }

    /// The images, as they are now.
    pub(super) fn read(
        &mut self,
        root: &OwnedFd,
        watcher: &mut Watcher,
    ) -> BTreeMap<String, Image> {
        if let Ok(dir) = file::open_in_root(root, PLACE) {
            let mut changed = self.layer.refresh(&dir, watcher);
            let first = BTreeSet::from([""]);
            for path in first.into_iter().chain(DIRS) {
                if !self.layer.dirs.contains_key(path)
                    && (path.is_empty() || self.layer.has_dir(path))
                {
                    self.layer.read(&dir, path, watcher);
                    changed = true;
                }
            }
            if changed {
                self.images = self.list(&dir);
            }
        }
        self.images.clone()
    }

    fn list(&self, dir: &OwnedFd) -> BTreeMap<String, Image> {
        let Some(images) = self.layer.dirs.get(DIRS[0]) else {
            return BTreeMap::new();
        };
        let files = images
            .nodes
            .iter()
            .filter(|(_, node)| node.kind == Kind::File);
        let image = |name: &String| {
            let fd = file::open_file_below(dir, &format!("{}/{name}", DIRS[0])).ok()?;
            let bytes = file::read_all(fd.as_fd()).ok()?;
            let text = String::from_utf8_lossy(&bytes);
            let layers = text.lines().map(str::trim).filter(|line| !line.is_empty());
            let layers = layers.map(|digest| self.told(digest)).collect();
            Some((name.clone(), Image { layers }))
        };
        files.filter_map(|(name, _)| image(name)).collect()
    }

    fn told(&self, digest: &str) -> overlay::Layer {
        let hex = digest.strip_prefix("sha256:").unwrap_or(digest);
        let node = |dir: &str, name: &str| self.layer.dirs.get(dir)?.nodes.get(name).cloned();
        let short = hex.get(..SHORT).unwrap_or(hex);
        let unpacked = node(DIRS[2], short).map(|_| format!("{PLACE}/{}/{short}", DIRS[2]));
        overlay::Layer {
            digest: digest.to_owned(),
            size: node(DIRS[1], hex).map_or(-1, |node| node.stat.size),
            unpacked: unpacked.unwrap_or_default(),
        }
    }
}
