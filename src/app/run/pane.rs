//! An actor's pane: the stack of its terminals, what they print, and the screen
//! that shows it.

mod input;

use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;

use tokio::io::unix::AsyncFd;
use tokio::task::JoinHandle;

use self::input::Input;
use super::happening::{Happening, Tell};
use super::tap::Tap;
use crate::scene::moment::{Bytes, PaneChange};
use crate::scene::{self, Moment};
use crate::sys::number;
use crate::sys::pty::{self, Size};
use crate::sys::socket::set_nonblocking;
use crate::sys::{SysError, file, readiness};
use crate::ui::widget::terminal::Emulator;

/// How much of the last output a snapshot gets, in bytes.
const SAID: usize = 4096;

/// How much output after a typed line is searched for a prompt, in bytes.
const PROMPT: usize = 64 * 1024;
/// How much output is kept for `hear`, in bytes.
const HEARD: usize = 1 << 20;

/// One terminal of the stack.
#[derive(Debug)]
struct Terminal {
    master: Arc<AsyncFd<OwnedFd>>,
    /// What is to be written.
    input: Arc<Input>,
    reader: JoinHandle<()>,
    writer: JoinHandle<()>,
}

/// An actor's pane.
pub(crate) struct Pane {
    /// What the screen shows of it.
    seen: scene::Pane,
    /// Its index among the panes, and where its changes are told.
    tap: (usize, Tap),
    terminals: Vec<Terminal>,
    /// How many of the lowest terminals are hidden: their shells were covered before the lab began.
    unseen: usize,
    said: Vec<u8>,
    /// The output since the last `hear`; kept only once that was called.
    heard: Option<Vec<u8>>,
    /// What was printed since a line was typed for a step.
    pub since_typed: Option<Vec<u8>>,
}

impl Pane {
    /// A pane without a shell.
    pub(crate) fn new(actor: &str, size: Size) -> Self {
        Self {
            seen: scene::Pane::new(actor, (size.columns, size.rows).into()),
            tap: (0, Tap::default()),
            terminals: Vec::new(),
            unseen: 0,
            said: Vec::new(),
            heard: None,
            since_typed: None,
        }
    }

    /// The actor.
    pub(crate) fn actor(&self) -> &str {
        &self.seen.actor
    }

    /// What the screen shows of it.
    pub(crate) fn seen(&self) -> &scene::Pane {
        &self.seen
    }

    /// Its screen.
    pub(crate) fn screen(&self) -> &Emulator {
        self.seen.screen()
    }

    /// The same, to mark something on it.
    pub(crate) fn screen_mut(&mut self) -> &mut Emulator {
        self.seen.screen_mut()
    }

    /// Its size.
    pub(crate) fn size(&self) -> Size {
        let seen = self.seen.size();
        Size {
            rows: seen.height,
            columns: seen.width,
        }
    }

    /// Tells its changes to `tap` from now on, as the pane with this index.
    pub(crate) fn tap(&mut self, index: usize, tap: &Tap) {
        self.tap = (index, tap.clone());
    }

    /// Changes what is shown; returns the terminal's replies to the program.
    pub(crate) fn change(&mut self, change: PaneChange) -> Vec<u8> {
        let replies = self.seen.change(&change);
        let index = self.tap.0;
        self.tap.1.tell(|| Moment::Pane(index, change));
        replies
    }

    /// Shows a text; returns the terminal's replies to the program.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.change(PaneChange::Fed(Bytes(bytes.to_vec())))
    }

    /// Empties the pane for a new lab host, whose shells come later.
    pub(crate) fn clear(&mut self) {
        let (tap, seen) = (std::mem::take(&mut self.tap), &self.seen);
        *self = Self {
            tap,
            ..Self::new(&seen.actor, self.size())
        };
    }

    /// Stacks a terminal; what it prints comes as happenings.
    pub(super) fn stack(&mut self, master: OwnedFd, tell: Tell) -> Result<(), SysError> {
        let _ = pty::resize(master.as_fd(), self.size());
        set_nonblocking(master.as_fd())?;
        let master = Arc::new(readiness::watched(master)?);
        let actor = self.actor().to_owned();
        let depth = self.terminals.len();
        let reader = tokio::spawn(read(Arc::clone(&master), actor, depth, tell));
        let input = Arc::new(Input::default());
        let writer = tokio::spawn(write(Arc::clone(&master), Arc::clone(&input)));
        if !self.terminals.is_empty() {
            self.change(PaneChange::Left);
        }
        self.terminals.push(Terminal {
            master,
            input,
            reader,
            writer,
        });
        self.change(PaneChange::Shells(self.terminals.len()));
        Ok(())
    }

    /// The lab begins: hides all terminals but the last.
    pub(crate) fn begin(&mut self) {
        self.unseen = self.terminals.len().saturating_sub(1);
    }

    /// Whether the terminal with `depth` terminals below it is hidden.
    pub(crate) fn hides(&self, depth: usize) -> bool {
        depth < self.unseen
    }

    /// Keeps the first `left` terminals: the shells of the others have ended.
    pub(crate) fn unstack(&mut self, left: usize) {
        if self.terminals.len() > left {
            self.terminals.truncate(left);
            self.unseen = self.unseen.min(left.saturating_sub(1));
            self.change(PaneChange::Shells(left));
            self.change(PaneChange::Left);
            self.feed(b"\r\n");
            // Makes the shell below draw its prompt again.
            self.write(b"\n");
        }
    }

    /// How many shells are stacked.
    pub(crate) fn depth(&self) -> usize {
        self.terminals.len()
    }

    /// Writes to the shell on top: what a person typed.
    pub(crate) fn write(&self, bytes: &[u8]) {
        if let Some(top) = self.terminals.last() {
            top.input.keys(bytes);
        }
    }

    /// Shows what a terminal printed, and keeps it for `said`, `prompted` and `hear`.
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        let replies = self.feed(bytes);
        if let Some(top) = self.terminals.last() {
            top.input.reply(&replies);
        }
        keep(&mut self.said, bytes, 2 * SAID);
        if let Some(since) = &mut self.since_typed {
            keep(since, bytes, PROMPT);
        }
        if let Some(heard) = &mut self.heard {
            keep(heard, bytes, HEARD);
        }
    }

    /// A step begins: the output before it no longer counts.
    pub(crate) fn begin_step(&mut self) {
        self.said.clear();
    }

    /// The complete lines that were printed since the last call.
    pub(crate) fn hear(&mut self) -> Vec<String> {
        let heard = self.heard.get_or_insert_default();
        let end = heard.iter().rposition(|byte| *byte == b'\n');
        let whole: Vec<u8> = heard.drain(..end.map_or(0, |end| end + 1)).collect();
        plain(&whole).lines().map(str::to_owned).collect()
    }

    /// The output since the step began, as plain text; only the end of it if it is long.
    pub(crate) fn said(&self) -> String {
        let text = plain(&self.said);
        let mut last = text.len().saturating_sub(SAID)..text.len();
        let start = last.find(|i| text.is_char_boundary(*i)).unwrap_or(0);
        text.get(start..).unwrap_or_default().to_owned()
    }

    /// Whether the shell has printed its prompt again after a typed line.
    pub(crate) fn prompted(&self) -> bool {
        let Some(since) = &self.since_typed else {
            return true;
        };
        let text = plain(since);
        text.rsplit_once('\n')
            .is_some_and(|(_, last)| !last.trim().is_empty())
    }

    /// Gives the pane another size.
    pub(crate) fn resize(&mut self, size: Size) {
        if size == self.size() {
            return;
        }
        self.change(PaneChange::Resized(size.columns, size.rows));
        for terminal in &self.terminals {
            let _ = pty::resize(terminal.master.get_ref().as_fd(), size);
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.reader.abort();
        self.writer.abort();
    }
}

async fn read(master: Arc<AsyncFd<OwnedFd>>, actor: String, depth: usize, tell: Tell) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let Ok(mut ready) = master.readable().await else {
            return;
        };
        match file::read_some(master.get_ref().as_fd(), &mut buffer) {
            Ok(n) if n > 0 => {
                let bytes = buffer.get(..n).unwrap_or_default().to_vec();
                let output = Happening::Output {
                    actor: actor.clone(),
                    depth,
                    bytes,
                };
                if !tell.tell(output).await {
                    return;
                }
            }
            Err(e) if e.errno == number::EAGAIN => ready.clear_ready(),
            // EIO: the last process of the terminal has closed it.
            _ => return,
        }
    }
}

async fn write(master: Arc<AsyncFd<OwnedFd>>, input: Arc<Input>) {
    loop {
        let bytes = input.next().await;
        write_all(&master, &bytes).await;
    }
}

/// Appends bytes to a list, which keeps only the last `most`.
fn keep(list: &mut Vec<u8>, bytes: &[u8], most: usize) {
    list.extend_from_slice(bytes);
    let surplus = list.len().saturating_sub(most);
    list.drain(..surplus);
}

async fn write_all(master: &AsyncFd<OwnedFd>, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        let Ok(mut ready) = master.writable().await else {
            return;
        };
        match file::write_some(master.get_ref().as_fd(), bytes) {
            Ok(n) => bytes = bytes.get(n..).unwrap_or_default(),
            Err(e) if e.errno == number::EAGAIN => ready.clear_ready(),
            Err(_) => return,
        }
    }
}

/// Text without escape sequences and carriage returns, and without what was erased.
fn plain(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\x1b' => skip_escape(&mut chars),
            '\n' | '\t' => plain.push(c),
            '\x08' if !plain.ends_with('\n') => drop(plain.pop()),
            c if c.is_control() => {}
            c => plain.push(c),
        }
    }
    plain
}

fn skip_escape(chars: &mut std::str::Chars<'_>) {
    match chars.next() {
        // CSI: parameters, then a final byte from @ to ~.
        Some('[') => drop(chars.find(|c| ('@'..='~').contains(c))),
        // OSC: to BEL or ESC \.
        Some(']') if chars.find(|c| matches!(c, '\x07' | '\x1b')) == Some('\x1b') => {
            chars.next();
        }
        Some('(' | ')') => drop(chars.next()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn escapes_are_no_text() {
        let bytes = b"\x1b[?2004h\x1b]0;title\x07root# \x1b[1mls\x1b[0m\r\nfile\r\n";
        assert_eq!(plain(bytes), "root# ls\nfile\n");
        assert_eq!(
            plain(b"root# lx\x08\x1b[Ks\x08 \x08s\r\n\x08"),
            "root# ls\n"
        );
    }
}
