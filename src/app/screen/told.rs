//! What those are told of the screen who write the run down.

use ratatui::layout::Size;

use super::Conductor;
use crate::app::run::tap::Tap;
use crate::scene::Moment;
use crate::ui::UiState;

/// What was told of the screen last.
#[derive(Debug, Default)]
pub(in crate::app) struct Told {
    state: Option<UiState>,
    screen: Size,
}

impl Told {
    /// Tells what is different from what was told last.
    pub(in crate::app) fn tell(&mut self, state: &mut UiState, size: Size, stuck: bool, tap: &Tap) {
        if self.screen != size {
            self.screen = size;
            tap.tell(|| Moment::Screen(size));
        }
        // What follows from the moments is not told.
        let history = std::mem::take(&mut state.history);
        let light = std::mem::take(&mut state.light);
        if self.state.as_ref() != Some(state) {
            self.state = Some(state.clone());
            tap.tell(|| Moment::State(Box::new(state.clone())));
        }
        (state.history, state.light) = (history, light);
        tap.tell(|| Moment::Drawn { stuck });
    }

    /// What is seen now, for who was told what happened but not what was seen.
    pub(super) fn fresh(&self, run: &Conductor) -> Vec<Moment> {
        let state = self.state.clone().unwrap_or_default();
        let mut moments = vec![
            Moment::Screen(self.screen),
            Moment::State(Box::new(state)),
            Moment::Detail(run.detail.clone()),
        ];
        for (index, pane) in run.panes.iter().enumerate() {
            let changes = pane.seen().again().into_iter();
            moments.extend(changes.map(|change| Moment::Pane(index, change)));
        }
        moments.push(Moment::Drawn { stuck: false });
        moments
    }
}
