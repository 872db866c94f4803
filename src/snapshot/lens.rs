//! What the lens saw: the system calls of the lines that a person typed into a shell.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::Call;

/// How many lines are kept.
const LINES: usize = 100;
/// How many calls are kept of one line.
pub const CALLS: usize = 500;
/// How many processes are kept of one line.
const PROCESSES: usize = 500;

/// What a call is about; the calls of no family are only counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// Namespaces, and the names of hosts and domains that they hold.
    Namespace,
    /// Mounts and roots.
    Mount,
    /// Ids, capabilities and filters of calls.
    Identity,
    /// Processes: their beginning, their programs, their end.
    Process,
    /// Files of the lab, and of `/proc`, `/proc/sys` and `/sys/fs/cgroup`.
    File,
    /// System V and POSIX IPC.
    Ipc,
    /// Sockets and netlink.
    Network,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Namespace,
        Self::Mount,
        Self::Identity,
        Self::Process,
        Self::File,
        Self::Ipc,
        Self::Network,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Namespace => "namespace",
            Self::Mount => "mount",
            Self::Identity => "identity",
            Self::Process => "process",
            Self::File => "file",
            Self::Ipc => "ipc",
            Self::Network => "network",
        }
    }
}

/// Why the lens let a process go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LetGo {
    /// It makes so many calls a second: it runs at full speed.
    Busy(u64),
    /// Another process of the lab traces it, or wants to.
    Traced,
}

/// Something that the lens saw. Pids are those of the lab host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Glimpse {
    /// A shell of an actor has read a line; the lines of a lab host are numbered from 1.
    Line {
        /// The actor.
        actor: String,
        /// The number of the line.
        line: u64,
        /// The pid of the process that read it.
        pid: i64,
    },
    /// A process was made for a line.
    Process {
        /// The number of the line.
        line: u64,
        /// Its pid.
        pid: i64,
        /// The pid of its parent.
        parent: i64,
    },
    /// A process has executed a program.
    Program {
        /// The number of the line.
        line: u64,
        /// The pid.
        pid: i64,
        /// The program and its arguments.
        words: String,
    },
    /// A process made a call of a family.
    Call {
        /// The number of the line.
        line: u64,
        /// The pid of the process.
        pid: i64,
        /// The family of the call.
        family: Family,
        /// The call.
        call: Call,
        /// How many times it was made, one after the other.
        times: u64,
    },
    /// How many other calls were made for a line since this was said last.
    Others {
        /// The number of the line.
        line: u64,
        /// The calls of no family, by their names.
        calls: BTreeMap<String, u64>,
        /// The calls of a family after those that were told.
        more: u64,
    },
    /// A process has ended with a status as a shell reports it.
    Ended {
        /// The number of the line.
        line: u64,
        /// The pid of the process.
        pid: i64,
        /// The status: 128 + signal if one ended it.
        status: i64,
    },
    /// A process runs unwatched.
    Free {
        /// The number of the line.
        line: u64,
        /// The pid of the process.
        pid: i64,
        /// Why.
        why: LetGo,
    },
    /// The shell waits for the next line.
    Over {
        /// The number of the line that is over.
        line: u64,
    },
}

impl Glimpse {
    /// The number of the line that it is about.
    pub fn line(&self) -> u64 {
        match self {
            Self::Line { line, .. }
            | Self::Process { line, .. }
            | Self::Program { line, .. }
            | Self::Call { line, .. }
            | Self::Others { line, .. }
            | Self::Ended { line, .. }
            | Self::Free { line, .. }
            | Self::Over { line } => *line,
        }
    }
}

/// A call, and how many times it was made in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// The pid of the process.
    pub pid: i64,
    /// The family of the call.
    pub family: Family,
    /// The call.
    pub call: Call,
    /// How many times it was made, one after the other.
    pub times: u64,
}

/// A process of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doer {
    /// The pid of its parent; 0 for the process that read the line.
    pub parent: i64,
    /// The programs that it executed, with their arguments, from the first to the last; empty if
    /// none.
    pub words: String,
    /// The status with which it has ended.
    pub status: Option<i64>,
    /// Why the lens let it go.
    pub free: Option<LetGo>,
}

/// The longest text of the programs of a process, in bytes.
const WORDS: usize = 1000;

impl Doer {
    fn executed(&mut self, words: &str) {
        if self.words.len() + words.len() > WORDS {
            return;
        }
        if !self.words.is_empty() {
            self.words.push_str(" → ");
        }
        self.words.push_str(words);
    }
}

/// What a line did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The actor in whose shell it was typed.
    pub actor: String,
    /// Its number.
    pub number: u64,
    /// The index of the step in which it was typed.
    pub step: usize,
    /// The processes, by pid.
    pub doers: BTreeMap<i64, Doer>,
    /// The calls of a family, in their order.
    pub deeds: Vec<Deed>,
    /// How many calls of a family were made after those that are kept.
    pub more: u64,
    /// How many other calls were made, by their names.
    pub others: BTreeMap<String, u64>,
    /// Whether its shell waits for the next line.
    pub is_over: bool,
}

impl Line {
    /// The calls of a family, without the programs that were looked for in vain in `PATH` before
    /// they were found (execvp(3)).
    pub fn told(&self) -> impl Iterator<Item = &Deed> {
        let deeds = self.deeds.iter().enumerate();
        deeds
            .filter(|(index, deed)| !self.is_search(*index, deed))
            .map(|(_, deed)| deed)
    }

    fn is_search(&self, index: usize, deed: &Deed) -> bool {
        let later = self.deeds.iter().skip(index + 1);
        let mut later = later.filter(|other| other.pid == deed.pid);
        let is_vain = deed.call.name == "execve" && deed.call.result.starts_with("-1 ENOENT");
        is_vain && later.any(|other| other.call.name == "execve")
    }

    /// How many calls of no family were made.
    pub fn count_of_others(&self) -> u64 {
        self.others.values().sum()
    }

    fn take(&mut self, glimpse: Glimpse) {
        match glimpse {
            Glimpse::Line { pid, .. } => {
                self.doer(pid);
            }
            Glimpse::Process { pid, parent, .. } => {
                if let Some(doer) = self.doer(pid) {
                    doer.parent = parent;
                }
            }
            Glimpse::Program { pid, words, .. } => {
                if let Some(doer) = self.doer(pid) {
                    doer.executed(&words);
                }
            }
            Glimpse::Call {
                pid,
                family,
                call,
                times,
                ..
            } => self.deed(Deed {
                pid,
                family,
                call,
                times,
            }),
            Glimpse::Others { calls, more, .. } => {
                self.more = self.more.saturating_add(more);
                for (name, count) in calls {
                    let sum = self.others.entry(name).or_default();
                    *sum = sum.saturating_add(count);
                }
            }
            Glimpse::Ended { pid, status, .. } => {
                if let Some(doer) = self.doer(pid) {
                    doer.status = Some(status);
                }
            }
            Glimpse::Free { pid, why, .. } => {
                if let Some(doer) = self.doer(pid) {
                    doer.free = Some(why);
                }
            }
            Glimpse::Over { .. } => self.is_over = true,
        }
    }

    fn doer(&mut self, pid: i64) -> Option<&mut Doer> {
        let full = self.doers.len() >= PROCESSES && !self.doers.contains_key(&pid);
        (!full).then(|| self.doers.entry(pid).or_default())
    }

    fn deed(&mut self, deed: Deed) {
        let room = self.deeds.len() < CALLS;
        let last = self.deeds.iter_mut().rev().find(|d| d.pid == deed.pid);
        match last {
            Some(last) if last.call == deed.call => {
                last.times = last.times.saturating_add(deed.times);
            }
            _ if room => self.deeds.push(deed),
            _ => self.more = self.more.saturating_add(deed.times),
        }
    }
}

/// The last lines of a lab host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines(VecDeque<Line>);

impl Lines {
    /// Takes in what the lens saw while the step with an index was under way. What is about a line
    /// that is no longer kept is dropped.
    pub fn take(&mut self, glimpses: Vec<Glimpse>, step: usize) {
        for glimpse in glimpses {
            if let Glimpse::Line { actor, line, .. } = &glimpse {
                self.begin(Line {
                    actor: actor.clone(),
                    number: *line,
                    step,
                    ..Line::default()
                });
            }
            if let Some(line) = self.get_mut(glimpse.line()) {
                line.take(glimpse);
            }
        }
    }

    fn begin(&mut self, line: Line) {
        self.0
            .retain(|line| !line.is_over || !line.deeds.is_empty());
        if self.0.len() >= LINES {
            self.0.pop_front();
        }
        self.0.push_back(line);
    }

    /// Forgets the lines of the step with an index, and of all later ones.
    pub fn keep_before(&mut self, step: usize) {
        self.0.retain(|line| line.step < step);
    }

    fn get_mut(&mut self, number: u64) -> Option<&mut Line> {
        self.0.iter_mut().rev().find(|line| line.number == number)
    }

    /// The line with a number.
    pub fn get(&self, number: u64) -> Option<&Line> {
        self.0.iter().rev().find(|line| line.number == number)
    }

    /// From the first to the last.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Line> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests;
