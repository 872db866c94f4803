//! What a person does to the shells by hand.

use crossterm::event::{KeyCode, KeyEvent};

use super::{Conductor, Left, Stage};
use crate::scene::moment::PaneChange;
use crate::session::Event;
use crate::ui::widget::keys::{encode_key, encode_paste};
use crate::ui::{Command, Context, Focus, Popup};

/// Pastes a text where a key would go.
pub(super) fn paste(stage: &mut Stage, run: &mut Conductor, text: &str) {
    if Context::lab(&run.session, &stage.state).types() {
        run.dirty = true;
        stage.type_in(text);
    } else if let Focus::Shell(index) = stage.state.focus
        && let Some(pane) = run.panes.get(index)
    {
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
    let step = run.session.step().script();
    let next = step.get(run.session.shown()).or(step.first());
    let actor = next.map(crate::lab::Action::actor);
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

pub(super) fn to_shell(run: &mut Conductor, index: usize, key: &KeyEvent) {
    run.touch(index, key);
    if let Some(pane) = run.panes.get_mut(index) {
        run.dirty |= pane.screen().scrolled() > 0;
        pane.change(PaneChange::Down);
        let bytes = encode_key(key, pane.screen().application_cursor());
        pane.write(&bytes);
    }
}

/// Obeys a command for the run; how the screen is left, if it is.
pub(super) fn obey(run: &mut Conductor, command: Command) -> Option<Left> {
    let event = match command {
        Command::Quit => return Some(Left::Quit),
        Command::Leave => return Some(Left::Leave),
        Command::ForgetAll => return Some(Left::Forget),
        Command::ToShell(index, key) => {
            to_shell(run, index, &key);
            return None;
        }
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
