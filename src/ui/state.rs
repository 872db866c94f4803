//! The state of the screen: what is focused, scrolled, open, typed.

mod kind;
mod mode;
mod present;
mod waits;

pub use kind::{Focus, Popup, Search, Split};
pub use mode::Mode;
pub use present::{Beat, Light, Present, Slide, Stand};
pub(super) use present::{after, shown};
pub(super) use waits::{asking, by_hand, hints_left};

use std::sync::Arc;

use super::Geometry;
use super::absent::Absent;
use super::command::Command;
use super::history::History;
use super::layers::Layers;
use crate::config::Keys;
use crate::lab::PanelName;
use crate::session::Session;
use crate::snapshot::Snapshot;

/// The state of the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a matter of its own")]
pub struct UiState {
    /// The selected row of the catalog.
    pub selected: usize,
    /// The area that gets the keys.
    pub focus: Focus,
    /// The shell that had the focus last: the one shown where only one fits.
    pub shell: usize,
    /// The panel in front.
    pub panel: PanelName,
    /// The panel that was in front before, for screens with room for two.
    pub former: Option<PanelName>,
    /// The recent usage of the control groups.
    pub history: History,
    /// What is unfolded, selected and filtered of overlays.
    pub layers: Layers,
    /// Whether the mounts of the lab host are shown one by one.
    pub mounts_open: bool,
    /// Whether it is printed: nothing can be pressed then.
    pub paper: bool,
    /// How many lines the guide is scrolled.
    pub guide_scroll: usize,
    /// How many lines the panel is scrolled.
    pub panel_scroll: usize,
    /// Whether the person scrolled the panel in this step: until then it shows what is new.
    pub panel_held: bool,
    /// How many lines the popup is scrolled.
    pub popup_scroll: usize,
    /// The open popup.
    pub popup: Option<Popup>,
    /// The answer that is selected in the popup; 0 is the first.
    pub choice: usize,
    /// The popup that opens when that one is closed.
    pub after: Option<Popup>,
    /// Whether the focused area is shown alone.
    pub zoom: bool,
    /// How far the edges were moved.
    pub split: Split,
    /// The search of the catalog.
    pub search: Search,
    /// What is being typed: an answer, or the path of an image.
    pub input: String,
    /// What is said of the last key, in the footer; mostly empty.
    pub said: String,
    /// Whether the question after the step was left unanswered.
    pub declined: bool,
    /// Whether the leader key was pressed.
    pub leader: bool,
    /// Which letter does what.
    pub keys: Keys,
    /// The programs that this machine lacks.
    pub absent: Absent,
    /// Whether one person reads it, or a class.
    pub mode: Mode,
    /// What is new while it is presented on.
    pub light: Light,
}

impl UiState {
    /// Whether the person is asked to agree to a lab from elsewhere: until then it has no lab host.
    pub fn asks_consent(&self) -> bool {
        matches!(self.popup, Some(Popup::Strange(..)))
    }

    /// A step begins or is over: everything is scrolled to the top, and the answer is emptied.
    pub fn begin_step(&mut self) {
        self.guide_scroll = 0;
        (self.panel_scroll, self.panel_held) = (0, false);
        self.input.clear();
        self.said.clear();
        self.declined = false;
    }

    /// Says something in the footer, or nothing any longer; whether that is new.
    pub fn say(&mut self, words: Option<String>) -> bool {
        let words = words.unwrap_or_default();
        let is_new = self.said != words;
        self.said = words;
        is_new
    }

    /// Applies a command that changes only the screen; `geometry` is of the last frame. Returns
    /// whether it was one. Any other command closes the popup.
    pub fn apply(&mut self, command: &Command, geometry: &Geometry) -> bool {
        self.leader = *command == Command::Leader;
        match command {
            Command::Panel(panel) => self.bring(*panel),
            Command::Focus(focus) => self.give(*focus),
            Command::FocusNext => self.turn(1, geometry),
            Command::FocusPrevious => self.turn(-1, geometry),
            Command::Zoom => self.zoom = !self.zoom,
            Command::Widen(by) => {
                self.split.columns = self.split.columns.saturating_add(*by).clamp(-100, 100);
            }
            Command::Heighten(by) => {
                self.split.rows = self.split.rows.saturating_add(*by).clamp(-60, 60);
            }
            Command::Whole => {
                self.give(Focus::Panel);
                (self.panel_scroll, self.panel_held) = (geometry.panel_scroll, true);
            }
            Command::Scroll(by) => self.scroll(*by, geometry),
            Command::Select(by) => self.select(*by, geometry),
            Command::SelectRow(row) => self.select_row(*row),
            Command::Entry(overlay, path) => {
                self.layers.selected = Some((overlay.clone(), path.clone()));
            }
            Command::Fold(open) => self.layers.fold(*open),
            Command::HostMounts(open) => self.mounts_open = *open,
            Command::Filter(open) => self.filter(*open),
            Command::Search(open) => self.begin_search(*open),
            Command::Popup(popup) => self.open(popup),
            Command::ClosePopup => self.close(),
            // The answers stand at the end: what is chosen there is seen.
            Command::Choose(choice) => {
                (self.choice, self.popup_scroll) = (*choice, geometry.popup_limit);
            }
            Command::Input(letter) => self.typed().push(*letter),
            Command::InputText(text) => self.typed().push_str(text),
            Command::InputErase => drop(self.typed().pop()),
            Command::InputLeave => self.leave_input(),
            Command::Leader | Command::LeaderOff => {}
            Command::Present => self.present_or_study(),
            Command::Slide(_) => {
                self.mode.apply(command);
                self.guide_scroll = 0;
            }
            Command::Blank | Command::Auto | Command::Jump(_) => self.mode.apply(command),
            _ => return self.beyond(command),
        }
        true
    }

    /// A command for the session closes the popup, and empties the input that it took.
    fn beyond(&mut self, command: &Command) -> bool {
        self.close();
        if matches!(command, Command::Answer(_) | Command::Image(_)) {
            self.input.clear();
        }
        false
    }

    /// Changes between one reader and a class, who begin at the guide.
    fn present_or_study(&mut self) {
        self.mode = self.mode.other();
        (self.zoom, self.focus) = (false, Focus::Guide);
    }

    /// Keeps the state of when an action began; called before each drawing.
    pub fn light(&mut self, session: &Session) {
        self.light.follow(self.mode.stand(), session);
    }

    /// The state that what is new is held against, if not that of when the step began.
    pub(super) fn base(&self) -> Option<&Arc<Snapshot>> {
        self.light.base()
    }

    /// How many actions of the step were done before the present one.
    pub(super) fn done_before(&self) -> usize {
        self.light.done_before()
    }

    fn bring(&mut self, panel: PanelName) {
        self.layers.filtering &= panel == self.panel;
        if self.panel != panel {
            self.former = Some(self.panel);
        }
        self.panel = panel;
        (self.panel_scroll, self.panel_held) = (0, false);
    }

    /// The panel below the one in front, if there is room for two: the one that was in front
    /// before. At first it is the journal, or the namespaces if the journal is in front.
    pub fn second(&self) -> PanelName {
        let other = match self.panel {
            PanelName::Journal => PanelName::Namespace,
            _ => PanelName::Journal,
        };
        self.former.unwrap_or(other)
    }

    fn give(&mut self, focus: Focus) {
        // Letters go into the filter only in its own area.
        self.layers.filtering &= focus == Focus::Panel;
        self.focus = focus;
        if let Focus::Shell(index) = focus {
            self.shell = index;
        }
    }

    fn open(&mut self, popup: &Popup) {
        self.popup = Some(popup.clone());
        (self.popup_scroll, self.choice) = (0, 0);
    }

    /// Closes the popup; the one that waits for that opens.
    fn close(&mut self) {
        self.popup = self.after.take();
        (self.popup_scroll, self.choice) = (0, 0);
    }

    fn turn(&mut self, by: isize, geometry: &Geometry) {
        let areas = geometry.actors + 2;
        let present = match self.focus {
            Focus::Guide => 0,
            Focus::Panel => 1,
            Focus::Shell(index) => index + 2,
        };
        let next = if by > 0 {
            (present + 1) % areas
        } else {
            (present + areas - 1) % areas
        };
        self.give(match next {
            0 => Focus::Guide,
            1 => Focus::Panel,
            shell => Focus::Shell(shell - 2),
        });
    }

    fn scroll(&mut self, by: i32, geometry: &Geometry) {
        let of_panel = match self.mode {
            Mode::Study => self.focus == Focus::Panel,
            // A class sees one of both: the panel, where there is no text to scroll.
            Mode::Present(_) => self.focus == Focus::Panel || geometry.guide_limit == 0,
        };
        let (scroll, limit) = if self.popup.is_some() {
            (&mut self.popup_scroll, geometry.popup_limit)
        } else if of_panel {
            (self.panel_scroll, self.panel_held) = (geometry.panel_scroll, true);
            (&mut self.panel_scroll, geometry.panel_limit)
        } else {
            (&mut self.guide_scroll, geometry.guide_limit)
        };
        *scroll = moved(*scroll, by, limit);
    }

    /// The input that letters go into.
    fn typed(&mut self) -> &mut String {
        if let Some(Popup::Typed(words)) = &mut self.popup {
            words
        } else if self.search.typing {
            self.selected = 0;
            &mut self.search.words
        } else if self.layers.filtering {
            &mut self.layers.filter
        } else {
            &mut self.input
        }
    }

    /// Leaves an input: the search or the filter is emptied, or the question stays open.
    fn leave_input(&mut self) {
        if self.search.typing || !self.search.words.is_empty() {
            self.begin_search(true);
            self.search.typing = false;
        } else if self.layers.filtering {
            self.filter(true);
            self.layers.filtering = false;
        } else {
            self.declined = true;
        }
    }

    /// Opens an empty search, or closes it and keeps its words.
    fn begin_search(&mut self, open: bool) {
        self.search.typing = open;
        if open {
            self.search.words.clear();
            self.selected = 0;
        }
    }

    /// Opens an empty filter, or closes it and keeps its text.
    fn filter(&mut self, open: bool) {
        self.layers.filtering = open;
        if open {
            self.layers.filter.clear();
            (self.panel_scroll, self.panel_held) = (0, true);
        }
    }

    /// Selects another entry, and scrolls it into view.
    fn select_entry(&mut self, by: i32, geometry: &Geometry) {
        let selected = self.layers.selected.as_ref();
        let present = geometry
            .entries
            .iter()
            .position(|(_, place)| Some(place) == selected);
        let last = geometry.entries.len().saturating_sub(1);
        let next = present.map_or(0, |present| moved(present, by, last));
        if let Some((line, place)) = geometry.entries.get(next) {
            self.layers.selected = Some(place.clone());
            let lowest = (line + 1).saturating_sub(geometry.panel_rows);
            self.panel_scroll = geometry.panel_scroll.clamp(lowest, (*line).max(lowest));
            self.panel_held = true;
        }
    }

    fn select(&mut self, by: i32, geometry: &Geometry) {
        if self.popup.is_none() && self.focus == Focus::Panel {
            return self.select_entry(by, geometry);
        }
        let last = geometry.rows.saturating_sub(1);
        if let Some(Popup::Steps { selected }) = &mut self.popup {
            *selected = moved(*selected, by, last);
        } else {
            self.selected = moved(self.selected, by, last);
        }
    }

    fn select_row(&mut self, row: usize) {
        if let Some(Popup::Steps { selected }) = &mut self.popup {
            *selected = row;
        } else {
            self.selected = row;
        }
    }
}

/// Moves a position, within 0 and the limit.
fn moved(position: usize, by: i32, limit: usize) -> usize {
    let step = usize::try_from(by.unsigned_abs()).unwrap_or(usize::MAX);
    if by < 0 {
        position.min(limit).saturating_sub(step)
    } else {
        position.saturating_add(step).min(limit)
    }
}
