//! A page: lines that are drawn from some line on, with places to click.

use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{markdown, wrap};
use crate::ui::{Command, Theme};
use crate::word;

/// A page that is being written.
#[derive(Clone, Debug)]
pub(in crate::ui) struct Page {
    /// The lines so far.
    pub(in crate::ui) lines: Vec<Line<'static>>,
    /// The lines that are new, or say something else than when the step began.
    pub(in crate::ui) news: Vec<Range<usize>>,
    /// The command of a click on a line.
    pub(in crate::ui) hits: Vec<(usize, Command)>,
    /// How many columns there are.
    pub(in crate::ui) width: usize,
    /// How things look.
    pub(in crate::ui) theme: Theme,
}

impl Page {
    /// An empty page.
    pub(in crate::ui) fn new(width: usize, theme: Theme) -> Self {
        Self {
            lines: Vec::new(),
            news: Vec::new(),
            hits: Vec::new(),
            width,
            theme,
        }
    }

    /// An empty line, unless there is one already.
    pub(in crate::ui) fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| line.width() > 0) {
            self.lines.push(Line::default());
        }
    }

    /// A marked-up text and an empty line.
    pub(in crate::ui) fn markdown(&mut self, text: &str) {
        self.lines.extend(markdown(text, self.width, self.theme));
        self.gap();
    }

    /// One paragraph in one style; further lines are indented by `hang`.
    pub(in crate::ui) fn say(&mut self, text: &str, style: Style, hang: usize) {
        self.spans(&[Span::styled(text.to_owned(), style)], hang);
    }

    /// One paragraph of several styles.
    pub(in crate::ui) fn spans(&mut self, spans: &[Span<'_>], hang: usize) {
        self.lines.extend(wrap(spans, self.width, hang));
    }

    /// A marked-up text behind a marker.
    pub(in crate::ui) fn item(&mut self, marker: &str, style: Style, text: &str) {
        let indent = super::width(marker);
        let lines = markdown(text, self.width.saturating_sub(indent), self.theme);
        for (index, mut line) in lines.into_iter().enumerate() {
            let before = if index == 0 {
                Span::styled(marker.to_owned(), style)
            } else {
                Span::raw(" ".repeat(indent))
            };
            line.spans.insert(0, before);
            self.lines.push(line);
        }
    }

    /// The lines from `first` on are new, or say something new.
    pub(in crate::ui) fn is_news(&mut self, first: usize) {
        self.news.push(first..self.lines.len());
    }

    /// A line is new, or says something new.
    pub(in crate::ui) fn is_new_at(&mut self, line: usize) {
        self.news.push(line..line + 1);
    }

    /// Sets the command of a click on the lines from `first` on.
    pub(in crate::ui) fn hit(&mut self, first: usize, command: &Command) {
        let lines = first..self.lines.len();
        self.hits.extend(lines.map(|line| (line, command.clone())));
    }
}

/// Draws lines one below the other, as far as they fit.
pub(in crate::ui) fn stacked(lines: &[Line<'_>], frame: &mut Frame<'_>, area: Rect) {
    for (row, line) in area.rows().zip(lines) {
        frame.render_widget(line, row);
    }
}

/// Draws a page from line `scroll` on, and adds its places to click; returns how far it can be
/// scrolled. If the page does not fit, the last row says where there is more.
pub(in crate::ui) fn scrolled(
    page: &Page,
    scroll: usize,
    frame: &mut Frame<'_>,
    area: Rect,
    hits: &mut Vec<(Rect, Command)>,
) -> usize {
    let height = usize::from(area.height);
    let over = page.lines.len() > height;
    let rows = if over {
        height.saturating_sub(1)
    } else {
        height
    };
    let limit = if over { page.lines.len() - rows } else { 0 };
    let scroll = scroll.min(limit);
    let shown = page.lines.iter().skip(scroll).take(rows);
    for (row, line) in area.rows().zip(shown) {
        frame.render_widget(line, row);
    }
    for (line, command) in &page.hits {
        let row = line.checked_sub(scroll).filter(|row| *row < rows);
        if let Some(row) = row.and_then(|row| u16::try_from(row).ok()) {
            let place = Rect {
                y: area.y + row,
                height: 1,
                ..area
            };
            hits.push((place, command.clone()));
        }
    }
    if over {
        let last = Rect {
            y: area.bottom().saturating_sub(1),
            height: 1,
            ..area
        };
        more(page, scroll, limit, frame, last);
    }
    limit
}

fn more(page: &Page, scroll: usize, limit: usize, frame: &mut Frame<'_>, area: Rect) {
    let words = match (scroll, limit - scroll) {
        (_, 0) => word!("more-above"),
        (0, below) => word!("more-below", lines = below),
        (above, below) => word!("more-both", above = above, below = below),
    };
    let line = Line::styled(words, page.theme.dim()).right_aligned();
    frame.render_widget(Paragraph::new(line), area);
}
