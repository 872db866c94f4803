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
    let _ = progress.orders.send(Order::Step {
        attempt,
        step,
        record,
    });
}

fn begin(progress: &Progress, attempt: u64, lab: &str) {
    let lab = lab.to_owned();
    let _ = progress.orders.send(Order::Begin { attempt, lab });
}

#[test]
fn what_is_written_is_read_by_another() {
    let folder = folder();
    let one = open(&folder);
    begin(&one, 1, "04-uts-ipc");
    pass(&one, 1, "same");
    let (attempt, step) = (1, "queue".to_owned());
    let _ = one.orders.send(Order::At {
        attempt,
        step,
        finished: false,
    });
    one.flush();
    let known = open(&folder).of("04-uts-ipc").unwrap_or_default();
    assert_eq!(
        (known.attempts, known.done, known.at.as_deref()),
        (1, false, Some("queue"))
    );
    assert_eq!(known.steps["same"].how, Some("typed"));
    assert_eq!(known.steps["same"].record().hints, 2);
    assert!(one.forget("04-uts-ipc") && !one.forget("04-uts-ipc"));
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
