//! Processes that a lab host has left behind: those that no running program has started.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;

use super::{Facts, is_of_a_lab};

/// A process by pid and start time: its pid alone may be reused.
type Id = (u32, String);

/// The processes at one instant.
#[derive(Debug)]
pub(super) struct Known {
    known: BTreeSet<Id>,
}

#[derive(Debug)]
struct Process {
    id: Id,
    parent: u32,
    name: String,
    uid: u32,
}

impl Known {
    pub(super) fn now() -> Self {
        let known = all().into_values().map(|process| process.id).collect();
        Self { known }
    }

    /// New processes of labs whose only ancestor is pid 1. Those of running labs have this program
    /// or another one above them.
    pub(super) fn strangers(&self) -> Facts {
        let all = all();
        let new = all
            .values()
            .filter(|process| !self.known.contains(&process.id));
        let left = new.filter(|process| is_of_isolab(process) && is_orphan(process, &all));
        left.map(|process| (format!("{process:?}"), "was left".to_owned()))
            .collect()
    }
}

/// Whether a process belongs to a lab host, or is a keeper.
fn is_of_isolab(process: &Process) -> bool {
    let other = |kind: &str| {
        let link = |pid: &str| fs::read_link(format!("/proc/{pid}/ns/{kind}"));
        let theirs = link(&process.id.0.to_string());
        theirs.is_ok_and(|theirs| link("self").is_ok_and(|own| own != theirs))
    };
    is_of_a_lab(process.uid) || process.name.contains("isolab") || other("user") || other("pid")
}

/// Whether it has no ancestor but pid 1, apart from processes of isolab.
fn is_orphan(process: &Process, all: &BTreeMap<u32, Process>) -> bool {
    let mut parent = process.parent;
    while let Some(above) = all.get(&parent) {
        if !is_of_isolab(above) {
            return above.id.0 == 1;
        }
        parent = above.parent;
    }
    true
}

fn all() -> BTreeMap<u32, Process> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let pids = entries.filter_map(|e| e.file_name().to_str()?.parse().ok());
    pids.filter_map(|pid| Some((pid, process(pid)?))).collect()
}

fn process(pid: u32) -> Option<Process> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (name, rest) = stat.split_once('(')?.1.rsplit_once(')')?;
    let words: Vec<&str> = rest.split_whitespace().collect();
    Some(Process {
        // The 22nd field of stat, proc_pid_stat(5): the start time.
        id: (pid, (*words.get(19)?).to_owned()),
        parent: words.get(1)?.parse().ok()?,
        name: name.to_owned(),
        uid: fs::metadata(format!("/proc/{pid}")).ok()?.uid(),
    })
}
