//! What the screen knows in front of a class: the slide, the beat, what is held in light.

use std::sync::Arc;

use super::kind::Focus;
use crate::session::{Phase, Session};
use crate::snapshot::Snapshot;

/// What a step is shown as, one after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slide {
    /// Its title and what it is about.
    #[default]
    Opening,
    /// The question before it.
    Question,
    /// Its actions, in their beats.
    Beats,
    /// What was right of the question.
    Answer,
    /// What there is to say after it.
    Explanation,
}

/// How far an action is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Beat {
    /// None has begun.
    #[default]
    Still,
    /// Its line is being typed.
    Typing,
    /// It runs.
    Running,
    /// What it changed is held in light.
    Held,
}

/// The action that is under way, or was last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stand {
    /// How far it is.
    pub beat: Beat,
    /// How many were begun in this run.
    pub count: u64,
    /// Its place in the step; 0 is the first.
    pub index: usize,
    /// Who acts.
    pub actor: String,
    /// Its line, as it is typed.
    pub line: String,
}

/// What the screen knows while it is presented on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Present {
    /// What the step is shown as.
    pub slide: Slide,
    /// The action under way.
    pub stand: Stand,
    /// Nothing is to be seen.
    pub blank: bool,
    /// It goes on by itself.
    pub auto: bool,
    /// The step before is being waited for.
    pub waits: bool,
    /// Seconds since the run began.
    pub seconds: u64,
    /// The number of a step that is being typed.
    pub jump: String,
}

/// The state that what is new is held against: that of when the present action
/// began. As the history, it is not told: who is told the moments keeps it as well.
#[derive(Clone, Debug, Default)]
pub struct Light {
    of: u64,
    base: Option<Arc<Snapshot>>,
    /// How many actions of the step were done before it.
    done: usize,
}

impl PartialEq for Light {
    fn eq(&self, other: &Self) -> bool {
        let bases = (self.base.as_ref(), other.base.as_ref());
        let same_base = match bases {
            (Some(one), Some(another)) => Arc::ptr_eq(one, another),
            (one, another) => one.is_none() && another.is_none(),
        };
        same_base && (self.of, self.done) == (other.of, other.done)
    }
}

impl Eq for Light {}

impl Light {
    /// Keeps the state of when an action began, as long as one is under way or held.
    pub(super) fn follow(&mut self, stand: Option<&Stand>, session: &Session) {
        match stand.filter(|stand| stand.beat != Beat::Still) {
            None => *self = Self::default(),
            Some(stand) if self.base.is_none() || self.of != stand.count => {
                *self = Self {
                    of: stand.count,
                    base: Some(Arc::clone(session.now())),
                    done: stand.index,
                };
            }
            Some(_) => {}
        }
    }

    /// The state that what is new is held against, if not that of when the step began.
    pub(super) fn base(&self) -> Option<&Arc<Snapshot>> {
        self.base.as_ref()
    }

    /// How many actions of the step were done before the present one.
    pub(super) fn done_before(&self) -> usize {
        self.done
    }
}

/// What the step is shown as now.
pub(in crate::ui) fn shown(session: &Session, focus: Focus, present: &Present) -> Slide {
    let slide = present.slide;
    if let Focus::Shell(_) = focus {
        return Slide::Beats;
    }
    match session.phase() {
        Phase::Judged if slide <= Slide::Beats && session.step().is_text() => {
            after(session, Slide::Beats).unwrap_or(Slide::Explanation)
        }
        Phase::Judged => slide.max(Slide::Beats),
        Phase::Applying { .. } | Phase::Observing => Slide::Beats,
        Phase::Predicting | Phase::Briefing if slide > Slide::Question => Slide::Opening,
        _ => slide,
    }
}

/// What comes after a slide of a step that is done; none if the next step does.
pub(in crate::ui) fn after(session: &Session, slide: Slide) -> Option<Slide> {
    let step = session.step();
    if slide < Slide::Answer && step.ask.is_some() {
        return Some(Slide::Answer);
    }
    let more = !step.explain.is_empty() || step.then_ask.is_some();
    (slide < Slide::Explanation && more).then_some(Slide::Explanation)
}
