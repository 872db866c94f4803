//! Started with sudo, the program reads and makes the files of the person with the
//! person's rights, and leaves nothing of root's among them.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::skip::lacks_root;

const ISOLAB: &str = env!("CARGO_BIN_EXE_isolab");
/// The user who calls sudo.
const LEARNER: u32 = 54_321;

/// A machine with one more user: a folder with their home, and a file of root's.
struct Machine(tempfile::TempDir);

impl Machine {
    /// `None` where the test does not run as root.
    fn new() -> Option<Self> {
        if lacks_root("root works for a person") {
            return None;
        }
        let machine = Self(tempfile::tempdir().unwrap());
        let mode = |mode| std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(machine.path(""), mode(0o755)).unwrap();
        let home = machine.path("home");
        std::fs::create_dir(&home).unwrap();
        chown(&home, Some(LEARNER), Some(LEARNER)).unwrap();
        let users = format!(
            "root:x:0:0::/root:/bin/sh\nlearner:x:{LEARNER}:{LEARNER}::{}:/bin/sh\n",
            home.display()
        );
        std::fs::write(machine.path("passwd"), users).unwrap();
        // The person may not read what root's group may read.
        let secret = machine.path("secret.yaml");
        std::fs::write(&secret, "root:hunter2:1\nbin:hunter2:2\n").unwrap();
        std::fs::set_permissions(secret, mode(0o640)).unwrap();
        Some(machine)
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// Makes a file of the person's.
    fn file(&self, path: &str, text: &str) -> PathBuf {
        let path = self.path(path);
        self.act(&format!("mkdir -p {}", path.parent().unwrap().display()));
        std::fs::write(&path, text).unwrap();
        chown(&path, Some(LEARNER), Some(LEARNER)).unwrap();
        path
    }

    /// Runs a line as the person.
    fn act(&self, line: &str) {
        let ids = [format!("--reuid={LEARNER}"), format!("--regid={LEARNER}")];
        let mut done = Command::new("setpriv");
        done.args(ids).args(["--clear-groups", "sh", "-c", line]);
        let done = done.current_dir(self.path("home")).status().unwrap();
        assert!(done.success(), "{line}");
    }

    /// Runs `sudo isolab` at home, where it must not wait for anything.
    fn sudo(&self, words: &[&str]) -> Output {
        let line = format!(
            "mount --bind {} /etc/passwd && cd {} && exec timeout 60 {ISOLAB} \"$@\"",
            self.path("passwd").display(),
            self.path("home").display()
        );
        let mut command = Command::new("unshare");
        command.args(["-m", "sh", "-c", &line, "sh"]).args(words);
        for name in ["XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
            command.env_remove(name);
        }
        command.env("SUDO_UID", LEARNER.to_string());
        command.env("SUDO_GID", LEARNER.to_string());
        command.env("LC_ALL", "C.UTF-8").env("HOME", "/root");
        command.stdin(std::process::Stdio::null()).output().unwrap()
    }

    /// Asserts that a command is refused and tells nothing of the secret.
    fn refused(&self, words: &[&str]) {
        let done = self.sudo(words);
        let said = said(&done);
        assert!(said.contains("Permission denied"), "{words:?}: {said}");
        assert!(!said.contains("hunter2"), "{words:?}: {said}");
    }
}

fn said(done: &Output) -> String {
    String::from_utf8_lossy(&[&done.stdout[..], &done.stderr].concat()).into_owned()
}

/// Everything below a folder that is not the person's.
fn strange(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let meta = entry.metadata().unwrap();
        if (meta.uid(), meta.gid()) != (LEARNER, LEARNER) {
            found.push(entry.path());
        }
        if meta.is_dir() {
            found.extend(strange(&entry.path()));
        }
    }
    found
}

#[test]
fn what_the_person_may_not_read_is_not_read_for_them() {
    let Some(machine) = Machine::new() else {
        return;
    };
    let secret = machine.path("secret.yaml").display().to_string();
    machine.act(&format!("ln -s {secret} link.yaml"));
    for words in [
        &["lint", &secret][..],
        &["lint", "link.yaml"],
        &["run", &secret],
        &["test", &secret],
        &["play", "--plain", &secret],
        &["translate", &secret, "de"],
        &["export", &secret, "--to", "md"],
        &["replay", &secret],
        &["report", &secret],
        &["run", "20", "--image", &secret],
    ] {
        machine.refused(words);
    }
    machine.act(&format!(
        "mkdir -p .config/isolab && ln -s {secret} .config/isolab/settings.yaml"
    ));
    machine.refused(&["play", "--plain", "4"]);
}

#[test]
fn of_a_person_whom_passwd_does_not_know_the_ids_count_alone() {
    let Some(machine) = Machine::new() else {
        return;
    };
    // A user whom only a directory service knows, which a statically linked program cannot ask.
    std::fs::write(machine.path("passwd"), "root:x:0:0::/root:/bin/sh\n").unwrap();
    let secret = machine.path("secret.yaml").display().to_string();
    machine.refused(&["lint", &secret]);
    machine.refused(&["run", &secret]);
    let done = machine.sudo(&["play", "--plain", "4", "--journal", "journal"]);
    assert!(done.status.success(), "{}", said(&done));
    assert_eq!(strange(&machine.path("home")), Vec::<PathBuf>::new());
    assert!(machine.path("home/journal").exists());
}

#[test]
fn what_is_made_is_the_persons_and_nothing_is_made_elsewhere() {
    let Some(machine) = Machine::new() else {
        return;
    };
    for words in [
        &["new", "mine"][..],
        &["man", "pages"],
        &["export", "4", "--to", "sh", "--out", "script.sh"],
        &["play", "--plain", "4", "--journal", "journal"],
        &["progress"],
    ] {
        let done = machine.sudo(words);
        assert!(done.status.success(), "{words:?}: {}", said(&done));
    }
    let home = machine.path("home");
    for made in ["mine.yaml", "pages/isolab.1", "script.sh", "journal"] {
        assert!(home.join(made).exists(), "{made}");
    }
    assert!(home.join(".local/state/isolab/progress.sqlite3").exists());
    assert_eq!(strange(&home), Vec::<PathBuf>::new());
    let elsewhere = machine.path("made").display().to_string();
    for words in [
        &["man", &elsewhere][..],
        &["export", "4", "--to", "sh", "--out", &elsewhere],
        &["play", "--plain", "4", "--journal", &elsewhere],
    ] {
        machine.refused(words);
        assert!(!Path::new(&elsewhere).exists(), "{words:?}");
    }
}

#[test]
fn the_labs_and_settings_of_the_person_count() {
    let Some(machine) = Machine::new() else {
        return;
    };
    let lab = include_str!("../../assets/new.yaml").replace("TITLE", "Mine alone");
    machine.file("home/.local/share/isolab/labs/99-mine.yaml", &lab);
    machine.file("home/.config/isolab/settings.yaml", "language: zh-CN\n");
    let listed = said(&machine.sudo(&["list"]));
    assert!(listed.contains("Mine alone"), "{listed}");
    assert!(listed.contains("分钟"), "{listed}");
}

#[test]
fn a_pipe_in_the_place_of_a_file_is_refused_in_words() {
    let Some(machine) = Machine::new() else {
        return;
    };
    machine.act("mkdir -p .config/isolab && mkfifo .config/isolab/settings.yaml pipe.yaml");
    let told = said(&machine.sudo(&["play", "--plain", "4"]));
    assert!(told.contains("it is no plain file"), "{told}");
    for words in [
        &["lint", "pipe.yaml"][..],
        &["replay", "pipe.yaml"],
        &["report", "pipe.yaml"],
        &["export", "pipe.yaml", "--to", "md"],
        &["run", "20", "--image", "pipe.yaml"],
    ] {
        let done = machine.sudo(words);
        let status = done.status.code();
        assert!(matches!(status, Some(1..=4)), "{words:?}: {}", said(&done));
    }
    // A file that was never meant as settings is not printed line by line.
    let text = "a line of something else\n".repeat(10_000);
    machine.act("rm .config/isolab/settings.yaml");
    machine.file("home/.config/isolab/settings.yaml", &text);
    let told = said(&machine.sudo(&["play", "--plain", "4"]));
    assert!(told.contains("more than 64 KiB"), "{told}");
    let text = format!("{}: 1\n", "k".repeat(900));
    machine.file("home/.config/isolab/settings.yaml", &text);
    let told = said(&machine.sudo(&["play", "--plain", "4"]));
    assert!(told.contains("kkkkk…"), "{told}");
    assert!(!told.contains(&"k".repeat(300)), "{told}");
}
