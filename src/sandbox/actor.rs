//! Workers: a process forked for one action. It joins the namespaces of the actor's face, makes the
//! calls, reports the outcome to init, and exits or becomes the actor's new shell.

use std::collections::BTreeMap;
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::group;
use crate::action::{self, Ctx, Refused, Shell, Then};
use crate::lab::Action;
use crate::probe::process::{Raw, Table};
use crate::snapshot::{NamespaceKind, Outcome};
use crate::sys::exec::{Program, exec};
use crate::sys::process::{self, Side};
use crate::sys::{Code, SysError, capability, file, identity, mount, namespace, number, pty, wait};

/// How long a program may take to start the shell that it was run for.
const SOON: Duration = Duration::from_secs(3);
/// How often `await_child` looks for that shell.
const AGAIN: Duration = Duration::from_millis(2);

/// What every worker needs from the lab host, unaffected by what a lab does to its mounts.
#[derive(Debug)]
pub(super) struct Place {
    /// A proc file system of the lab host, mounted nowhere.
    pub proc: OwnedFd,
    /// `/dev/null`.
    pub null: OwnedFd,
}

/// The other actors' shells and the spawned programs, by name, with their pids in the lab host.
#[derive(Debug)]
pub(super) struct Peers {
    /// The pid of each actor's top shell.
    pub shells: BTreeMap<String, i64>,
    /// The pids of the programs that `spawn` started.
    pub programs: BTreeMap<String, i64>,
}

/// What one worker has to do.
#[derive(Debug)]
pub(super) struct Work<'a> {
    /// The action.
    pub action: &'a Action,
    /// The pid of the actor's top shell.
    pub shell: i64,
    /// The other shells and programs.
    pub peers: &'a Peers,
    /// The terminal for a new shell.
    pub slave: Option<&'a OwnedFd>,
}

impl<'a> Work<'a> {
    /// The other actor that the action names, with the pid of its top shell.
    fn mentioned(&self) -> Option<(&'a str, i64)> {
        let name = self.action.mentions()?;
        Some((name, *self.peers.shells.get(name)?))
    }
}

/// What a worker reports to init.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Report {
    /// The outcome of the action.
    pub outcome: Outcome,
    /// The pid of the new shell, if there is one: 0 if the worker itself becomes it.
    pub shell: Option<i64>,
    /// The pid of a program that `spawn` started in the background.
    pub spawned: Option<i64>,
}

impl Report {
    /// The last report in the pipe: if a shell cannot be started, a second report replaces the
    /// first. The pid of a forked shell is on a line of its own (`Forked`).
    pub(super) fn read(words: &[u8]) -> Option<Self> {
        let mut lines = words
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty());
        let mut backwards = lines.clone().rev();
        let mut report: Self = backwards.find_map(|line| serde_json::from_slice(line).ok())?;
        let forked = lines.find_map(|line| serde_json::from_slice::<Forked>(line).ok());
        report.shell = report.shell.map(|pid| forked.map_or(pid, |f| f.forked));
        Some(report)
    }

    /// The report of an action that starts neither a shell nor a program.
    pub(super) fn of(outcome: Outcome) -> Self {
        Self {
            outcome,
            ..Self::default()
        }
    }

    pub(super) fn send(&self, to: &OwnedFd) {
        let mut words = serde_json::to_vec(self).unwrap_or_default();
        words.push(b'\n');
        let _ = file::write_all(to.as_fd(), &words);
    }
}

/// The pid of a forked shell in the lab host.
#[derive(Debug, Serialize, Deserialize)]
struct Forked {
    forked: i64,
}

/// A worker that was forked.
#[derive(Debug)]
pub(super) struct Started {
    /// Its number in the lab host.
    pub(super) worker: i64,
    /// What it says, up to its end.
    pub(super) report: OwnedFd,
}

/// Forks a worker: its pid, and the pipe from which its report will be read.
pub(super) fn start(work: impl FnOnce(&OwnedFd)) -> Result<Started, SysError> {
    let (read, write) = file::pipe()?;
    match process::fork()? {
        Side::Child => {
            drop(read);
            work(&write);
            process::exit(0)
        }
        Side::Parent(worker) => Ok(Started {
            worker,
            report: read,
        }),
    }
}

/// `PATH` of shells and programs in the lab host.
pub(super) const PATH: &str =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/isolab";

/// The variable that names the actor: shells have it in their prompt.
pub(super) const ACTOR: &str = "ISOLAB_ACTOR";

/// The environment of an actor's shells and programs.
fn environment(actor: &str) -> Vec<String> {
    let path = format!("PATH={PATH}");
    let name = format!("{ACTOR}={actor}");
    let variables = [
        path.as_str(),
        name.as_str(),
        "HOME=/root",
        "USER=root",
        "LOGNAME=root",
        "SHELL=/bin/bash",
        "TERM=xterm-256color",
        "COLORTERM=truecolor",
        "LANG=C.UTF-8",
    ];
    variables.map(str::to_owned).to_vec()
}

/// The first program of an actor, in a terminal.
pub(super) struct First<'a> {
    pub(super) actor: &'a str,
    pub(super) words: Vec<String>,
    pub(super) slave: &'a OwnedFd,
}

/// The worker that becomes an actor's first shell, or another program.
pub(super) fn first_shell(place: &Place, first: First<'_>, report: &OwnedFd) {
    let Some(mut ctx) = context(place, first.actor) else {
        return;
    };
    let _ = mount::chdir("/lab");
    let program = Program {
        argv: first.words,
        env: environment(first.actor),
    };
    let shell = Shell {
        program,
        fork: false,
        starts_it: false,
    };
    become_shell(&mut ctx, &shell, first.slave, report);
}

/// The worker that performs an action.
pub(super) fn work(place: &Place, work: &Work<'_>, report: &OwnedFd) {
    let Some(mut ctx) = context(place, work.action.actor()) else {
        return;
    };
    let own = (work.action.actor(), work.shell);
    let actors = work.mentioned().into_iter().chain([own]);
    let roots: Vec<i64> = actors.clone().map(|(_, shell)| shell).collect();
    let table = Table::below(place.proc.as_fd(), &roots);
    ctx.faces = actors
        .filter_map(|(name, shell)| Some((name.to_owned(), face(&table, shell)?.pid())))
        .collect();
    ctx.programs.clone_from(&work.peers.programs);
    let joined = match face(&table, work.shell) {
        Some(face) => join(place, face),
        None => Err(SysError::new("open", "/proc/…", Code(number::ESRCH))),
    };
    let nested = match joined {
        Ok(nested) => nested,
        Err(e) => {
            let refused = ctx.refused(e.call, e.args.clone(), &e);
            return refuse(&mut ctx, refused, report);
        }
    };
    match action::apply(work.action, &mut ctx) {
        Err(refused) => refuse(&mut ctx, refused, report),
        Ok(then) => follow(&mut ctx, then, nested, work.slave, report),
    }
}

/// The face of the pane whose shell has this pid in the lab host.
fn face(table: &Table, shell: i64) -> Option<&Raw> {
    let (face, _ripens) = table.face(table.by_inner(shell)?);
    Some(face)
}

fn context(place: &Place, actor: &str) -> Option<Ctx> {
    let proc = place.proc.try_clone().ok()?;
    let null = place.null.try_clone().ok()?;
    Some(Ctx::new(proc, null, environment(actor)))
}

fn refuse(ctx: &mut Ctx, refused: Refused, report: &OwnedFd) {
    Report::of(ctx.outcome(Some(refused.0))).send(report);
}

fn follow(ctx: &mut Ctx, then: Then, nested: bool, slave: Option<&OwnedFd>, report: &OwnedFd) {
    match (then, slave) {
        (Then::Shell(mut shell), Some(slave)) => {
            shell.fork |= nested;
            become_shell(ctx, &shell, slave, report);
        }
        (Then::Spawned(pid), _) => {
            let outcome = ctx.outcome(None);
            Report {
                outcome,
                spawned: Some(pid),
                ..Report::default()
            }
            .send(report);
        }
        _ => Report::of(ctx.outcome(None)).send(report),
    }
}

/// Becomes the shell, in this process or in a sibling of it. The report is written before
/// execve(2): init believes it when the pipe closes, which a successful exec does (close-on-exec).
fn become_shell(ctx: &mut Ctx, shell: &Shell, slave: &OwnedFd, report: &OwnedFd) {
    if !shell.fork {
        return exec_shell(ctx, shell, slave, report, 0);
    }
    match process::fork_sibling() {
        Ok(Side::Child) => {}
        Ok(Side::Parent(pid)) => {
            // Only the parent knows the shell's pid in the lab host; the child reports the rest.
            let mut words = serde_json::to_vec(&Forked { forked: pid }).unwrap_or_default();
            words.push(b'\n');
            let _ = file::write_all(report.as_fd(), &words);
            // Order: init takes the action for done when the last write end of the pipe is closed.
            if shell.starts_it {
                await_child(ctx, pid);
            }
            return;
        }
        Err(e) => {
            let refused = ctx.refused("clone", "SIGCHLD".to_owned(), &e);
            return refuse(ctx, refused, report);
        }
    }
    exec_shell(ctx, shell, slave, report, -1);
}

/// Waits until `pid` has a child that has executed another program, `SOON` at most.
fn await_child(ctx: &Ctx, pid: i64) {
    let end = Instant::now() + SOON;
    while Instant::now() < end {
        let children = words(ctx, &format!("{pid}/task/{pid}/children"));
        if let Some(child) = children.split_whitespace().next()
            && words(ctx, &format!("{child}/comm")) != words(ctx, &format!("{pid}/comm"))
        {
            return;
        }
        wait::pause(AGAIN);
    }
}

/// What a file of proc says; empty if it cannot be read.
fn words(ctx: &Ctx, path: &str) -> String {
    let bytes = file::read(&ctx.proc, path).unwrap_or_default();
    String::from_utf8_lossy(&bytes).trim().to_owned()
}

fn exec_shell(ctx: &mut Ctx, shell: &Shell, slave: &OwnedFd, report: &OwnedFd, pid: i64) {
    let name = shell.program.argv.first().cloned().unwrap_or_default();
    let before = ctx.outcome(None);
    let mut hopeful = before.clone();
    hopeful.calls.push(crate::snapshot::Call {
        name: "execve".to_owned(),
        args: shell.program.args(&name),
        result: "0".to_owned(),
    });
    Report {
        outcome: hopeful,
        shell: Some(pid),
        spawned: None,
    }
    .send(report);
    process::reset_signals();
    let ready = process::setsid().and_then(|()| pty::take(slave.as_fd()));
    let error = ready.err().unwrap_or_else(|| exec(&shell.program));
    let refused = ctx.refused(error.call, error.args.clone(), &error);
    let mut outcome = before;
    outcome.calls.extend(ctx.outcome(None).calls);
    outcome.refusal = Some(refused.0);
    Report::of(outcome).send(report);
    process::exit(127)
}

/// Joins a face: its control groups, namespaces, root, working directory, ids and capabilities.
/// Returns whether the face's pid namespace is another than init's.
fn join(place: &Place, face: &Raw) -> Result<bool, SysError> {
    let proc = place.proc.as_fd();
    let pid = face.pid();
    group::follow(&groups(place, "self")?, &groups(place, &pid.to_string())?)?;
    // Order: everything is opened first, through the lab host's own proc. The user namespace is
    // joined last: joining it gives up the capabilities over the others (setns(2)).
    let root = file::open_place(proc, &format!("{pid}/root"))?;
    let cwd = file::open_place(proc, &format!("{pid}/cwd"))?;
    let others = differing(place, pid)?;
    let user = others.iter().find(|(kind, _)| *kind == NamespaceKind::User);
    for (kind, fd) in others
        .iter()
        .filter(|(kind, _)| *kind != NamespaceKind::User)
    {
        namespace::setns(fd.as_fd(), namespace::flag(kind.name()))?;
    }
    mount::fchdir(&root)?;
    mount::chroot(".")?;
    mount::fchdir(&cwd)?;
    if let Some((kind, fd)) = user {
        namespace::setns(fd.as_fd(), namespace::flag(kind.name()))?;
    }
    take_identity(place, face, user.is_some())?;
    Ok(others.iter().any(|(kind, _)| *kind == NamespaceKind::Pid))
}

/// The control groups of a process, as the kernel lists them.
fn groups(place: &Place, pid: &str) -> Result<String, SysError> {
    let text = file::read(&place.proc, &format!("{pid}/cgroup"))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// The namespaces of a process that this process is not in, opened.
fn differing(place: &Place, pid: i64) -> Result<Vec<(NamespaceKind, OwnedFd)>, SysError> {
    let mut others = Vec::new();
    for kind in NamespaceKind::ALL {
        let name = kind.name();
        let theirs = file::read_link(&place.proc, &format!("{pid}/ns/{name}"))?;
        if file::read_link(&place.proc, &format!("self/ns/{name}"))? != theirs {
            others.push((kind, namespace::open(&place.proc, pid, name)?));
        }
    }
    Ok(others)
}

/// How many seccomp filters this process has; 0 if that cannot be read.
fn filters(place: &Place) -> i64 {
    let own = Raw::read(place.proc.as_fd(), std::process::id().into());
    own.map_or(0, |own| own.identity().seccomp_filters)
}

fn take_identity(place: &Place, face: &Raw, other_user_namespace: bool) -> Result<(), SysError> {
    // The status file shows ids as the reader's user namespace maps them: read it again after
    // joining.
    let again = || Raw::read(place.proc.as_fd(), face.pid());
    let fresh = other_user_namespace.then(again).flatten();
    let theirs = fresh.as_ref().unwrap_or(face).identity();
    let (uid, gid) = identity::effective();
    for number in capability::all().filter(|bit| theirs.bounding & (1 << bit) == 0) {
        capability::drop_from_bounding(number)?;
    }
    if i64::from(gid) != theirs.gid {
        identity::set_gid(u32::try_from(theirs.gid).unwrap_or(u32::MAX))?;
    }
    if i64::from(uid) != theirs.uid {
        identity::set_uid(u32::try_from(theirs.uid).unwrap_or(u32::MAX))?;
    }
    // A container around isolab may have filters too: this process is under those itself.
    if theirs.seccomp_filters > 0 && filters(place) < theirs.seccomp_filters {
        let why = "the filter of this shell cannot be taken over: type into it";
        return Err(SysError::new("seccomp", why, Code(number::EACCES)));
    }
    if theirs.no_new_privs {
        process::set_no_new_privs()?;
    }
    capability::set(theirs.effective, theirs.permitted, theirs.inheritable)
}
