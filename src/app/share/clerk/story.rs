//! What happened to a run, without what was printed: for those who come later.

use std::io;

use crate::scene::journal::{Line, Writer};
use crate::scene::{Head, Moment};

/// What happened to a run so far, as a journal.
pub(super) struct Story {
    writer: Writer<Vec<u8>>,
    /// How long it was before the present part, in bytes before they are compressed.
    before: u64,
    /// The last snapshot after which the run was as before: the next event may look at it.
    passing: Option<Line>,
}

impl Story {
    /// Of a run that begins.
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

    /// Takes a moment, if the run would be another one without it.
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

    /// Takes a snapshot after which the run is as before; only the last one is told.
    pub(super) fn pass(&mut self, line: Line) {
        self.passing = Some(line);
    }

    fn catch_up(&mut self) -> io::Result<()> {
        let passing = self.passing.take();
        passing.map_or(Ok(()), |line| self.writer.write(&line))
    }

    /// How long it is, in bytes before they are compressed.
    pub(super) fn length(&self) -> u64 {
        self.before + self.writer.length()
    }

    /// What happened so far, and what is seen now.
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
