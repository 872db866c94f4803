//! The file: written, read, damaged, too new, shared.

use super::*;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap_or_else(|e| panic!("{e}"))
}

fn file(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("state/isolab/progress.sqlite3")
}

fn open(folder: &tempfile::TempDir) -> Progress {
    Progress::open(file(folder), || {})
}

fn pass(progress: &Progress, attempt: u64, step: &str) {
    let record = Record {
        passed: Some(crate::session::How::Typed),
        hints: 2,
        ..Record::default()
    };
    let step = step.to_owned();
    progress.desk.send(Order::Step {
        attempt,
        step,
        record,
    });
}

fn begin(progress: &Progress, attempt: u64, lab: &str) {
    let lab = built_in(lab);
    progress.desk.send(Order::Begin { attempt, lab });
}

fn built_in(lab: &str) -> Which {
    Which {
        id: lab.to_owned(),
        place: BUILT_IN.to_owned(),
    }
}

#[test]
fn what_is_written_is_read_by_another() {
    let folder = folder();
    let one = open(&folder);
    begin(&one, 1, "04-uts-ipc");
    pass(&one, 1, "same");
    let (attempt, step) = (1, "queue".to_owned());
    one.desk.send(Order::At {
        attempt,
        step,
        finished: false,
    });
    one.flush();
    let known = open(&folder)
        .of(&built_in("04-uts-ipc"))
        .unwrap_or_default();
    assert_eq!(
        (known.attempts, known.done, known.at.as_deref()),
        (1, false, Some("queue"))
    );
    assert_eq!(known.steps["same"].how, Some(crate::session::How::Typed));
    assert_eq!(known.steps["same"].record().hints, 2);
    assert!(one.forget(&built_in("04-uts-ipc")) && !one.forget(&built_in("04-uts-ipc")));
    assert_eq!((one.all().len(), one.trouble()), (0, None));
}

#[test]
fn a_damaged_file_is_put_aside() {
    let folder = folder();
    let file = file(&folder);
    std::fs::create_dir_all(file.with_file_name("")).unwrap_or_default();
    std::fs::write(&file, "this is no database, and was never one at all").unwrap_or_default();
    let again = open(&folder);
    begin(&again, 1, "01-chroot");
    again.flush();
    let said = again.trouble().unwrap_or_default();
    assert!(
        said.contains("cannot be read") && said.contains("damaged-1"),
        "{said}"
    );
    assert_eq!(again.all().len(), 1);
    let kept = std::fs::read_to_string(file.with_file_name("progress.sqlite3-damaged-1"));
    assert!(kept.is_ok_and(|text| text.starts_with("this is no database")));
}

#[test]
fn a_damaged_file_for_which_no_name_is_free_stays_where_it_is() {
    let folder = folder();
    let file = file(&folder);
    std::fs::create_dir_all(file.with_file_name("")).unwrap_or_default();
    for number in 1..1000 {
        let taken = file.with_file_name(format!("progress.sqlite3-damaged-{number}"));
        std::fs::write(taken, "").unwrap_or_default();
    }
    std::fs::write(&file, "this is no database").unwrap_or_default();
    let book = open(&folder);
    book.flush();
    assert!(book.trouble().is_some());
    let kept = std::fs::read_to_string(&file);
    assert!(kept.is_ok_and(|text| text == "this is no database"));
}

#[test]
fn a_newer_file_is_left_alone() {
    let folder = folder();
    let one = open(&folder);
    one.flush();
    drop(one);
    let raw = rusqlite::Connection::open(file(&folder)).unwrap_or_else(|e| panic!("{e}"));
    raw.pragma_update(None, "user_version", 99)
        .unwrap_or_default();
    let again = open(&folder);
    begin(&again, 1, "01-chroot");
    again.flush();
    let said = again.trouble().unwrap_or_default();
    assert!(said.contains("newer isolab"), "{said}");
    let rows: i64 = raw
        .query_row("SELECT count(*) FROM attempt", [], |row| row.get(0))
        .unwrap_or(-1);
    assert_eq!(rows, 0);
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    let folder = folder();
    std::fs::write(folder.path().join("state"), "a file").unwrap_or_default();
    let progress = open(&folder);
    begin(&progress, 1, "01-chroot");
    progress.flush();
    let said = progress.trouble().unwrap_or_default();
    assert!(
        said.contains("not remembered") && said.contains("cannot make"),
        "{said}"
    );
}

#[test]
fn a_file_of_the_version_before_grows() {
    let folder = folder();
    let file = file(&folder);
    std::fs::create_dir_all(file.with_file_name("")).unwrap_or_default();
    let raw = rusqlite::Connection::open(&file).unwrap_or_else(|e| panic!("{e}"));
    let old = "
        CREATE TABLE attempt (id INTEGER PRIMARY KEY, lab TEXT NOT NULL, began INTEGER NOT NULL,
            last INTEGER NOT NULL, at TEXT, finished INTEGER NOT NULL DEFAULT 0) STRICT;
        CREATE TABLE step (attempt INTEGER NOT NULL REFERENCES attempt (id) ON DELETE CASCADE,
            step TEXT NOT NULL, how TEXT, chosen INTEGER, predicted INTEGER, answered INTEGER,
            said TEXT, hints INTEGER NOT NULL, after INTEGER NOT NULL,
            PRIMARY KEY (attempt, step)) STRICT, WITHOUT ROWID;
        INSERT INTO attempt VALUES (7, '04-uts-ipc', 100, 200, 'queue', 0);
        INSERT INTO step VALUES (7, 'same', 'typed', 1, 0, NULL, NULL, 2, 5000);
        PRAGMA user_version = 1;";
    raw.execute_batch(old).unwrap_or_else(|e| panic!("{e}"));
    drop(raw);
    // Two programs open it at the same time.
    let both = [open(&folder), open(&folder)];
    let known = both
        .each_ref()
        .map(|one| one.of(&built_in("04-uts-ipc")).unwrap_or_default());
    assert_eq!(known[0], known[1]);
    let step = &known[0].steps["same"];
    assert_eq!((step.hints, step.chosen, step.spent), (2, Some(1), 0));
    assert_eq!(both.map(|one| one.trouble()), [None, None]);
}

#[test]
fn the_time_on_a_step_is_kept_and_those_of_all_attempts_are_added_up() {
    let folder = folder();
    let one = open(&folder);
    let spend = |attempt, step: &str, seconds| {
        let (step, spent) = (step.to_owned(), Duration::from_secs(seconds));
        one.desk.send(Order::Spent {
            attempt,
            step,
            spent,
        });
    };
    begin(&one, 1, "04-uts-ipc");
    spend(1, "same", 20);
    pass(&one, 1, "same");
    spend(1, "same", 30);
    pass(&one, 1, "same");
    // Nothing was done there yet.
    spend(1, "queue", 40);
    begin(&one, 2, "04-uts-ipc");
    spend(2, "same", 1);
    let last = one.of(&built_in("04-uts-ipc")).unwrap_or_default();
    assert_eq!((last.steps.len(), last.steps["same"].spent), (1, 1000));
    let ever = one.ever().pop().unwrap_or_default();
    let times = |known: &Known| {
        let times = known.steps.iter();
        times
            .map(|(step, known)| (step.clone(), known.spent))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        times(&ever),
        [("queue".to_owned(), 40_000), ("same".to_owned(), 31_000)]
    );
    assert_eq!(ever.attempts, 2);
    assert_eq!(ever.steps["same"].how, Some(crate::session::How::Typed));
    assert_eq!(
        (ever.steps["queue"].how, ever.steps["queue"].hints),
        (None, 0)
    );
}

#[test]
fn a_learner_has_a_number_that_stays() {
    let (here, there) = (folder(), folder());
    let number = |folder| open(folder).learner().unwrap_or_default();
    let one = number(&here);
    let digits = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    assert!(one.len() == 16 && one.chars().all(digits), "{one}");
    assert_eq!(number(&here), one);
    assert_ne!(number(&there), one);
}

#[test]
fn twenty_writers_lose_nothing() {
    let folder = folder();
    let writers: Vec<_> = (0..20)
        .map(|number| {
            let progress = open(&folder);
            std::thread::spawn(move || {
                begin(&progress, 1, &format!("lab-{number}"));
                (0..20).for_each(|step| pass(&progress, 1, &format!("step-{step}")));
                progress.flush();
                progress.trouble()
            })
        })
        .collect();
    for writer in writers {
        assert_eq!(writer.join().unwrap_or_default(), None);
    }
    let all = open(&folder).all();
    assert_eq!(all.len(), 20);
    assert!(all.iter().all(|known| known.steps.len() == 20));
}

/// Another program that holds the file.
fn hold(folder: &tempfile::TempDir) -> rusqlite::Connection {
    let other = rusqlite::Connection::open(file(folder)).unwrap_or_else(|e| panic!("{e}"));
    let held = other.execute_batch("BEGIN IMMEDIATE");
    held.unwrap_or_else(|e| panic!("{e}"));
    other
}

#[test]
fn what_could_not_be_written_is_written_when_the_file_is_free() {
    let folder = folder();
    let one = open(&folder);
    one.flush();
    let other = hold(&folder);
    begin(&one, 1, "04-uts-ipc");
    pass(&one, 1, "same");
    // The keeper waits for `PATIENCE`, then gives up for now.
    one.flush();
    let said = one.trouble().unwrap_or_default();
    assert!(said.contains("another program"), "{said}");
    let said = one.unwritten().unwrap_or_default();
    assert!(said.contains("2 notes could not be written"), "{said}");
    pass(&one, 1, "queue");
    one.flush();
    assert_eq!(one.trouble(), None, "it is told once");
    drop(other);
    pass(&one, 1, "limits");
    one.flush();
    let known = open(&folder)
        .of(&built_in("04-uts-ipc"))
        .unwrap_or_default();
    let steps: Vec<&str> = known.steps.keys().map(String::as_str).collect();
    assert_eq!(
        (known.attempts, steps),
        (1, vec!["limits", "queue", "same"])
    );
    assert_eq!((one.trouble(), one.unwritten()), (None, None));
}

#[test]
fn a_file_that_is_held_at_first_is_opened_later() {
    let folder = folder();
    drop(open(&folder).all());
    let other = rusqlite::Connection::open(file(&folder)).unwrap_or_else(|e| panic!("{e}"));
    let alone = "PRAGMA journal_mode = DELETE; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE";
    other.execute_batch(alone).unwrap_or_else(|e| panic!("{e}"));
    let one = open(&folder);
    begin(&one, 1, "04-uts-ipc");
    pass(&one, 1, "same");
    one.flush();
    assert!(one.trouble().is_some() && one.unwritten().is_some());
    drop(other);
    pass(&one, 1, "queue");
    one.flush();
    assert_eq!(one.unwritten(), None);
    let known = open(&folder)
        .of(&built_in("04-uts-ipc"))
        .unwrap_or_default();
    assert_eq!((known.attempts, known.steps.len()), (1, 2));
}

#[test]
fn an_attempt_that_is_gone_begins_again() {
    let folder = folder();
    let one = open(&folder);
    begin(&one, 1, "04-uts-ipc");
    pass(&one, 1, "same");
    one.flush();
    assert!(open(&folder).forget(&built_in("04-uts-ipc")));
    pass(&one, 1, "queue");
    let known = one.of(&built_in("04-uts-ipc")).unwrap_or_default();
    assert_eq!((known.attempts, known.steps.len()), (1, 1));
    assert_eq!((one.trouble(), one.unwritten()), (None, None));
}

#[test]
fn a_row_that_makes_no_sense_is_left_out_alone() {
    let folder = folder();
    let one = open(&folder);
    for (attempt, lab) in [(1, "04-uts-ipc"), (2, "15-overlay"), (3, "10-bridge")] {
        begin(&one, attempt, lab);
        pass(&one, attempt, "good");
        pass(&one, attempt, "bad");
    }
    one.flush();
    let raw = rusqlite::Connection::open(file(&folder)).unwrap_or_else(|e| panic!("{e}"));
    let spoil = "UPDATE step SET hints = -1 WHERE step = 'bad' AND attempt = 2;
        UPDATE attempt SET lab = CAST(x'ff' AS TEXT) WHERE id = 3";
    raw.execute_batch(spoil).unwrap_or_else(|e| panic!("{e}"));
    let all = one.all();
    let counts: Vec<usize> = all.iter().map(|known| known.steps.len()).collect();
    assert_eq!(counts, [2, 1], "{all:?}");
    let said = one.trouble().unwrap_or_default();
    assert!(said.starts_with("2 of the notes"), "{said}");
}

fn at(place: &str) -> Which {
    Which {
        id: "lab".to_owned(),
        place: place.to_owned(),
    }
}

#[test]
fn two_labs_of_one_name_are_two() {
    let folder = folder();
    let one = open(&folder);
    let (first, second) = (at("/t/week1/lab.yaml"), at("/t/week2/lab.yaml"));
    for (attempt, lab, steps) in [(1, &first, 2), (2, &second, 1), (3, &first, 1)] {
        let lab = lab.clone();
        one.desk.send(Order::Begin { attempt, lab });
        for step in ["a", "b"].iter().take(steps) {
            pass(&one, attempt, step);
        }
    }
    one.flush();
    let of = |lab: &Which| one.of(lab).unwrap_or_default();
    assert_eq!((of(&first).attempts, of(&first).steps.len()), (2, 1));
    assert_eq!((of(&second).attempts, of(&second).steps.len()), (1, 1));
    let ever = one.ever();
    let all = |lab: &Which| Known::find(&ever, lab).map(|known| known.steps.len());
    assert_eq!((all(&first), all(&second)), (Some(2), Some(1)));
    assert_eq!(one.of(&at(BUILT_IN)), None);
    assert!(one.forget(&first));
    assert_eq!((one.of(&first), of(&second).attempts), (None, 1));
}

#[test]
fn what_an_older_isolab_wrote_is_of_the_lab_that_is_played_first() {
    let folder = folder();
    let one = open(&folder);
    begin(&one, 1, "lab");
    pass(&one, 1, "a");
    one.flush();
    let raw = rusqlite::Connection::open(file(&folder)).unwrap_or_else(|e| panic!("{e}"));
    raw.execute("UPDATE attempt SET place = NULL", [])
        .unwrap_or_default();
    let (first, second) = (at("/t/week1/lab.yaml"), at("/t/week2/lab.yaml"));
    assert_eq!(one.of(&second).map(|known| known.place), Some(None));
    let lab = first.clone();
    one.desk.send(Order::Begin { attempt: 2, lab });
    one.flush();
    assert_eq!(one.of(&first).map(|known| known.attempts), Some(2));
    assert_eq!(one.of(&second), None);
}
