//! The bytes that wait to be written to a terminal: keys, and replies to queries of its program.

use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

/// The most keys that wait, in bytes: enough for a large paste.
const KEYS: usize = 16 << 20;
/// The most replies that wait, in bytes: a program may ask without end and read nothing.
const REPLIES: usize = 4096;

/// What waits.
#[derive(Debug, Default)]
struct Waiting {
    keys: Vec<u8>,
    replies: Vec<u8>,
}

/// The queue to a terminal. Keys go first: Ctrl-C must not wait behind replies.
#[derive(Debug, Default)]
pub(super) struct Input {
    waiting: Mutex<Waiting>,
    more: Notify,
}

impl Input {
    /// Adds what a person typed.
    pub(super) fn keys(&self, bytes: &[u8]) {
        self.add(bytes, KEYS, |waiting| &mut waiting.keys);
    }

    /// Adds what the terminal replies.
    pub(super) fn reply(&self, bytes: &[u8]) {
        self.add(bytes, REPLIES, |waiting| &mut waiting.replies);
    }

    /// Adds the bytes, or none of them if there is no room: never half a key or half a reply.
    fn add(&self, bytes: &[u8], most: usize, list: fn(&mut Waiting) -> &mut Vec<u8>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let list = list(&mut waiting);
        if !bytes.is_empty() && list.len() + bytes.len() <= most {
            list.extend_from_slice(bytes);
            self.more.notify_one();
        }
    }

    /// The bytes to write next; waits for them.
    pub(super) async fn next(&self) -> Vec<u8> {
        loop {
            let bytes = self.take();
            if !bytes.is_empty() {
                return bytes;
            }
            self.more.notified().await;
        }
    }

    fn take(&self) -> Vec<u8> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let next = if waiting.keys.is_empty() {
            &mut waiting.replies
        } else {
            &mut waiting.keys
        };
        std::mem::take(next)
    }
}

#[cfg(test)]
mod tests {
    use super::{Input, REPLIES};

    #[test]
    fn keys_go_first_and_replies_have_an_end() {
        let input = Input::default();
        for _ in 0..10_000 {
            input.reply(b"\x1b[1;1R");
        }
        input.keys(b"\x03");
        assert_eq!(input.take(), b"\x03");
        let replies = input.take();
        assert!(replies.len() <= REPLIES && replies.ends_with(b"R"));
        assert!(input.take().is_empty());
        input.reply(b"\x1b[0n");
        assert_eq!(input.take(), b"\x1b[0n");
    }
}
