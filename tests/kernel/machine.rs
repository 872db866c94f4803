//! What the machine is: all that a lab host could have changed of it, read before
//! and after, so that a test can say that nothing is different.
//!
//! Other tests, other programs and the kernel itself change things meanwhile. What
//! they do is left out, each with its reason, and what passes by itself is waited for.

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

/// How long what other tests leave may take to pass.
const SETTLES: Duration = Duration::from_secs(20);
/// What holds tests that change the machine apart from those that look at it.
const LOCK: &str = "/tmp/isolab-test-machine.lock";

/// Facts by their names.
type Facts = BTreeMap<String, String>;

/// The machine at one instant.
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

    /// All that is different and stays so: what other tests leave passes by itself.
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

    /// All that is different now. What is below /usr is looked through only if the
    /// whole is asked for: it takes a second.
    fn look(&self, whole: bool) -> Facts {
        let mut found = compare(&self.facts, &facts());
        found.retain(|name, _| !groups::is_of_another(name, &self.facts));
        found.extend(self.files.changed(whole));
        found.extend(self.started.strangers());
        // The clock may be set right by those whose task it is, a little at a time.
        let ahead = kernel::clock() - self.clock;
        if ahead.abs() > 2 {
            found.insert("clock".to_owned(), format!("{ahead} seconds ahead"));
        }
        found
    }

    /// Panics if anything that is quickly read is different.
    #[track_caller]
    pub(super) fn assert_same(&self, after: &str) {
        let found = self.differences(false);
        assert!(found.is_empty(), "after {after}: {found:#?}");
    }

    /// Panics if anything at all is different.
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

/// Each fact that is another, with both values.
fn compare(before: &Facts, after: &Facts) -> Facts {
    let names: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let other = names.into_iter().filter_map(|name| {
        let (was, is) = (before.get(name), after.get(name));
        (was != is).then(|| (name.clone(), format!("{was:?} became {is:?}")))
    });
    other.collect()
}

/// Whether a path was made by a test, or by an isolab that a test runs: such names
/// come and go at any time, and tests of their own see to it that they go.
fn is_of_tests(path: &str) -> bool {
    path.contains("/isolab-") || path.contains("/.tmp")
}

/// The ids that labs run with: those of /etc/subuid or of our own choice, and those
/// of the tests' ordinary users.
fn is_of_a_lab(uid: u32) -> bool {
    uid >= 50_000 && uid != 65_534
}

/// Held by a test that looks at the machine, or alone by one that changes it.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// For tests that compare; many at once.
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

/// What a program prints, if it is there and succeeds.
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
