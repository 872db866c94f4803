//! Archives and image lists, including ones that no tool writes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::import::Source;
use super::{archive, pack, unpack};
use crate::fuzz;

/// The block size of an archive, in bytes.
const BLOCK: usize = 512;
/// The range of the checksum in a header.
const SUM: std::ops::Range<usize> = 148..156;
/// The range of the magic word `ustar` in a header.
const MAGIC: std::ops::Range<usize> = 257..262;

/// Everything below a directory: whether it is a directory, and the length of a file.
fn tree(root: &Path) -> BTreeMap<PathBuf, (bool, u64)> {
    let mut found = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            let stat = path.symlink_metadata().unwrap();
            let length = if stat.is_file() { stat.len() } else { 0 };
            let name = path.strip_prefix(root).unwrap().to_owned();
            found.insert(name, (stat.is_dir(), length));
            if stat.is_dir() {
                open.push(path);
            }
        }
    }
    found
}

/// Corrects the checksum of each header: otherwise the archive is refused before its content is
/// read.
fn with_sums(archive: &[u8]) -> Vec<u8> {
    let mut archive = archive.to_vec();
    for block in archive.chunks_exact_mut(BLOCK) {
        if &block[MAGIC] == b"ustar" {
            block[SUM].fill(b' ');
            let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
            block[SUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        }
    }
    archive
}

/// Unpacks an archive over a layer: nothing outside may change, and packing the result and
/// unpacking it again gives the same tree.
fn unpacked(bytes: &[u8]) {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    std::fs::write(at("in.tar"), bytes).unwrap();
    for dir in ["to", "low/etc", "again"] {
        std::fs::create_dir_all(at(dir)).unwrap();
    }
    std::fs::write(at("low/etc/below"), "below").unwrap();
    let before: Vec<_> = tree(place.path()).into_keys().collect();
    let lowers = [at("low").display().to_string()];
    let done = unpack::unpack(&at("in.tar"), &at("to"), &lowers);
    let after = tree(place.path());
    let outside = after.keys().filter(|path| !path.starts_with("to"));
    let wanted = before.iter().filter(|path| !path.starts_with("to"));
    assert!(outside.eq(wanted), "{after:?}");
    let size: u64 = after.values().map(|(_, length)| length).sum();
    assert!(size < 2 * archive::LARGEST, "{size}");
    if done.is_err() || size > 1 << 20 {
        return;
    }
    pack::pack(&at("to"), &at("out.tar")).unwrap();
    unpack::unpack(&at("out.tar"), &at("again"), &[]).unwrap();
    assert_eq!(tree(&at("again")), tree(&at("to")));
}

#[test]
fn an_archive_may_be_anything() {
    fuzz::each("archive", |bytes| {
        unpacked(&with_sums(bytes));
    });
}

/// Writes an image layout whose parts begin with a line `== NAME`. `{NAME}` stands for the digest
/// of an earlier part; each part is also written as a blob under its own digest.
fn layout(text: &str, to: &Path) {
    let mut digests: Vec<(String, String)> = Vec::new();
    std::fs::create_dir_all(to.join("blobs/sha256")).unwrap();
    for part in text.split("== ").filter(|part| !part.is_empty()) {
        let (name, content) = part.split_once('\n').unwrap_or((part, ""));
        let content = digests
            .iter()
            .fold(content.to_owned(), |text, (name, hex)| {
                text.replace(&format!("{{{name}}}"), hex)
            });
        let bytes = content.as_bytes();
        let hex = archive::copy(&mut &*bytes, std::io::sink()).unwrap();
        let _ = std::fs::write(to.join("blobs/sha256").join(&hex), bytes);
        let config = to.join(format!("{hex}.json"));
        let _ = std::fs::write(config, bytes);
        let is_plain = |part: &str| !["", ".", ".."].contains(&part) && !part.contains('\0');
        if name.split('/').all(is_plain) && name.len() < 100 {
            let path = to.join(name);
            let _ = std::fs::create_dir_all(path.parent().unwrap());
            let _ = std::fs::write(path, bytes);
        }
        digests.push((name.to_owned(), hex));
    }
}

#[test]
fn a_list_of_images_may_be_anything() {
    fuzz::each("image", |bytes| {
        let place = tempfile::tempdir().unwrap();
        let from = place.path().join("from");
        layout(&String::from_utf8_lossy(bytes), &from);
        let to = place.path().join("layer");
        let Ok(chosen) = Source::open(&from).and_then(|source| Ok((source.choose()?, source)))
        else {
            return;
        };
        let (chosen, source) = chosen;
        for layer in &chosen.layers {
            // The copy has the promised digest and is a blob of the layout.
            if let Ok(hex) = source.copy(layer, &to.to_string_lossy()) {
                let copied = std::fs::read(&to).unwrap();
                let is = archive::copy(&mut &*copied, std::io::sink()).unwrap();
                assert_eq!(is, hex);
                let blob = std::fs::read(from.join("blobs/sha256").join(&hex));
                assert_eq!(blob.ok(), Some(copied));
            }
        }
    });
}
