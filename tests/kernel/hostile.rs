//! Labs that try to harm the machine (`tests/data/labs/hostile`, one file per kind of harm), and
//! scripts that do (`tests/data/hostile`): every attempt is refused, nothing outside changes, and
//! nothing of them is left.

mod any;
mod crash;
mod descriptors;
mod devices;
mod ends;
pub(super) mod family;
mod group;
pub(super) mod inside;
mod keyring;
mod limits;
mod person;
mod program;
mod socket;
mod usr;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::machine::{Lock, Machine};

const PROGRAM: &str = env!("CARGO_BIN_EXE_isolab");
const LABS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/labs/hostile");
/// A user id that belongs to nobody.
const NOBODY_IN_PARTICULAR: u32 = 54_321;
/// Runs a lab, for a limited time.
fn run(program: &Path, lab: &Path, uid: Option<u32>) -> (Option<i32>, String) {
    let home = tempfile::tempdir().unwrap();
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let output = home.path().join("output");
    let file = fs::File::create(&output).unwrap();
    let mut command = Command::new(program);
    command.arg("run").arg(lab).env("HOME", home.path());
    command.env("LC_ALL", "C.UTF-8");
    command
        .stdin(Stdio::null())
        .stdout(file.try_clone().unwrap())
        .stderr(file);
    if let Some(uid) = uid {
        command.uid(uid).gid(uid);
    }
    let mut child = command.spawn().unwrap();
    let end = Instant::now() + Duration::from_secs(60);
    let status = wait_end(&mut child, end);
    // The output may contain bytes that are no text: labs try that too.
    let said = String::from_utf8_lossy(&fs::read(&output).unwrap()).into_owned();
    (status, said)
}

fn wait_end(child: &mut Child, end: Instant) -> Option<i32> {
    while Instant::now() < end {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    None
}

/// A process of the same user that labs must not reach.
struct Victim(Child);

impl Victim {
    fn start(uid: Option<u32>) -> Self {
        let mut victim = Command::new("sleep");
        victim
            .arg("1000")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if let Some(uid) = uid {
            victim.uid(uid).gid(uid);
        }
        Self(victim.spawn().unwrap())
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Plays every lab, and compares the machine with what it was before.
fn harmless(uid: Option<u32>) {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    // A place where the other user may read it, and could write it if that were allowed.
    let program = folder.path().join("isolab");
    inside::copy_program(&program);
    if let Some(uid) = uid {
        std::os::unix::fs::chown(&program, Some(uid), Some(uid)).unwrap();
    }
    let _lock = Lock::shared();
    let before = Machine::now();
    let bytes = fs::metadata(&program).unwrap().len();
    let mut victim = Victim::start(uid);
    let mut labs: Vec<_> = fs::read_dir(LABS)
        .unwrap()
        .map(|lab| lab.unwrap().path())
        .collect();
    labs.sort();
    assert!(labs.len() > 10);
    for lab in labs {
        let copy = folder.path().join(lab.file_name().unwrap());
        fs::copy(&lab, &copy).unwrap();
        let (status, said) = run(&program, &copy, uid);
        // The end of the output tells what failed.
        let tail: Vec<&str> = said.lines().rev().take(8).collect();
        assert_eq!(status, Some(0), "{}: {tail:#?}", lab.display());
        before.assert_same(&lab.display().to_string());
        assert!(victim.0.try_wait().unwrap().is_none(), "{}", lab.display());
        assert_eq!(fs::metadata(&program).unwrap().len(), bytes);
    }
    before.assert_whole("all labs");
}

#[test]
fn no_lab_harms_the_machine() {
    harmless(None);
}

#[test]
fn no_lab_of_an_ordinary_user_harms_the_machine() {
    if rustix::process::geteuid().is_root() {
        harmless(Some(NOBODY_IN_PARTICULAR));
    }
}
