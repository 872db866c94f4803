//! Highlights what an action changed in a panel.

use std::collections::BTreeSet;

use ratatui::text::{Line, Span};

use crate::ui::Theme;
use crate::ui::text::Page;

/// The mark of what a panel calls new.
const NEW: &str = "◀";

/// Highlights what is new since `before`: in each changed line, the changed spans. Without
/// `before`, the spans with the mark `NEW`. Returns the first and the last line with a highlight.
pub(super) fn light(
    page: &mut Page,
    before: Option<&Page>,
    theme: Theme,
) -> Option<(usize, usize)> {
    let old = before.map(Old::of);
    let mut lines = None;
    for (index, line) in page.lines.iter_mut().enumerate() {
        let lit = match &old {
            Some(old) => old.light(line, theme),
            None => marked(line, theme),
        };
        if lit {
            lines = Some((lines.map_or(index, |(first, _)| first), index));
        }
    }
    lines
}

/// The lines and spans of the page before.
struct Old {
    lines: BTreeSet<String>,
    parts: BTreeSet<String>,
}

impl Old {
    fn of(page: &Page) -> Self {
        let spans = page.lines.iter().flat_map(|line| &line.spans);
        Self {
            lines: page.lines.iter().map(Line::to_string).collect(),
            parts: spans.map(|span| span.content.trim().to_owned()).collect(),
        }
    }

    fn light(&self, line: &mut Line<'static>, theme: Theme) -> bool {
        if self.lines.contains(&line.to_string()) {
            return false;
        }
        let is_new = |text: &str| !self.parts.contains(text);
        lit(line, is_new, theme)
    }
}

fn marked(line: &mut Line<'static>, theme: Theme) -> bool {
    lit(line, |text| text.contains(NEW), theme)
}

/// Highlights the spans of a line that are wanted, without the spaces around them.
fn lit(line: &mut Line<'static>, wanted: impl Fn(&str) -> bool, theme: Theme) -> bool {
    let mut any = false;
    let mut spans = Vec::new();
    for span in std::mem::take(&mut line.spans) {
        let text = span.content.trim().to_owned();
        if text.is_empty() || !wanted(&text) {
            spans.push(span);
            continue;
        }
        any = true;
        let (before, after) = span.content.split_once(&text).unwrap_or_default();
        let (before, after) = (before.to_owned(), after.to_owned());
        spans.push(Span::styled(before, span.style));
        spans.push(Span::styled(text, span.style.patch(theme.lit())));
        spans.push(Span::styled(after, span.style));
    }
    line.spans = spans;
    any
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(lines: &[&[&str]]) -> Page {
        let mut page = Page::new(40, Theme::new(false));
        for parts in lines {
            let spans = parts.iter().map(|part| Span::raw((*part).to_owned()));
            page.lines.push(spans.collect());
        }
        page
    }

    #[test]
    fn the_new_parts_of_new_lines_are_lit() {
        let theme = Theme::new(false);
        let before = page(&[&["uts ", "1 "], &["net ", "2 "]]);
        let mut now = page(&[&["uts ", "1 "], &["net ", " 3 ◀ "]]);
        assert_eq!(light(&mut now, Some(&before), theme), Some((1, 1)));
        let is_lit = |span: &&Span<'_>| span.style == theme.lit();
        let all = now.lines.iter().flat_map(|line| &line.spans);
        let all: Vec<&str> = all.filter(is_lit).map(|span| &*span.content).collect();
        assert_eq!(all, ["3 ◀"]);
        assert_eq!(now.lines[1].to_string(), "net  3 ◀ ");
        let mut same = before.clone();
        assert_eq!(light(&mut same, Some(&before), theme), None);
        let mut marked = page(&[&["a ", "b ◀"]]);
        assert_eq!(light(&mut marked, None, theme), Some((0, 0)));
    }
}
