//! A key, as a person presses it and as the screen names it.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::config::{KeyName, Keys};

/// A key of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// A key that is no letter.
    Key(KeyCode),
    /// A key that is no letter, together with Shift.
    Shift(KeyCode),
    /// A letter, digit or mark.
    Letter(char),
    /// A letter that the settings may replace.
    Own(KeyName),
    /// One of these digits.
    Digits(char, char),
    /// A letter together with Ctrl.
    Ctrl(char),
    /// What leads out of a shell: `Ctrl-]` if nothing else is set.
    Leader,
    /// Any letter at all, where a line is typed.
    Any,
}

fn plain(code: KeyCode) -> KeyEvent {
    KeyEvent::new(code, KeyModifiers::NONE)
}

fn with_control(letter: char) -> KeyEvent {
    KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL)
}

impl Press {
    /// Whether an event is this key; `code` is the event's, with the letters of the settings
    /// already replaced by what they mean.
    pub(super) fn is(self, event: &KeyEvent, code: KeyCode, keys: &Keys) -> bool {
        let control = has_control(event);
        match self {
            Self::Leader => is_leader(event, keys),
            Self::Ctrl(letter) => control && code == KeyCode::Char(letter),
            _ if control => false,
            Self::Shift(key) => code == key && event.modifiers.contains(KeyModifiers::SHIFT),
            Self::Key(key) => code == key,
            Self::Letter(letter) => code == KeyCode::Char(letter),
            Self::Own(name) => code == KeyCode::Char(name.letter()),
            Self::Digits(first, last) => {
                matches!(code, KeyCode::Char(digit) if (first..=last).contains(&digit))
            }
            Self::Any => matches!(code, KeyCode::Char(_)),
        }
    }

    /// The events that are this key where nothing is set; of any letter, one.
    pub fn events(self) -> Vec<KeyEvent> {
        match self {
            Self::Key(code) => vec![plain(code)],
            Self::Shift(code) => vec![KeyEvent::new(code, KeyModifiers::SHIFT)],
            Self::Letter(letter) => vec![plain(KeyCode::Char(letter))],
            Self::Own(name) => vec![plain(KeyCode::Char(name.letter()))],
            Self::Digits(first, last) => (first..=last)
                .map(|digit| plain(KeyCode::Char(digit)))
                .collect(),
            Self::Ctrl(letter) => vec![with_control(letter)],
            Self::Leader => vec![with_control(Keys::default().leader())],
            Self::Any => vec![plain(KeyCode::Char('x'))],
        }
    }

    /// What it is called on the screen, where nothing is set.
    pub fn name(self) -> String {
        let name = match self {
            Self::Key(KeyCode::Up) => "↑",
            Self::Key(KeyCode::Down) => "↓",
            Self::Key(KeyCode::Left) => "←",
            Self::Key(KeyCode::Right) => "→",
            Self::Key(KeyCode::PageUp) => "PgUp",
            Self::Key(KeyCode::PageDown) => "PgDn",
            Self::Letter(' ') => "Space",
            Self::Leader => "Ctrl-]",
            Self::Any => "…",
            Self::Key(code) => return code.to_string(),
            Self::Shift(code) => return format!("Shift-{}", Self::Key(code).name()),
            Self::Letter(letter) => return letter.to_string(),
            Self::Own(name) => return name.letter().to_string(),
            Self::Digits(first, last) => return format!("{first}-{last}"),
            Self::Ctrl(letter) => return format!("Ctrl-{letter}"),
        };
        name.to_owned()
    }
}

/// Whether Ctrl is held.
pub(super) fn has_control(event: &KeyEvent) -> bool {
    event.modifiers.contains(KeyModifiers::CONTROL)
}

/// Whether Ctrl, Alt or another key but Shift is held.
pub(super) fn has_modifier(event: &KeyEvent) -> bool {
    !event.modifiers.difference(KeyModifiers::SHIFT).is_empty()
}

/// A terminal sends 0x1c to 0x1f for the leaders that are no letters, which crossterm reads as
/// `Ctrl-4` to `Ctrl-7`.
fn is_leader(event: &KeyEvent, keys: &Keys) -> bool {
    let leader = keys.leader();
    let digits = "\\]^_".find(leader).zip("4567".get(..));
    let digit = digits.and_then(|(at, digits)| digits.chars().nth(at));
    let KeyCode::Char(letter) = event.code else {
        return false;
    };
    has_control(event) && (letter.to_ascii_lowercase() == leader || Some(letter) == digit)
}
