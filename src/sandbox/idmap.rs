//! Which ids of the machine the lab host gets, `user_namespaces(7)`.
//!
//! Started by root: a range that `/etc/subuid` gives to nobody, never root's own id, so that files
//! and sysctls of uid 0 stay out of reach. Started by an ordinary user: the user's own id as 0, and
//! the user's range of `/etc/subuid` if `newuidmap` is there to map it.

use std::os::unix::fs::MetadataExt as _;
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::sys::{Code, SysError, exec, file, identity};
use crate::word;

/// How many ids a lab host gets: all that fit into 16 bits.
const COUNT: u32 = 65_536;
/// Where the search for a free range begins.
const FIRST: u32 = 100_000;

/// One line of a map: first id inside, first id outside, how many.
type Line = (u32, u32, u32);

/// Root's own id as the lab host's root.
const OWN: Line = (0, 0, 1);

/// The id maps of a lab host, and how they are written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Plan {
    uid: Vec<Line>,
    gid: Vec<Line>,
    writer: Writer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Writer {
    /// This process is privileged and writes the files itself.
    Root,
    /// Only the user's own id: setgroups(2) must be denied first (`user_namespaces(7)`).
    Own,
    /// The setuid programs newuidmap(1) and newgidmap(1).
    Tools,
}

/// The ids that this process can give to a lab host.
pub(super) fn plan() -> Plan {
    let (uid, gid) = identity::effective();
    if uid == 0 {
        return of_root(free("uid"), free("gid"));
    }
    let ranges = subordinate("/etc/subuid", uid).zip(subordinate("/etc/subgid", uid));
    match ranges.filter(|_| gives_ids("newuidmap") && gives_ids("newgidmap")) {
        Some((u, g)) => Plan {
            uid: vec![(0, uid, 1), (1, u.0, u.1)],
            gid: vec![(0, gid, 1), (1, g.0, g.1)],
            writer: Writer::Tools,
        },
        None => own(uid, gid),
    }
}

/// Root gives a free range. In a user namespace without one it maps its own id, as an ordinary user
/// with a single id does.
fn of_root(uid: Option<Line>, gid: Option<Line>) -> Plan {
    if uid.is_none() && gid.is_none() {
        return own(0, 0);
    }
    Plan {
        uid: vec![uid.unwrap_or(OWN)],
        gid: vec![gid.unwrap_or(OWN)],
        writer: Writer::Root,
    }
}

/// The machine's ids of the lab host's root, if root gave it a range.
pub(super) fn root(plan: &Plan) -> Option<Ids> {
    let (uid, gid) = (plan.uid.first()?.1, plan.gid.first()?.1);
    (plan.writer == Writer::Root).then_some(Ids { uid, gid })
}

/// The ids of a user and of a group on the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ids {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

fn own(uid: u32, gid: u32) -> Plan {
    Plan {
        uid: vec![(0, uid, 1)],
        gid: vec![(0, gid, 1)],
        writer: Writer::Own,
    }
}

/// Whether the lab host keeps the caller's supplementary groups: with a single id the kernel lets
/// nobody drop them in a user namespace (`user_namespaces(7)`, `/proc/PID/setgroups`).
pub(super) fn keeps_groups(plan: &Plan) -> bool {
    plan.writer == Writer::Own
}

/// The same ids mapped to themselves, for a user namespace around the lab host's own, which then
/// shows the plan unchanged. The caller's own id is added: without it the caller could make no
/// files there (EOVERFLOW, mkdir(2)).
pub(super) fn around(plan: &Plan) -> Plan {
    let (uid, gid) = identity::effective();
    Plan {
        uid: same(&plan.uid, uid),
        gid: same(&plan.gid, gid),
        writer: plan.writer,
    }
}

fn same(lines: &[Line], own: u32) -> Vec<Line> {
    let lines = lines.iter();
    let mut same: Vec<Line> = lines
        .map(|(_, first, count)| (*first, *first, *count))
        .collect();
    let is_in = |(first, _, count): &Line| (*first..first.saturating_add(*count)).contains(&own);
    if !same.iter().any(is_in) {
        same.push((own, own, 1));
    }
    same
}

/// Writes the maps of a process in a new user namespace. `newuidmap` may refuse what the files
/// promise.
pub(super) fn write(plan: &Plan, pid: i64) -> Result<(), SysError> {
    match plan.writer {
        Writer::Tools => {
            run_tool("newuidmap", pid, &plan.uid)?;
            run_tool("newgidmap", pid, &plan.gid)
        }
        Writer::Own => {
            file::write_once(&format!("/proc/{pid}/setgroups"), "deny")?;
            write_files(plan, pid)
        }
        Writer::Root => write_files(plan, pid),
    }
}

/// Writes the map files, for a caller with all rights over these ids.
pub(super) fn write_files(plan: &Plan, pid: i64) -> Result<(), SysError> {
    file::write_once(&format!("/proc/{pid}/uid_map"), &text(&plan.uid))?;
    file::write_once(&format!("/proc/{pid}/gid_map"), &text(&plan.gid))
}

/// The plan to try after a refused one: the user's own id, which is always allowed.
pub(super) fn instead(plan: &Plan) -> Option<Plan> {
    let (uid, gid) = identity::effective();
    (plan.writer == Writer::Tools).then(|| own(uid, gid))
}

fn text(lines: &[Line]) -> String {
    let line = |(inside, outside, count): &Line| format!("{inside} {outside} {count}\n");
    lines.iter().map(line).collect::<Vec<_>>().concat()
}

fn run_tool(name: &'static str, pid: i64, lines: &[Line]) -> Result<(), SysError> {
    let refused = |code: i32| SysError::new(name, pid.to_string(), Code(code));
    let path = tool(name).ok_or_else(|| refused(nix::libc::ENOENT))?;
    let mut command = Command::new(path);
    command.arg(pid.to_string());
    for (inside, outside, count) in lines {
        command.args([inside, outside, count].map(u32::to_string));
    }
    match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        _ => Err(refused(nix::libc::EPERM)),
    }
}

/// Whether an installed program has the right to map ids, by set-user-id or by file capabilities
/// (capabilities(7)). Neither counts where this process gains nothing by execve(2).
fn gives_ids(name: &str) -> bool {
    let Some(path) = tool(name).filter(|path| exec::gains_by(path)) else {
        return false;
    };
    let path = std::path::Path::new(&path);
    let mode = path.metadata().map_or(0, |found| found.mode());
    mode & nix::libc::S_ISUID != 0 || file::xattr(path, "security.capability").is_ok()
}

fn tool(name: &str) -> Option<String> {
    let dirs = ["/usr/bin", "/bin", "/usr/local/bin", "/run/wrappers/bin"];
    dirs.iter()
        .map(|dir| format!("{dir}/{name}"))
        .find(|p| std::path::Path::new(p).exists())
}

/// The first range of the machine's ids that `/etc/sub{uid,gid}` gives to nobody and that this
/// process's own user namespace has; in a small namespace its upper half; `None` if it has but uid
/// 0.
fn free(kind: &str) -> Option<Line> {
    let taken = ranges(&std::fs::read_to_string(format!("/etc/sub{kind}")).unwrap_or_default());
    let map = std::fs::read_to_string(format!("/proc/self/{kind}_map")).unwrap_or_default();
    choose(&taken, &extents(&map))
}

fn choose(taken: &[(u32, u32)], have: &[(u32, u32)]) -> Option<Line> {
    let is_free = |start: u32| {
        taken
            .iter()
            .all(|(s, n)| start >= s.saturating_add(*n) || start + COUNT <= *s)
    };
    let have = joined(have);
    let fits = |start: u32| {
        have.iter()
            .any(|(s, n)| start >= *s && start + COUNT - 1 <= s + (n - 1))
    };
    let start = (0..1000)
        .map(|i| FIRST + i * COUNT)
        .find(|start| is_free(*start) && fits(*start));
    if let Some(start) = start {
        return Some((0, start, COUNT));
    }
    // A container with few ids: the upper half of its longest extent, never its root's id.
    let halves = have.iter().map(|(s, n)| match (s, n) {
        (0, n) => (n / 2 + n % 2, n / 2),
        (s, 1) => (*s, 1),
        (s, n) => (s + n / 2, n - n / 2),
    });
    let most = halves.max_by_key(|(_, n)| *n).filter(|(_, n)| *n > 0);
    most.map(|(start, count)| (0, start, count))
}

/// Joins extents that follow each other.
fn joined(have: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut sorted = have.to_vec();
    sorted.sort_unstable();
    let mut all: Vec<(u32, u32)> = Vec::new();
    for (start, count) in sorted {
        match all.last_mut() {
            Some((s, n)) if s.checked_add(*n) == Some(start) => *n += count,
            _ => all.push((start, count)),
        }
    }
    all
}

/// `first, count` of each extent of this process's own id map, in ids of its own user namespace.
fn extents(map: &str) -> Vec<(u32, u32)> {
    let line = |line: &str| {
        let numbers: Vec<u32> = line
            .split_ascii_whitespace()
            .filter_map(|n| n.parse().ok())
            .collect();
        Some((*numbers.first()?, *numbers.get(2)?))
    };
    map.lines()
        .filter_map(line)
        .filter(|(_, count)| *count > 0)
        .collect()
}

/// `first, count` of each line `name:first:count`, subuid(5).
fn ranges(text: &str) -> Vec<(u32, u32)> {
    text.lines()
        .filter_map(|line| range(line).map(|(_, range)| range))
        .collect()
}

fn range(line: &str) -> Option<(&str, (u32, u32))> {
    let mut fields = line.trim().split(':');
    let name = fields.next()?;
    Some((
        name,
        (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?),
    ))
}

/// The first range that a file gives to a user, listed by name or number.
fn subordinate(path: &str, uid: u32) -> Option<(u32, u32)> {
    let text = std::fs::read_to_string(path).ok()?;
    let user = user_name(uid).unwrap_or_default();
    let number = uid.to_string();
    let found = text
        .lines()
        .filter_map(range)
        .find(|(name, _)| *name == user || *name == number);
    found.map(|(_, (first, count))| (first, count.min(COUNT - 1)))
}

fn user_name(uid: u32) -> Option<String> {
    let user = nix::unistd::User::from_uid(nix::unistd::Uid::from_raw(uid)).ok()??;
    Some(user.name)
}

/// In words, for the doctor and the catalogue: how ids are given on this machine.
pub fn in_words() -> String {
    let plan = plan();
    let (uid, count) = plan.uid.last().map_or((0, 0), |line| (line.1, line.2));
    match plan.writer {
        Writer::Root => word!("ids-root", uid = uid, count = count),
        Writer::Tools => word!("ids-tools", uid = uid, count = count),
        Writer::Own => word!("ids-own", uid = uid),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: (u32, u32) = (0, u32::MAX);

    #[test]
    fn a_range_that_is_taken_is_passed_over() {
        let chosen = |taken| choose(taken, &[ALL]);
        assert_eq!(chosen(&[]), Some((0, 100_000, 65_536)));
        assert_eq!(chosen(&[(100_000, 65_536)]), Some((0, 165_536, 65_536)));
        assert_eq!(chosen(&[(90_000, 20_000)]), Some((0, 165_536, 65_536)));
    }

    #[test]
    fn a_small_namespace_lends_its_upper_half() {
        assert_eq!(choose(&[], &[(0, 65_536)]), Some((0, 32_768, 32_768)));
        // As podman maps ids: root, and a range that follows at once.
        let podman = [(0, 1), (1, 65_536)];
        assert_eq!(choose(&[], &podman), Some((0, 32_769, 32_768)));
    }

    #[test]
    fn no_id_is_lent_that_is_not_there() {
        assert_eq!(choose(&[], &[(0, 2)]), Some((0, 1, 1)));
        assert_eq!(choose(&[], &[(0, 1)]), None);
        assert_eq!(choose(&[], &[(0, 1), (1000, 1)]), Some((0, 1000, 1)));
        assert_eq!(choose(&[], &[(0, 1), (7, 5)]), Some((0, 9, 3)));
        assert_eq!(choose(&[], &[]), None);
        assert_eq!(of_root(None, None).writer, Writer::Own);
        let half = of_root(Some((0, 9, 3)), None);
        assert_eq!((half.uid, half.gid), (vec![(0, 9, 3)], vec![OWN]));
        assert_eq!(half.writer, Writer::Root);
    }

    #[test]
    fn around_the_lent_ids_is_who_lends_them_once() {
        assert_eq!(
            same(&[(0, 100_000, 9)], 0),
            [(100_000, 100_000, 9), (0, 0, 1)]
        );
        let own = [(0, 1000, 1), (1, 100_000, 9)];
        assert_eq!(same(&own, 1000), [(1000, 1000, 1), (100_000, 100_000, 9)]);
    }

    #[test]
    fn lines_of_subuid() {
        assert_eq!(
            ranges("a:1:2\nbroken\n1000:100000:65536\n"),
            [(1, 2), (100_000, 65_536)]
        );
        assert_eq!(
            extents("         0          0 4294967295\n"),
            [(0, u32::MAX)]
        );
    }
}
