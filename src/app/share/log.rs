//! A journal as growing bytes: one thread adds to them, others read along.

use std::io::{self, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::app::aside::Aside;

/// The bytes that are kept, and whether they are complete.
#[derive(Debug, Default)]
struct Written {
    bytes: Vec<u8>,
    /// How many bytes were dropped before the first of these.
    base: usize,
    /// Where the current part begins: a new reader continues here after the preface.
    part: usize,
    /// What a new reader gets instead of everything before the current part.
    preface: Arc<Vec<u8>>,
    ended: bool,
    /// More came than is kept.
    cut: bool,
}

impl Written {
    /// Whether the byte at an offset has not come yet, and may come.
    fn is_awaited(&self, offset: usize) -> bool {
        self.base + self.bytes.len() <= offset && offset >= self.base && !self.ended
    }
}

/// A journal that grows.
#[derive(Debug, Default)]
pub(crate) struct Log {
    written: Mutex<Written>,
    more: Condvar,
}

impl Log {
    /// Adds bytes at its end.
    pub(crate) fn add(&self, bytes: &[u8]) {
        self.lock().bytes.extend_from_slice(bytes);
        self.more.notify_all();
    }

    /// Says that more came than is kept: readers get an error after the bytes that are there.
    pub(crate) fn cut(&self) {
        self.lock().cut = true;
        self.end();
    }

    /// Begins a new part: a new reader gets `preface`, then the part. Readers in the part before
    /// continue; readers further behind have reached the end.
    pub(crate) fn part(&self, preface: Vec<u8>) {
        let mut written = self.lock();
        let old = written.part - written.base;
        written.bytes.drain(..old);
        written.base = written.part;
        written.part = written.base + written.bytes.len();
        written.preface = Arc::new(preface);
    }

    /// Says that this was all.
    pub(crate) fn end(&self) {
        self.lock().ended = true;
        self.more.notify_all();
    }

    /// The bytes from the offset `from` on, at most `most`; waits for them. Empty at the end.
    ///
    /// # Errors
    /// More came than is kept.
    fn after(&self, from: usize, most: usize) -> io::Result<Vec<u8>> {
        let waited = self
            .more
            .wait_while(self.lock(), |now| now.is_awaited(from));
        let written = waited.unwrap_or_else(PoisonError::into_inner);
        let Some(from) = from.checked_sub(written.base) else {
            return Ok(Vec::new());
        };
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

/// Reads a log from its preface on, as it grows.
#[derive(Debug)]
pub(crate) struct Along<L> {
    log: L,
    preface: Arc<Vec<u8>>,
    /// How much of the preface was read.
    read: usize,
    at: usize,
}

impl<L: std::ops::Deref<Target = Log>> Along<L> {
    /// At the start. Whoever reads waits for more.
    pub(crate) fn new(_aside: &Aside, log: L) -> Self {
        let written = log.lock();
        let (preface, at) = (Arc::clone(&written.preface), written.part);
        drop(written);
        Self {
            log,
            preface,
            read: 0,
            at,
        }
    }
}

impl<L: std::ops::Deref<Target = Log>> Read for Along<L> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut preface = self.preface.get(self.read..).unwrap_or_default();
        if !preface.is_empty() {
            let count = preface.read(buffer)?;
            self.read += count;
            return Ok(count);
        }
        let bytes = self.log.after(self.at, buffer.len())?;
        buffer[..bytes.len()].copy_from_slice(&bytes);
        self.at += bytes.len();
        Ok(bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::{Along, Aside, Log};

    #[test]
    fn who_comes_later_reads_a_preface_and_what_comes_then() {
        let log = Log::default();
        log.add(b"one ");
        let mut first = Along::new(&Aside::of_a_test(), &log);
        let mut slow = Along::new(&Aside::of_a_test(), &log);
        let mut read = [0; 2];
        assert_eq!(slow.read(&mut read).ok(), Some(2));
        log.part(b"[one] ".to_vec());
        log.add(b"two ");
        let mut second = Along::new(&Aside::of_a_test(), &log);
        let mut all = [0; 8];
        assert_eq!(first.read(&mut all).ok(), Some(8));
        log.part(b"[one two] ".to_vec());
        log.add(b"three");
        log.end();
        let read = |along: &mut Along<&Log>| {
            let mut text = String::new();
            along.read_to_string(&mut text).map(|_| text).ok()
        };
        assert_eq!(read(&mut first).as_deref(), Some("three"));
        assert_eq!(read(&mut second).as_deref(), Some("[one] two three"));
        let mut third = Along::new(&Aside::of_a_test(), &log);
        assert_eq!(read(&mut third).as_deref(), Some("[one two] three"));
        assert_eq!(read(&mut slow).as_deref(), Some(""));
    }
}
