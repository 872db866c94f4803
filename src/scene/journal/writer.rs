//! Writes a journal.

use std::io::{self, Write};

use serde::Serialize;

use super::{Budget, Line, WINDOW};
use crate::scene::moment::Head;
use crate::scene::record;

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
        to.include_checksum(true)?;
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
        self.line(&record::Line::from(line))
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
