//! A journal on the screen: from a file, or from a run that is still going on.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use crossterm::event::{Event as Input, KeyEvent, KeyEventKind};
use futures_util::StreamExt as _;
use tokio::sync::{mpsc, oneshot};

use super::log::{Along, Log};
use super::player::Player;
use crate::app::aside::{self, Aside};
use crate::app::ends::Ends;
use crate::app::learner;
use crate::app::terminal::{self, Screen as Terminal};
use crate::app::{Ended, Lack, UsageError, print};
use crate::scene::Head;
use crate::scene::journal::{COMPRESSED, Extent, Kept, Reader, Unread};
use crate::sys::file;
use crate::sys::identity::person;
use crate::ui::keymap::watched;
use crate::ui::replay::{Footer, Going, draw};
use crate::ui::{Command, Theme, Watch};
use crate::word;

/// The longest pause that is replayed, in milliseconds of the run: longer ones are cut to it.
const IDLE: f64 = 2_000.0;
/// How many moments are received at a time.
const MANY: usize = 1_000;
/// The shortest time between two frames.
const FRAME: Duration = Duration::from_millis(16);
/// The speeds, as powers of two.
const SPEEDS: std::ops::RangeInclusive<i32> = -2..=5;

/// Replays a journal.
pub(crate) async fn replay(path: &Path) -> Result<Ended> {
    let (head, lines) = open(path).await?;
    let player = Player::new(head).map_err(|why| unread(path, Unread::Lab(why)))?;
    // Order: what comes before a break is shown first.
    let shown = look_on(player, lines, false).await?;
    let extent = shown.map_err(|why| unread(path, why))?;
    if let Extent::CutShort(line) = extent {
        print::line(&cut_short(path, line));
    }
    Ok(Ended::Passed)
}

/// When each step of a run began, in milliseconds: its journal is gone through to its end.
pub(crate) fn arrivals(aside: &Aside, path: &Path) -> Result<Vec<(usize, u64)>> {
    let (head, mut reader) = unwound(aside, path)?;
    let mut player = Player::new(head).map_err(|why| unread(path, Unread::Lab(why)))?;
    while let Some(line) = reader.keep() {
        player.know(line.map_err(|why| unread(path, why))?);
    }
    player.catch_up();
    Ok(player.arrivals())
}

/// Says that a run was killed while it was written down, behind a line.
pub(crate) fn cut_short(path: &Path, line: usize) -> String {
    let file = path.display().to_string();
    word!("journal-cut", file = file, line = line)
}

async fn open(path: &Path) -> Result<(Head, Lines)> {
    let file = opened(path)?;
    let log = Arc::new(Log::default());
    let to = Arc::clone(&log);
    let filled = aside::apart("fill", move |aside| fill(aside, &to, file)).await;
    filled
        .map_err(Lack::from)?
        .map_err(|why| unread(path, why))?;
    lines(&log).await.map_err(|why| unread(path, why))
}

/// Adds all that can be read to the log, up to `COMPRESSED` bytes.
pub(crate) fn fill(_aside: &Aside, log: &Log, from: impl Read) -> io::Result<()> {
    let mut from = from.take(COMPRESSED);
    let mut buffer = vec![0; 1 << 16];
    loop {
        match from.read(&mut buffer)? {
            0 if from.limit() == 0 => break log.cut(),
            0 => break log.end(),
            count => log.add(&buffer[..count]),
        }
    }
    Ok(())
}

/// How far a run goes that was shown, or why it breaks off.
pub(crate) type Shown = Result<Extent, Unread>;

/// Shows a run to a person: as it was, or with `live` as it goes on.
pub(crate) async fn look_on(player: Player, lines: Lines, live: bool) -> Result<Shown> {
    let (settings, _) = learner::speak();
    let mut ends = Ends::take()?;
    let screen = Terminal::look_on()?;
    let mut seat = Seat {
        player,
        lines,
        pace: if live { Pace::Live } else { Pace::Times(0) },
        follows: live,
        open: true,
        extent: Ok(Extent::Whole),
        theme: Theme::dressed(learner::dress(&settings)),
        screen,
        at: 0.0,
        moved: Instant::now(),
        drawn: Instant::now(),
        dirty: true,
    };
    seat.watch(&mut ends).await?;
    Ok(seat.extent)
}

/// Opens a journal at its start: the head, and a reader of the moments.
pub(crate) fn unwound(_aside: &Aside, path: &Path) -> Result<(Head, Reader<File>)> {
    let file = opened(path)?;
    let (reader, head) = Reader::new(file).map_err(|why| unread(path, why))?;
    Ok((head, reader))
}

/// Opens the file of a journal with the person's rights.
fn opened(path: &Path) -> Result<File> {
    let file = person::act(|| file::open_plain(path)).map_err(|why| unread(path, why))?;
    file.ok_or_else(|| unplayable(path, &word!("journal-none")))
}

fn unread(path: &Path, why: impl Into<Unread>) -> anyhow::Error {
    let why = why.into();
    if why.is_damage() {
        anyhow::Error::new(why).context(path.display().to_string())
    } else {
        unplayable(path, &why.to_string())
    }
}

fn unplayable(path: &Path, why: &str) -> anyhow::Error {
    let file = path.display().to_string();
    UsageError(word!("journal-unread", file = file, why = why)).into()
}

/// What the reading thread sends.
pub(crate) enum Known {
    /// Another moment.
    Moment(Kept),
    /// The end of the journal.
    End(Shown),
}

/// The moments, as the thread reads them.
pub(crate) type Lines = mpsc::UnboundedReceiver<Known>;

/// Reads the head, and starts a thread that reads the moments.
pub(crate) async fn lines(log: &Arc<Log>) -> Result<(Head, Lines), Unread> {
    let (tell, lines) = mpsc::unbounded_channel();
    let (tell_head, head) = oneshot::channel();
    let log = Arc::clone(log);
    let reading = aside::start("lines", move |aside| {
        let (begun, reader) = match Reader::new(Along::new(aside, log)) {
            Ok((reader, head)) => (Ok(head), Some(reader)),
            Err(why) => (Err(why), None),
        };
        let _ = tell_head.send(begun);
        if let Some(mut reader) = reader {
            let shown = tell_all(&mut reader, &tell);
            let _ = tell.send(Known::End(shown));
        }
    });
    reading.map_err(io::Error::from)?;
    // The thread ends without an answer by a panic alone.
    let head = head.await.unwrap_or(Err(Unread::None))?;
    Ok((head, lines))
}

/// Tells all moments that can be read, or as many as somebody wants; how far they go.
fn tell_all<R: Read>(reader: &mut Reader<R>, tell: &mpsc::UnboundedSender<Known>) -> Shown {
    while let Some(line) = reader.keep() {
        if tell.send(Known::Moment(line?)).is_err() {
            break;
        }
    }
    Ok(reader.extent())
}

/// The pace of a replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pace {
    /// Each moment is shown as it comes.
    Live,
    /// A multiple of the original speed, as a power of two.
    Times(i32),
    /// Paused; the speed to go on with.
    Still(i32),
}

/// A person who watches a run.
struct Seat {
    player: Player,
    lines: Lines,
    pace: Pace,
    /// The run is followed live, not read from a file.
    follows: bool,
    /// More moments may come.
    open: bool,
    /// How far the run goes, once that is known.
    extent: Shown,
    theme: Theme,
    screen: Terminal,
    /// The current place in the run, in milliseconds.
    at: f64,
    moved: Instant,
    drawn: Instant,
    dirty: bool,
}

impl Seat {
    async fn watch(&mut self, ends: &mut Ends) -> Result<()> {
        let mut input = terminal::input()?;
        loop {
            self.advance();
            if self.dirty && self.drawn.elapsed() >= FRAME {
                self.draw()?;
            }
            let wait = self.wait();
            let mut known = Vec::new();
            tokio::select! {
                biased;
                event = input.next() => match event {
                    Some(Ok(Input::Key(key))) if key.kind != KeyEventKind::Release => {
                        if self.key(&key) {
                            return Ok(());
                        }
                    }
                    Some(Ok(_)) => self.dirty = true,
                    Some(Err(_)) | None => return Ok(()),
                },
                () = ends.come() => return Ok(()),
                count = self.lines.recv_many(&mut known, MANY), if self.open => {
                    self.open = count > 0;
                    self.dirty |= !self.open;
                    for known in known {
                        match known {
                            Known::Moment(line) => self.player.know(line),
                            // A follower joins again at once.
                            Known::End(Err(Unread::TooMuch)) if self.follows => {
                                self.extent = Err(Unread::TooMuch);
                                return Ok(());
                            }
                            // The stream of a killed run breaks off: for a follower, it is over.
                            Known::End(Err(Unread::Torn(_))) if self.follows => {
                                self.extent = Ok(Extent::Whole);
                            }
                            Known::End(extent) => self.extent = extent,
                        }
                    }
                }
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Shows the moments that are due.
    fn advance(&mut self) {
        let passed = self.moved.elapsed().as_secs_f64() * 1000.0;
        self.moved = Instant::now();
        match self.pace {
            Pace::Live => self.at = f64::MAX,
            Pace::Times(speed) => self.at += passed * 2f64.powi(speed),
            Pace::Still(_) => return,
        }
        while let Some(due) = self.player.due().map(time) {
            if self.pace != Pace::Live {
                // A long pause is cut short.
                self.at = self.at.max(due - IDLE);
            }
            if due > self.at {
                break;
            }
            self.dirty |= self.player.step() == Some(true);
        }
    }

    /// How long until something changes without a key.
    fn wait(&self) -> Duration {
        let far = Duration::from_secs(3600);
        let frame = self
            .dirty
            .then(|| FRAME.saturating_sub(self.drawn.elapsed()));
        let due = match (self.pace, self.player.due()) {
            (Pace::Times(speed), Some(due)) => {
                let left = (time(due) - self.at).max(0.0) / 2f64.powi(speed);
                Some(Duration::from_secs_f64(left / 1000.0))
            }
            _ => None,
        };
        frame.into_iter().chain(due).min().unwrap_or(far)
    }

    fn draw(&mut self) -> Result<()> {
        let (at, end) = self.player.times();
        let footer = Footer {
            at,
            end,
            pace: match self.pace {
                _ if self.extent.is_err() && self.player.due().is_none() => Going::Torn,
                Pace::Live if self.open => Going::Live,
                Pace::Live => Going::Over,
                Pace::Still(_) => Going::Still,
                Pace::Times(speed) => Going::Times(speed),
            },
            follows: self.follows,
        };
        let (theme, buffer) = (&self.theme, self.player.scene().buffer());
        let screen = self.screen.canvas()?;
        screen.draw(|frame| draw(buffer, &footer, theme, frame))?;
        (self.dirty, self.drawn) = (false, Instant::now());
        Ok(())
    }

    /// Obeys a key; whether it asks to leave.
    fn key(&mut self, key: &KeyEvent) -> bool {
        self.dirty = true;
        match watched(key, self.follows) {
            Some(Command::Quit) => return true,
            Some(Command::Watch(watch)) => self.go(watch),
            _ => {}
        }
        false
    }

    fn go(&mut self, watch: Watch) {
        match watch {
            Watch::Live => self.go_live(),
            Watch::Hold => self.hold_or_go_on(),
            Watch::Faster(by) => self.faster(by),
            Watch::Forward => self.jump(Player::forward),
            Watch::Back => self.jump(Player::back),
            Watch::Start => self.jump(Player::rewind),
            Watch::End => self.jump(Player::catch_up),
        }
    }

    fn go_live(&mut self) {
        self.pace = Pace::Live;
        self.player.catch_up();
    }

    /// The current speed, or the speed before the pause.
    fn speed(&self) -> i32 {
        match self.pace {
            Pace::Live => 0,
            Pace::Times(speed) | Pace::Still(speed) => speed,
        }
    }

    fn hold_or_go_on(&mut self) {
        let speed = self.speed();
        self.pace = match self.pace {
            Pace::Still(_) => Pace::Times(speed),
            _ => Pace::Still(speed),
        };
        self.at = time(self.player.times().0);
    }

    fn faster(&mut self, by: i32) {
        let speed = (self.speed() + by).clamp(*SPEEDS.start(), *SPEEDS.end());
        self.pace = match self.pace {
            Pace::Still(_) => Pace::Still(speed),
            _ => Pace::Times(speed),
        };
        self.at = time(self.player.times().0);
    }

    /// Goes to another place; a live run is paused there.
    fn jump(&mut self, to: fn(&mut Player)) {
        to(&mut self.player);
        self.at = time(self.player.times().0);
        if self.pace == Pace::Live {
            self.pace = Pace::Still(0);
        }
    }
}

/// Milliseconds as a float, to calculate with.
fn time(at: u64) -> f64 {
    // A run takes less than 2^52 milliseconds.
    Duration::from_millis(at).as_secs_f64() * 1000.0
}
