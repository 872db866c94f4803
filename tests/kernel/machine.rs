//! The state of the machine: everything that a lab host could have changed, read before and after a
//! test, so that the test can claim that nothing has changed.
//!
//! Other tests, other programs and the kernel itself change things meanwhile. Such changes are left
//! out, each with a reason, or waited for if they pass by themselves.

mod files;
mod groups;
mod kernel;
mod keys;
mod network;
mod processes;
mod seen;

use std::collections::BTreeMap;
use std::fs::File;
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};

/// How long leftovers of other tests may take to vanish.
const SETTLES: Duration = Duration::from_secs(20);
/// The lock that separates tests that change the machine from those that compare it.
const LOCK: &str = "/tmp/isolab-test-machine.lock";

/// Facts by name.
type Facts = BTreeMap<String, String>;

/// The state of the machine at one instant.
#[derive(Debug)]
pub(super) struct Machine {
    facts: Facts,
    files: files::Since,
    started: processes::Known,
    clock: i64,
}

impl Machine {
    pub(super) fn now() -> Self {
        Self {
            facts: facts(),
            files: files::Since::now(),
            started: processes::Known::now(),
            clock: kernel::clock(),
        }
    }

    /// The differences that stay: leftovers of other tests vanish by themselves.
    fn differences(&self, whole: bool) -> Facts {
        let end = Instant::now() + SETTLES;
        let mut found = self.look(whole);
        while !found.is_empty() && Instant::now() < end {
            wait_a_little();
            let again = self.look(whole);
            found.retain(|name, _| again.contains_key(name));
        }
        found
    }

    /// The present differences. /usr is searched only if `whole`, because it takes a second.
    fn look(&self, whole: bool) -> Facts {
        let mut found = compare(&self.facts, &facts());
        found.retain(|name, _| !groups::is_of_another(name, &self.facts));
        found.extend(self.files.changed(whole));
        found.extend(self.started.strangers());
        // A time service may adjust the clock, a little at a time.
        let ahead = kernel::clock() - self.clock;
        if ahead.abs() > 2 {
            found.insert("clock".to_owned(), format!("{ahead} seconds ahead"));
        }
        found
    }

    /// Panics if anything that is quick to read has changed.
    #[track_caller]
    pub(super) fn assert_same(&self, after: &str) {
        let found = self.differences(false);
        assert!(found.is_empty(), "after {after}: {found:#?}");
    }

    /// Panics if anything has changed.
    #[track_caller]
    pub(super) fn assert_whole(&self, after: &str) {
        let found = self.differences(true);
        assert!(found.is_empty(), "after {after}: {found:#?}");
    }
}

fn wait_a_little() {
    std::thread::sleep(Duration::from_millis(100));
}

fn facts() -> Facts {
    let mut facts = Facts::new();
    facts.extend(kernel::settings());
    facts.extend(kernel::mounts());
    facts.extend(kernel::shared_memory());
    facts.extend(kernel::room());
    facts.extend(network::all());
    facts.extend(groups::all());
    facts.extend(keys::all());
    facts
}

/// Each fact that has changed, with both values.
fn compare(before: &Facts, after: &Facts) -> Facts {
    let names: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let other = names.into_iter().filter_map(|name| {
        let (was, is) = (before.get(name), after.get(name));
        (was != is).then(|| (name.clone(), format!("{was:?} became {is:?}")))
    });
    other.collect()
}

/// Whether a path belongs to a test, or to an isolab that a test runs. Such paths come and go at
/// any time; other tests check that they go.
fn is_of_tests(path: &str) -> bool {
    path.contains("/isolab-") || path.contains("/.tmp")
}

/// Whether a user id is one that labs run with: of /etc/subuid, of isolab's own choice, or of an
/// ordinary user in a test.
fn is_of_a_lab(uid: u32) -> bool {
    uid >= 50_000 && uid != 65_534
}

/// Held shared by a test that compares the machine, exclusively by one that changes it.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// For tests that compare; many may hold it.
    pub(super) fn shared() -> Self {
        Self::take(FlockOperation::LockShared)
    }

    /// For tests that change what others compare, and change it back.
    pub(super) fn alone() -> Self {
        Self::take(FlockOperation::LockExclusive)
    }

    fn take(how: FlockOperation) -> Self {
        let file = File::options()
            .create(true)
            .append(true)
            .open(LOCK)
            .or_else(|_| File::open(LOCK));
        let file = file.unwrap();
        flock(&file, how).unwrap();
        Self { _file: file }
    }
}

/// The output of a program, if it exists and succeeds.
fn printed(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then_some(text)
}

#[test]
fn a_machine_on_which_nothing_happens_is_the_same() {
    let _lock = Lock::shared();
    Machine::now().assert_whole("nothing");
}

#[test]
fn what_is_changed_is_seen() {
    let _lock = Lock::shared();
    let before = Machine::now();
    let place = tempfile::Builder::new()
        .prefix("changed-")
        .tempdir_in("/dev/shm")
        .unwrap();
    let mut other = facts();
    other.insert("sysctl kernel/panic".to_owned(), "7".to_owned());
    assert!(!compare(&before.facts, &other).is_empty());
    let seen = before.files.changed(false);
    let name = place.path().display().to_string();
    assert!(seen.contains_key(&name), "{seen:?}");
}
