//! The images: each is a stack of layers, the top one first.

use ratatui::text::Span;

use super::{States, bytes};
use crate::snapshot::overlay::store::short;
use crate::ui::text::{Page, clean};
use crate::word;

/// All images.
pub(super) fn add(page: &mut Page, states: States<'_>) {
    let States { before, now } = states;
    let theme = page.theme;
    if now.images.values().all(|image| image.layers.is_empty()) {
        return;
    }
    page.say(&word!("ov-images"), theme.dim(), 2);
    // One without layers is the place for an image that nobody has brought.
    let there = now
        .images
        .iter()
        .filter(|(_, image)| !image.layers.is_empty());
    for (name, image) in there {
        let is_news = before.images.get(name) != Some(image);
        let first = page.lines.len();
        let mark = if is_news { " ◀" } else { "" };
        let spans = [
            Span::styled(clean(name), theme.strong()),
            Span::styled(mark, theme.own()),
        ];
        page.spans(&spans, 2);
        if is_news {
            page.is_news(first);
        }
        for layer in image.layers.iter().rev() {
            let size = match layer.size {
                -1 => word!("ov-no-archive"),
                size => bytes(size),
            };
            let others = now.images.iter().filter(|(other, image)| {
                *other != name && image.layers.iter().any(|l| l.digest == layer.digest)
            });
            let sharing: Vec<String> = others.map(|(other, _)| clean(other)).collect();
            let shared = match sharing.as_slice() {
                [] => String::new(),
                names => format!("  {}", word!("ov-also-in", names = names.join(", "))),
            };
            let state = if layer.unpacked.is_empty() {
                format!("  {}", word!("ov-not-unpacked"))
            } else {
                String::new()
            };
            let spans = [
                Span::styled(format!("  {}", clean(short(&layer.digest))), theme.code()),
                Span::styled(format!("  {size}"), theme.plain()),
                Span::styled(shared, theme.dim()),
                Span::styled(state, theme.notice()),
            ];
            page.spans(&spans, 4);
        }
    }
}
