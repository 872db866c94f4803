//! Verbs of the process family.

use std::fs::File;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use super::{Applied, Ctx, Refused, Then, applied};
use crate::lab::action::{Exec, OpenActor, Signal, SignalTarget, Spawn, TypeLine, Wait};
use crate::sys::exec::{Program, exec as exec_program};
use crate::sys::number;
use crate::sys::process::{self, Side};
use crate::sys::wait::{For, ready};
use crate::sys::{Code, SysError, file};

applied! {
    Exec: exec,
    Spawn: spawn,
    Signal: signal,
    // No worker does these: the lab host's init does them, and the pane's terminal.
    OpenActor: |_, _| Ok(Then::Done),
    TypeLine: |_, _| Ok(Then::Done),
    Wait: |_, _| Ok(Then::Done),
}

/// How long a program that a step waits for may run.
const LIMIT: Duration = Duration::from_secs(20);
/// How long a program may take to print its first line.
const SOON: Duration = Duration::from_secs(3);
/// How many bytes of its output are kept.
const OUTPUT: usize = 64 * 1024;

/// Runs a program to its end.
pub(super) fn exec(a: &Exec, ctx: &mut Ctx) -> Applied {
    let program = Program {
        argv: a.program.clone(),
        env: ctx.env.clone(),
    };
    let (read, write) = ctx.kept(file::pipe())?;
    let (pid, refusal) = start(&program, ctx, write.as_fd(), process::fork)?;
    drop(write);
    let args = program.args(&a.program[0]);
    if let Some(error) = refusal {
        process::wait_for(pid);
        return Err(ctx.refused("execve", error.args.clone(), &error));
    }
    ctx.call(Ok(()), "execve", args)?;
    ctx.output = collect(&read, pid);
    let status = process::wait_for(pid).map_or(-1, |ended| ended.status);
    ctx.exit = Some(status);
    Ok(Then::Done)
}

/// Starts a program in the background, as a child of the lab host's init.
pub(super) fn spawn(a: &Spawn, ctx: &mut Ctx) -> Applied {
    let out = if let Some(path) = &a.log {
        let opened = File::options().append(true).create(true).open(path);
        let args = format!("\"{path}\", O_WRONLY|O_APPEND|O_CREAT");
        ctx.io(opened, "open", args)?.into()
    } else {
        let null = ctx.null.try_clone();
        ctx.quiet(null, "fcntl", "F_DUPFD_CLOEXEC".to_owned())?
    };
    spawn_to(a, ctx, out.as_fd())
}

/// Starts a program in the background, and waits until it prints something or ends.
pub(super) fn spawn_until_said(a: &Spawn, ctx: &mut Ctx) -> Applied {
    let (read, write) = ctx.kept(file::pipe())?;
    let then = spawn_to(a, ctx, write.as_fd())?;
    drop(write);
    // If it prints nothing in time, the lab's checks will tell.
    let _ = ready(&[(read.as_fd(), For::Input)], Some(SOON));
    Ok(then)
}

fn spawn_to(a: &Spawn, ctx: &mut Ctx, out: BorrowedFd<'_>) -> Applied {
    let program = Program {
        argv: a.program.clone(),
        env: ctx.env.clone(),
    };
    let (pid, refusal) = start(&program, ctx, out, process::fork_sibling)?;
    if let Some(error) = refusal {
        Err(ctx.refused("execve", error.args.clone(), &error))
    } else {
        ctx.call(Ok(()), "execve", program.args(&a.program[0]))?;
        Ok(Then::Spawned(pid))
    }
}

/// Forks and executes a program that prints to `out`: the child's pid, and the refusal of execve(2)
/// if there was one.
fn start(
    program: &Program,
    ctx: &mut Ctx,
    out: BorrowedFd<'_>,
    fork: fn() -> Result<Side, SysError>,
) -> Result<(i64, Option<SysError>), Refused> {
    let (read, write) = ctx.kept(file::pipe())?;
    match fork() {
        Err(e) => Err(ctx.refused("clone", "SIGCHLD".to_owned(), &e)),
        Ok(Side::Child) => become_program(program, ctx, out, &write),
        Ok(Side::Parent(pid)) => {
            drop(write);
            // A successful exec closes the pipe; otherwise the child writes the errno into it.
            let told = file::read_all(read.as_fd()).unwrap_or_default();
            let text = String::from_utf8_lossy(&told).into_owned();
            let refusal = text.split_once('\n').map(|(errno, args)| {
                SysError::new("execve", args, Code(errno.parse().unwrap_or(0)))
            });
            Ok((pid, refusal))
        }
    }
}

fn become_program(program: &Program, ctx: &Ctx, out: BorrowedFd<'_>, tell: &OwnedFd) -> ! {
    process::reset_signals();
    let _ = process::setsid();
    let _ = file::as_standard_streams(out.as_raw_fd());
    let _ = file::as_standard_input(ctx.null.as_raw_fd());
    let error = exec_program(program);
    let _ = crate::sys::io::write(tell, format!("{}\n{}", error.errno, error.args).as_bytes());
    process::exit(127)
}

/// The output of a program until it ends; after `LIMIT` it is killed.
fn collect(read: &OwnedFd, pid: i64) -> String {
    let end = Instant::now() + LIMIT;
    let mut bytes = Vec::new();
    let mut chunk = [0u8; 4096];
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            let _ = process::kill(-pid, number::SIGKILL);
            bytes.extend_from_slice(b"\n(isolab ended the program: it ran for 20 s)\n");
            break;
        }
        match ready(&[(read.as_fd(), For::Input)], Some(left)) {
            Ok(ready) if ready.contains(&true) => {}
            Ok(_) => continue,
            Err(_) => break,
        }
        match crate::sys::io::read(read, &mut chunk) {
            Ok(0) | Err(_) => break,
            Ok(n) if bytes.len() < OUTPUT => bytes.extend_from_slice(&chunk[..n]),
            Ok(_) => {}
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Sends a signal.
fn signal(a: &Signal, ctx: &mut Ctx) -> Applied {
    let pid = match &a.target {
        SignalTarget::Face(name) => ctx.faces.get(name).copied(),
        SignalTarget::Program(name) => ctx.programs.get(name).copied(),
        SignalTarget::Pid(pid) => Some(*pid),
    };
    // A pid that no process has: the kernel refuses it as it refuses that of an ended process.
    let pid = pid.unwrap_or(i64::from(i32::MAX));
    let number = process::signal_number(&a.signal).unwrap_or(0);
    let args = format!("{pid}, {}", process::signal_name(number));
    ctx.call(process::kill(pid, number), "kill", args)?;
    Ok(Then::Done)
}
