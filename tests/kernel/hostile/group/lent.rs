//! A group that belongs to an ordinary user, as systemd makes one for a login.

use std::fs;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::super::NOBODY_IN_PARTICULAR;
use super::super::inside::{Attack, Running};
use super::end_all;
use crate::kernel::machine::{Lock, Machine};
use crate::skip::skip;

/// How long an effect may take to show.
const SHOWS: Duration = Duration::from_secs(10);

/// A user's group with a process of the machine in it; dropping it removes both.
struct Lent {
    dir: PathBuf,
    bystander: Child,
}

impl Lent {
    /// Makes the group in the hierarchy whose end of the mountinfo line satisfies `is_one`.
    fn make(how: &str, is_one: impl Fn(&str) -> bool) -> Option<Self> {
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
        let mut lines = mounts.lines();
        let line = lines.find(|line| line.split_once(" - ").is_some_and(|(_, end)| is_one(end)))?;
        let top = Path::new(line.split(' ').nth(4)?);
        let dir = top.join(format!("isolab-test-{how}-{}", std::process::id()));
        fs::create_dir(&dir).ok()?;
        let own = Some(NOBODY_IN_PARTICULAR);
        chown(&dir, own, own).unwrap();
        for file in fs::read_dir(&dir).unwrap().flatten() {
            chown(file.path(), own, own).unwrap();
        }
        let bystander = Command::new("sleep")
            .arg("100")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let lent = Self { dir, bystander };
        fs::write(lent.file("cgroup.procs"), lent.bystander.id().to_string()).unwrap();
        Some(lent)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap_or_default()
    }

    /// Starts the attack in the group.
    fn begin(&self, how: &str) -> Running {
        let enter = format!(
            "echo $$ > {}/cgroup.procs && exec setpriv --reuid=$1 --regid=$1 --clear-groups \"${{@:2}}\"",
            self.dir.display()
        );
        let uid = NOBODY_IN_PARTICULAR.to_string();
        let attack = Attack::new("own-group.sh", Some(NOBODY_IN_PARTICULAR)).by_command();
        let attack = attack
            .with("HOW", how)
            .under(&["bash", "-c", &enter, "bash", &uid]);
        attack.begin()
    }

    fn is_frozen(&self) -> bool {
        self.read("cgroup.events").contains("frozen 1")
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let _ = fs::write(self.file("cgroup.freeze"), "0");
        let _ = self.bystander.kill();
        let _ = self.bystander.wait();
        end_all(&self.dir);
        let end = Instant::now() + SHOWS;
        let find = ["-depth", "-type", "d", "-execdir", "rmdir", "{}", ";"];
        while self.dir.exists() && Instant::now() < end {
            let _ = Command::new("find").arg(&self.dir).args(find).output();
        }
    }
}

fn with_lent(how: &str, test: impl FnOnce(&mut Lent)) {
    with_lent_in(|end| end.starts_with("cgroup2 "), how, test);
}

fn with_lent_in(is_one: impl Fn(&str) -> bool, how: &str, test: impl FnOnce(&mut Lent)) {
    let _lock = Lock::shared();
    let before = Machine::now();
    if rustix::process::geteuid().is_root()
        && let Some(mut lent) = Lent::make(how, is_one)
    {
        test(&mut lent);
    } else {
        skip(
            "a group of a user's",
            "root, and control groups of that version",
        );
    }
    before.assert_whole(how);
}

#[test]
fn a_lab_does_not_kill_what_is_in_the_group_that_it_was_started_in() {
    with_lent("kill", |lent| {
        let ended = lent.begin("kill").wait_end();
        assert!(!ended.was_killed(), "{}", ended.words());
        assert!(lent.bystander.try_wait().unwrap().is_none());
    });
}

#[test]
fn a_lab_does_not_freeze_what_is_in_the_group_that_it_was_started_in() {
    with_lent("freeze", |lent| {
        let mut running = lent.begin("freeze");
        running.wait_until(SHOWS, || lent.is_frozen());
        let frozen = lent.is_frozen();
        fs::write(lent.file("cgroup.freeze"), "0").unwrap();
        assert!(!frozen);
        // A lab that has frozen itself is ended by this test.
        if !running.wait_until(Duration::ZERO, || false) {
            running.terminate();
        }
        assert!(running.wait_end().in_time);
    });
}

#[test]
fn a_lab_sets_nothing_in_the_group_of_version_1_that_it_was_started_in() {
    let pids = |end: &str| end.starts_with("cgroup ") && end.ends_with("pids");
    with_lent_in(pids, "set", |lent| {
        let ended = lent.begin("set").wait_end();
        ended.assert_printed();
        assert_eq!(lent.read("pids.max"), "max\n");
        let below = fs::read_dir(&lent.dir).unwrap().flatten();
        let below: Vec<_> = below.filter(|e| e.file_type().unwrap().is_dir()).collect();
        assert!(below.is_empty(), "{below:?}");
    });
}

#[test]
fn a_lab_makes_and_sets_nothing_in_the_group_that_it_was_started_in() {
    with_lent("make", |lent| {
        let ended = lent.begin("make").wait_end();
        ended.assert_printed();
        assert_eq!(lent.read("cgroup.max.descendants"), "max\n");
        assert_eq!(lent.read("cgroup.max.depth"), "max\n");
        let below = fs::read_dir(&lent.dir).unwrap().flatten();
        let below: Vec<_> = below.filter(|e| e.file_type().unwrap().is_dir()).collect();
        assert!(below.is_empty(), "{below:?}");
    });
}
