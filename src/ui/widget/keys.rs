//! Keys as a terminal sends them to its program (xterm's control sequences).

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// The bytes of a key; empty for a key that terminals do not send.
pub fn encode_key(event: &KeyEvent, application_cursor: bool) -> Vec<u8> {
    let modifiers = event.modifiers;
    let mut bytes = match event.code {
        KeyCode::Char(c) => character(c, modifiers),
        KeyCode::Enter => b"\r".to_vec(),
        KeyCode::Tab => b"\t".to_vec(),
        KeyCode::BackTab => return b"\x1b[Z".to_vec(),
        KeyCode::Backspace => b"\x7f".to_vec(),
        KeyCode::Esc => b"\x1b".to_vec(),
        code => return special(code, modifiers, application_cursor),
    };
    if modifiers.contains(KeyModifiers::ALT) {
        bytes.insert(0, b'\x1b');
    }
    bytes
}

fn character(c: char, modifiers: KeyModifiers) -> Vec<u8> {
    if !modifiers.contains(KeyModifiers::CONTROL) {
        return c.to_string().into_bytes();
    }
    let control = match c.to_ascii_uppercase() {
        letter @ '@'..='_' => u8::try_from(letter).unwrap_or(b'@') & 0x1f,
        ' ' | '2' => 0,
        '3' => 0x1b,
        '4' => 0x1c,
        '5' => 0x1d,
        '6' => 0x1e,
        '7' | '/' => 0x1f,
        '8' | '?' => 0x7f,
        other => return other.to_string().into_bytes(),
    };
    vec![control]
}

/// The parameter for modifiers: 1, and a bit for each.
fn modifier(modifiers: KeyModifiers) -> u8 {
    let bits = [
        (KeyModifiers::SHIFT, 1),
        (KeyModifiers::ALT, 2),
        (KeyModifiers::CONTROL, 4),
    ];
    1 + bits
        .iter()
        .filter(|(m, _)| modifiers.contains(*m))
        .map(|(_, bit)| bit)
        .sum::<u8>()
}

fn special(code: KeyCode, modifiers: KeyModifiers, application: bool) -> Vec<u8> {
    let number = modifier(modifiers);
    if let Some(letter) = cursor_letter(code) {
        return match number {
            1 if application => format!("\x1bO{letter}"),
            1 => format!("\x1b[{letter}"),
            n => format!("\x1b[1;{n}{letter}"),
        }
        .into_bytes();
    }
    match (code, number) {
        (KeyCode::F(n @ 1..=4), 1) => format!("\x1bO{}", char::from(b'O' + n)).into_bytes(),
        (KeyCode::F(n @ 1..=4), m) => format!("\x1b[1;{m}{}", char::from(b'O' + n)).into_bytes(),
        (code, m) => match (tilde_number(code), m) {
            (None, _) => Vec::new(),
            (Some(key), 1) => format!("\x1b[{key}~").into_bytes(),
            (Some(key), m) => format!("\x1b[{key};{m}~").into_bytes(),
        },
    }
}

fn cursor_letter(code: KeyCode) -> Option<char> {
    match code {
        KeyCode::Up => Some('A'),
        KeyCode::Down => Some('B'),
        KeyCode::Right => Some('C'),
        KeyCode::Left => Some('D'),
        KeyCode::Home => Some('H'),
        KeyCode::End => Some('F'),
        _ => None,
    }
}

fn tilde_number(code: KeyCode) -> Option<u8> {
    match code {
        KeyCode::Insert => Some(2),
        KeyCode::Delete => Some(3),
        KeyCode::PageUp => Some(5),
        KeyCode::PageDown => Some(6),
        KeyCode::F(5) => Some(15),
        KeyCode::F(n @ 6..=10) => Some(n + 11),
        KeyCode::F(n @ 11..=12) => Some(n + 12),
        _ => None,
    }
}

/// Pasted text. It gets brackets if the program asked for them, so that it is not run line by line.
pub fn encode_paste(text: &str, bracketed: bool) -> Vec<u8> {
    let clean = text
        .replace('\x1b', "")
        .replace("\r\n", "\r")
        .replace('\n', "\r");
    if bracketed {
        format!("\x1b[200~{clean}\x1b[201~").into_bytes()
    } else {
        clean.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_as_xterm_sends_them() {
        let none = KeyModifiers::NONE;
        let cases: [(KeyCode, KeyModifiers, bool, &[u8]); 10] = [
            (KeyCode::Char('c'), KeyModifiers::CONTROL, false, b"\x03"),
            (KeyCode::Char(']'), KeyModifiers::CONTROL, false, b"\x1d"),
            (KeyCode::Char('5'), KeyModifiers::CONTROL, false, b"\x1d"),
            (KeyCode::Char('x'), KeyModifiers::ALT, false, b"\x1bx"),
            (KeyCode::Up, none, false, b"\x1b[A"),
            (KeyCode::Up, none, true, b"\x1bOA"),
            (KeyCode::Left, KeyModifiers::CONTROL, true, b"\x1b[1;5D"),
            (KeyCode::F(1), none, false, b"\x1bOP"),
            (KeyCode::F(5), none, false, b"\x1b[15~"),
            (KeyCode::Delete, none, false, b"\x1b[3~"),
        ];
        for (code, modifiers, application, bytes) in cases {
            assert_eq!(
                encode_key(&KeyEvent::new(code, modifiers), application),
                bytes,
                "{code:?}"
            );
        }
    }

    #[test]
    fn a_paste_cannot_end_its_brackets() {
        assert_eq!(
            encode_paste("a\n\x1b[201~b", true),
            b"\x1b[200~a\r[201~b\x1b[201~"
        );
    }
}
