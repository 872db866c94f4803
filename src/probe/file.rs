//! The files that a lab's checks name, by path. They are not opened before a look at their type: a
//! lab may put a pipe or a device there.

use std::collections::BTreeMap;
use std::os::fd::{BorrowedFd, OwnedFd};

use crate::snapshot::{File, Log};
use crate::sys::number;
use crate::sys::{SysError, file, look};

/// How many bytes of a file are read.
const TEXT: usize = 4096;
/// How many bytes of the end of a log are read.
const LOG: usize = 1024;

/// The files that exist, as the process `pid` of `proc` sees them.
pub fn read(proc: BorrowedFd<'_>, pid: i64, paths: &[String]) -> BTreeMap<String, File> {
    let Ok(root) = file::open_place(proc, &format!("{pid}/root")) else {
        return BTreeMap::new();
    };
    paths
        .iter()
        .filter_map(|path| Some((path.clone(), one(proc, &root, path).ok()?)))
        .collect()
}

/// The end of a log, as the process `pid` of `proc` sees it; `None` if it is no regular file.
pub fn log(proc: BorrowedFd<'_>, pid: i64, path: &str) -> Option<Log> {
    let root = file::open_place(proc, &format!("{pid}/root")).ok()?;
    let place = look::place(&root, path).ok()?;
    if look::stat(&place).ok()?.kind() != number::S_IFREG {
        return None;
    }
    let text = look::end(proc, &place, LOG).ok()?;
    Some(Log {
        path: path.to_owned(),
        text,
    })
}

fn one(proc: BorrowedFd<'_>, root: &OwnedFd, path: &str) -> Result<File, SysError> {
    let place = look::place(root, path)?;
    let stat = look::stat(&place)?;
    let kind = match stat.kind() {
        number::S_IFDIR => "directory",
        number::S_IFLNK => "symlink",
        number::S_IFCHR => "character",
        number::S_IFBLK => "block",
        number::S_IFIFO => "fifo",
        number::S_IFSOCK => "socket",
        _ => "file",
    };
    let text = match kind {
        "file" => look::text(proc, &place, TEXT).unwrap_or_default(),
        "symlink" => look::target(&place).unwrap_or_default(),
        _ => String::new(),
    };
    Ok(File {
        kind: kind.to_owned(),
        size: if kind == "directory" { 0 } else { stat.size },
        mode: stat.permissions(),
        uid: stat.uid.into(),
        gid: stat.gid.into(),
        text,
    })
}
