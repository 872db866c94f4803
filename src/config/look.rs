//! How the screen looks: the looks there are, and colours of the person's own.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The colours of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Look {
    /// In the sixteen colours that the terminal has.
    #[default]
    Terminal,
    /// In colours of its own, for a dark background.
    Dark,
    /// For a light background.
    Light,
    /// With as much contrast as possible: nothing is dimmed, no colour is dark.
    Contrast,
}

impl Look {
    /// All, in the order in which a key goes through them.
    pub const ALL: [Self; 4] = [Self::Terminal, Self::Dark, Self::Light, Self::Contrast];

    /// Its name in a settings file.
    const fn name(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Contrast => "contrast",
        }
    }

    /// The look of a name.
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "terminal" => Self::Terminal,
            "dark" => Self::Dark,
            "light" => Self::Light,
            "contrast" => Self::Contrast,
            _ => return None,
        })
    }
}

/// The look that a person wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// One of those there are.
    Look(Look),
    /// Dark or light, as the terminal is.
    Auto,
    /// A theme of the person's own.
    Theme(String),
}

impl Default for Wanted {
    fn default() -> Self {
        Self::Look(Look::Terminal)
    }
}

/// A colour of the person's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// One of the 256 that nearly all terminals have; the first sixteen are the terminal's own.
    Index(u8),
    /// Red, green and blue.
    Rgb(u8, u8, u8),
}

/// The names of the first eight colours.
const NAMES: [&str; 8] = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
];

impl Colour {
    /// Reads `cyan`, `bright-cyan`, `80` or `#2aa198`.
    pub fn read(word: &str) -> Option<Self> {
        if let Some(digits) = word.strip_prefix('#') {
            let plain = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let number = u32::from_str_radix(digits, 16).ok().filter(|_| plain)?;
            let [_, red, green, blue] = number.to_be_bytes();
            return Some(Self::Rgb(red, green, blue));
        }
        if let Ok(index) = word.parse() {
            return Some(Self::Index(index));
        }
        let (name, first) = match word.strip_prefix("bright-") {
            Some(name) => (name, 8),
            None => (word, 0),
        };
        let at = NAMES.iter().position(|known| *known == name)?;
        Some(Self::Index(u8::try_from(at).ok()? + first))
    }
}

/// Colours by what they are used for; where none is, the look's own counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paint {
    /// What is typed into a machine, or printed by it.
    pub code: Option<Colour>,
    /// Headings, keys, and the frame that has the focus.
    pub accent: Option<Colour>,
    /// A success.
    pub good: Option<Colour>,
    /// What is new, or an actor's own.
    pub own: Option<Colour>,
    /// A warning.
    pub notice: Option<Colour>,
}

impl Paint {
    /// These colours, and below them others.
    #[must_use]
    pub(super) fn over(self, below: Self) -> Self {
        Self {
            code: self.code.or(below.code),
            accent: self.accent.or(below.accent),
            good: self.good.or(below.good),
            own: self.own.or(below.own),
            notice: self.notice.or(below.notice),
        }
    }
}

/// A look with the colours that are laid over it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dress {
    /// The look.
    pub look: Look,
    /// The person's own colours.
    pub paint: Paint,
}

/// All looks of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looks {
    /// The one to begin with.
    pub wanted: Wanted,
    /// Colours over each of them.
    pub paint: Paint,
    /// Themes of the person's own.
    pub themes: BTreeMap<String, Dress>,
}

impl Looks {
    /// The look to begin with; `is_light` is whether the terminal is, where that is known.
    pub fn first(&self, is_light: Option<bool>) -> Dress {
        match &self.wanted {
            Wanted::Look(look) => self.over(*look),
            Wanted::Auto => self.over(match is_light {
                None => Look::Terminal,
                Some(false) => Look::Dark,
                Some(true) => Look::Light,
            }),
            // A name that is not there was refused when the settings were read.
            Wanted::Theme(name) => self.theme(self.themes.get(name).copied().unwrap_or_default()),
        }
    }

    /// The look after another one: first those of isolab, then the person's own.
    pub fn after(&self, now: Dress) -> Dress {
        let looks = Look::ALL.into_iter().map(|look| self.over(look));
        let themes = self.themes.values().map(|dress| self.theme(*dress));
        // Each once: from the second of two that are alike one would come back to the first.
        let mut all: Vec<Dress> = Vec::new();
        for dress in looks.chain(themes) {
            if !all.contains(&dress) {
                all.push(dress);
            }
        }
        let at = all.iter().position(|dress| *dress == now);
        let next = at.map_or(0, |at| (at + 1) % all.len());
        all.get(next).copied().unwrap_or(now)
    }

    /// The name of a look, or of a theme of the person's own.
    pub fn name(&self, now: Dress) -> &str {
        let mut themes = self.themes.iter();
        let theme = themes.find(|(_, dress)| self.theme(**dress) == now);
        match theme.filter(|_| self.over(now.look) != now) {
            Some((name, _)) => name,
            None => now.look.name(),
        }
    }

    /// A look with the person's colours over it.
    fn over(&self, look: Look) -> Dress {
        let paint = self.paint;
        Dress { look, paint }
    }

    /// A theme with the person's colours over it.
    fn theme(&self, dress: Dress) -> Dress {
        let paint = self.paint.over(dress.paint);
        Dress { paint, ..dress }
    }
}
