//! A screen as a picture: SVG 1.1, which any browser shows, with letters that can be selected, each
//! at its column.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::style::Modifier;

use super::paint::{Ground, Ink, Kind, Paint, Run, escaped, ground, row};
use super::reel::{Reel, Unmade, Wanted, through};
use super::stroke::{CELL, shapes};
use crate::scene::Head;
use crate::scene::journal::Line;

/// The room around the screen.
const MARGIN: f32 = 10.0;
/// From the top of a cell to the base line of its letters.
const BASE: f32 = 13.4;

const STYLE: &str = "text{font:14px ui-monospace,'DejaVu Sans Mono','SF Mono',Menlo,Consolas,'Liberation Mono','Noto Sans Mono CJK SC','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',monospace;white-space:pre}.b{font-weight:700}.i{font-style:italic}.d{opacity:.68}.u{text-decoration:underline}.s{text-decoration:line-through}.l{fill:none;stroke-width:1.2}.h{fill:none;stroke-width:2.6}";

/// A picture of the screen at the end of what is wanted.
pub(super) fn picture(
    head: Head,
    lines: impl Iterator<Item = Line>,
    wanted: Wanted,
) -> Result<String, Unmade> {
    let mut reel = Reel::new(head, wanted)?;
    through(&mut reel, lines, |reel, line| {
        reel.take(line.moment);
    })?;
    reel.draw();
    let (session, steps) = (reel.session(), reel.session().lab().steps.len());
    let title = format!(
        "isolab · {} · {}/{steps} {}",
        session.lab().title,
        session.index() + 1,
        session.step().title
    );
    Ok(svg(reel.buffer(), &title, ground(reel.look)))
}

/// A picture of a screen.
pub(super) fn svg(screen: &Buffer, title: &str, ground: &Ground) -> String {
    let width = f32::from(screen.area.width) * CELL.width + 2.0 * MARGIN;
    let height = f32::from(screen.area.height) * CELL.height + 2.0 * MARGIN;
    let title = escaped(title);
    let (text, back) = (ground.text, ground.back);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"-{MARGIN} -{MARGIN} {width:.1} {height:.1}\" role=\"img\" aria-labelledby=\"title\">\n<title id=\"title\">{title}</title>\n<style>{STYLE}</style>\n<rect x=\"-{MARGIN}\" y=\"-{MARGIN}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"8\" fill=\"{back}\"/>\n<g fill=\"{text}\">\n"
    );
    for y in screen.area.top()..screen.area.bottom() {
        for run in row(screen, y) {
            draw(&mut out, &run, y, ground);
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
}

fn draw(out: &mut String, run: &Run, y: u16, ground: &Ground) {
    if run.ink.back != Paint::Back {
        let (x, top) = (f32::from(run.x) * CELL.width, f32::from(y) * CELL.height);
        let width = f32::from(run.columns) * CELL.width;
        let fill = run.ink.back.on(ground);
        let _ = writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{:.1}\" fill=\"{fill}\"/>",
            CELL.height
        );
    }
    match run.kind {
        Kind::Line => lines(out, run, y, ground),
        Kind::Plain => words(out, run, y, ground),
        Kind::Rare | Kind::Wide => letters(out, run, y, ground),
    }
}

/// Plain letters. Several blanks end a text, so that nothing depends on how a viewer treats blanks.
fn words(out: &mut String, run: &Run, y: u16, ground: &Ground) {
    let mut rest = run.text.as_str();
    let mut at = run.x;
    while !rest.is_empty() {
        let blank = rest.len() - rest.trim_start_matches(' ').len();
        rest = &rest[blank..];
        let end = rest.find("  ").unwrap_or(rest.len());
        let word = rest[..end].trim_end();
        // Plain letters are ASCII: a byte is a column.
        let x = at + u16::try_from(blank).unwrap_or(0);
        let text = Text {
            x,
            y,
            letters: word,
            columns: word.len(),
        };
        put(out, &text, run.ink, ground);
        at = x + u16::try_from(end).unwrap_or(0);
        rest = &rest[end..];
    }
}

/// Letters that may be wider or narrower than their columns: each gets a place of its own.
fn letters(out: &mut String, run: &Run, y: u16, ground: &Ground) {
    let columns = if run.kind == Kind::Wide { 2 } else { 1 };
    let mut clusters: Vec<String> = Vec::new();
    for letter in run.text.chars() {
        let joins = unicode_width::UnicodeWidthChar::width(letter) == Some(0);
        match clusters.last_mut().filter(|_| joins) {
            Some(last) => last.push(letter),
            None => clusters.push(letter.to_string()),
        }
    }
    let places = (run.x..).step_by(columns);
    for (x, cluster) in places.zip(&clusters) {
        let text = Text {
            x,
            y,
            letters: cluster,
            columns,
        };
        put(out, &text, run.ink, ground);
    }
}

/// Letters that begin at a column of a row, and take exactly so many columns.
struct Text<'a> {
    x: u16,
    y: u16,
    letters: &'a str,
    columns: usize,
}

fn put(out: &mut String, text: &Text<'_>, ink: Ink, ground: &Ground) {
    if text.letters.trim().is_empty() {
        return;
    }
    let corner = CELL.corner(text.x, text.y);
    let (left, base) = (corner.x, corner.y + BASE);
    let length = f32::from(u16::try_from(text.columns).unwrap_or(u16::MAX)) * CELL.width;
    let (look, text) = (look(ink, ground), escaped(text.letters));
    let _ = writeln!(
        out,
        "<text x=\"{left:.1}\" y=\"{base:.1}\" textLength=\"{length:.1}\" lengthAdjust=\"spacingAndGlyphs\"{look}>{text}</text>"
    );
}

/// The attributes for the style of letters.
fn look(ink: Ink, ground: &Ground) -> String {
    const CLASSES: [(Modifier, &str); 5] = [
        (Modifier::BOLD, "b"),
        (Modifier::ITALIC, "i"),
        (Modifier::DIM, "d"),
        (Modifier::UNDERLINED, "u"),
        (Modifier::CROSSED_OUT, "s"),
    ];
    let classes = CLASSES.iter().filter(|(of, _)| ink.modifier.contains(*of));
    let classes: Vec<&str> = classes.map(|(_, class)| *class).collect();
    let mut look = String::new();
    if !classes.is_empty() {
        let _ = write!(look, " class=\"{}\"", classes.join(" "));
    }
    if ink.text != Paint::Text {
        let _ = write!(look, " fill=\"{}\"", ink.text.on(ground));
    }
    look
}

/// Draws lines and blocks as shapes.
fn lines(out: &mut String, run: &Run, y: u16, ground: &Ground) {
    let shapes = shapes(&run.text, run.x, y);
    let colour = run.ink.text.on(ground);
    let dim = if run.ink.modifier.contains(Modifier::DIM) {
        " d"
    } else {
        ""
    };
    for (class, path) in [("l", &shapes.light), ("h", &shapes.heavy)] {
        if !path.is_empty() {
            let _ = writeln!(
                out,
                "<path class=\"{class}{dim}\" stroke=\"{colour}\" d=\"{path}\"/>"
            );
        }
    }
    for ([x, y, width, height], shade) in shapes.blocks {
        let _ = writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{colour}\" opacity=\"{shade}\"/>"
        );
    }
    for (x, letter) in shapes.letters {
        let text = Text {
            x,
            y,
            letters: &letter.to_string(),
            columns: 1,
        };
        put(out, &text, run.ink, ground);
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::{Color, Style};

    use super::super::paint::DARK;
    use super::*;

    fn screen(text: &str, style: Style) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 2));
        buffer.set_string(1, 1, text, style);
        svg(&buffer, "<t> & co", &DARK)
    }

    #[test]
    fn letters_stand_at_their_columns() {
        let svg = screen("a 容b", Style::new().fg(Color::Indexed(67)).bold());
        let colour = " class=\"b\" fill=\"#5f87af\"";
        for (x, length, text) in [
            ("8.4", "8.4", "a"),
            ("25.2", "16.8", "容"),
            ("42.0", "8.4", "b"),
        ] {
            let line = format!(
                "<text x=\"{x}\" y=\"31.4\" textLength=\"{length}\" lengthAdjust=\"spacingAndGlyphs\"{colour}>{text}</text>\n"
            );
            assert!(svg.contains(&line), "{line} in {svg}");
        }
    }

    #[test]
    fn far_words_are_texts_of_their_own() {
        let svg = screen("two words   far", Style::new());
        assert!(svg.contains(
            "x=\"8.4\" y=\"31.4\" textLength=\"75.6\" lengthAdjust=\"spacingAndGlyphs\">two words<"
        ));
        assert!(svg.contains("x=\"109.2\""), "{svg}");
    }

    #[test]
    fn what_is_behind_letters_is_drawn_and_nothing_escapes() {
        let svg = screen(
            "<&>",
            Style::new().bg(Color::Rgb(1, 2, 3)).dim().underlined(),
        );
        assert!(svg.contains(
            "<rect x=\"8.4\" y=\"18.0\" width=\"25.2\" height=\"18.0\" fill=\"#010203\"/>"
        ));
        assert!(svg.contains(" class=\"d u\">&lt;&amp;&gt;</text>"), "{svg}");
        assert!(svg.contains("<title id=\"title\">&lt;t&gt; &amp; co</title>"));
    }
}
