//! Verbs of the capability family: taking power away.

use std::path::Path;

use super::{Applied, Ctx, Refused, Shell, Then};
use crate::lab::action::{DropCapabilities, Mask, Seccomp};
use crate::sys::mount::{self, Flags, Mount};
use crate::sys::{capability, process, seccomp};

/// Takes capabilities away from the worker and from the shell that it becomes.
/// Order: the bounding set first, as changing it takes `CAP_SETPCAP` itself (prctl(2)).
pub(super) fn drop(a: &DropCapabilities, ctx: &mut Ctx) -> Applied {
    let lost = |name: &str| match &a.keep {
        Some(keep) => !keep.iter().any(|kept| kept == name),
        None => a.drop.iter().any(|dropped| dropped == name),
    };
    let mut mask = 0;
    for (number, name) in capability::all().filter(|(_, name)| lost(name)) {
        let dropped = capability::drop_from_bounding(number);
        ctx.call(dropped, "prctl", format!("PR_CAPBSET_DROP, {name}"))?;
        mask |= 1 << number;
    }
    // Of `keep` the inheritable set too is emptied: nothing of what is kept needs it.
    let inheritable = if a.keep.is_some() { 0 } else { !mask };
    let args = format!("effective, permitted &= ~0x{mask:x}");
    ctx.call(capability::keep(!mask, inheritable), "capset", args)?;
    Ok(shell(ctx))
}

/// Sets `no_new_privs`.
pub(super) fn no_new_privs(ctx: &mut Ctx) -> Applied {
    let set = process::set_no_new_privs();
    ctx.call(set, "prctl", "PR_SET_NO_NEW_PRIVS, 1".to_owned())?;
    Ok(shell(ctx))
}

/// Installs a filter of system calls.
pub(super) fn seccomp(a: &Seccomp, ctx: &mut Ctx) -> Applied {
    let args = format!(
        "SECCOMP_SET_MODE_FILTER, {}: {}",
        a.errno,
        a.refuse.join(" ")
    );
    ctx.call(seccomp::refuse(&a.refuse, &a.errno), "seccomp", args)?;
    Ok(shell(ctx))
}

fn shell(ctx: &Ctx) -> Then {
    Then::Shell(Shell {
        program: ctx.shell(),
        fork: false,
        starts_it: false,
    })
}

/// Covers paths.
pub(super) fn mask(a: &Mask, ctx: &mut Ctx) -> Applied {
    for path in there(&a.hide) {
        hide(path, ctx)?;
    }
    for path in there(&a.read_only) {
        seal(path, ctx)?;
    }
    Ok(Then::Done)
}

fn there(paths: &[String]) -> impl Iterator<Item = &String> {
    paths.iter().filter(|path| Path::new(path).exists())
}

fn hide(path: &str, ctx: &mut Ctx) -> Applied {
    if Path::new(path).is_dir() {
        let call = Mount {
            source: "tmpfs",
            target: path,
            kind: "tmpfs",
            flags: Flags::MS_RDONLY.bits(),
            data: "size=0",
        };
        ctx.call(mount::mount(&call), "mount", call.args())?;
        return Ok(Then::Done);
    }
    bind("/dev/null", path, ctx)?;
    let sealed = Mount {
        target: path,
        flags: (Flags::MS_REMOUNT | Flags::MS_BIND | Flags::MS_RDONLY).bits(),
        ..Mount::default()
    };
    ctx.call(mount::mount(&sealed), "mount", sealed.args())?;
    Ok(Then::Done)
}

fn bind(source: &str, target: &str, ctx: &mut Ctx) -> Result<(), Refused> {
    let call = Mount {
        source,
        target,
        flags: (Flags::MS_BIND | Flags::MS_REC).bits(),
        ..Mount::default()
    };
    ctx.call(mount::mount(&call), "mount", call.args())
}

/// A mount onto itself that then is made read-only: that can be said of a mount alone,
/// and of `/proc` as a whole it would say too much.
fn seal(path: &str, ctx: &mut Ctx) -> Applied {
    bind(path, path, ctx)?;
    let sealed = mount::change_attributes(path, nix::libc::MOUNT_ATTR_RDONLY, 0);
    let args = format!("\"{path}\", set MOUNT_ATTR_RDONLY");
    ctx.call(sealed, "mount_setattr", args)?;
    Ok(Then::Done)
}
