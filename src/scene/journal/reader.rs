//! Reads a journal.

use std::io::{self, BufRead as _, BufReader, Read};

use super::budget::LONGEST;
use super::frame::Frames;
use super::{Budget, Extent, Line, Most, Unread, WINDOW};
use crate::scene::moment::{FORMAT, Head, Moment};
use crate::scene::record;

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
        let line: record::Line = serde_json::from_slice(&self.written).ok()?;
        Some(Moment::from(line.moment).bounded())
    }
}

/// Where the bytes of a journal come from.
type Source<R> = BufReader<zstd::Decoder<'static, BufReader<Frames<R>>>>;

/// Reads a journal, moment by moment. What cannot be read is told once, and is the last
/// that is told.
pub struct Reader<R: Read> {
    from: Source<R>,
    line: Vec<u8>,
    budget: Budget,
    /// How far it goes; none while there may be more, or where it cannot be read on.
    extent: Option<Extent>,
    over: bool,
}

impl<R: Read> Reader<R> {
    /// Opens one.
    ///
    /// # Errors
    /// It is none, or one of a later version, or its head cannot be read.
    pub fn new(from: R) -> Result<(Self, Head), Unread> {
        let mut decoder = zstd::Decoder::new(Frames::new(from))?;
        decoder.window_log_max(WINDOW)?;
        let mut reader = Self {
            from: BufReader::new(decoder),
            line: Vec::new(),
            budget: Budget::default(),
            extent: None,
            over: false,
        };
        match reader.line() {
            Ok(true) => {}
            // What has a frame's beginning and no more of it is damaged.
            Ok(false) if reader.frames().has_begun() => return Err(Unread::Torn(1)),
            Err(why) if why.is_damage() && reader.frames().has_begun() => return Err(why),
            _ => return Err(Unread::None),
        }
        let head = head(&reader.line)?;
        Ok((reader, head.bounded()))
    }

    /// How far the journal goes, once there is no next moment and nothing that cannot be read.
    pub fn extent(&self) -> Extent {
        self.extent.unwrap_or(Extent::Whole)
    }

    /// The next moment, to be kept.
    ///
    /// # Errors
    /// It cannot be read; then nothing comes after it.
    pub fn keep(&mut self) -> Option<Result<Kept, Unread>> {
        let line = self.moment()?;
        Some(line.map(|line| Kept {
            at: line.at,
            drawn: matches!(line.moment, record::Moment::Drawn { .. }),
            written: self.line.as_slice().into(),
        }))
    }

    fn frames(&self) -> &Frames<R> {
        self.from.get_ref().get_ref().get_ref()
    }

    /// A line that is a moment; none at the end.
    fn moment(&mut self) -> Option<Result<record::Line, Unread>> {
        if self.over {
            return None;
        }
        let read = match self.line() {
            Ok(true) => {
                let line = serde_json::from_slice(&self.line);
                line.map_err(|_damaged| Unread::Line(self.budget.lines()))
            }
            Ok(false) => {
                self.over = true;
                return None;
            }
            Err(why) => Err(why),
        };
        self.over = read.is_err();
        Some(read)
    }

    /// Reads a whole line; whether there was one.
    fn line(&mut self) -> Result<bool, Unread> {
        self.line.clear();
        let mut part = self.from.by_ref().take(LONGEST + 1);
        let read = part.read_until(b'\n', &mut self.line);
        // At the end there is none.
        let none = self.line.is_empty();
        let before = self.budget.lines();
        let within = none || self.budget.take(&self.line) && self.budget.is_within(&Most::READ);
        let whole = self.line.ends_with(b"\n");
        match read {
            Err(why) => self.broken(&why, before),
            Ok(_) if !within => Err(Unread::TooMuch),
            Ok(_) if whole => Ok(true),
            Ok(0) => self.end(Extent::Whole),
            Ok(_) => self.end(Extent::CutShort(before)),
        }
    }

    /// Why the bytes cannot be read on behind so many whole lines.
    fn broken(&mut self, why: &io::Error, before: usize) -> Result<bool, Unread> {
        match why.kind() {
            io::ErrorKind::FileTooLarge => Err(Unread::TooMuch),
            // A writer that was killed has not ended its frame: what it wrote were whole blocks.
            io::ErrorKind::UnexpectedEof if self.frames().is_between() => {
                self.end(Extent::CutShort(before))
            }
            io::ErrorKind::UnexpectedEof => Err(Unread::Torn(before + 1)),
            _ if why.to_string() == checksum_wrong() => Err(Unread::Sum(before)),
            _ => Err(Unread::Line(before + 1)),
        }
    }

    #[allow(
        clippy::unnecessary_wraps,
        reason = "the arms that it ends are results"
    )]
    fn end(&mut self, extent: Extent) -> Result<bool, Unread> {
        self.extent = Some(extent);
        Ok(false)
    }
}

/// What zstd says of a checksum that does not fit: `ZSTD_error_checksum_wrong`, `zstd_errors.h`.
fn checksum_wrong() -> &'static str {
    zstd::zstd_safe::get_error_name(0usize.wrapping_sub(22))
}

/// The head in the first line.
fn head(line: &[u8]) -> Result<Head, Unread> {
    let head: serde_json::Value = serde_json::from_slice(line).map_err(|_none| none(line))?;
    let number = head["isolab_journal"].as_u64();
    let version = u32::try_from(number.ok_or_else(|| none(line))?).unwrap_or(u32::MAX);
    if version > FORMAT {
        return Err(Unread::Newer(version));
    }
    serde_json::from_slice(line).map_err(|_damaged| Unread::Line(1))
}

/// What a first line is that cannot be read: no journal's, or a damaged one.
fn none(line: &[u8]) -> Unread {
    if line.starts_with(b"{\"isolab_journal\":") {
        Unread::Line(1)
    } else {
        Unread::None
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Line, Unread>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = self.moment()?;
        Some(line.map(|line| Line {
            at: line.at,
            moment: Moment::from(line.moment).bounded(),
        }))
    }
}
