//! A run as it is written down: lines of JSON, compressed with zstd (RFC 8878), the head
//! first, then each moment with when it was. What was written before a break is read.

use std::io::{self, BufRead, BufReader, Read, Write};

use serde::{Deserialize, Serialize};

use super::moment::{FORMAT, Head, Moment};

/// What a journal begins with, as all that zstd has compressed (RFC 8878, 3.1.1).
pub const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// The most that a line may have, in bytes: one snapshot.
const LONGEST: u64 = 64 << 20;
/// How far back the compression looks, as a power of two: over many snapshots.
const WINDOW: u32 = 23;

/// A moment, and when it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Line {
    /// Milliseconds since the journal was begun.
    pub at: u64,
    /// What happened.
    pub moment: Moment,
}

/// Writes a journal.
pub struct Writer<W: Write> {
    to: zstd::Encoder<'static, W>,
    length: u64,
}

impl<W: Write> Writer<W> {
    /// Begins one.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn new(to: W, head: &Head) -> io::Result<Self> {
        let mut writer = Self::more(to)?;
        writer.line(head)?;
        Ok(writer)
    }

    /// Goes on with one in a part that can be read for itself, behind a head.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn more(to: W) -> io::Result<Self> {
        let mut to = zstd::Encoder::new(to, 1)?;
        to.window_log(WINDOW)?;
        Ok(Self { to, length: 0 })
    }

    /// How long it is, or its part, in bytes before they are compressed.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// What it is written to.
    pub fn to(&self) -> &W {
        self.to.get_ref()
    }

    /// The same, to be told something else.
    pub fn to_mut(&mut self) -> &mut W {
        self.to.get_mut()
    }

    /// Writes a moment; it may be kept back until `flush`.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&mut self, line: &Line) -> io::Result<()> {
        self.line(line)
    }

    /// Writes all that was kept back.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }

    /// Ends it.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(self) -> io::Result<W> {
        self.to.finish()
    }

    fn line(&mut self, value: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        self.length += line.len() as u64;
        self.to.write_all(&line)
    }
}

/// Why a journal cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    /// It is none.
    #[error("no journal of isolab")]
    None,
    /// A later version has written it.
    #[error("a journal of format {0}, of a later isolab")]
    Newer(u32),
    /// It cannot be read on.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Reads a journal, moment by moment.
pub struct Reader<R: Read> {
    from: BufReader<zstd::Decoder<'static, BufReader<R>>>,
    line: Vec<u8>,
}

impl<R: Read> Reader<R> {
    /// Opens one.
    ///
    /// # Errors
    /// It is none, or one of a later version.
    pub fn new(from: R) -> Result<(Self, Head), Unread> {
        let mut decoder = zstd::Decoder::new(from)?;
        decoder.window_log_max(WINDOW)?;
        let mut reader = Self {
            from: BufReader::new(decoder),
            line: Vec::new(),
        };
        let line = reader.line().ok().flatten().ok_or(Unread::None)?;
        let version: serde_json::Value =
            serde_json::from_slice(line).map_err(|_none| Unread::None)?;
        let version = version["isolab_journal"].as_u64().ok_or(Unread::None)?;
        let version = u32::try_from(version).unwrap_or(u32::MAX);
        if version > FORMAT {
            return Err(Unread::Newer(version));
        }
        let head = serde_json::from_slice(line).map_err(|_none| Unread::None)?;
        Ok((reader, head))
    }

    /// A whole line.
    fn line(&mut self) -> io::Result<Option<&[u8]>> {
        self.line.clear();
        let mut part = self.from.by_ref().take(LONGEST);
        part.read_until(b'\n', &mut self.line)?;
        Ok(self.line.ends_with(b"\n").then_some(&self.line))
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Line;

    /// The next moment; `None` at the end, and where it breaks off.
    fn next(&mut self) -> Option<Line> {
        let line = self.line().ok().flatten()?;
        serde_json::from_slice(line).ok()
    }
}
