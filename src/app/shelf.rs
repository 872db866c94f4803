//! The labs that the catalog shows, with the person's progress in them.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::learner;
use crate::catalog::{self, CatalogError, Found, Loaded};
use crate::lab::Lab;
use crate::progress::{Known, Which};
use crate::sandbox::{self, Finding};
use crate::sys::thread;
use crate::ui::{CatalogueRow, Standing};
use crate::{typed, word};

/// A lab, as far as it was read.
#[derive(Debug)]
pub(super) struct Book {
    /// Where it was found.
    pub(super) found: Found,
    /// How the progress file identifies it.
    which: Which,
    /// Whether its id means another lab.
    hidden: bool,
    /// The lab in the program's language; only its heading before it was read.
    told: Option<Lab>,
    /// The lab as it was written; `None` before it was read, or if it cannot be played.
    whole: Option<Arc<Lab>>,
    /// Why it cannot be opened.
    problems: Vec<String>,
    /// What this machine lacks for it; `None` before that was tried.
    lacks: Option<Vec<Finding>>,
    /// All its texts in lower case, for searching.
    text: String,
}

/// What the background task found out about a lab, by its number.
#[derive(Debug)]
pub(super) enum News {
    /// It was read.
    Read(usize, Box<Result<Loaded, CatalogError>>),
    /// What this machine lacks for it.
    Tried(usize, Vec<Finding>),
}

/// All labs.
#[derive(Debug)]
pub(super) struct Shelf {
    pub(super) books: Vec<Book>,
    /// The person's progress.
    known: Vec<Known>,
}

impl Shelf {
    /// All labs, with their headings; a background task reads the rest.
    pub(super) fn open() -> (Self, mpsc::Receiver<News>) {
        let found = catalog::all(catalog::user_folder().as_deref());
        let (tell, news) = mpsc::channel(64);
        tokio::spawn(read_all(found.clone(), tell));
        let mut books: Vec<Book> = found.iter().cloned().map(Book::new).collect();
        for book in &mut books {
            book.hidden = book.found.is_hidden(&found);
        }
        let known = Vec::new();
        (Self { books, known }, news)
    }

    /// Sets the person's progress.
    pub(super) fn know(&mut self, all: Vec<Known>) {
        self.known = all;
    }

    /// Takes news of the background task.
    pub(super) fn take(&mut self, news: News) {
        match news {
            News::Read(number, read) => {
                if let Some(book) = self.books.get_mut(number) {
                    book.take(*read);
                }
            }
            News::Tried(number, findings) => {
                if let Some(book) = self.books.get_mut(number) {
                    book.lacks = Some(findings);
                }
            }
        }
    }

    /// Translates all labs into the current language.
    pub(super) fn retell(&mut self) {
        self.books.iter_mut().for_each(Book::retell);
    }

    /// The whole lab of a number; reads it now if the background task has not.
    pub(super) fn lab(&mut self, number: usize) -> Option<(Found, Arc<Lab>)> {
        let book = self.books.get_mut(number)?;
        if book.whole.is_none() && book.problems.is_empty() {
            book.take(catalog::load(&book.found));
        }
        Some((book.found.clone(), Arc::clone(book.whole.as_ref()?)))
    }

    /// The rows that match all words of the search.
    pub(super) fn rows(&self, search: &str) -> Vec<CatalogueRow> {
        let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
        let next = self.next();
        let all = self.books.iter().enumerate();
        let found = all.filter(|(_, book)| words.iter().all(|word| book.text.contains(word)));
        found
            .map(|(number, book)| self.row(number, book, next))
            .collect()
    }

    /// The person's progress in a lab.
    fn known(&self, book: &Book) -> Option<&Known> {
        Known::find(&self.known, &book.which)
    }

    /// The first lab that is not done, but whose `after` labs all are.
    fn next(&self) -> Option<usize> {
        self.books.iter().position(|book| {
            let after = book.told.as_ref().map(|lab| lab.after.as_slice());
            let mut names = after.unwrap_or_default().iter();
            !self.is_done(book) && names.all(|name| self.was_done(name))
        })
    }

    /// Whether the lab of a number is done.
    pub(super) fn is_over(&self, number: usize) -> bool {
        self.books
            .get(number)
            .is_some_and(|book| self.is_done(book))
    }

    fn is_done(&self, book: &Book) -> bool {
        self.known(book).is_some_and(|known| known.done)
    }

    /// Whether a lab is done that another one names.
    fn was_done(&self, name: &str) -> bool {
        let mut books = self.books.iter();
        books.any(|book| catalog::answers(&book.found.id, name) && self.is_done(book))
    }

    fn row(&self, number: usize, book: &Book, next: Option<usize>) -> CatalogueRow {
        let none = Known::default();
        let known = self.known(book).unwrap_or(&none);
        let mut row = CatalogueRow {
            number,
            id: book.found.id.clone(),
            passed: known.count(|step| step.how.is_some()),
            done: known.done,
            next: next == Some(number),
            note: book.note(),
            standing: match (&book.lacks, book.problems.is_empty()) {
                (_, false) => Standing::Wrong,
                (None, true) => Standing::Untried,
                (Some(_), true) => Standing::Tried,
            },
            missing: book.missing(),
            ..CatalogueRow::default()
        };
        if let Some(lab) = &book.told {
            row.title.clone_from(&lab.title);
            row.track.clone_from(&lab.track);
            row.summary.clone_from(&lab.summary);
            row.minutes = lab.minutes;
            row.steps = lab.steps.len();
            row.story = self.story(lab, known);
        }
        row
    }

    /// What the person did in a lab, or which labs should be done before it.
    fn story(&self, lab: &Lab, known: &Known) -> String {
        let mut words = Vec::new();
        if known.done {
            words.push(word!("story-done"));
        }
        let at = known.at.as_ref();
        let left = at.and_then(|id| lab.steps.iter().position(|step| step.id == *id));
        if let Some(step) = left {
            let title = &lab.steps[step].title;
            words.push(word!("story-left", step = step + 1, title = title));
        }
        if known.attempts > 0 && !lab.steps.is_empty() {
            let hand = known.by_hand();
            words.push(word!("story-hand", hand = hand, steps = lab.steps.len()));
        } else if !lab.after.is_empty() {
            let titles: Vec<String> = lab.after.iter().map(|name| self.title(name)).collect();
            words.push(word!("story-after", labs = titles.join(", ")));
        }
        words.extend(self.track(&lab.track));
        words.join(" ")
    }

    /// What the person did in a whole track, once all its labs are done.
    fn track(&self, track: &str) -> Option<String> {
        let books = self.books.iter();
        let labs: Vec<&Book> = books.filter(|book| book.is_in(track)).collect();
        let known: Vec<&Known> = labs
            .iter()
            .map(|book| self.known(book).filter(|known| known.done))
            .collect::<Option<_>>()?;
        let words = word!(
            "story-track",
            track = track,
            labs = labs.len(),
            hand = sum(&known, Known::by_hand),
            steps = sum(&known, |known| known.steps.len()),
            right = sum(&known, |known| known.guesses().0),
            guesses = sum(&known, |known| known.guesses().1)
        );
        (labs.len() > 1 && !track.is_empty()).then_some(words)
    }

    /// The title of a lab that another one names.
    fn title(&self, name: &str) -> String {
        let mut books = self.books.iter();
        let book = books.find(|book| catalog::answers(&book.found.id, name));
        let title = book.and_then(|book| Some(book.told.as_ref()?.title.clone()));
        title.unwrap_or_else(|| name.to_owned())
    }
}

/// A number of each of some labs, added up.
fn sum(all: &[&Known], of: fn(&Known) -> usize) -> usize {
    all.iter().map(|known| of(known)).sum()
}

impl Book {
    fn new(found: Found) -> Self {
        let told = catalog::heading(&found, word::language().tag());
        let mut book = Self {
            which: learner::which(&found),
            hidden: false,
            found,
            told,
            whole: None,
            problems: Vec::new(),
            lacks: None,
            text: String::new(),
        };
        book.index();
        book
    }

    fn is_in(&self, track: &str) -> bool {
        self.told.as_ref().is_some_and(|lab| lab.track == track)
    }

    /// How to play the lab from a command line, if its id means another lab.
    fn note(&self) -> String {
        if !self.hidden {
            return String::new();
        }
        let path = self.found.source.to_string();
        word!("same-id", lab = &self.found.id, path = path)
    }

    /// Why it cannot be played, in the current language.
    fn missing(&self) -> Vec<String> {
        let lacks = self.lacks.iter().flatten().map(Finding::words);
        self.problems.iter().cloned().chain(lacks).collect()
    }

    fn take(&mut self, read: Result<Loaded, CatalogError>) {
        match read {
            Ok(loaded) => {
                self.problems = loaded.problems.iter().map(ToString::to_string).collect();
                if !self.problems.is_empty() {
                    let file = self.found.source.to_string();
                    self.problems.insert(0, word!("list-wrong", file = file));
                }
                self.whole = loaded.lab.map(Arc::new);
            }
            Err(why) => self.problems = vec![why.to_string()],
        }
        self.retell();
    }

    fn retell(&mut self) {
        let language = word::language().tag();
        self.told = match &self.whole {
            Some(lab) => Some(catalog::in_language(&self.found, Lab::clone(lab), language)),
            None => catalog::heading(&self.found, language),
        };
        self.index();
    }

    fn index(&mut self) {
        let texts = self.told.as_ref().map(Lab::texts).unwrap_or_default();
        let all: Vec<String> = texts.into_values().chain([self.found.id.clone()]).collect();
        self.text = all.join("\n").to_lowercase();
    }
}

/// Reads all labs, then tries what this machine lacks for each.
async fn read_all(found: Vec<Found>, tell: mpsc::Sender<News>) {
    let mut needs = Vec::new();
    for (number, found) in found.into_iter().enumerate() {
        let read = thread::apart("shelf", move || catalog::load(&found));
        let Ok(read) = read.await else { continue };
        needs.extend(
            read.iter()
                .flat_map(|read| &read.lab)
                .map(|lab| (number, typed::needs(lab))),
        );
        if tell.send(News::Read(number, Box::new(read))).await.is_err() {
            return;
        }
    }
    for (number, needs) in needs {
        let findings = sandbox::lacking(&needs).await;
        if tell.send(News::Tried(number, findings)).await.is_err() {
            return;
        }
    }
}
