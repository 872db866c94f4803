//! A journal as bytes that grow: one thread adds to them, others read along.

use std::io::{self, Read};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// What was written so far, and whether that is all.
#[derive(Debug, Default)]
struct Written {
    bytes: Vec<u8>,
    ended: bool,
    /// More came than is kept.
    cut: bool,
}

/// A journal that grows.
#[derive(Debug, Default)]
pub(super) struct Log {
    written: Mutex<Written>,
    more: Condvar,
}

impl Log {
    /// Adds bytes at its end.
    pub(super) fn add(&self, bytes: &[u8]) {
        self.lock().bytes.extend_from_slice(bytes);
        self.more.notify_all();
    }

    /// Says that more came than is kept: who reads along is told at the end of what is there.
    pub(super) fn cut(&self) {
        self.lock().cut = true;
        self.end();
    }

    /// Says that this was all.
    pub(super) fn end(&self) {
        self.lock().ended = true;
        self.more.notify_all();
    }

    /// What is there behind the first `from` bytes: waits for it; empty at the end.
    ///
    /// # Errors
    /// More came than is kept.
    fn after(&self, from: usize, most: usize) -> io::Result<Vec<u8>> {
        let nothing_yet = |written: &mut Written| written.bytes.len() <= from && !written.ended;
        let written = self.more.wait_while(self.lock(), nothing_yet);
        let written = written.unwrap_or_else(PoisonError::into_inner);
        let end = written.bytes.len().min(from + most);
        let bytes = written.bytes.get(from..end).unwrap_or_default();
        if bytes.is_empty() && written.cut {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(bytes.to_vec())
    }

    fn lock(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads a log from its start, as it grows.
#[derive(Debug)]
pub(super) struct Along<L> {
    log: L,
    at: usize,
}

impl<L> Along<L> {
    /// At the start.
    pub(super) fn new(log: L) -> Self {
        Self { log, at: 0 }
    }
}

impl<L: std::ops::Deref<Target = Log>> Read for Along<L> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.log.after(self.at, buffer.len())?;
        buffer[..bytes.len()].copy_from_slice(&bytes);
        self.at += bytes.len();
        Ok(bytes.len())
    }
}
