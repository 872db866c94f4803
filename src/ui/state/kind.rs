//! What a screen can be asked to show: which area has the keys, which window is open.

/// The area that gets the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    /// The step's text.
    #[default]
    Guide,
    /// The panel.
    Panel,
    /// The shell of the actor with this index.
    Shell(usize),
}

/// A window over the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Popup {
    /// The keys.
    Help,
    /// The steps of the lab.
    Steps {
        /// The selected step.
        selected: usize,
    },
    /// The terms of the step.
    Words,
    /// The verbs and the system calls of the step.
    Card,
    /// All that changed since the step began.
    Changes,
    /// Start what over?
    StartOver,
    /// Go back, although the shells are built again then?
    Back,
    /// Pass the step over?
    Skip,
    /// Build the lab host again?
    Rebuild,
    /// Forget what was done in all labs?
    ForgetAll,
    /// Install the programs that are not there?
    Install,
    /// Go on where the lab was left, or start it over?
    Resumed,
    /// An image of the person's own? Its path is being typed.
    Image,
    /// What a lab from elsewhere is going to do, and the step to begin at.
    Strange(String, usize),
    /// Leave?
    Quit,
    /// Letters that were typed where no shell is.
    Typed(String),
    /// Something to read.
    Message(String),
}

impl Popup {
    /// Whether it asks something and any key that is no answer closes it.
    pub fn is_question(&self) -> bool {
        use Popup::{Back, ForgetAll, Install, Quit, Rebuild, Resumed, Skip, StartOver};
        matches!(
            self,
            StartOver | Back | Skip | Rebuild | ForgetAll | Install | Resumed | Quit
        )
    }
}

/// How far the edges between the areas were moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// The one between guide and panel, to the right.
    pub columns: i16,
    /// The one above the shells, upwards.
    pub rows: i16,
}

/// What labs are searched for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// The words.
    pub words: String,
    /// Whether letters go there.
    pub typing: bool,
}
