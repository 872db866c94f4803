//! The lab host's root: a tmpfs with the machine's own programs bound into it
//! read-only, fresh kernel file systems, a small `/etc`, and `/lab`.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use super::group;
use super::scratch;
use super::tool;
use super::wire::Spec;
use crate::lab::action::TOOLS;
use crate::sys::mount::{self, Flags, Mount};
use crate::sys::{Code, SysError};

/// Where the new root is put together, seen by nobody else.
const BASE: &str = "/tmp";
/// Directories with programs and libraries, bound where they are.
const PROGRAMS: [&str; 9] = [
    "usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "nix", "gnu",
];
/// What of the machine's `/etc` programs need to start.
const SETTINGS: [&str; 6] = [
    "alternatives",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "terminfo",
    "vim",
];
/// Devices that every program may expect.
const DEVICES: [&str; 6] = ["null", "zero", "full", "random", "urandom", "tty"];
/// Directories of our own.
const DIRS: [&str; 13] = [
    "etc",
    "proc",
    "sys",
    "dev",
    "dev/pts",
    "dev/shm",
    "dev/mqueue",
    "run",
    "tmp",
    "root",
    "lab",
    "mnt",
    "var",
];

const BASHRC: &str = "PS1='\\u@\\h:\\w\\$ '\nunset HISTFILE\n";
const PASSWD: &str =
    "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n";
const GROUP: &str = "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n";

/// Builds the root and makes it this process's own. The caller is root of new
/// user, mount, pid, net and ipc namespaces.
pub(super) fn build(spec: &Spec) -> Result<(), SysError> {
    // Order: private first, so that nothing reaches the machine's own mount
    // table; proc and sysfs before the old root is detached, as the kernel
    // lets a user namespace mount them only while it sees older ones
    // (mount_namespaces(7), "mount too revealing" in fs/namespace.c).
    let private = (Flags::MS_REC | Flags::MS_PRIVATE).bits();
    mount::mount(&Mount {
        target: "/",
        flags: private,
        ..Mount::default()
    })?;
    let size = format!("size={}m,nr_inodes=200k,mode=755", spec.megabytes);
    tmpfs(BASE, &size)?;
    directories()?;
    if let Some(scratch) = &spec.scratch {
        bind(&scratch::lab(scratch), &at("lab"))?;
        mount::make_harmless(&at("lab"))?;
    }
    programs()?;
    kernel_file_systems()?;
    if let Some(group) = &spec.group {
        group::mount(group, &at("sys/fs/cgroup"))?;
    }
    devices()?;
    settings(spec)?;
    if spec.tools {
        tools()?;
    }
    become_root()
}

fn at(path: &str) -> String {
    format!("{BASE}/{path}")
}

fn io(call: &'static str, path: &str) -> impl FnOnce(std::io::Error) -> SysError {
    let args = format!("\"{path}\"");
    move |e| SysError::new(call, args, e)
}

fn tmpfs(target: &str, data: &str) -> Result<(), SysError> {
    let flags = (Flags::MS_NOSUID | Flags::MS_NODEV).bits();
    mount::mount(&Mount {
        source: "tmpfs",
        target,
        kind: "tmpfs",
        flags,
        data,
    })
}

fn directories() -> Result<(), SysError> {
    for dir in DIRS {
        fs::create_dir(at(dir)).map_err(io("mkdir", dir))?;
    }
    for dir in ["tmp", "dev/shm"] {
        fs::set_permissions(at(dir), fs::Permissions::from_mode(0o1777))
            .map_err(io("chmod", dir))?;
    }
    // Where programs look for the directories under /run, ip-netns(8) among them.
    symlink("/run", at("var/run")).map_err(io("symlink", "var/run"))?;
    fs::set_permissions(at("root"), fs::Permissions::from_mode(0o700)).map_err(io("chmod", "root"))
}

fn programs() -> Result<(), SysError> {
    for name in PROGRAMS {
        let source = format!("/{name}");
        let Ok(meta) = fs::symlink_metadata(&source) else {
            continue;
        };
        if meta.is_symlink() {
            let target = fs::read_link(&source).map_err(io("readlink", &source))?;
            symlink(target, at(name)).map_err(io("symlink", name))?;
        } else if meta.is_dir() {
            fs::create_dir(at(name)).map_err(io("mkdir", name))?;
            bind_read_only(&source, &at(name))?;
        }
    }
    Ok(())
}

/// A copy: a bind mount could be made writable by the lab's root, who may be
/// the owner of the program's file.
fn tools() -> Result<(), SysError> {
    let program = at(tool::FOLDER) + "/isolab";
    fs::create_dir_all(at(tool::FOLDER)).map_err(io("mkdir", tool::FOLDER))?;
    fs::copy("/proc/self/exe", &program).map_err(io("copy", "/proc/self/exe"))?;
    for name in TOOLS {
        let link = at(tool::FOLDER) + "/" + name;
        symlink("isolab", link).map_err(io("symlink", name))?;
    }
    Ok(())
}

fn bind(source: &str, target: &str) -> Result<(), SysError> {
    let flags = (Flags::MS_BIND | Flags::MS_REC).bits();
    mount::mount(&Mount {
        source,
        target,
        flags,
        ..Mount::default()
    })
}

fn bind_read_only(source: &str, target: &str) -> Result<(), SysError> {
    bind(source, target)?;
    mount::make_read_only(target)
}

fn kernel_file_systems() -> Result<(), SysError> {
    let safe = (Flags::MS_NOSUID | Flags::MS_NODEV | Flags::MS_NOEXEC).bits();
    let quiet = (Flags::MS_NOSUID | Flags::MS_NOEXEC).bits();
    let fs = |kind, target: &str, flags, data| {
        mount::mount(&Mount {
            source: kind,
            target: &at(target),
            kind,
            flags,
            data,
        })
    };
    fs("proc", "proc", safe, "")?;
    // Twice: ip-netns(8) takes one away before it mounts that of another network
    // namespace, which the kernel allows only to those who still see one.
    fs("sysfs", "sys", safe, "")?;
    bind(&at("sys"), &at("sys"))?;
    fs(
        "devpts",
        "dev/pts",
        quiet,
        "newinstance,ptmxmode=0666,mode=620",
    )?;
    fs("mqueue", "dev/mqueue", safe, "")?;
    tmpfs(&at("dev/shm"), "size=64m,mode=1777")
}

fn devices() -> Result<(), SysError> {
    for name in DEVICES {
        // A node cannot be made in a user namespace: the machine's own is bound.
        let target = at(&format!("dev/{name}"));
        fs::File::create(&target).map_err(io("open", &target))?;
        bind(&format!("/dev/{name}"), &target)?;
    }
    let links = [
        ("pts/ptmx", "ptmx"),
        ("/proc/self/fd", "fd"),
        ("/proc/self/fd/0", "stdin"),
        ("/proc/self/fd/1", "stdout"),
        ("/proc/self/fd/2", "stderr"),
    ];
    for (target, name) in links {
        symlink(target, at(&format!("dev/{name}"))).map_err(io("symlink", name))?;
    }
    Ok(())
}

fn settings(spec: &Spec) -> Result<(), SysError> {
    let hosts = format!(
        "127.0.0.1 localhost\n::1 localhost\n127.0.1.1 {}\n",
        spec.hostname
    );
    let files = [
        ("etc/passwd", PASSWD),
        ("etc/group", GROUP),
        ("etc/hosts", hosts.as_str()),
        ("etc/hostname", spec.hostname.as_str()),
        (
            "etc/nsswitch.conf",
            "passwd: files\ngroup: files\nhosts: files\n",
        ),
        ("root/.bashrc", BASHRC),
    ];
    for (path, text) in files {
        fs::write(at(path), text).map_err(io("write", path))?;
    }
    symlink("/proc/self/mounts", at("etc/mtab")).map_err(io("symlink", "etc/mtab"))?;
    for name in SETTINGS {
        let source = format!("/etc/{name}");
        let target = at(&format!("etc/{name}"));
        match fs::metadata(&source) {
            Ok(meta) if meta.is_dir() => fs::create_dir(&target).map_err(io("mkdir", &target))?,
            Ok(_) => fs::write(&target, "").map_err(io("write", &target))?,
            Err(_) => continue,
        }
        bind_read_only(&source, &target)?;
    }
    Ok(())
}

fn become_root() -> Result<(), SysError> {
    // Order: pivot_root(2), NOTES: the working directory must be moved by hand,
    // and the old root is detached, as programs still run from it.
    let old = at(".old");
    fs::create_dir(&old).map_err(io("mkdir", &old))?;
    mount::chdir(BASE)?;
    mount::pivot_root(".", ".old")?;
    mount::chdir("/")?;
    mount::umount("/.old", true)?;
    fs::remove_dir("/.old").map_err(io("rmdir", "/.old"))
}

/// Whether the place where the root is put together is there.
pub(super) fn base_exists() -> Result<(), SysError> {
    if Path::new(BASE).is_dir() {
        return Ok(());
    }
    Err(SysError::new(
        "stat",
        format!("\"{BASE}\""),
        Code(nix::libc::ENOENT),
    ))
}
