//! Follows a run in another terminal: watches it, leads it, or types into it.

use std::io::{self, Write as _};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use anyhow::Result;
use crossterm::event::{Event as Input, KeyEvent, KeyEventKind};
use futures_util::StreamExt as _;

use super::log::Log;
use super::player::Player;
use super::replay::{Known, Lines, fill, lines, look_on};
use super::socket::{self, Asked};
use crate::app::aside::{self, Aside};
use crate::app::ends::Ends;
use crate::app::terminal::{self, Screen as Terminal};
use crate::app::{Ended, Lack, UsageError, learner, print};
use crate::catalog;
use crate::config::Settings;
use crate::scene::journal::Unread;
use crate::scene::moment::Bytes;
use crate::ui::alone;
use crate::ui::keymap::beside;
use crate::ui::keymap::table::Place;
use crate::ui::notes::{self, NotesView};
use crate::ui::widget::keys::{encode_key, encode_paste};
use crate::ui::{Command, Theme};
use crate::word;

/// How often the clock is drawn.
const TICK: Duration = Duration::from_millis(500);

/// Shows the screens of the run, read-only.
pub(crate) async fn follow(run: Option<&str>) -> Result<Ended> {
    loop {
        let joined = join(run).await?;
        match look_on(joined.player, joined.lines, true).await? {
            // The stream has brought as much as is read of one: a new one begins at what is seen now.
            Err(Unread::TooMuch) => {}
            Ok(_) => return Ok(Ended::Passed),
            Err(why) => return Err(why.into()),
        }
    }
}

/// A run that was joined.
struct Joined {
    player: Player,
    lines: Lines,
    /// What is to be asked of the run: a thread writes it, for the run may be slow to read.
    asks: Sender<Vec<u8>>,
}

/// The names of some runs, one after the other.
fn names(runs: &[(String, UnixStream)]) -> String {
    let names: Vec<&str> = runs.iter().map(|(name, _)| name.as_str()).collect();
    names.join(", ")
}

/// Joins the run called `run`, or the only run there is.
async fn join(run: Option<&str>) -> Result<Joined> {
    let mut runs = socket::shared()?;
    let all = names(&runs);
    if let Some(wanted) = run {
        runs.retain(|(name, _)| is_meant(name, wanted));
    }
    let left = names(&runs);
    let stream = match (runs.pop(), runs.is_empty()) {
        (Some((_, stream)), true) => stream,
        (Some(_), false) => return Err(UsageError(word!("follow-which", runs = left)).into()),
        (None, _) if all.is_empty() => return Err(UsageError(word!("follow-none")).into()),
        (None, _) => {
            let run = run.unwrap_or_default();
            return Err(UsageError(word!("follow-unknown", run = run, runs = all)).into());
        }
    };
    let log = Arc::new(Log::default());
    let (copy, to) = (stream.try_clone()?, Arc::clone(&log));
    aside::start("listen", move |aside| listen(aside, copy, &to)).map_err(Lack::from)?;
    let (asks, asked) = channel();
    aside::start("ask", move |aside| ask(aside, stream, &asked)).map_err(Lack::from)?;
    let (head, lines) = lines(&log).await?;
    let player = Player::new(head).map_err(anyhow::Error::msg)?;
    Ok(Joined {
        player,
        lines,
        asks,
    })
}

/// Whether `wanted` means the run `name`: its whole name, its process, or its lab by any of the
/// lab's names.
fn is_meant(name: &str, wanted: &str) -> bool {
    let (lab, process) = name.rsplit_once('.').unwrap_or((name, ""));
    [name, process].contains(&wanted) || catalog::answers(lab, wanted)
}

/// Adds what the run sends to the log.
fn listen(aside: &Aside, from: UnixStream, log: &Log) {
    // A stream that breaks off is at its end.
    if fill(aside, log, from).is_err() {
        log.end();
    }
}

/// Writes what is asked of the run, until it is gone or nobody asks any more.
fn ask(_aside: &Aside, mut to: UnixStream, asked: &Receiver<Vec<u8>>) {
    while let Ok(line) = asked.recv() {
        if to.write_all(&line).is_err() {
            return;
        }
    }
}

/// What a terminal does with a run.
enum Part {
    /// Read the notes, and lead.
    Notes {
        /// When each step of an earlier run began: its index, and milliseconds.
        rehearsal: Vec<(usize, u64)>,
    },
    /// Type into the shell of this actor.
    Shell(String),
}

/// Shows the notes of an instructor; `rehearsal` is when the steps of an earlier run began.
pub(crate) async fn notes(run: Option<&str>, rehearsal: Vec<(usize, u64)>) -> Result<Ended> {
    let desk = Desk::open(run, Part::Notes { rehearsal }).await?;
    desk.sit().await
}

/// Shows an actor's shell, and types into it.
pub(crate) async fn shell(run: Option<&str>, actor: &str) -> Result<Ended> {
    let desk = Desk::open(run, Part::Shell(actor.to_owned())).await?;
    let actors: Vec<&str> = desk.joined.player.actors().collect();
    if !actors.contains(&actor) {
        let words = word!("follow-no-actor", actor = actor, actors = actors.join(", "));
        return Err(UsageError(words).into());
    }
    desk.sit().await
}

/// A terminal that takes part in a run.
struct Desk {
    /// The name by which the run was asked for, if any.
    run: Option<String>,
    joined: Joined,
    part: Part,
    settings: Settings,
    theme: Theme,
    scroll: usize,
}

impl Desk {
    async fn open(run: Option<&str>, part: Part) -> Result<Self> {
        let (settings, _) = learner::speak();
        Ok(Self {
            settings,
            run: run.map(str::to_owned),
            joined: join(run).await?,
            part,
            theme: Theme::of(None),
            scroll: 0,
        })
    }

    async fn sit(mut self) -> Result<Ended> {
        let mut ends = Ends::take()?;
        let mut screen = Terminal::look_on()?;
        self.theme = Theme::dressed(learner::dress(&self.settings));
        let mut input = terminal::input()?;
        let mut tick = tokio::time::interval(TICK);
        loop {
            self.draw(&mut screen)?;
            let mut known = Vec::new();
            tokio::select! {
                biased;
                event = input.next() => match event {
                    Some(Ok(event)) => if self.take(&event).is_err() || self.leaves(&event) {
                        return Ok(Ended::Passed);
                    },
                    Some(Err(_)) | None => return Ok(Ended::Passed),
                },
                () = ends.come() => return Ok(Ended::Passed),
                count = self.joined.lines.recv_many(&mut known, 1_000) => {
                    if count == 0 {
                        drop(screen);
                        print::line(&word!("replay-over"));
                        return Ok(Ended::Passed);
                    }
                    for known in known {
                        match known {
                            Known::Moment(line) => self.joined.player.know(line),
                            Known::End(Err(Unread::TooMuch)) => {
                                self.joined = join(self.run.as_deref()).await?;
                                break;
                            }
                            // The run was killed.
                            Known::End(Err(Unread::Torn(_))) => {}
                            Known::End(end) => drop(end?),
                        }
                    }
                    while self.joined.player.step().is_some() {}
                }
                _ = tick.tick(), if matches!(self.part, Part::Notes { .. }) => {}
            }
        }
    }

    fn draw(&mut self, screen: &mut Terminal) -> Result<()> {
        let (theme, scroll) = (&self.theme, self.scroll);
        let player = &mut self.joined.player;
        match &self.part {
            Part::Notes { rehearsal } => {
                // The notes are in the language of the lab's texts.
                let _spoken = word::for_now(player.scene().language());
                let view = NotesView {
                    session: player.scene().session(),
                    now: player.since_began(),
                    arrived: player.arrived(),
                    rehearsal,
                    scroll,
                };
                screen
                    .canvas()?
                    .draw(|frame| self.scroll = notes::draw(&view, *theme, frame))?;
            }
            Part::Shell(actor) => {
                let shell = player.scene().shell(actor);
                screen.canvas()?.draw(|frame| {
                    if let Some((shell, size)) = shell {
                        alone::draw(&shell, size, frame);
                    }
                })?;
            }
        }
        Ok(())
    }

    /// Whether it asks to leave.
    fn leaves(&self, event: &Input) -> bool {
        let Input::Key(key) = event else { return false };
        let place = match self.part {
            Part::Shell(_) => Place::Window,
            Part::Notes { .. } => Place::Notes,
        };
        beside(&[place], key) == Some(Command::Quit)
    }

    fn take(&mut self, event: &Input) -> io::Result<()> {
        let asked = match (event, &self.part) {
            (Input::Key(key), _) if key.kind == KeyEventKind::Release => None,
            (Input::Key(key), Part::Notes { .. }) => self.led(key),
            (_, Part::Shell(_)) if self.leaves(event) => None,
            (Input::Key(key), Part::Shell(actor)) => {
                let actor = actor.clone();
                let application = self.pane(&actor).is_some_and(|pane| pane.0);
                let bytes = Bytes(encode_key(key, application));
                Some(Asked::Keys { actor, bytes })
            }
            (Input::Paste(text), Part::Shell(actor)) => {
                let actor = actor.clone();
                let bracketed = self.pane(&actor).is_some_and(|pane| pane.1);
                let bytes = Bytes(encode_paste(text, bracketed));
                Some(Asked::Keys { actor, bytes })
            }
            _ => None,
        };
        let Some(asked) = asked else { return Ok(()) };
        let mut line = serde_json::to_vec(&asked)?;
        line.push(b'\n');
        let sent = self.joined.asks.send(line);
        sent.map_err(|_line| io::ErrorKind::BrokenPipe.into())
    }

    /// Whether an actor's terminal wants application cursor keys, and bracketed paste.
    fn pane(&mut self, actor: &str) -> Option<(bool, bool)> {
        let panes = self.joined.player.scene().panes();
        let screen = panes.iter().find(|pane| pane.actor == actor)?.screen();
        Some((screen.application_cursor(), screen.bracketed_paste()))
    }

    /// What a key asks of the run. The arrows up and down scroll the notes.
    fn led(&mut self, key: &KeyEvent) -> Option<Asked> {
        match beside(&[Place::Notes], key)? {
            Command::Onward => Some(Asked::Forward),
            Command::Back => Some(Asked::Back),
            Command::GoTo(step) => Some(Asked::GoTo(step)),
            Command::Scroll(by) => {
                let by = isize::try_from(by).unwrap_or_default();
                self.scroll = self.scroll.saturating_add_signed(by);
                None
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_meant;

    #[test]
    fn a_run_is_meant_by_its_lab_and_by_its_process() {
        let name = "04-uts-ipc.30748";
        for wanted in [name, "30748", "04-uts-ipc", "4", "04", "uts-ipc"] {
            assert!(is_meant(name, wanted), "{wanted}");
        }
        for wanted in ["", "3", "0748", "ipc", "04-uts-ipc.3074"] {
            assert!(!is_meant(name, wanted), "{wanted}");
        }
    }
}
