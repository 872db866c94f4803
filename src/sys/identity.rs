//! User and group ids.

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

/// Lets root go on under another name with all its rights: the user to whom the kernel
/// counts what is made from now on. Undone by `act_as_root`.
pub fn act_as(uid: u32) -> Result<(), SysError> {
    let (name, root) = (Uid::from_raw(uid), Uid::from_raw(0));
    // Order: the saved id stays that of root, or the rights would be lost for good (capabilities(7)).
    nix::unistd::setresuid(name, name, root).map_err(id("setresuid", uid))?;
    super::capability::use_all()
}

/// Undoes `act_as`.
pub fn act_as_root() -> Result<(), SysError> {
    set_uid(0)
}

/// setgroups(2) to none.
pub fn drop_groups() -> Result<(), SysError> {
    nix::unistd::setgroups(&[]).map_err(|e| SysError::new("setgroups", "0, []", e))
}

/// Whether this process is in other groups than its own, getgroups(2).
pub fn has_other_groups() -> bool {
    let own = nix::unistd::getegid();
    nix::unistd::getgroups().is_ok_and(|groups| groups.iter().any(|group| *group != own))
}

/// Lets this thread, and no other, make and open files as another user: `setfsuid(2)`,
/// `setfsgid(2)`, which also take the rights of root over files away.
pub fn own_files_as(uid: u32, gid: u32) {
    // Order: without the rights of root the group could not be changed.
    let _ = nix::unistd::setfsgid(Gid::from_raw(gid));
    let _ = nix::unistd::setfsuid(Uid::from_raw(uid));
}

/// A user's home directory and main group, `passwd(5)`.
pub fn home_of(uid: u32) -> Option<(std::path::PathBuf, u32)> {
    let user = nix::unistd::User::from_uid(Uid::from_raw(uid)).ok()??;
    Some((user.dir, user.gid.as_raw()))
}

/// The effective user and group id.
pub fn effective() -> (u32, u32) {
    (
        nix::unistd::geteuid().as_raw(),
        nix::unistd::getegid().as_raw(),
    )
}
