//! What a cell of a screen looks like: its colours as numbers, its letters in runs.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr as _;

use crate::config::Look;
use crate::ui::steers;

/// The colours of a screen that sets none.
#[derive(Debug)]
pub(super) struct Ground {
    /// The colour of letters.
    pub(super) text: &'static str,
    /// The colour behind letters.
    pub(super) back: &'static str,
    /// The sixteen named colours.
    pub(super) sixteen: [&'static str; 16],
}

/// Light letters on a dark ground. Each colour but black is easy to read on it (WCAG 2.2, 1.4.3).
pub(super) const DARK: Ground = Ground {
    text: "#d8dee9",
    back: "#16181d",
    sixteen: [
        "#3b4048", "#ef7a85", "#98c379", "#e5c07b", "#6cb6ff", "#d18ce8", "#56c8d8", "#c8ccd4",
        "#8a919e", "#ff9aa2", "#b5e890", "#ffd98a", "#93ccff", "#e8a8ff", "#7fe3f0", "#ffffff",
    ],
};

/// Dark letters on a light ground.
pub(super) const LIGHT: Ground = Ground {
    text: "#1f2329",
    back: "#fbfbfa",
    sixteen: [
        "#1f2329", "#b3202c", "#2c6e1f", "#7a5200", "#1c5fb0", "#8a2f9e", "#0b6674", "#5b626d",
        "#6a717c", "#9c1420", "#235a18", "#664400", "#154c90", "#722384", "#08535e", "#33383f",
    ],
};

/// The ground for a look.
pub(super) fn ground(look: Option<Look>) -> &'static Ground {
    match look {
        Some(Look::Light) => &LIGHT,
        _ => &DARK,
    }
}

/// A colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    /// The ground's colour of letters.
    Text,
    /// The ground's colour behind letters.
    Back,
    /// One of the sixteen named colours.
    Named(u8),
    /// Red, green, blue.
    Exact(u8, u8, u8),
}

impl Paint {
    /// The colour as CSS and SVG write it.
    pub(super) fn on(self, ground: &Ground) -> String {
        match self {
            Self::Text => ground.text.to_owned(),
            Self::Back => ground.back.to_owned(),
            Self::Named(number) => ground.sixteen[usize::from(number & 15)].to_owned(),
            Self::Exact(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        }
    }

    fn of(colour: Color, reset: Self) -> Self {
        match colour {
            Color::Reset => reset,
            Color::Black => Self::Named(0),
            Color::Red => Self::Named(1),
            Color::Green => Self::Named(2),
            Color::Yellow => Self::Named(3),
            Color::Blue => Self::Named(4),
            Color::Magenta => Self::Named(5),
            Color::Cyan => Self::Named(6),
            Color::Gray => Self::Named(7),
            Color::DarkGray => Self::Named(8),
            Color::LightRed => Self::Named(9),
            Color::LightGreen => Self::Named(10),
            Color::LightYellow => Self::Named(11),
            Color::LightBlue => Self::Named(12),
            Color::LightMagenta => Self::Named(13),
            Color::LightCyan => Self::Named(14),
            Color::White => Self::Named(15),
            Color::Rgb(red, green, blue) => Self::Exact(red, green, blue),
            Color::Indexed(number) => Self::indexed(number),
        }
    }

    /// One of the 256 colours of nearly all terminals: sixteen named ones, a cube of six levels,
    /// greys.
    fn indexed(number: u8) -> Self {
        let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
        match number {
            0..16 => Self::Named(number),
            16..232 => {
                let cube = number - 16;
                Self::Exact(level(cube / 36), level(cube / 6 % 6), level(cube % 6))
            }
            232.. => {
                let grey = 8 + 10 * (number - 232);
                Self::Exact(grey, grey, grey)
            }
        }
    }
}

/// The colours and the style of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ink {
    pub(super) text: Paint,
    pub(super) back: Paint,
    /// Bold, dim, italic, underlined, crossed out.
    pub(super) modifier: Modifier,
}

impl Ink {
    fn of(cell: &Cell) -> Self {
        let mut ink = Self {
            text: Paint::of(cell.fg, Paint::Text),
            back: Paint::of(cell.bg, Paint::Back),
            modifier: cell.modifier,
        };
        if cell.modifier.contains(Modifier::REVERSED) {
            std::mem::swap(&mut ink.text, &mut ink.back);
        }
        if cell.modifier.contains(Modifier::HIDDEN) {
            ink.text = ink.back;
        }
        ink.modifier.remove(Modifier::REVERSED | Modifier::HIDDEN);
        ink
    }
}

/// The kind of the letters of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One column each; every font has them.
    Plain,
    /// One column each; a font may lack them, and its substitute may be wider.
    Rare,
    /// Two columns each.
    Wide,
    /// Lines and blocks, which touch their neighbours.
    Line,
}

impl Kind {
    fn of(symbol: &str) -> Self {
        match symbol.chars().next().unwrap_or(' ') {
            _ if symbol.width() > 1 => Self::Wide,
            '\u{2500}'..='\u{259f}' => Self::Line,
            letter if letter.is_ascii() => Self::Plain,
            _ => Self::Rare,
        }
    }
}

/// Adjacent letters of one kind and one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// The first column.
    pub(super) x: u16,
    /// How many columns it takes.
    pub(super) columns: u16,
    pub(super) text: String,
    pub(super) kind: Kind,
    pub(super) ink: Ink,
}

/// A row of a screen, without the blanks at its end.
pub(super) fn row(buffer: &Buffer, y: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let (mut x, end) = (buffer.area.left(), buffer.area.right());
    while let Some(cell) = buffer.cell((x, y)).filter(|_| x < end) {
        let symbol = shown(cell.symbol());
        let columns = u16::try_from(symbol.width()).unwrap_or(1).max(1);
        let (kind, ink) = (Kind::of(&symbol), Ink::of(cell));
        match runs.last_mut() {
            Some(run) if run.kind == kind && run.ink == ink => {
                run.text.push_str(&symbol);
                run.columns += columns;
            }
            _ => runs.push(Run {
                x,
                columns,
                text: symbol,
                kind,
                ink,
            }),
        }
        x += columns;
    }
    trim(&mut runs);
    runs
}

/// Removes the blanks at the end.
fn trim(runs: &mut Vec<Run>) {
    while let Some(last) = runs.last_mut() {
        if last.ink.back != Paint::Back || last.kind != Kind::Plain {
            return;
        }
        last.text.truncate(last.text.trim_end().len());
        last.columns = u16::try_from(last.text.width()).unwrap_or(last.columns);
        if !last.text.is_empty() {
            return;
        }
        runs.pop();
    }
}

/// The text of a cell; a space if it is empty.
fn shown(symbol: &str) -> String {
    let text = plain(symbol).replace(['\n', '\t'], "");
    if text.is_empty() {
        " ".to_owned()
    } else {
        text
    }
}

/// The text without characters that no file may hold or that act on a viewer: control characters
/// except line ends and tabs, marks that change the direction of writing, and what XML 1.0
/// excludes.
pub(super) fn plain(text: &str) -> String {
    let kept = |letter: &char| match letter {
        '\n' | '\t' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        letter => !steers(*letter),
    };
    text.chars().filter(kept).collect()
}

/// A text for XML and HTML, also between quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in plain(text).chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(letter),
        }
    }
    out
}

/// The colours of a ground as variables of CSS.
pub(super) fn variables(ground: &Ground) -> String {
    let mut css = format!("--text:{};--back:{};", ground.text, ground.back);
    for (number, colour) in ground.sixteen.iter().enumerate() {
        let _ = write!(css, "--c{number}:{colour};");
    }
    css
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    fn drawn(text: &str, style: Style) -> Vec<Run> {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
        buffer.set_string(0, 0, text, style);
        row(&buffer, 0)
    }

    #[test]
    fn wide_letters_stand_at_their_columns() {
        let runs = drawn("a容器b│", Style::new());
        let places: Vec<_> = runs
            .iter()
            .map(|run| (run.x, run.columns, run.text.as_str(), run.kind))
            .collect();
        let wanted = [
            (0, 1, "a", Kind::Plain),
            (1, 4, "容器", Kind::Wide),
            (5, 1, "b", Kind::Plain),
            (6, 1, "│", Kind::Line),
        ];
        assert_eq!(places, wanted);
    }

    #[test]
    fn every_colour_has_a_number() {
        let on = |colour| Paint::of(colour, Paint::Text).on(&DARK);
        assert_eq!(on(Color::Reset), DARK.text);
        assert_eq!(on(Color::Cyan), DARK.sixteen[6]);
        assert_eq!(on(Color::Indexed(9)), DARK.sixteen[9]);
        // The cube and the greys of xterm: 256colres.h.
        assert_eq!(on(Color::Indexed(16)), "#000000");
        assert_eq!(on(Color::Indexed(67)), "#5f87af");
        assert_eq!(on(Color::Indexed(231)), "#ffffff");
        assert_eq!(on(Color::Indexed(232)), "#080808");
        assert_eq!(on(Color::Indexed(255)), "#eeeeee");
        assert_eq!(on(Color::Rgb(1, 2, 255)), "#0102ff");
    }

    #[test]
    fn what_is_reversed_is_turned_round_and_kept_to_its_end() {
        let runs = drawn("on ", Style::new().add_modifier(Modifier::REVERSED));
        let ink = runs[0].ink;
        assert_eq!((ink.text, ink.back), (Paint::Back, Paint::Text));
        assert_eq!((runs[0].text.as_str(), runs.len()), ("on ", 1));
        let hidden = drawn("x", Style::new().add_modifier(Modifier::HIDDEN));
        assert_eq!(hidden[0].ink.text, Paint::Back);
    }

    #[test]
    fn nothing_gets_out_of_its_quotes() {
        assert_eq!(
            escaped("<a b='\"'>&\u{1b}[0m\u{0}\u{202e}\u{ffff}\n"),
            "&lt;a b=&#39;&quot;&#39;&gt;&amp;[0m\n"
        );
    }

    /// The contrast of two colours, as WCAG 2.2 computes it.
    fn contrast(one: &str, other: &str) -> f64 {
        let light = |colour: &str| {
            let part = |from: usize| {
                let part = u8::from_str_radix(&colour[from..from + 2], 16).unwrap();
                let part = f64::from(part) / 255.0;
                if part <= 0.04045 {
                    part / 12.92
                } else {
                    ((part + 0.055) / 1.055).powf(2.4)
                }
            };
            0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
        };
        let (one, other) = (light(one), light(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn letters_of_every_colour_are_read_easily() {
        for (name, ground) in [("dark", &DARK), ("light", &LIGHT)] {
            // A program that prints black on dark asked for it.
            let colours = ground.sixteen.iter().skip(1).chain([&ground.text]);
            for colour in colours {
                let contrast = contrast(colour, ground.back);
                assert!(contrast >= 4.5, "{name} {colour}: {contrast}");
            }
        }
    }
}
