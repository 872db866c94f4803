//! For whom the screen is: one person who reads, or a class.

use super::present::{Present, Stand};
use crate::ui::command::Command;

/// For whom the screen is. It is asked where a screen is drawn, a key is read, the
/// footer offers and something is scrolled; nothing else differs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// One person reads and acts.
    #[default]
    Study,
    /// A class looks on.
    Present(Present),
}

impl From<Option<Present>> for Mode {
    fn from(present: Option<Present>) -> Self {
        present.map_or(Self::Study, Self::Present)
    }
}

impl From<Mode> for Option<Present> {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Study => None,
            Mode::Present(present) => Some(present),
        }
    }
}

impl Mode {
    /// What the screen knows while a class looks on.
    pub fn present(&self) -> Option<&Present> {
        match self {
            Self::Study => None,
            Self::Present(present) => Some(present),
        }
    }

    /// The action that a class sees, or saw last.
    pub(super) fn stand(&self) -> Option<&Stand> {
        self.present().map(|present| &present.stand)
    }

    /// The other one, from its beginning.
    pub(super) fn other(&self) -> Self {
        match self {
            Self::Study => Self::Present(Present::default()),
            Self::Present(_) => Self::Study,
        }
    }

    /// Follows what a class is shown; one person has no such command.
    pub(super) fn apply(&mut self, command: &Command) {
        if let Self::Present(present) = self {
            match command {
                Command::Slide(slide) => present.slide = *slide,
                Command::Blank => present.blank = !present.blank,
                Command::Auto => present.auto = !present.auto,
                Command::Jump(Some(digit)) if present.jump.len() < 4 => present.jump.push(*digit),
                Command::Jump(None) => present.jump.clear(),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Mode;
    use crate::ui::command::Command;
    use crate::ui::state::{Present, Slide};

    #[test]
    fn it_is_told_by_what_a_class_sees() {
        assert_eq!(Option::from(Mode::Study), None::<Present>);
        assert_eq!(Mode::from(None), Mode::Study);
        let present = Present {
            slide: Slide::Answer,
            ..Present::default()
        };
        let mode = Mode::from(Some(present.clone()));
        assert_eq!(mode.present(), Some(&present));
        assert_eq!(Option::from(mode), Some(present));
    }

    #[test]
    fn what_a_class_is_shown_is_no_matter_of_one_who_reads() {
        let mut mode = Mode::Study;
        mode.apply(&Command::Blank);
        assert_eq!(mode, Mode::Study);
        mode = mode.other();
        for digit in ['1', '2', '3', '4', '5'] {
            mode.apply(&Command::Jump(Some(digit)));
        }
        mode.apply(&Command::Blank);
        let present = mode.present().unwrap();
        assert!(present.blank);
        assert_eq!(present.jump, "1234");
        assert_eq!(mode.other(), Mode::Study);
    }
}
