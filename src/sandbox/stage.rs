//! What a lab host uses of the machine, put ready outside of it: programs, devices, settings and
//! this program itself, each a read-only bind mount in a mount namespace that the lab host's root
//! does not own. The copies in the lab host have these flags locked: its root cannot remove them
//! (`mount_namespaces(7)`, "locked").

use std::fs;
use std::io;
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::wire::Spec;
use super::{idmap, scratch};
use crate::sys::mount::{self, Flags, Mount};
use crate::sys::number;
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

/// The directory of the stage, a tmpfs in a mount namespace of its own.
pub(super) const PLACE: &str = "/tmp";
/// The directory on the stage where the lab host's root is built.
pub(super) const ROOT: &str = "/tmp/root";
/// This program on the stage.
pub(super) const PROGRAM: &str = "/tmp/isolab";
/// The empty file that is bound over sockets.
const NOTHING: &str = "/tmp/nothing";
/// Directories with programs and libraries, bound under the same names. Of the stores of Nix and
/// Guix only the packages: the rest of those directories is for the package manager.
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
/// The parts of the machine's `/etc` that programs need to start.
pub(super) const SETTINGS: [&str; 10] = [
    "etc/alternatives",
    "etc/groff",
    "etc/ld.so.cache",
    "etc/ld.so.conf",
    "etc/ld.so.conf.d",
    "etc/man.conf",
    "etc/man_db.conf",
    "etc/manpath.config",
    "etc/terminfo",
    "etc/vim",
];
/// The directory of the devices on the stage.
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
/// The name on the stage of the scratch directory that becomes `/lab`.
pub(super) const LAB: &str = "lab";

/// The path of something on the stage.
pub(super) fn at(name: &str) -> String {
    format!("{PLACE}/{name}")
}

/// Builds the stage. The caller has a mount namespace of its own and may mount in it.
pub(super) fn build(spec: &Spec) -> Result<(), SysError> {
    // Order: private first, so that no mount reaches the machine's own mount table. This program
    // and the scratch directory are looked up before /tmp is covered.
    let private = (Flags::MS_REC | Flags::MS_PRIVATE).bits();
    mount::mount(&Mount {
        target: "/",
        flags: private,
        ..Mount::default()
    })?;
    let own = Own::find()?;
    let scratch = spec.scratch.as_deref().map(scratch::lab);
    // Large enough for a copy of this program.
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

/// The standard descriptors that the staged program gets.
#[derive(Debug)]
pub(super) struct Handover<'a> {
    pub(super) input: &'a OwnedFd,
    pub(super) output: &'a OwnedFd,
    /// Read by the program, from its standard error.
    pub(super) message: OwnedFd,
}

/// Executes the staged program under another name; returns only the reason why it could not. The
/// `/proc/PID/exe` that a lab host sees of isolab's processes is then read-only too.
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

/// Whether the machine has this, other than as a link that `links` makes anew.
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

/// Makes new device nodes, so that not even a timestamp of the machine's changes. In a user
/// namespace mknod(2) is refused: there the machine's nodes are bound, which anybody may use
/// anyway. They are not read-only, because then nobody could bind them with other flags.
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
            Err(e) if e.errno == number::EPERM => bind(&source, &at(name)),
            made => made,
        }
    })
}

/// Makes a node for the same device as another, usable by everybody.
fn node(like: &Path, path: &Path) -> Result<(), SysError> {
    let found = fs::metadata(like).map_err(refused("stat", like))?;
    file::mknod(path, number::S_IFCHR, found.rdev())?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o666)).map_err(refused("chmod", path))
}

/// Binds a directory or a file, with all mounts below it.
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

/// Covers the sockets below a directory: a read-only mount does not stop connections to them. Only
/// those that exist now, were bound by an absolute path, and are in this network namespace:
/// `/proc/net/unix` names no others (unix(7)).
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

/// Covers one socket; it is no error if it is gone.
fn cover(socket: &str) -> Result<(), SysError> {
    match mount::bind(NOTHING, socket) {
        Err(e) if e.errno == number::ENOENT => Ok(()),
        covered => covered,
    }
}

/// The file of this program.
enum Own {
    /// Its place, in this mount namespace.
    At(OwnedFd),
    /// No path leads to it, because it was replaced or is in a directory that is closed to this
    /// process: its content can still be read.
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
                // Made a mount, because only a mount can have the flag.
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

/// The program directories that are symbolic links on this machine (such as `/bin`), with their
/// targets: the lab host gets the same links.
pub(super) fn links() -> impl Iterator<Item = (&'static str, PathBuf)> {
    PROGRAMS
        .into_iter()
        .filter_map(|name| Some((name, link(name)?)))
}

/// The target of such a link. A link of a store is not remade: it may lead to any disk, so its
/// content is bound instead.
fn link(name: &str) -> Option<PathBuf> {
    let may_be_one = PROGRAMS.contains(&name) && !name.contains('/');
    fs::read_link(Path::new("/").join(name))
        .ok()
        .filter(|_| may_be_one)
}
