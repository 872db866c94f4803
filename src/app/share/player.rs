//! Goes through the moments of a run, forwards and backwards.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::scene::journal::Kept;
use crate::scene::{Head, Scene};
use crate::session::Phase;

/// A place to jump to: where a step begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    /// How many lines come before it.
    next: usize,
    step: usize,
}

/// A run that is played back.
pub(crate) struct Player {
    head: Head,
    lines: Vec<Kept>,
    /// How many of them were taken.
    next: usize,
    marks: Vec<Mark>,
    scene: Scene,
}

impl Player {
    /// A player at the start of a run whose moments are still unknown.
    ///
    /// # Errors
    /// The lab of the head is invalid; why, in words.
    pub(crate) fn new(head: Head) -> Result<Self, String> {
        let scene = Scene::new(head.clone())?;
        Ok(Self {
            head,
            lines: Vec::new(),
            next: 0,
            marks: Vec::new(),
            scene,
        })
    }

    /// Adds a moment that has become known.
    pub(crate) fn know(&mut self, line: Kept) {
        self.lines.push(line);
    }

    /// What is shown.
    pub(crate) fn scene(&self) -> &Scene {
        &self.scene
    }

    /// Milliseconds from the start of the run to the current place, and to the last known moment.
    pub(crate) fn times(&self) -> (u64, u64) {
        let at = |line: Option<&Kept>| line.map_or(0, |line| line.at);
        let taken = self
            .next
            .checked_sub(1)
            .and_then(|last| self.lines.get(last));
        (at(taken), at(self.lines.last()))
    }

    /// The time of the next moment, in milliseconds; `None` at the end of what is known.
    pub(crate) fn due(&self) -> Option<u64> {
        self.lines.get(self.next).map(|line| line.at)
    }

    /// Takes the next moment; whether it is a drawn frame. `None` at the end of what is known.
    pub(crate) fn step(&mut self) -> Option<bool> {
        let line = self.lines.get(self.next)?;
        let drawn = line.drawn;
        if let Some(moment) = line.moment() {
            self.scene.take(moment);
        }
        self.next += 1;
        self.mark();
        Some(drawn)
    }

    fn mark(&mut self) {
        let session = self.scene.session();
        if matches!(session.phase(), Phase::Rewinding { .. }) {
            return;
        }
        let mark = Mark {
            next: self.next,
            step: session.index(),
        };
        let last = self.marks.last();
        if last.is_none_or(|last| last.step != mark.step && last.next < mark.next) {
            self.marks.push(mark);
        }
    }

    /// The actors, in the lab's order.
    pub(crate) fn actors(&self) -> impl Iterator<Item = &str> {
        self.scene.panes().iter().map(|pane| pane.actor.as_str())
    }

    /// When each step began for the first time, in milliseconds since the run began.
    pub(crate) fn arrivals(&self) -> Vec<(usize, u64)> {
        let mut arrivals: Vec<(usize, u64)> = Vec::new();
        for mark in &self.marks {
            if arrivals.iter().all(|(step, _)| *step != mark.step) {
                arrivals.push((mark.step, self.at(mark)));
            }
        }
        arrivals
    }

    /// When the current step began, in milliseconds since the run began.
    pub(crate) fn arrived(&self) -> u64 {
        self.marks.last().map_or(0, |mark| self.at(mark))
    }

    fn at(&self, mark: &Mark) -> u64 {
        let line = self.lines.get(mark.next.saturating_sub(1));
        line.map_or(0, |line| line.at)
    }

    /// Milliseconds since the run began, by this machine's clock.
    pub(crate) fn since_began(&self) -> u64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.unwrap_or_default().as_millis();
        let began = u128::from(self.head.began) * 1000;
        u64::try_from(now.saturating_sub(began)).unwrap_or(0)
    }

    /// Takes all known moments.
    pub(crate) fn catch_up(&mut self) {
        while self.quietly() {}
        self.scene.draw();
    }

    /// Takes moments until the next step begins.
    pub(crate) fn forward(&mut self) {
        let known = self
            .marks
            .iter()
            .find(|mark| mark.next > self.next)
            .copied();
        let marks = self.marks.len();
        while known.map_or(self.marks.len() == marks, |mark| self.next < mark.next)
            && self.quietly()
        {}
        self.settle();
    }

    /// Goes back to where this step began, or the step before if this one began less than a second
    /// ago.
    pub(crate) fn back(&mut self) {
        let passed = self.marks.iter().rev().filter(|mark| mark.next < self.next);
        let to = passed
            .map(|mark| mark.next)
            .nth(usize::from(self.just_begun()));
        self.go_to(to.unwrap_or(0));
    }

    /// Goes to where the first step began.
    pub(crate) fn rewind(&mut self) {
        let first = self.marks.first().map_or(0, |mark| mark.next);
        self.go_to(first);
    }

    /// Whether the current step began less than a second before.
    fn just_begun(&self) -> bool {
        let begun = self.marks.iter().rev().find(|mark| mark.next < self.next);
        let at = begun
            .and_then(|mark| self.lines.get(mark.next))
            .map_or(0, |line| line.at);
        self.times().0 < at + 1000
    }

    fn go_to(&mut self, next: usize) {
        if next < self.next {
            // The head was valid in `new`.
            if let Ok(scene) = Scene::new(self.head.clone()) {
                (self.scene, self.next) = (scene, 0);
            }
        }
        while self.next < next && self.quietly() {}
        self.settle();
    }

    /// Takes the moments up to the next drawn frame, and draws it.
    fn settle(&mut self) {
        while let Some(line) = self.lines.get(self.next) {
            let drawn = line.drawn;
            self.quietly();
            if drawn {
                break;
            }
        }
        self.scene.draw();
    }

    /// Takes the next moment without drawing; false at the end.
    fn quietly(&mut self) -> bool {
        let Some(line) = self.lines.get(self.next) else {
            return false;
        };
        if let Some(moment) = line.moment().filter(|_| !line.drawn) {
            self.scene.take(moment);
        }
        self.next += 1;
        self.mark();
        true
    }
}
