//! Random changes of an input: bytes, numbers, words, pieces.

use std::path::Path;

use proptest::prelude::*;
use proptest::sample::Index;

/// Words that mean something to some reader, or overflow it.
const WORDS: [&[u8]; 28] = [
    b" ",
    b"\0",
    b"\n",
    b"-1",
    b"0",
    b"18446744073709551615",
    b"9223372036854775808",
    b"4294967296",
    b"99999999999999999999999999",
    b"1e999",
    b"\\040",
    b"\\",
    b"\"",
    b"'",
    b"{",
    b"}",
    b"[",
    b"]",
    b": ",
    b" - ",
    b"../",
    b"/",
    b"null",
    b"true",
    b"\x1b[2J",
    "\u{202e}".as_bytes(),
    b"\xff\xfe",
    "é".as_bytes(),
];
/// Numbers at the limits of integer types.
const NUMBERS: [u64; 14] = [
    0,
    1,
    3,
    4,
    5,
    16,
    127,
    128,
    255,
    0xffff,
    0x7fff_ffff,
    0xffff_ffff,
    0x7fff_ffff_ffff_ffff,
    u64::MAX,
];
/// The largest changed input, in bytes.
const LARGEST: usize = 1 << 20;

/// One change of an input.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Byte(Index, u8),
    Bit(Index, u8),
    Put(Index, Vec<u8>),
    /// Inserts one of `WORDS`.
    Word(Index, Index),
    /// Replaces a word by one from any input.
    Other(Index, Index),
    /// Writes a number of 1, 2, 4 or 8 bytes, in native or network order.
    Number(Index, Index, u8, bool),
    Take(Index, u16),
    /// Inserts copies of a piece elsewhere.
    Again(Index, Index, u16, u8),
    /// Cuts off the rest.
    End(Index),
    /// Continues with the rest of another input.
    Mix(Index, Index, Index),
}

/// Any input and one to six changes.
pub(super) fn strategy() -> impl Strategy<Value = Changed> {
    (any::<Index>(), prop::collection::vec(change(), 1..7))
}

/// The inputs of a folder.
pub(super) struct Corpus {
    pub(super) files: Vec<Vec<u8>>,
    /// All words in them.
    words: Vec<Vec<u8>>,
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    prop_oneof![
        3 => (at(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        3 => (at(), 0..8_u8).prop_map(|(at, bit)| Change::Bit(at, bit)),
        1 => (at(), prop::collection::vec(any::<u8>(), 1..9)).prop_map(|(at, b)| Change::Put(at, b)),
        3 => (at(), at()).prop_map(|(at, word)| Change::Word(at, word)),
        4 => (at(), at()).prop_map(|(at, word)| Change::Other(at, word)),
        3 => (at(), at(), 0..4_u8, any::<bool>())
            .prop_map(|(at, number, size, swap)| Change::Number(at, number, size, swap)),
        2 => (at(), 1..400_u16).prop_map(|(at, long)| Change::Take(at, long)),
        2 => (at(), at(), 1..400_u16, 1..9_u8)
            .prop_map(|(from, to, long, times)| Change::Again(from, to, long, times)),
        1 => at().prop_map(Change::End),
        1 => (at(), at(), at()).prop_map(|(at, other, from)| Change::Mix(at, other, from)),
    ]
}

/// The index of an input, and its changes.
pub(super) type Changed = (Index, Vec<Change>);

impl Corpus {
    /// Reads the inputs of a folder.
    pub(super) fn open(folder: &Path) -> Self {
        let mut paths: Vec<_> = std::fs::read_dir(folder)
            .unwrap_or_else(|why| panic!("{}: {why}", folder.display()))
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        let files: Vec<Vec<u8>> = paths.iter().map(|p| std::fs::read(p).unwrap()).collect();
        assert!(!files.is_empty(), "no input in {}", folder.display());
        let words = files
            .iter()
            .flat_map(|file| spans(file).map(|s| file[s].to_vec()));
        let mut words: Vec<Vec<u8>> = words.collect();
        words.sort();
        words.dedup();
        Self { files, words }
    }

    /// The changed input.
    pub(super) fn changed(&self, changed: &Changed) -> Vec<u8> {
        let (which, changes) = changed;
        let mut bytes = which.get(&self.files).clone();
        for change in changes {
            self.apply(change, &mut bytes);
            bytes.truncate(LARGEST);
        }
        bytes
    }

    fn apply(&self, change: &Change, bytes: &mut Vec<u8>) {
        let place = |at: &Index, bytes: &[u8]| at.index(bytes.len() + 1);
        match change {
            Change::Byte(at, byte) => {
                let at = place(at, bytes);
                bytes.splice(at..(at + 1).min(bytes.len()), [*byte]);
            }
            Change::Bit(at, bit) => {
                let at = place(at, bytes);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << bit;
                }
            }
            Change::Put(at, more) => put(bytes, place(at, bytes), more),
            Change::Word(at, word) => put(bytes, place(at, bytes), WORDS[word.index(WORDS.len())]),
            Change::Other(at, word) => self.other(bytes, *at, *word),
            Change::Number(at, number, size, swap) => {
                let long = 1 << size;
                let number = NUMBERS[number.index(NUMBERS.len())].to_le_bytes();
                let mut number = number[..long].to_vec();
                if *swap {
                    number.reverse();
                }
                let at = place(at, bytes) / long * long;
                let end = (at + long).min(bytes.len());
                bytes.splice(at..end, number);
            }
            Change::Take(at, long) => {
                let at = place(at, bytes);
                let end = (at + usize::from(*long)).min(bytes.len());
                bytes.drain(at..end);
            }
            Change::Again(from, to, long, times) => {
                let (from, to) = (place(from, bytes), place(to, bytes));
                let end = (from + usize::from(*long)).min(bytes.len());
                let piece = bytes[from..end].repeat(usize::from(*times));
                put(bytes, to, &piece);
            }
            Change::End(at) => bytes.truncate(place(at, bytes)),
            Change::Mix(at, other, from) => {
                bytes.truncate(place(at, bytes));
                let other = other.get(&self.files);
                bytes.extend(&other[from.index(other.len() + 1)..]);
            }
        }
    }

    /// Replaces a word by one from any input.
    fn other(&self, bytes: &mut Vec<u8>, at: Index, word: Index) {
        let here: Vec<_> = spans(bytes).collect();
        if !here.is_empty() && !self.words.is_empty() {
            bytes.splice(at.get(&here).clone(), word.get(&self.words).iter().copied());
        }
    }
}

fn put(bytes: &mut Vec<u8>, at: usize, more: &[u8]) {
    bytes.splice(at..at, more.iter().copied());
}

/// The ranges of words: runs of letters and digits.
fn spans(bytes: &[u8]) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
    let is_word = |at: usize| bytes[at].is_ascii_alphanumeric();
    let begins = move |at: &usize| is_word(*at) && (*at == 0 || !is_word(*at - 1));
    (0..bytes.len()).filter(begins).map(move |at| {
        let long = bytes[at..].iter().take_while(|b| b.is_ascii_alphanumeric());
        at..at + long.count()
    })
}
