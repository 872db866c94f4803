//! Which lab is played, in which language, from where.

use std::sync::Arc;

use super::{Conductor, FIRST};
use crate::catalog::{self, Found};
use crate::lab::Lab;
use crate::progress::Progress;
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

    /// Begins a run: at a step, or where the person left the lab; whether that is not the first.
    pub(in crate::app) fn begin(
        &self,
        progress: Option<&Progress>,
        start: Option<usize>,
    ) -> (Conductor, bool) {
        let lab = self.told();
        let known = progress.and_then(|p| p.of(&lab.id));
        let known = known.filter(|known| known.at.is_some()).unwrap_or_default();
        let left = |id: &String| lab.steps.iter().position(|step| step.id == *id);
        let left = known.at.as_ref().and_then(left);
        let mut run = Conductor::new(lab, start.or(left).unwrap_or(0), FIRST);
        let resumed = start.is_none() && left.is_some();
        if resumed {
            let steps = known.steps.into_iter();
            run.session
                .recall(steps.map(|(id, step)| (id, step.record())).collect());
        }
        (run, resumed && left > Some(0))
    }
}
