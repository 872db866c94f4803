//! What of a panel is in view while nobody scrolls it: what is new since the step began. Where it
//! is too far apart, what is as before is folded away; where it is too much, what the step's checks
//! speak of comes first.

use std::collections::BTreeSet;
use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::lab::Step;
use crate::ui::Command;
use crate::ui::text::{Page, scrolled, stacked};
use crate::ui::view::LabView;
use crate::word;

/// The lines above what is new that are shown with it, where there is room.
const ABOVE: usize = 2;

/// Which lines of a page are in view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    /// All from one line on.
    From(usize),
    /// These alone.
    Folded(Vec<usize>),
}

impl Lead {
    /// What is in view of a panel with so many rows; the person's own scrolling counts first.
    pub(super) fn of(view: &LabView<'_>, page: &Page, rows: usize) -> Self {
        if view.state.panel_held {
            let limit = (page.lines.len() + 1).saturating_sub(rows);
            return Self::From(view.state.panel_scroll.min(limit));
        }
        Self::unscrolled(view, page, rows)
    }

    /// The same of a panel that cannot be scrolled.
    pub(super) fn unscrolled(view: &LabView<'_>, page: &Page, rows: usize) -> Self {
        if page.lines.len() <= rows || page.news.is_empty() {
            return Self::From(0);
        }
        // The last row says that there is more.
        let rows = rows.saturating_sub(1);
        let first = page.news.iter().map(|news| news.start).min().unwrap_or(0);
        let end = page.news.iter().map(|news| news.end).max().unwrap_or(0);
        if end <= rows {
            return Self::From(0);
        }
        if end - first <= rows {
            let limit = page.lines.len() - rows;
            let from = first.saturating_sub(ABOVE).max(end - rows);
            return Self::From(from.min(limit));
        }
        Self::Folded(folded(page, view.session.step(), rows))
    }

    /// The first line that is in view.
    pub(super) fn first(&self) -> usize {
        match self {
            Self::From(first) => *first,
            Self::Folded(lines) => lines.first().copied().unwrap_or(0),
        }
    }

    /// Draws the page; returns how far it can be scrolled.
    pub(super) fn draw(
        &self,
        page: &Page,
        frame: &mut Frame<'_>,
        area: Rect,
        hits: &mut Vec<(Rect, Command)>,
    ) -> usize {
        let lines = match self {
            Self::From(first) => return scrolled(page, *first, frame, area, hits),
            Self::Folded(lines) => lines,
        };
        let shown: Vec<Line<'_>> = lines.iter().map(|line| page.lines[*line].clone()).collect();
        stacked(&shown, frame, area);
        for (line, command) in &page.hits {
            if let Some(place) = place(lines, *line, area) {
                hits.push((place, command.clone()));
            }
        }
        let folded = page.lines.len().saturating_sub(lines.len());
        let words = word!("more-below", lines = folded);
        let line = Line::styled(words, page.theme.dim()).right_aligned();
        let last = Rect {
            y: area.bottom().saturating_sub(1),
            height: 1.min(area.height),
            ..area
        };
        frame.render_widget(line, last);
        hits.push((last, Command::Whole));
        let rows = usize::from(area.height).saturating_sub(1);
        page.lines.len().saturating_sub(rows)
    }

    /// The lines of what is new, each with the row where it is seen in an area.
    pub(super) fn news(&self, page: &Page, area: Rect) -> Vec<(usize, Option<u16>)> {
        let over = page.lines.len() > usize::from(area.height);
        let area = Rect {
            height: area.height.saturating_sub(u16::from(over)),
            ..area
        };
        let shown: Vec<usize> = match self {
            Self::From(first) => (*first..page.lines.len()).collect(),
            Self::Folded(lines) => lines.clone(),
        };
        let news = page.news.iter().map(|news| {
            let place = place(&shown, news.start, area);
            (news.start, place.map(|place| place.y))
        });
        news.collect()
    }
}

/// Where a line is seen, if these lines are shown in an area.
fn place(shown: &[usize], line: usize, area: Rect) -> Option<Rect> {
    let row = shown.iter().position(|other| *other == line)?;
    area.rows().nth(row)
}

/// The lines that are shown where what is new does not fit at once: where each begins, and its
/// heading if there is room for all; then as much of the rest as fits.
fn folded(page: &Page, step: &Step, rows: usize) -> Vec<usize> {
    let first: BTreeSet<usize> = page.news.iter().map(|news| news.start).collect();
    let titles: BTreeSet<usize> = first.iter().filter_map(|line| title(page, *line)).collect();
    let titled = &first | &titles;
    let mut lines = if titled.len() <= rows {
        titled
    } else {
        first_of(page, step, first, rows)
    };
    let news = page.news.iter().cloned().flat_map(Range::into_iter);
    for line in news.chain(0..page.lines.len()) {
        if lines.len() < rows {
            lines.insert(line);
        }
    }
    lines.into_iter().collect()
}

/// As many of some lines as there are rows: what the step's checks speak of comes first.
fn first_of(page: &Page, step: &Step, lines: BTreeSet<usize>, rows: usize) -> BTreeSet<usize> {
    let told = spoken(step);
    let mut order: Vec<usize> = lines.into_iter().collect();
    order.sort_by_key(|line| std::cmp::Reverse(score(page, *line, &told)));
    order.truncate(rows);
    order.into_iter().collect()
}

/// The heading above a line: the nearest one in bold.
fn title(page: &Page, line: usize) -> Option<usize> {
    let strong = page.theme.strong();
    let is_title = |line: &&Line<'_>| line.spans.iter().any(|span| span.style == strong);
    let above = page.lines.iter().take(line);
    above
        .enumerate()
        .filter(|(_, line)| is_title(line))
        .map(|(at, _)| at)
        .next_back()
}

/// The words of the step's checks: names of facts, and what they are compared with.
pub(super) fn spoken(step: &Step) -> BTreeSet<String> {
    let checks = step.checks.iter();
    checks.flat_map(|check| words(&check.expect)).collect()
}

/// The words of a text: paths and addresses as they are, and names of facts in their parts.
pub(super) fn words(text: &str) -> Vec<String> {
    let parts = text.split(|letter: char| !letter.is_alphanumeric() && !"/_-.:".contains(letter));
    let parts = parts.flat_map(|part| {
        if part.starts_with(['/', '.']) {
            vec![part]
        } else {
            part.split('.').chain([part]).collect()
        }
    });
    let named = parts.filter(|part| !part.is_empty());
    named.map(str::to_owned).collect()
}

/// How many words of a line are of these.
fn score(page: &Page, line: usize, told: &BTreeSet<String>) -> usize {
    let text = page.lines.get(line).map(ToString::to_string);
    let found: BTreeSet<String> = words(&text.unwrap_or_default()).into_iter().collect();
    found.intersection(told).count()
}
