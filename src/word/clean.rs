//! Makes texts safe for a terminal: a text from a file, a name or a program may hold characters
//! that act on it.

/// Whether a letter acts on the terminal, or changes the direction of writing.
pub fn steers(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}'
        )
        || ('\u{202a}'..='\u{202e}').contains(&letter)
        || ('\u{2066}'..='\u{2069}').contains(&letter)
}

/// A text in one line, without letters that act on the terminal; tabs stay.
pub fn line(text: &str) -> String {
    let kept = |letter: &char| *letter == '\t' || !steers(*letter);
    text.chars().filter(kept).collect()
}

/// A text in several lines; letters that act on the terminal become `U+FFFD`.
pub fn lines(text: &str) -> String {
    let shown = |letter| match letter {
        '\n' => letter,
        letter if steers(letter) => char::REPLACEMENT_CHARACTER,
        letter => letter,
    };
    text.chars().map(shown).collect()
}

/// JSON with the same meaning, in which letters that act on the terminal are escaped.
pub fn json(text: &str) -> String {
    let written = |letter: char| match letter {
        letter if steers(letter) => format!("\\u{:04x}", u32::from(letter)),
        letter => letter.to_string(),
    };
    text.chars().map(written).collect()
}

/// A text with styles (`SGR`, `console_codes(4)`) that this program has set. Styles, line ends and
/// tabs stay; other letters that act on the terminal become `U+FFFD`.
pub fn styled(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let style = style(rest);
        let length = style.map_or(letter.len_utf8(), str::len);
        match style {
            Some(style) => clean.push_str(style),
            None if matches!(letter, '\n' | '\t') => clean.push(letter),
            None if steers(letter) => clean.push(char::REPLACEMENT_CHARACTER),
            None => clean.push(letter),
        }
        rest = &rest[length..];
    }
    clean
}

/// The style at the beginning of a text, if there is one.
fn style(text: &str) -> Option<&str> {
    let numbers = text.strip_prefix("\x1b[")?;
    let end = numbers.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    let ends = numbers[end..].starts_with('m');
    ends.then(|| &text[..=text.len() - numbers.len() + end])
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVIL: &str = "a\x1b]0;b\x07\x1b[1mc\x1b[2J\u{9b}d\u{202e}e\tf\ng";

    #[test]
    fn nothing_steers_a_terminal() {
        assert_eq!(line(EVIL), "a]0;b[1mc[2Jde\tfg");
        assert_eq!(lines("a\x1b[31m\nb\u{9b}"), "a\u{fffd}[31m\nb\u{fffd}");
        assert_eq!(json("[\"\u{9b}命\"]"), "[\"\\u009b命\"]");
        let styled = styled(EVIL);
        let wanted = "a\u{fffd}]0;b\u{fffd}\x1b[1mc\u{fffd}[2J\u{fffd}d\u{fffd}e\tf\ng";
        assert_eq!(styled, wanted);
    }
}
