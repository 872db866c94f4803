//! The story of a run for later followers: its events, without what the panes printed.

use std::io;

use crate::scene::journal::{Line, Writer};
use crate::scene::{Head, Moment};

/// The story so far, as a journal.
pub(super) struct Story {
    writer: Writer<Vec<u8>>,
    /// The length before the current part, in bytes before compression.
    before: u64,
    /// The last snapshot that left the run as it was: the next event may refer to it.
    passing: Option<Line>,
}

impl Story {
    /// The story of a run that begins now.
    ///
    /// # Errors
    /// There is no memory for it.
    pub(super) fn new(head: &Head) -> io::Result<Self> {
        let writer = Writer::new(Vec::new(), head)?;
        Ok(Self {
            writer,
            before: 0,
            passing: None,
        })
    }

    /// Takes a moment, if the state of the run depends on it.
    pub(super) fn take(&mut self, line: &Line) -> io::Result<()> {
        match line.moment {
            Moment::Event { .. }
            | Moment::Anew(..)
            | Moment::Resumed(_)
            | Moment::Language(_)
            | Moment::Look(_) => {
                self.catch_up()?;
                self.writer.write(line)
            }
            _ => Ok(()),
        }
    }

    /// Takes a snapshot that left the run as it was; only the last of them is written.
    pub(super) fn pass(&mut self, line: Line) {
        self.passing = Some(line);
    }

    fn catch_up(&mut self) -> io::Result<()> {
        let passing = self.passing.take();
        passing.map_or(Ok(()), |line| self.writer.write(&line))
    }

    /// The length so far, in bytes before compression.
    pub(super) fn length(&self) -> u64 {
        self.before + self.writer.length()
    }

    /// The preface of the next part: the story so far, then the current screen, `now`.
    pub(super) fn preface(&mut self, now: &[Line]) -> io::Result<Vec<u8>> {
        self.catch_up()?;
        self.before = self.length();
        let writer = std::mem::replace(&mut self.writer, Writer::more(Vec::new())?);
        let story = writer.finish()?;
        let mut preface = Writer::more(story.clone())?;
        for line in now {
            preface.write(line)?;
        }
        self.writer = Writer::more(story)?;
        preface.finish()
    }
}
