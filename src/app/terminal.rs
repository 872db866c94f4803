//! The person's terminal: taken over, and given back whatever happens.

use std::io::{IsTerminal as _, Stdout, Write as _, stdout};
use std::mem::ManuallyDrop;
use std::os::fd::AsFd as _;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use crossterm::clipboard::CopyToClipboard;
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

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;

use super::Lack;
use crate::sys::number;
use crate::sys::pty::{self, Size};
use crate::sys::{process, thread};
use crate::word;

/// The person's input.
///
/// # Errors
/// There is no room for its thread.
pub(super) fn input() -> Result<EventStream> {
    // `EventStream` starts a thread, and panics if it cannot.
    thread::has_room().map_err(Lack::from)?;
    Ok(EventStream::new())
}

/// Copies a text to the clipboard of the person's terminal, if that lets programs do so (OSC 52).
pub(super) fn copy(text: &str) {
    // A terminal that is gone ends the input as well.
    let _ = execute!(stdout(), CopyToClipboard::to_clipboard_from(text));
}

/// Whether this program has had a terminal.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Whether the terminal that was taken is gone: its window was closed, its line hung up.
pub(super) fn is_gone() -> bool {
    TAKEN.load(Ordering::Relaxed) && !stdout().is_terminal()
}

/// The person's terminal, taken over; dropping this gives it back.
pub(super) struct Screen {
    /// What is drawn on. It is never dropped: if terminal and standard error are gone, its `drop`
    /// would panic.
    canvas: ManuallyDrop<Canvas>,
    /// The task that handles stop and continue signals.
    stops: JoinHandle<()>,
    /// Gives the terminal back; dropped last.
    _taken: Taken,
}

type Canvas = Terminal<CrosstermBackend<Stdout>>;

/// Gives the terminal back when it is dropped.
struct Taken;

/// The usual size of a terminal that has none, and the variables that may say otherwise
/// (`environ(7)`).
const SIZE: [(&str, u16); 2] = [("LINES", 24), ("COLUMNS", 80)];

impl Screen {
    /// Takes the terminal over.
    pub(super) fn take() -> Result<Self> {
        Self::with_mouse(true)
    }

    /// The same, but leaves the mouse to the person, for marking and copying.
    pub(super) fn look_on() -> Result<Self> {
        Self::with_mouse(false)
    }

    fn with_mouse(mouse: bool) -> Result<Self> {
        if !stdout().is_terminal() || !std::io::stdin().is_terminal() {
            return Err(Lack::of(word!("no-terminal")).into());
        }
        if std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
            return Err(Lack::of(word!("dumb-terminal")).into());
        }
        give_size()?;
        restore_at_panic();
        TAKEN.store(true, Ordering::Relaxed);
        MOUSE.store(mouse, Ordering::Relaxed);
        // Order: from here on the terminal is given back, whatever fails.
        let taken = Taken;
        take_over()?;
        Ok(Self {
            canvas: canvas()?,
            stops: tokio::spawn(stops(Stops::take()?)),
            _taken: taken,
        })
    }

    /// What is drawn on: a new one, if something else was on the terminal meanwhile, so that all is
    /// drawn.
    pub(super) fn canvas(&mut self) -> Result<&mut Canvas> {
        if ANEW.swap(false, Ordering::Relaxed) {
            self.canvas = canvas()?;
        }
        Ok(&mut self.canvas)
    }
}

fn canvas() -> Result<ManuallyDrop<Canvas>> {
    let terminal = Terminal::new(CrosstermBackend::new(stdout()))?;
    Ok(ManuallyDrop::new(terminal))
}

/// Gives a terminal without a size that of the environment, or the usual one.
fn give_size() -> Result<()> {
    if !pty::has_no_size(stdout()) {
        return Ok(());
    }
    let [rows, columns] = SIZE.map(|(name, usual)| number(name).unwrap_or(usual));
    let told = pty::resize(stdout().as_fd(), Size { rows, columns });
    Ok(told.map_err(|why| Lack::of(word!("no-size", why = why.to_string())))?)
}

/// A number above zero in a variable of the environment.
fn number(variable: &str) -> Option<u16> {
    std::env::var(variable)
        .ok()?
        .parse()
        .ok()
        .filter(|n| *n > 0)
}

fn take_over() -> std::io::Result<()> {
    enable_raw_mode()?;
    execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
    if MOUSE.load(Ordering::Relaxed) {
        execute!(stdout(), EnableMouseCapture)?;
    }
    Ok(())
}

/// Whether the mouse is taken too.
static MOUSE: AtomicBool = AtomicBool::new(false);
/// Whether something else was on the terminal since the last frame.
static ANEW: AtomicBool = AtomicBool::new(false);

/// The signals that stop and continue a program, signal(7).
struct Stops {
    stop: Signal,
    go_on: Signal,
}

impl Stops {
    fn take() -> std::io::Result<Self> {
        Ok(Self {
            stop: signal(SignalKind::from_raw(number::SIGTSTP))?,
            go_on: signal(SignalKind::from_raw(number::SIGCONT))?,
        })
    }
}

/// Gives the terminal back while the program is stopped, and takes it again.
async fn stops(mut signals: Stops) {
    loop {
        tokio::select! {
            _ = signals.stop.recv() => {
                restore();
                process::stop_oneself();
            }
            // A program that was stopped by SIGSTOP has not given the terminal back.
            _ = signals.go_on.recv() => restore(),
        }
        // A terminal that cannot be taken again is gone: then the input ends as well.
        let _ = take_over();
        ANEW.store(true, Ordering::Relaxed);
        // SIGWINCH makes each loop draw again: the size may have changed.
        let own = i64::from(std::process::id());
        let _ = process::kill(own, number::SIGWINCH);
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.stops.abort();
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

/// Gives the terminal back before a panic is printed.
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
            let runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = { runtime }.enable_all().build().unwrap();
            let _inside = runtime.enter();
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
