//! Which lab is played, in which language, from where.

use std::sync::Arc;

use super::{Conductor, FIRST, Stage};
use crate::catalog::{self, Found};
use crate::lab::Lab;
use crate::ui::Popup;
use crate::word;

/// A lab to be played, as it was written, and where it is.
pub(in crate::app) struct Script {
    pub(in crate::app) found: Found,
    pub(in crate::app) lab: Arc<Lab>,
}

impl Script {
    /// In the present language.
    pub(super) fn told(&self) -> Arc<Lab> {
        let (lab, language) = (Lab::clone(&self.lab), word::language());
        Arc::new(catalog::in_language(&self.found, lab, language.tag()))
    }

    /// Begins a run: at a step, or where the person left the lab.
    pub(super) fn begin(&self, stage: &mut Stage, start: Option<usize>) -> Conductor {
        let lab = self.told();
        let known = stage.progress.as_ref().and_then(|p| p.of(&lab.id));
        let known = known.filter(|known| known.at.is_some()).unwrap_or_default();
        let left = |id: &String| lab.steps.iter().position(|step| step.id == *id);
        let left = known.at.as_ref().and_then(left);
        let mut run = Conductor::new(lab, start.or(left).unwrap_or(0), FIRST);
        if start.is_none() && left.is_some() {
            let steps = known.steps.into_iter();
            run.session
                .recall(steps.map(|(id, step)| (id, step.record())).collect());
            stage.state.popup = left.filter(|left| *left > 0).map(|_| Popup::Resumed);
        }
        run
    }
}
