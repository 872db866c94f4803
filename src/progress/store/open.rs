//! Opens the file, makes its tables, and brings older ones to this version.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, Result, Transaction, TransactionBehavior};

use super::{trouble, words};
use crate::word::later::{Later, later_word};

/// The version of the tables below (`PRAGMA user_version`).
const VERSION: i64 = 3;
/// How long to wait for another program that holds the file.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// What makes each version from the one before. Each attempt has one row, each step of it has one,
/// and there is at most one learner.
const TABLES: [&str; 3] = [FIRST, SECOND, THIRD];
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

/// The place tells labs with the same id apart; it is NULL in what an older isolab wrote.
const THIRD: &str = "
    ALTER TABLE attempt ADD COLUMN place TEXT;
    DROP INDEX IF EXISTS attempt_lab;
    CREATE INDEX attempt_lab ON attempt (lab, place, id);";

/// Why the file was not opened.
#[derive(Debug)]
pub(super) enum Unopened {
    /// An error of `SQLite`.
    Sqlite(rusqlite::Error),
    /// A later version of isolab made it.
    Newer,
    /// It is damaged; how, in words.
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

pub(super) fn connect(path: &Path, patience: Duration) -> Result<Connection, Unopened> {
    if let Some(folder) = path.parent() {
        let unmade = |why| Unopened::Unmade(folder.to_owned(), why);
        std::fs::create_dir_all(folder).map_err(unmade)?;
    }
    let connection = Connection::open(path)?;
    connection.busy_timeout(patience)?;
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

/// Brings the tables to this version. Another program may do so at the same time, so the version is
/// read again once nobody else can write.
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

/// Renames a damaged file, and makes a new one.
pub(super) fn put_aside(path: &Path, damage: String) -> (Option<Connection>, Option<Later>) {
    let aside = match move_aside(path) {
        Ok(aside) => aside,
        Err(why) => {
            let unmade = Unopened::Unmade(path.to_owned(), why);
            return (None, Some(unopened(path, unmade)));
        }
    };
    let kept = later_word!(
        "book-damaged",
        why = damage,
        file = aside.display().to_string()
    );
    match connect(path, PATIENCE) {
        Ok(connection) => (Some(connection), Some(kept)),
        Err(error) => (None, Some(unopened(path, error))),
    }
}

/// Gives a file and what SQLite keeps beside it names that are free, and returns the file's.
///
/// # Errors
/// The file cannot be renamed, and nothing was; or no name is free.
fn move_aside(path: &Path) -> std::io::Result<PathBuf> {
    let aside = (1..1000)
        .map(|n| with_ending(path, &format!("damaged-{n}")))
        .find(|p| !p.exists())
        .ok_or(std::io::ErrorKind::AlreadyExists)?;
    std::fs::rename(path, &aside)?;
    // A log that stays is one of another file, which SQLite sees by its salt.
    for ending in ["wal", "shm"] {
        let _ = std::fs::rename(with_ending(path, ending), with_ending(&aside, ending));
    }
    Ok(aside)
}

/// A path with an ending, as in `progress.sqlite3-wal`.
fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!("-{ending}"));
    name.into()
}

/// Why the file was not opened, in words.
pub(super) fn unopened(path: &Path, error: Unopened) -> Later {
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
