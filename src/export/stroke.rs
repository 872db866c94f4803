//! Lines and blocks as shapes, which join in any font.

use std::fmt::Write as _;
use std::ops::Range;

/// The width and the height of a cell, in pixels.
pub(super) const CELL: Cell = Cell {
    width: 8.4,
    height: 18.0,
};

/// The room of one letter, in the units of the picture.
pub(super) struct Cell {
    pub(super) width: f32,
    pub(super) height: f32,
}

impl Cell {
    /// The corner of a column and a row.
    pub(super) fn corner(&self, column: u16, row: u16) -> Point {
        Point {
            x: f32::from(column) * self.width,
            y: f32::from(row) * self.height,
        }
    }
}

/// A place in the picture.
#[derive(Clone, Copy)]
pub(super) struct Point {
    pub(super) x: f32,
    pub(super) y: f32,
}

/// The lines from a cell's middle up, right, down and left: 0 is none, 1 light, 2 heavy.
type Arms = [u8; 4];

const ARMS: [(char, Arms); 34] = [
    ('─', [0, 1, 0, 1]),
    ('━', [0, 2, 0, 2]),
    ('│', [1, 0, 1, 0]),
    ('┃', [2, 0, 2, 0]),
    ('┌', [0, 1, 1, 0]),
    ('┏', [0, 2, 2, 0]),
    ('┐', [0, 0, 1, 1]),
    ('┓', [0, 0, 2, 2]),
    ('└', [1, 1, 0, 0]),
    ('┗', [2, 2, 0, 0]),
    ('┘', [1, 0, 0, 1]),
    ('┛', [2, 0, 0, 2]),
    ('├', [1, 1, 1, 0]),
    ('┣', [2, 2, 2, 0]),
    ('┤', [1, 0, 1, 1]),
    ('┫', [2, 0, 2, 2]),
    ('┬', [0, 1, 1, 1]),
    ('┳', [0, 2, 2, 2]),
    ('┴', [1, 1, 0, 1]),
    ('┻', [2, 2, 0, 2]),
    ('┼', [1, 1, 1, 1]),
    ('╋', [2, 2, 2, 2]),
    ('╭', [0, 1, 1, 0]),
    ('╮', [0, 0, 1, 1]),
    ('╯', [1, 0, 0, 1]),
    ('╰', [1, 1, 0, 0]),
    ('╴', [0, 0, 0, 1]),
    ('╵', [1, 0, 0, 0]),
    ('╶', [0, 1, 0, 0]),
    ('╷', [0, 0, 1, 0]),
    ('╸', [0, 0, 0, 2]),
    ('╹', [2, 0, 0, 0]),
    ('╺', [0, 2, 0, 0]),
    ('╻', [0, 0, 2, 0]),
];

/// The shapes of a run of lines and blocks.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    /// Light lines, as the data of an SVG path.
    pub(super) light: String,
    /// Heavy lines.
    pub(super) heavy: String,
    /// Blocks: their places, and their opacity.
    pub(super) blocks: Vec<(Block, f32)>,
    /// What has no shape: its column and the letter.
    pub(super) letters: Vec<(u16, char)>,
}

/// The place of a block: x, y, width, height.
pub(super) type Block = [f32; 4];

/// The shapes of a run that begins at a column of a row.
pub(super) fn shapes(text: &str, column: u16, row: u16) -> Shapes {
    let mut shapes = Shapes::default();
    let mut level: Option<Level> = None;
    for (column, letter) in (column..).zip(text.chars()) {
        let arms = ARMS.iter().find(|(of, _)| *of == letter);
        let place = CELL.corner(column, row);
        match (arms, block(letter)) {
            (Some((_, arms)), _) => shapes.arms(*arms, place, &mut level),
            (None, Some((part, shade))) => {
                let [x, y, width, height] = part;
                let (x, y) = (place.x + x * CELL.width, place.y + y * CELL.height);
                let part = [x, y, width * CELL.width, height * CELL.height];
                shapes.blocks.push((part, shade));
            }
            _ => shapes.letters.push((column, letter)),
        }
    }
    shapes.end(level);
    shapes
}

/// A horizontal line that may go on: its weight, its ends, its height.
#[derive(Clone, Copy)]
struct Level {
    weight: u8,
    from: f32,
    to: f32,
    y: f32,
}

impl Level {
    fn at(y: f32, weight: u8, ends: Range<f32>) -> Self {
        Self {
            weight,
            from: ends.start,
            to: ends.end,
            y,
        }
    }

    /// Whether another line begins where this one ends, and is as heavy.
    fn goes_on_in(&self, next: &Self) -> bool {
        self.weight == next.weight && (self.to - next.from).abs() < 0.01
    }
}

impl Shapes {
    fn arms(&mut self, arms: Arms, place: Point, level: &mut Option<Level>) {
        let Point { x, y } = place;
        let (middle, centre) = (x + CELL.width / 2.0, y + CELL.height / 2.0);
        let (right_end, bottom) = (x + CELL.width, y + CELL.height);
        let [up, right, down, left] = arms;
        self.level(Level::at(centre, left, x..middle), level);
        self.level(Level::at(centre, right, middle..right_end), level);
        if up > 0 && up == down {
            self.upright(up, middle, y..bottom);
        } else {
            self.upright(up, middle, y..centre);
            self.upright(down, middle, centre..bottom);
        }
    }

    /// Continues the horizontal line, or begins another one.
    fn level(&mut self, new: Level, level: &mut Option<Level>) {
        match level {
            Some(now) if now.goes_on_in(&new) => now.to = new.to,
            _ if new.weight > 0 => {
                let last = level.replace(new);
                self.end(last);
            }
            _ => {}
        }
    }

    fn end(&mut self, level: Option<Level>) {
        if let Some(Level {
            weight,
            from,
            to,
            y,
        }) = level
        {
            let _ = write!(self.path(weight), "M{from:.1} {y:.1}H{to:.1}");
        }
    }

    fn upright(&mut self, weight: u8, x: f32, ends: Range<f32>) {
        if weight > 0 {
            let Range { start, end } = ends;
            let _ = write!(self.path(weight), "M{x:.1} {start:.1}V{end:.1}");
        }
    }

    fn path(&mut self, weight: u8) -> &mut String {
        if weight > 1 {
            &mut self.heavy
        } else {
            &mut self.light
        }
    }
}

/// The part of its cell that a block covers, and its opacity.
fn block(letter: char) -> Option<(Block, f32)> {
    let eighths = |from: char| {
        f32::from(u8::try_from(u32::from(letter) - u32::from(from)).unwrap_or(0)) / 8.0
    };
    match letter {
        // From one eighth to the whole cell, from below.
        '\u{2581}'..='\u{2588}' => {
            let height = eighths('\u{2580}');
            Some(([0.0, 1.0 - height, 1.0, height], 1.0))
        }
        // From seven eighths to one, from the left.
        '\u{2589}'..='\u{258f}' => Some(([0.0, 0.0, 1.0 - eighths('\u{2588}'), 1.0], 1.0)),
        '\u{2580}' => Some(([0.0, 0.0, 1.0, 0.5], 1.0)),
        '\u{2590}' => Some(([0.5, 0.0, 0.5, 1.0], 1.0)),
        '░' => Some(([0.0, 0.0, 1.0, 1.0], 0.25)),
        '▒' => Some(([0.0, 0.0, 1.0, 1.0], 0.5)),
        '▓' => Some(([0.0, 0.0, 1.0, 1.0], 0.75)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_meet_at_the_edges_of_their_cells() {
        let above = shapes("┌──┐", 0, 0);
        assert_eq!(above.light, "M4.2 9.0V18.0M29.4 9.0V18.0M4.2 9.0H29.4");
        let below = shapes("│", 0, 1);
        assert_eq!(below.light, "M4.2 18.0V36.0");
        assert_eq!(shapes("━", 1, 0).heavy, "M8.4 9.0H16.8");
    }

    #[test]
    fn blocks_fill_their_part_of_the_cell() {
        let part = |letter: &str| {
            let part = shapes(letter, 0, 0).blocks[0].0;
            part.map(|length| format!("{length:.2}")).join(" ")
        };
        assert_eq!(part("█"), "0.00 0.00 8.40 18.00");
        assert_eq!(part("▄"), "0.00 9.00 8.40 9.00");
        assert_eq!(part("▏"), "0.00 0.00 1.05 18.00");
        assert_eq!(shapes("╌", 3, 0).letters, [(3, '╌')]);
    }
}
