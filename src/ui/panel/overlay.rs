//! Layers: what each layer of an overlay holds and what is visible of it, name by name; and the
//! lab's images.

mod close;
mod image;

use ratatui::style::Style;
use ratatui::text::Span;

use super::{States, bytes};
use crate::snapshot::overlay::{Detail, Entry, Overlay, Version};
use crate::ui::layers::Layers;
use crate::ui::text::{Page, clean, column, cut};
use crate::ui::{Command, Theme};
use crate::word;

/// The columns of a layer.
const LAYER: usize = 11;
/// The fewest columns of the names.
const NAMES: usize = 16;

/// Adds the overlays, the details of the selected entry, and the images.
pub(super) fn add(
    page: &mut Page,
    states: States<'_>,
    layers: &Layers,
    detail: Option<&Detail>,
) -> String {
    let States { before, now } = states;
    if now.overlays.is_empty() && now.images.is_empty() {
        page.say(&word!("ov-none"), page.theme.dim(), 0);
        return String::new();
    }
    if layers.filtering || !layers.filter.is_empty() {
        let cursor = if layers.filtering { "▏" } else { "" };
        let text = format!("{}{cursor}", clean(&layers.filter));
        let words = word!("ov-filter", text = text);
        page.say(&words, page.theme.notice(), 2);
        page.gap();
    }
    for (name, overlay) in now.overlays.iter() {
        let tree = Tree {
            then: before.overlays.get(name),
            ..Tree::new(page, name, overlay, layers)
        };
        tree.add(page);
        page.gap();
    }
    if let Some(detail) = detail.filter(|d| !d.versions.is_empty()) {
        close::add(page, now, detail);
        page.gap();
    }
    image::add(page, states);
    word!("ov-legend")
}

/// An overlay, drawn as a table: names, and a column for each layer.
struct Tree<'a> {
    name: &'a str,
    overlay: &'a Overlay,
    /// As it was when the step began, if it was there.
    then: Option<&'a Overlay>,
    layers: &'a Layers,
    /// How many columns the names have.
    names: usize,
    /// The layers that fit; 0 is the upper one.
    shown: Vec<i64>,
}

impl<'a> Tree<'a> {
    fn new(page: &Page, name: &'a str, overlay: &'a Overlay, layers: &'a Layers) -> Self {
        let first = i64::from(overlay.upperdir.is_empty());
        let last = i64::try_from(overlay.lowerdirs.len()).unwrap_or(0);
        let room = page.width.saturating_sub(NAMES) / LAYER;
        let shown: Vec<i64> = (first..=last).take(room).collect();
        Self {
            name,
            overlay,
            then: None,
            layers,
            names: page.width.saturating_sub(shown.len() * LAYER),
            shown,
        }
    }

    fn add(&self, page: &mut Page) {
        self.heading(page);
        let mut header = vec![Span::styled(
            column("  merged", self.names),
            page.theme.dim(),
        )];
        for layer in &self.shown {
            let word = match layer {
                0 => "upper".to_owned(),
                _ if self.overlay.lowerdirs.len() == 1 => "lower".to_owned(),
                n => format!("lower {n}"),
            };
            header.push(Span::styled(column(&word, LAYER), page.theme.dim()));
        }
        page.spans(&header, 0);
        let hidden = self.overlay.lowerdirs.len() + usize::from(!self.overlay.upperdir.is_empty());
        for (path, entry) in &self.overlay.entries {
            if self.is_shown(path) {
                self.row(page, path, entry);
            }
            if let Some(more) = self.overlay.unread.get(path)
                && self.is_open(path)
                && self.is_shown(path)
            {
                unread(page, path, *more);
            }
        }
        if let Some(more) = self.overlay.unread.get("") {
            unread(page, "", *more);
        }
        if hidden > self.shown.len() {
            let words = match hidden - self.shown.len() {
                1 => format!("  {}", word!("ov-one-more")),
                more => format!("  {}", word!("ov-more-layers", count = more)),
            };
            page.say(&words, page.theme.dim(), 2);
        }
    }

    fn heading(&self, page: &mut Page) {
        let overlay = self.overlay;
        let state = if overlay.mounted {
            String::new()
        } else {
            format!("  {}", word!("ov-not-mounted"))
        };
        let spans = [
            Span::styled(clean(self.name), page.theme.strong()),
            Span::styled(format!("  {}", clean(&overlay.merged)), page.theme.plain()),
            Span::styled(state, page.theme.notice()),
            Span::styled(
                if self.is_otherwise() { " ◀" } else { "" },
                page.theme.own(),
            ),
        ];
        let first = page.lines.len();
        page.spans(&spans, 2);
        if self.is_otherwise() {
            page.is_news(first);
        }
        let mut dirs: Vec<(String, &String)> = Vec::new();
        if !overlay.upperdir.is_empty() {
            dirs.push(("upper".to_owned(), &overlay.upperdir));
        }
        for (index, dir) in overlay.lowerdirs.iter().enumerate() {
            dirs.push((format!("lower {}", index + 1), dir));
        }
        let places = dirs
            .iter()
            .map(|(word, dir)| format!("{word}: {}", clean(dir)));
        let work = match (overlay.workdir.as_str(), overlay.work.as_slice()) {
            ("", _) => None,
            (dir, []) => Some(word!("ov-work-empty", dir = dir)),
            (dir, names) => Some(word!("ov-work", dir = dir, names = names.join(", "))),
        };
        // Each mount is `rw` or `ro`: only `ro` is worth showing.
        let options = overlay.options.iter().filter(|option| *option != "rw");
        let words: Vec<String> = places
            .chain(work.map(|words| clean(&words)))
            .chain(options.map(|option| clean(option)))
            .collect();
        page.say(&format!("  {}", words.join(", ")), page.theme.dim(), 4);
    }

    /// Whether it was not there when the step began, or was mounted otherwise.
    fn is_otherwise(&self) -> bool {
        self.then.is_none_or(|then| {
            then.mounted != self.overlay.mounted
                || then.lowerdirs != self.overlay.lowerdirs
                || then.options != self.overlay.options
        })
    }

    /// Whether a name is otherwise than when the step began. Of the lower layers, what was not
    /// read then is not new.
    fn is_news(&self, path: &str, entry: &Entry) -> bool {
        self.then.is_some_and(|then| match then.entries.get(path) {
            Some(old) => old != entry,
            None => entry.layers.iter().any(|version| version.layer == 0),
        })
    }

    /// Whether the names in a directory are shown.
    fn is_open(&self, path: &str) -> bool {
        self.layers.is_open(self.name, self.overlay, path)
    }

    /// Whether a name is shown: it matches the filter, or, without a filter, all directories above
    /// it are open.
    fn is_shown(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        if !self.layers.filter.is_empty() {
            return name.contains(&self.layers.filter);
        }
        let above = path.match_indices('/').map(|(at, _)| &path[..at]);
        above.into_iter().all(|dir| self.is_open(dir))
    }

    fn row(&self, page: &mut Page, path: &str, entry: &Entry) {
        let theme = page.theme;
        let place = (self.name.to_owned(), path.to_owned());
        let selected = self.layers.selected.as_ref() == Some(&place);
        let depth = path.matches('/').count();
        let is_dir = matches!(entry.kind.as_str(), "directory" | "opaque");
        let fold = match is_dir {
            true if self.is_open(path) => "▾ ",
            true => "▸ ",
            false => "  ",
        };
        let name = if self.layers.filter.is_empty() {
            path.rsplit('/').next().unwrap_or(path)
        } else {
            path
        };
        let slash = if is_dir { "/" } else { "" };
        let shown = match entry.kind.as_str() {
            "whiteout" => format!("{fold}{} — {}", clean(name), word!("ov-deleted")),
            "hidden" => format!("{fold}({})", clean(name)),
            _ => format!("{fold}{}{slash}", clean(name)),
        };
        let indent = if self.layers.filter.is_empty() {
            depth * 2
        } else {
            0
        };
        let indented = format!("{}{shown}", " ".repeat(indent));
        let is_news = self.is_news(path, entry);
        let mark = if is_news { "◀ " } else { " " };
        let named = cut(&indented, self.names.saturating_sub(mark.chars().count()));
        let room = self.names.saturating_sub(mark.chars().count());
        let words = format!("{}{mark}", column(&named, room));
        let style = match entry.kind.as_str() {
            _ if selected => theme.selected(),
            "whiteout" | "hidden" => theme.dim(),
            _ if is_news => theme.own(),
            _ => theme.plain(),
        };
        let mut spans = vec![Span::styled(words, style)];
        for layer in &self.shown {
            let version = entry.layers.iter().find(|v| v.layer == *layer);
            let (words, style) = cell(entry, version, theme);
            spans.push(Span::styled(column(&words, LAYER), style));
        }
        let first = page.lines.len();
        page.spans(&spans, 0);
        if is_news {
            page.is_news(first);
        }
        page.hit(first, &Command::Entry(place.0, place.1));
    }
}

/// Says how many names of a directory are missing.
fn unread(page: &mut Page, path: &str, more: i64) {
    let depth = if path.is_empty() {
        0
    } else {
        path.matches('/').count() + 1
    };
    let words = match more {
        -1 => word!("ov-unread"),
        more => word!("ov-more-names", count = more),
    };
    let line = format!("{}  {words}", " ".repeat(depth * 2));
    page.say(&line, page.theme.dim(), 2);
}

/// What one layer has of a name: a mark and a size, in brackets if it is shadowed.
fn cell(entry: &Entry, version: Option<&Version>, theme: Theme) -> (String, Style) {
    let Some(version) = version else {
        return ("·".to_owned(), theme.dim());
    };
    let is_dir = version.kind == "directory";
    let size = match version.kind.as_str() {
        "whiteout" => "0/0".to_owned(),
        "directory" => word!("ov-dir"),
        "symlink" => word!("ov-link"),
        "other" => word!("ov-special"),
        _ => bytes(version.size).replace(&word!("bytes", count = ""), " B"),
    };
    let below = entry.layers.iter().any(|other| other.layer > version.layer);
    let (mark, style): (&str, Style) = match version.kind.as_str() {
        "whiteout" => ("D", theme.notice()),
        _ if version.shadowed => ("", theme.dim()),
        _ if version.layer > 0 => ("", theme.plain()),
        _ if entry.kind == "opaque" => ("O", theme.notice()),
        _ if !below => ("A", theme.good()),
        _ if is_dir => ("", theme.plain()),
        _ if entry.differs || !entry.copied_up => ("M", theme.own()),
        _ => ("↑", theme.own()),
    };
    // A shadowed version needs no mark, and its brackets need the room.
    let words = if version.shadowed {
        format!("({size})")
    } else {
        format!("{mark:<2}{size}")
    };
    (words, style)
}
