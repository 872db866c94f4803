//! Verbs of the mount family.

use std::path::Path;

use crate::sys::number;
use crate::sys::number::{
    MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC, MOUNT_ATTR_NOSUID, MOUNT_ATTR_RDONLY,
};

use super::{Applied, Ctx, Then, applied};
use crate::lab::action::{
    Bind, Chroot, Mask, Mode, Mount as MountVerb, MountOption, PivotRoot, Propagation, Remount,
    Umount,
};
use crate::sys::exec::Program;
use crate::sys::mount::{self, Flags, Mount};
use crate::sys::process::{self, Side};
use crate::sys::{Code, SysError};

applied! {
    MountVerb: mount,
    Bind: bind,
    Remount: remount,
    Propagation: propagation,
    Umount: umount,
    PivotRoot: pivot_root,
    Chroot: chroot,
    Mask: mask,
}

/// The options of mount(8) that are flags of mount(2); the rest goes to the file system.
const FLAGS: [(&str, Flags); 8] = [
    ("ro", Flags::MS_RDONLY),
    ("nosuid", Flags::MS_NOSUID),
    ("nodev", Flags::MS_NODEV),
    ("noexec", Flags::MS_NOEXEC),
    ("noatime", Flags::MS_NOATIME),
    ("nodiratime", Flags::MS_NODIRATIME),
    ("relatime", Flags::MS_RELATIME),
    ("sync", Flags::MS_SYNCHRONOUS),
];

/// Splits options into flags and the file system's own data.
fn split(options: &[String]) -> (Flags, String) {
    let mut flags = Flags::empty();
    let mut data = Vec::new();
    for option in options {
        match FLAGS.iter().find(|(name, _)| name == option) {
            Some((_, flag)) => flags |= *flag,
            None if option == "rw" => {}
            None => data.push(option.as_str()),
        }
    }
    (flags, data.join(","))
}

/// Mounts a file system.
fn mount(a: &MountVerb, ctx: &mut Ctx) -> Applied {
    let (flags, data) = split(&a.options);
    let source = a.source.as_deref().unwrap_or(&a.kind);
    let call = Mount {
        source,
        target: &a.target,
        kind: &a.kind,
        flags: flags.bits(),
        data: &data,
    };
    let mounted = match a.kind.as_str() {
        "proc" => by_child(&call),
        _ => mount::mount(&call),
    };
    ctx.call(mounted, "mount", call.args())?;
    Ok(Then::Done)
}

/// Mounts proc from a child. proc shows the pid namespace of the mounting process, and a process
/// that has joined a pid namespace is not in it, but its children are (setns(2)).
fn by_child(call: &Mount<'_>) -> Result<(), SysError> {
    match process::fork()? {
        // The child reports the errno as its exit status: they are small enough.
        Side::Child => process::exit(mount::mount(call).err().map_or(0, |e| e.errno)),
        Side::Parent(pid) => {
            let status = process::wait_for(pid).map_or(-1, |ended| ended.status);
            match i32::try_from(status) {
                Ok(0) => Ok(()),
                Ok(errno) => Err(SysError::new("mount", call.args(), Code(errno))),
                Err(_) => Err(SysError::new("mount", call.args(), Code(number::EIO))),
            }
        }
    }
}

/// Binds a file or directory to a second place.
fn bind(a: &Bind, ctx: &mut Ctx) -> Applied {
    show_at(&a.source, &a.target, recursive(a.recursive), ctx)
}

fn recursive(wanted: bool) -> Flags {
    if wanted {
        Flags::MS_REC
    } else {
        Flags::empty()
    }
}

/// Makes a file or directory visible at a second place, with further flags.
pub(super) fn show_at(source: &str, target: &str, how: Flags, ctx: &mut Ctx) -> Applied {
    let call = Mount {
        source,
        target,
        flags: (Flags::MS_BIND | how).bits(),
        ..Mount::default()
    };
    ctx.call(mount::mount(&call), "mount", call.args())?;
    Ok(Then::Done)
}

/// The attribute that an option is about, its name, and whether the option sets it.
fn attribute(option: MountOption) -> (u64, &'static str, bool) {
    match option {
        MountOption::Ro => (MOUNT_ATTR_RDONLY, "MOUNT_ATTR_RDONLY", true),
        MountOption::Rw => (MOUNT_ATTR_RDONLY, "MOUNT_ATTR_RDONLY", false),
        MountOption::Nosuid => (MOUNT_ATTR_NOSUID, "MOUNT_ATTR_NOSUID", true),
        MountOption::Suid => (MOUNT_ATTR_NOSUID, "MOUNT_ATTR_NOSUID", false),
        MountOption::Nodev => (MOUNT_ATTR_NODEV, "MOUNT_ATTR_NODEV", true),
        MountOption::Dev => (MOUNT_ATTR_NODEV, "MOUNT_ATTR_NODEV", false),
        MountOption::Noexec => (MOUNT_ATTR_NOEXEC, "MOUNT_ATTR_NOEXEC", true),
        MountOption::Exec => (MOUNT_ATTR_NOEXEC, "MOUNT_ATTR_NOEXEC", false),
    }
}

/// Changes some options of one mount; mount(2) would reset all that are not named.
fn remount(a: &Remount, ctx: &mut Ctx) -> Applied {
    let (mut set, mut clear) = (0, 0);
    let mut words = Vec::new();
    for option in &a.options {
        let (attribute, name, sets) = attribute(*option);
        let (place, word) = if sets {
            (&mut set, "set")
        } else {
            (&mut clear, "clear")
        };
        *place |= attribute;
        words.push(format!("{word} {name}"));
    }
    let changed = mount::change_attributes(&a.target, set, clear);
    let args = format!("\"{}\", {}", a.target, words.join(", "));
    ctx.call(changed, "mount_setattr", args)?;
    Ok(Then::Done)
}

/// Changes the propagation of a mount.
fn propagation(a: &Propagation, ctx: &mut Ctx) -> Applied {
    let mode = match a.mode {
        Mode::Shared => Flags::MS_SHARED,
        Mode::Private => Flags::MS_PRIVATE,
        Mode::Slave => Flags::MS_SLAVE,
        Mode::Unbindable => Flags::MS_UNBINDABLE,
    };
    change(&a.target, mode | recursive(a.recursive), ctx)
}

/// Changes a mount as the flags say.
pub(super) fn change(target: &str, flags: Flags, ctx: &mut Ctx) -> Applied {
    let call = Mount {
        target,
        flags: flags.bits(),
        ..Mount::default()
    };
    ctx.call(mount::mount(&call), "mount", call.args())?;
    Ok(Then::Done)
}

/// Swaps the root mount. Shells of this mount namespace whose root was the old root have the new
/// one afterwards; their working directories stay.
fn pivot_root(a: &PivotRoot, ctx: &mut Ctx) -> Applied {
    let args = format!("\"{}\", \"{}\"", a.new_root, a.put_old);
    let swapped = mount::pivot_root(&a.new_root, &a.put_old);
    ctx.call(swapped, "pivot_root", args)?;
    Ok(Then::Done)
}

/// Unmounts a mount.
fn umount(a: &Umount, ctx: &mut Ctx) -> Applied {
    let flag = if a.lazy { "MNT_DETACH" } else { "0" };
    ctx.call(
        mount::umount(&a.target, a.lazy),
        "umount2",
        format!("\"{}\", {flag}", a.target),
    )?;
    Ok(Then::Done)
}

/// Changes the root directory; the program is looked up in the new one.
fn chroot(a: &Chroot, ctx: &mut Ctx) -> Applied {
    // Order: chdir("/") right after chroot, as chroot(8) does: a working directory outside the new
    // root would be a way out (chroot(2)).
    ctx.call(mount::chroot(&a.path), "chroot", format!("\"{}\"", a.path))?;
    ctx.call(mount::chdir("/"), "chdir", "\"/\"".to_owned())?;
    let program = Program {
        argv: a.program.clone(),
        env: ctx.env.clone(),
    };
    Ok(Then::becomes(program))
}

/// Covers paths, or makes them read-only.
fn mask(a: &Mask, ctx: &mut Ctx) -> Applied {
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
    show_at("/dev/null", path, Flags::MS_REC, ctx)?;
    let all = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;
    let names = "MOUNT_ATTR_RDONLY|MOUNT_ATTR_NOSUID|MOUNT_ATTR_NOEXEC";
    set(path, all, names, ctx)
}

/// Binds a path to itself and makes that mount read-only: only a mount can be read-only, and the
/// mount around it (such as `/proc`) would be too much.
fn seal(path: &str, ctx: &mut Ctx) -> Applied {
    show_at(path, path, Flags::MS_REC, ctx)?;
    set(path, MOUNT_ATTR_RDONLY, "MOUNT_ATTR_RDONLY", ctx)
}

/// Sets attributes and leaves all others: they may be locked, and a remount would reset them.
fn set(path: &str, attributes: u64, names: &str, ctx: &mut Ctx) -> Applied {
    let changed = mount::change_attributes(path, attributes, 0);
    ctx.call(changed, "mount_setattr", format!("\"{path}\", set {names}"))?;
    Ok(Then::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_flags_or_data() {
        let options = ["ro", "size=1m", "nosuid", "mode=755", "rw"].map(str::to_owned);
        let (flags, data) = split(&options);
        assert_eq!(flags, Flags::MS_RDONLY | Flags::MS_NOSUID);
        assert_eq!(data, "size=1m,mode=755");
    }
}
