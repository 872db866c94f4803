//! The Markdown that labs use: paragraphs, headings, lists, code, emphasis.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use unicode_width::UnicodeWidthChar;

use super::{clean, wrap};
use crate::ui::Theme;

/// A block under way: the lines of one paragraph, heading or list item.
#[derive(Default)]
struct Block {
    text: String,
    marker: String,
    heading: bool,
}

/// A text as lines of at most `width` columns.
pub(in crate::ui) fn markdown(text: &str, width: usize, theme: Theme) -> Vec<Line<'static>> {
    let mut writer = Writer {
        width,
        theme,
        lines: Vec::new(),
        block: Block::default(),
    };
    let mut fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            writer.end();
            fenced = !fenced;
        } else if fenced {
            writer.code(line);
        } else {
            writer.line(line);
        }
    }
    writer.end();
    writer.lines
}

struct Writer {
    width: usize,
    theme: Theme,
    lines: Vec<Line<'static>>,
    block: Block,
}

impl Writer {
    fn line(&mut self, line: &str) {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            self.end();
            self.gap();
        } else if let Some(heading) = heading(trimmed) {
            self.end();
            heading.clone_into(&mut self.block.text);
            self.block.heading = true;
            self.end();
        } else if let Some((marker, rest)) = item(trimmed) {
            self.end();
            let indent = line.len() - line.trim_start().len();
            self.block.marker = format!("{}{marker} ", " ".repeat(indent));
            rest.clone_into(&mut self.block.text);
        } else {
            if needs_space(&self.block.text, trimmed) {
                self.block.text.push(' ');
            }
            self.block.text.push_str(trimmed);
        }
    }

    fn code(&mut self, line: &str) {
        let span = Span::styled(format!("  {}", clean(line)), self.theme.code());
        self.lines.extend(wrap(&[span], self.width, 4));
    }

    fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| line.width() > 0) {
            self.lines.push(Line::default());
        }
    }

    fn end(&mut self) {
        let block = std::mem::take(&mut self.block);
        if block.text.is_empty() {
            return;
        }
        let base = if block.heading {
            self.theme.strong()
        } else {
            self.theme.plain()
        };
        let hang = block.marker.chars().count();
        let mut spans = vec![Span::styled(block.marker, self.theme.plain())];
        spans.extend(inline(&block.text, base, self.theme));
        self.lines.extend(wrap(&spans, self.width, hang));
    }
}

/// Whether the end of a line becomes a space: not between Chinese characters.
fn needs_space(before: &str, after: &str) -> bool {
    let wide = |letter: Option<char>| letter.and_then(UnicodeWidthChar::width) == Some(2);
    let both = wide(before.chars().last()) && wide(after.chars().next());
    !before.is_empty() && !both
}

fn heading(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches('#');
    let marked = rest.len() < line.len() && rest.starts_with(' ');
    marked.then(|| rest.trim())
}

/// The marker of a list item and what follows it.
fn item(line: &str) -> Option<(String, &str)> {
    if let Some(rest) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        return Some(("•".to_owned(), rest.trim()));
    }
    let (number, rest) = line.split_once(". ")?;
    let counted =
        !number.is_empty() && number.len() <= 2 && number.chars().all(|c| c.is_ascii_digit());
    counted.then(|| (format!("{number}."), rest.trim()))
}

/// The marks that surround code, strong and emphasised text.
const MARKS: [&str; 3] = ["`", "**", "*"];

/// A text with its marks turned into styles.
fn inline(text: &str, base: Style, theme: Theme) -> Vec<Span<'static>> {
    let styles = [theme.code(), theme.strong(), theme.italic()];
    let mut spans = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let marked = MARKS.iter().zip(styles);
        let found = marked
            .into_iter()
            .find_map(|(mark, style)| Some((enclosed(rest, mark)?, mark.len(), style)));
        if let Some((inner, mark, style)) = found {
            spans.push(Span::styled(std::mem::take(&mut plain), base));
            spans.push(Span::styled(inner.to_owned(), base.patch(style)));
            rest = &rest[inner.len() + 2 * mark..];
        } else {
            plain.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
    }
    spans.push(Span::styled(plain, base));
    spans
}

/// What stands between a mark at the start of the text and the next such mark.
fn enclosed<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    let inner = text.strip_prefix(mark)?;
    let end = inner.find(mark)?;
    let inner = &inner[..end];
    let code = mark == "`";
    let tight = !inner.is_empty() && !inner.starts_with(' ') && !inner.ends_with(' ');
    (tight || (code && !inner.is_empty())).then_some(inner)
}
