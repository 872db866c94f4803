//! Pseudo-terminals, pty(7).

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, openat};
use rustix::pty::{OpenptFlags, ioctl_tiocgptpeer, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use super::SysError;

/// The size of a terminal, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Size {
    /// The number of rows.
    pub rows: u16,
    /// The number of columns.
    pub columns: u16,
}

/// The two ends of a pseudo-terminal.
#[derive(Debug)]
pub struct Pty {
    /// The end that isolab reads and writes.
    pub master: OwnedFd,
    /// The end that the shell has as its terminal.
    pub slave: OwnedFd,
}

/// Opens a new pseudo-terminal; `devpts` is the root directory of a devpts file system.
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

/// Whether a terminal has no size, like a serial line (`tty_ioctl(4)`).
pub fn has_no_size(terminal: impl AsFd) -> bool {
    rustix::termios::tcgetwinsize(terminal).is_ok_and(|size| size.ws_col == 0 || size.ws_row == 0)
}

/// Sets the size of a terminal; its foreground processes get SIGWINCH.
pub fn resize(master: BorrowedFd<'_>, size: Size) -> Result<(), SysError> {
    let window = Winsize {
        ws_row: size.rows,
        ws_col: size.columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(master, window).map_err(|e| SysError::new("ioctl", "TIOCSWINSZ", e))
}

/// Asks the terminal, which must be in raw mode; it answers on the standard input. Returns what it
/// said until `is_whole` of it, or until the time is over.
pub fn ask(
    terminal: BorrowedFd<'_>,
    question: &[u8],
    is_whole: fn(&[u8]) -> bool,
    patience: Duration,
) -> Vec<u8> {
    let mut said = Vec::new();
    let end = Instant::now() + patience;
    if rustix::io::write(terminal, question).is_err() {
        return said;
    }
    while !is_whole(&said) {
        let left = end.saturating_duration_since(Instant::now());
        let timeout = Timespec {
            tv_sec: 0,
            tv_nsec: i64::from(left.subsec_nanos()),
        };
        let stdin = rustix::stdio::stdin();
        let mut ready = [PollFd::new(&stdin, PollFlags::IN)];
        if left.is_zero() || !matches!(poll(&mut ready, Some(&timeout)), Ok(1)) {
            break;
        }
        let mut bytes = [0; 64];
        match rustix::io::read(stdin, &mut bytes) {
            Ok(count) if count > 0 => said.extend(bytes.iter().take(count)),
            _ => break,
        }
    }
    said
}

/// Makes a terminal the controlling one of this session and its standard input, output and error.
pub fn take(slave: BorrowedFd<'_>) -> Result<(), SysError> {
    rustix::process::ioctl_tiocsctty(slave).map_err(|e| SysError::new("ioctl", "TIOCSCTTY", e))?;
    super::file::as_standard_streams(slave.as_raw_fd())
}
