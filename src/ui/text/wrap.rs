//! Breaks styled text into lines at spaces, and between Chinese characters.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthChar;

use super::clean;

type Cell = (char, Style);

/// The spans as lines of at most `width` columns; lines after the first begin
/// with `hang` spaces. A word too long for a line is broken.
pub(in crate::ui) fn wrap(spans: &[Span<'_>], width: usize, hang: usize) -> Vec<Line<'static>> {
    let cells: Vec<Cell> = spans
        .iter()
        .flat_map(|span| letters(&span.content, span.style))
        .collect();
    let mut wrapper = Wrapper {
        width: width.max(1),
        hang: hang.min(width / 2),
        lines: Vec::new(),
        line: Vec::new(),
        gap: Vec::new(),
    };
    let together = |a: &Cell, b: &Cell| (a.0 == ' ') == (b.0 == ' ') && !may_break(a.0, b.0);
    for run in cells.chunk_by(together) {
        wrapper.add(run);
    }
    wrapper.flush();
    wrapper.lines
}

/// What may not end a line in Chinese.
const OPENING: &str = "（「『《〈【“‘";
/// What may not begin a line in Chinese.
const CLOSING: &str = "，。、；：？！）」』》〉】”’…—";

/// Whether a line may be broken between two letters though there is no space:
/// beside a Chinese character.
fn may_break(a: char, b: char) -> bool {
    let wide = |letter: char| letter.width() == Some(2);
    (wide(a) || wide(b)) && !OPENING.contains(a) && !CLOSING.contains(b)
}

fn letters(text: &str, style: Style) -> Vec<Cell> {
    clean(text).chars().map(|letter| (letter, style)).collect()
}

struct Wrapper {
    width: usize,
    hang: usize,
    lines: Vec<Line<'static>>,
    line: Vec<Cell>,
    /// Spaces that are drawn only if a word follows on the same line.
    gap: Vec<Cell>,
}

impl Wrapper {
    fn add(&mut self, run: &[Cell]) {
        if run.first().is_some_and(|(letter, _)| *letter == ' ') {
            self.gap = run.to_vec();
            return;
        }
        if self.fits(run) {
            self.line.append(&mut self.gap);
            self.line.extend_from_slice(run);
            return;
        }
        self.break_line();
        for cell in run {
            if !self.fits(&[*cell]) {
                self.break_line();
            }
            self.line.push(*cell);
        }
    }

    fn fits(&self, run: &[Cell]) -> bool {
        columns(&self.line) + columns(&self.gap) + columns(run) <= self.width
    }

    fn break_line(&mut self) {
        self.gap.clear();
        if self.line.iter().any(|(letter, _)| *letter != ' ') {
            self.flush();
            self.line = vec![(' ', Style::new()); self.hang];
        }
    }

    fn flush(&mut self) {
        let cells = std::mem::take(&mut self.line);
        let spans = cells.chunk_by(|a, b| a.1 == b.1).map(span);
        self.lines.push(spans.collect());
    }
}

fn columns(cells: &[Cell]) -> usize {
    cells
        .iter()
        .map(|(letter, _)| letter.width().unwrap_or(0))
        .sum()
}

fn span(cells: &[Cell]) -> Span<'static> {
    let text: String = cells.iter().map(|(letter, _)| *letter).collect();
    let style = cells.first().map(|(_, style)| *style).unwrap_or_default();
    Span::styled(text, style)
}
