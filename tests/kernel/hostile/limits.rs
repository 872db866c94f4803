//! What is the machine's, and of which a lab gets a part: memory, processes, and
//! what each user may have a number of.

use std::fs;

use rustix::fs::inotify;

use super::family;
use super::inside::{Attack, Running, for_each};
use crate::kernel::machine::{Lock, Machine};

/// Starts a script that holds something; the process that shows that it does.
fn begin(name: &'static str, uid: Option<u32>) -> (Running, u32) {
    let mut running = Attack::new(name, uid).begin();
    let mark = running.wait_mark();
    (running, mark)
}

fn score(pid: u32) -> String {
    let score = fs::read_to_string(format!("/proc/{pid}/oom_score_adj"));
    score.unwrap_or_default().trim().to_owned()
}

#[test]
fn the_machine_ends_the_processes_of_a_lab_first_when_memory_is_used_up() {
    for_each(|uid| {
        let (running, mark) = begin("score.sh", uid);
        let inside = running
            .family()
            .into_iter()
            .filter(|pid| family::is_inside(*pid));
        let scores: Vec<String> = inside.map(score).collect();
        family::end(mark);
        let ended = running.wait_end();
        assert!(
            scores.len() >= 3 && scores.iter().all(|score| score == "1000"),
            "{scores:?}"
        );
        ended.assert_printed();
    });
}

#[test]
fn all_ids_of_a_lab_together_have_a_thousand_processes() {
    let _lock = Lock::alone();
    let before = Machine::now();
    let mut running = Attack::new("many.sh", None).begin();
    let mark = running.wait_mark();
    let inside = running
        .family()
        .into_iter()
        .filter(|pid| family::is_inside(*pid));
    let count = inside.count();
    family::end(mark);
    running.wait_end();
    assert!((500..=1024).contains(&count), "{count}");
    before.assert_whole("many processes");
}

/// How many inotify instances who runs this test can still make, of a few.
fn watchers() -> usize {
    let made = (0..32).map_while(|_| inotify::init(inotify::CreateFlags::CLOEXEC).ok());
    made.collect::<Vec<_>>().len()
}

#[test]
fn who_started_a_lab_can_still_watch_files_when_the_lab_has_taken_all_it_gets() {
    // The ordinary user's own are counted as that user: this test is of who runs it.
    let _lock = Lock::alone();
    let before = Machine::now();
    assert_eq!(watchers(), 32);
    let (running, mark) = begin("watchers.sh", None);
    let left = watchers();
    family::end(mark);
    running.wait_end().assert_printed();
    assert_eq!(left, 32);
    before.assert_whole("watchers");
}
