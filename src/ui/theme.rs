//! All styles, in one place. Colour never carries a meaning alone.

use ratatui::style::{Color, Modifier, Style};

use crate::config::{Colour, Dress, Look};

/// How things look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// `None` without colours.
    dress: Option<Dress>,
}

/// What a colour is used for.
#[derive(Clone, Copy)]
enum Role {
    Code,
    Accent,
    Good,
    Own,
    Notice,
}

impl Theme {
    /// With the sixteen colours of the terminal, or with bold, dim and reverse only.
    pub fn new(colour: bool) -> Self {
        Self::of(colour.then_some(Look::Terminal))
    }

    /// In a look; without one, without colours.
    pub fn of(look: Option<Look>) -> Self {
        Self::dressed(look.map(|look| Dress {
            look,
            ..Dress::default()
        }))
    }

    /// In a look with the person's own colours over it; without one, without colours.
    pub fn dressed(dress: Option<Dress>) -> Self {
        Self { dress }
    }

    /// The colour that the person set, or that of the look.
    fn colour(self, role: Role) -> Option<Color> {
        let Dress { look, paint } = self.dress?;
        let own = match role {
            Role::Code => paint.code,
            Role::Accent => paint.accent,
            Role::Good => paint.good,
            Role::Own => paint.own,
            Role::Notice => paint.notice,
        };
        Some(match own {
            Some(Colour::Index(index)) => Color::Indexed(index),
            Some(Colour::Rgb(red, green, blue)) => Color::Rgb(red, green, blue),
            None => Self::usual(look, role),
        })
    }

    /// The colour of a look.
    fn usual(look: Look, role: Role) -> Color {
        // The numbers are from the 256 colours that nearly all terminals have.
        match (look, role) {
            (Look::Terminal, Role::Code) => Color::Cyan,
            (Look::Terminal, Role::Accent) => Color::Blue,
            (Look::Terminal, Role::Good) => Color::Green,
            (Look::Terminal, Role::Own) => Color::Yellow,
            (Look::Terminal, Role::Notice) => Color::Magenta,
            (Look::Dark, Role::Code) => Color::Indexed(80),
            (Look::Dark, Role::Accent) => Color::Indexed(75),
            (Look::Dark, Role::Good) => Color::Indexed(114),
            (Look::Dark, Role::Own) => Color::Indexed(221),
            (Look::Dark, Role::Notice) => Color::Indexed(213),
            (Look::Light, Role::Code) => Color::Indexed(24),
            (Look::Light, Role::Accent) => Color::Indexed(26),
            (Look::Light, Role::Good) => Color::Indexed(22),
            (Look::Light, Role::Own) => Color::Indexed(94),
            (Look::Light, Role::Notice) => Color::Indexed(127),
            (Look::Contrast, Role::Code | Role::Accent) => Color::LightCyan,
            (Look::Contrast, Role::Good) => Color::LightGreen,
            (Look::Contrast, Role::Own) => Color::LightYellow,
            (Look::Contrast, Role::Notice) => Color::LightMagenta,
        }
    }

    fn with(self, role: Role, modifier: Modifier) -> Style {
        let style = Style::new().add_modifier(modifier);
        self.colour(role).map_or(style, |colour| style.fg(colour))
    }

    /// Ordinary text.
    pub fn plain(self) -> Style {
        Style::new()
    }
    /// What is less important.
    pub fn dim(self) -> Style {
        match self.dress.map(|dress| dress.look) {
            Some(Look::Contrast) => Style::new(),
            _ => Style::new().add_modifier(Modifier::DIM),
        }
    }
    /// What is more important.
    pub fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }
    /// Emphasis within a text.
    pub fn italic(self) -> Style {
        Style::new().add_modifier(Modifier::ITALIC)
    }
    /// What is typed into a machine, or printed by it.
    pub fn code(self) -> Style {
        match self.colour(Role::Code) {
            Some(colour) => Style::new().fg(colour),
            None => Style::new().add_modifier(Modifier::BOLD),
        }
    }
    /// A heading, or a frame that has the focus.
    pub fn accent(self) -> Style {
        self.with(Role::Accent, Modifier::BOLD)
    }
    /// A frame without the focus.
    pub fn frame(self) -> Style {
        self.dim()
    }
    /// A success.
    pub fn good(self) -> Style {
        self.with(Role::Good, Modifier::BOLD)
    }
    /// What is new, or an actor's own.
    pub fn own(self) -> Style {
        self.with(Role::Own, Modifier::BOLD)
    }
    /// A warning.
    pub fn notice(self) -> Style {
        self.with(Role::Notice, Modifier::BOLD)
    }
    /// A key to press.
    pub fn key(self) -> Style {
        self.with(Role::Accent, Modifier::BOLD)
    }
    /// A highlight in front of a class.
    pub fn lit(self) -> Style {
        self.with(Role::Own, Modifier::BOLD | Modifier::REVERSED)
    }
    /// The selected row.
    pub fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }
}
