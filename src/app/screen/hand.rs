//! What a person's hands do to the shells.

use crossterm::event::{KeyCode, KeyEvent};

use super::{Conductor, Stage, obey, present};
use crate::app::share::socket::Asked;
use crate::scene::moment::PaneChange;
use crate::session::{Event, Phase};
use crate::ui::widget::keys::{encode_key, encode_paste};
use crate::ui::{Command, Context, Focus};

/// What is pasted goes where a key would go.
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

/// The wheel and the page keys scroll the shell that has the focus.
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

/// Does what was asked from another terminal.
pub(super) fn obey_another(stage: &mut Stage, run: &mut Conductor, asked: Asked) {
    let presents = stage.state.present.is_some();
    match asked {
        Asked::Forward if presents => drop(present::meant(stage, run, Command::Onward)),
        Asked::Back if presents => {
            let command = present::meant(stage, run, Command::Back);
            command.and_then(|command| obey(run, command));
        }
        Asked::Forward => run.event(match run.session.phase() {
            Phase::Judged => Event::Next,
            _ if run.session.step().is_text() => Event::Next,
            _ => Event::Run,
        }),
        Asked::Back => run.event(Event::Back),
        Asked::GoTo(step) => run.event(Event::GoTo(step)),
        Asked::Keys { actor, bytes } => {
            if let Some(pane) = run.pane(&actor) {
                pane.write(&bytes.0);
            }
            run.touch_all();
        }
    }
}
