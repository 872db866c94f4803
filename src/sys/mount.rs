//! Mounting, and changing roots.

use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use nix::mount::{MntFlags, MsFlags};
use rustix::mount::{FsMountFlags, FsOpenFlags, MountAttrFlags};

use super::SysError;

pub use nix::mount::MsFlags as Flags;

/// The arguments of mount(2).
#[derive(Clone, Debug, Default)]
pub struct Mount<'a> {
    /// The source; empty for none.
    pub source: &'a str,
    /// The directory or file mounted on.
    pub target: &'a str,
    /// The file system type; empty where the flags say what to do.
    pub kind: &'a str,
    /// The flags, `MS_*`.
    pub flags: u64,
    /// The file system's own options, comma-separated.
    pub data: &'a str,
}

impl Mount<'_> {
    /// The arguments as an error shows them.
    pub fn args(&self) -> String {
        let quote = |s: &str| {
            if s.is_empty() {
                "NULL".to_owned()
            } else {
                format!("\"{s}\"")
            }
        };
        let mut args = format!(
            "{}, {}, {}, {}",
            quote(self.source),
            quote(self.target),
            quote(self.kind),
            flag_names(self.flags)
        );
        if !self.data.is_empty() {
            args.push_str(&format!(", {}", quote(self.data)));
        }
        args
    }
}

fn flag_names(flags: u64) -> String {
    let flags = MsFlags::from_bits_retain(flags);
    if flags.is_empty() {
        return "0".to_owned();
    }
    let names: Vec<&str> = flags.iter_names().map(|(name, _)| name).collect();
    names.join("|")
}

/// mount(2).
pub fn mount(m: &Mount<'_>) -> Result<(), SysError> {
    let some = |s| if str::is_empty(s) { None } else { Some(s) };
    nix::mount::mount(
        some(m.source),
        m.target,
        some(m.kind),
        MsFlags::from_bits_retain(m.flags),
        some(m.data),
    )
    .map_err(|e| SysError::new("mount", m.args(), e))
}

/// Mounts a new tmpfs without devices and set-user-id bits; `options` are those of tmpfs(5).
pub fn tmpfs(target: &str, options: &str) -> Result<(), SysError> {
    mount(&Mount {
        source: "tmpfs",
        target,
        kind: "tmpfs",
        flags: (MsFlags::MS_NOSUID | MsFlags::MS_NODEV).bits(),
        data: options,
    })
}

/// Binds a directory or file to another place, with all mounts below it: mount(2) with
/// `MS_BIND|MS_REC`.
pub fn bind(source: &str, target: &str) -> Result<(), SysError> {
    mount(&Mount {
        source,
        target,
        flags: (MsFlags::MS_BIND | MsFlags::MS_REC).bits(),
        ..Mount::default()
    })
}

/// umount2(2); `lazy` is `MNT_DETACH`.
pub fn umount(target: &str, lazy: bool) -> Result<(), SysError> {
    let (flags, name) = if lazy {
        (MntFlags::MNT_DETACH, "MNT_DETACH")
    } else {
        (MntFlags::empty(), "0")
    };
    nix::mount::umount2(target, flags)
        .map_err(|e| SysError::new("umount2", format!("\"{target}\", {name}"), e))
}

/// `pivot_root(2)`.
pub fn pivot_root(new_root: &str, put_old: &str) -> Result<(), SysError> {
    nix::unistd::pivot_root(new_root, put_old)
        .map_err(|e| SysError::new("pivot_root", format!("\"{new_root}\", \"{put_old}\""), e))
}

/// chroot(2).
pub fn chroot(path: impl AsRef<Path>) -> Result<(), SysError> {
    let path = path.as_ref();
    nix::unistd::chroot(path).map_err(|e| SysError::new("chroot", format!("{path:?}"), e))
}

/// chdir(2).
pub fn chdir(path: impl AsRef<Path>) -> Result<(), SysError> {
    let path = path.as_ref();
    nix::unistd::chdir(path).map_err(|e| SysError::new("chdir", format!("{path:?}"), e))
}

/// fchdir(2).
pub fn fchdir(fd: impl AsFd) -> Result<(), SysError> {
    nix::unistd::fchdir(fd).map_err(|e| SysError::new("fchdir", "", e))
}

/// Makes a mount that is attached nowhere; returns its root directory, fsmount(2). Needs Linux 5.2.
pub fn detached(kind: &str) -> Result<OwnedFd, SysError> {
    let error = |call| move |e| SysError::new(call, format!("\"{kind}\""), e);
    let fs = rustix::mount::fsopen(kind, FsOpenFlags::FSOPEN_CLOEXEC).map_err(error("fsopen"))?;
    rustix::mount::fsconfig_create(fs.as_fd()).map_err(error("fsconfig"))?;
    let flags = MountAttrFlags::MOUNT_ATTR_NOSUID
        | MountAttrFlags::MOUNT_ATTR_NODEV
        | MountAttrFlags::MOUNT_ATTR_NOEXEC;
    rustix::mount::fsmount(fs.as_fd(), FsMountFlags::FSMOUNT_CLOEXEC, flags)
        .map_err(error("fsmount"))
}

/// Copies the mount at a path, attached nowhere, `open_tree(2)` with `OPEN_TREE_CLONE`: mounts
/// below the path, also later ones, do not appear in the copy.
pub fn copy(path: &str) -> Result<OwnedFd, SysError> {
    use rustix::mount::OpenTreeFlags;
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
    rustix::mount::open_tree(rustix::fs::CWD, path, flags)
        .map_err(|e| SysError::new("open_tree", format!("\"{path}\", OPEN_TREE_CLONE"), e))
}

/// The argument of `mount_setattr(2)`.
#[repr(C)]
struct MountAttr {
    set: u64,
    clear: u64,
    propagation: u64,
    userns_fd: u64,
}

impl MountAttr {
    /// Attributes to have, and those to lose.
    fn change(set: u64, clear: u64) -> Self {
        Self {
            set,
            clear,
            propagation: 0,
            userns_fd: 0,
        }
    }
}

/// Makes a mount and all below it read-only, `mount_setattr(2)` (Linux 5.12). Unlike a remount this
/// leaves flags alone that a user namespace may not change.
pub fn make_read_only(target: &str) -> Result<(), SysError> {
    set_attributes(target, libc::MOUNT_ATTR_RDONLY, "MOUNT_ATTR_RDONLY")
}

/// Sets `nosuid` and `nodev` on a mount and all below it.
pub fn make_harmless(target: &str) -> Result<(), SysError> {
    let attributes = libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV;
    set_attributes(target, attributes, "MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV")
}

/// Sets and clears attributes of one mount alone, `MOUNT_ATTR_*` of `mount_setattr(2)`; all others
/// stay.
pub fn change_attributes(target: &str, set: u64, clear: u64) -> Result<(), SysError> {
    let args = format!("\"{target}\", 0x{set:x}, 0x{clear:x}");
    setattr(target, 0, MountAttr::change(set, clear))
        .map_err(|e| SysError::new("mount_setattr", args, e))
}

fn set_attributes(target: &str, attributes: u64, names: &str) -> Result<(), SysError> {
    let error = |e| SysError::new("mount_setattr", format!("\"{target}\", {names}"), e);
    setattr(target, libc::AT_RECURSIVE, MountAttr::change(attributes, 0)).map_err(error)
}

fn setattr(target: &str, flags: i32, attr: MountAttr) -> Result<(), nix::errno::Errno> {
    let path = std::ffi::CString::new(target).map_err(|_e| nix::errno::Errno::EINVAL)?;
    // SAFETY: path and attr live through the call; the size is that of attr.
    let result = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            libc::AT_FDCWD,
            path.as_ptr(),
            flags,
            &raw const attr,
            std::mem::size_of::<MountAttr>(),
        )
    };
    if result < 0 {
        Err(nix::errno::Errno::last())
    } else {
        Ok(())
    }
}
