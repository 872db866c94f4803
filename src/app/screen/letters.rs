//! Letters that ask for something, and letters of a person who believes to be in a shell: these
//! come in quick succession, and none of them is obeyed.

use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent};

/// How long a letter waits for the next one.
const PAUSE: Duration = Duration::from_millis(200);

/// The letter that waits.
#[derive(Debug, Default)]
pub(super) struct Letters(Option<Waiting>);

#[derive(Clone, Copy, Debug)]
struct Waiting {
    key: KeyEvent,
    letter: char,
    until: Instant,
}

/// What keys turn out to be.
#[derive(Debug, PartialEq)]
pub(super) enum Heard {
    /// Keys to be obeyed, in their order; none while a letter waits.
    Keys(Vec<KeyEvent>),
    /// The first letters of a line that somebody types.
    Line(String),
}

impl Letters {
    /// Takes a key; `may_be_typed` tells a letter that may belong to a line.
    pub(super) fn hear(&mut self, key: KeyEvent, may_be_typed: bool, now: Instant) -> Heard {
        let first = self.0.take();
        let letter = match key.code {
            KeyCode::Char(letter) if may_be_typed => letter,
            _ => {
                return Heard::Keys(
                    first
                        .map(|first| first.key)
                        .into_iter()
                        .chain([key])
                        .collect(),
                );
            }
        };
        if let Some(first) = first
            && now < first.until
            // A key that is held down comes again and again.
            && first.letter != letter
        {
            return Heard::Line([first.letter, letter].into_iter().collect());
        }
        let until = now + PAUSE;
        self.0 = Some(Waiting { key, letter, until });
        Heard::Keys(first.map(|first| first.key).into_iter().collect())
    }

    /// When the letter that waits is to be obeyed.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.0.map(|waiting| waiting.until)
    }

    /// The letter that has waited long enough.
    pub(super) fn due(&mut self, now: Instant) -> Option<KeyEvent> {
        let waited = self.0.is_some_and(|waiting| waiting.until <= now);
        self.0.take_if(|_| waited).map(|waiting| waiting.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode) -> KeyEvent {
        code.into()
    }

    fn char(letter: char) -> KeyEvent {
        key(KeyCode::Char(letter))
    }

    #[test]
    fn a_letter_alone_is_obeyed_after_a_while() {
        let (mut letters, now) = (Letters::default(), Instant::now());
        assert_eq!(letters.hear(char('h'), true, now), Heard::Keys(vec![]));
        assert_eq!(letters.due(now), None);
        assert_eq!(letters.due(now + PAUSE), Some(char('h')));
        assert_eq!(letters.due(now + PAUSE), None);
    }

    #[test]
    fn quick_letters_are_a_line_and_none_is_obeyed() {
        let (mut letters, now) = (Letters::default(), Instant::now());
        letters.hear(char('l'), true, now);
        let next = letters.hear(char('s'), true, now + PAUSE / 2);
        assert_eq!(next, Heard::Line("ls".to_owned()));
        assert_eq!(letters.due(now + 2 * PAUSE), None);
    }

    #[test]
    fn a_key_that_is_no_letter_is_obeyed_at_once_after_the_letter_before_it() {
        let (mut letters, now) = (Letters::default(), Instant::now());
        letters.hear(char('q'), true, now);
        let heard = letters.hear(key(KeyCode::Enter), false, now);
        assert_eq!(heard, Heard::Keys(vec![char('q'), key(KeyCode::Enter)]));
    }

    #[test]
    fn a_letter_that_is_held_down_is_no_line() {
        let (mut letters, now) = (Letters::default(), Instant::now());
        letters.hear(char('+'), true, now);
        let heard = letters.hear(char('+'), true, now);
        assert_eq!(heard, Heard::Keys(vec![char('+')]));
        assert_eq!(letters.due(now + PAUSE), Some(char('+')));
    }
}
