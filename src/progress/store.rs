//! The file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{
    Connection, ErrorCode, OptionalExtension as _, Result, Row, Transaction, TransactionBehavior,
    params,
};

use super::Which;
use super::book::{Known, StepKnown, word};
use crate::session::Record;
use crate::word::later::{Later, later_word};

/// The version of the tables below (`PRAGMA user_version`).
const VERSION: i64 = 2;
/// How long another program may hold the file.
const PATIENCE: Duration = Duration::from_secs(5);
/// What makes each version from the one before. One attempt has one row; a step of it has
/// one; of learners there is one at most.
const TABLES: [&str; 2] = [FIRST, SECOND];
const FIRST: &str = "
    CREATE TABLE IF NOT EXISTS attempt (
        id INTEGER PRIMARY KEY, lab TEXT NOT NULL, began INTEGER NOT NULL, last INTEGER NOT NULL,
        at TEXT, finished INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX IF NOT EXISTS attempt_lab ON attempt (lab, id);
    CREATE TABLE IF NOT EXISTS step (
        attempt INTEGER NOT NULL REFERENCES attempt (id) ON DELETE CASCADE, step TEXT NOT NULL,
        how TEXT, chosen INTEGER, predicted INTEGER, answered INTEGER, said TEXT,
        hints INTEGER NOT NULL, after INTEGER NOT NULL,
        PRIMARY KEY (attempt, step)
    ) STRICT, WITHOUT ROWID;";
const SECOND: &str = "
    ALTER TABLE step ADD COLUMN spent INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE learner (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL) STRICT;";
/// A new row begins without time; one that is there keeps it.
const PUT: &str = "
    INSERT INTO step VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0)
    ON CONFLICT DO UPDATE SET how = ?3, chosen = ?4, predicted = ?5, answered = ?6, said = ?7,
        hints = ?8, after = ?9";
/// Of a step on which nothing was done yet, the time is kept as well.
const SPENT: &str = "
    INSERT INTO step (attempt, step, hints, after, spent) VALUES (?1, ?2, 0, 0, ?3)
    ON CONFLICT DO UPDATE SET spent = ?3";
/// The steps of a lab's last attempt, or of all, in the order of the attempts.
const STEPS: &str = "
    SELECT step, how, chosen, predicted, answered, said, hints, after, spent FROM step
    JOIN attempt ON attempt.id = step.attempt
    WHERE attempt.lab = ?1 AND attempt.id >= ?2 ORDER BY attempt.id";

/// The open file, if it can be used.
pub(super) struct Store {
    connection: Option<Connection>,
    /// The rows of attempts that were begun here.
    rows: BTreeMap<u64, i64>,
}

impl Store {
    /// Opens it, and says what was wrong. One that is damaged is put aside.
    pub(super) fn open(path: &Path) -> (Self, Option<Later>) {
        let (connection, note) = match connect(path) {
            Ok(connection) => (Some(connection), None),
            Err(Unopened::Damaged(how)) => put_aside(path, how),
            Err(error) => (None, Some(unopened(path, error))),
        };
        let rows = BTreeMap::new();
        (Self { connection, rows }, note)
    }

    /// An attempt begins.
    pub(super) fn begin(&mut self, attempt: u64, lab: &str) -> Result<()> {
        let Some(connection) = &self.connection else {
            return Ok(());
        };
        let now = "INSERT INTO attempt (lab, began, last) VALUES (?1, unixepoch(), unixepoch())";
        connection.execute(now, [lab])?;
        self.rows.insert(attempt, connection.last_insert_rowid());
        Ok(())
    }

    /// A step of an attempt is like this now.
    pub(super) fn step(&mut self, attempt: u64, step: &str, record: &Record) -> Result<()> {
        let (Some(connection), Some(row)) = (&self.connection, self.rows.get(&attempt)) else {
            return Ok(());
        };
        let after = i64::try_from(record.at).unwrap_or(i64::MAX);
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
        connection.execute(PUT, values).map(drop)
    }

    /// So much time was spent on a step of an attempt.
    pub(super) fn spent(&mut self, attempt: u64, step: &str, spent: Duration) -> Result<()> {
        let (Some(connection), Some(row)) = (&self.connection, self.rows.get(&attempt)) else {
            return Ok(());
        };
        let spent = i64::try_from(spent.as_millis()).unwrap_or(i64::MAX);
        connection
            .execute(SPENT, params![row, step, spent])
            .map(drop)
    }

    /// Whose file it is; made by chance when it is asked for first.
    pub(super) fn learner(&mut self) -> Result<Option<String>> {
        let Some(connection) = &self.connection else {
            return Ok(None);
        };
        let make = "INSERT OR IGNORE INTO learner VALUES (1, lower(hex(randomblob(8))))";
        connection.execute(make, [])?;
        let read = "SELECT id FROM learner";
        connection.query_row(read, [], |row| row.get(0)).optional()
    }

    /// An attempt is here now.
    pub(super) fn at(&mut self, attempt: u64, step: &str, finished: bool) -> Result<()> {
        let (Some(connection), Some(row)) = (&self.connection, self.rows.get(&attempt)) else {
            return Ok(());
        };
        let set = "UPDATE attempt SET at = ?2, finished = max(finished, ?3), last = unixepoch() WHERE id = ?1";
        let at = (!finished).then_some(step);
        connection
            .execute(set, params![row, at, finished])
            .map(drop)
    }

    /// What is known of all labs.
    pub(super) fn all(&self, which: Which) -> Result<Vec<Known>> {
        let Some(connection) = &self.connection else {
            return Ok(Vec::new());
        };
        let read = "SELECT lab, count(*), max(finished), max(id), max(last) FROM attempt GROUP BY lab ORDER BY min(id)";
        let mut labs = connection.prepare(read)?;
        let rows = labs.query_map([], |row| {
            let known = Known {
                lab: row.get(0)?,
                attempts: row.get(1)?,
                done: row.get(2)?,
                last: row.get(4)?,
                ..Known::default()
            };
            Ok((known, row.get::<_, i64>(3)?))
        })?;
        let whole = |row: Result<(Known, i64)>| {
            let (known, id) = row?;
            whole(connection, known, (id, which))
        };
        rows.map(whole).collect()
    }

    /// Forgets a lab.
    pub(super) fn forget(&mut self, lab: &str) -> Result<bool> {
        let Some(connection) = &self.connection else {
            return Ok(false);
        };
        let gone = connection.execute("DELETE FROM attempt WHERE lab = ?1", [lab])?;
        Ok(gone > 0)
    }
}

/// Fills in the last attempt, or all.
fn whole(connection: &Connection, mut known: Known, (id, which): (i64, Which)) -> Result<Known> {
    let at = connection.query_row("SELECT at FROM attempt WHERE id = ?1", [id], |row| {
        row.get(0)
    });
    known.at = at.optional()?.flatten();
    let from = if which == Which::All { 0 } else { id };
    let mut steps = connection.prepare_cached(STEPS)?;
    for row in steps.query_map(params![known.lab, from], step)? {
        let (id, later) = row?;
        let step: &mut StepKnown = known.steps.entry(id).or_default();
        *step = std::mem::take(step).with(later);
    }
    Ok(known)
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

/// Why the file is not open.
#[derive(Debug)]
enum Unopened {
    /// The library says so.
    Sqlite(rusqlite::Error),
    /// A later version has made it.
    Newer,
    /// It is damaged: in what way.
    Damaged(String),
    /// This folder or file cannot be made.
    Unmade(PathBuf, std::io::Error),
}

impl From<rusqlite::Error> for Unopened {
    fn from(error: rusqlite::Error) -> Self {
        let code = error.sqlite_error_code();
        let damage = [ErrorCode::DatabaseCorrupt, ErrorCode::NotADatabase].map(Some);
        if damage.contains(&code) {
            return Self::Damaged(error.to_string());
        }
        Self::Sqlite(error)
    }
}

fn connect(path: &Path) -> Result<Connection, Unopened> {
    if let Some(folder) = path.parent() {
        let unmade = |why| Unopened::Unmade(folder.to_owned(), why);
        std::fs::create_dir_all(folder).map_err(unmade)?;
    }
    let connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version > VERSION {
        return Err(Unopened::Newer);
    }
    let sound: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if sound != "ok" {
        return Err(Unopened::Damaged(sound));
    }
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    if version < VERSION {
        grow(&connection)?;
    }
    Ok(connection)
}

/// Brings the tables to this version. Another program may do so at the same time: which
/// version there is counts once nobody else can write.
fn grow(connection: &Connection) -> Result<()> {
    let writing = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    let version: i64 = writing.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let done = usize::try_from(version).unwrap_or(0);
    for tables in TABLES.iter().skip(done) {
        writing.execute_batch(tables)?;
    }
    writing.pragma_update(None, "user_version", VERSION.max(version))?;
    writing.commit()
}

/// Keeps a damaged file beside a new one.
fn put_aside(path: &Path, damage: String) -> (Option<Connection>, Option<Later>) {
    let aside = (1..1000)
        .map(|n| with_ending(path, &format!("damaged-{n}")))
        .find(|p| !p.exists());
    let aside = aside.unwrap_or_default();
    for ending in ["wal", "shm"] {
        let _ = std::fs::rename(with_ending(path, ending), with_ending(&aside, ending));
    }
    if let Err(why) = std::fs::rename(path, &aside) {
        let unmade = Unopened::Unmade(path.to_owned(), why);
        return (None, Some(unopened(path, unmade)));
    }
    let kept = later_word!(
        "book-damaged",
        why = damage,
        file = aside.display().to_string()
    );
    match connect(path) {
        Ok(connection) => (Some(connection), Some(kept)),
        Err(error) => (None, Some(unopened(path, error))),
    }
}

/// `progress.sqlite3-wal` and the like.
fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!("-{ending}"));
    name.into()
}

/// What a person is told of a file that is not open.
fn unopened(path: &Path, error: Unopened) -> Later {
    match error {
        Unopened::Sqlite(error) => words(path, &error),
        Unopened::Newer => trouble(path, later_word!("book-newer")),
        Unopened::Damaged(how) => trouble(path, how.into()),
        Unopened::Unmade(place, why) => {
            let what = format!("{}: {why}", place.display());
            trouble(path, later_word!("book-unmade", what = what))
        }
    }
}

/// What a person is told of an open one.
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
