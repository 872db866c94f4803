//! Verbs of the ipc family.

use std::fs::OpenOptions;

use super::{Applied, Ctx, Then, applied};
use crate::lab::action::{IpcKind, IpcRemove, MessageQueue, PosixQueue, Semaphore, SharedMemory};
use crate::sys::{SysError, ipc};

applied! {
    MessageQueue: message_queue,
    SharedMemory: shared_memory,
    Semaphore: semaphore,
    PosixQueue: posix_queue,
    IpcRemove: remove,
}

fn made(result: Result<(i64, String), SysError>, name: &str, ctx: &mut Ctx) -> Applied {
    let (result, args) = match result {
        Ok((id, args)) => (Ok(id), args),
        Err(e) => (Err(e.clone()), e.args),
    };
    ctx.value(result, name, args)?;
    Ok(Then::Done)
}

/// Makes a System V message queue.
fn message_queue(_: &MessageQueue, ctx: &mut Ctx) -> Applied {
    made(ipc::make_queue(), "msgget", ctx)
}

/// Makes a System V shared memory segment.
fn shared_memory(a: &SharedMemory, ctx: &mut Ctx) -> Applied {
    made(ipc::make_segment(a.bytes as usize), "shmget", ctx)
}

/// Makes a System V semaphore set.
fn semaphore(a: &Semaphore, ctx: &mut Ctx) -> Applied {
    made(ipc::make_semaphores(a.count.into()), "semget", ctx)
}

/// Makes a POSIX queue, as a file of the mounted mqueue file system.
fn posix_queue(a: &PosixQueue, ctx: &mut Ctx) -> Applied {
    let path = format!("/dev/mqueue/{}", a.name);
    let opened = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path);
    ctx.io(opened, "open", format!("\"{path}\", O_WRONLY|O_CREAT"))?;
    Ok(Then::Done)
}

/// Removes a System V object.
fn remove(a: &IpcRemove, ctx: &mut Ctx) -> Applied {
    let (name, result) = match a.kind {
        IpcKind::MessageQueue => ("msgctl", ipc::remove_queue(a.id)),
        IpcKind::SharedMemory => ("shmctl", ipc::remove_segment(a.id)),
        IpcKind::Semaphore => ("semctl", ipc::remove_semaphores(a.id)),
    };
    ctx.call(result, name, format!("{}, IPC_RMID", a.id))?;
    Ok(Then::Done)
}
