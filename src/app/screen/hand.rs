//! What a person does to the shells by hand.

use crossterm::event::{KeyCode, KeyEvent};

use super::{Conductor, Stage, obey, present};
use crate::app::share::socket::Asked;
use crate::scene::moment::PaneChange;
use crate::session::{Event, Phase};
use crate::ui::widget::keys::{encode_key, encode_paste};
use crate::ui::{Command, Context, Focus, Mode};

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
    }
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

/// Obeys a request from another terminal.
pub(super) fn obey_another(stage: &mut Stage, run: &mut Conductor, asked: Asked) {
    match asked {
        Asked::Forward => turn(stage, run, Command::Onward),
        Asked::Back => turn(stage, run, Command::Back),
        Asked::GoTo(step) => run.event(Event::GoTo(step)),
        Asked::Keys { actor, bytes } => {
            if let Some(pane) = run.pane(&actor) {
                pane.write(&bytes.0);
            }
            run.touch_all();
        }
    }
}

/// A page is turned from elsewhere: `Onward` or `Back`.
fn turn(stage: &mut Stage, run: &mut Conductor, command: Command) {
    let command = match (&stage.state.mode, command) {
        (Mode::Present(_), command) => present::meant(stage, run, command),
        (Mode::Study, Command::Onward) => Some(match run.session.phase() {
            Phase::Judged => Command::Next,
            _ if run.session.step().is_text() => Command::Next,
            _ => Command::Run,
        }),
        (Mode::Study, command) => Some(command),
    };
    command.and_then(|command| obey(run, command));
}
