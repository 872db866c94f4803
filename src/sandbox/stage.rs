//! What a lab host has of the machine, put ready outside of it: programs, devices,
//! settings and this program itself, each a bind mount that is read-only, in a mount
//! namespace whose owner is not the lab host's root. The copy that the lab host gets has
//! these flags locked: its root cannot take them away (`mount_namespaces(7)`, "locked").

use std::fs;
use std::io;
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::wire::Spec;
use super::{idmap, scratch};
use crate::sys::mount::{self, Flags, Mount};
use crate::sys::{SysError, exec, file, refused};

/// The name under which a process goes on, as the program that was put ready.
pub(super) const STAGED: &str = "isolab-host";

/// What a process is told that goes on.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Staged {
    /// To be root's launcher.
    Host(Spec),
    /// To make init in the namespaces around an ordinary user's lab host, with these ids.
    Outer(Spec, idmap::Plan),
}

/// Where it is put ready, seen by nobody else.
pub(super) const PLACE: &str = "/tmp";
/// The place in it for the lab host's root.
pub(super) const ROOT: &str = "/tmp/root";
/// This program in it.
pub(super) const PROGRAM: &str = "/tmp/isolab";
/// What is bound over a socket.
const NOTHING: &str = "/tmp/nothing";
/// Directories with programs and libraries, bound where they are. Of those with stores no
/// more than these: what is beside them is the business of who fills them.
pub(super) const PROGRAMS: [&str; 9] = [
    "usr",
    "bin",
    "sbin",
    "lib",
    "lib32",
    "lib64",
    "libx32",
    "nix/store",
    "gnu/store",
];
/// What of the machine's `/etc` programs need to start.
pub(super) const SETTINGS: [&str; 6] = [
    "etc/alternatives",
    "etc/ld.so.cache",
    "etc/ld.so.conf",
    "etc/ld.so.conf.d",
    "etc/terminfo",
    "etc/vim",
];
/// Where devices are in it.
const DEV: &str = "dev";
/// Devices that every program may expect.
pub(super) const DEVICES: [&str; 6] = [
    "dev/null",
    "dev/zero",
    "dev/full",
    "dev/random",
    "dev/urandom",
    "dev/tty",
];
/// The directory of the machine that is to be `/lab`, in it.
pub(super) const LAB: &str = "lab";

/// The path of something in it.
pub(super) fn at(name: &str) -> String {
    format!("{PLACE}/{name}")
}

/// Puts all ready. The caller has a mount namespace of its own, and the rights to mount in it.
pub(super) fn build(spec: &Spec) -> Result<(), SysError> {
    // Order: private first, so that nothing reaches the machine's own mount table; what is
    // looked for on the machine before its /tmp is covered.
    let private = (Flags::MS_REC | Flags::MS_PRIVATE).bits();
    mount::mount(&Mount {
        target: "/",
        flags: private,
        ..Mount::default()
    })?;
    let own = Own::find()?;
    let scratch = spec.scratch.as_deref().map(scratch::lab);
    // As large as a copy of this program may be.
    mount::tmpfs(PLACE, "size=512m,mode=755")?;
    make_dir(Path::new(ROOT))?;
    fs::write(NOTHING, "").map_err(refused("open", Path::new(NOTHING)))?;
    if let Some(lab) = scratch {
        bind(&lab, &at(LAB))?;
        mount::make_harmless(&at(LAB))?;
    }
    let names = PROGRAMS.iter().chain(&SETTINGS);
    names
        .filter(|name| has(name))
        .try_for_each(|name| lend(name))?;
    devices()?;
    own.stage()
}

/// What a program that goes on has as its standard input, output and error.
#[derive(Debug)]
pub(super) struct Handover<'a> {
    pub(super) input: &'a OwnedFd,
    pub(super) output: &'a OwnedFd,
    /// To be read by it.
    pub(super) message: OwnedFd,
}

/// Goes on as this program put ready, under another name. Comes back only with the reason why
/// not. What the lab host finds in `/proc/PID/exe` of a program of ours is then read-only too.
pub(super) fn go_on(name: &str, handover: &Handover<'_>) -> SysError {
    let streams = [handover.input, handover.output, &handover.message];
    let replaced = streams
        .iter()
        .zip(0..)
        .try_for_each(|(fd, standard)| file::replace(standard, fd.as_fd()));
    replaced.err().unwrap_or_else(|| {
        let program = exec::Program {
            argv: vec![name.to_owned()],
            env: Vec::new(),
        };
        exec::exec_file(PROGRAM, &program)
    })
}

/// Whether the machine has it, as something else than a symbolic link that is made anew.
fn has(name: &str) -> bool {
    fs::metadata(Path::new("/").join(name)).is_ok() && link(name).is_none()
}

fn lend(name: &str) -> Result<(), SysError> {
    let (source, target) = (format!("/{name}"), at(name));
    bind(&source, &target)?;
    if PROGRAMS.contains(&name) {
        hide_sockets(&source, &target)?;
    }
    mount::make_read_only(&target)
}

/// Nodes of our own, so that not even a time of the machine's is changed. In a user namespace
/// none can be made: there the machine's are bound, to which anybody may do as much. They are
/// not read-only, as nobody could bind them with other flags then.
fn devices() -> Result<(), SysError> {
    make_dir(Path::new(&at(DEV)))?;
    mount::mount(&Mount {
        source: "tmpfs",
        target: &at(DEV),
        kind: "tmpfs",
        data: "size=64k,mode=755",
        ..Mount::default()
    })?;
    DEVICES.into_iter().try_for_each(|name| {
        let source = format!("/{name}");
        match node(Path::new(&source), Path::new(&at(name))) {
            Err(e) if e.errno == nix::libc::EPERM => bind(&source, &at(name)),
            made => made,
        }
    })
}

/// A node for the same device as another, for everybody.
fn node(like: &Path, path: &Path) -> Result<(), SysError> {
    let found = fs::metadata(like).map_err(refused("stat", like))?;
    file::mknod(path, nix::libc::S_IFCHR, found.rdev())?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o666)).map_err(refused("chmod", path))
}

/// Binds a directory or a file with all that is mounted below it.
fn bind(source: &str, target: &str) -> Result<(), SysError> {
    let to = Path::new(target);
    let above = to.parent().unwrap_or(to);
    fs::create_dir_all(above).map_err(refused("mkdir", above))?;
    let is_dir = fs::metadata(source).is_ok_and(|found| found.is_dir());
    if is_dir {
        make_dir(to)?;
    } else {
        fs::write(to, "").map_err(refused("open", to))?;
    }
    mount::bind(source, target)
}

/// Covers the sockets below a directory: one that is bound read-only takes connections all
/// the same. Those that are there now, were bound by a whole path, and are of this network
/// namespace: of no others does the kernel tell the name, `/proc/net/unix` (unix(7)).
fn hide_sockets(source: &str, target: &str) -> Result<(), SysError> {
    let source = fs::canonicalize(source).map_err(refused("stat", Path::new(source)))?;
    let list = fs::read("/proc/net/unix").unwrap_or_default();
    let list = String::from_utf8_lossy(&list);
    let names = list
        .lines()
        .filter_map(|line| line.find('/').map(|at| &line[at..]));
    let inside = |name: &str| {
        let real = fs::canonicalize(name).ok()?;
        Some(Path::new(target).join(real.strip_prefix(&source).ok()?))
    };
    let is_socket = |path: &PathBuf| {
        fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket())
    };
    for path in names.filter_map(inside).filter(is_socket) {
        cover(&path.to_string_lossy())?;
    }
    Ok(())
}

/// Covers one; nothing is to be done where it has gone meanwhile.
fn cover(socket: &str) -> Result<(), SysError> {
    match mount::bind(NOTHING, socket) {
        Err(e) if e.errno == nix::libc::ENOENT => Ok(()),
        covered => covered,
    }
}

/// This program's own file.
enum Own {
    /// Its place, in this mount namespace.
    At(OwnedFd),
    /// No path leads this process to it: it was replaced, or is in a folder of somebody
    /// else's. Its bytes are there nevertheless.
    Open(fs::File),
}

impl Own {
    fn find() -> Result<Self, SysError> {
        let link = "/proc/self/exe";
        let path = file::read_link(file::here(), link)?;
        let inode = |path: &str| {
            let found = fs::metadata(path).ok()?;
            Some((found.dev(), found.ino()))
        };
        if inode(&path).is_some() && inode(&path) == inode(link) {
            return file::open_place(file::here(), &path).map(Self::At);
        }
        let open = fs::File::open(link).map_err(refused("open", Path::new(link)))?;
        Ok(Self::Open(open))
    }

    fn stage(self) -> Result<(), SysError> {
        match self {
            Self::At(place) => bind(&format!("/proc/self/fd/{}", place.as_raw_fd()), PROGRAM)?,
            Self::Open(from) => {
                copy(from)?;
                // A mount of its own, to have the flag.
                mount::bind(PROGRAM, PROGRAM)?;
            }
        }
        mount::make_read_only(PROGRAM)
    }
}

fn copy(mut from: fs::File) -> Result<(), SysError> {
    let failed = |call| refused(call, Path::new(PROGRAM));
    let mut to = fs::File::create(PROGRAM).map_err(failed("open"))?;
    io::copy(&mut from, &mut to).map_err(failed("write"))?;
    let executable = fs::Permissions::from_mode(0o555);
    to.set_permissions(executable).map_err(failed("fchmod"))
}

fn make_dir(path: &Path) -> Result<(), SysError> {
    fs::create_dir(path).map_err(refused("mkdir", path))
}

/// Names of programs' directories that are symbolic links on this machine, to be made anew.
pub(super) fn links() -> impl Iterator<Item = (&'static str, PathBuf)> {
    PROGRAMS
        .into_iter()
        .filter_map(|name| Some((name, link(name)?)))
}

/// Where such a link leads. They lead from one of these directories to another, but that of a
/// store to wherever there is room for it: what is there is bound in its place.
fn link(name: &str) -> Option<PathBuf> {
    let may_be_one = PROGRAMS.contains(&name) && !name.contains('/');
    fs::read_link(Path::new("/").join(name))
        .ok()
        .filter(|_| may_be_one)
}
