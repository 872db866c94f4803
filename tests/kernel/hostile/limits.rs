//! Resources of the machine of which a lab gets a part: memory, processes, and what the kernel
//! limits per user.

use std::fs;
use std::process::Command;

use isolab::sandbox::Sandbox;
use nix::mqueue::{MQ_OFlag, mq_open, mq_unlink};
use nix::sys::stat::Mode;
use rustix::fs::inotify;

use super::family;
use super::inside::{Attack, Running, for_each};
use crate::kernel::group::{with, with_groups};
use crate::kernel::host::sh;
use crate::kernel::machine::{Lock, Machine};
use crate::skip::skip;

/// Starts a script that holds a resource; returns the process that shows that it does.
fn begin(name: &str, uid: Option<u32>) -> (Running, u32) {
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

/// How many inotify instances this test's user can still make, 32 at most.
fn watchers() -> usize {
    let made = (0..32).map_while(|_| inotify::init(inotify::CreateFlags::CLOEXEC).ok());
    made.collect::<Vec<_>>().len()
}

#[test]
fn who_started_a_lab_can_still_watch_files_when_the_lab_has_taken_all_it_gets() {
    // An ordinary user's lab counts as that user: this test is about the user who runs it.
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

/// How many timers a user can still make, `timer_create(2)`.
fn timers(uid: u32) -> Option<u32> {
    let make = if cfg!(target_arch = "x86_64") {
        222
    } else {
        107
    };
    let count = format!("$i = pack('i', 0); $n++ while syscall({make}, 0, 0, $i) == 0; print $n");
    let ids = [format!("--reuid={uid}"), format!("--regid={uid}")];
    let mut command = Command::new("setpriv");
    command
        .args(ids)
        .args(["--clear-groups", "perl", "-e", &count]);
    let output = command
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    String::from_utf8_lossy(&output.stdout).parse().ok()
}

#[test]
fn who_started_a_lab_keeps_half_of_the_timers_when_the_lab_has_taken_all_it_gets() {
    // A user id that no other test uses.
    let somebody = 54_326;
    let _lock = Lock::alone();
    let before = Machine::now();
    let all = timers(somebody).filter(|_| rustix::process::geteuid().is_root());
    let Some(all) = all else {
        return skip("timers", "root, setpriv and perl");
    };
    let (running, mark) = begin("timers.sh", Some(somebody));
    let left = timers(somebody).unwrap();
    family::end(mark);
    running.wait_end().assert_printed();
    assert!(all > 1 && left >= all / 2, "{left} of {all}");
    before.assert_whole("timers");
}

/// How many message queues of 64 KiB this test's user can still make, 8 at most.
fn queues() -> usize {
    let name = |number| format!("/isolab-test-{}-{number}", std::process::id());
    let size = nix::mqueue::MqAttr::new(0, 8, 8192, 0);
    let flags = MQ_OFlag::O_CREAT | MQ_OFlag::O_RDWR;
    let make = |name: &String| mq_open(name.as_str(), flags, Mode::S_IRUSR, Some(&size)).is_ok();
    let made: Vec<String> = (0..8).map(name).take_while(make).collect();
    for name in &made {
        mq_unlink(name.as_str()).unwrap();
    }
    made.len()
}

#[test]
fn who_started_a_lab_keeps_half_of_the_message_queues_when_the_lab_has_taken_all_it_gets() {
    let _lock = Lock::alone();
    let before = Machine::now();
    let all = queues();
    let (running, mark) = begin("queues.sh", None);
    let left = queues();
    family::end(mark);
    running.wait_end().assert_printed();
    assert!(all > 1 && left >= all / 2, "{left} of {all}");
    before.assert_whole("queues");
}

/// The content of a file of the lab host's own group, by its name in each version.
async fn own(sandbox: &Sandbox, unified: &str, legacy: &str) -> String {
    let is_unified = sandbox.observe().await.unwrap().hierarchy.unified;
    let file = if is_unified { unified } else { legacy };
    sh(sandbox, &format!("cat /sys/fs/cgroup/{file}")).await
}

#[test]
fn a_lab_host_has_no_more_with_swap_than_without() {
    if !rustix::process::geteuid().is_root() {
        return skip("swap", "root");
    }
    with_groups(|sandbox| async move {
        let most = own(
            &sandbox,
            "memory.swap.max",
            "memory/memory.memsw.limit_in_bytes",
        )
        .await;
        if most.contains("No such file") {
            return skip("swap", "a kernel that counts it");
        }
        assert!(["0\n", "1073741824\n"].contains(&most.as_str()), "{most}");
    });
}

#[test]
fn a_lab_host_has_as_many_processes_as_were_wanted() {
    if !rustix::process::geteuid().is_root() {
        return skip("a number of processes", "root");
    }
    with(Some(2077), |sandbox| async move {
        let most = own(&sandbox, "pids.max", "pids/pids.max").await;
        assert_eq!(most, "2077\n");
    });
}
