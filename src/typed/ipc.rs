//! The ipc family: ipcmk(1), ipcrm(1).

use super::{lines, quote};
use crate::lab::action::{IpcKind, IpcRemove, MessageQueue, PosixQueue, Semaphore, SharedMemory};

lines! {
    MessageQueue: |_, _| "ipcmk -Q".to_owned(),
    SharedMemory: |a, _| format!("ipcmk -M {}", a.bytes),
    Semaphore: |a, _| format!("ipcmk -S {}", a.count),
    PosixQueue: |a, _| format!("touch {}", quote(&format!("/dev/mqueue/{}", a.name))),
    IpcRemove: |a, _| format!("ipcrm {} {}", flag(a.kind), a.id),
}

fn flag(kind: IpcKind) -> &'static str {
    match kind {
        IpcKind::MessageQueue => "-q",
        IpcKind::SharedMemory => "-m",
        IpcKind::Semaphore => "-s",
    }
}
