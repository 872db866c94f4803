//! The catalogue's loop.

use std::sync::Arc;

use anyhow::Result;
use crossterm::event::Event as Input;
use futures_util::StreamExt as _;
use tokio::sync::mpsc;

use super::{Left, Stage, run};
use crate::app::Ended;
use crate::catalog;
use crate::lab::Lab;
use crate::sandbox::Finding;
use crate::ui::{
    CatalogueRow, CatalogueView, Command, Context, Geometry, Popup, UiState, View, keymap,
};

/// What was found lacking: the number of a row, and the words.
type Tried = mpsc::Receiver<(usize, Vec<String>)>;

/// The catalogue, and the labs that are opened from it.
pub(in crate::app) async fn catalogue() -> Result<Ended> {
    let found = catalog::all(catalog::user_folder().as_deref());
    let labs: Vec<(CatalogueRow, Option<Arc<Lab>>)> = found.iter().map(row).collect();
    let mut rows: Vec<CatalogueRow> = labs.iter().map(|(row, _)| row.clone()).collect();
    let note = format!("lab host: {}", crate::sandbox::ids_in_words());
    let mut stage = Stage::new()?;
    let mut tried = try_needs(&labs);
    loop {
        match choose(&mut stage, &mut rows, &mut tried, &note).await? {
            Left::Quit | Left::Leave => return Ok(Ended::Passed),
            Left::Lab(index) => {
                let Some((_, Some(lab))) = labs.get(index) else {
                    continue;
                };
                let selected = stage.state.selected;
                stage.state = UiState::default();
                let left = run(&mut stage, Arc::clone(lab), 0).await?;
                stage.state = UiState {
                    selected,
                    ..UiState::default()
                };
                if matches!(left, Left::Quit) {
                    return Ok(Ended::Passed);
                }
            }
        }
    }
}

/// What the labs need and this machine lacks, by the number of the row: tried
/// while the catalogue is already seen.
fn try_needs(labs: &[(CatalogueRow, Option<Arc<Lab>>)]) -> Tried {
    let (tell, tried) = mpsc::channel(1);
    let labs: Vec<Option<Arc<Lab>>> = labs.iter().map(|(_, lab)| lab.clone()).collect();
    tokio::spawn(async move {
        for (number, lab) in labs.iter().enumerate() {
            let Some(lab) = lab else { continue };
            let findings = crate::sandbox::lacking(&lab.needs).await;
            let words: Vec<String> = findings.iter().map(Finding::words).collect();
            if !words.is_empty() && tell.send((number, words)).await.is_err() {
                return;
            }
        }
    });
    tried
}

fn row(found: &catalog::Found) -> (CatalogueRow, Option<Arc<Lab>>) {
    let (lab, missing) = match catalog::load(found) {
        Ok(loaded) => (
            loaded.lab.map(Arc::new),
            loaded.problems.iter().map(ToString::to_string).collect(),
        ),
        Err(why) => (None, vec![why.to_string()]),
    };
    let mut row = CatalogueRow {
        id: found.id.clone(),
        missing,
        ..CatalogueRow::default()
    };
    if let Some(lab) = &lab {
        row.title.clone_from(&lab.title);
        row.track.clone_from(&lab.track);
        row.summary.clone_from(&lab.summary);
        row.minutes = lab.minutes;
    }
    (row, lab)
}

async fn choose(
    stage: &mut Stage,
    rows: &mut [CatalogueRow],
    tried: &mut Tried,
    note: &str,
) -> Result<Left> {
    loop {
        let view = View::Catalogue(CatalogueView {
            rows,
            state: &stage.state,
            note,
        });
        let (theme, mut geometry) = (&stage.theme, Geometry::default());
        stage
            .terminal
            .terminal
            .draw(|frame| geometry = crate::ui::draw(&view, theme, frame))?;
        stage.geometry = geometry;
        let command = tokio::select! {
            Some(input) = stage.input.next() => match input? {
                Input::Key(key) => keymap::command(&key, &Context::catalogue(&stage.state)),
                Input::Mouse(mouse) => stage.mouse(mouse),
                _ => None,
            },
            Some((number, words)) = tried.recv() => {
                if let Some(row) = rows.get_mut(number) {
                    row.missing.extend(words);
                }
                None
            }
            _ = stage.hang_up.recv() => return Ok(Left::Quit),
            _ = stage.terminate.recv() => return Ok(Left::Quit),
        };
        let Some(command) = command else { continue };
        if stage.state.apply(&command, &stage.geometry) {
            continue;
        }
        match command {
            Command::Quit | Command::Leave => return Ok(Left::Quit),
            Command::OpenLab(index) => match rows.get(index) {
                Some(row) if !row.missing.is_empty() => {
                    stage.state.popup = Some(Popup::Message(row.missing.join("\n")));
                }
                _ => return Ok(Left::Lab(index)),
            },
            _ => {}
        }
    }
}
