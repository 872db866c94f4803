//! Which key asks for what, now. The footer offers what is found here.

mod offer;
mod offered;
mod present;

pub(super) use offer::offers;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::command::Command;
use super::state::{Focus, Mode, Popup, UiState, asking, by_hand, hints_left};
use crate::lab::PanelName;
use crate::session::{Phase, Scope, Session};
use crate::word;

/// How far a page is scrolled by a key.
const PAGE: i32 = 8;

/// What decides the meaning of a key.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// What only the screen knows.
    pub state: &'a UiState,
    /// The run; `None` in the catalogue.
    pub session: Option<&'a Session>,
}

impl<'a> Context<'a> {
    /// In the catalogue.
    pub fn catalogue(state: &'a UiState) -> Self {
        Self {
            state,
            session: None,
        }
    }

    /// In a lab.
    pub fn lab(session: &'a Session, state: &'a UiState) -> Self {
        Self {
            state,
            session: Some(session),
        }
    }

    /// Whether letters go into a line of the screen's own.
    pub fn types(&self) -> bool {
        match (&self.state.popup, self.session) {
            (Some(popup), _) => *popup == Popup::Image,
            (None, None) => self.state.search.typing,
            (None, Some(session)) => match (self.state.focus, &self.state.mode) {
                (Focus::Guide, Mode::Study) => asking(session, self.state),
                // Nobody answers in front of a class.
                (Focus::Guide, Mode::Present(_)) | (Focus::Shell(_), _) => false,
                (Focus::Panel, _) => self.state.layers.filtering,
            },
        }
    }
}

/// What a key asks for.
pub fn command(event: &KeyEvent, context: &Context<'_>) -> Option<Command> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    if let Some(popup) = &context.state.popup {
        return in_popup(event, popup, context);
    }
    let Some(session) = context.session else {
        return in_catalogue(event, context.state);
    };
    match &context.state.mode {
        Mode::Study => in_study(event, session, context.state),
        Mode::Present(present) => present::command(event, session, context.state, present),
    }
}

/// What a key asks for where one person reads.
fn in_study(event: &KeyEvent, session: &Session, state: &UiState) -> Option<Command> {
    let of_area = match state.focus {
        Focus::Shell(actor) => {
            let of_shell = match in_shell(event, actor, state) {
                InShell::Asks(command) => command,
                InShell::Led(key) => led_out(&key, session),
            };
            return Some(of_shell);
        }
        Focus::Guide if asking(session, state) => in_answer(event, state),
        Focus::Guide => None,
        Focus::Panel => in_panel(event, state),
    };
    of_area.or_else(|| in_guide(&meant(event, state)?, session))
}

fn in_popup(event: &KeyEvent, popup: &Popup, context: &Context<'_>) -> Option<Command> {
    let leave = if context.session.is_some() {
        Command::Leave
    } else {
        Command::Quit
    };
    Some(match (event.code, popup) {
        (KeyCode::Enter, Popup::Image) if context.state.input.is_empty() => Command::ClosePopup,
        (KeyCode::Enter, Popup::Image) => Command::Image(context.state.input.clone()),
        (KeyCode::Backspace, Popup::Image) => Command::InputErase,
        (KeyCode::Char(letter), Popup::Image) if !control(event) => Command::Input(letter),
        (KeyCode::Enter, Popup::Steps { selected }) => Command::GoTo(*selected),
        (KeyCode::Up | KeyCode::Char('k'), Popup::Steps { .. }) => Command::Select(-1),
        (KeyCode::Down | KeyCode::Char('j'), Popup::Steps { .. }) => Command::Select(1),
        (KeyCode::Char('s'), Popup::StartOver) => Command::StartOver(Scope::Step),
        (KeyCode::Char('l'), Popup::StartOver | Popup::Resumed) => Command::StartOver(Scope::Lab),
        (KeyCode::Char('a'), Popup::StartOver) => Command::Popup(Popup::ForgetAll),
        (KeyCode::Char('y'), Popup::ForgetAll) => Command::ForgetAll,
        (KeyCode::Char('y'), Popup::Install) if context.state.absent.install.is_some() => {
            Command::Install
        }
        (KeyCode::Enter | KeyCode::Char('y'), Popup::Quit) => leave,
        (KeyCode::Enter | KeyCode::Char('y'), Popup::Strange(_, start)) => agreed(*start),
        (_, Popup::Strange(..)) if event.code == KeyCode::Esc => Command::Leave,
        (KeyCode::Char('n' | 'q'), Popup::Strange(..)) => Command::Leave,
        (KeyCode::Esc | KeyCode::Char('q' | '?'), _)
        | (KeyCode::Char('n'), Popup::Quit | Popup::ForgetAll | Popup::Install)
        | (
            KeyCode::Enter,
            Popup::Help | Popup::Message(_) | Popup::Resumed | Popup::Words | Popup::Card,
        ) => Command::ClosePopup,
        (KeyCode::Up, _) => Command::Scroll(-1),
        (KeyCode::Down, _) => Command::Scroll(1),
        (KeyCode::PageUp, _) => Command::Scroll(-PAGE),
        (KeyCode::PageDown, _) => Command::Scroll(PAGE),
        _ => return None,
    })
}

/// A lab from elsewhere may be played, from a step.
fn agreed(start: usize) -> Command {
    match start {
        0 => Command::ClosePopup,
        start => Command::GoTo(start),
    }
}

fn in_catalogue(event: &KeyEvent, state: &UiState) -> Option<Command> {
    if state.search.typing
        && let Some(command) = in_words(event, Command::Search(false))
    {
        return Some(command);
    }
    let event = &meant(event, state)?;
    Some(match event.code {
        KeyCode::Esc if !state.search.words.is_empty() => Command::Search(true),
        KeyCode::Char('/') => Command::Search(true),
        KeyCode::Char('L') => Command::Language,
        KeyCode::Char('T') => Command::Look,
        KeyCode::Char('r') => Command::Popup(Popup::ForgetAll),
        KeyCode::Char('i') if !state.absent.programs.is_empty() => Command::Popup(Popup::Install),
        KeyCode::Char('c') if control(event) => Command::Quit,
        KeyCode::Up | KeyCode::Char('k') => Command::Select(-1),
        KeyCode::Down | KeyCode::Char('j') => Command::Select(1),
        KeyCode::PageUp => Command::Select(-PAGE),
        KeyCode::PageDown => Command::Select(PAGE),
        KeyCode::Home => Command::SelectRow(0),
        KeyCode::End => Command::Select(i32::MAX),
        KeyCode::Enter => Command::OpenLab(state.selected),
        KeyCode::Char('?') => Command::Popup(Popup::Help),
        KeyCode::Char('q') => Command::Quit,
        _ => return None,
    })
}

/// Letters for a search or a filter; Enter keeps what was typed.
fn in_words(event: &KeyEvent, keep: Command) -> Option<Command> {
    Some(match event.code {
        KeyCode::Enter => keep,
        KeyCode::Esc => Command::InputLeave,
        KeyCode::Backspace => Command::InputErase,
        KeyCode::Char(letter) if !control(event) => Command::Input(letter),
        _ => return None,
    })
}

fn control(event: &KeyEvent) -> bool {
    event.modifiers.contains(KeyModifiers::CONTROL)
}

/// The key as if no letter had been set.
fn meant(event: &KeyEvent, state: &UiState) -> Option<KeyEvent> {
    let mut meant = *event;
    if let KeyCode::Char(letter) = event.code
        && !control(event)
    {
        meant.code = KeyCode::Char(state.keys.meaning(letter)?);
    }
    Some(meant)
}

/// What leads out of a shell: `Ctrl-]` if nothing else is set. A terminal sends
/// 0x1c to 0x1f for the ones that are no letters, which crossterm reads as `Ctrl-4` to `Ctrl-7`.
fn is_leader(event: &KeyEvent, state: &UiState) -> bool {
    let leader = state.keys.leader();
    let digit = "\\]^_".find(leader).zip("4567".get(..));
    let digit = digit.and_then(|(at, digits)| digits.chars().nth(at));
    let is_it = |letter: char| letter.to_ascii_lowercase() == leader || Some(letter) == digit;
    control(event) && matches!(event.code, KeyCode::Char(letter) if is_it(letter))
}

/// What a key comes to in a shell.
enum InShell {
    /// It asks for this, in every mode.
    Asks(Command),
    /// It came after the leader: what it asks for, the mode decides.
    Led(KeyEvent),
}

fn in_shell(event: &KeyEvent, actor: usize, state: &UiState) -> InShell {
    match (state.leader, is_leader(event, state)) {
        (false, true) => InShell::Asks(Command::Leader),
        (false, false) | (true, true) => InShell::Asks(Command::ToShell(actor, *event)),
        (true, false) => {
            meant(event, state).map_or(InShell::Asks(Command::LeaderOff), InShell::Led)
        }
    }
}

/// What a key after the leader asks for.
fn led_out(event: &KeyEvent, session: &Session) -> Command {
    match event.code {
        KeyCode::Tab => Command::FocusNext,
        KeyCode::BackTab => Command::FocusPrevious,
        KeyCode::Enter => on(session).unwrap_or(Command::LeaderOff),
        KeyCode::Char('g') => Command::Focus(Focus::Guide),
        KeyCode::Char('t') => Command::Show,
        KeyCode::Char('z') => Command::Zoom,
        KeyCode::Char('q') => Command::Popup(Popup::Quit),
        KeyCode::Char('?') => Command::Popup(Popup::Help),
        KeyCode::Char(digit @ '1'..='9') => shell(digit, session).unwrap_or(Command::LeaderOff),
        _ => Command::LeaderOff,
    }
}

fn number(digit: char) -> Option<usize> {
    let number = usize::try_from(digit.to_digit(10)?).ok()?;
    number.checked_sub(1)
}

fn shell(digit: char, session: &Session) -> Option<Command> {
    let there = |index: &usize| *index < session.lab().actors.len();
    let index = number(digit).filter(there)?;
    Some(Command::Focus(Focus::Shell(index)))
}

fn in_panel(event: &KeyEvent, state: &UiState) -> Option<Command> {
    match event.code {
        _ if state.panel == PanelName::Overlay && state.layers.filtering => {
            in_words(event, Command::Filter(false))
        }
        KeyCode::Char(digit @ '0'..='9') => panel(digit),
        _ if state.panel == PanelName::Overlay => in_layers(event),
        _ => None,
    }
}

fn in_layers(event: &KeyEvent) -> Option<Command> {
    Some(match event.code {
        KeyCode::Up => Command::Select(-1),
        KeyCode::Down => Command::Select(1),
        KeyCode::Right => Command::Fold(true),
        KeyCode::Left => Command::Fold(false),
        KeyCode::Char('/') => Command::Filter(true),
        _ => return None,
    })
}

fn panel(digit: char) -> Option<Command> {
    PanelName::of_key(digit).map(Command::Panel)
}

fn in_answer(event: &KeyEvent, state: &UiState) -> Option<Command> {
    Some(match event.code {
        KeyCode::Esc => Command::InputLeave,
        KeyCode::Backspace => Command::InputErase,
        KeyCode::Enter if !state.input.trim().is_empty() => Command::Answer(state.input.clone()),
        KeyCode::Char(letter) if !control(event) => Command::Input(letter),
        _ => return None,
    })
}

fn in_guide(event: &KeyEvent, session: &Session) -> Option<Command> {
    if control(event) {
        let end = matches!(event.code, KeyCode::Char('c' | 'd' | 'q'));
        return end.then_some(Command::Popup(Popup::Quit));
    }
    Some(match event.code {
        KeyCode::Enter => return on(session),
        KeyCode::Tab => Command::FocusNext,
        KeyCode::BackTab => Command::FocusPrevious,
        KeyCode::Up => Command::Scroll(-1),
        KeyCode::Down => Command::Scroll(1),
        KeyCode::PageUp => Command::Scroll(-PAGE),
        KeyCode::PageDown | KeyCode::Char(' ') => Command::Scroll(PAGE),
        KeyCode::Home => Command::Scroll(-i32::MAX),
        KeyCode::End => Command::Scroll(i32::MAX),
        KeyCode::Char(letter) => return letter_in_guide(letter, session),
        _ => return None,
    })
}

fn letter_in_guide(letter: char, session: &Session) -> Option<Command> {
    Some(match letter {
        '0'..='9' => return digit_in_guide(letter, session),
        'e' if *session.phase() == Phase::Finished => Command::Export,
        't' if by_hand(session) && hints_left(session) => own(session),
        't' => Command::Show,
        'h' => Command::Hint,
        'n' => Command::Next,
        'u' => Command::Back,
        's' => Command::Skip,
        'b' => Command::Rebuild,
        'r' => Command::Popup(Popup::StartOver),
        'z' => Command::Zoom,
        '<' => Command::Widen(-4),
        '>' => Command::Widen(4),
        '-' => Command::Heighten(-2),
        '+' | '=' => Command::Heighten(2),
        _ => return anywhere(letter, session.index()),
    })
}

/// Letters that ask for the same wherever a lab is seen.
fn anywhere(letter: char, selected: usize) -> Option<Command> {
    Some(match letter {
        'g' => Command::Popup(Popup::Steps { selected }),
        'P' => Command::Present,
        'w' => Command::Popup(Popup::Words),
        'v' => Command::Popup(Popup::Card),
        'L' => Command::Language,
        'T' => Command::Look,
        '?' => Command::Popup(Popup::Help),
        'q' => Command::Popup(Popup::Quit),
        _ => return None,
    })
}

fn digit_in_guide(digit: char, session: &Session) -> Option<Command> {
    if *session.phase() != Phase::Predicting {
        return panel(digit);
    }
    let choices = session
        .step()
        .ask
        .as_ref()
        .map_or(0, |ask| ask.choices.len());
    let choice = number(digit).filter(|choice| *choice < choices);
    choice.map(Command::Predict)
}

/// What Enter asks for: whatever leads on.
pub fn on(session: &Session) -> Option<Command> {
    match session.phase() {
        Phase::Briefing | Phase::Predicting if session.step().is_text() => Some(Command::Next),
        Phase::Briefing | Phase::Predicting | Phase::Observing if by_hand(session) => {
            Some(own(session))
        }
        Phase::Briefing | Phase::Predicting | Phase::Observing => Some(Command::Run),
        Phase::Judged => Some(Command::Next),
        Phase::Finished => Some(Command::Leave),
        Phase::Lost { .. } => Some(Command::Rebuild),
        Phase::Applying { .. } | Phase::Rewinding { .. } => None,
    }
}

/// Says that nobody else does the step.
fn own(session: &Session) -> Command {
    let then = if hints_left(session) {
        word!("then-hint")
    } else {
        word!("then-line")
    };
    Command::Popup(Popup::Message(word!("own-step", then = then)))
}
