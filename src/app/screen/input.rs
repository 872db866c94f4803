//! What an input asks for, and how it is obeyed.

use crossterm::event::{Event as Input, KeyEvent, KeyEventKind, MouseEventKind};

use super::file::{bring, exported};
use super::hand::{copy, hand_over, obey, paste, scroll_shell, to_shell, unmark};
use super::{Conductor, Left, Script, Stage, present};
use crate::app::share::socket::Asked;
use crate::scene::Moment;
use crate::session::{Event, Phase};
use crate::ui::{Command, Context, Mode, Popup, keymap};
use crate::word;

/// Takes an input; how the screen is left, if it is.
pub(super) fn take(
    stage: &mut Stage,
    run: &mut Conductor,
    script: &Script,
    input: Input,
) -> Option<Left> {
    run.dirty |= matches!(input, Input::Resize(..));
    match input {
        Input::Key(key) if key.kind != KeyEventKind::Release => {
            let context = Context::lab(&run.session, &stage.state);
            let line = stage.hear(key, keymap::may_be_typed(&key, &context))?;
            stage.state.popup = Some(Popup::Typed(line));
            run.dirty = true;
            None
        }
        Input::Mouse(mouse) => {
            if let MouseEventKind::Down(_) = mouse.kind {
                unmark(run);
                run.dirty |= stage.state.say(None);
            }
            let command = stage.mouse(mouse)?;
            carry_out(stage, run, script, command)
        }
        Input::Paste(text) => {
            paste(stage, run, &text);
            None
        }
        _ => None,
    }
}

/// Obeys a key.
pub(super) fn press(
    stage: &mut Stage,
    run: &mut Conductor,
    script: &Script,
    key: &KeyEvent,
) -> Option<Left> {
    let context = Context::lab(&run.session, &stage.state);
    let asked = keymap::command(key, &context);
    let words = match &asked {
        None => keymap::why(key, &context),
        Some(Command::LeaderOff) => keymap::led_nowhere(key, &context),
        Some(command) => keymap::said(command, &context),
    };
    let leaves = asked
        .as_ref()
        .is_some_and(|command| keymap::leaves_question(command, &context));
    run.dirty |= stage.state.say(words);
    if leaves {
        // The same key goes on after it was told that a question is left.
        (stage.state.declined, stage.state.leader) = (true, false);
        run.dirty = true;
        return None;
    }
    carry_out(stage, run, script, asked?)
}

/// Obeys a command.
fn carry_out(
    stage: &mut Stage,
    run: &mut Conductor,
    script: &Script,
    command: Command,
) -> Option<Left> {
    let command = present::meant(stage, run, command)?;
    // A key for a shell changes the screen only when the shell answers.
    run.dirty |= !matches!(command, Command::ToShell(..));
    if scroll_shell(stage, run, &command) || stage.state.apply(&command, &stage.geometry) {
        return None;
    }
    match command {
        Command::Look => {
            stage.look_otherwise();
            let look = stage.look_name();
            stage.state.say(Some(look));
            run.tap.tell(|| Moment::Look(stage.coloured()));
        }
        Command::Language => {
            word::speak(word::language().next());
            run.retell(script.told());
        }
        Command::Export => stage.state.popup = Some(Popup::Message(exported(&script.lab))),
        Command::Image(path) => bring(stage, run, &path),
        Command::Agree(step) => {
            run.agree();
            if step > 0 {
                run.event(Event::GoTo(step));
            }
        }
        Command::Lens => {
            run.turn_lens();
            stage.state.say(Some(run.glass.lens.words()));
        }
        Command::Hand(line) => hand_over(stage, run, &line),
        Command::Mark(index, from, to) => {
            if let Some(pane) = run.panes.get_mut(index) {
                pane.screen_mut().mark(from, to);
            }
        }
        Command::Copy(index) => copy(run, index),
        Command::ToShell(index, key) => to_shell(stage, run, index, &key),
        other => return obey(run, other),
    }
    None
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
