//! What only the screen knows, as it is written.

mod layers;

pub use layers::{Fold, Layers};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::config::{self, Chord, KeyName};
use crate::lab::PanelName;
use crate::ui::Absent;
use crate::ui::history::History;
use crate::ui::state::{self, Light, UiState};

/// What only the screen knows, but for its history, its light and what the machine lacks, which
/// follow from the other moments or from the machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a matter of its own")]
pub struct State {
    /// The selected row of the catalog.
    pub selected: usize,
    /// The area that gets the keys.
    pub focus: Focus,
    /// The index of the actor whose shell had the focus last.
    pub shell: usize,
    /// The panel in front.
    pub panel: PanelName,
    /// The panel that was in front before it.
    pub former: Option<PanelName>,
    /// What is unfolded and selected of overlays.
    pub layers: Layers,
    /// Whether the mounts of the lab host are shown one by one.
    pub mounts_open: bool,
    /// How many lines the guide is scrolled.
    pub guide_scroll: usize,
    /// How many lines the panel is scrolled.
    pub panel_scroll: usize,
    /// Whether the person scrolled the panel in this step.
    pub panel_held: bool,
    /// What is said in the footer.
    pub said: String,
    /// How many lines the popup is scrolled.
    pub popup_scroll: usize,
    /// The open popup.
    pub popup: Option<Popup>,
    /// The answer that is selected in the popup.
    pub choice: usize,
    /// The popup that opens when that one is closed.
    pub after: Option<Popup>,
    /// Whether the focused area is shown alone.
    pub zoom: bool,
    /// How far the edges between the areas were moved.
    pub split: Split,
    /// What the catalog is searched for.
    pub search: Search,
    /// The answer that is being typed.
    pub input: String,
    /// Whether the question after the step was left unanswered.
    pub declined: bool,
    /// Whether the leader key was pressed.
    pub leader: bool,
    /// Which key does what.
    pub keys: Keys,
    /// What the screen knows while it is presented on.
    pub present: Option<Present>,
}

/// The area that gets the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Focus {
    /// The step's text.
    #[default]
    Guide,
    /// The panel.
    Panel,
    /// The shell of the actor with this index.
    Shell(usize),
}

/// A window over the screen; each name says what [`state::Popup`] says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "state::Popup says it")]
pub enum Popup {
    Help,
    Steps {
        #[serde(default)]
        selected: usize,
    },
    Words,
    Card,
    Changes,
    StartOver,
    Back,
    Skip,
    Rebuild,
    ForgetAll,
    Install,
    Resumed,
    Image,
    Strange(String, usize),
    Quit,
    Typed(String),
    Message(String),
}

/// How far the edges between the areas were moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Split {
    /// The edge between guide and panel, to the right.
    pub columns: i16,
    /// The edge above the shells, upwards.
    pub rows: i16,
}

/// What the catalog is searched for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Search {
    /// The words.
    pub words: String,
    /// Whether letters go there.
    pub typing: bool,
}

/// Which key does what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Keys {
    /// The letter that leads out of a shell, together with Ctrl.
    pub leader: char,
    /// The keys that the person set, as the screen shows them, with what each is there for.
    pub own: BTreeMap<Chord, KeyName>,
}

impl Default for Keys {
    fn default() -> Self {
        Self::from(&config::Keys::default())
    }
}

/// What the screen knows while it is presented on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Present {
    /// What the step is shown as.
    pub slide: Slide,
    /// The action that is under way, or was last.
    pub stand: Stand,
    /// Whether nothing is to be seen.
    pub blank: bool,
    /// Whether the presentation goes on by itself.
    pub auto: bool,
    /// Whether the screen waits for the step before.
    pub waits: bool,
    /// Seconds since the run began.
    pub seconds: u64,
    /// The number of a step that is being typed.
    pub jump: String,
}

/// What a step is shown as; each name says what [`state::Slide`] says of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "state::Slide says it")]
pub enum Slide {
    #[default]
    Opening,
    Question,
    Beats,
    Answer,
    Explanation,
}

/// The action that is under way, or was last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Stand {
    /// How far it is.
    pub beat: Beat,
    /// How many actions were begun in this run.
    pub count: u64,
    /// Its index in the step.
    pub index: usize,
    /// The actor that makes it.
    pub actor: String,
    /// Its line, as far as it is typed.
    pub line: String,
}

/// How far an action is; each name says what [`state::Beat`] says of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "state::Beat says it")]
pub enum Beat {
    #[default]
    Still,
    Typing,
    Running,
    Held,
}

impl From<&UiState> for State {
    fn from(state: &UiState) -> Self {
        Self {
            selected: state.selected,
            focus: state.focus.into(),
            shell: state.shell,
            panel: state.panel,
            former: state.former,
            layers: Layers::from(&state.layers),
            mounts_open: state.mounts_open,
            guide_scroll: state.guide_scroll,
            panel_scroll: state.panel_scroll,
            panel_held: state.panel_held,
            said: state.said.clone(),
            popup_scroll: state.popup_scroll,
            popup: state.popup.clone().map(Popup::from),
            choice: state.choice,
            after: state.after.clone().map(Popup::from),
            zoom: state.zoom,
            split: state.split.into(),
            search: state.search.clone().into(),
            input: state.input.clone(),
            declined: state.declined,
            leader: state.leader,
            keys: Keys::from(&state.keys),
            present: state.mode.present().cloned().map(Present::from),
        }
    }
}

impl From<State> for UiState {
    fn from(state: State) -> Self {
        Self {
            selected: state.selected,
            focus: state.focus.into(),
            shell: state.shell,
            panel: state.panel,
            former: state.former,
            layers: state.layers.into(),
            mounts_open: state.mounts_open,
            guide_scroll: state.guide_scroll,
            panel_scroll: state.panel_scroll,
            panel_held: state.panel_held || state.panel_scroll > 0,
            said: state.said,
            popup_scroll: state.popup_scroll,
            popup: state.popup.map(state::Popup::from),
            choice: state.choice,
            after: state.after.map(state::Popup::from),
            zoom: state.zoom,
            split: state.split.into(),
            search: state.search.into(),
            input: state.input,
            declined: state.declined,
            leader: state.leader,
            keys: config::Keys::of(state.keys.leader, state.keys.own),
            mode: state.present.map(state::Present::from).into(),
            history: History::default(),
            light: Light::default(),
            absent: Absent::default(),
            paper: false,
        }
    }
}

fields!(Split = state::Split { columns, rows });
fields!(Search = state::Search { words, typing });
fields!(
    Present = state::Present {
        slide,
        stand,
        blank,
        auto,
        waits,
        seconds,
        jump
    }
);
fields!(
    Stand = state::Stand {
        beat,
        count,
        index,
        actor,
        line
    }
);
names!(Focus = state::Focus { Guide, Panel, Shell(index) });
names!(
    Slide = state::Slide {
        Opening,
        Question,
        Beats,
        Answer,
        Explanation
    }
);
names!(
    Beat = state::Beat {
        Still,
        Typing,
        Running,
        Held
    }
);
names!(Popup = state::Popup {
    Help,
    Steps { selected },
    Words,
    Card,
    Changes,
    StartOver,
    Back,
    Skip,
    Rebuild,
    ForgetAll,
    Install,
    Resumed,
    Image,
    Strange(intent, step),
    Quit,
    Typed(words),
    Message(text),
});

impl From<&config::Keys> for Keys {
    fn from(keys: &config::Keys) -> Self {
        Self {
            leader: keys.leader(),
            own: keys.shown(),
        }
    }
}
