//! A Rust file as words and marks; comments, strings and characters are left out.

/// A word or a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// A name, a number, `::`, or a single mark; a literal is `""`.
    pub(super) text: String,
    /// From 1.
    pub(super) line: usize,
}

/// All tokens of a text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer {
        rest: text,
        line: 1,
        tokens: Vec::new(),
    };
    while !lexer.rest.is_empty() {
        lexer.step();
    }
    lexer.tokens
}

struct Lexer<'a> {
    rest: &'a str,
    line: usize,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn step(&mut self) {
        let rest = self.rest;
        let Some(first) = rest.chars().next() else {
            return;
        };
        if let Some(length) = raw_string(rest) {
            self.push("\"\"", length);
        } else if first.is_alphabetic() || first == '_' {
            self.word();
        } else if rest.starts_with("//") {
            self.skip(rest.find('\n').unwrap_or(rest.len()));
        } else if rest.starts_with("/*") {
            self.skip(block_comment(rest));
        } else if first == '"' {
            self.push("\"\"", string(rest));
        } else if first == '\'' {
            self.quote();
        } else if rest.starts_with("::") {
            self.push("::", 2);
        } else if first.is_whitespace() {
            self.skip(first.len_utf8());
        } else {
            self.push(&first.to_string(), first.len_utf8());
        }
    }

    fn word(&mut self) {
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        let word = &self.rest[..end.unwrap_or(self.rest.len())];
        let prefix = ["b", "c"].contains(&word) && self.rest[1..].starts_with(['"', '\'']);
        if prefix {
            self.skip(1);
        } else {
            self.push(word, word.len());
        }
    }

    /// A character, or a lifetime.
    fn quote(&mut self) {
        let mut after = self.rest[1..].char_indices();
        let first = after.next().map(|(_, c)| c);
        let closes = after
            .next()
            .filter(|(_, c)| *c == '\'')
            .map(|(at, _)| at + 2);
        let escaped = self
            .rest
            .get(3..)
            .and_then(|rest| rest.find('\''))
            .map(|at| at + 4);
        match (first, closes, escaped) {
            (Some('\\'), _, Some(length)) | (_, Some(length), _) => self.push("\"\"", length),
            _ => self.skip(1),
        }
    }

    fn push(&mut self, text: &str, length: usize) {
        self.tokens.push(Token {
            text: text.to_owned(),
            line: self.line,
        });
        self.skip(length);
    }

    fn skip(&mut self, length: usize) {
        let (skipped, rest) = self.rest.split_at(length);
        self.line += skipped.matches('\n').count();
        self.rest = rest;
    }
}

/// The length of a raw string that begins here: `r"…"`, `br#"…"#`.
fn raw_string(rest: &str) -> Option<usize> {
    let body = ["r", "br", "cr"]
        .iter()
        .find_map(|prefix| rest.strip_prefix(prefix))?;
    let hashes = body.len() - body.trim_start_matches('#').len();
    let inside = body[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = inside.find(&end).map_or(inside.len(), |at| at + end.len());
    Some(rest.len() - inside.len() + length)
}

fn string(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    rest.len()
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    for (at, _) in rest.char_indices() {
        let before = rest[..at].ends_with("*/") && at > 3;
        if rest[at..].starts_with("/*") {
            depth += 1;
        } else if before {
            depth -= 1;
            if depth == 0 {
                return at;
            }
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::tokens;

    fn words(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn comments_and_literals_are_left_out() {
        assert_eq!(words("a // crate::b\n/* c /* d */ e */ f"), ["a", "f"]);
        assert_eq!(words(r#""a \" crate::b" c"#), ["\"\"", "c"]);
        assert_eq!(words("r##\"a\"# crate::b\"## c"), ["\"\"", "c"]);
        assert_eq!(
            words(r"'a' '\'' '\u{1F600}' b'x' &'a str"),
            ["\"\"", "\"\"", "\"\"", "\"\"", "&", "a", "str"]
        );
        assert_eq!(
            words("crate::a::{b, c}"),
            ["crate", "::", "a", "::", "{", "b", ",", "c", "}"]
        );
    }

    #[test]
    fn lines_are_counted_through_all_of_it() {
        let lines: Vec<_> = tokens("a\n/*\n*/\n\"\n\" b\nc")
            .into_iter()
            .map(|t| t.line)
            .collect();
        assert_eq!(lines, [1, 4, 5, 6]);
    }
}
