//! The loop of the catalog.

use std::time::{Duration, Instant};

use anyhow::Result;
use crossterm::event::{Event as Input, KeyEvent, KeyEventKind};
use futures_util::StreamExt as _;
use tokio::sync::mpsc;

use super::{FRAME, LastWord, Left, Script, Stage, run};
use crate::app::Lack;
use crate::app::aside;
use crate::app::learner;
use crate::app::shelf::{News, Shelf};
use crate::ui::{
    CatalogueRow, CatalogueView, Command, Context, Geometry, Popup, UiState, View, keymap,
};
use crate::word;

/// How the catalog was left.
pub(in crate::app) enum Closed {
    /// The person left.
    Left,
    /// Missing programs are to be installed on the bare terminal; then the catalog is opened again.
    Install,
}

/// Shows the catalog, and plays the labs that are opened from it.
pub(in crate::app) async fn catalogue() -> Result<Closed> {
    let last = LastWord(learner::progress());
    let mut stage = Stage::new(last.0.clone())?;
    let (mut shelf, mut news) = Shelf::open();
    let mut follows = true;
    let mut played = None;
    loop {
        if let Some(progress) = stage.progress.clone() {
            let known = aside::apart("book", move |_aside| progress.all()).await;
            shelf.know(known.map_err(Lack::from)?);
        }
        // Who has finished a lab is led to the next one; who has left one, back to it.
        if let Some(number) = played.take() {
            follows = shelf.is_over(number);
        }
        match choose(&mut stage, &mut shelf, &mut news, &mut follows).await? {
            Left::Quit | Left::Leave | Left::Saved => return Ok(Closed::Left),
            Left::Install => return Ok(Closed::Install),
            Left::Forget => stage.forget_all().await?,
            Left::Lab(number) => {
                let Some((found, lab)) = shelf.lab(number) else {
                    continue;
                };
                played = Some(number);
                let (keys, absent) = (stage.state.keys.clone(), stage.state.absent.clone());
                let fresh = UiState {
                    keys,
                    absent,
                    ..UiState::default()
                };
                let before = std::mem::replace(&mut stage.state, fresh);
                let spoken = word::language();
                let left = run(&mut stage, &mut Script::new(found, lab), None).await?;
                stage.state = UiState {
                    selected: before.selected,
                    search: before.search,
                    keys: before.keys,
                    absent: before.absent,
                    ..UiState::default()
                };
                if matches!(left, Left::Quit) {
                    return Ok(Closed::Left);
                }
                if spoken != word::language() {
                    shelf.retell();
                }
            }
        }
    }
}

fn frame(stage: &mut Stage, rows: &[CatalogueRow]) -> Result<()> {
    let note = if rows.is_empty() || rows.iter().any(|row| row.missing.is_empty()) {
        word!("ids-in-words", what = crate::sandbox::ids_in_words())
    } else {
        word!("nothing-plays")
    };
    let view = View::Catalogue(CatalogueView {
        rows,
        state: &stage.state,
        note: &note,
    });
    let (theme, mut geometry) = (&stage.theme, Geometry::default());
    stage
        .terminal
        .canvas()?
        .draw(|frame| geometry = crate::ui::draw(&view, theme, frame))?;
    stage.geometry = geometry;
    Ok(())
}

/// Takes an input: a command, or keys to be obeyed. A line that somebody types here is searched
/// for.
fn take(stage: &mut Stage, input: Input) -> Option<Command> {
    match input {
        Input::Key(key) if key.kind != KeyEventKind::Release => {
            let context = Context::catalogue(&stage.state);
            let line = stage.hear(key, keymap::may_be_typed(&key, &context))?;
            search(stage, &line);
            None
        }
        Input::Mouse(mouse) => stage.mouse(mouse),
        Input::Paste(text) if stage.state.popup.is_none() => {
            search(stage, &text);
            None
        }
        _ => None,
    }
}

/// Types a text into the search.
fn search(stage: &mut Stage, text: &str) {
    if !stage.state.search.typing {
        stage.state.apply(&Command::Search(true), &stage.geometry);
    }
    stage.type_in(text);
}

/// Draws the list; with `follows`, the lab that is next is selected.
fn show(stage: &mut Stage, shelf: &Shelf, follows: bool) -> Result<()> {
    let rows = shelf.rows(&stage.state.search.words);
    if let Some(next) = rows.iter().position(|row| row.next && follows) {
        stage.state.selected = next;
    }
    frame(stage, &rows)
}

/// Whether a person moves the selection with a command.
fn moves(command: &Command) -> bool {
    !matches!(
        command,
        Command::Popup(_) | Command::ClosePopup | Command::Choose(_)
    )
}

/// Shows the list until a lab is opened or the list is left. While the selection `follows`, it is on
/// the lab that is next; it does until the person moves it.
async fn choose(
    stage: &mut Stage,
    shelf: &mut Shelf,
    news: &mut mpsc::Receiver<News>,
    follows: &mut bool,
) -> Result<Left> {
    // When the next frame may be drawn, and whether there is anything new to draw.
    let (mut frame_at, mut dirty) = (Instant::now(), true);
    loop {
        dirty |= stage.complain();
        if dirty && frame_at <= Instant::now() {
            show(stage, shelf, *follows)?;
            (frame_at, dirty) = (Instant::now() + FRAME, false);
        }
        let far = Instant::now() + Duration::from_secs(3600);
        let next = if dirty { frame_at } else { far };
        let due = stage.letters.deadline().map_or(next, |due| due.min(next));
        let command = tokio::select! {
            biased;
            Some(key) = async { stage.keys.pop_front() } => {
                pressed(stage, &key)
            }
            Some(input) = stage.input.next() => take(stage, input?),
            () = tokio::time::sleep_until(due.into()) => {
                stage.hear_nothing();
                continue;
            }
            Some(first) = news.recv() => {
                shelf.take(first);
                while let Ok(more) = news.try_recv() {
                    shelf.take(more);
                }
                None
            }
            () = stage.ends.come() => return Ok(Left::Quit),
        };
        dirty = true;
        let Some(command) = command else { continue };
        if stage.state.apply(&command, &stage.geometry) {
            *follows &= !moves(&command);
            continue;
        }
        match command {
            Command::Quit | Command::Leave => return Ok(Left::Quit),
            Command::ForgetAll => return Ok(Left::Forget),
            Command::Install => return Ok(Left::Install),
            Command::Look => stage.look_otherwise(),
            Command::Language => {
                word::speak(word::language().next());
                shelf.retell();
            }
            Command::OpenLab(row) => match shelf.rows(&stage.state.search.words).get(row) {
                Some(row) if !row.missing.is_empty() => {
                    stage.state.popup = Some(Popup::Message(row.missing.join("\n")));
                }
                Some(row) => return Ok(Left::Lab(row.number)),
                None => {}
            },
            _ => {}
        }
    }
}

/// What a key asks for in the catalog; one that means nothing is answered with a word.
fn pressed(stage: &mut Stage, key: &KeyEvent) -> Option<Command> {
    let context = Context::catalogue(&stage.state);
    let asked = keymap::command(key, &context);
    let words = match asked {
        None => keymap::why(key, &context),
        Some(_) => None,
    };
    stage.state.say(words);
    asked
}
