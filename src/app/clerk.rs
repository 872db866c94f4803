//! Writes a run down as it goes: into a file, and for those who look on.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;

use super::log::Log;
use super::tap::Tap;
use crate::scene::Head;
use crate::scene::journal::{Line, Writer};
use crate::word;

/// The thread that writes; it ends when all who tell have ended.
#[derive(Debug)]
pub(super) struct Clerk {
    thread: JoinHandle<Option<String>>,
}

/// Where it is written to.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// A file, and its path.
    pub(super) file: Option<(File, PathBuf)>,
    /// Those who look on.
    pub(super) log: Option<Arc<Log>>,
}

impl Clerk {
    /// Begins to write what is told to the tap.
    ///
    /// # Errors
    /// There can be no thread.
    pub(super) fn new(head: Head, places: Places) -> io::Result<(Self, Tap)> {
        let (to, lines) = channel();
        let write = move || {
            let log = places.log.clone();
            let trouble = write_down(&head, places, &lines);
            log.inspect(|log| log.end());
            trouble
        };
        let builder = std::thread::Builder::new().name("clerk".to_owned());
        let thread = builder.spawn(write)?;
        Ok((Self { thread }, Tap::new(to)))
    }

    /// Waits until all is written, once nobody can tell any more; what went wrong, in words.
    pub(super) fn finish(self) -> Option<String> {
        self.thread.join().ok().flatten()
    }
}

fn write_down(head: &Head, places: Places, lines: &Receiver<Line>) -> Option<String> {
    let path = places.file.as_ref().map(|(_, path)| path.clone());
    let path = path.unwrap_or_default();
    let both = Both {
        places,
        trouble: None,
    };
    let written = all(head, both, lines);
    let trouble = written.map_or_else(Some, |both| both.trouble);
    trouble.map(|why| refused(&path, &why))
}

fn refused(path: &Path, why: &io::Error) -> String {
    let (file, why) = (path.display().to_string(), why.to_string());
    word!("journal-refused", file = file, why = why)
}

fn all(head: &Head, both: Both, lines: &Receiver<Line>) -> io::Result<Both> {
    let mut writer = Writer::new(both, head)?;
    writer.flush()?;
    while let Ok(line) = lines.recv() {
        writer.write(&line)?;
        while let Ok(line) = lines.try_recv() {
            writer.write(&line)?;
        }
        // What is there now outlives this program.
        writer.flush()?;
    }
    writer.finish()
}

/// The file, until it cannot be written any longer, and the log.
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
