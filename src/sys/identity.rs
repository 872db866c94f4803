//! User and group ids.

pub mod person;

use nix::unistd::{Gid, Uid};

use super::SysError;

fn id(call: &'static str, id: u32) -> impl FnOnce(nix::errno::Errno) -> SysError {
    move |e| SysError::new(call, format!("{id}, {id}, {id}"), e)
}

/// Sets the real, effective and saved group id, setresgid(2).
pub fn set_gid(gid: u32) -> Result<(), SysError> {
    let g = Gid::from_raw(gid);
    nix::unistd::setresgid(g, g, g).map_err(id("setresgid", gid))
}

/// Sets the real, effective and saved user id, setresuid(2).
pub fn set_uid(uid: u32) -> Result<(), SysError> {
    let u = Uid::from_raw(uid);
    nix::unistd::setresuid(u, u, u).map_err(id("setresuid", uid))
}

/// Lets root continue under another user id with all its rights: the kernel charges what is made
/// from now on to that user. Undone by `be_root_again`.
pub fn be_counted_as(uid: u32) -> Result<(), SysError> {
    let (name, root) = (Uid::from_raw(uid), Uid::from_raw(0));
    // Order: the saved id stays root's, or the rights would be lost for good (capabilities(7)).
    nix::unistd::setresuid(name, name, root).map_err(id("setresuid", uid))?;
    super::capability::use_all()
}

/// Undoes `be_counted_as`.
pub fn be_root_again() -> Result<(), SysError> {
    set_uid(0)
}

/// Drops all supplementary groups, setgroups(2).
pub fn drop_groups() -> Result<(), SysError> {
    nix::unistd::setgroups(&[]).map_err(|e| SysError::new("setgroups", "0, []", e))
}

/// Whether this process has supplementary groups other than its own group, getgroups(2).
pub fn has_other_groups() -> bool {
    let own = nix::unistd::getegid();
    nix::unistd::getgroups().is_ok_and(|groups| groups.iter().any(|group| *group != own))
}

/// The effective user and group id.
pub fn effective() -> (u32, u32) {
    (
        nix::unistd::geteuid().as_raw(),
        nix::unistd::getegid().as_raw(),
    )
}

/// The name of a user in passwd(5).
pub fn user_name(uid: u32) -> Option<String> {
    let user = nix::unistd::User::from_uid(nix::unistd::Uid::from_raw(uid)).ok()??;
    Some(user.name)
}
