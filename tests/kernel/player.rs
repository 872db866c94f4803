//! Plays labs without a session: performs the actions, and types into the shells.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::os::fd::{AsFd as _, OwnedFd};
use std::time::Duration;

use isolab::lab::{Action, Lab};
use isolab::sandbox::Sandbox;
use isolab::sys::file;
use tokio::sync::mpsc::UnboundedReceiver;

use super::host::SIZE;

/// How long a shell may take to return to its prompt.
const LIMIT: Duration = Duration::from_secs(20);

/// A terminal, whose output is read all the time: a full terminal would block its programs.
struct Terminal {
    fd: OwnedFd,
    said: UnboundedReceiver<Vec<u8>>,
}

impl Terminal {
    fn new(fd: OwnedFd) -> Self {
        let (tell, said) = tokio::sync::mpsc::unbounded_channel();
        let mut reader = std::fs::File::from(fd.try_clone().unwrap());
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(count) = reader.read(&mut chunk) {
                let _ = tell.send(chunk[..count].to_vec());
            }
        });
        Self { fd, said }
    }

    /// Waits until `lines` lines and then a prompt were printed, or the shell has ended; returns
    /// everything printed.
    async fn prompt(&mut self, lines: usize) -> String {
        let mut all = String::new();
        let done = |all: &str| {
            let ends = all.ends_with("# ") || all.ends_with("$ ");
            ends && all.matches('\n').count() >= lines
        };
        while !done(&all) {
            let next = tokio::time::timeout(LIMIT, self.said.recv()).await;
            match next.unwrap_or_else(|_| panic!("no prompt: {all}")) {
                Some(bytes) => all.push_str(&String::from_utf8_lossy(&bytes)),
                None => return all,
            }
        }
        all
    }
}

/// The panes of a lab: typed lines go into the terminal of the last shell.
pub(super) struct Panes<'a> {
    sandbox: &'a Sandbox,
    terminals: BTreeMap<String, Vec<Terminal>>,
}

impl<'a> Panes<'a> {
    /// Opens the panes of a lab.
    pub(super) async fn open(sandbox: &'a Sandbox, lab: &Lab) -> Self {
        let terminals = BTreeMap::new();
        let mut panes = Self { sandbox, terminals };
        for actor in &lab.actors {
            let terminal = sandbox.open(&actor.name, SIZE).await.unwrap();
            panes.add(&actor.name, terminal).await;
        }
        panes
    }

    async fn add(&mut self, actor: &str, fd: OwnedFd) {
        let mut terminal = Terminal::new(fd);
        let _ = terminal.prompt(0).await;
        let stack = self.terminals.entry(actor.to_owned()).or_default();
        stack.push(terminal);
    }

    /// Types a line into the terminal of the last shell; returns what was printed until the prompt
    /// is back.
    pub(super) async fn enter(&mut self, actor: &str, line: &str) -> String {
        let top = self.terminals.get_mut(actor).unwrap().last_mut().unwrap();
        file::write_all(top.fd.as_fd(), format!("{line}\n").as_bytes()).unwrap();
        top.prompt(1).await
    }

    /// Performs an action.
    pub(super) async fn play(&mut self, action: &Action) {
        let actor = action.actor().to_owned();
        let shells = self.sandbox.observe().await.unwrap().actors[&actor].depth + 1;
        let stack = self.terminals.get_mut(&actor).unwrap();
        stack.truncate(usize::try_from(shells).unwrap());
        if let Action::Type(verb) = action {
            let _ = self.enter(&actor, &verb.line).await;
        } else {
            let acted = self.sandbox.act(action, SIZE).await.unwrap();
            if let Some(new) = acted.terminal {
                self.add(&actor, new).await;
            }
        }
    }
}
