//! Sparse files in PAX archives, as GNU tar and bsdtar write them: the map of data pieces is in PAX
//! records or before the content (tar.texi, "Sparse Formats"). The tar library itself handles the
//! old GNU format.

use std::io::{self, Read};

use tar::Entry;

/// The most pieces that a file may have.
const PIECES: usize = 100_000;
/// The block size of archives, in bytes.
const BLOCK: usize = 512;

/// The map of a sparse file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sparse {
    /// Its name, if it differs from the name of the entry.
    pub(super) name: Option<Vec<u8>>,
    /// Its length in bytes, including holes.
    pub(super) size: u64,
    pieces: Vec<Piece>,
}

/// A piece of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    offset: u64,
    bytes: u64,
}

/// The sparse records of an entry.
#[derive(Default)]
struct Records {
    sparse: Sparse,
    major: Option<u64>,
    minor: u64,
    numbers: Vec<u64>,
    said: bool,
}

impl Sparse {
    /// The map of an entry; `None` if it is an ordinary file.
    pub(super) fn of<R: Read>(entry: &mut Entry<'_, R>) -> io::Result<Option<Self>> {
        let mut records = Records::default();
        if let Some(all) = entry.pax_extensions()? {
            // A record that cannot be read is skipped here: `attributes` reports it.
            for record in all.flatten() {
                if let Some(key) = record.key_bytes().strip_prefix(b"GNU.sparse.") {
                    records.take(key, record.value_bytes())?;
                }
            }
        }
        if !records.said {
            return Ok(None);
        }
        match (records.major, records.minor) {
            (None | Some(0), _) => {}
            (Some(1), 0) => records.numbers = map(entry)?,
            (Some(major), minor) => {
                return Err(wrong(format!(
                    "holes told in format {major}.{minor} are not known"
                )));
            }
        }
        records.sparse().map(Some)
    }

    /// The content, with zeros for the holes.
    pub(super) fn fill<R: Read>(&self, inner: R) -> Filled<'_, R> {
        Filled {
            inner,
            sparse: self,
            at: 0,
            next: 0,
        }
    }
}

impl Records {
    fn take(&mut self, key: &[u8], value: &[u8]) -> io::Result<()> {
        self.said = true;
        match key {
            b"name" => self.sparse.name = Some(value.to_vec()),
            b"major" => self.major = Some(number(value)?),
            b"minor" => self.minor = number(value)?,
            b"size" | b"realsize" => self.sparse.size = number(value)?,
            b"offset" | b"numbytes" => self.numbers.push(number(value)?),
            b"map" if value.is_empty() => {}
            b"map" => {
                let numbers = value.split(|byte| *byte == b',').map(number);
                self.numbers = numbers.collect::<io::Result<_>>()?;
            }
            _ => {}
        }
        Ok(())
    }

    fn sparse(mut self) -> io::Result<Sparse> {
        if self.numbers.len() > 2 * PIECES {
            return Err(wrong(format!("more than {PIECES} pieces between holes")));
        }
        let mut end = 0;
        for pair in self.numbers.chunks(2) {
            let [offset, bytes] = *pair else {
                return Err(wrong("an offset without a length"));
            };
            let next = offset.checked_add(bytes);
            let next = next.filter(|next| offset >= end && *next <= self.sparse.size);
            end = next.ok_or_else(|| wrong("its holes overlap or lie outside"))?;
            self.sparse.pieces.push(Piece { offset, bytes });
        }
        Ok(self.sparse)
    }
}

fn wrong(why: impl Into<String>) -> io::Error {
    io::Error::other(why.into())
}

fn number(text: &[u8]) -> io::Result<u64> {
    let number = std::str::from_utf8(text)
        .ok()
        .and_then(|text| text.parse().ok());
    number.ok_or_else(|| wrong("a map of holes that is no numbers"))
}

/// Reads the map before the content, format 1.0: the number of pieces, then offset and length of
/// each, one per line, padded to whole blocks.
fn map(from: &mut impl Read) -> io::Result<Vec<u64>> {
    let (mut numbers, mut line) = (Vec::new(), Vec::new());
    loop {
        let mut block = [0; BLOCK];
        from.read_exact(&mut block)?;
        for byte in block {
            if byte != b'\n' {
                line.push(byte);
                continue;
            }
            numbers.push(number(&line)?);
            line.clear();
            let pieces = usize::try_from(numbers[0]).unwrap_or(usize::MAX);
            if pieces > PIECES {
                return Err(wrong(format!("more than {PIECES} pieces between holes")));
            }
            if numbers.len() == 1 + 2 * pieces {
                return Ok(numbers.split_off(1));
            }
        }
        if line.len() > BLOCK {
            return Err(wrong("a map of holes that is no numbers"));
        }
    }
}

/// The content of a sparse file, with its holes filled.
pub(super) struct Filled<'a, R> {
    inner: R,
    sparse: &'a Sparse,
    at: u64,
    next: usize,
}

impl<R: Read> Read for Filled<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let pieces = &self.sparse.pieces;
        while pieces
            .get(self.next)
            .is_some_and(|piece| self.at >= piece.offset + piece.bytes)
        {
            self.next += 1;
        }
        let piece = pieces.get(self.next);
        let hole = piece.map_or(self.sparse.size, |piece| piece.offset);
        let (end, in_hole) = match piece {
            Some(piece) if self.at >= hole => (piece.offset + piece.bytes, false),
            _ => (hole, true),
        };
        let most = usize::try_from(end - self.at).unwrap_or(usize::MAX);
        let most = most.min(buffer.len());
        let read = if in_hole {
            buffer[..most].fill(0);
            most
        } else {
            self.inner.read(&mut buffer[..most])?
        };
        if read == 0 && most > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at += read as u64;
        Ok(read)
    }
}
