//! Verbs of the file family.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink as make_link};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{Applied, Ctx, Refused, Then, applied, counted};
use crate::lab::action::{
    Append, Chmod, Copy, Mkdir, Mknod, NodeKind, Remove, Rename, Symlink, Write,
};
use crate::sys::number;
use crate::sys::{file, tree};

/// How long removing a tree may take.
const PATIENCE: Duration = Duration::from_secs(60);

applied! {
    Mkdir: mkdir,
    Write: write,
    Append: append,
    Copy: copy,
    Remove: remove,
    Rename: rename,
    Chmod: chmod,
    Symlink: symlink,
    Mknod: mknod,
}

fn quoted(path: &Path) -> String {
    format!("{path:?}")
}

/// Makes a directory and its missing parents, one call each.
fn mkdir(a: &Mkdir, ctx: &mut Ctx) -> Applied {
    make_all(Path::new(&a.path), ctx)?;
    Ok(Then::Done)
}

/// Makes all missing directories of a path.
pub(super) fn make_all(path: &Path, ctx: &mut Ctx) -> Result<(), Refused> {
    let missing: Vec<&Path> = path
        .ancestors()
        .take_while(|p| !p.as_os_str().is_empty() && !p.is_dir())
        .collect();
    for dir in missing.into_iter().rev() {
        ctx.io(
            fs::create_dir(dir),
            "mkdir",
            format!("{}, 0777", quoted(dir)),
        )?;
    }
    Ok(())
}

/// Writes a file.
fn write(a: &Write, ctx: &mut Ctx) -> Applied {
    let args = format!("\"{}\", O_WRONLY|O_CREAT|O_TRUNC", a.path);
    let file = ctx.io(fs::File::create(&a.path), "open", args)?;
    put(file, &a.text, ctx)
}

/// Appends to a file.
fn append(a: &Append, ctx: &mut Ctx) -> Applied {
    let args = format!("\"{}\", O_WRONLY|O_CREAT|O_APPEND", a.path);
    let opened = fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(&a.path);
    let file = ctx.io(opened, "open", args)?;
    put(file, &a.text, ctx)
}

fn put(mut file: fs::File, text: &str, ctx: &mut Ctx) -> Applied {
    ctx.io(
        file.write_all(text.as_bytes()),
        "write",
        counted(text.len(), "byte"),
    )?;
    Ok(Then::Done)
}

/// Copies a file or a directory tree.
fn copy(a: &Copy, ctx: &mut Ctx) -> Applied {
    let from = Path::new(&a.from);
    let mut to = PathBuf::from(&a.to);
    if to.is_dir()
        && let Some(name) = from.file_name()
    {
        to.push(name);
    }
    if let Some(above) = to.parent() {
        make_all(above, ctx)?;
    }
    let from = ctx.io(fs::canonicalize(from), "stat", quoted(from))?;
    copy_tree(&from, &to, ctx)?;
    Ok(Then::Done)
}

fn copy_tree(from: &Path, to: &Path, ctx: &mut Ctx) -> Result<(), Refused> {
    let kind = ctx
        .quiet(fs::symlink_metadata(from), "lstat", quoted(from))?
        .file_type();
    if kind.is_symlink() {
        let target = ctx.quiet(fs::read_link(from), "readlink", quoted(from))?;
        let args = format!("{}, {}", quoted(&target), quoted(to));
        return ctx.io(make_link(&target, to), "symlink", args);
    }
    if !kind.is_dir() {
        return copy_file(from, to, ctx);
    }
    if !to.is_dir() {
        ctx.io(fs::create_dir(to), "mkdir", format!("{}, 0777", quoted(to)))?;
    }
    for entry in ctx.quiet(fs::read_dir(from), "open", quoted(from))? {
        let name = ctx.quiet(entry, "getdents64", quoted(from))?.file_name();
        copy_tree(&from.join(&name), &to.join(&name), ctx)?;
    }
    Ok(())
}

/// Copies a file's content and mode.
pub(super) fn copy_file(from: &Path, to: &Path, ctx: &mut Ctx) -> Result<(), Refused> {
    let args = format!("{}, {}", quoted(from), quoted(to));
    ctx.io(fs::copy(from, to), "copy_file_range", args)
        .map(drop)
}

/// Removes a file or a directory tree. Mounts below it are not entered: what is busy is refused.
fn remove(a: &Remove, ctx: &mut Ctx) -> Applied {
    let path = Path::new(&a.path);
    let is_dir = ctx
        .quiet(fs::symlink_metadata(path), "lstat", quoted(path))?
        .is_dir();
    if is_dir {
        let removed = tree::remove(path, Instant::now() + PATIENCE);
        ctx.call(removed, "unlinkat", quoted(path))?;
    } else {
        ctx.io(fs::remove_file(path), "unlink", quoted(path))?;
    }
    Ok(Then::Done)
}

/// Renames a file or directory.
fn rename(a: &Rename, ctx: &mut Ctx) -> Applied {
    let args = format!("\"{}\", \"{}\"", a.from, a.to);
    ctx.io(fs::rename(&a.from, &a.to), "rename", args)?;
    Ok(Then::Done)
}

/// Changes permission bits.
fn chmod(a: &Chmod, ctx: &mut Ctx) -> Applied {
    let bits = u32::from_str_radix(&a.mode, 8).unwrap_or(0);
    let changed = fs::set_permissions(&a.path, fs::Permissions::from_mode(bits));
    ctx.io(changed, "chmod", format!("\"{}\", {bits:04o}", a.path))?;
    Ok(Then::Done)
}

/// Makes a symbolic link.
fn symlink(a: &Symlink, ctx: &mut Ctx) -> Applied {
    let args = format!("\"{}\", \"{}\"", a.target, a.path);
    ctx.io(make_link(&a.target, &a.path), "symlink", args)?;
    Ok(Then::Done)
}

/// Makes a device node or a named pipe.
fn mknod(a: &Mknod, ctx: &mut Ctx) -> Applied {
    let (kind, name) = match a.kind {
        NodeKind::Fifo => (number::S_IFIFO, "S_IFIFO"),
        NodeKind::Character => (number::S_IFCHR, "S_IFCHR"),
        NodeKind::Block => (number::S_IFBLK, "S_IFBLK"),
    };
    let args = format!(
        "\"{}\", {name}|0644, makedev({}, {})",
        a.path, a.major, a.minor
    );
    let made = file::mknod(Path::new(&a.path), kind, file::device(a.major, a.minor));
    ctx.call(made, "mknod", args)?;
    Ok(Then::Done)
}
