//! Prints a translation file.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::super::{Ask, Check, Lab, Step};

/// Finds the translation of a text by its path.
type Word<'a> = &'a dyn Fn(&str) -> Option<&'a str>;

/// Prints the translation file of a lab.
pub(super) fn file<'a>(
    lab: &Lab,
    digests: &'a BTreeMap<String, String>,
    word: &'a dyn Fn(&str) -> Option<&'a str>,
) -> String {
    let mut page = Page {
        out: String::from("format: 1\n"),
        digests,
        word,
    };
    page.digest(0, "");
    for (name, text) in [
        ("title", &lab.title),
        ("summary", &lab.summary),
        ("track", &lab.track),
    ] {
        page.text(0, name, name, text);
    }
    let texts = lab.invariants.iter().map(|invariant| &*invariant.otherwise);
    page.list(0, "invariant", "invariant", texts);
    page.actors(lab);
    page.out.push_str("\nsteps:\n");
    for (number, step) in lab.steps.iter().enumerate() {
        if number > 0 {
            page.out.push('\n');
        }
        page.step(step);
    }
    if !lab.recap.is_empty() {
        page.out.push('\n');
        page.text(0, "recap", "recap", &lab.recap);
    }
    page.out
}

struct Page<'a> {
    out: String,
    digests: &'a BTreeMap<String, String>,
    word: Word<'a>,
}

impl Page<'_> {
    fn line(&mut self, indent: usize, words: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.out, "{}{words}", " ".repeat(indent));
    }

    fn digest(&mut self, indent: usize, group: &str) {
        if let Some(digest) = self.digests.get(group) {
            self.line(indent, &format!("source: {}", quoted(digest)));
        }
    }

    fn actors(&mut self, lab: &Lab) {
        let titled = lab.actors.iter().filter(|actor| !actor.title.is_empty());
        for (number, actor) in titled.enumerate() {
            if number == 0 {
                self.line(0, "actors:");
            }
            self.text(
                2,
                &actor.name,
                &format!("actors.{}", actor.name),
                &actor.title,
            );
        }
    }

    fn step(&mut self, step: &Step) {
        let at = format!("steps.{}", step.id);
        self.line(2, &format!("{}:", step.id));
        self.digest(4, &at);
        self.text(4, "title", &format!("{at}.title"), &step.title);
        self.text(4, "text", &format!("{at}.text"), &step.text);
        self.text(
            4,
            "goal",
            &format!("{at}.goal"),
            step.goal.as_deref().unwrap_or_default(),
        );
        if let Some(ask) = &step.ask {
            self.ask(&at, ask);
        }
        self.checks(&format!("{at}.check"), &step.checks);
        let hints = step.hints.iter().map(|hint| &*hint.say);
        self.list(4, "hints", &format!("{at}.hints"), hints);
        self.text(4, "explain", &format!("{at}.explain"), &step.explain);
        if let Some(ask) = &step.then_ask {
            self.text(4, "then_ask", &format!("{at}.then_ask"), &ask.read);
        }
        self.text(4, "notes", &format!("{at}.notes"), &step.notes);
    }

    fn checks(&mut self, at: &str, checks: &[Check]) {
        if !checks.is_empty() {
            self.line(4, "check:");
        }
        for (number, check) in checks.iter().enumerate() {
            let at = format!("{at}.{number}");
            if check.then.is_empty() {
                let words = quoted((self.word)(&at).unwrap_or(&check.otherwise));
                self.line(6, &format!("- {words}"));
            } else {
                self.text(6, "- else", &at, &check.otherwise);
                self.text(8, "then", &format!("{at}.then"), &check.then);
            }
        }
    }

    fn ask(&mut self, at: &str, ask: &Ask) {
        self.line(4, "ask:");
        self.text(6, "predict", &format!("{at}.ask.predict"), &ask.predict);
        self.line(6, "choices:");
        for (number, choice) in ask.choices.iter().enumerate() {
            let at = format!("{at}.ask.choices.{number}");
            self.text(8, "- say", &format!("{at}.say"), &choice.say);
            self.text(10, "reply", &format!("{at}.reply"), &choice.reply);
        }
    }

    fn list<'t>(
        &mut self,
        indent: usize,
        key: &str,
        path: &str,
        texts: impl Iterator<Item = &'t str>,
    ) {
        for (number, text) in texts.enumerate() {
            if number == 0 {
                self.line(indent, &format!("{key}:"));
            }
            let path = format!("{path}.{number}");
            let words = quoted((self.word)(&path).unwrap_or(text));
            self.line(indent + 2, &format!("- {words}"));
        }
    }

    fn text(&mut self, indent: usize, key: &str, path: &str, original: &str) {
        if original.is_empty() {
            return;
        }
        let text = (self.word)(path).unwrap_or(original);
        let ended = original.ends_with('\n') || text.ends_with('\n');
        let long = original.ends_with('\n') || text.trim_end().contains('\n');
        if !long || !is_plain(text.trim_end()) {
            return self.line(indent, &format!("{key}: {}", quoted(text)));
        }
        let mark = if ended { "|" } else { "|-" };
        self.line(indent, &format!("{key}: {mark}"));
        let deeper = indent + if key.starts_with("- ") { 4 } else { 2 };
        for line in text.trim_end().lines() {
            if line.is_empty() {
                self.out.push('\n');
            } else {
                self.line(deeper, line);
            }
        }
    }
}

/// Whether a text can be written as a YAML block unchanged: its first line is not indented, no line
/// consists of spaces, and lines end in a line feed alone.
fn is_plain(text: &str) -> bool {
    let mut lines = text.split('\n').filter(|line| !line.is_empty());
    let first = lines.clone().next();
    first.is_some_and(|first| !first.starts_with([' ', '\t']))
        && !text.contains('\r')
        && !lines.any(|line| line.trim().is_empty())
}

/// A text in double quotes: YAML reads these as JSON does.
fn quoted(text: &str) -> String {
    serde_json::to_string(text.trim_end()).unwrap_or_default()
}
