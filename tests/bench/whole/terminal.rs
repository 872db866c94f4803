//! A terminal that a program runs on, with the screen it would show.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use isolab::sys::pty::{self, Size};
use isolab::sys::wait::{For, ready};
use isolab::sys::{file, socket};
use isolab::ui::widget::terminal::Emulator;

/// How long anything may take.
const LIMIT: Duration = Duration::from_secs(120);

/// A program on a terminal of its own.
pub(crate) struct Terminal {
    master: File,
    pub(crate) screen: Emulator,
    pub(crate) child: Child,
    /// The bytes that came last.
    pub(crate) last: Vec<u8>,
}

impl Terminal {
    /// Starts a program; `setsid --ctty` makes the terminal its own.
    pub(crate) fn start(program: &[&str], (columns, rows): (u16, u16)) -> Self {
        let devpts = file::open_dir(file::here(), "/dev/pts").unwrap();
        let pty = pty::open(&devpts, Size { rows, columns }).unwrap();
        let end = || pty.slave.try_clone().unwrap();
        let child = Command::new("setsid")
            .arg("--ctty")
            .args(program)
            .env("TERM", "xterm-256color")
            .env_remove("TMUX")
            .stdin(end())
            .stdout(end())
            .stderr(end())
            .spawn()
            .unwrap();
        socket::set_nonblocking(pty.master.as_fd()).unwrap();
        Self {
            master: File::from(pty.master),
            screen: Emulator::new(columns, rows, 0),
            child,
            last: Vec::new(),
        }
    }

    /// Types.
    pub(crate) fn send(&mut self, keys: &str) {
        self.master.write_all(keys.as_bytes()).unwrap();
    }

    /// Takes what is there, after at most `limit`; whether there was anything.
    pub(crate) fn wait_bytes(&mut self, limit: Duration) -> bool {
        let fds = [(self.master.as_fd(), For::Input)];
        if !ready(&fds, Some(limit)).unwrap()[0] {
            return false;
        }
        self.last.resize(1 << 16, 0);
        let n = self.master.read(&mut self.last).unwrap_or(0);
        self.last.truncate(n);
        let reply = self.screen.feed(&self.last);
        let _ = self.master.write_all(&reply);
        n > 0
    }

    /// Waits until a condition holds of the screen's text.
    pub(crate) fn wait_for(&mut self, what: &str, condition: impl Fn(&str) -> bool) {
        let end = Instant::now() + LIMIT;
        while !condition(&self.screen.text()) {
            assert!(Instant::now() < end, "no {what} in\n{}", self.screen.text());
            self.wait_bytes(Duration::from_secs(1));
        }
    }

    /// Waits until a word is on the screen.
    pub(crate) fn wait_word(&mut self, word: &str) {
        self.wait_for(word, |text| text.contains(word));
    }

    /// Waits until nothing has come for a while.
    pub(crate) fn wait_calm(&mut self, calm: Duration) {
        while self.wait_bytes(calm) {}
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
