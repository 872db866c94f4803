//! Whether the terminal is light or dark.

use std::time::Duration;

use crate::app::terminal;

/// How long the terminal may take to answer: the first frame waits for it.
const PATIENCE: Duration = Duration::from_millis(50);

/// Asks for the colour of the background, and for what every terminal answers, in this order: so
/// that one which does not know the first is not waited for. See xterm's control sequences, OSC 11
/// and DA1.
const QUESTION: &[u8] = b"\x1b]11;?\x1b\\\x1b[c";

/// Whether the background of the terminal is light; `None` if the terminal does not say. It must be
/// in raw mode, and nothing else may read from it meanwhile.
pub(super) fn is_light() -> Option<bool> {
    let told = std::env::var("COLORFGBG").ok();
    told.and_then(|told| told_by(&told)).or_else(asked)
}

/// What a variable says that some terminals set: `15;0`, or `15;default;0`; the last is the number
/// of the background.
fn told_by(variable: &str) -> Option<bool> {
    let number: u8 = variable.rsplit(';').next()?.parse().ok()?;
    (number < 16).then_some(matches!(number, 7 | 9..=15))
}

/// What the terminal answers. From afar the answer may come too late, and would be taken for keys.
fn asked() -> Option<bool> {
    let is_afar = ["SSH_CONNECTION", "SSH_TTY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some());
    let is_console = std::env::var_os("TERM").is_some_and(|term| term == "linux");
    if is_afar || is_console {
        return None;
    }
    answered(&terminal::answer(QUESTION, is_whole, PATIENCE))
}

/// Whether the second answer is there: `ESC [ ? … c`.
fn is_whole(said: &[u8]) -> bool {
    let text = String::from_utf8_lossy(said);
    let second = text.split_once("\u{1b}[?");
    second.is_some_and(|(_, rest)| rest.contains('c'))
}

/// Reads `ESC ] 11 ; rgb : RRRR / GGGG / BBBB`, with one to four digits each.
fn answered(bytes: &[u8]) -> Option<bool> {
    let text = String::from_utf8_lossy(bytes);
    let (_, colour) = text.split_once("]11;rgb:")?;
    let mut parts = colour.split(['/', '\u{7}', '\u{1b}']).map(part);
    let [red, green, blue] = [parts.next()??, parts.next()??, parts.next()??];
    // The weights of ITU-R BT.601.
    Some(0.299 * red + 0.587 * green + 0.114 * blue > 0.5)
}

/// From 0 to 1.
fn part(digits: &str) -> Option<f64> {
    let most = match digits.len() {
        1 => 0xf,
        2 => 0xff,
        3 => 0xfff,
        4 => 0xffff,
        _ => return None,
    };
    let number = u32::from_str_radix(digits, 16).ok()?;
    Some(f64::from(number) / f64::from(most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backgrounds_are_light_or_dark() {
        for (variable, is_light) in [
            ("15;0", Some(false)),
            ("0;15", Some(true)),
            ("0;default;7", Some(true)),
            ("7;8", Some(false)),
            ("15;default", None),
            ("", None),
        ] {
            assert_eq!(told_by(variable), is_light, "{variable}");
        }
        assert!(is_whole(b"\x1b]11;rgb:cc/cc/cc\x07\x1b[?62c"));
        assert!(!is_whole(b"\x1b]11;rgb:cc/cc/cc\x07\x1b[?6"));
        for (answer, is_light) in [
            (
                &b"\x1b]11;rgb:ffff/ffff/dddd\x1b\\\x1b[?1;2c"[..],
                Some(true),
            ),
            (b"\x1b]11;rgb:00/2b/36\x07\x1b[?62c", Some(false)),
            (b"\x1b[?1;2c", None),
            (b"\x1b]11;rgb:zz/00/00\x07", None),
            (b"", None),
        ] {
            assert_eq!(answered(answer), is_light, "{answer:?}");
        }
    }
}
