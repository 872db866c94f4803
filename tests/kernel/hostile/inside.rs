//! Runs a script of `tests/data/hostile` inside a lab host. What it must print is in the script
//! itself: the lines that begin with `#= `.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{NOBODY_IN_PARTICULAR, PROGRAM, family};
use crate::kernel::machine::{Lock, Machine};

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/hostile");
/// The name of the process by which a script shows that it is ready.
pub(super) const MARK: &str = "isolab-test-holds";
/// The longest time for an attack.
const LONGEST: Duration = Duration::from_secs(60);

/// A script, and how it is run.
#[derive(Debug)]
pub(super) struct Attack {
    name: String,
    text: String,
    uid: Option<u32>,
    first: Vec<Value>,
    needs: Value,
    under: Vec<String>,
    /// Whether the command it runs under changes to the other user.
    changes: bool,
    folder: TempDir,
}

impl Attack {
    /// A script of `SCRIPTS`, run by this test's user or by another one.
    pub(super) fn new(name: &str, uid: Option<u32>) -> Self {
        Self::of(&Path::new(SCRIPTS).join(name), uid)
    }

    /// A script at any path.
    pub(super) fn of(script: &Path, uid: Option<u32>) -> Self {
        let name = script.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(script).unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let attack = Self {
            name,
            text,
            uid,
            first: Vec::new(),
            needs: json!({}),
            under: Vec::new(),
            changes: false,
            folder,
        };
        if uid.is_some() {
            // A place where that user may read it, and could write it if that were allowed.
            copy_program(&attack.program());
            chown(attack.program(), uid, uid).unwrap();
        }
        attack
    }

    /// Sets a variable of the script.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.text = format!("{name}='{value}'\n{}", self.text);
        self
    }

    /// Adds an action before the script.
    pub(super) fn first(mut self, action: Value) -> Self {
        self.first.push(action);
        self
    }

    /// Sets the lab's `needs`.
    pub(super) fn needs(mut self, needs: Value) -> Self {
        self.needs = needs;
        self
    }

    /// Starts isolab through a command, which gets the command line as arguments.
    pub(super) fn under(mut self, command: &[&str]) -> Self {
        self.under = command.iter().map(|&word| word.to_owned()).collect();
        self
    }

    /// Leaves it to that command to change to the other user.
    pub(super) fn by_command(mut self) -> Self {
        self.changes = true;
        self
    }

    /// The program that is run: for another user a copy that this user owns.
    pub(super) fn program(&self) -> PathBuf {
        match self.uid {
            Some(_) => self.folder.path().join("isolab"),
            None => PROGRAM.into(),
        }
    }

    /// The home directory for the run, writable for everybody.
    pub(super) fn home(&self) -> &Path {
        self.folder.path()
    }

    fn lab(&self) -> Value {
        let write = json!({"write": {"path": "/lab/attack.sh", "text": self.text}});
        let exec = json!({"exec": {"program": ["bash", "/lab/attack.sh"]}});
        let check = json!([{"expect": "result.output.contains(\"over\")", "else": "Not over"}]);
        let last = json!({"id": "last", "title": "Last", "text": "It tries.",
            "do": [write, exec], "check": check});
        let mut steps = vec![last];
        if !self.first.is_empty() {
            let check = json!([{"expect": "result.outcome != \"\"", "else": "Nothing"}]);
            let first = json!({"id": "first", "title": "First", "text": "It begins.",
                "do": self.first, "check": check});
            steps.insert(0, first);
        }
        json!({"format": 1, "title": &self.name, "summary": "It tries.", "minutes": 1,
            "needs": self.needs, "steps": steps})
    }

    /// Starts the attack.
    pub(super) fn begin(self) -> Running {
        let lab = self.folder.path().join("90-attack.yaml");
        fs::write(&lab, self.lab().to_string()).unwrap();
        let output = self.folder.path().join("output");
        let file = fs::File::create(&output).unwrap();
        let mut line: Vec<OsString> = self.under.iter().map(OsString::from).collect();
        line.extend([
            self.program().into(),
            "run".into(),
            lab.into(),
            "--json".into(),
        ]);
        let mut command = Command::new(&line[0]);
        command.args(&line[1..]).env("HOME", self.folder.path());
        command.env("LC_ALL", "C.UTF-8").current_dir("/");
        command
            .stdin(Stdio::null())
            .stdout(file.try_clone().unwrap())
            .stderr(file);
        if let Some(uid) = self.uid.filter(|_| !self.changes) {
            command.uid(uid).gid(uid);
        }
        let child = command.spawn().unwrap();
        Running {
            attack: self,
            child,
        }
    }

    /// Runs the attack to its end.
    pub(super) fn run(self) -> Ended {
        self.begin().wait_end()
    }
}

/// An attack that is running.
#[derive(Debug)]
pub(super) struct Running {
    attack: Attack,
    child: Child,
}

impl Running {
    /// All descendants of the program.
    pub(super) fn family(&self) -> Vec<u32> {
        family::of(self.child.id())
    }

    /// Waits for the process by which the script shows that it is ready.
    pub(super) fn wait_mark(&mut self) -> u32 {
        let end = Instant::now() + LONGEST;
        loop {
            let mut family = self.family().into_iter();
            if let Some(pid) = family.find(|pid| family::is_called(*pid, MARK)) {
                return pid;
            }
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none() && Instant::now() < end, "{}", self.said());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Asks the program to end.
    pub(super) fn terminate(&self) {
        family::end(self.child.id());
    }

    fn said(&self) -> String {
        let bytes = fs::read(self.attack.folder.path().join("output")).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Waits until the program has ended or a condition holds; false if neither happens in time.
    pub(super) fn wait_until(&mut self, longest: Duration, is: impl Fn() -> bool) -> bool {
        let end = Instant::now() + longest;
        while Instant::now() < end && !is() {
            if self.child.try_wait().unwrap().is_some() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        is()
    }

    /// Waits for the end; an attack that does not end is killed with all its descendants.
    pub(super) fn wait_end(mut self) -> Ended {
        let ended = self.wait_until(LONGEST, || false);
        if !ended {
            let family = self.family();
            self.child.kill().unwrap();
            family.into_iter().for_each(family::kill);
        }
        let status = self.child.wait().unwrap();
        Ended {
            pid: self.child.id(),
            status,
            in_time: ended,
            said: self.said(),
            attack: self.attack,
        }
    }
}

/// An attack that has ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) pid: u32,
    status: ExitStatus,
    pub(super) in_time: bool,
    pub(super) said: String,
    pub(super) attack: Attack,
}

impl Ended {
    /// Whether the program itself was killed by a signal.
    pub(super) fn was_killed(&self) -> bool {
        self.status.signal().is_some()
    }

    /// The end of the program's output.
    pub(super) fn words(&self) -> String {
        let end: Vec<char> = self.said.chars().rev().take(400).collect();
        end.into_iter().rev().collect()
    }

    /// What the script printed.
    pub(super) fn printed(&self) -> String {
        let mut lines = self
            .said
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let last = lines.rfind(|line| line["step"] == "last");
        let done = last.map(|line| line["done"][1]["outcome"]["output"].clone());
        let text = done.as_ref().and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    }

    /// Panics unless the script printed what it says it must; false if the script found that it
    /// cannot be tried here.
    #[track_caller]
    pub(super) fn assert_printed(&self) -> bool {
        let printed = self.printed();
        if let Some(needs) = printed.strip_prefix("skipped: ") {
            crate::skip::skip(&self.attack.name, needs.trim());
            return false;
        }
        let expected = self
            .attack
            .text
            .lines()
            .filter_map(|line| line.strip_prefix("#= "));
        let expected: Vec<&str> = expected.chain(["over"]).collect();
        let printed: Vec<&str> = printed.lines().collect();
        let words = self.words();
        assert_eq!(printed, expected, "{}: {words}", self.attack.name);
        assert!(self.status.success(), "{}: {words}", self.attack.name);
        true
    }
}

/// Copies the program, with cp(1): a process that another test starts while this one has the copy
/// open for writing would make executing it fail (ETXTBSY).
pub(in crate::kernel) fn copy_program(to: &Path) {
    let copied = Command::new("cp").arg(PROGRAM).arg(to).status().unwrap();
    assert!(copied.success());
}

/// Runs a test as this user and, if that is root, as an ordinary user too; the machine must be the
/// same afterwards.
pub(super) fn for_each(test: impl Fn(Option<u32>)) {
    untouched(|| {
        test(None);
        if rustix::process::geteuid().is_root() {
            test(Some(NOBODY_IN_PARTICULAR));
        }
    });
}

/// Runs a test; the machine must be the same afterwards.
pub(super) fn untouched(test: impl FnOnce()) {
    let _lock = Lock::shared();
    let before = Machine::now();
    test();
    before.assert_whole("the attack");
}

/// Runs a script without changes.
pub(super) fn harmless(name: &str) {
    for_each(|uid| {
        Attack::new(name, uid).run().assert_printed();
    });
}
