//! A lab line by line, for screen readers: each text is printed once, each command is a line.
//! Nothing moves the cursor.

use std::io::BufRead as _;

use anyhow::Result;
use tokio::sync::mpsc;

use super::print::line as say;
use super::run::{Conductor, TURN};
use super::screen::{Begun, Script};
use super::share::clerk::{Clerk, Trouble};
use super::{Ended, Lack, aside, install, learner};
use crate::lab::PanelName;
use crate::progress::{Progress, Recorder};
use crate::session::{Event, Phase, Scope};
use crate::sys::thread;
use crate::ui::plain::{Part, lines};
use crate::ui::{Command, Geometry, LabView, UiState, keymap};
use crate::word;

/// A lab, read and typed line by line.
pub(super) async fn play(script: Script, start: Option<usize>) -> Result<Ended> {
    let (_, wrong) = learner::speak();
    if let Some(words) = wrong {
        say(&words);
    }
    if let Some(ended) = super::lacking(&script.lab).await {
        return Ok(ended);
    }
    let progress = learner::progress();
    let mut typed = stdin()?;
    if script.is_strange(progress.as_ref()) && !agreed(&script, start, &mut typed).await {
        return Ok(Ended::Passed);
    }
    let Begun {
        mut run,
        resumed,
        clerk,
        ..
    } = script.begin(progress.as_ref(), start, None)?;
    run.agree();
    let lab = script.which();
    let mut reader = Reader {
        script,
        run,
        state: UiState {
            absent: install::absent(),
            // A line cannot be opened here.
            mounts_open: true,
            ..UiState::default()
        },
        recorder: progress
            .clone()
            .map(|progress| Recorder::new(progress, lab)),
        written: clerk.as_ref().map(Clerk::trouble).unwrap_or_default(),
        told: None,
        done: 0,
        hints: 0,
    };
    if resumed {
        let session = &reader.run.session;
        let title = &session.step().title;
        say(&word!("left-at", step = session.index() + 1, title = title));
        say(&word!("plain-over"));
    }
    let ended = reader.read(typed).await;
    reader.recorder.iter_mut().for_each(Recorder::leave);
    drop(reader);
    if let Some(words) = clerk.and_then(Clerk::finish) {
        say(&words);
    }
    close(progress).await;
    ended
}

/// Waits until the book of who plays is written, and says what went wrong with it.
async fn close(progress: Option<Progress>) {
    let Some(progress) = progress else { return };
    let book = progress.clone();
    // What is not written then is told.
    let _ = aside::apart("flush", move |_aside| book.flush()).await;
    let words = [progress.trouble(), progress.unwritten()];
    words.iter().flatten().for_each(|words| say(words));
}

/// The lines of standard input. A thread reads them, since reading blocks.
fn stdin() -> Result<mpsc::Receiver<String>> {
    let (tell, lines) = mpsc::channel(1);
    thread::start("lines", move || {
        for line in std::io::stdin().lock().lines() {
            let Ok(line) = line else { return };
            if tell.blocking_send(line).is_err() {
                return;
            }
        }
    })
    .map_err(Lack::from)?;
    Ok(lines)
}

/// Says what a strange lab is going to do, and asks; whether the person agrees.
async fn agreed(script: &Script, start: Option<usize>, typed: &mut mpsc::Receiver<String>) -> bool {
    say(&script.intent().await);
    let question = match start {
        None | Some(0) => word!("plain-strange"),
        Some(step) => word!("plain-strange-later", step = step + 1),
    };
    loop {
        say(&question);
        match typed.recv().await.as_deref().map(str::trim) {
            Some("") => return true,
            Some("q") | None => return false,
            Some(_) => {}
        }
    }
}

struct Reader {
    script: Script,
    run: Conductor,
    state: UiState,
    recorder: Option<Recorder>,
    /// The failures of writing the journal.
    written: Trouble,
    /// The step and the phase that were printed last.
    told: Option<(usize, Phase)>,
    /// How many outcomes of the step were printed.
    done: usize,
    /// How many hints of the step were printed.
    hints: usize,
}

impl Reader {
    async fn read(&mut self, mut input: mpsc::Receiver<String>) -> Result<Ended> {
        loop {
            self.follow();
            tokio::select! {
                biased;
                Some(said) = self.run.next() => self.run.drain(said, TURN),
                line = input.recv(), if self.listens() => {
                    self.recorder.iter_mut().for_each(Recorder::sign);
                    if !line.is_some_and(|line| self.obey(line.trim_end())) {
                        return Ok(Ended::Passed);
                    }
                }
            }
        }
    }

    /// Whether a line is read now: not while an action, a rewind or a typed line is under way.
    fn listens(&self) -> bool {
        let phase = self.run.session.phase();
        let busy = matches!(phase, Phase::Applying { .. } | Phase::Rewinding { .. });
        !busy && !self.run.is_typing() && self.told.is_some()
    }

    /// Prints what is new.
    fn follow(&mut self) {
        if let Some(recorder) = &mut self.recorder {
            recorder.follow(&self.run.session);
        }
        self.written.take().iter().for_each(|words| say(words));
        if let Some(panel) = self.run.shown.take() {
            self.state
                .apply(&Command::Panel(panel), &Geometry::default());
        }
        self.outcomes();
        self.panes();
        let session = &self.run.session;
        let now = (session.index(), session.phase().clone());
        if matches!(now.1, Phase::Applying { .. } | Phase::Rewinding { .. }) || self.run.is_typing()
        {
            return;
        }
        if self.told.as_ref() == Some(&now) {
            return;
        }
        let begun = self.told.as_ref().is_none_or(|(step, _)| *step != now.0);
        match &now.1 {
            Phase::Briefing | Phase::Predicting if begun => {
                self.hints = 0;
                self.tell(Part::Step);
            }
            Phase::Briefing | Phase::Predicting => {}
            Phase::Observing => {
                self.tell(Part::Changes);
                self.tell(Part::State);
            }
            _ => {
                self.tell(Part::Changes);
                self.tell(Part::After);
            }
        }
        self.tell(Part::Offers);
        self.told = Some(now);
    }

    /// Prints the lines of the step's actions, and their results.
    fn outcomes(&mut self) {
        let Some(entry) = self.run.session.journal().last() else {
            return;
        };
        if entry.done.len() < self.done {
            self.done = 0;
        }
        for (action, outcome) in entry.done.iter().skip(self.done) {
            if let Some(line) = self.run.line(action) {
                say(&format!("{}$ {line}", action.actor()));
            }
            outcome.output.lines().for_each(say);
            for call in &outcome.calls {
                say(&format!("  {call}"));
            }
        }
        self.done = entry.done.len();
    }

    /// Prints what the shells print, except bare prompts.
    fn panes(&mut self) {
        for pane in &mut self.run.panes {
            let actor = pane.actor().to_owned();
            for line in pane.hear() {
                let words = line.trim();
                let bare = !words.contains(' ') && words.ends_with(['#', '$']);
                if !words.is_empty() && !bare {
                    say(&format!("{actor}| {words}"));
                }
            }
        }
    }

    fn tell(&self, part: Part) {
        let run = &self.run;
        let typed = run.lines();
        let hide = run.session.step().goal.is_some();
        let view = LabView {
            session: &run.session,
            state: &self.state,
            panes: Vec::new(),
            changes: &run.changes,
            lines: if hide { &[] } else { &typed },
            detail: None,
            stuck: false,
        };
        for line in lines(&view, part) {
            say(&line);
        }
    }

    /// Obeys a line; false if it ends the lab.
    fn obey(&mut self, line: &str) -> bool {
        if let Some((actor, typed)) = self.typed(line) {
            self.run.type_line(&actor, &typed);
            return true;
        }
        let phase = self.run.session.phase().clone();
        let asked = phase == Phase::Judged && self.run.session.step().then_ask.is_some();
        match line {
            "?" => Self::help(),
            "q" => return false,
            "c" => self.tell(Part::State),
            "d" => self.tell(Part::Changes),
            "L" => self.speak_otherwise(),
            "l" => self.run.event(Event::StartOver(Scope::Lab)),
            "r" => self.run.event(Event::StartOver(Scope::Step)),
            "h" => self.hint(),
            "t" => {
                self.run.event(Event::Show);
                say(&word!("plain-shown"));
            }
            "n" => self.run.event(Event::Next),
            "u" => self.run.event(Event::Back),
            "s" => self.run.event(Event::Skip),
            "b" => self.run.event(Event::Rebuild),
            "" => return self.go_on(),
            _ if line.starts_with("g ") => self.go_to(line),
            _ if line.starts_with('p') && self.panel(line) => {}
            _ if phase == Phase::Predicting => self.choose(line),
            _ if asked => self.run.event(Event::Answer(line.to_owned())),
            _ => say(&word!("plain-unknown", line = line)),
        }
        if asked
            && self
                .run
                .session
                .answered()
                .is_some_and(|(text, _)| text == line)
        {
            self.tell(Part::After);
        }
        true
    }

    /// Switches to the next language, and prints the step again.
    fn speak_otherwise(&mut self) {
        word::speak(word::language().next());
        self.run.retell(self.script.told());
        self.told = None;
    }

    /// A line for a shell: `b$ hostname`, or `$ hostname` for the actor `host`.
    fn typed(&self, line: &str) -> Option<(String, String)> {
        let (actor, typed) = line.split_once('$')?;
        let actor = if actor.is_empty() { "host" } else { actor };
        let known = self
            .run
            .panes
            .iter()
            .any(|pane| pane.actor() == actor && pane.depth() > 0);
        known.then(|| (actor.to_owned(), typed.trim().to_owned()))
    }

    /// Does what Enter means now; false if it ends the lab.
    fn go_on(&mut self) -> bool {
        match keymap::on(&self.run.session) {
            Some(Command::Leave) => return false,
            Some(Command::Run) if *self.run.session.phase() == Phase::Predicting => {
                say(&word!("guess-first", count = self.choices()));
            }
            Some(Command::Run) => self.run.event(Event::Run),
            Some(Command::Next) => self.run.event(Event::Next),
            Some(Command::Rebuild) => self.run.event(Event::Rebuild),
            Some(Command::Popup(_)) => say(&word!("plain-own")),
            _ => {}
        }
        true
    }

    /// The number of choices of the question before the step.
    fn choices(&self) -> usize {
        let ask = self.run.session.step().ask.as_ref();
        ask.map_or(0, |ask| ask.choices.len())
    }

    fn choose(&mut self, line: &str) {
        let count = self.choices();
        match line.parse::<usize>() {
            Ok(number) if (1..=count).contains(&number) => {
                self.run.event(Event::Predict(number - 1));
            }
            _ => say(&word!("guess-first", count = count)),
        }
    }

    fn hint(&mut self) {
        self.run.event(Event::Hint);
        let session = &self.run.session;
        let open = session.hints_open();
        if open > self.hints {
            let hint = &session.step().hints[open - 1];
            say(&format!(
                "{}{}",
                word!("hint-number", number = open),
                hint.say
            ));
            self.hints = open;
        } else {
            say(&word!("plain-no-hint"));
        }
    }

    fn go_to(&mut self, line: &str) {
        let number = line[2..].trim().parse::<usize>().ok();
        let last = self.run.session.lab().steps.len();
        match number.filter(|number| (1..=last).contains(number)) {
            Some(number) => self.run.event(Event::GoTo(number - 1)),
            None => say(&word!("plain-go", last = last)),
        }
    }

    /// Prints the panel in front, or the one whose key stands behind `p`; false if there is no such
    /// panel.
    fn panel(&mut self, line: &str) -> bool {
        let digit = line[1..].trim();
        let mut letters = digit.chars();
        let single = letters.next().filter(|_| letters.next().is_none());
        match single.and_then(PanelName::of_key) {
            Some(panel) => self.state.panel = panel,
            None if digit.is_empty() => {}
            None => return false,
        }
        self.tell(Part::Panel);
        true
    }

    fn help() {
        say(&word!("plain-help-typed"));
        say(&word!("plain-help-step"));
        say(&word!("plain-help-look"));
        say(&word!("plain-help-go"));
    }
}
