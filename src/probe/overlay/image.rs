//! The lab's images, read from their store.

use std::collections::BTreeMap;
use std::os::fd::{AsFd, OwnedFd};

use super::layer::{Kind, Layer};
use super::watcher::{News, Watcher};
use crate::snapshot::overlay::store::{DIRS, Listed, PLACE, hex};
use crate::snapshot::overlay::{self, Image};
use crate::sys::file;

/// The longest list that is read, in bytes: some 7,000 layers, of which one mount takes 500.
const LONGEST: usize = 1 << 20;
/// The store's layer number for the watcher.
const NUMBER: usize = 0;

/// The store as it was last read.
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
    /// Takes note of changes.
    pub(super) fn listen(&mut self, news: &News) {
        if news.lost {
            self.layer.doubt();
        }
        let own = news.places.iter().filter(|place| place.layer == NUMBER);
        self.layer.stale.extend(own.map(|place| place.path.clone()));
    }

    /// The current images.
    pub(super) fn read(
        &mut self,
        root: &OwnedFd,
        watcher: &mut Watcher,
    ) -> BTreeMap<String, Image> {
        if let Ok(dir) = file::open_in_root(root, PLACE) {
            let mut changed = self.layer.refresh(&dir, 0, watcher);
            for path in [""].into_iter().chain(DIRS) {
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
            let fd = file::open_file_below(dir, format!("{}/{name}", DIRS[0])).ok()?;
            let bytes = file::read_up_to(fd.as_fd(), LONGEST).ok()?;
            let text = String::from_utf8_lossy(whole(&bytes));
            let layers = text.lines().map(str::trim).filter(|line| !line.is_empty());
            let layers = layers.map(|line| self.told(&Listed::parse(line))).collect();
            Some((name.clone(), Image { layers }))
        };
        files.filter_map(|(name, _)| image(name)).collect()
    }

    fn told(&self, listed: &Listed) -> overlay::Layer {
        let node = |dir: &str, name: &str| self.layer.dirs.get(dir)?.nodes.get(name).cloned();
        let there = node(DIRS[2], &listed.dir).map(|_| listed.place());
        overlay::Layer {
            digest: listed.digest.clone(),
            size: node(DIRS[1], hex(&listed.digest)).map_or(-1, |node| node.stat.size),
            unpacked: there.unwrap_or_default(),
        }
    }
}

/// The complete lines of a list: half a digest would name no layer.
fn whole(bytes: &[u8]) -> &[u8] {
    if bytes.len() < LONGEST {
        return bytes;
    }
    let end = bytes.iter().rposition(|byte| *byte == b'\n');
    &bytes[..end.map_or(0, |at| at + 1)]
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, whole};

    #[test]
    fn a_list_that_is_too_long_ends_in_a_whole_line() {
        let line = format!("sha256:{}\n", "0".repeat(64));
        let list = line.repeat(LONGEST / line.len() + 1);
        let read = whole(&list.as_bytes()[..LONGEST]);
        assert_eq!(read.len() % line.len(), 0);
        assert!(LONGEST - read.len() < line.len());
        assert_eq!(whole(b"sha256:0"), b"sha256:0");
    }
}
