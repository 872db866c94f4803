//! Cables beside a column of boxes: each runs from one row to another in a
//! column of its own, as near to the boxes as the others allow.

use ratatui::text::Span;

use crate::ui::Theme;

/// A cable between two rows, the upper one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cable {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Whether both ends have a carrier.
    pub(super) carries: bool,
    /// Whether a ping passed both ends in this step.
    pub(super) used: bool,
}

/// How a piece of a cable is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// An end has no carrier.
    #[default]
    Idle,
    Carries,
    Used,
}

impl Cable {
    fn kind(&self) -> Kind {
        match (self.used, self.carries) {
            (true, _) => Kind::Used,
            (false, true) => Kind::Carries,
            (false, false) => Kind::Idle,
        }
    }
}

/// Cables with their columns, counted from the boxes.
#[derive(Debug)]
pub(super) struct Rails {
    cables: Vec<(Cable, usize)>,
    columns: usize,
}

/// The arms that a cell has: up, down, left, right.
type Arms = [bool; 4];

impl Rails {
    /// Gives each cable a column; `None` if there are no cables.
    pub(super) fn lay(cables: &[Cable]) -> Option<Self> {
        let mut wanted = cables.to_vec();
        // Short cables are laid next to the boxes, so that fewer cross.
        wanted.sort_by_key(|cable| (cable.to - cable.from, cable.from));
        let mut laid: Vec<(Cable, usize)> = Vec::new();
        for cable in wanted {
            let taken = |column: usize| {
                let meets = |(other, at): &(Cable, usize)| {
                    *at == column && other.from <= cable.to && cable.from <= other.to
                };
                laid.iter().any(meets)
            };
            // As many columns as cables are always enough.
            let column = (0..=laid.len()).find(|column| !taken(*column))?;
            laid.push((cable, column));
        }
        let columns = laid.iter().map(|(_, column)| column + 1).max()?;
        Some(Self {
            cables: laid,
            columns,
        })
    }

    /// The width, in columns of the screen.
    pub(super) fn width(&self) -> usize {
        self.columns * 2
    }

    /// Whether a cable ends in a row.
    pub(super) fn ends_at(&self, row: usize) -> bool {
        let ends = |(cable, _): &(Cable, usize)| cable.from == row || cable.to == row;
        self.cables.iter().any(ends)
    }

    /// The cables' part of a row, from the left: for each column, its cell and the space behind it.
    pub(super) fn spans(&self, row: usize, theme: Theme) -> Vec<Span<'static>> {
        let cell = |column: usize| {
            let (arms, kind) = self.cell(row, column);
            let style = match kind {
                Kind::Used => theme.own(),
                Kind::Carries => theme.good(),
                Kind::Idle => theme.dim(),
            };
            let space = match self.runs(row, column) {
                Some(Kind::Used) => "━",
                Some(Kind::Carries) => "─",
                Some(Kind::Idle) => "╌",
                None => " ",
            };
            Span::styled(format!("{}{space}", glyph(arms, kind)), style)
        };
        (0..self.columns).rev().map(cell).collect()
    }

    /// The arms of a cell, and the kind of its cable.
    fn cell(&self, row: usize, column: usize) -> (Arms, Kind) {
        let mut arms = [false; 4];
        let mut kind = Kind::Idle;
        for (cable, at) in &self.cables {
            let ends = cable.from == row || cable.to == row;
            if *at == column && (cable.from..=cable.to).contains(&row) {
                arms[0] |= cable.from < row;
                arms[1] |= row < cable.to;
                arms[3] |= ends;
                kind = kind.max(cable.kind());
            } else if *at > column && ends {
                arms[2] = true;
                arms[3] = true;
                kind = kind.max(cable.kind());
            }
        }
        (arms, kind)
    }

    /// The kind of the cable that runs from this column towards the boxes.
    fn runs(&self, row: usize, column: usize) -> Option<Kind> {
        let ends = |cable: &Cable| cable.from == row || cable.to == row;
        let found = self
            .cables
            .iter()
            .find(|(cable, at)| *at >= column && ends(cable));
        found.map(|(cable, _)| cable.kind())
    }
}

fn glyph(arms: Arms, kind: Kind) -> &'static str {
    // Each in the three kinds: idle, carries, used.
    let glyphs = match arms {
        [false, true, _, true] => ["┌", "┌", "┏"],
        [true, false, _, true] => ["└", "└", "┗"],
        [true, true, true, true] => ["┼", "┼", "╋"],
        [true, true, false, true] => ["├", "├", "┣"],
        [true, true, ..] => ["╎", "│", "┃"],
        [_, _, true, true] => ["╌", "─", "━"],
        _ => [" "; 3],
    };
    glyphs[kind as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(cables: &[(usize, usize)], rows: usize) -> Vec<String> {
        let cable = |(from, to): &(usize, usize)| Cable {
            from: *from,
            to: *to,
            carries: true,
            used: false,
        };
        let cables: Vec<Cable> = cables.iter().map(cable).collect();
        let rails = Rails::lay(&cables).unwrap();
        let row = |row| {
            let spans = rails.spans(row, Theme::new(false));
            spans.iter().map(|span| span.content.to_string()).collect()
        };
        (0..rows).map(row).collect()
    }

    #[test]
    fn one_cable_is_a_bow() {
        assert_eq!(drawn(&[(0, 2)], 4), ["┌─", "│ ", "└─", "  "]);
    }

    #[test]
    fn cables_that_overlap_have_columns_of_their_own() {
        assert_eq!(
            drawn(&[(0, 2), (1, 3)], 4),
            ["  ┌─", "┌─┼─", "│ └─", "└───"]
        );
        // Cables that do not overlap share a column.
        assert_eq!(drawn(&[(0, 1), (2, 3)], 4), ["┌─", "└─", "┌─", "└─"]);
        assert!(Rails::lay(&[]).is_none());
    }
}
