//! User and group ids.

pub mod person;

use nix::unistd::{Gid, Uid};

use super::SysError;

fn id(call: &'static str, id: u32) -> impl FnOnce(nix::errno::Errno) -> SysError {
    move |e| SysError::new(call, format!("{id}, {id}, {id}"), e)
}

/// setresgid(2), all three the same.
pub fn set_gid(gid: u32) -> Result<(), SysError> {
    let g = Gid::from_raw(gid);
    nix::unistd::setresgid(g, g, g).map_err(id("setresgid", gid))
}

/// setresuid(2), all three the same.
pub fn set_uid(uid: u32) -> Result<(), SysError> {
    let u = Uid::from_raw(uid);
    nix::unistd::setresuid(u, u, u).map_err(id("setresuid", uid))
}

/// setgroups(2) to none.
pub fn drop_groups() -> Result<(), SysError> {
    nix::unistd::setgroups(&[]).map_err(|e| SysError::new("setgroups", "0, []", e))
}

/// The effective user and group id.
pub fn effective() -> (u32, u32) {
    (
        nix::unistd::geteuid().as_raw(),
        nix::unistd::getegid().as_raw(),
    )
}
