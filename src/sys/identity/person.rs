//! The person for whom root works: the caller of sudo(8). Their files are opened and made with
//! their rights, only on the thread that does it.

use std::ffi::CString;
use std::path::PathBuf;
use std::sync::OnceLock;

use nix::unistd::{Gid, Uid, User};

use crate::sys::SysError;

/// A person, with their home if it is known.
#[derive(Debug)]
struct Person {
    ids: Ids,
    home: Option<PathBuf>,
}

/// The ids that count when files are opened, credentials(7).
#[derive(Clone, Debug, PartialEq, Eq)]
struct Ids {
    user: Uid,
    group: Gid,
    groups: Vec<Gid>,
}

/// The person for whom this process works; unset if it works for itself.
static PERSON: OnceLock<Person> = OnceLock::new();

/// Works for a user from now on; called once, at the start. A user without an entry in passwd(5)
/// (such as one of a directory service, for a statically linked program) has only the given ids: no
/// supplementary groups, and no home.
///
/// # Errors
/// Their rights cannot be taken, or `group` is missing for a user without an entry.
pub fn work_for(user: u32, group: Option<u32>) -> Result<(), SysError> {
    let found = User::from_uid(Uid::from_raw(user)).ok().flatten();
    let person = match (found, group) {
        (Some(found), _) => Person::of(found),
        (None, Some(group)) => Person::stranger(Uid::from_raw(user), Gid::from_raw(group)),
        (None, None) => {
            let nobody = nix::errno::Errno::ENOENT;
            return Err(SysError::new("getpwuid", user.to_string(), nobody));
        }
    };
    let before = Ids::now()?;
    let taken = person.ids.take();
    before.take()?;
    taken?;
    let _ = PERSON.set(person);
    Ok(())
}

impl Person {
    fn of(found: User) -> Self {
        let name = CString::new(found.name).unwrap_or_default();
        // More groups than the person has would give more rights.
        let groups = nix::unistd::getgrouplist(&name, found.gid).unwrap_or_default();
        let ids = Ids {
            user: found.uid,
            group: found.gid,
            groups,
        };
        Self {
            ids,
            home: Some(found.dir),
        }
    }

    fn stranger(user: Uid, group: Gid) -> Self {
        let groups = Vec::new();
        let ids = Ids {
            user,
            group,
            groups,
        };
        Self { ids, home: None }
    }
}

/// The person's user id; `None` if this process works for itself.
pub fn user() -> Option<u32> {
    PERSON.get().map(|person| person.ids.user.as_raw())
}

/// A folder below the person's home, or `own()` if this process works for itself. `None` if they
/// have no home.
pub fn folder(below: &str, own: impl FnOnce() -> Option<PathBuf>) -> Option<PathBuf> {
    match PERSON.get() {
        Some(person) => Some(person.home.as_ref()?.join(below)),
        None => own(),
    }
}

/// Runs `does` with the person's rights over files; new files are theirs.
pub fn act<T>(does: impl FnOnce() -> T) -> T {
    let Some(person) = PERSON.get() else {
        return does();
    };
    let Ok(before) = Ids::now().and_then(|before| person.ids.take().map(|()| before)) else {
        // It worked at the start. Continuing with root's rights would be wrong.
        std::process::abort();
    };
    let back = Back(before);
    let done = does();
    drop(back);
    done
}

/// Gives this thread the person's rights for the rest of its life.
pub fn stay() {
    if let Some(person) = PERSON.get()
        && person.ids.take().is_err()
    {
        std::process::abort();
    }
}

/// The ids that a thread gets back, also after a panic.
struct Back(Ids);

impl Drop for Back {
    fn drop(&mut self) {
        let _ = self.0.take();
    }
}

impl Ids {
    /// The ids of this thread.
    fn now() -> Result<Self, SysError> {
        let error = |e| SysError::new("getgroups", "", e);
        Ok(Self {
            user: fs_user(),
            group: fs_group(),
            groups: nix::unistd::getgroups().map_err(error)?,
        })
    }

    /// Sets the ids of this thread with `setfsuid(2)`, `setfsgid(2)` and setgroups(2). That also
    /// takes root's rights over files away, or gives them back.
    fn take(&self) -> Result<(), SysError> {
        let raw = |gid: &Gid| rustix::fs::Gid::from_raw(gid.as_raw());
        let groups: Vec<_> = self.groups.iter().map(raw).collect();
        let count = format!("{}, …", groups.len());
        // Order: the groups, of this thread alone, while it may still change them.
        if Self::now()?.groups != self.groups {
            rustix::thread::set_thread_groups(&groups)
                .map_err(|e| SysError::new("setgroups", count, e))?;
        }
        nix::unistd::setfsgid(self.group);
        nix::unistd::setfsuid(self.user);
        // Neither call reports that it was refused.
        if (fs_user(), fs_group()) == (self.user, self.group) {
            return Ok(());
        }
        let user = self.user.to_string();
        Err(SysError::new("setfsuid", user, nix::errno::Errno::EPERM))
    }
}

/// The current id: no user has the number -1, so the call changes nothing and returns it.
fn fs_user() -> Uid {
    nix::unistd::setfsuid(Uid::from_raw(u32::MAX))
}

fn fs_group() -> Gid {
    nix::unistd::setfsgid(Gid::from_raw(u32::MAX))
}
