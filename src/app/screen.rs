//! The loop with a screen: input, happenings and signals come in, a frame goes out.

mod file;
mod follower;
mod frame;
mod hand;
mod input;
mod kept;
mod letters;
mod present;
mod script;
mod shelf;
mod show;
mod stage;
mod told;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use crossterm::event::{Event as Input, KeyEvent};
use futures_util::StreamExt as _;

use follower::Follower;
pub(super) use frame::resize;
use input::{obey_another, press, take};
pub(super) use kept::At;
use kept::Kept;
pub(super) use script::Begun;
pub use script::Script;
pub(super) use shelf::{Closed, catalogue};
use stage::{LastWord, Stage};
pub(super) use told::Told;

use super::learner;
use super::run::{Conductor, Said, TURN};
use super::share::clerk::Clerk;
use super::share::socket::Asked;
use super::tape::Tape;
use super::{Ended, UsageError, aside};
use crate::lab::PanelName;
use crate::lab::draft::Done;
use crate::progress::Recorder;
use crate::scene::Moment;
use crate::scene::moment::PaneChange;
use crate::session::{Event, Phase, Scope};
use crate::sys::pty::Size;
use crate::ui::{Command, Focus, Geometry, Popup, UiState};
use crate::word;

/// The shortest time between two frames.
pub(super) const FRAME: Duration = Duration::from_millis(8);
/// How often the tape is asked whether a recorded command has ended.
const TAPE: Duration = Duration::from_millis(300);
/// The size of a pane until the first frame sets it.
pub(super) const FIRST: Size = Size {
    rows: 10,
    columns: 58,
};

/// How a screen was left.
enum Left {
    /// The whole program is to end.
    Quit,
    /// Back to the catalog.
    Leave,
    /// A lab was chosen, by its number on the shelf.
    Lab(usize),
    /// The lab's file was saved: it is loaded again.
    Saved,
    /// The progress in all labs is to be forgotten.
    Forget,
    /// Missing programs are to be installed.
    Install,
}

/// What woke the loop.
enum Woken {
    Input(Input),
    /// A key that is to be obeyed.
    Key(KeyEvent),
    Said(Said),
    /// A happening of the understudy.
    Understudy(Said),
    Frame,
    /// The lab's file was saved.
    Saved,
    /// Another terminal asks for something.
    Asked(Asked),
    End,
}

/// Plays one lab on the screen, from a step.
pub(super) async fn play(mut script: Script, start: Option<usize>) -> Result<Ended> {
    let last = LastWord(learner::progress());
    let mut stage = Stage::new(last.0.clone())?;
    // The needs of the lab are tried while the first frame is already shown.
    let tried = tokio::spawn({
        let lab = Arc::clone(&script.lab);
        async move { super::lacking(&lab).await }
    });
    tokio::pin!(tried);
    let left = tokio::select! {
        biased;
        Some(ended) = async { tried.await.ok().flatten() } => return Ok(ended),
        left = run(&mut stage, &mut script, start) => left,
    };
    stage.part();
    left.map(|_| Ended::Passed)
}

/// Presents a lab to a class; nothing goes into the progress file.
pub(super) async fn present(mut script: Script, start: usize) -> Result<Ended> {
    if let Some(ended) = super::lacking(&script.lab).await {
        return Ok(ended);
    }
    let mut stage = Stage::new(learner::progress())?;
    stage.show.only = true;
    stage.state.apply(&Command::Present, &stage.geometry);
    let left = run(&mut stage, &mut script, Some(start)).await;
    stage.part();
    left.map(|_| Ended::Passed)
}

/// Opens shells to act in; returns what was done in them.
pub(super) async fn record(actors: &[String]) -> Result<Vec<Done>> {
    let script = Script::free(actors).map_err(UsageError)?;
    let mut stage = Stage::new(None)?;
    let mut run = Conductor::new(script.told(), 0, FIRST, None);
    let mut kept = Kept {
        recorder: None,
        tape: Some(Tape::default()),
    };
    watch(
        &mut stage,
        &mut run,
        &script,
        &mut kept,
        &mut Follower::of(&script),
    )
    .await?;
    let mut tape = kept.tape.unwrap_or_default();
    tape.end(&run);
    Ok(tape.done)
}

async fn run(stage: &mut Stage, script: &mut Script, start: Option<usize>) -> Result<Left> {
    let strange = script.is_strange(stage.progress.as_ref());
    // Nothing of a strange lab is played before the person agrees, which leads to the step.
    let from = start.filter(|_| !strange);
    let look = stage.coloured();
    let Begun {
        mut run,
        resumed,
        clerk,
        log,
    } = script.begin(stage.progress.as_ref(), from, look)?;
    stage.written = clerk.as_ref().map(Clerk::trouble).unwrap_or_default();
    let _share = log
        .map(|log| stage.share(&script.lab.id, log))
        .transpose()?;
    if strange {
        let intent = script.intent().await;
        stage.state.popup = Some(Popup::Strange(intent, start.unwrap_or(0)));
    } else {
        run.agree();
        stage.state.popup = resumed.then_some(Popup::Resumed);
    }
    let asks = script.image.is_none() && !stage.show.only;
    if script.lab.takes_image().is_some() && asks {
        stage.state.after = Some(Popup::Image);
    }
    if stage.state.popup.is_none() {
        stage.state.popup = stage.state.after.take();
    }
    let progress = stage.progress.clone().filter(|_| !stage.show.only);
    let mut kept = Kept {
        recorder: progress.map(|progress| Recorder::new(progress, script.which())),
        tape: None,
    };
    let mut follower = Follower::of(script);
    let left = loop {
        run.look_closely();
        match watch(stage, &mut run, script, &mut kept, &mut follower).await {
            Ok(Left::Saved) if stage.state.asks_consent() => {
                ask_again(stage, script, &mut run, start).await;
            }
            Ok(Left::Saved) => stage.reload(script, &mut run),
            Ok(Left::Forget) => {
                stage.forget_all().await?;
                let progress = stage.progress.clone();
                kept.recorder = progress.map(|progress| Recorder::new(progress, script.which()));
                run.event(Event::StartOver(Scope::Lab));
            }
            left => break left,
        }
    };
    kept.recorder.iter_mut().for_each(Recorder::leave);
    stage.show.forget();
    if let Some(progress) = stage.progress.clone() {
        // What is not written then is written, or told, at the very end.
        let _ = aside::apart("flush", move |_aside| progress.flush()).await;
    }
    drop(run);
    stage.unsaid.extend(clerk.and_then(Clerk::finish));
    left
}

/// The file of a strange lab was saved before the person agreed to it: what it does now is told. A
/// file that is wrong is waited for, and what was agreed to is still the lab that was told.
async fn ask_again(
    stage: &mut Stage,
    script: &mut Script,
    run: &mut Conductor,
    start: Option<usize>,
) {
    match script.reload() {
        Ok(()) => {
            *run = Conductor::withheld(script.told(), 0, FIRST, script.image.clone());
            let intent = script.intent().await;
            stage.state.popup = Some(Popup::Strange(intent, start.unwrap_or(0)));
        }
        Err(words) => stage.state.after = Some(Popup::Message(words)),
    }
    run.dirty = true;
}

/// The loop: input, happenings and signals, until the screen is left.
async fn watch(
    stage: &mut Stage,
    run: &mut Conductor,
    script: &Script,
    kept: &mut Kept,
    follower: &mut Follower,
) -> Result<Left> {
    let mut drawn = tokio::time::Instant::now() - FRAME;
    let mut seen = At::default();
    loop {
        present::settle(stage, run);
        settle(&mut stage.state, &stage.geometry, run, &mut seen);
        kept.follow(run);
        run.dirty |= stage.complain();
        if run.dirty && drawn.elapsed() >= FRAME {
            frame::draw(stage, run)?;
            drawn = tokio::time::Instant::now();
        }
        let wait = if run.dirty {
            Some(drawn + FRAME)
        } else {
            let over = kept
                .tape
                .as_ref()
                .filter(|tape| tape.waits())
                .map(|_| drawn + TAPE);
            let show = stage.show.deadline(run, &stage.state);
            let letter = stage.letters.deadline().map(tokio::time::Instant::from_std);
            let ends = deadline(run, &stage.state).into_iter();
            ends.chain(over).chain(show).chain(letter).min()
        };
        match wake(stage, run, follower, wait).await? {
            Woken::Saved => return Ok(Left::Saved),
            Woken::Asked(asked) => obey_another(stage, run, asked),
            Woken::End => return Ok(Left::Quit),
            Woken::Frame => {
                end_syncs(run);
                run.dirty |= kept.tape.as_ref().is_some_and(Tape::waits);
                stage.hear_nothing();
            }
            Woken::Said(said) => run.drain(said, TURN),
            Woken::Understudy(said) => stage.show.understudy.drain(said),
            Woken::Key(key) => {
                if let Some(left) = press(stage, run, script, &key) {
                    return Ok(left);
                }
            }
            Woken::Input(input) => {
                kept.recorder.iter_mut().for_each(Recorder::sign);
                if let Some(left) = take(stage, run, script, input) {
                    return Ok(left);
                }
            }
        }
    }
}

/// Why nothing is seen of typed lines, in words.
fn blind(state: &UiState, why: String) -> String {
    if why.is_empty() {
        let key = state.keys.label("Ctrl-] l");
        return word!("say-lens-ended", key = key);
    }
    word!("say-lens-refused", why = why)
}

/// Takes from the run what concerns the screen (a panel, a prompt, a new step), and tells the run
/// what the visible panels need.
pub(super) fn settle(state: &mut UiState, geometry: &Geometry, run: &mut Conductor, seen: &mut At) {
    // A key that the person has begun with the leader is still to come.
    let leader = state.leader;
    if let Some(panel) = run.shown.take() {
        state.apply(&Command::Panel(panel), geometry);
    }
    if let Some(pane) = run.prompted.take() {
        let focus = Command::Focus(Focus::Shell(pane));
        state.apply(&focus, geometry);
    }
    state.leader = leader;
    if let Some(why) = run.glass.blind.take() {
        state.say(Some(blind(state, why)));
    }
    let seen_panels = [Some(state.panel), geometry.second];
    let counting = [PanelName::Cgroup, PanelName::Container].map(Some);
    run.counted = seen_panels.iter().any(|panel| counting.contains(panel));
    let layers = seen_panels.contains(&Some(PanelName::Overlay));
    let wanted = layers.then(|| state.layers.wanted());
    run.want(wanted.unwrap_or_default());
    let at = run.elapsed();
    run.tap.tell(|| Moment::Lived(at));
    run.dirty |= state.history.record(at, run.session.now());
    let now = At {
        step: Some(run.session.index()),
        over: run.session.phase().is_passed(),
    };
    if now != *seen {
        *seen = now;
        state.begin_step();
    }
}

/// When the screen changes without an event: a synchronized update is overdue, a flash ends, or the
/// hints are pointed at.
fn deadline(run: &Conductor, state: &UiState) -> Option<tokio::time::Instant> {
    let deadlines = run
        .panes
        .iter()
        .filter_map(|pane| pane.screen().sync_deadline());
    let flash = state.history.flash_left().map(|left| Instant::now() + left);
    let stuck = run.stuck_at().filter(|at| *at > Instant::now());
    deadlines
        .chain(flash)
        .chain(stuck)
        .min()
        .map(tokio::time::Instant::from_std)
}

fn end_syncs(run: &mut Conductor) {
    let now = Instant::now();
    // The pointer to the hints is drawn once its time has come.
    let stuck = run.stuck_at().filter(|at| *at <= now);
    run.dirty |= stuck.is_some_and(|at| now.duration_since(at) < Duration::from_secs(1));
    for pane in &mut run.panes {
        if pane.screen().sync_deadline().is_some_and(|at| at <= now) {
            pane.change(PaneChange::Synced);
            run.dirty = true;
        }
    }
}

async fn wake(
    stage: &mut Stage,
    run: &mut Conductor,
    follower: &mut Follower,
    wait: Option<tokio::time::Instant>,
) -> Result<Woken> {
    let far = tokio::time::Instant::now() + Duration::from_secs(3600);
    Ok(tokio::select! {
        biased;
        Some(key) = async { stage.keys.pop_front() } => Woken::Key(key),
        input = stage.input.next() => match input {
            Some(input) => Woken::Input(input?),
            None => Woken::End,
        },
        () = stage.ends.come() => Woken::End,
        Some(said) = run.next() => Woken::Said(said),
        Some(said) = stage.show.understudy.next() => Woken::Understudy(said),
        () = follower.saved() => Woken::Saved,
        Some(asked) = stage.asked.1.recv() => Woken::Asked(asked),
        () = tokio::time::sleep_until(wait.unwrap_or(far)) => Woken::Frame,
    })
}
