//! An action in front of a class, in three beats: its line is typed at a human
//! pace, it runs, and what it changed is held until the next click.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::Conductor;
use crate::lab::Action;
use crate::session::{Event, Phase, Scope};
use crate::ui::state::{Beat, Stand};

/// The least time for a letter, in milliseconds: 18 letters a second.
const QUICK: u64 = 56;
/// The most, in milliseconds: 12 letters a second.
const SLOW: u64 = 83;
/// How long a complete line stands before it runs.
const PAUSE: Duration = Duration::from_millis(350);

/// A line that is being typed.
struct Line {
    action: Action,
    rest: VecDeque<char>,
    /// When the next letter comes; after the last one, when it runs.
    due: Instant,
}

/// The state of an action that is shown in beats.
#[derive(Default)]
pub(super) struct Beats {
    /// A class is watching.
    on: bool,
    stand: Stand,
    line: Option<Line>,
    /// The action that the next click begins.
    next: Option<Action>,
    /// Something was run by hand in this lab host; what it changed is unknown.
    touched: bool,
    /// The pane whose prompt holds something typed by hand.
    scribbled: Option<usize>,
}

impl Beats {
    /// Whether a class is watching.
    pub(super) fn is_on(&self) -> bool {
        self.on
    }

    /// Begins with a new lab host, where nothing was done by hand.
    pub(super) fn reset(&mut self) {
        self.still();
        (self.touched, self.scribbled) = (false, None);
    }

    /// Forgets the action under way.
    pub(super) fn still(&mut self) {
        (self.line, self.next) = (None, None);
        self.stand.beat = Beat::Still;
    }
}

/// How long the letter at `index` takes. It depends on the bytes of the line only, so that a line
/// is always typed alike.
fn pace(line: &str, index: usize) -> Duration {
    let bytes = line.bytes().cycle().skip(index).take(3);
    let mixed = bytes.fold(index as u64, |all, byte| {
        all.wrapping_mul(31).wrapping_add(u64::from(byte))
    });
    Duration::from_millis(QUICK + mixed % (SLOW - QUICK + 1))
}

impl Conductor {
    /// Turns the beats on or off. Turned off, what waits for a click goes on without one.
    pub(in crate::app) fn present(&mut self, on: bool) {
        let was = std::mem::replace(&mut self.beats.on, on);
        if was && !on {
            self.complete();
            self.run_line();
            self.begin_next();
            self.beats.stand.beat = Beat::Still;
        }
    }

    /// What the screen shows of the action under way.
    pub(in crate::app) fn stand(&self) -> &Stand {
        &self.beats.stand
    }

    /// Whether an action has to wait for a click; if so, it is kept until then.
    pub(super) fn waits(&mut self, action: &Action) -> bool {
        let waits = self.beats.on && self.beats.stand.beat == Beat::Running;
        if waits {
            self.beats.stand.beat = Beat::Held;
            self.beats.next = Some(action.clone());
        }
        waits
    }

    /// Shows an action and carries it out; in front of a class, in beats.
    pub(super) fn play(&mut self, action: Action) {
        if self.beats.on {
            return self.type_out(action);
        }
        self.show_line(&action);
        self.carry_out(action);
    }

    fn type_out(&mut self, action: Action) {
        let line = match &action {
            Action::Type(verb) => verb.line.clone(),
            other => self.line(other).unwrap_or_default(),
        };
        let index = match self.session.phase() {
            Phase::Applying { done } => *done,
            _ => 0,
        };
        let stand = &mut self.beats.stand;
        *stand = Stand {
            beat: Beat::Typing,
            count: stand.count + 1,
            index,
            actor: action.actor().to_owned(),
            line: line.clone(),
        };
        self.beats.line = Some(Line {
            action,
            rest: line.chars().filter(|c| !c.is_control()).collect(),
            due: Instant::now() + PAUSE,
        });
        self.dirty = true;
    }

    /// When the next letter comes.
    pub(super) fn beat_due(&self) -> Option<tokio::time::Instant> {
        self.beats.line.as_ref().map(|line| line.due.into())
    }

    /// Types the letter that is due, or runs the complete line.
    pub(super) fn beat(&mut self) {
        let Some(line) = &mut self.beats.line else {
            return;
        };
        if line.due > Instant::now() {
            return;
        }
        let Some(letter) = line.rest.pop_front() else {
            return self.run_line();
        };
        let typed = self.beats.stand.line.chars().count() - line.rest.len();
        line.due = Instant::now() + pace(&self.beats.stand.line, typed);
        if line.rest.is_empty() {
            line.due = Instant::now() + PAUSE;
        }
        self.put(&letter.to_string());
    }

    /// A click completes the line that is being typed; without one, it begins the next action.
    pub(in crate::app) fn click(&mut self) {
        if self.beats.line.is_some() {
            self.complete();
        } else {
            self.begin_next();
        }
    }

    fn begin_next(&mut self) {
        if let Some(action) = self.beats.next.take() {
            self.live(action);
        }
    }

    fn complete(&mut self) {
        let Some(line) = self.beats.line.as_mut() else {
            return;
        };
        let rest: String = line.rest.drain(..).collect();
        if !rest.is_empty() {
            line.due = Instant::now() + PAUSE;
            self.put(&rest);
        }
    }

    /// Puts a piece of the line into its pane. What is typed into a program is echoed by its
    /// terminal.
    fn put(&mut self, piece: &str) {
        let Some(line) = &self.beats.line else { return };
        let typed = matches!(line.action, Action::Type(_));
        let actor = self.beats.stand.actor.clone();
        if let Some(pane) = self.pane(&actor) {
            if typed {
                pane.write(piece.as_bytes());
            } else {
                pane.feed(format!("\x1b[1m{piece}\x1b[0m").as_bytes());
            }
        }
        self.dirty = true;
    }

    fn run_line(&mut self) {
        let Some(line) = self.beats.line.take() else {
            return;
        };
        self.beats.stand.beat = Beat::Running;
        self.dirty = true;
        match line.action {
            Action::Type(verb) => self.type_line(&verb.actor, ""),
            action => self.carry_out(action),
        }
    }

    /// Holds the last action of a step once the step is no longer being played.
    pub(super) fn hold(&mut self) {
        let playing = matches!(self.session.phase(), Phase::Applying { .. });
        if self.beats.stand.beat == Beat::Running && !playing {
            self.beats.stand.beat = Beat::Held;
        }
    }

    /// Notes a key that was typed into a shell by hand: Enter or a control key may run something.
    pub(in crate::app) fn touch(&mut self, index: usize, key: &KeyEvent) {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        self.beats.touched |= control || key.code == KeyCode::Enter;
        self.beats.scribbled = Some(index);
    }

    /// Notes that somebody else typed into a shell.
    pub(in crate::app) fn touch_all(&mut self) {
        self.beats.touched = true;
    }

    /// Goes back to the lab's script. What was run by hand may have changed anything, so the step
    /// begins anew in a new lab host; what was only typed is erased.
    pub(in crate::app) fn back_to_script(&mut self) {
        let scribbled = self.beats.scribbled.take();
        if self.beats.touched {
            return self.event(Event::StartOver(Scope::Step));
        }
        if let Some(pane) = scribbled.and_then(|index| self.panes.get(index)) {
            pane.write(b"\x15");
        }
    }

    /// Whether no action, rewind or typed line is under way. Waiting for a click counts as calm.
    pub(in crate::app) fn is_calm(&self) -> bool {
        let busy = matches!(
            self.session.phase(),
            Phase::Applying { .. } | Phase::Rewinding { .. } | Phase::Lost { .. }
        );
        let held = self.beats.next.is_some();
        (!busy || held) && self.typist.is_idle()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_typed_at_a_human_pace_that_it_decides_itself() {
        let line = "ip link add veth0 type veth peer name veth1 netns 4026532301";
        let of = |line: &str| -> Vec<Duration> {
            (0..line.len()).map(|index| pace(line, index)).collect()
        };
        assert_eq!(of(line), of(line));
        let total: Duration = of(line).iter().sum();
        let rate = line.len() as u128 * 1000 / total.as_millis();
        assert!((12..=18).contains(&rate), "{rate} letters a second");
        let mut different = of(line);
        different.sort();
        different.dedup();
        assert!(different.len() > 5, "{different:?}");
    }
}
