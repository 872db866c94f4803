//! All styles, in one place. Colour never carries a meaning alone.

use ratatui::style::{Color, Modifier, Style};

/// How things look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    colour: bool,
}

impl Theme {
    /// With colours of the terminal's own sixteen, or with bold, dim and reverse only.
    pub fn new(colour: bool) -> Self {
        Self { colour }
    }

    fn with(self, colour: Color, modifier: Modifier) -> Style {
        let style = Style::new().add_modifier(modifier);
        if self.colour { style.fg(colour) } else { style }
    }

    /// Ordinary text.
    pub fn plain(self) -> Style {
        Style::new()
    }
    /// What stands back.
    pub fn dim(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }
    /// What stands out.
    pub fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }
    /// Emphasis within a text.
    pub fn italic(self) -> Style {
        Style::new().add_modifier(Modifier::ITALIC)
    }
    /// What is typed or printed by a machine.
    pub fn code(self) -> Style {
        if self.colour {
            Style::new().fg(Color::Cyan)
        } else {
            Style::new().add_modifier(Modifier::BOLD)
        }
    }
    /// A heading, or a frame that has the focus.
    pub fn accent(self) -> Style {
        self.with(Color::Blue, Modifier::BOLD)
    }
    /// A frame that has not.
    pub fn frame(self) -> Style {
        self.dim()
    }
    /// What is reached.
    pub fn good(self) -> Style {
        self.with(Color::Green, Modifier::BOLD)
    }
    /// What is new, or an actor's own.
    pub fn own(self) -> Style {
        self.with(Color::Yellow, Modifier::BOLD)
    }
    /// What needs the person's eye.
    pub fn notice(self) -> Style {
        self.with(Color::Magenta, Modifier::BOLD)
    }
    /// A key to press.
    pub fn key(self) -> Style {
        self.with(Color::Blue, Modifier::BOLD)
    }
    /// The selected row.
    pub fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }
}
