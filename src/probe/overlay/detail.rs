//! A closer look at files: comparing two, and all details of one entry.

use std::collections::BTreeMap;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use super::layer::{Kind, Layer};
use crate::snapshot::overlay::Close;
use crate::sys::file;
use crate::sys::look::{self, Stat};

/// The largest file that is compared byte by byte, in bytes.
const LARGEST: i64 = 64 << 20;
/// The largest text that is shown, in bytes.
const TEXT: i64 = 16 << 10;
/// `TEXT`, as a length.
const TEXT_BYTES: usize = 16 << 10;
/// The longest extended attribute that is shown as text, in bytes.
const PLAIN: usize = 4096;
/// How many bytes of any other extended attribute are shown.
const VALUE: usize = 64;

/// Results of comparisons: they hold as long as the metadata of both files is the same.
#[derive(Debug, Default)]
pub(super) struct Comparer {
    known: BTreeMap<(String, usize), (Stat, Stat, bool)>,
}

impl Comparer {
    /// Whether a file has other content in the first layer than in another layer.
    pub(super) fn differs(
        &mut self,
        roots: &[Option<OwnedFd>],
        layers: &[Layer],
        path: &str,
        layer: usize,
    ) -> bool {
        let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
        let stat = |index: usize| Some(layers.get(index)?.dirs.get(dir)?.nodes.get(name)?.stat);
        let (Some(upper), Some(lower)) = (stat(0), stat(layer)) else {
            return true;
        };
        let key = (path.to_owned(), layer);
        match self.known.get(&key) {
            Some((a, b, differs)) if (*a, *b) == (upper, lower) => *differs,
            _ => {
                let differs = upper.size > LARGEST || compare(roots, path, layer).unwrap_or(true);
                self.known.insert(key, (upper, lower, differs));
                differs
            }
        }
    }
}

fn compare(roots: &[Option<OwnedFd>], path: &str, layer: usize) -> Option<bool> {
    let open = |index: usize| file::open_file_below(roots.get(index)?.as_ref()?, path).ok();
    let (a, b) = (open(0)?, open(layer)?);
    let (mut ours, mut theirs) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        let read = file::read_full(a.as_fd(), &mut ours).ok()?;
        if read != file::read_full(b.as_fd(), &mut theirs).ok()? {
            return Some(true);
        }
        if ours[..read] != theirs[..read] {
            return Some(true);
        }
        if read == 0 {
            return Some(false);
        }
    }
}

/// The entry of each layer at a path; `first` is the number of the first layer.
pub(super) fn versions(roots: &[Option<OwnedFd>], first: usize, path: &str) -> Vec<Close> {
    let close = |(index, root): (usize, &Option<OwnedFd>)| {
        let mut close = look(root.as_ref()?, path)?;
        close.layer = i64::try_from(index + first).unwrap_or(0);
        Some(close)
    };
    roots.iter().enumerate().filter_map(close).collect()
}

fn look(root: &OwnedFd, path: &str) -> Option<Close> {
    let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
    let dir = file::open_below(root, above).ok()?;
    let stat = look::stat_at(&dir, name).ok()?;
    let kind = Kind::of(&stat);
    let text = match kind {
        Kind::Symlink => file::read_link(&dir, name).ok(),
        Kind::File if stat.size <= TEXT => text(root, path),
        _ => None,
    };
    Some(Close {
        layer: 0,
        kind: kind.word().to_owned(),
        size: stat.size,
        mode: stat.permissions(),
        uid: i64::from(stat.uid),
        gid: i64::from(stat.gid),
        ino: stat.inode.cast_signed(),
        links: stat.links.cast_signed(),
        xattrs: file::from_there(dir.as_fd(), || Ok(attributes(Path::new(name))))
            .unwrap_or_default(),
        text,
    })
}

fn text(root: &OwnedFd, path: &str) -> Option<String> {
    let fd = file::open_file_below(root, path).ok()?;
    // It may have grown since its size was read.
    let bytes = file::read_up_to(fd.as_fd(), TEXT_BYTES).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    (!text.contains('\0')).then_some(text)
}

fn attributes(name: &Path) -> Vec<(String, String)> {
    let names = file::xattrs_of(name).unwrap_or_default();
    let value = |attribute: String| {
        let value = file::xattr_of(name, &attribute).ok()?;
        let shows = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
        let plain = value.len() <= PLAIN && value.iter().all(shows);
        let words = if plain {
            String::from_utf8_lossy(&value).into_owned()
        } else {
            let bytes = value.iter().take(VALUE).map(|byte| format!("{byte:02x}"));
            format!("0x{}", bytes.collect::<String>())
        };
        Some((attribute, words))
    };
    names.into_iter().filter_map(value).collect()
}
