//! A terminal that a program runs on, with the screen it would show. The
//! benchmarks use it too.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::process::{Child, Command};
use std::rc::Rc;
use std::time::{Duration, Instant};

use isolab::sys::pty::{self, Size};
use isolab::sys::wait::{For, ready};
use isolab::sys::{file, socket};
use isolab::ui::widget::terminal::Emulator;

/// How long each wait may take.
const LIMIT: Duration = Duration::from_secs(20);

/// A program on a terminal of its own.
pub(crate) struct Terminal {
    pub(crate) master: Option<File>,
    /// The program's end, kept open so that its settings can be read after it.
    pub(crate) slave: OwnedFd,
    pub(crate) screen: Emulator,
    pub(crate) child: Child,
    /// The bytes that came last.
    pub(crate) last: Vec<u8>,
    /// All that came.
    pub(crate) all: Vec<u8>,
    /// The home of the program.
    home: Rc<tempfile::TempDir>,
}

impl Terminal {
    /// Starts a program; `setsid --ctty` makes the terminal its own.
    pub(crate) fn start(program: &[&str], size: (u16, u16)) -> Self {
        let home = Rc::new(tempfile::tempdir().unwrap());
        Self::start_at(home, program, size)
    }

    /// Plays a lab of a folder, with that as its current directory and home.
    pub(crate) fn play_in(folder: &Path, lab: &str) -> Self {
        let (folder, isolab) = (folder.display(), env!("CARGO_BIN_EXE_isolab"));
        let line = format!(
            "cd {folder} && HOME={folder} XDG_STATE_HOME={folder} LC_ALL=C.UTF-8 exec {isolab} play ./{lab}"
        );
        Self::start(&["sh", "-c", &line], (100, 30))
    }

    /// Starts another one at the same home.
    pub(crate) fn again(&self, program: &[&str], size: (u16, u16)) -> Self {
        Self::start_at(Rc::clone(&self.home), program, size)
    }

    fn start_at(
        home: Rc<tempfile::TempDir>,
        program: &[&str],
        (columns, rows): (u16, u16),
    ) -> Self {
        let devpts = file::open_dir(file::here(), "/dev/pts").unwrap();
        let pty = pty::open(&devpts, Size { rows, columns }).unwrap();
        let end = || pty.slave.try_clone().unwrap();
        let child = Command::new("setsid")
            .arg("--ctty")
            .args(program)
            .env("TERM", "xterm-256color")
            .env("HOME", home.path())
            .env_remove("TMUX")
            .env_remove("NO_COLOR")
            .env_remove("XDG_DATA_HOME")
            .env_remove("XDG_STATE_HOME")
            .env("LC_ALL", "C.UTF-8")
            .stdin(end())
            .stdout(end())
            .stderr(end())
            .spawn()
            .unwrap();
        socket::set_nonblocking(pty.master.as_fd()).unwrap();
        Self {
            master: Some(File::from(pty.master)),
            slave: pty.slave,
            screen: Emulator::new(columns, rows, 0),
            child,
            last: Vec::new(),
            all: Vec::new(),
            home,
        }
    }

    /// Types.
    pub(crate) fn send(&mut self, keys: &str) {
        if let Some(master) = &mut self.master {
            master.write_all(keys.as_bytes()).unwrap();
        }
    }

    /// Gives the terminal another size, as a person who pulls at its window does.
    pub(crate) fn resize(&mut self, (columns, rows): (u16, u16)) {
        if let Some(master) = &self.master {
            pty::resize(master.as_fd(), Size { rows, columns }).unwrap();
            self.screen.resize(columns, rows);
        }
    }

    /// Reads what is there, after at most `limit`; whether there was anything.
    pub(crate) fn wait_bytes(&mut self, limit: Duration) -> bool {
        self.last.clear();
        let Some(master) = &mut self.master else {
            return false;
        };
        let fds = [(master.as_fd(), For::Input)];
        if !ready(&fds, Some(limit)).unwrap()[0] {
            return false;
        }
        self.last.resize(1 << 16, 0);
        let n = master.read(&mut self.last).unwrap_or(0);
        self.last.truncate(n);
        self.all.extend_from_slice(&self.last);
        let reply = self.screen.feed(&self.last);
        let _ = master.write_all(&reply);
        n > 0
    }

    /// Waits until a condition holds of the screen's text.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, what: &str, condition: impl Fn(&str) -> bool) {
        self.wait_within(LIMIT, what, condition);
    }

    /// The same within another time.
    #[track_caller]
    pub(crate) fn wait_within(
        &mut self,
        limit: Duration,
        what: &str,
        condition: impl Fn(&str) -> bool,
    ) {
        let end = Instant::now() + limit;
        while !condition(&self.screen.text()) {
            assert!(Instant::now() < end, "no {what} in\n{}", self.screen.text());
            self.wait_bytes(Duration::from_secs(1));
        }
    }

    /// Waits until a word is on the screen.
    #[track_caller]
    pub(crate) fn wait_word(&mut self, word: &str) {
        self.wait_for(word, |text| text.contains(word));
    }

    /// Waits until nothing has come for a while.
    pub(crate) fn wait_calm(&mut self, calm: Duration) {
        while self.wait_bytes(calm) {}
    }

    /// Waits until the program has ended, within a time: its exit status.
    pub(crate) fn wait_end(&mut self, limit: Duration) -> Option<std::process::ExitStatus> {
        let end = Instant::now() + limit;
        while Instant::now() < end {
            if let Ok(Some(status)) = self.child.try_wait() {
                // The rest of its output.
                self.wait_calm(Duration::from_millis(20));
                return Some(status);
            }
            if !self.wait_bytes(Duration::from_millis(5)) && self.master.is_none() {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        None
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        assert!(
            self.home.path().exists(),
            "the home is left as it was found"
        );
    }
}
