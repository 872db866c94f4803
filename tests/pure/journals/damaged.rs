//! Journals that were damaged: cut anywhere, bytes changed anywhere. Each is told in words,
//! with its place.

use std::path::Path;

use isolab::scene::journal::{Extent, Reader, Unread};

use super::golden::{path, read, written};
use super::told;

/// How many copies are cut, and in how many a byte is changed.
const EACH: u64 = 100;

/// Numbers that look like chance and are the same each time (splitmix64).
fn chance(seed: u64) -> u64 {
    let mut now = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    now = (now ^ (now >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    now = (now ^ (now >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    now ^ (now >> 31)
}

/// Without these bytes at its start a file is no journal at all: a frame's header, how its letters
/// are packed, and the words by which a journal is known.
const START: usize = 256;

fn place(seed: u64, bytes: &[u8]) -> usize {
    let rest = (bytes.len() - START) as u64;
    START + usize::try_from(chance(seed) % rest).unwrap()
}

/// A copy with less at its end.
fn cut(seed: u64, whole: &[u8]) -> Vec<u8> {
    whole[..place(seed, whole)].to_vec()
}

/// A copy with a byte that is another one.
fn changed(seed: u64, whole: &[u8]) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    let by = u8::try_from(chance(seed + 1_000_000) % 255 + 1).unwrap();
    bytes[place(seed, whole)] ^= by;
    bytes
}

/// How far a journal can be read.
fn extent(bytes: &[u8]) -> Result<Extent, Unread> {
    let (mut reader, _) = Reader::new(bytes)?;
    reader.by_ref().try_for_each(|line| line.map(drop))?;
    Ok(reader.extent())
}

/// What the program says of a damaged copy: with which status, and in which words.
fn assert_told(copy: &[u8], folder: &Path, why: &Unread, also_exported: bool) {
    let file = folder.join("damaged");
    std::fs::write(&file, copy).unwrap();
    let words = why.to_string();
    assert!(words.contains("line "), "{words}");
    let mut all = vec![&["notes", "--rehearsal"][..]];
    if also_exported {
        all.push(&["export", "--to", "md"]);
    }
    for args in all {
        let (status, said) = told(args, &file, folder);
        assert_eq!(status, Some(1), "{args:?}: {said}");
        // What stands before the damage may make no sense already.
        let early = said.contains("line 1 has a lab that cannot be played");
        assert!(said.contains(&words) || early, "{args:?}: {words}: {said}");
        assert!(!said.contains("panicked"), "{said}");
    }
}

#[test]
fn every_damage_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let (head, lines) = read(&std::fs::read(path("15-overlay.journal")).unwrap());
    let whole = written(head, &lines);
    let (mut told, mut short, mut same) = (0, 0, 0);
    for seed in 0..EACH {
        for copy in [cut(seed, &whole), changed(seed, &whole)] {
            match extent(&copy) {
                Err(why) => {
                    assert!(why.is_damage(), "{seed}: {why}");
                    assert_told(&copy, folder.path(), &why, seed % 10 == 0);
                    told += 1;
                }
                // As one that was killed leaves it.
                Ok(Extent::CutShort(line)) => {
                    assert!(copy.len() < whole.len() && line > 0);
                    short += 1;
                }
                // A bit that means nothing.
                Ok(Extent::Whole) => {
                    let text = |bytes: &[u8]| zstd::decode_all(bytes).unwrap();
                    assert_eq!(text(&copy), text(&whole));
                    same += 1;
                }
            }
        }
    }
    let all = told + short + same;
    assert!(all == 2 * EACH && told >= 190, "{told} {short} {same}");
}

#[test]
fn a_copy_that_ends_between_two_parts_is_cut_short() {
    let folder = tempfile::tempdir().unwrap();
    let (head, lines) = read(&std::fs::read(path("15-overlay.journal")).unwrap());
    let whole = written(head, &lines[..200]);
    let short = written(read(&whole).0, &lines[..40]);
    // The same up to the end of its frame: an empty last block of three bytes, and a checksum.
    let cut = &whole[..short.len() - 7];
    assert_eq!(extent(cut), Ok(Extent::CutShort(41)));
    let file = folder.path().join("short");
    std::fs::write(&file, cut).unwrap();
    let (status, said) = told(&["export", "--to", "md"], &file, folder.path());
    assert!(
        status == Some(0) && said.contains("breaks off after its line 41"),
        "{status:?} {said}"
    );
}
