//! Which lab is played, in which language, from where.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;

use super::{Conductor, FIRST};
use crate::app::run::tap::Tap;
use crate::app::share::clerk::{Clerk, Places};
use crate::app::share::log::Log;
use crate::app::{UsageError, learner};
use crate::catalog::{self, Found, Source};
use crate::config::Look;
use crate::lab::{Action, Lab};
use crate::progress::{Progress, Which};
use crate::sandbox::OwnImage;
use crate::scene::Head;
use crate::scene::moment::FORMAT;
use crate::session::Event;
use crate::sys::thread;
use crate::word;

/// A lab to be played, where it was found, and how it is to be played.
#[derive(Clone, Debug)]
pub struct Script {
    /// Where the lab was found.
    pub found: Found,
    /// The lab as it was written, not translated.
    pub lab: Arc<Lab>,
    /// Whether the lab is loaded again each time its file is saved.
    pub watched: bool,
    /// An image of the person's own, if the lab is to be played with one.
    pub image: Option<Arc<OwnImage>>,
    /// The path of the journal, if one is to be written.
    pub journal: Option<PathBuf>,
    /// Whether other terminals may follow.
    pub shared: bool,
}

impl Script {
    /// A lab that was found, with no options.
    pub fn new(found: Found, lab: impl Into<Arc<Lab>>) -> Self {
        Self {
            found,
            lab: lab.into(),
            watched: false,
            image: None,
            journal: None,
            shared: false,
        }
    }

    /// The lab in the current language.
    pub(in crate::app) fn told(&self) -> Arc<Lab> {
        let (lab, language) = (Lab::clone(&self.lab), word::language());
        Arc::new(catalog::in_language(&self.found, lab, language.tag()))
    }

    /// A lab of shells with nothing to do in them, for `isolab record`.
    ///
    /// # Errors
    /// What is wrong with the names.
    pub(super) fn free(actors: &[String]) -> Result<Self, String> {
        let (title, text) = (word!("record-title"), word!("record-text"));
        let actors: String = actors
            .iter()
            .fold(String::new(), |all, name| format!("{all}  {name}: {{}}\n"));
        let lab = format!(
            "format: 1\ntitle: {0}\nsummary: {0}\nminutes: 1\nactors:\n{actors}steps:\n  - id: free\n    title: {0}\n    text: {1}\n",
            quoted(title),
            quoted(text)
        );
        let (lab, problems) = Lab::parse("record.yaml", &lab);
        let words: Vec<String> = problems.into_iter().map(|p| p.message).collect();
        let source = Source::BuiltIn("record.yaml".into());
        let id = "record".to_owned();
        let lab = lab.ok_or_else(|| words.join("; "))?;
        Ok(Self::new(Found { id, source }, lab))
    }

    /// How the book identifies the lab.
    pub(in crate::app) fn which(&self) -> Which {
        learner::which(&self.found)
    }

    /// Whether the lab is a file that the person has never played. One that its author watches is
    /// not strange.
    pub(in crate::app) fn is_strange(&self, progress: Option<&Progress>) -> bool {
        let elsewhere = matches!(self.found.source, Source::File(_)) && !self.watched;
        elsewhere && progress.and_then(|p| p.of(&self.which())).is_none()
    }

    /// What a strange lab is going to do, in words.
    pub(in crate::app) async fn intent(&self) -> String {
        let (mut programs, mut verbs) = (BTreeSet::new(), BTreeSet::new());
        for action in self.lab.actions() {
            match action {
                Action::Exec(verb) => programs.extend(verb.program.first().cloned()),
                Action::Spawn(verb) => programs.extend(verb.program.first().cloned()),
                Action::Type(verb) => programs.extend([verb.line.clone()]),
                other => verbs.extend([other.verb().to_owned()]),
            }
        }
        let (verbs, programs) = (list(verbs), list(programs));
        let intent = word!(
            "strange",
            file = self.found.source.to_string(),
            verbs = verbs,
            programs = programs
        );
        // Finding the gaps makes control groups, so it runs apart from the screen.
        let found = thread::apart("gaps", crate::sandbox::gaps).await;
        let gaps = found.unwrap_or_default();
        if gaps.is_empty() {
            return intent;
        }
        let lines: Vec<String> = gaps
            .iter()
            .map(|gap| format!("- {}", gap.words()))
            .collect();
        let (head, gaps) = (word!("strange-gaps"), lines.join("\n"));
        format!("{intent}\n\n{head}\n\n{gaps}")
    }

    /// Reads the file again.
    ///
    /// # Errors
    /// What is wrong in it; then the lab stays as it was.
    pub(super) fn reload(&mut self) -> Result<(), String> {
        let loaded = catalog::load(&self.found).map_err(|why| why.to_string())?;
        let problems = loaded.problems.iter().map(ToString::to_string);
        let words = problems.collect::<Vec<_>>().join("\n");
        // Each line becomes a paragraph.
        let words = words.replace('\n', "\n\n");
        self.lab = Arc::new(loaded.lab.ok_or(words)?);
        Ok(())
    }

    /// The head of the journal of a run from the step `start`.
    pub(in crate::app) fn head(&self, start: usize, look: Option<Look>) -> Result<Head> {
        let (text, translations) = catalog::texts(&self.found)?;
        let began = SystemTime::now().duration_since(UNIX_EPOCH);
        Ok(Head {
            isolab_journal: FORMAT,
            lab: self.lab.id.clone(),
            text,
            translations,
            start,
            language: word::language().tag().to_owned(),
            look,
            screen: (80, 24).into(),
            pane: (FIRST.columns, FIRST.rows).into(),
            began: began.map_or(0, |since| since.as_secs()),
        })
    }

    /// Begins a run at the step `start`, or where the person left the lab. It gets no lab host
    /// before the caller agrees to it.
    pub(in crate::app) fn begin(
        &self,
        progress: Option<&Progress>,
        start: Option<usize>,
        look: Option<Look>,
    ) -> Result<Begun> {
        let lab = self.told();
        let known = progress
            .and_then(|progress| progress.of(&self.which()))
            .filter(|known| known.at.is_some())
            .unwrap_or_default();
        let mut steps = lab.steps.iter();
        let at = known.at.as_ref();
        let left = at.and_then(|id| steps.position(|step| step.id == *id));
        let step = start.or(left).unwrap_or(0);
        let mut run = Conductor::withheld(lab, step, FIRST, self.image.clone());
        let log = self.shared.then(|| Arc::new(Log::default()));
        let tapped = self.clerk(self.head(step, look)?, log.clone())?;
        let clerk = tapped.map(|(clerk, tap)| {
            run.tap(tap);
            clerk
        });
        let resumed = start.is_none() && left.is_some();
        if resumed {
            let steps = known.steps.into_iter();
            let records = steps.map(|(id, step)| (id, step.record())).collect();
            run.event(Event::Recall(records));
        }
        Ok(Begun {
            run,
            resumed: resumed && left > Some(0),
            clerk,
            log,
        })
    }

    /// Starts the clerk, if a journal or a log is wanted.
    fn clerk(&self, head: Head, log: Option<Arc<Log>>) -> Result<Option<(Clerk, Tap)>> {
        let file = self.journal.as_deref().map(journal).transpose()?;
        if file.is_none() && log.is_none() {
            return Ok(None);
        }
        Ok(Some(Clerk::new(head, Places { file, log })?))
    }
}

/// A text as YAML has it in one line.
fn quoted(text: String) -> String {
    serde_json::Value::from(text).to_string()
}

fn list(all: BTreeSet<String>) -> String {
    let quoted: Vec<String> = all.into_iter().map(|one| format!("`{one}`")).collect();
    if quoted.is_empty() {
        word!("none")
    } else {
        quoted.join(", ")
    }
}

/// Makes the file of a journal.
fn journal(path: &Path) -> Result<(File, PathBuf)> {
    let file = learner::make(path).map_err(|why| {
        let (file, why) = (path.display().to_string(), why.to_string());
        UsageError(word!("journal-refused", file = file, why = why))
    })?;
    Ok((file, path.to_owned()))
}

/// A run that was begun.
pub(in crate::app) struct Begun {
    pub(in crate::app) run: Conductor,
    /// Whether the run resumes where the person left the lab, behind the first step.
    pub(in crate::app) resumed: bool,
    /// The clerk that writes the journal and the log.
    pub(in crate::app) clerk: Option<Clerk>,
    /// The log for followers.
    pub(in crate::app) log: Option<Arc<Log>>,
}
