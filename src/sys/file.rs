//! Files and descriptors: what `std::fs` has no function for.

mod lock;
mod space;

use std::os::fd::{AsFd, BorrowedFd, OwnedFd, RawFd};
use std::path::Path;

use rustix::fs::{Mode, OFlags, openat};

pub(super) use super::within::{Within, open_within};
pub use super::within::{open_below, open_file_below, open_file_in_root, open_in_root};

use super::SysError;

pub use lock::{lock_alone, lock_shared};
pub(super) use space::on_disk;
pub use space::{Free, Nameless, Used, device_of, free, nameless_at, used};

/// A read of 4 KiB that returns this many bytes may be incomplete: the kernel returns whole lines,
/// and no line is longer than the difference (`seq_file`).
const FULL: usize = 3072;
/// The longest value of an extended attribute, and the longest list of their names, in bytes
/// (`XATTR_SIZE_MAX`, `XATTR_LIST_MAX` of linux/limits.h).
const XATTR: usize = 64 << 10;

/// Opens a path with `O_PATH` (open(2)): for its place only, without waiting for what is there.
pub fn open_place(dir: impl AsFd, path: &str) -> Result<OwnedFd, SysError> {
    openat(dir, path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())
        .map_err(|e| SysError::new("openat", format!("\"{path}\", O_PATH"), e))
}

/// Opens a directory for reading below another.
pub fn open_dir(dir: impl AsFd, path: &str) -> Result<OwnedFd, SysError> {
    openat(
        dir,
        path,
        OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC,
        Mode::empty(),
    )
    .map_err(|e| SysError::new("openat", format!("\"{path}\", O_DIRECTORY"), e))
}

/// The directory where relative paths begin.
pub fn here() -> BorrowedFd<'static> {
    rustix::fs::CWD
}

/// Opens a file for reading below a directory.
pub fn open_read(dir: impl AsFd, path: &str) -> Result<OwnedFd, SysError> {
    openat(dir, path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())
        .map_err(|e| SysError::new("openat", format!("\"{path}\""), e))
}

/// Opens a regular file for reading, following links; `None` if it is anything else: a pipe or a
/// device is never waited for or read.
pub fn open_plain(path: &Path) -> std::io::Result<Option<std::fs::File>> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(fd) => std::fs::File::from(fd),
        // A socket, or a device without a driver.
        Err(rustix::io::Errno::NXIO) => return Ok(None),
        Err(e) => return Err(e.into()),
    };
    let plain = file.metadata()?.is_file();
    Ok(plain.then_some(file))
}

/// The content of a file below a directory, read to its end: files of proc(5) have no length.
pub fn read(dir: impl AsFd, path: &str) -> Result<Vec<u8>, SysError> {
    let fd = open_read(dir, path)?;
    read_all(fd.as_fd()).map_err(|e| SysError {
        args: format!("\"{path}\""),
        ..e
    })
}

/// Reads a descriptor to its end.
pub fn read_all(fd: BorrowedFd<'_>) -> Result<Vec<u8>, SysError> {
    let mut bytes = Vec::with_capacity(4096);
    loop {
        bytes.reserve(4096);
        match rustix::io::read(fd, rustix::buffer::spare_capacity(&mut bytes)) {
            Ok(0) => return Ok(bytes),
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(e) => return Err(SysError::new("read", "", e)),
        }
    }
}

/// Drops a file's pages from memory if nobody else uses them, `posix_fadvise(2)`.
pub fn forget(fd: BorrowedFd<'_>) {
    let _ = rustix::fs::fadvise(fd, 0, None, rustix::fs::Advice::DontNeed);
}

/// Reads a file from its start, whatever was read before, pread(2): for small kernel files that are
/// generated anew when read from the start.
pub fn read_at_start(fd: BorrowedFd<'_>) -> Result<Vec<u8>, SysError> {
    let mut bytes = Vec::with_capacity(4096);
    loop {
        let at = bytes.len() as u64;
        bytes.reserve(4096);
        let spare = rustix::buffer::spare_capacity(&mut bytes);
        let read = rustix::io::pread(fd, spare, at);
        let count = read.map_err(|e| SysError::new("pread64", at.to_string(), e))?;
        if count < FULL {
            return Ok(bytes);
        }
    }
}

/// Seeks to the start and reads to the end.
pub fn read_again(fd: BorrowedFd<'_>) -> Result<Vec<u8>, SysError> {
    let begin = rustix::fs::SeekFrom::Start(0);
    rustix::fs::seek(fd, begin).map_err(|e| SysError::new("lseek", "0, SEEK_SET", e))?;
    read_all(fd)
}

/// Reads a file that the kernel mostly returns in one piece of less than a page (such as
/// `/proc/PID/stat`) with one read(2); a longer one to its end.
pub fn read_page(dir: impl AsFd, path: &str) -> Result<Vec<u8>, SysError> {
    let error = |e| SysError::new("read", format!("\"{path}\""), e);
    let fd = open_read(dir, path)?;
    let mut bytes = Vec::with_capacity(4096);
    rustix::io::read(&fd, rustix::buffer::spare_capacity(&mut bytes)).map_err(error)?;
    if bytes.len() >= FULL {
        bytes.extend(read_all(fd.as_fd())?);
    }
    Ok(bytes)
}

/// The target of a symbolic link below a directory, readlinkat(2).
pub fn read_link(dir: impl AsFd, path: &str) -> Result<String, SysError> {
    rustix::fs::readlinkat(dir, path, Vec::new())
        .map(|s| s.to_string_lossy().into_owned())
        .map_err(|e| SysError::new("readlinkat", format!("\"{path}\""), e))
}

/// The names in a directory, without `.` and `..`.
pub fn names(dir: impl AsFd, path: &str) -> Result<Vec<String>, SysError> {
    let error = |e| SysError::new("getdents64", format!("\"{path}\""), e);
    let mut names = Vec::new();
    for entry in rustix::fs::Dir::new(open_dir(dir, path)?).map_err(error)? {
        let name = entry
            .map_err(error)?
            .file_name()
            .to_string_lossy()
            .into_owned();
        if name != "." && name != ".." {
            names.push(name);
        }
    }
    Ok(names)
}

/// The inode number behind a descriptor, fstat(2).
pub fn inode(fd: impl AsFd) -> Result<i64, SysError> {
    rustix::fs::fstat(fd)
        .map(|s| s.st_ino.cast_signed())
        .map_err(|e| SysError::new("fstat", "", e))
}

/// Writes a file with one write(2), as files of proc(5) require.
pub fn write_once(path: &str, text: &str) -> Result<(), SysError> {
    write_below(here(), path, text)
}

/// Like `write_once`, below a directory.
pub fn write_below(dir: impl AsFd, path: &str, text: &str) -> Result<(), SysError> {
    let error = |call| move |e| SysError::new(call, format!("\"{path}\", \"{text}\""), e);
    let flags = OFlags::WRONLY | OFlags::CLOEXEC;
    let fd = openat(dir, path, flags, Mode::empty()).map_err(error("openat"))?;
    rustix::io::write(&fd, text.as_bytes())
        .map(drop)
        .map_err(error("write"))
}

/// The number of a device, makedev(3).
pub fn device(major: u32, minor: u32) -> u64 {
    rustix::fs::makedev(major, minor)
}

/// Makes a node, mknod(2). `kind` is a file type of inode(7), such as `libc::S_IFIFO`.
pub fn mknod(path: &Path, kind: u32, device: u64) -> Result<(), SysError> {
    let file_type = rustix::fs::FileType::from_raw_mode(kind);
    let mode = Mode::from_raw_mode(0o644);
    rustix::fs::mknodat(rustix::fs::CWD, path, file_type, mode, device)
        .map_err(|e| SysError::new("mknod", format!("{path:?}"), e))
}

/// Makes a descriptor the standard input, output and error of this process, dup2(2).
pub fn as_standard_streams(fd: RawFd) -> Result<(), SysError> {
    for target in 0..3 {
        // SAFETY: the three standard descriptors belong to the process that is about to exec.
        let result = unsafe { libc::dup2(fd, target) };
        super::check("dup2", format!("{fd}, {target}"), result.into())?;
    }
    Ok(())
}

/// A pipe, both ends close-on-exec: reading end, writing end.
pub fn pipe() -> Result<(OwnedFd, OwnedFd), SysError> {
    rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)
        .map_err(|e| SysError::new("pipe2", "O_CLOEXEC", e))
}

/// Makes a descriptor the standard input of this process, dup2(2).
pub fn as_standard_input(fd: RawFd) -> Result<(), SysError> {
    // SAFETY: standard input belongs to the process that is about to exec.
    let result = unsafe { libc::dup2(fd, 0) };
    super::check("dup2", format!("{fd}, 0"), result.into()).map(drop)
}

/// Opens a file for reading and writing.
pub fn open_write(path: &str) -> Result<OwnedFd, SysError> {
    rustix::fs::open(path, OFlags::RDWR | OFlags::CLOEXEC, Mode::empty())
        .map_err(|e| SysError::new("open", format!("\"{path}\""), e))
}

/// Replaces a standard descriptor, dup2(2).
pub fn replace(target: RawFd, with: BorrowedFd<'_>) -> Result<(), SysError> {
    use std::os::fd::AsRawFd as _;
    // SAFETY: a standard descriptor that no owner in this process holds any more.
    let result = unsafe { libc::dup2(with.as_raw_fd(), target) };
    super::check(
        "dup2",
        format!("{}, {target}", with.as_raw_fd()),
        result.into(),
    )
    .map(drop)
}

/// Writes all bytes.
pub fn write_all(fd: BorrowedFd<'_>, mut bytes: &[u8]) -> Result<(), SysError> {
    while !bytes.is_empty() {
        match rustix::io::write(fd, bytes) {
            Ok(n) => bytes = bytes.get(n..).unwrap_or_default(),
            Err(rustix::io::Errno::INTR) => {}
            Err(e) => return Err(SysError::new("write", "", e)),
        }
    }
    Ok(())
}

/// One read(2).
pub fn read_some(fd: BorrowedFd<'_>, buffer: &mut [u8]) -> Result<usize, SysError> {
    rustix::io::read(fd, buffer).map_err(|e| SysError::new("read", "", e))
}

/// One write(2).
pub fn write_some(fd: BorrowedFd<'_>, bytes: &[u8]) -> Result<usize, SysError> {
    rustix::io::write(fd, bytes).map_err(|e| SysError::new("write", "", e))
}

/// Takes a standard descriptor that this process was started with: moves it to a number above the
/// standard ones and leaves `/dev/null` in its place.
pub fn take_standard(fd: RawFd) -> Result<OwnedFd, SysError> {
    let args = || format!("{fd}, F_DUPFD_CLOEXEC, 3");
    // SAFETY: the descriptor was handed to this process at its start; nobody owns it here.
    let standard = unsafe { BorrowedFd::borrow_raw(fd) };
    let moved = rustix::io::fcntl_dupfd_cloexec(standard, 3)
        .map_err(|e| SysError::new("fcntl", args(), e))?;
    replace(fd, open_write("/dev/null")?.as_fd())?;
    Ok(moved)
}

/// The value of an extended attribute, getxattr(2); a link at the end of the path is followed.
pub fn xattr(path: &Path, name: &str) -> Result<Vec<u8>, SysError> {
    let mut value = Vec::with_capacity(XATTR);
    let spare = rustix::buffer::spare_capacity(&mut value);
    let args = || format!("{path:?}, \"{name}\"");
    rustix::fs::getxattr(path, name, spare).map_err(|e| SysError::new("getxattr", args(), e))?;
    Ok(value)
}

/// The value of an extended attribute of a name, not following a link, lgetxattr(2). A variant that
/// takes a directory exists only since Linux 6.13: see `from_there`.
pub fn xattr_of(name: &Path, attribute: &str) -> Result<Vec<u8>, SysError> {
    let mut value = Vec::with_capacity(XATTR);
    let spare = rustix::buffer::spare_capacity(&mut value);
    let args = || format!("{name:?}, \"{attribute}\"");
    rustix::fs::lgetxattr(name, attribute, spare)
        .map_err(|e| SysError::new("lgetxattr", args(), e))?;
    Ok(value)
}

/// The names of the extended attributes of a name, not following a link, llistxattr(2).
pub fn xattrs_of(name: &Path) -> Result<Vec<String>, SysError> {
    let mut list: Vec<u8> = Vec::with_capacity(XATTR);
    let spare = rustix::buffer::spare_capacity(&mut list);
    rustix::fs::llistxattr(name, spare)
        .map_err(|e| SysError::new("llistxattr", format!("{name:?}"), e))?;
    let names = list
        .split(|byte| *byte == 0)
        .filter(|name| !name.is_empty());
    Ok(names
        .map(|name| String::from_utf8_lossy(name).into_owned())
        .collect())
}

/// Runs `act` with `dir` as the working directory and goes back. For a process with one thread: the
/// working directory belongs to all threads.
pub fn from_there<T>(
    dir: BorrowedFd<'_>,
    act: impl FnOnce() -> Result<T, SysError>,
) -> Result<T, SysError> {
    let gone = |e| SysError::new("fchdir", "", e);
    let back = open_place(here(), ".")?;
    rustix::process::fchdir(dir).map_err(gone)?;
    let done = act();
    rustix::process::fchdir(back).map_err(gone)?;
    done
}

/// Reads at most `limit` bytes.
pub fn read_up_to(fd: BorrowedFd<'_>, limit: usize) -> Result<Vec<u8>, SysError> {
    let mut bytes = vec![0; limit];
    let read = read_full(fd, &mut bytes)?;
    bytes.truncate(read);
    Ok(bytes)
}

/// A file in memory that no directory contains, `memfd_create(2)`.
pub fn in_memory(name: &str) -> Result<OwnedFd, SysError> {
    rustix::fs::memfd_create(name, rustix::fs::MemfdFlags::CLOEXEC)
        .map_err(|e| SysError::new("memfd_create", format!("\"{name}\""), e))
}

/// Reads until the buffer is full or the file ends; returns the number of bytes.
pub fn read_full(fd: BorrowedFd<'_>, buffer: &mut [u8]) -> Result<usize, SysError> {
    let mut filled = 0;
    while filled < buffer.len() {
        match read_some(fd, &mut buffer[filled..])? {
            0 => break,
            n => filled += n,
        }
    }
    Ok(filled)
}

/// A file without a name in a directory, gone when it is closed: `O_TMPFILE`, open(2).
pub fn nameless(dir: &str) -> Result<OwnedFd, SysError> {
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    rustix::fs::open(dir, flags, Mode::RUSR | Mode::WUSR)
        .map_err(|e| SysError::new("open", format!("\"{dir}\", O_TMPFILE"), e))
}

#[cfg(test)]
mod tests;
