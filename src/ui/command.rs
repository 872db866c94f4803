//! What a person asks for.

use crossterm::event::KeyEvent;

use crate::lab::PanelName;
use crate::session::Scope;

use super::state::{Focus, Popup, Slide};

/// Asked by a person, with a key or with the mouse.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// End the program.
    Quit,
    /// Open the lab of this row of the catalogue.
    OpenLab(usize),
    /// Leave the lab for the catalogue.
    Leave,
    /// Play the present step.
    Run,
    /// Put the step's next line into the prompt.
    Show,
    /// Go on to the next step.
    Next,
    /// Go back to the step before.
    Back,
    /// Go to the start of a step.
    GoTo(usize),
    /// Open the next hint.
    Hint,
    /// Pass the step over.
    Skip,
    /// Start the step or the lab over.
    StartOver(Scope),
    /// Forget what was done in all labs.
    ForgetAll,
    /// Install the programs that are not there.
    Install,
    /// Write the lab to a file, as a shell script.
    Export,
    /// Play the lab with the image of this path.
    Image(String),
    /// Build a lost or spoilt lab host anew.
    Rebuild,
    /// Choose an answer to the question before the step; 0 is the first.
    Predict(usize),
    /// Answer the question after the step.
    Answer(String),
    /// Go on without an answer to the question before the step.
    Decline,
    /// On to whatever comes next in front of a class.
    Onward,
    /// Complete the line that is being typed, or begin with the next action.
    Beat,
    /// Back from free typing to what the lab does.
    Script,
    /// A key for the shell of this actor.
    ToShell(usize, KeyEvent),

    /// Bring a panel forward.
    Panel(PanelName),
    /// Give the keys to an area.
    Focus(Focus),
    /// Give the keys to the next area.
    FocusNext,
    /// Give the keys to the area before.
    FocusPrevious,
    /// Show the focused area alone, or all again.
    Zoom,
    /// Give the guide more columns, the panel fewer.
    Widen(i16),
    /// Give the shells more rows.
    Heighten(i16),
    /// Scroll what is focused by lines, down if positive.
    Scroll(i32),
    /// Move the selection by rows, down if positive.
    Select(i32),
    /// Select a row.
    SelectRow(usize),
    /// Select an entry of an overlay: its name and the path.
    Entry(String, String),
    /// Show what is in the selected directory of an overlay, or no longer.
    Fold(bool),
    /// Speak the next language.
    Language,
    /// Look otherwise.
    Look,
    /// Type letters into the search of the catalogue, or no longer.
    Search(bool),
    /// Type letters into the filter of the panel, or no longer.
    Filter(bool),
    /// Open a popup.
    Popup(Popup),
    /// Close the popup.
    ClosePopup,
    /// A character of the answer.
    Input(char),
    /// A text that was pasted into it.
    InputText(String),
    /// Take back a character of the answer.
    InputErase,
    /// Leave the question unanswered, or the filter without a word.
    InputLeave,
    /// Present to a class, or no longer.
    Present,
    /// Show the step as this.
    Slide(Slide),
    /// Show nothing, or all again.
    Blank,
    /// Go on by itself, or no longer.
    Auto,
    /// A digit of the number of a step; none takes back those that were typed.
    Jump(Option<char>),
    /// The next key is for the program, not for the shell.
    Leader,
    /// It is for the shell after all.
    LeaderOff,
    /// Watch a run of before otherwise.
    Watch(Watch),
}

/// How a run of before is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watch {
    /// As it happens.
    Live,
    /// Standing still, or going on again.
    Hold,
    /// So many times twice as fast.
    Faster(i32),
    /// From the next step on.
    Forward,
    /// From the step before on.
    Back,
    /// From the start on.
    Start,
    /// At the end.
    End,
}
