//! The lab host's root: a tmpfs into which the machine's programs, put ready outside (`stage`), are
//! bound, with fresh kernel file systems, a small `/etc`, and `/lab`.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::actor::ACTOR;
use super::group;
use super::stage::{self, ROOT};
use super::tool;
use super::wire::Spec;
use crate::lab::action::TOOLS;
use crate::sys::mount::{self, Flags, Mount};
use crate::sys::{SysError, refused};

/// The directories that are made in it.
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

/// What a shell reads first. The actor's name is in the prompt, as one word with it, unless the
/// lab has given the host another name, which tells enough.
fn bashrc(hostname: &str) -> String {
    format!(
        "PS1='\\u@\\h:\\w\\$ '\n\
         [ \"$HOSTNAME\" = '{hostname}' ] && [ -n \"${ACTOR}\" ] && PS1=\"[${ACTOR}]$PS1\"\n\
         unset HISTFILE\n"
    )
}

const PASSWD: &str =
    "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n";
const GROUP: &str = "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n";

/// Builds the root. The caller is root in new user, mount, pid, net and ipc namespaces.
pub(super) fn build(spec: &Spec) -> Result<(), SysError> {
    // Order: proc and sysfs are mounted before the old root is detached. The kernel lets a user
    // namespace mount them only while it sees older ones (mount_namespaces(7), "mount too
    // revealing" in fs/namespace.c).
    let size = format!("size={}m,nr_inodes=200k,mode=755", spec.megabytes);
    mount::tmpfs(ROOT, &size)?;
    directories()?;
    if spec.scratch.is_some() {
        take(stage::LAB, &at("lab"))?;
    }
    programs()?;
    kernel_file_systems()?;
    devices()?;
    settings(spec)?;
    if spec.tools {
        tools()?;
    }
    Ok(())
}

/// Makes it the root of this process, with the control groups mounted if the lab may see them.
pub(super) fn enter(spec: &Spec) -> Result<(), SysError> {
    if let Some(group) = spec.group.as_ref().filter(|_| spec.shows_groups) {
        group::mount(group, &at("sys/fs/cgroup"))?;
    }
    become_root()
}

fn at(path: &str) -> String {
    format!("{ROOT}/{path}")
}

fn directories() -> Result<(), SysError> {
    for dir in DIRS {
        fs::create_dir(at(dir)).map_err(refused("mkdir", dir))?;
    }
    for dir in ["tmp", "dev/shm"] {
        fs::set_permissions(at(dir), fs::Permissions::from_mode(0o1777))
            .map_err(refused("chmod", dir))?;
    }
    // Where ip-netns(8) and other programs look for directories in /run.
    symlink("/run", at("var/run")).map_err(refused("symlink", "var/run"))?;
    fs::set_permissions(at("root"), fs::Permissions::from_mode(0o700))
        .map_err(refused("chmod", "root"))
}

/// Binds something from the stage, with all mounts below it.
fn take(name: &str, target: &str) -> Result<(), SysError> {
    mount::bind(&stage::at(name), target)
}

/// Like `take`, for something that may be missing on the machine; makes the target first.
fn take_there(name: &str) -> Result<(), SysError> {
    let Ok(found) = fs::metadata(stage::at(name)) else {
        return Ok(());
    };
    let target = at(name);
    if found.is_dir() {
        fs::create_dir_all(&target).map_err(refused("mkdir", &target))?;
    } else {
        fs::write(&target, "").map_err(refused("open", &target))?;
    }
    take(name, &target)
}

fn programs() -> Result<(), SysError> {
    for (name, target) in stage::links() {
        symlink(target, at(name)).map_err(refused("symlink", name))?;
    }
    stage::PROGRAMS.into_iter().try_for_each(take_there)
}

/// The small programs of labs: a copy of this program, so that a lab's mounts do not show where the
/// original is.
fn tools() -> Result<(), SysError> {
    let program = at(tool::FOLDER) + "/isolab";
    fs::create_dir_all(at(tool::FOLDER)).map_err(refused("mkdir", tool::FOLDER))?;
    fs::copy(stage::PROGRAM, &program).map_err(refused("copy", stage::PROGRAM))?;
    for name in TOOLS {
        let link = at(tool::FOLDER) + "/" + name;
        symlink("isolab", link).map_err(refused("symlink", name))?;
    }
    Ok(())
}

fn kernel_file_systems() -> Result<(), SysError> {
    let safe = (Flags::MS_NOSUID | Flags::MS_NODEV | Flags::MS_NOEXEC).bits();
    let quiet = (Flags::MS_NOSUID | Flags::MS_NOEXEC).bits();
    mount_new("proc", "proc", safe, "")?;
    // Mounted twice: ip-netns(8) unmounts one before it mounts that of another network namespace,
    // which the kernel allows only while another is visible.
    mount_new("sysfs", "sys", safe, "")?;
    mount::bind(&at("sys"), &at("sys"))?;
    let own = "newinstance,ptmxmode=0666,mode=620";
    mount_new("devpts", "dev/pts", quiet, own)?;
    mount_new("mqueue", "dev/mqueue", safe, "")?;
    mount::tmpfs(&at("dev/shm"), "size=64m,mode=1777")
}

/// Mounts a fresh file system of a kind in the root.
fn mount_new(kind: &str, target: &str, flags: u64, data: &str) -> Result<(), SysError> {
    mount::mount(&Mount {
        source: kind,
        target: &at(target),
        kind,
        flags,
        data,
    })
}

fn devices() -> Result<(), SysError> {
    stage::DEVICES.into_iter().try_for_each(take_there)?;
    let links = [
        ("pts/ptmx", "ptmx"),
        ("/proc/self/fd", "fd"),
        ("/proc/self/fd/0", "stdin"),
        ("/proc/self/fd/1", "stdout"),
        ("/proc/self/fd/2", "stderr"),
    ];
    for (target, name) in links {
        symlink(target, at(&format!("dev/{name}"))).map_err(refused("symlink", name))?;
    }
    Ok(())
}

fn settings(spec: &Spec) -> Result<(), SysError> {
    let hosts = format!(
        "127.0.0.1 localhost\n::1 localhost\n127.0.1.1 {}\n",
        spec.hostname
    );
    let bashrc = bashrc(&spec.hostname);
    let files = [
        ("etc/passwd", PASSWD),
        ("etc/group", GROUP),
        ("etc/hosts", hosts.as_str()),
        ("etc/hostname", spec.hostname.as_str()),
        (
            "etc/nsswitch.conf",
            "passwd: files\ngroup: files\nhosts: files\n",
        ),
        ("root/.bashrc", bashrc.as_str()),
    ];
    for (path, text) in files {
        fs::write(at(path), text).map_err(refused("write", path))?;
    }
    symlink("/proc/self/mounts", at("etc/mtab")).map_err(refused("symlink", "etc/mtab"))?;
    stage::SETTINGS.into_iter().try_for_each(take_there)
}

fn become_root() -> Result<(), SysError> {
    // Order: pivot_root(2), NOTES: the working directory must be moved by hand,
    // and the old root is detached, as programs still run from it.
    let old = at(".old");
    fs::create_dir(&old).map_err(refused("mkdir", &old))?;
    mount::chdir(ROOT)?;
    mount::pivot_root(".", ".old")?;
    mount::chdir("/")?;
    mount::umount("/.old", true)?;
    fs::remove_dir("/.old").map_err(refused("rmdir", "/.old"))
}
