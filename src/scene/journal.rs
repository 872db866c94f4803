//! A run as it is written down: lines of JSON, compressed with zstd (RFC 8878), the head
//! first, then each moment with when it was. What was written before a break is read.
//!
//! A journal may come from anybody, and a few bytes can stand for very many: there is an end
//! to what is read.

mod budget;

use std::io::{self, BufRead, BufReader, Read, Write};

use serde::{Deserialize, Serialize};

use super::moment::{FORMAT, Head, Moment};
use crate::word;
use budget::{LARGEST, LINES, LONGEST};

pub use budget::{Budget, Most};

/// What a journal begins with, as all that zstd has compressed (RFC 8878, 3.1.1).
pub const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
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
    written: Budget,
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
        Ok(Self {
            to,
            length: 0,
            written: Budget::default(),
        })
    }

    /// Ends a part, and begins another that goes on behind it: how much a reader of all of
    /// them has to take is known further on.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn part(self) -> io::Result<Self> {
        let written = self.written.clone();
        let next = Self::more(self.to.finish()?)?;
        Ok(Self { written, ..next })
    }

    /// How much there is to read from the first part on.
    pub fn written(&self) -> &Budget {
        &self.written
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
        self.written.take(&line);
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
    /// It cannot be read to its end.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// It cannot be read on.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Why a journal is not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// There is more in it than is read.
    #[error("{}", word!("journal-too-much", bytes = LARGEST >> 20, lines = LINES, line = LONGEST >> 20))]
    TooMuch,
    /// A line of it is no moment, or is damaged.
    #[error("{}", word!("journal-line", line = *line))]
    Line {
        /// Its number from 1; the head is the first.
        line: usize,
    },
}

/// How far a journal goes that was read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// As far as the run went.
    Whole,
    /// The run was killed while it was written down: what came before is there.
    CutShort,
}

/// The most bytes of a compressed journal.
pub const COMPRESSED: u64 = LARGEST;

/// A moment as it is kept: as it was written, which takes the least room.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Milliseconds since the journal was begun.
    pub at: u64,
    /// Whether the screen was drawn.
    pub drawn: bool,
    written: Box<[u8]>,
}

impl Kept {
    /// What happened.
    pub fn moment(&self) -> Option<Moment> {
        let line: Line = serde_json::from_slice(&self.written).ok()?;
        Some(line.moment.bounded())
    }
}

/// Reads a journal, moment by moment.
pub struct Reader<R: Read> {
    from: BufReader<zstd::Decoder<'static, BufReader<R>>>,
    line: Vec<u8>,
    budget: Budget,
    /// What it came to; none while there may be more.
    end: Option<Result<Extent, Broken>>,
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
            budget: Budget::default(),
            end: None,
        };
        let known = reader.line().is_some();
        if reader.end == Some(Err(Broken::TooMuch)) {
            return Err(Broken::TooMuch.into());
        }
        let line = known.then_some(&reader.line).ok_or(Unread::None)?;
        let version: serde_json::Value =
            serde_json::from_slice(line).map_err(|_none| Unread::None)?;
        let version = version["isolab_journal"].as_u64().ok_or(Unread::None)?;
        let version = u32::try_from(version).unwrap_or(u32::MAX);
        if version > FORMAT {
            return Err(Unread::Newer(version));
        }
        let head: Head = serde_json::from_slice(line).map_err(|_none| Unread::None)?;
        Ok((reader, head.bounded()))
    }

    /// Once there is no next moment: how far it goes.
    ///
    /// # Errors
    /// There is more that is not read.
    pub fn end(&self) -> Result<Extent, Broken> {
        self.end.unwrap_or(Ok(Extent::Whole))
    }

    /// The next moment, to be kept; `None` at the end, and where it breaks off.
    pub fn keep(&mut self) -> Option<Kept> {
        let line = self.moment()?;
        Some(Kept {
            at: line.at,
            drawn: matches!(line.moment, Moment::Drawn { .. }),
            written: self.line.as_slice().into(),
        })
    }

    /// A line that is a moment.
    fn moment(&mut self) -> Option<Line> {
        let line = serde_json::from_slice(self.line()?);
        line.map_err(|_damaged| self.stop(Err(self.damaged()))).ok()
    }

    /// The line that was read last cannot be understood.
    fn damaged(&self) -> Broken {
        Broken::Line {
            line: self.budget.lines(),
        }
    }

    fn stop(&mut self, end: Result<Extent, Broken>) {
        self.end = Some(end);
    }

    /// A whole line.
    fn line(&mut self) -> Option<&[u8]> {
        if self.end.is_some() {
            return None;
        }
        self.line.clear();
        let mut part = self.from.by_ref().take(LONGEST + 1);
        let read = part.read_until(b'\n', &mut self.line);
        // At the end there is none.
        let none = self.line.is_empty();
        let within = none || self.budget.take(&self.line) && self.budget.is_within(&Most::READ);
        let end = match read {
            Err(why) if why.kind() == io::ErrorKind::FileTooLarge => Err(Broken::TooMuch),
            // What was killed has not ended its compression.
            Err(why) if why.kind() == io::ErrorKind::UnexpectedEof => Ok(Extent::CutShort),
            // What could not be read at all was not counted.
            Err(_) => Err(Broken::Line {
                line: self.budget.lines() + usize::from(none),
            }),
            Ok(_) if !within => Err(Broken::TooMuch),
            Ok(_) if self.line.ends_with(b"\n") => return Some(&self.line),
            Ok(0) => Ok(Extent::Whole),
            Ok(_) => Ok(Extent::CutShort),
        };
        self.stop(end);
        None
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Line;

    /// The next moment; `None` at the end, and where it breaks off.
    fn next(&mut self) -> Option<Line> {
        let line = self.moment()?;
        Some(Line {
            moment: line.moment.bounded(),
            ..line
        })
    }
}
