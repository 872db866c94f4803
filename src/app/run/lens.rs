//! The lens in a run: it begins with the lab host, and what it saw of a line is shown below it.

use super::Conductor;
use crate::session::Event;
use crate::snapshot::lens::{Glimpse, Line};
use crate::ui::lens::{Extent, below};
use crate::word;

/// How much of what lines do is shown in the panes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::app) enum Lens {
    /// A few calls below each line.
    Folded,
    /// All of them, as far as the pane has room.
    Unfolded,
    /// Nothing is watched.
    #[default]
    Off,
}

/// The lens of a run.
#[derive(Debug, Default)]
pub(in crate::app) struct Glass {
    /// How much is shown.
    pub lens: Lens,
    /// Whether all shells are watched.
    pub watches: bool,
    /// Why it cannot watch, for the screen to take; empty if it was ended by somebody else.
    pub blind: Option<String>,
}

impl Lens {
    /// What comes after it: the lens turns.
    pub(in crate::app) fn next(self) -> Self {
        match self {
            Self::Folded => Self::Unfolded,
            Self::Unfolded => Self::Off,
            Self::Off => Self::Folded,
        }
    }

    /// What is said when it has turned so.
    pub(in crate::app) fn words(self) -> String {
        match self {
            Self::Folded => word!("say-lens-folded"),
            Self::Unfolded => word!("say-lens-unfolded"),
            Self::Off => word!("say-lens-off"),
        }
    }
}

impl Conductor {
    /// Shows a few calls below each line, in this lab host and all that come.
    pub(in crate::app) fn look_closely(&mut self) {
        if self.glass.lens == Lens::Off {
            self.glass.lens = Lens::Folded;
            self.focus();
        }
    }

    /// Begins to watch, or ends it, as is wanted.
    pub(super) fn focus(&mut self) {
        self.glass.watches = false;
        let Some(sandbox) = self.sandbox.clone() else {
            return;
        };
        if self.glass.lens == Lens::Off {
            sandbox.end_lens();
            return;
        }
        tokio::spawn(async move {
            // A lab host that is gone says so elsewhere.
            let _ = sandbox.begin_lens().await;
        });
    }

    /// Turns the lens: more, none, few.
    pub(in crate::app) fn turn_lens(&mut self) {
        let was_off = self.glass.lens == Lens::Off;
        self.glass.lens = self.glass.lens.next();
        match self.glass.lens {
            Lens::Unfolded => self.unfold_last(),
            Lens::Off => self.focus(),
            Lens::Folded if was_off => self.focus(),
            Lens::Folded => {}
        }
        self.dirty = true;
    }

    /// The lens saw something.
    pub(super) fn saw(&mut self, glimpses: Vec<Glimpse>) {
        let over: Vec<u64> = glimpses.iter().filter_map(over).collect();
        self.event(Event::Saw(glimpses));
        if !over.is_empty() {
            // What a line has changed is there now.
            self.watch.change();
            self.look();
        }
        for number in over {
            if let Some(line) = self.session.lines().get(number).cloned() {
                self.show_below(&line);
            }
        }
    }

    /// Shows all that the last line did which did anything.
    fn unfold_last(&mut self) {
        let lines = self.session.lines().iter();
        let last = lines.rev().find(|line| !line.deeds.is_empty()).cloned();
        if let Some(line) = last {
            self.show_below(&line);
        }
    }

    fn show_below(&mut self, line: &Line) {
        let unfolded = self.glass.lens == Lens::Unfolded;
        let Some(pane) = self.pane(&line.actor).filter(|pane| pane.depth() > 0) else {
            return;
        };
        let size = pane.size();
        let extent = if unfolded { Extent::All } else { Extent::Few };
        // The line itself and the prompt stay in sight.
        let rows = size.rows.saturating_sub(2);
        let lines = below(line, extent, (size.columns, rows).into());
        if let Some(bytes) = pane.screen().above(&lines) {
            pane.feed(&bytes);
        }
        self.dirty = true;
    }

    /// The lens cannot watch: why, or nothing if it was ended by somebody else.
    pub(super) fn unseen(&mut self, why: String) {
        self.glass.blind = Some(why);
        self.dirty = true;
    }
}

/// The line that is over now.
fn over(glimpse: &Glimpse) -> Option<u64> {
    match glimpse {
        Glimpse::Over { line } => Some(*line),
        _ => None,
    }
}
