//! The rows of the progress file.

mod open;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Result, Row, params};

use self::open::{PATIENCE, Unopened, connect, put_aside, unopened};
use super::Attempts;
use super::book::{Known, StepKnown, Which, word};
use crate::session::Record;
use crate::word::later::{Later, later_word};

/// A new row has no time; an existing one keeps its time.
const PUT: &str = "
    INSERT INTO step VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0)
    ON CONFLICT DO UPDATE SET how = ?3, chosen = ?4, predicted = ?5, answered = ?6, said = ?7,
        hints = ?8, after = ?9";
/// The time is kept even if nothing else was done on the step yet.
const SPENT: &str = "
    INSERT INTO step (attempt, step, hints, after, spent) VALUES (?1, ?2, 0, 0, ?3)
    ON CONFLICT DO UPDATE SET spent = ?3";
/// The steps of a lab's last attempt, or of all, in the order of the attempts.
const STEPS: &str = "
    SELECT step, how, chosen, predicted, answered, said, hints, after, spent FROM step
    JOIN attempt ON attempt.id = step.attempt
    WHERE attempt.lab = ?1 AND attempt.place IS ?2 AND attempt.id >= ?3 ORDER BY attempt.id";
/// Attempts that an older isolab wrote without a place get the place of the lab that is played now.
const ADOPT: &str = "UPDATE attempt SET place = ?2 WHERE lab = ?1 AND place IS NULL";

/// How long to wait for another program after waiting was in vain.
const AGAIN: Duration = Duration::from_millis(500);

/// The file, if it can be used.
pub(super) struct Store {
    path: PathBuf,
    connection: Option<Connection>,
    /// It must not be touched, now or later.
    closed: bool,
    /// What was found out when it was opened again, until it is reported.
    news: Option<Later>,
    /// The attempts that were begun here.
    attempts: BTreeMap<u64, Attempt>,
}

/// An attempt that was begun here.
#[derive(Debug)]
struct Attempt {
    lab: Which,
    /// Its row; `None` before it is written, and after somebody has removed it.
    row: Option<i64>,
}

impl Store {
    /// Opens the file, and returns what was wrong with it. A damaged one is put aside.
    pub(super) fn open(path: &Path) -> (Self, Option<Later>) {
        let mut closed = false;
        let (connection, note) = match connect(path, PATIENCE) {
            Ok(connection) => (Some(connection), None),
            Err(Unopened::Damaged(how)) => put_aside(path, how),
            Err(error) => {
                closed = matches!(error, Unopened::Newer);
                (None, Some(unopened(path, error)))
            }
        };
        let store = Self {
            path: path.to_owned(),
            connection,
            closed,
            news: None,
            attempts: BTreeMap::new(),
        };
        (store, note)
    }

    /// Sets how long to wait for other programs: `PATIENCE`, or `AGAIN` after waiting was in vain.
    pub(super) fn be_patient(&self, again: bool) -> Result<()> {
        let patience = if again { AGAIN } else { PATIENCE };
        let connection = self.connection.as_ref();
        connection.map_or(Ok(()), |connection| connection.busy_timeout(patience))
    }

    /// What was found out when the file was opened again; returned once.
    pub(super) fn news(&mut self) -> Option<Later> {
        self.news.take()
    }

    /// Begins an attempt.
    pub(super) fn begin(&mut self, attempt: u64, lab: &Which) -> Result<()> {
        let begun = self.attempts.entry(attempt);
        begun.or_insert_with(|| Attempt {
            lab: lab.clone(),
            row: None,
        });
        self.row(attempt).map(drop)
    }

    /// The row of an attempt, which is inserted if there is none.
    fn row(&mut self, attempt: u64) -> Result<Option<i64>> {
        self.connect_again()?;
        let (Some(connection), Some(begun)) = (&self.connection, self.attempts.get_mut(&attempt))
        else {
            return Ok(None);
        };
        if begun.row.is_none() {
            let now = "INSERT INTO attempt (lab, place, began, last) VALUES (?1, ?2, unixepoch(), unixepoch())";
            let lab = [&begun.lab.id, &begun.lab.place];
            connection.execute(ADOPT, lab)?;
            connection.execute(now, lab)?;
            begun.row = Some(connection.last_insert_rowid());
        }
        Ok(begun.row)
    }

    /// Opens the file if it could not be opened before.
    fn connect_again(&mut self) -> Result<()> {
        if self.connection.is_some() || self.closed {
            return Ok(());
        }
        match connect(&self.path, AGAIN) {
            Ok(connection) => self.connection = Some(connection),
            Err(Unopened::Sqlite(error)) => return Err(error),
            Err(Unopened::Unmade(place, why)) => {
                let what = Some(format!("{}: {why}", place.display()));
                let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CANTOPEN);
                return Err(rusqlite::Error::SqliteFailure(code, what));
            }
            Err(Unopened::Damaged(how)) => {
                (self.connection, self.news) = put_aside(&self.path, how);
                self.closed = self.connection.is_none();
            }
            Err(Unopened::Newer) => {
                self.closed = true;
                self.news = Some(unopened(&self.path, Unopened::Newer));
            }
        }
        Ok(())
    }

    /// Writes into an attempt. If its row is gone, the attempt begins again.
    fn write(
        &mut self,
        attempt: u64,
        put: impl Fn(&Connection, i64) -> Result<usize>,
    ) -> Result<()> {
        let mut refused = Ok(());
        for _again in 0..2 {
            let row = self.row(attempt)?;
            let (Some(connection), Some(row)) = (&self.connection, row) else {
                return Ok(());
            };
            let done = put(connection, row);
            let code = done
                .as_ref()
                .err()
                .and_then(rusqlite::Error::sqlite_error_code);
            let is_gone = done == Ok(0) || code == Some(ErrorCode::ConstraintViolation);
            if !is_gone {
                return done.map(drop);
            }
            refused = done.map(drop);
            if let Some(begun) = self.attempts.get_mut(&attempt) {
                begun.row = None;
            }
        }
        refused
    }

    /// Writes the record of a step of an attempt.
    pub(super) fn step(&mut self, attempt: u64, step: &str, record: &Record) -> Result<()> {
        let after = i64::try_from(record.at).unwrap_or(i64::MAX);
        self.write(attempt, |connection, row| {
            let values = params![
                row,
                step,
                record.passed.map(word),
                record.chosen,
                record.right,
                record.answered,
                record.said,
                record.hints,
                after
            ];
            connection.execute(PUT, values)
        })
    }

    /// Writes the time on a step of an attempt.
    pub(super) fn spent(&mut self, attempt: u64, step: &str, spent: Duration) -> Result<()> {
        let spent = i64::try_from(spent.as_millis()).unwrap_or(i64::MAX);
        self.write(attempt, |connection, row| {
            connection.execute(SPENT, params![row, step, spent])
        })
    }

    /// The learner's number, made at random when it is first asked for.
    pub(super) fn learner(&mut self) -> Result<Option<String>> {
        self.connect_again()?;
        let Some(connection) = &self.connection else {
            return Ok(None);
        };
        let make = "INSERT OR IGNORE INTO learner VALUES (1, lower(hex(randomblob(8))))";
        connection.execute(make, [])?;
        let read = "SELECT id FROM learner";
        connection.query_row(read, [], |row| row.get(0)).optional()
    }

    /// Writes at which step an attempt is, or that it has finished.
    pub(super) fn at(&mut self, attempt: u64, step: &str, finished: bool) -> Result<()> {
        let set = "UPDATE attempt SET at = ?2, finished = max(finished, ?3), last = unixepoch() WHERE id = ?1";
        let at = (!finished).then_some(step);
        self.write(attempt, |connection, row| {
            connection.execute(set, params![row, at, finished])
        })
    }

    /// Reads what is known of all labs.
    pub(super) fn all(&mut self, from: Attempts) -> Result<Read> {
        self.connect_again()?;
        let mut read = Read::default();
        let Some(connection) = &self.connection else {
            return Ok(read);
        };
        let all = "SELECT lab, count(*), max(finished), max(id), max(last), place FROM attempt
            GROUP BY lab, place ORDER BY min(id)";
        let mut labs = connection.prepare(all)?;
        let rows = labs.query_map([], |row| {
            let known = Known {
                lab: row.get(0)?,
                attempts: row.get(1)?,
                done: row.get(2)?,
                last: row.get(4)?,
                place: row.get(5)?,
                ..Known::default()
            };
            Ok((known, row.get::<_, i64>(3)?))
        })?;
        for row in rows {
            if let Some((known, id)) = read.good(row)? {
                let first = if from == Attempts::All { 0 } else { id };
                let known = read.whole(connection, known, first..=id)?;
                read.labs.push(known);
            }
        }
        Ok(read)
    }

    /// Forgets a lab.
    pub(super) fn forget(&mut self, lab: &Which) -> Result<bool> {
        self.connect_again()?;
        let Some(connection) = &self.connection else {
            return Ok(false);
        };
        // Attempts without a place belong to each lab with this id.
        let all = "DELETE FROM attempt WHERE lab = ?1 AND (place = ?2 OR place IS NULL)";
        let gone = connection.execute(all, [&lab.id, &lab.place])?;
        Ok(gone > 0)
    }
}

/// What was read of the file.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// What is known of all labs.
    pub(super) labs: Vec<Known>,
    /// How many rows were left out because they make no sense.
    pub(super) bad: usize,
}

impl Read {
    /// A row; `None`, and counted, if no isolab can have written it. An error if the file cannot be
    /// read.
    fn good<T>(&mut self, row: Result<T>) -> Result<Option<T>> {
        match row {
            Err(why) if why.sqlite_error_code().is_none() => {
                self.bad += 1;
                Ok(None)
            }
            row => row.map(Some),
        }
    }

    /// Fills in what is known of a lab from some of its attempts.
    fn whole(
        &mut self,
        connection: &Connection,
        mut known: Known,
        attempts: RangeInclusive<i64>,
    ) -> Result<Known> {
        let (first, last) = attempts.into_inner();
        let at = connection.query_row("SELECT at FROM attempt WHERE id = ?1", [last], |row| {
            row.get(0)
        });
        known.at = self.good(at.optional())?.flatten().flatten();
        let mut steps = connection.prepare_cached(STEPS)?;
        for row in steps.query_map(params![known.lab, known.place, first], step)? {
            let Some((id, later)) = self.good(row)? else {
                continue;
            };
            let step: &mut StepKnown = known.steps.entry(id).or_default();
            *step = std::mem::take(step).with(later);
        }
        Ok(known)
    }
}

/// A row of [`STEPS`].
fn step(row: &Row<'_>) -> Result<(String, StepKnown)> {
    let how: Option<String> = row.get(1)?;
    let step = StepKnown {
        how: how.as_deref().and_then(StepKnown::how),
        chosen: row.get(2)?,
        predicted: row.get(3)?,
        answered: row.get(4)?,
        said: row.get(5)?,
        hints: row.get(6)?,
        after: row.get::<_, i64>(7)?.unsigned_abs(),
        spent: row.get::<_, i64>(8)?.unsigned_abs(),
    };
    Ok((row.get(0)?, step))
}

/// Whether an error may pass, so that it is worth trying again.
pub(super) fn passes(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    code.is_some_and(|code| {
        matches!(
            code,
            ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::DiskFull
                | ErrorCode::ReadOnly
                | ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::PermissionDenied
                | ErrorCode::OutOfMemory
        )
    })
}

/// An error of the open file in words.
pub(super) fn words(path: &Path, error: &rusqlite::Error) -> Later {
    let what = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => later_word!("book-full"),
        Some(ErrorCode::ReadOnly) => later_word!("book-locked"),
        Some(ErrorCode::DatabaseBusy) => later_word!("book-busy"),
        _ => error.to_string().into(),
    };
    trouble(path, what)
}

fn trouble(path: &Path, what: Later) -> Later {
    let file = path.display().to_string();
    later_word!("book-trouble", what = what, file = file)
}
