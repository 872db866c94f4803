//! What a person asks for.

use crossterm::event::KeyEvent;
use ratatui::layout::Position;

use crate::lab::PanelName;
use crate::session::Scope;

use super::state::{Focus, Popup, Slide};

/// A request of the person, by key or by mouse.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// End the program.
    Quit,
    /// Open the lab of this row of the catalog.
    OpenLab(usize),
    /// Leave the lab for the catalog.
    Leave,
    /// Play the current step.
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
    /// Install the missing programs.
    Install,
    /// Play the lab from elsewhere, from this step.
    Agree(usize),
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
    /// In front of a class: go on to whatever comes next.
    Onward,
    /// Complete the line that is being typed, or begin with the next action.
    Beat,
    /// Back from free typing to what the lab does.
    Script,
    /// A key for the shell of this actor.
    ToShell(usize, KeyEvent),
    /// Mark what lies between two places of the shell of this actor.
    Mark(usize, Position, Position),
    /// Copy what is marked in the shell of this actor.
    Copy(usize),
    /// Type a text into the shell that the step is about, and give it the keys.
    Hand(String),

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
    /// Give the guide more columns and the panel fewer, or the reverse if negative.
    Widen(i16),
    /// Give the shells more rows, or fewer if negative.
    Heighten(i16),
    /// Scroll what is focused by lines, down if positive.
    Scroll(i32),
    /// Show all lines of the panel, also those that are as before.
    Whole,
    /// Move the selection by rows, down if positive.
    Select(i32),
    /// Select a row.
    SelectRow(usize),
    /// Select an entry of an overlay: its name and the path.
    Entry(String, String),
    /// Show what is in the selected directory of an overlay, or hide it.
    Fold(bool),
    /// Speak the next language.
    Language,
    /// Show the mounts of the lab host one by one, or in one line.
    HostMounts(bool),
    /// Turn the lens: all calls of typed lines, none, a few.
    Lens,
    /// Switch to the next look.
    Look,
    /// Begin to type into the search of the catalog, or end it.
    Search(bool),
    /// Begin to type into the filter of the panel, or end it.
    Filter(bool),
    /// Open a popup.
    Popup(Popup),
    /// Close the popup.
    ClosePopup,
    /// Select an answer of the popup; 0 is the first.
    Choose(usize),
    /// Type a character into the input that is open.
    Input(char),
    /// Paste a text into the input that is open.
    InputText(String),
    /// Erase the last character of the input that is open.
    InputErase,
    /// Leave the input that is open: no answer is given, a search or filter is emptied.
    InputLeave,
    /// Begin to present to a class, or end it.
    Present,
    /// Show the step on this slide.
    Slide(Slide),
    /// Blank the screen, or show it again.
    Blank,
    /// Begin to go on without clicks, or end it.
    Auto,
    /// Type a digit of the number of a step; `None` erases the digits so far.
    Jump(Option<char>),
    /// Expect a key for the program, not for the shell.
    Leader,
    /// Expect keys for the shell again.
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
