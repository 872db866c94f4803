//! A picture of a screen, read back: each letter at its column.

use std::path::Path;

use isolab::word::{Language, speak};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr as _;

use super::{export, scene};

/// What a picture shows: each letter at its column.
pub(super) fn letters(svg: &str, area: Rect) -> Buffer {
    let mut buffer = Buffer::empty(area);
    for line in svg.lines().filter(|line| line.starts_with("<text")) {
        let value = |name: &str| -> f32 {
            let rest = line.split_once(&format!(" {name}=\"")).unwrap().1;
            rest.split('"').next().unwrap().parse().unwrap()
        };
        let text = line
            .split_once('>')
            .unwrap()
            .1
            .strip_suffix("</text>")
            .unwrap();
        let text = [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&#39;", "'"),
            ("&amp;", "&"),
        ]
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
        let place = |of: f32, cell: f32| format!("{:.0}", of / cell).parse::<u16>().unwrap();
        let (x, y) = (place(value("x"), 8.4), place(value("y") - 13.4, 18.0));
        assert_eq!(
            usize::from(place(value("textLength"), 8.4)),
            text.width(),
            "{line}"
        );
        buffer.set_string(x, y, text, ratatui::style::Style::new());
    }
    buffer
}

/// The letters of a screen, without what is drawn as a shape.
pub(super) fn words(buffer: &Buffer) -> Vec<String> {
    let shape = |symbol: &str| symbol.starts_with(|c| ('\u{2500}'..='\u{259f}').contains(&c));
    let rows = buffer.content.chunks(usize::from(buffer.area.width));
    let row = |cells: &[ratatui::buffer::Cell]| -> String {
        let symbols = cells.iter().map(ratatui::buffer::Cell::symbol);
        let text: String = symbols
            .map(|symbol| if shape(symbol) { " " } else { symbol })
            .collect();
        text.trim_end().to_owned()
    };
    rows.map(row).collect()
}

pub(super) fn picture(journal: &Path, language: Language) {
    for step in [None, Some(1)] {
        let scene = scene(journal, language, step);
        let number = step.map(|step| (step + 1).to_string());
        let more = number
            .as_ref()
            .map(|number| ["svg", "--step", number].to_vec());
        let svg = export(language, journal, &more.unwrap_or(vec!["svg"]));
        let area = scene.buffer().area;
        assert_eq!(
            words(&letters(&svg, area)),
            words(scene.buffer()),
            "{step:?}"
        );
    }
    speak(Language::English);
}
