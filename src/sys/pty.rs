//! Pseudo-terminals, pty(7).

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use rustix::fs::{Mode, OFlags, openat};
use rustix::pty::{OpenptFlags, ioctl_tiocgptpeer, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use super::SysError;

/// Rows and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Size {
    /// Rows of text.
    pub rows: u16,
    /// Columns of text.
    pub columns: u16,
}

/// The two ends of a pseudo-terminal.
#[derive(Debug)]
pub struct Pty {
    /// The program's end.
    pub master: OwnedFd,
    /// The shell's end.
    pub slave: OwnedFd,
}

/// Opens a new pseudo-terminal of the devpts file system whose root directory is given.
pub fn open(devpts: impl AsFd, size: Size) -> Result<Pty, SysError> {
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let master = openat(devpts, "ptmx", flags, Mode::empty())
        .map_err(|e| SysError::new("openat", "\"/dev/pts/ptmx\"", e))?;
    unlockpt(&master).map_err(|e| SysError::new("ioctl", "TIOCSPTLCK", e))?;
    let peer = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let slave =
        ioctl_tiocgptpeer(&master, peer).map_err(|e| SysError::new("ioctl", "TIOCGPTPEER", e))?;
    resize(master.as_fd(), size)?;
    Ok(Pty { master, slave })
}

/// Whether nobody has told a terminal its size: a serial line has none (`tty_ioctl(4)`).
pub fn has_no_size(terminal: impl AsFd) -> bool {
    rustix::termios::tcgetwinsize(terminal).is_ok_and(|size| size.ws_col == 0 || size.ws_row == 0)
}

/// Tells the terminal's size; the foreground processes get SIGWINCH.
pub fn resize(master: BorrowedFd<'_>, size: Size) -> Result<(), SysError> {
    let size = Winsize {
        ws_row: size.rows,
        ws_col: size.columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(master, size).map_err(|e| SysError::new("ioctl", "TIOCSWINSZ", e))
}

/// Makes a terminal the controlling one of this session, and its standard input, output and error.
pub fn take(slave: BorrowedFd<'_>) -> Result<(), SysError> {
    rustix::process::ioctl_tiocsctty(slave).map_err(|e| SysError::new("ioctl", "TIOCSCTTY", e))?;
    super::file::as_standard_streams(slave.as_raw_fd())
}
