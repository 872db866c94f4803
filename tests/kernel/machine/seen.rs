//! Checks that the comparison notices what it is for: one thing of each kind is left, and must be
//! reported.

use std::any::Any;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Facts, Lock, Machine, printed};
use crate::skip::{lacks, lacks_root, skip};

/// A group that a test makes as a lab's root would; dropping it removes it.
#[derive(Debug)]
struct Group(PathBuf);

impl Group {
    /// Makes the group; `None` if none can be made.
    fn new() -> Option<Self> {
        let trees = ["/sys/fs/cgroup/pids", "/sys/fs/cgroup"];
        let dirs = trees.map(|tree| Path::new(tree).join("tests-of-the-machine"));
        let made = dirs.into_iter().find(|dir| fs::create_dir(dir).is_ok())?;
        Some(Self(made))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.0);
    }
}

/// The differences after a change, which is undone afterwards.
fn seen(change: impl FnOnce() -> Option<Box<dyn Any>>) -> Option<Facts> {
    let _lock = Lock::alone();
    let before = Machine::now();
    let changed = change()?;
    let found = before.look(false);
    drop(changed);
    Some(found)
}

#[test]
fn a_group_that_is_left_is_seen() {
    let found = seen(|| {
        let group = Group::new()?;
        std::os::unix::fs::chown(&group.0, Some(54_321), None).ok()?;
        Some(Box::new(group))
    });
    match found {
        Some(found) => assert!(
            found
                .keys()
                .any(|name| name.ends_with("tests-of-the-machine")),
            "{found:?}"
        ),
        None => skip("a group that is left", "root"),
    }
}

#[test]
fn a_process_that_is_left_is_seen() {
    let found = seen(|| {
        // Its parent ends at once, which makes pid 1 its parent.
        let orphan = "unshare --user sleep 60 < /dev/null > /dev/null 2>&1 & echo $!";
        let pid = printed("bash", &["-c", orphan])?;
        Some(Box::new(Orphan(pid.trim().parse().ok()?)))
    });
    let found = found.unwrap();
    assert!(found.values().any(|what| what == "was left"), "{found:?}");
}

/// A process that a test started and nobody waits for.
#[derive(Debug)]
struct Orphan(u32);

impl Drop for Orphan {
    fn drop(&mut self) {
        crate::kernel::hostile::family::kill(self.0);
    }
}

#[test]
fn a_key_that_is_left_is_seen() {
    let found = seen(|| {
        let key = printed("keyctl", &["add", "user", "isolab-left", "a secret", "@u"])?;
        Some(Box::new(Key(key.trim().to_owned())))
    });
    match found {
        Some(found) => {
            let is_the_key = |value: &String| value.contains("isolab-left");
            let keys = fs::read_to_string("/proc/keys").unwrap();
            let who = fs::read_to_string("/proc/thread-self/status").unwrap();
            assert!(found.values().any(is_the_key), "{found:?}\n{keys}\n{who}");
        }
        None => skip("a key that is left", "keyctl"),
    }
}

/// A key in the user's keyring. One that is added to the session's goes with the process that
/// added it where there is no session yet, keyctl(1).
#[derive(Debug)]
struct Key(String);

impl Drop for Key {
    fn drop(&mut self) {
        let _ = printed("keyctl", &["unlink", &self.0, "@u"]);
    }
}

#[test]
fn a_link_that_is_left_is_seen() {
    let name = "a_link_that_is_left_is_seen";
    if lacks_root(name) || lacks(name, &["ip"]) {
        return;
    }
    let found = seen(|| {
        let mut add = Command::new("ip");
        // Of a type that labs need too: a small kernel may have no other.
        add.args(["link", "add", "isolab-left", "type", "veth"]);
        let added = add.output().unwrap();
        assert!(added.status.success(), "{added:?}");
        Some(Box::new(Link))
    });
    let found = found.unwrap();
    assert!(found.contains_key("ip -d -j link"), "{found:?}");
}

/// A link of the machine's own network.
#[derive(Debug)]
struct Link;

impl Drop for Link {
    fn drop(&mut self) {
        let _ = printed("ip", &["link", "delete", "isolab-left"]);
    }
}
