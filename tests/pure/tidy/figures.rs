//! The house in figures: `cargo test --test it tidy::the_house_is_measured -- --nocapture`.

use super::lexer::Token;
use super::{File, shapes};

/// What is counted in the program, without its tests.
#[derive(Debug, Default)]
pub(super) struct Figures {
    pub(super) files: usize,
    pub(super) lines: usize,
    pub(super) functions: usize,
    pub(super) longest_file: usize,
    /// Closures with a name: `let same = |…|`.
    pub(super) closures: usize,
    /// Calls of `unwrap` and `expect`.
    pub(super) unwraps: usize,
    pub(super) unsafes: usize,
}

impl Figures {
    pub(super) fn of(files: &[File]) -> Self {
        let mut figures = Self::default();
        for file in files.iter().filter(|file| is_program(file)) {
            let program = program(&file.text);
            figures.add(&File::new(&file.path, program));
        }
        figures
    }

    fn add(&mut self, file: &File) {
        let lines = file.text.lines().count();
        self.files += 1;
        self.lines += lines;
        self.longest_file = self.longest_file.max(lines);
        self.functions += shapes::functions(&file.tokens).len();
        self.closures += shapes::closures(file);
        self.unwraps += file
            .tokens
            .windows(3)
            .filter(|three| is_unwrap(three))
            .count();
        let unsafes = file.tokens.iter().filter(|token| token.text == "unsafe");
        self.unsafes += unsafes.count();
    }
}

/// Whether tokens are a call: `.unwrap(`, not a field that is named so.
fn is_unwrap(three: &[Token]) -> bool {
    let [dot, name, open] = three else {
        return false;
    };
    dot.text == "." && ["unwrap", "expect"].contains(&name.text.as_str()) && open.text == "("
}

/// Files that only tests have, whatever they are called.
const ONLY_TESTS: &[&str] = &["src/sys/netlink/peer.rs"];

/// Whether a file is more than tests.
fn is_program(file: &File) -> bool {
    let path = &file.path;
    let named_so = path.ends_with("tests.rs") || path.contains("/tests/");
    file.room() != "fuzz" && !named_so && !ONLY_TESTS.contains(&path.as_str())
}

/// What stands before the tests of a file.
fn program(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

#[test]
fn they_are_counted() {
    let text = "fn a() { let b = |c| c; d.unwrap() }\n#[cfg(test)]\nmod tests { fn e() {} }";
    let figures = Figures::of(&[File::new("src/ui/a.rs", text)]);
    let all = [figures.functions, figures.closures, figures.unwraps];
    assert_eq!((all, figures.lines), ([1, 1, 1], 1));
}
