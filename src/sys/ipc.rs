//! System V objects, sysvipc(7).

use super::SysError;

const MODE: i32 = 0o644;

/// A key for a new object: random, never `IPC_PRIVATE`, as ipcmk(1) does.
fn random_key() -> i32 {
    let mut bytes = [0u8; 4];
    let _ = rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty());
    i32::from_ne_bytes(bytes) | 1
}

/// Makes a message queue, msgget(2): its id, and the arguments used.
pub fn make_queue() -> Result<(i64, String), SysError> {
    let key = random_key();
    let args = format!("{key:#x}, IPC_CREAT|IPC_EXCL|0644");
    // SAFETY: plain numbers.
    let id = unsafe { libc::msgget(key, libc::IPC_CREAT | libc::IPC_EXCL | MODE) };
    Ok((super::check("msgget", args.clone(), id.into())?, args))
}

/// Makes a shared memory segment, shmget(2): its id, and the arguments used.
pub fn make_segment(bytes: usize) -> Result<(i64, String), SysError> {
    let key = random_key();
    let args = format!("{key:#x}, {bytes}, IPC_CREAT|IPC_EXCL|0644");
    // SAFETY: plain numbers.
    let id = unsafe { libc::shmget(key, bytes, libc::IPC_CREAT | libc::IPC_EXCL | MODE) };
    Ok((super::check("shmget", args.clone(), id.into())?, args))
}

/// Makes a semaphore set, semget(2): its id, and the arguments used.
pub fn make_semaphores(count: i32) -> Result<(i64, String), SysError> {
    let key = random_key();
    let args = format!("{key:#x}, {count}, IPC_CREAT|IPC_EXCL|0644");
    // SAFETY: plain numbers.
    let id = unsafe { libc::semget(key, count, libc::IPC_CREAT | libc::IPC_EXCL | MODE) };
    Ok((super::check("semget", args.clone(), id.into())?, args))
}

/// msgctl(2) with `IPC_RMID`.
pub fn remove_queue(id: i32) -> Result<(), SysError> {
    // SAFETY: IPC_RMID takes no buffer.
    let result = unsafe { libc::msgctl(id, libc::IPC_RMID, std::ptr::null_mut()) };
    super::check("msgctl", format!("{id}, IPC_RMID"), result.into()).map(drop)
}

/// shmctl(2) with `IPC_RMID`.
pub fn remove_segment(id: i32) -> Result<(), SysError> {
    // SAFETY: IPC_RMID takes no buffer.
    let result = unsafe { libc::shmctl(id, libc::IPC_RMID, std::ptr::null_mut()) };
    super::check("shmctl", format!("{id}, IPC_RMID"), result.into()).map(drop)
}

/// semctl(2) with `IPC_RMID`.
pub fn remove_semaphores(id: i32) -> Result<(), SysError> {
    // SAFETY: IPC_RMID takes no further argument.
    let result = unsafe { libc::semctl(id, 0, libc::IPC_RMID) };
    super::check("semctl", format!("{id}, 0, IPC_RMID"), result.into()).map(drop)
}
