//! What a person does to the shells by hand.

use crossterm::event::{KeyCode, KeyEvent};

use super::{Conductor, Left, Stage};
use crate::app::run::pane::Pane;
use crate::app::terminal;
use crate::scene::moment::PaneChange;
use crate::session::Event;
use crate::ui::widget::keys::{encode_key, encode_paste};
use crate::ui::{Command, Context, Focus, Popup};
use crate::word;

/// How many lines a page key scrolls.
const PAGE: i32 = 8;

/// Pastes a text where a key would go.
pub(super) fn paste(stage: &mut Stage, run: &mut Conductor, text: &str) {
    if Context::lab(&run.session, &stage.state).types() {
        run.dirty = true;
        stage.type_in(text);
    } else if let Focus::Shell(index) = stage.state.focus
        && let Some(pane) = run.panes.get(index)
    {
        if pane.depth() == 0 {
            stage.state.popup = Some(Popup::Message(nowhere(pane)));
            run.dirty = true;
            return;
        }
        pane.write(&encode_paste(text, pane.screen().bracketed_paste()));
        run.touch(index, &KeyCode::Enter.into());
    } else if stage.state.popup.is_none() {
        run.dirty = true;
        stage.state.popup = Some(Popup::Typed(String::new()));
        stage.type_in(text);
    }
}

/// Types a line that was typed elsewhere into the shell that the step is about, without running it.
pub(super) fn hand_over(stage: &mut Stage, run: &mut Conductor, line: &str) {
    let actor = run.session.upcoming().map(crate::lab::Action::actor);
    let named = run
        .panes
        .iter()
        .position(|pane| Some(pane.actor()) == actor);
    let shell = Command::Focus(Focus::Shell(named.unwrap_or(stage.state.shell)));
    stage.state.apply(&shell, &stage.geometry);
    paste(stage, run, line);
}

/// Scrolls the shell that has the focus, if a command asks for it; whether it did.
pub(super) fn scroll_shell(stage: &Stage, run: &mut Conductor, command: &Command) -> bool {
    let (Focus::Shell(index), Command::Scroll(by), None) =
        (stage.state.focus, command, &stage.state.popup)
    else {
        return false;
    };
    let Some(pane) = run.panes.get_mut(index) else {
        return false;
    };
    pane.change(PaneChange::Scrolled(-by));
    true
}

/// Gives a key to a shell. Where there is none, Enter begins the one that has ended anew, and any
/// other key is answered with a word.
pub(super) fn to_shell(stage: &mut Stage, run: &mut Conductor, index: usize, key: &KeyEvent) {
    let Some(pane) = run.panes.get(index).filter(|pane| pane.depth() == 0) else {
        return type_key(run, index, key);
    };
    if pane.seen().has_ended() && key.code == KeyCode::Enter {
        return run.begin_shell(index);
    }
    stage.state.popup = Some(Popup::Message(nowhere(pane)));
    run.dirty = true;
}

/// Why a pane without a shell takes nothing.
fn nowhere(pane: &Pane) -> String {
    if pane.seen().has_ended() {
        word!("shell-took-nothing", actor = pane.actor())
    } else {
        word!("shell-takes-nothing-yet", actor = pane.actor())
    }
}

/// How far a key scrolls a shell that is scrolled up already, down if positive.
fn further(key: &KeyEvent) -> Option<i32> {
    match key.code {
        KeyCode::PageUp => Some(-PAGE),
        KeyCode::PageDown => Some(PAGE),
        KeyCode::Up => Some(-1),
        KeyCode::Down => Some(1),
        KeyCode::Home => Some(-i32::MAX),
        KeyCode::End => Some(i32::MAX),
        _ => None,
    }
}

/// Types a key into a shell; one that is scrolled up is scrolled on, or down again.
fn type_key(run: &mut Conductor, index: usize, key: &KeyEvent) {
    let pane = run.panes.get_mut(index);
    if let Some(pane) = pane.filter(|pane| pane.screen().scrolled() > 0)
        && let Some(by) = further(key)
    {
        pane.change(PaneChange::Scrolled(-by));
        run.dirty = true;
        return;
    }
    run.touch(index, key);
    unmark(run);
    if let Some(pane) = run.panes.get_mut(index) {
        run.dirty |= pane.screen().scrolled() > 0;
        pane.change(PaneChange::Down);
        let bytes = encode_key(key, pane.screen().application_cursor());
        pane.write(&bytes);
    }
}

/// Copies what is marked in a shell.
pub(super) fn copy(run: &Conductor, index: usize) {
    let marked = run.panes.get(index).and_then(|pane| pane.screen().marked());
    if let Some(text) = marked.filter(|text| !text.is_empty()) {
        terminal::copy(&text);
    }
}

/// Takes all marks from the shells.
pub(super) fn unmark(run: &mut Conductor) {
    for pane in &mut run.panes {
        run.dirty |= pane.screen_mut().unmark();
    }
}

/// Obeys a command for the run; how the screen is left, if it is.
pub(super) fn obey(run: &mut Conductor, command: Command) -> Option<Left> {
    let event = match command {
        Command::Quit => return Some(Left::Quit),
        Command::Leave => return Some(Left::Leave),
        Command::ForgetAll => return Some(Left::Forget),
        Command::Beat => {
            run.click();
            return None;
        }
        Command::Decline => Event::Decline,
        Command::Run => Event::Run,
        Command::Show => Event::Show,
        Command::Next => Event::Next,
        Command::Back => Event::Back,
        Command::GoTo(step) => Event::GoTo(step),
        Command::Hint => Event::Hint,
        Command::Skip => Event::Skip,
        Command::StartOver(scope) => Event::StartOver(scope),
        Command::Rebuild => Event::Rebuild,
        Command::Predict(choice) => Event::Predict(choice),
        Command::Answer(text) => Event::Answer(text),
        _ => return None,
    };
    run.event(event);
    None
}
