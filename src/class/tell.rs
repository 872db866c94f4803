//! Times, shares and sentences that `text` and `html` have in common.

use super::{Choice, Class, LabFigures, Note, StepFigures};
use crate::word;

/// The most names in a list; the rest is counted.
const NAMES: usize = 60;

/// A time in at most five letters: `4:07` are minutes and seconds, `1h05` hours and minutes.
pub(super) fn time(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    match (seconds / 3600, seconds / 60 % 60) {
        (0, minutes) => format!("{minutes}:{:02}", seconds % 60),
        (hours @ 1..=99, minutes) => format!("{hours}h{minutes:02}"),
        _ => ">99h".to_owned(),
    }
}

/// A time, or `-`.
pub(super) fn maybe(milliseconds: Option<u64>) -> String {
    milliseconds.map_or_else(|| "-".to_owned(), time)
}

/// A percentage, rounded; `None` for 0 of 0.
pub(super) fn percent(part: usize, whole: usize) -> Option<usize> {
    (part * 100 + whole / 2).checked_div(whole)
}

/// A percentage in words, or `-`.
pub(super) fn share(part: usize, whole: usize) -> String {
    percent(part, whole).map_or_else(|| "-".to_owned(), |share| format!("{share}%"))
}

/// A list of names, cut if there are very many.
pub(super) fn names(names: &[String]) -> String {
    let first = names.iter().take(NAMES).cloned().collect::<Vec<_>>();
    let rest = names.len().saturating_sub(NAMES);
    let list = first.join(&word!("list-comma"));
    if rest == 0 {
        return list;
    }
    word!("report-and-more", list = list, count = rest)
}

/// How many handed in something, and how many of them with their name.
pub(super) fn people(class: &Class) -> String {
    let named = class.learners.iter().filter(|learner| learner.named);
    let (people, named) = (class.learners.len(), named.count());
    word!("report-people", people = people, named = named)
}

/// A lab's id, and its title if that is known.
pub(super) fn heading(lab: &LabFigures) -> String {
    match &lab.title {
        Some(title) => format!("{}  {title}", lab.id),
        None => lab.id.clone(),
    }
}

/// A step's title, or its id if the title is not known.
pub(super) fn title(step: &StepFigures) -> &str {
    step.known.as_ref().map_or(&step.id, |(_, title)| title)
}

/// A step in a sentence: its number and its title.
fn step_words(step: &StepFigures) -> String {
    match &step.known {
        Some((number, title)) => word!("report-step", number = *number, title = title),
        None => word!("report-step-unknown", id = &step.id),
    }
}

/// How many began and finished the lab, and in what time.
pub(super) fn began(lab: &LabFigures) -> String {
    let (began, finished) = (lab.began, lab.finished.len());
    let share = share(finished, began);
    let (Some(median), Some(longest)) = (lab.median, lab.longest) else {
        return word!(
            "report-began",
            began = began,
            finished = finished,
            share = share
        );
    };
    word!(
        "report-began-times",
        began = began,
        finished = finished,
        share = share,
        median = time(median),
        longest = time(longest)
    )
}

/// Sentences about what an instructor may want to discuss: where learners stopped, what took long,
/// what was guessed wrong.
pub(super) fn findings(lab: &LabFigures) -> Vec<String> {
    let stopped = lab.steps.iter().filter(|step| step.most_stopped);
    let open = lab.began - lab.finished.len();
    let stopped = stopped.map(|step| {
        let (here, words) = (step.here.len(), step_words(step));
        word!("report-stopped", step = words, here = here, open = open)
    });
    let slow = lab.steps.iter().filter(|step| step.slowest).map(|step| {
        let (words, median) = (step_words(step), maybe(step.median));
        let longest = maybe(step.longest);
        word!(
            "report-slowest",
            step = words,
            median = median,
            longest = longest
        )
    });
    let wrong = lab
        .steps
        .iter()
        .filter(|step| step.guesses.1 > 0)
        .map(guesses);
    stopped.chain(slow).chain(wrong).collect()
}

fn guesses(step: &StepFigures) -> String {
    let wrong = step.choices.iter().filter(|choice| choice.wrong > 0);
    let list: Vec<String> = wrong.map(answer).collect();
    let (words, list) = (step_words(step), list.join(&word!("list-and")));
    let (all, wrong) = step.guesses;
    word!(
        "report-wrong",
        step = words,
        wrong = wrong,
        all = all,
        list = list
    )
}

fn answer(choice: &Choice) -> String {
    let (number, wrong) = (choice.number, choice.wrong);
    match &choice.say {
        Some(say) => word!("report-choice", number = number, say = say, wrong = wrong),
        None => word!("report-choice-unknown", number = number, wrong = wrong),
    }
}

/// Each place in the lab, and the learners there.
pub(super) fn places(lab: &LabFigures) -> Vec<(String, String)> {
    let finished = (word!("report-finished"), &lab.finished);
    let steps = lab.steps.iter().map(|step| (step_words(step), &step.here));
    let begun = (word!("report-begun"), &lab.begun);
    let all = std::iter::once(finished).chain(steps).chain([begun]);
    let there = all.filter(|(_, people)| !people.is_empty());
    there
        .map(|(place, people)| (place, names(people)))
        .collect()
}

/// What the columns mean.
pub(super) fn legend() -> String {
    let minutes = crate::progress::BREAK.as_secs() / 60;
    word!("report-legend", minutes = minutes)
}

/// The notes on how files were counted, in words.
pub(super) fn notes(notes: &[Note]) -> Vec<String> {
    notes.iter().map(ToString::to_string).collect()
}
