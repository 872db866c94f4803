//! The contents of a hand-out: the lab's texts, what was done in each step, and the results.

use std::collections::BTreeMap;
use std::sync::Arc;

use ratatui::layout::Size;

use crate::lab::{Lab, Needs, Step};
use crate::scene::journal::Line;
use crate::scene::{self, Head, Moment};
use crate::session::{Entry, Event, How, Phase, Session};
use crate::snapshot::Outcome;
use crate::snapshot::diff::diff;
use crate::ui::lens::{Extent, below};
use crate::word;

use super::panel::{self, Panel};
use super::reel::{Reel, Unmade, Wanted, leaves, through};

/// A hand-out.
#[derive(Debug)]
pub(super) struct Handout {
    pub(super) lab: Arc<Lab>,
    /// What was done in each step of the lab; `None` for a step that was not reached.
    pub(super) sheets: Vec<(Step, Option<Sheet>)>,
}

/// What was done in a step.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    /// How it was passed; `None` if it was not.
    pub(super) how: Option<How>,
    pub(super) deeds: Vec<Deed>,
    /// The lines that a person may type for it, each with its shell.
    pub(super) lines: Vec<String>,
    /// What the terminals printed while it was done by hand, by actor.
    pub(super) said: Vec<(String, String)>,
    /// The calls that typed lines made, a list for each line, by actor.
    pub(super) calls: Vec<(String, Vec<String>)>,
    /// What changed, in words.
    pub(super) changes: Vec<String>,
    /// Whether each check holds.
    pub(super) checks: Vec<bool>,
    /// The choices that are right in the state; `None` if nothing is judged.
    pub(super) right: Option<Vec<usize>>,
    /// The answer to the question after the step.
    pub(super) answer: Option<String>,
    pub(super) panel: Option<Panel>,
}

/// An action that was performed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Deed {
    /// The actor in whose shell it was.
    pub(super) actor: String,
    /// The line with the same effect; `None` if there is no such line.
    pub(super) line: Option<String>,
    pub(super) outcome: Outcome,
}

/// Makes a hand-out of a run.
pub(super) fn of(
    head: Head,
    lines: impl Iterator<Item = Line>,
    wanted: Wanted,
) -> Result<Handout, Unmade> {
    let mut reel = Reel::new(head, wanted)?;
    let mut writer = Writer::default();
    through(&mut reel, lines, |reel, line| {
        writer.take(reel, line.moment);
    })?;
    writer.sheet(&mut reel);
    let lab = Arc::clone(reel.session().lab());
    let until = wanted.until.map_or(lab.steps.len(), |until| until + 1);
    let steps = lab.steps.iter().take(until).cloned().enumerate();
    let sheets = steps.map(|(index, step)| (step, writer.sheets.remove(&index)));
    Ok(Handout {
        sheets: sheets.collect(),
        lab,
    })
}

/// Writes the sheets while the run passes.
#[derive(Default)]
struct Writer {
    sheets: BTreeMap<usize, Sheet>,
    /// The lines of the actions that were performed in the current step.
    typed: Vec<Option<String>>,
}

impl Writer {
    fn take(&mut self, reel: &mut Reel, moment: Moment) {
        if let Moment::Event { event, .. } = &moment {
            if leaves(reel.session(), event) {
                self.sheet(reel);
            }
            self.note(reel, event);
        }
        reel.take(moment);
        let begun = reel.session().journal().last();
        if begun.is_none_or(|entry| entry.done.is_empty()) {
            self.typed.clear();
        }
    }

    /// Notes the line of an action when it is performed: it may name processes that are gone later.
    fn note(&mut self, reel: &Reel, event: &Event) {
        let session = reel.session();
        if let (Event::Performed(_), Phase::Applying { done }) = (event, session.phase())
            && let Some(action) = session.step().script().get(*done)
        {
            self.typed.push(scene::line(session.now(), action));
        }
    }

    /// Writes the sheet of the current step, as it is now.
    fn sheet(&mut self, reel: &mut Reel) {
        let session = reel.session();
        let lost = matches!(
            session.phase(),
            Phase::Rewinding { .. } | Phase::Lost { .. }
        );
        let index = session.index();
        let entry = session.journal().last().filter(|entry| entry.step == index);
        let Some(entry) = entry.filter(|_| !lost).cloned() else {
            return;
        };
        let passed = entry.how.is_some();
        let sheet = Sheet {
            how: entry.how,
            deeds: self.deeds(&entry),
            lines: scene::lines(session),
            said: said(&entry),
            calls: calls(session),
            changes: changes(&entry),
            checks: session
                .verdicts()
                .iter()
                .map(|verdict| verdict.holds)
                .collect(),
            right: session.right_choices().filter(|_| passed),
            answer: session.wanted_answer().filter(|_| passed),
            panel: panel::draw(reel),
        };
        self.sheets.insert(index, sheet);
    }

    fn deeds(&self, entry: &Entry) -> Vec<Deed> {
        let lines = self.typed.iter().cloned().chain(std::iter::repeat(None));
        let done = entry.done.iter().zip(lines);
        done.map(|((action, outcome), line)| Deed {
            actor: action.actor().to_owned(),
            line,
            outcome: outcome.clone(),
        })
        .collect()
    }
}

/// What the terminals printed in a step that was done by hand.
fn said(entry: &Entry) -> Vec<(String, String)> {
    if !matches!(entry.how, Some(How::Typed | How::Shown)) {
        return Vec::new();
    }
    let actors = entry.after.actors.iter();
    let said = actors.map(|(name, actor)| (name.clone(), actor.said.trim().to_owned()));
    said.filter(|(_, said)| !said.is_empty()).collect()
}

/// The columns and rows that the calls of a line take.
const ROOM: Size = Size::new(100, 30);

/// What the lens saw of the lines that were typed in the present step.
fn calls(session: &Session) -> Vec<(String, Vec<String>)> {
    let lines = session.lines().iter();
    let lines = lines.filter(|line| line.step == session.index());
    let rows = lines.map(|line| (line.actor.clone(), below(line, Extent::Few, ROOM)));
    rows.filter(|(_, rows)| !rows.is_empty()).collect()
}

/// What changed in a step, in words.
fn changes(entry: &Entry) -> Vec<String> {
    let changes = diff(&entry.before, &entry.after).into_iter();
    changes.map(|change| change.words.to_string()).collect()
}

/// What a lab needs, a line for each kind of need.
pub(super) fn needs(needs: &Needs) -> Vec<String> {
    let kinds = needs.namespaces.iter().map(|kind| kind.name().to_owned());
    let lists = [
        (kinds.collect::<Vec<_>>().join(", "), "ho-needs-namespaces"),
        (needs.cgroup.join(", "), "ho-needs-cgroup"),
        (needs.tools.join(", "), "ho-needs-tools"),
        (needs.kernel.clone().unwrap_or_default(), "ho-needs-kernel"),
    ];
    let some = lists.into_iter().filter(|(list, _)| !list.is_empty());
    let said = some.map(|(list, name)| word::tell(name, &[("what", word::value(list))]));
    said.chain([word!("ho-needs-linux")]).collect()
}
