//! Taking up the shells of a lab, and all that runs below them.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::rival::tracer_of;
use super::tracee::Tracee;
use super::tracer::Tracer;
use crate::probe::Subject;
use crate::probe::process::{self, Memory, Table};
use crate::snapshot::ProcessState;
use crate::sys::{file, trace};

impl Tracer {
    /// Watches the shells that are not watched yet.
    pub(super) fn watch(&mut self, subjects: &[Subject]) {
        let new = |subject: &Subject| subject.shells.iter().any(|pid| !self.shells.contains(pid));
        if !subjects.iter().any(new) {
            return;
        }
        let table = Table::read(self.at(0).proc, self.place.init, &mut Memory::default());
        // Of each process, by its pid outside, whose it is: parents come before their children.
        let mut owners: BTreeMap<i64, Rc<str>> = BTreeMap::new();
        for subject in subjects {
            let actor: Rc<str> = Rc::from(subject.name.as_str());
            for pid in &subject.shells {
                if let Some(shell) = table.by_inner(*pid)
                    && self.shells.insert(*pid)
                {
                    owners.insert(shell.outer, Rc::clone(&actor));
                }
            }
        }
        for raw in table.all() {
            let owner = owners.get(&raw.outer).or_else(|| owners.get(&raw.parent));
            if let Some(actor) = owner.cloned() {
                owners.insert(raw.outer, Rc::clone(&actor));
                self.seize(&Tracee::found(raw.outer, actor));
            }
        }
    }

    /// Takes up all threads of a process.
    pub(super) fn seize(&mut self, like: &Tracee) {
        let process = like.process;
        let threads = file::names(self.at(0).proc, &format!("{process}/task")).unwrap_or_default();
        for tid in threads.iter().filter_map(|name| name.parse::<i64>().ok()) {
            if self.tracees.contains_key(&tid) {
                continue;
            }
            match trace::seize(tid).and_then(|()| trace::interrupt(tid)) {
                Ok(()) => {
                    let fresh = Tracee::found(process, Rc::clone(&like.actor));
                    let tracee = Tracee {
                        line: like.line,
                        parent: like.parent,
                        pid: like.pid,
                        reads_from: like.reads_from,
                        ..fresh
                    };
                    self.tracees.insert(tid, tracee);
                    self.fresh.insert(tid);
                }
                Err(e) if trace::is_gone(&e) => {}
                Err(e) => {
                    if tracer_of(self.at(tid).proc, process) == Some(0) {
                        self.refusal = Some(e);
                    } else {
                        self.lent.insert(process, like.clone());
                    }
                    return;
                }
            }
        }
    }

    /// Takes up the processes that were stopped and run again.
    pub(super) fn take_up(&mut self) {
        let pids: Vec<i64> = self.stopped.keys().copied().collect();
        for pid in pids {
            let stat = process::text(self.at(pid).proc, pid, "stat").unwrap_or_default();
            let state = process::stat(&stat).map(|raw| raw.state);
            if state == Some(ProcessState::Stopped) {
                continue;
            }
            if let Some(tracee) = self.stopped.remove(&pid)
                && state.is_some()
            {
                self.seize(&tracee);
            }
        }
    }
}
