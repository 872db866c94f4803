//! Writes the moments of a run as they happen: into a journal, and into the log for followers.

mod story;

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::log::Log;
use crate::app::Lack;
use crate::app::run::tap::{Flow, Note, Tap};
use crate::scene::Head;
use crate::scene::journal::{Line, Most, Writer};
use crate::sys::thread;
use crate::word::later::{Later, later_word};
use story::Story;

/// Limits of what is written and kept. A journal gets no longer than readers accept.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// The longest journal.
    journal: Most,
    /// The length of a part of the log, in bytes. A later follower reads a preface and the current
    /// part, not the parts before.
    part: u64,
    /// The longest story for later followers, in bytes.
    story: u64,
}

const LIMITS: Limits = Limits {
    journal: Most::WRITTEN,
    part: 32 << 20,
    story: 128 << 20,
};

/// The thread that writes; it ends when all taps are dropped.
#[derive(Debug)]
pub(crate) struct Clerk {
    thread: JoinHandle<Option<Later>>,
    trouble: Trouble,
}

/// The last failure that the screen has not shown yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trouble(Arc<Mutex<Option<Later>>>);

impl Trouble {
    fn tell(&self, words: Later) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(words);
    }

    /// Takes the failure, in words; each is returned once.
    pub(crate) fn take(&self) -> Option<String> {
        let mut trouble = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.take().map(|words| words.to_string())
    }
}

/// Where a run is written to.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// A file, and its path.
    pub(crate) file: Option<(File, PathBuf)>,
    /// The log for followers.
    pub(crate) log: Option<Arc<Log>>,
}

impl Clerk {
    /// Starts the thread; it writes what the returned tap is told.
    ///
    /// # Errors
    /// The thread cannot be started.
    pub(crate) fn new(head: Head, places: Places) -> Result<(Self, Tap), Lack> {
        Self::within(LIMITS, head, places)
    }

    fn within(limits: Limits, head: Head, places: Places) -> Result<(Self, Tap), Lack> {
        let (to, notes) = channel();
        let flow = Arc::new(Flow::default());
        let trouble = Trouble::default();
        let tap = Tap::limited(to, Arc::clone(&flow));
        let told = trouble.clone();
        let teller = Teller { notes, flow, told };
        let thread = thread::start("clerk", move || write(&head, places, limits, teller))
            .map_err(Lack::from)?;
        Ok((Self { thread, trouble }, tap))
    }

    /// A handle to the failures while it writes.
    pub(crate) fn trouble(&self) -> Trouble {
        self.trouble.clone()
    }

    /// Waits until everything is written, after all taps were dropped; returns why the journal is
    /// incomplete, in words.
    pub(crate) fn finish(self) -> Option<String> {
        let trouble = match self.thread.join() {
            Ok(trouble) => trouble,
            Err(_panic) => Some(later_word!("journal-died")),
        };
        trouble.map(|words| words.to_string())
    }
}

/// The clerk's ends of the channel: the notes, the flow of the taps, and the failures.
struct Teller {
    notes: Receiver<Note>,
    flow: Arc<Flow>,
    told: Trouble,
}

/// Writes all that is told, and ends the log; returns why the journal is incomplete.
fn write(head: &Head, places: Places, limits: Limits, teller: Teller) -> Option<Later> {
    let log = places.log.clone();
    let trouble = write_down(head, places, limits, teller);
    if let Some(log) = log {
        log.end();
    }
    trouble
}

fn write_down(head: &Head, places: Places, limits: Limits, teller: Teller) -> Option<Later> {
    let file = places.file.as_ref();
    let path = file.map_or_else(String::new, |(_, path)| path.display().to_string());
    let desk = Desk::new(head, places, limits, teller);
    match desk.and_then(Desk::serve) {
        Ok(why) => why,
        Err(why) => Some(refused(&path, &why)),
    }
}

fn refused(file: &str, why: &io::Error) -> Later {
    later_word!("journal-refused", file = file, why = why.to_string())
}

/// The target of the writer: the file, until a write fails, and the log.
struct Both {
    places: Places,
    trouble: Option<io::Error>,
}

impl Write for Both {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some((file, _)) = &mut self.places.file
            && let Err(why) = file.write_all(bytes)
        {
            self.trouble = Some(why);
            self.places.file = None;
        }
        if let Some(log) = &self.places.log {
            log.add(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The state of the clerk's thread.
struct Desk {
    writer: Writer<Both>,
    /// The story for later followers; `None` without a log.
    story: Option<Story>,
    path: String,
    /// Why the journal is incomplete.
    why: Option<Later>,
    limits: Limits,
    teller: Teller,
}

impl Desk {
    fn new(head: &Head, places: Places, limits: Limits, teller: Teller) -> io::Result<Self> {
        let path = places.file.as_ref().map(|(_, path)| path.clone());
        let story = places.log.as_ref().map(|_| Story::new(head));
        let both = Both {
            places,
            trouble: None,
        };
        Ok(Self {
            writer: Writer::new(both, head)?,
            story: story.transpose()?,
            path: path.unwrap_or_default().display().to_string(),
            why: None,
            limits,
            teller,
        })
    }

    /// Writes until all taps are dropped; returns why the journal is incomplete.
    fn serve(mut self) -> io::Result<Option<Later>> {
        self.writer.flush()?;
        while let Ok(note) = self.teller.notes.recv() {
            self = self.take(note)?;
            while let Ok(note) = self.teller.notes.try_recv() {
                self = self.take(note)?;
            }
            // What was flushed survives this program.
            self.writer.flush()?;
            self = self.look()?;
        }
        let both = self.writer.finish()?;
        let broken = both.trouble.map(|why| refused(&self.path, &why));
        Ok(self.why.or(broken))
    }

    fn take(mut self, note: Note) -> io::Result<Self> {
        match note {
            Note::Line(line) => {
                self.write(&line)?;
                if let Some(story) = &mut self.story {
                    story.take(&line)?;
                }
            }
            Note::Passing(line) => {
                self.write(&line)?;
                if let Some(story) = &mut self.story {
                    story.pass(line);
                }
            }
            // The current screen was asked for twice before it came.
            Note::Fresh(_) if self.writer.length() <= self.limits.part => return Ok(self),
            Note::Fresh(lines) => return self.part(&lines),
        }
        self.limit()
    }

    fn write(&mut self, line: &Line) -> io::Result<()> {
        self.teller.flow.written(line);
        self.writer.write(line)
    }

    /// Begins a new part. Its preface tells later followers the story and the current screen,
    /// `now`.
    fn part(mut self, now: &[Line]) -> io::Result<Self> {
        self.writer = self.writer.part()?;
        if let (Some(log), Some(story)) = (&self.writer.to().places.log, &mut self.story) {
            log.part(story.preface(now)?);
        }
        Ok(self)
    }

    /// Ends the file or the log if it is too long; asks for the current screen if a part is full.
    fn limit(mut self) -> io::Result<Self> {
        let limits = self.limits;
        let too_much = !self.writer.written().is_within(&limits.journal);
        if self.writer.to().places.file.is_some() && too_much {
            // What is there is whole, though the run is not.
            self.writer = self.writer.part()?;
            self.end_file(self.full());
        }
        if self.writer.length() > limits.part && self.story.is_some() {
            self.teller.flow.ask();
        }
        if self
            .story
            .as_ref()
            .is_some_and(|story| story.length() > limits.story)
        {
            self.end_log(later_word!("share-full"));
        }
        Ok(self)
    }

    fn full(&self) -> Later {
        later_word!(
            "journal-full",
            file = &self.path,
            length = (self.limits.journal.bytes >> 20).to_string(),
            lines = self.limits.journal.lines.to_string()
        )
    }

    /// Ends what can no longer be complete: after a failed write, or when the taps were closed.
    fn look(mut self) -> io::Result<Self> {
        let both = self.writer.to_mut();
        if let Some(why) = both.trouble.take() {
            self.end_file(refused(&self.path.clone(), &why));
        }
        if !self.teller.flow.is_closed() {
            return Ok(self);
        }
        // The taps were closed because too much was waiting: whatever is open is incomplete.
        self.end_log(later_word!("share-slow"));
        if self.writer.to().places.file.is_some() {
            self.writer = self.writer.part()?;
            self.end_file(later_word!("journal-slow", file = &self.path));
        }
        Ok(self)
    }

    /// Stops writing the file; `why` is shown and returned at the end.
    fn end_file(&mut self, why: Later) {
        self.teller.told.tell(why.clone());
        self.why = Some(why);
        self.writer.to_mut().places.file = None;
        self.close();
    }

    /// Stops the log: nobody can follow any more.
    fn end_log(&mut self, why: Later) {
        self.story = None;
        if let Some(log) = self.writer.to_mut().places.log.take() {
            log.end();
            self.teller.told.tell(why);
        }
        self.close();
    }

    fn close(&self) {
        let places = &self.writer.to().places;
        if places.file.is_none() && places.log.is_none() {
            self.teller.flow.close();
        }
    }
}

#[cfg(test)]
mod tests;
