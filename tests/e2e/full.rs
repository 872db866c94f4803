//! A shared run that has no room for one more open file: whoever wants to look on waits, and
//! the run goes on.

use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};

use super::flood::watch;
use super::share::{shared, socket};

/// The thread of a process that lets others look on: what `proc_pid_stat(5)` tells of it.
fn door(process: u32) -> Option<String> {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let mut stats = threads.flatten().filter_map(|thread| {
        let stat = std::fs::read_to_string(thread.path().join("stat")).ok()?;
        stat.contains("(share)").then_some(stat)
    });
    stats.next()
}

/// How long that thread has worked, in clock ticks.
fn worked(process: u32) -> u64 {
    let stat = door(process).unwrap();
    let (_, fields) = stat.rsplit_once(')').unwrap();
    let fields: Vec<&str> = fields.split_whitespace().collect();
    // utime and stime are the fields 14 and 15; the first here is the third.
    fields[11..13]
        .iter()
        .map(|field| field.parse::<u64>().unwrap())
        .sum()
}

/// Sets how many files a process may open; gives what it was.
fn limit(process: u32, files: Option<u64>) -> Rlimit {
    let maximum = getrlimit(Resource::Nofile).maximum;
    let pid = Pid::from_raw(i32::try_from(process).unwrap());
    let before = prlimit(
        pid,
        Resource::Nofile,
        Rlimit {
            current: files,
            maximum,
        },
    );
    before.unwrap()
}

/// Whether the run tells somebody something soon.
fn is_told(stream: &UnixStream, soon: Duration) -> bool {
    use std::io::Read as _;
    stream.set_read_timeout(Some(soon)).unwrap();
    let mut first = [0; 4];
    let mut stream = stream;
    stream.read_exact(&mut first).is_ok()
}

fn assert_waits(folder: &Path) {
    let mut run = shared(folder);
    let process = run.child.id();
    // The first three are taken: what is opened from now on has no number.
    let before = limit(process, Some(3));
    // The call that waits already has a number for the next one who comes: that one is let in,
    // and there is none for what is done for it.
    let first = UnixStream::connect(socket(folder)).unwrap();
    assert!(!is_told(&first, Duration::from_secs(10)));
    let refused = UnixStream::connect(socket(folder)).unwrap();
    let began = worked(process);
    watch(&mut run, Duration::from_secs(3));
    assert!(!is_told(&refused, Duration::from_millis(100)));
    // At 100 Hz a loop that spins has 300.
    let ticks = worked(process) - began;
    assert!(ticks < 30, "{ticks} ticks of work in three seconds");
    limit(process, before.current);
    assert!(is_told(&refused, Duration::from_secs(10)));
    run.send("\r");
    run.wait_word("Enter next");
}

#[test]
fn who_comes_while_too_many_files_are_open_waits_and_nothing_spins() {
    let folder = tempfile::tempdir().unwrap();
    assert_waits(folder.path());
}
