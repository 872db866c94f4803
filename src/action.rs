//! Performs a lab's verbs: which calls, in which order. It runs in a worker process that has joined
//! the actor's face (its namespaces, root, directory, ids and capabilities), so an action can do
//! what the face itself could do, and no more.
//!
//! Invariant: every call that changes something is recorded with its result; the first refusal ends
//! the action and is its outcome.

mod capability;
mod cgroup;
mod elf;
mod file;
mod ipc;
mod mount;
mod namespace;
mod network;
mod overlay;
mod process;
mod rootfs;

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;

use crate::lab::Action;
use crate::lab::action::match_verb;
use crate::snapshot::{Call, Outcome, Refusal};
use crate::sys::exec::Program;
use crate::sys::number;
use crate::sys::{Code, SysError};

/// What an action uses besides its own fields.
#[derive(Debug)]
pub struct Ctx {
    /// The pid of each actor's face in the lab host, by the actor's name.
    pub faces: BTreeMap<String, i64>,
    /// The pids in the lab host of the programs that `spawn` started, by name.
    pub programs: BTreeMap<String, i64>,
    /// A proc file system of the lab host that no lab can unmount.
    pub proc: OwnedFd,
    /// An open `/dev/null`.
    pub null: OwnedFd,
    /// The environment of programs, as `NAME=value`.
    pub env: Vec<String>,
    calls: Vec<Call>,
    output: String,
    exit: Option<i64>,
}

/// What happens after an action's calls.
#[derive(Debug)]
pub enum Then {
    /// Nothing.
    Done,
    /// The worker becomes the actor's new shell.
    Shell(Shell),
    /// A program was started in the background; its pid in the lab host.
    Spawned(i64),
}

/// A shell that the worker becomes.
#[derive(Debug)]
pub struct Shell {
    /// The program.
    pub program: Program,
    /// Whether it must be a new process: only a child enters a new pid namespace.
    pub fork: bool,
    /// Whether the program itself starts the shell, as its child: until then there is no shell.
    pub starts_it: bool,
}

impl Then {
    /// The worker itself becomes this program.
    fn becomes(program: Program) -> Self {
        Self::Shell(Shell {
            program,
            fork: false,
            starts_it: false,
        })
    }
}

/// The action ends here: the kernel refused a call.
#[derive(Debug)]
pub struct Refused(pub Refusal);

/// The result of a verb's calls.
pub type Applied = Result<Then, Refused>;

/// Performs one action.
pub fn apply(action: &Action, ctx: &mut Ctx) -> Applied {
    match_verb!(action, verb => verb.apply(ctx))
}

/// A verb whose calls are known. Every verb must be one: `apply` does not compile else.
trait Apply {
    /// Makes the verb true.
    fn apply(&self, ctx: &mut Ctx) -> Applied;
}

/// The functions that make the verbs of a family true: `applied! { Bind: bind }`.
macro_rules! applied {
    ($($verb:ty: $make:expr,)*) => {
        $(impl $crate::action::Apply for $verb {
            fn apply(&self, ctx: &mut $crate::action::Ctx) -> $crate::action::Applied {
                let make: fn(&$verb, &mut $crate::action::Ctx) -> $crate::action::Applied = $make;
                make(self, ctx)
            }
        })*
    };
}
use applied;

impl Ctx {
    /// A context with nothing recorded yet.
    pub fn new(proc: OwnedFd, null: OwnedFd, env: Vec<String>) -> Self {
        Self {
            faces: BTreeMap::new(),
            programs: BTreeMap::new(),
            proc,
            null,
            env,
            calls: Vec::new(),
            output: String::new(),
            exit: None,
        }
    }

    /// The pid of an actor's face in the lab host. ESRCH for an actor without one: pid 0 would mean
    /// another process.
    fn face(&mut self, actor: &str) -> Result<i64, Refused> {
        let pid = self.faces.get(actor).copied();
        pid.ok_or_else(|| {
            let gone = SysError::new("open", "", Code(number::ESRCH));
            self.refused("open", format!("\"/proc/{actor}\""), &gone)
        })
    }

    /// Takes what was recorded so far, as an outcome.
    pub fn outcome(&mut self, refusal: Option<Refusal>) -> Outcome {
        Outcome {
            calls: std::mem::take(&mut self.calls),
            refusal,
            output: std::mem::take(&mut self.output),
            exit: self.exit.take(),
        }
    }

    /// Records a call that returns only success or failure.
    pub fn call(
        &mut self,
        result: Result<(), SysError>,
        name: &str,
        args: String,
    ) -> Result<(), Refused> {
        self.value(result.map(|()| 0), name, args).map(drop)
    }

    /// Records a call that returns a number or an error.
    fn value(
        &mut self,
        result: Result<i64, SysError>,
        name: &str,
        args: String,
    ) -> Result<i64, Refused> {
        match result {
            Ok(value) => {
                let result = value.to_string();
                self.calls.push(Call {
                    name: name.to_owned(),
                    args,
                    result,
                });
                Ok(value)
            }
            Err(error) => Err(self.refused(name, args, &error)),
        }
    }

    /// Records a call of the standard library.
    fn io<T>(
        &mut self,
        result: std::io::Result<T>,
        name: &'static str,
        args: String,
    ) -> Result<T, Refused> {
        let (value, result) = match result {
            Ok(value) => (Some(value), Ok(())),
            Err(error) => (None, Err(SysError::new(name, "", error))),
        };
        self.call(result, name, args)?;
        value.ok_or_else(|| Refused(Refusal::default()))
    }

    /// Takes the result of a call that changes nothing: it is recorded only if it was refused.
    fn quiet<T>(
        &mut self,
        result: std::io::Result<T>,
        name: &'static str,
        args: String,
    ) -> Result<T, Refused> {
        match result {
            Ok(value) => Ok(value),
            Err(e) => self.io(Err(e), name, args),
        }
    }

    /// Takes the result of several calls; a refusal is recorded.
    fn kept<T>(&mut self, result: Result<T, SysError>) -> Result<T, Refused> {
        result.map_err(|e| self.refused(e.call, e.args.clone(), &e))
    }

    /// Records a refused call and returns its refusal.
    pub fn refused(&mut self, name: &str, args: String, error: &SysError) -> Refused {
        self.calls.push(Call {
            name: name.to_owned(),
            args: args.clone(),
            result: error.result(),
        });
        Refused(Refusal {
            call: name.to_owned(),
            args,
            errno: error.errno_name(),
            words: error.words(),
        })
    }

    /// An interactive shell: bash if the worker's root has it, else sh.
    fn shell(&self) -> Program {
        let bash = std::path::Path::new("/bin/bash").exists()
            || std::path::Path::new("/usr/bin/bash").exists();
        Program {
            argv: vec![if bash { "bash" } else { "sh" }.to_owned()],
            env: self.env.clone(),
        }
    }
}

/// A count with its noun: `1 name`, `3 names`.
fn counted(count: impl TryInto<u64>, thing: &str) -> String {
    match count.try_into().unwrap_or(u64::MAX) {
        1 => format!("1 {thing}"),
        count => format!("{count} {thing}s"),
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    #[test]
    fn one_is_not_many() {
        let words = [0_u64, 1, 2].map(|count| counted(count, "name"));
        assert_eq!(words, ["0 names", "1 name", "2 names"]);
    }
    /// A context to which nobody has told a face.
    fn alone() -> Ctx {
        let proc = File::open("/proc").unwrap();
        let null = File::open("/dev/null").unwrap();
        Ctx::new(proc.into(), null.into(), Vec::new())
    }

    #[test]
    fn a_face_that_nobody_told_of_is_refused_before_anything_is_opened() {
        for json in [
            r#"{"setns": {"target": "b", "namespaces": ["net"]}}"#,
            r#"{"pin": {"of": "b", "namespace": "net", "path": "/nowhere/net"}}"#,
            r#"{"uid_map": {"of": "b", "inside": 0, "outside": 0}}"#,
            r#"{"gid_map": {"of": "b", "inside": 0, "outside": 0}}"#,
            r#"{"setgroups": {"of": "b", "allow": false}}"#,
            r#"{"veth": {"name": "x0", "peer": "x1", "to": {"actor": "b"}}}"#,
            r#"{"link": {"name": "x0", "to": {"actor": "b"}}}"#,
        ] {
            let action: Action = serde_json::from_str(json).unwrap();
            let mut ctx = alone();
            let Err(Refused(refusal)) = apply(&action, &mut ctx) else {
                panic!("{json} was done");
            };
            let outcome = ctx.outcome(Some(refusal));
            assert_eq!(outcome.calls.len(), 1, "{json}: {:?}", outcome.calls);
            assert_eq!(outcome.refusal.unwrap().errno, "ESRCH", "{json}");
        }
    }
}
