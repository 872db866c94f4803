//! The person's terminal: taken over, and given back whatever happens.

use std::io::{IsTerminal as _, Stdout, Write as _, stdout};
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Result, bail};
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
    EventStream,
};
use crossterm::execute;
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

use super::Lack;
use crate::sys::thread;
use crate::word;

/// What the person types.
///
/// # Errors
/// There can be no thread for it.
pub(super) fn input() -> Result<EventStream> {
    // It starts one by itself, and panics where that cannot be.
    thread::has_room().map_err(Lack::from)?;
    Ok(EventStream::new())
}

/// Whether this program has had a terminal.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Whether the terminal that was taken is gone: its window was closed, its line hung up.
pub(super) fn is_gone() -> bool {
    TAKEN.load(Ordering::Relaxed) && !stdout().is_terminal()
}

/// The screen; dropping it gives the terminal back.
pub(super) struct Screen {
    /// What is drawn on. It is not dropped: it would complain of a terminal that is gone to
    /// a standard error that is gone as well, and panic.
    pub terminal: ManuallyDrop<Terminal<CrosstermBackend<Stdout>>>,
    /// Dropped after it.
    _taken: Taken,
}

/// The terminal is not as it was.
struct Taken;

impl Screen {
    /// Takes the terminal over.
    pub(super) fn take() -> Result<Self> {
        if !stdout().is_terminal() || !std::io::stdin().is_terminal() {
            bail!(word!("no-terminal"));
        }
        restore_at_panic();
        TAKEN.store(true, Ordering::Relaxed);
        // Order: from here on it is given back, whatever is refused.
        let taken = Taken;
        enable_raw_mode()?;
        execute!(
            stdout(),
            EnterAlternateScreen,
            EnableMouseCapture,
            EnableBracketedPaste
        )?;
        let terminal = Terminal::new(CrosstermBackend::new(stdout()))?;
        Ok(Self {
            terminal: ManuallyDrop::new(terminal),
            _taken: taken,
        })
    }

    /// The same, but the mouse is left to the person, to mark and copy with.
    pub(super) fn look_on() -> Result<Self> {
        let screen = Self::take()?;
        execute!(stdout(), DisableMouseCapture)?;
        Ok(screen)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        restore();
    }
}

fn restore() {
    let _ = disable_raw_mode();
    let _ = execute!(
        stdout(),
        DisableBracketedPaste,
        DisableMouseCapture,
        LeaveAlternateScreen,
        crossterm::cursor::Show
    );
    let _ = stdout().flush();
}

/// A panic must not be printed over a screen in raw mode.
fn restore_at_panic() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        restore();
        before(info);
    }));
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::process::{Command, Stdio};

    use rustix::termios::tcgetattr;

    use super::Screen;
    use crate::sys::file;
    use crate::sys::pty::{self, Size};

    const SIZE: Size = Size {
        rows: 24,
        columns: 80,
    };

    /// The program that panics: the test below starts it on a terminal of its own.
    const BUGGY: &str = "app::terminal::tests::a_bug_if_it_is_named";

    #[test]
    fn a_bug_if_it_is_named() {
        if std::env::args().any(|word| word == BUGGY) {
            let _screen = Screen::take().unwrap();
            panic!("a bug");
        }
    }

    #[test]
    fn a_panic_gives_the_terminal_back_and_is_told_on_it() {
        let devpts = file::open_dir(file::here(), "/dev/pts").unwrap();
        let pty = pty::open(&devpts, SIZE).unwrap();
        let before = format!("{:?}", tcgetattr(&pty.slave).unwrap());
        let end = || Stdio::from(pty.slave.try_clone().unwrap());
        let status = Command::new("setsid")
            .args(["--ctty", "--wait"])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", BUGGY, "--nocapture"])
            .stdin(end())
            .stdout(end())
            .stderr(end())
            .status();
        assert!(!status.unwrap().success());
        assert_eq!(format!("{:?}", tcgetattr(&pty.slave).unwrap()), before);
        let mut told = [0; 1 << 12];
        let n = std::fs::File::from(pty.master).read(&mut told).unwrap();
        let told = String::from_utf8_lossy(&told[..n]).into_owned();
        let left = told.find("\x1b[?1049l").expect("the screen was left");
        assert!(told[left..].contains("a bug"), "{told:?}");
    }
}
