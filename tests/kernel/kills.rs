//! A process of a run is killed, any one at any time: nothing is left of the run, or, if a keeper
//! was killed, nothing after the program's next start.
//!
//! `ISOLAB_KILLS` is the number of kills; `ISOLAB_SEED` repeats a printed run.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::group::of_name;
use super::hostile::family;
use super::hostile::inside::copy_program;

/// A user id that belongs to nobody.
const SOMEBODY: u32 = 54_323;
/// Short labs, with and without groups, networks, overlays.
const LABS: [&str; 6] = ["01", "04", "09", "12", "15", "19"];
/// How long a run, and then the removal of its leftovers, may take.
const ENDS: Duration = Duration::from_secs(60);
/// How long a run may go on after a kill.
const GOES_ON: Duration = Duration::from_secs(1);
/// The latest time of a kill, in milliseconds.
const LATEST: u64 = 400;

/// The role of a process in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Program,
    Launcher,
    Init,
    Worker,
    Keeper,
    Shell,
}

const ROLES: [Role; 6] = [
    Role::Program,
    Role::Launcher,
    Role::Init,
    Role::Worker,
    Role::Keeper,
    Role::Shell,
];

impl Role {
    /// The role of a process that the program started.
    fn of(pid: u32) -> Self {
        let line = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
        let is_ours = line.starts_with("isolab-");
        match (family::is_inside(pid), is_ours) {
            _ if line.starts_with("isolab-keeper") => Self::Keeper,
            (true, true) if family::is_first(pid) => Self::Init,
            (true, true) => Self::Worker,
            (true, false) if name.trim() == "init" => Self::Worker,
            (true, false) => Self::Shell,
            (false, _) => Self::Launcher,
        }
    }
}

/// Random numbers that are the same for the same seed (xorshift64*).
struct Chance(u64);

impl Chance {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % below
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.next(all.len() as u64)).unwrap()]
    }
}

/// A kill to make.
#[derive(Debug)]
struct Kill {
    lab: &'static str,
    uid: Option<u32>,
    role: Role,
    at: Duration,
}

impl Kill {
    fn by_chance(chance: &mut Chance) -> Self {
        let is_root = rustix::process::geteuid().is_root();
        let other = chance.next(2) == 1 && is_root;
        Self {
            lab: chance.of(&LABS),
            uid: other.then_some(SOMEBODY),
            role: chance.of(&ROLES),
            at: Duration::from_millis(chance.next(LATEST)),
        }
    }
}

/// A home for the runs, and a copy of the program that every user may read.
struct Place(tempfile::TempDir);

impl Place {
    fn make() -> Self {
        let place = tempfile::tempdir().unwrap();
        let open = |path: &Path| {
            let all = fs::Permissions::from_mode(0o777);
            fs::set_permissions(path, all).unwrap();
        };
        open(place.path());
        copy_program(&place.path().join("isolab"));
        for home in ["root", "user"] {
            fs::create_dir(place.path().join(home)).unwrap();
            open(&place.path().join(home));
        }
        Self(place)
    }

    fn start(&self, lab: &str, uid: Option<u32>) -> Child {
        let home = if uid.is_some() { "user" } else { "root" };
        let mut command = Command::new(self.0.path().join("isolab"));
        command.args(["run", lab]).current_dir("/");
        command.env("HOME", self.0.path().join(home));
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if let Some(uid) = uid {
            command.uid(uid).gid(uid);
        }
        command.spawn().unwrap()
    }
}

/// A process, by its pid and start time.
type Id = (u32, String);

fn id(pid: u32) -> Option<Id> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    let words: Vec<&str> = rest.split_whitespace().collect();
    // A zombie does not count: its parent has yet to reap it.
    (words.first() != Some(&"Z")).then(|| (pid, words[19].to_owned()))
}

/// What is left of a run: those of its processes in `seen`, directories, mounts.
fn left_of(program: u32, seen: &[Id]) -> Vec<String> {
    let name = format!("isolab-{program}-");
    let groups = of_name(&name).into_iter();
    let scratch = fs::read_dir("/var/tmp")
        .unwrap()
        .flatten()
        .map(|e| e.path());
    let is_its = |path: &PathBuf| {
        path.file_name()
            .unwrap()
            .to_string_lossy()
            .starts_with(&name)
    };
    let dirs = groups.chain(scratch.filter(is_its));
    let mut left: Vec<String> = dirs.map(|dir| dir.display().to_string()).collect();
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
    left.extend(
        mounts
            .lines()
            .filter(|line| line.contains(&name))
            .map(str::to_owned),
    );
    let lives = seen
        .iter()
        .filter(|(pid, _)| id(*pid).is_some_and(|now| seen.contains(&now)));
    left.extend(lives.map(|process| format!("{process:?} {:?}", Role::of(process.0))));
    left
}

fn wait_until(is: impl Fn() -> bool) {
    let end = Instant::now() + ENDS;
    while !is() && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn wait_end(child: &mut Child, longest: Duration) -> bool {
    let end = Instant::now() + longest;
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > end {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    true
}

/// Waits a short time for a process with this role.
fn wait_victim(child: &mut Child, role: Role) -> Option<u32> {
    let end = Instant::now() + Duration::from_millis(LATEST);
    while role != Role::Program && child.try_wait().unwrap().is_none() && Instant::now() < end {
        let mut family = family::of(child.id()).into_iter();
        if let Some(pid) = family.find(|pid| Role::of(*pid) == role) {
            return Some(pid);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    None
}

/// Makes a kill and returns the role of the killed process: that of the program if there was no
/// other at the time.
fn kill(place: &Place, kill: &Kill) -> Result<Role, String> {
    let mut child = place.start(kill.lab, kill.uid);
    let at = Instant::now() + kill.at;
    wait_until(|| Instant::now() > at);
    let program = child.id();
    let victim = wait_victim(&mut child, kill.role);
    let mut seen: Vec<Id> = family::of(program).into_iter().filter_map(id).collect();
    let role = victim.map_or(Role::Program, |_| kill.role);
    family::kill(victim.unwrap_or(program));
    seen.extend(family::of(program).into_iter().filter_map(id));
    // A long lab need not be played to its end.
    if !wait_end(&mut child, GOES_ON) {
        family::end(program);
    }
    if !wait_end(&mut child, ENDS) {
        child.kill().unwrap();
        child.wait().unwrap();
        return Err("the program did not end".to_owned());
    }
    // The next start removes what the killed keeper could not.
    if role == Role::Keeper && !place.start("01", kill.uid).wait().unwrap().success() {
        return Err("it does not start again".to_owned());
    }
    wait_until(|| left_of(program, &seen).is_empty());
    let left = left_of(program, &seen);
    if left.is_empty() {
        Ok(role)
    } else {
        Err(format!("{left:#?} is left"))
    }
}

/// A number in an environment variable.
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
#[allow(clippy::print_stdout, reason = "by its seed a failure is repeated")]
fn whatever_is_killed_nothing_is_left_in_the_end() {
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let seed = number("ISOLAB_SEED").unwrap_or(time.as_secs());
    println!("ISOLAB_SEED={seed}");
    // A state of 0 would stay 0.
    let mut chance = Chance(seed.wrapping_mul(2) + 1);
    let place = Place::make();
    let mut made = Vec::new();
    for number in 0..number("ISOLAB_KILLS").unwrap_or(30) {
        let next = Kill::by_chance(&mut chance);
        let role = kill(&place, &next);
        let role =
            role.unwrap_or_else(|e| panic!("ISOLAB_SEED={seed}, kill {number}: {next:?}: {e}"));
        made.push(role);
    }
    let count = |role: &Role| made.iter().filter(|made| *made == role).count();
    let counts: Vec<String> = ROLES
        .iter()
        .map(|role| format!("{role:?} {}", count(role)))
        .collect();
    println!("killed: {}", counts.join(", "));
}
