//! What waits to be written to a terminal: keys, and the replies to what its program asks.

use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

/// The most keys that wait, in bytes: a large paste.
const KEYS: usize = 16 << 20;
/// The most replies that wait, in bytes. A program that asks and does not read has no end.
const REPLIES: usize = 4096;

/// What waits.
#[derive(Debug, Default)]
struct Waiting {
    keys: Vec<u8>,
    replies: Vec<u8>,
}

/// What is to be written to a terminal. Keys go first: Ctrl-C is not to wait for replies.
#[derive(Debug, Default)]
pub(super) struct Input {
    waiting: Mutex<Waiting>,
    more: Notify,
}

impl Input {
    /// What a person typed.
    pub(super) fn keys(&self, bytes: &[u8]) {
        self.add(bytes, KEYS, |waiting| &mut waiting.keys);
    }

    /// What the terminal answers.
    pub(super) fn reply(&self, bytes: &[u8]) {
        self.add(bytes, REPLIES, |waiting| &mut waiting.replies);
    }

    /// What would be too much is left out as a whole: no half of a key or a reply.
    fn add(&self, bytes: &[u8], most: usize, list: fn(&mut Waiting) -> &mut Vec<u8>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let list = list(&mut waiting);
        if !bytes.is_empty() && list.len() + bytes.len() <= most {
            list.extend_from_slice(bytes);
            self.more.notify_one();
        }
    }

    /// What is to be written next: waits for it.
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
