//! Which ids of the machine the lab host gets, `user_namespaces(7)`.
//!
//! Started by root: a range that `/etc/subuid` gives to nobody, never root's own id, so that files
//! and sysctls of uid 0 stay out of reach. Started by an ordinary user: the user's own id as 0, and
//! the user's range of `/etc/subuid` if `newuidmap` is there to map it.

mod extent;

use std::fmt::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::sys::number;
use crate::sys::{Code, SysError, exec, file, identity};
use crate::word;
use extent::{Extent, extents, joined, range, ranges};

/// How many ids a lab host gets: all that fit into 16 bits.
const COUNT: u32 = 65_536;
/// Where the search for a free range begins.
const FIRST: u32 = 100_000;

/// One line of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Line {
    /// The first id in the user namespace.
    inside: u32,
    /// The first id outside of it.
    outside: u32,
    count: u32,
}

impl Line {
    const fn new(inside: u32, outside: u32, count: u32) -> Self {
        Self {
            inside,
            outside,
            count,
        }
    }

    /// Whether the outer id is mapped.
    fn has(&self, outside: u32) -> bool {
        (self.outside..self.outside.saturating_add(self.count)).contains(&outside)
    }
}

/// Root's own id as the lab host's root.
const OWN: Line = Line::new(0, 0, 1);

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
        Some((users, groups)) => Plan {
            uid: vec![Line::new(0, uid, 1), Line::new(1, users.first, users.count)],
            gid: vec![
                Line::new(0, gid, 1),
                Line::new(1, groups.first, groups.count),
            ],
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
    let uid = plan.uid.first()?.outside;
    let gid = plan.gid.first()?.outside;
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
        uid: vec![Line::new(0, uid, 1)],
        gid: vec![Line::new(0, gid, 1)],
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
    let mut same: Vec<Line> = lines
        .iter()
        .map(|line| Line::new(line.outside, line.outside, line.count))
        .collect();
    if !same.iter().any(|line| line.has(own)) {
        same.push(Line::new(own, own, 1));
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
    let mut text = String::new();
    for line in lines {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{} {} {}", line.inside, line.outside, line.count);
    }
    text
}

fn run_tool(name: &'static str, pid: i64, lines: &[Line]) -> Result<(), SysError> {
    let pid = pid.to_string();
    let Some(path) = tool(name) else {
        return Err(SysError::new(name, pid, Code(number::ENOENT)));
    };
    let mut command = Command::new(path);
    command.arg(&pid);
    for line in lines {
        command.args([line.inside, line.outside, line.count].map(|id| id.to_string()));
    }
    match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        _ => Err(SysError::new(name, pid, Code(number::EPERM))),
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
    mode & number::S_ISUID != 0 || file::xattr(path, "security.capability").is_ok()
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

fn choose(taken: &[Extent], have: &[Extent]) -> Option<Line> {
    let have = joined(have);
    let mut wanted = (0..1000).map(|i| Extent {
        first: FIRST + i * COUNT,
        count: COUNT,
    });
    let free = wanted.find(|wanted| {
        !taken.iter().any(|extent| extent.overlaps(*wanted))
            && have.iter().any(|extent| extent.contains(*wanted))
    });
    if let Some(range) = free {
        return Some(Line::new(0, range.first, range.count));
    }
    // A container with few ids: the upper half of its longest extent, never its root's id.
    let halves = have.into_iter().map(Extent::upper_half);
    halves
        .max_by_key(|half| half.count)
        .filter(|half| half.count > 0)
        .map(|half| Line::new(0, half.first, half.count))
}

/// The first range that a file gives to a user, listed by name or number.
fn subordinate(path: &str, uid: u32) -> Option<Extent> {
    let text = std::fs::read_to_string(path).ok()?;
    let user = identity::user_name(uid).unwrap_or_default();
    let number = uid.to_string();
    let found = text
        .lines()
        .filter_map(range)
        .find(|(name, _)| *name == user || *name == number);
    found.map(|(_, extent)| Extent {
        first: extent.first,
        count: extent.count.min(COUNT - 1),
    })
}

/// In words, for the doctor and the catalogue: how ids are given on this machine.
pub fn in_words() -> String {
    let plan = plan();
    let last = plan.uid.last();
    let uid = last.map_or(0, |line| line.outside);
    let count = last.map_or(0, |line| line.count);
    match plan.writer {
        Writer::Root => word!("ids-root", uid = uid, count = count),
        Writer::Tools => word!("ids-tools", uid = uid, count = count),
        Writer::Own => word!("ids-own", uid = uid),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Consecutive ids.
    fn ids(first: u32, count: u32) -> Extent {
        Extent { first, count }
    }

    /// The range that is chosen: it always begins with the lab host's root.
    fn chosen(taken: &[Extent], have: &[Extent]) -> Option<Extent> {
        let line = choose(taken, have)?;
        assert_eq!(line.inside, 0);
        Some(ids(line.outside, line.count))
    }

    #[test]
    fn a_range_that_is_taken_is_passed_over() {
        let all = [ids(0, u32::MAX)];
        let next = Some(ids(165_536, 65_536));
        assert_eq!(chosen(&[], &all), Some(ids(100_000, 65_536)));
        assert_eq!(chosen(&[ids(100_000, 65_536)], &all), next);
        assert_eq!(chosen(&[ids(90_000, 20_000)], &all), next);
    }

    #[test]
    fn a_small_namespace_lends_its_upper_half() {
        assert_eq!(chosen(&[], &[ids(0, 65_536)]), Some(ids(32_768, 32_768)));
        // As podman maps ids: root, and a range that follows at once.
        let podman = [ids(0, 1), ids(1, 65_536)];
        assert_eq!(chosen(&[], &podman), Some(ids(32_769, 32_768)));
    }

    #[test]
    fn no_id_is_lent_that_is_not_there() {
        assert_eq!(chosen(&[], &[ids(0, 2)]), Some(ids(1, 1)));
        assert_eq!(chosen(&[], &[ids(0, 1)]), None);
        assert_eq!(chosen(&[], &[ids(0, 1), ids(1000, 1)]), Some(ids(1000, 1)));
        assert_eq!(chosen(&[], &[ids(0, 1), ids(7, 5)]), Some(ids(9, 3)));
        assert_eq!(chosen(&[], &[]), None);
        assert_eq!(of_root(None, None).writer, Writer::Own);
        let line = Line::new(0, 9, 3);
        let half = of_root(Some(line), None);
        assert_eq!((half.uid, half.gid), (vec![line], vec![OWN]));
        assert_eq!(half.writer, Writer::Root);
    }

    #[test]
    fn around_the_lent_ids_is_who_lends_them_once() {
        assert_eq!(
            same(&[Line::new(0, 100_000, 9)], 0),
            [Line::new(100_000, 100_000, 9), Line::new(0, 0, 1)]
        );
        let own = [Line::new(0, 1000, 1), Line::new(1, 100_000, 9)];
        assert_eq!(
            same(&own, 1000),
            [Line::new(1000, 1000, 1), Line::new(100_000, 100_000, 9)]
        );
    }

    #[test]
    fn lines_of_subuid() {
        assert_eq!(
            ranges("a:1:2\nbroken\n1000:100000:65536\n"),
            [ids(1, 2), ids(100_000, 65_536)]
        );
        assert_eq!(
            extents("         0          0 4294967295\n"),
            [ids(0, u32::MAX)]
        );
    }

    #[test]
    fn maps_are_written_as_the_kernel_reads_them() {
        let lines = [Line::new(0, 1000, 1), Line::new(1, 100_000, 9)];
        assert_eq!(text(&lines), "0 1000 1\n1 100000 9\n");
    }
}
