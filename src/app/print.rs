//! What the program says on its standard output and its standard error: the one place that
//! writes there for all sub-commands. What would steer a terminal does not get to one.

use std::io::{self, IsTerminal as _, StdoutLock, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::word::clean;

/// A line for whoever reads the standard output without a screen. A reader that has gone
/// away is no error of ours.
pub(crate) fn line(text: &str) {
    let _ = writeln!(io::stdout().lock(), "{}", clean::line(text));
}

/// Prints several lines in the same way.
pub(crate) fn lines(text: &str) {
    let _ = writeln!(io::stdout().lock(), "{}", clean::lines(text));
}

/// Prints JSON in one line. Letters that act on the terminal are escaped, so its meaning stays.
pub(crate) fn json(value: &serde_json::Value) {
    let text = clean::json(&value.to_string());
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// Prints a line in a style: a number of `SGR`, `console_codes(4)`.
pub(crate) fn styled(style: &str, text: &str) {
    let text = clean::line(text);
    let _ = writeln!(io::stdout().lock(), "\x1b[{style}m{text}\x1b[0m");
}

/// Lines on the standard error: why something failed, or what is to be known beside what is
/// printed. There is nowhere to complain if that fails.
pub(crate) fn fault(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", clean::lines(text));
}

/// What a program of the person printed, as it is.
pub(crate) fn program(bytes: &[u8]) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}

/// Whether the terminal does not make line ends whole, as in its raw mode.
static RAW: AtomicBool = AtomicBool::new(false);

/// Writes whole line ends from now on, for a terminal in its raw mode, or no longer.
pub(crate) fn leave_line_ends(is_raw: bool) {
    RAW.store(is_raw, Ordering::Relaxed);
}

/// A line on the standard error, beside what a program of the person prints.
pub(crate) fn aside(text: &str) {
    let end = if RAW.load(Ordering::Relaxed) {
        "\r\n"
    } else {
        "\n"
    };
    let _ = write!(io::stderr().lock(), "{}{end}", clean::line(text));
}

/// JSON in one line on the standard error.
pub(crate) fn json_aside(value: &serde_json::Value) {
    aside(&clean::json(&value.to_string()));
}

/// A text with styles of ours on the standard error, with line ends of its own.
pub(crate) fn styled_fault(text: &str) {
    let _ = write!(io::stderr().lock(), "{}", clean::styled(text));
}

/// Whether the standard output is a terminal.
pub(crate) fn is_on_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether the standard error is a terminal.
pub(crate) fn are_faults_on_terminal() -> bool {
    io::stderr().is_terminal()
}

/// The standard output of a sub-command that is asked for a text: a file and a program get
/// all of it as it is, a terminal gets nothing that would steer it.
pub(crate) struct Out {
    to: StdoutLock<'static>,
    cleans: bool,
}

impl Out {
    /// The standard output.
    pub(crate) fn new() -> Self {
        let to = io::stdout().lock();
        let cleans = to.is_terminal();
        Self { to, cleans }
    }
}

impl Write for Out {
    /// Each piece that is written is a whole text.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.cleans {
            let text = clean::styled(&String::from_utf8_lossy(bytes));
            self.to.write_all(text.as_bytes())?;
        } else {
            self.to.write_all(bytes)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
