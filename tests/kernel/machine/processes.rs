//! Processes that nobody is known to have started: left behind by a lab host.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;

use super::{Facts, is_of_a_lab};

/// A process: its number alone may be given again.
type Id = (u32, String);

/// Those that were there.
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

    /// New ones of a lab's that have no parent but the machine's first process. Those
    /// of labs that run have this or another program above them.
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

/// Whether a process is a lab host's, or was made to look after one.
fn is_of_isolab(process: &Process) -> bool {
    let other = |kind: &str| {
        let link = |pid: &str| fs::read_link(format!("/proc/{pid}/ns/{kind}"));
        let theirs = link(&process.id.0.to_string());
        theirs.is_ok_and(|theirs| link("self").is_ok_and(|own| own != theirs))
    };
    is_of_a_lab(process.uid) || process.name.contains("isolab") || other("user") || other("pid")
}

/// Whether nobody is above it but the first process.
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
        // The 22nd field of stat, proc_pid_stat(5): when it was started.
        id: (pid, (*words.get(19)?).to_owned()),
        parent: words.get(1)?.parse().ok()?,
        name: name.to_owned(),
        uid: fs::metadata(format!("/proc/{pid}")).ok()?.uid(),
    })
}
