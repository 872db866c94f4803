//! What the lens saw, printed.

use std::collections::BTreeMap;

use super::{Asked, is_first};
use crate::app::print;
use crate::snapshot::lens::{Deed, Family, Glimpse, LetGo};
use crate::ui::lens;
use crate::word;

/// Prints what the lens sees, and counts the rest.
pub(super) struct Printer {
    asked: Asked,
    /// The pid of the command in the lab host, once it is known.
    root: Option<i64>,
    status: Option<i64>,
    /// The calls of no family, by their names.
    others: BTreeMap<String, u64>,
    /// The calls of a family that were not told.
    more: u64,
}

impl Printer {
    /// One that has printed nothing.
    pub(super) fn new(asked: Asked) -> Self {
        Self {
            asked,
            root: None,
            status: None,
            others: BTreeMap::new(),
            more: 0,
        }
    }

    /// Whether the command has ended with this.
    pub(super) fn is_end(&self, glimpse: &Glimpse) -> bool {
        matches!(glimpse, Glimpse::Ended { pid, .. } if Some(*pid) == self.root)
    }

    /// How the command has ended.
    pub(super) fn status(&self) -> Option<i64> {
        self.status
    }

    /// Prints a glimpse.
    pub(super) fn print(&mut self, glimpse: &Glimpse) {
        if let (Glimpse::Line { pid, .. }, true) = (glimpse, is_first(glimpse)) {
            self.root = Some(*pid);
        }
        if self.is_end(glimpse)
            && let Glimpse::Ended { status, .. } = glimpse
        {
            self.status = Some(*status);
        }
        if self.asked.json {
            let value = serde_json::to_value(glimpse).unwrap_or_default();
            if self.wants(glimpse) {
                print::json_aside(&value);
            }
            return;
        }
        self.tell(glimpse);
    }

    fn wants(&self, glimpse: &Glimpse) -> bool {
        match glimpse {
            Glimpse::Call { family, .. } => self.wants_family(*family),
            _ => true,
        }
    }

    fn wants_family(&self, family: Family) -> bool {
        self.asked.families.is_empty() || self.asked.families.contains(&family)
    }

    fn tell(&mut self, glimpse: &Glimpse) {
        match glimpse {
            Glimpse::Program { pid, words, .. } if !words.starts_with(super::BEGIN[0]) => {
                say(*pid, &format!("▶ {words}"));
            }
            // Else the call that made it tells.
            Glimpse::Process { pid, parent, .. } if !self.wants_family(Family::Process) => {
                say(*pid, &word!("lens-made", parent = *parent));
            }
            Glimpse::Call {
                pid,
                family,
                call,
                times,
                ..
            } if self.wants_family(*family) => {
                let deed = Deed {
                    pid: *pid,
                    family: *family,
                    call: call.clone(),
                    times: *times,
                };
                say(*pid, &lens::call(&deed));
            }
            Glimpse::Others { calls, more, .. } => {
                self.more += more;
                for (name, count) in calls {
                    *self.others.entry(name.clone()).or_default() += count;
                }
            }
            Glimpse::Ended { pid, status, .. } if *status != 0 => {
                say(*pid, &word!("lens-ended-with", status = *status));
            }
            Glimpse::Free { pid, why, .. } => say(*pid, &free(*why)),
            _ => {}
        }
    }

    /// Says what was only counted.
    pub(super) fn finish(&self) {
        if self.asked.json {
            return;
        }
        if self.more > 0 {
            print::aside(&word!("lens-more", calls = self.more));
        }
        let count: u64 = self.others.values().sum();
        if count == 0 {
            return;
        }
        let mut said = word!("lens-others", calls = count);
        if self.asked.all {
            said.push_str(": ");
            said.push_str(&lens::counts(&self.others));
        }
        print::aside(&said);
    }
}

fn free(why: LetGo) -> String {
    match why {
        LetGo::Busy(rate) => word!("lens-too-busy", rate = rate),
        LetGo::Traced => word!("lens-not-watched"),
    }
}

fn say(pid: i64, words: &str) {
    print::aside(&format!("{pid:>4} {words}"));
}
