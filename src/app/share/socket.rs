//! Shares a run through a socket that only this person can open: others follow it, or lead it from
//! another terminal. Each guest has a thread, so one that is slow, leaves, or sends nonsense
//! disturbs nobody else.

use std::fs::{self, DirBuilder};
use std::io::{self, BufRead, BufReader, Read as _};
use std::net::Shutdown;
use std::os::fd::AsFd as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::UnboundedSender;

use super::log::{Along, Log};
use crate::app::aside;
use crate::app::learner;
use crate::scene::moment::Bytes;
use crate::sys::identity::person;
use crate::sys::{socket, thread};

/// The longest request, in bytes: enough for a paste.
const LONGEST: u64 = 64 * 1024;
/// How long a follower may leave data unread before it is dropped.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long to wait after accept(2) failed.
const REST: Duration = Duration::from_millis(200);
/// The most bytes of a lab's id in the name of its socket.
const NAME: usize = 60;

/// A request from another terminal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Asked {
    /// To go on.
    Forward,
    /// To go back.
    Back,
    /// To go to the start of a step.
    GoTo(usize),
    /// To give these bytes to an actor's shell.
    Keys {
        /// The actor.
        actor: String,
        /// As a terminal sends them.
        bytes: Bytes,
    },
}

/// A run that others may follow.
#[derive(Debug)]
pub(crate) struct Share {
    path: PathBuf,
    /// The socket. Closing it down ends the thread that accepts guests.
    listener: UnixListener,
}

impl Drop for Share {
    fn drop(&mut self) {
        socket::close_down(&self.listener);
        person::act(|| {
            let _ = fs::remove_file(&self.path);
            // The folder stays if it holds sockets of other runs.
            let _ = self.path.parent().map(fs::remove_dir);
        });
    }
}

impl Share {
    /// Opens the socket.
    ///
    /// # Errors
    /// It cannot be made, or its folder is not this person's alone.
    pub(crate) fn open(lab: &str, log: Arc<Log>, tell: UnboundedSender<Asked>) -> io::Result<Self> {
        let (listener, path) = person::act(|| listen(lab))?;
        let waiting = listener.try_clone()?;
        // Order: from here on the socket is removed, whatever fails.
        let share = Self { path, listener };
        thread::start("share", move || serve(&waiting, &log, &tell))?;
        Ok(share)
    }
}

/// Accepts guests until the share is over.
fn serve(listener: &UnixListener, log: &Arc<Log>, tell: &UnboundedSender<Asked>) {
    let person = learner::person();
    loop {
        match listener.accept() {
            Ok((client, _)) if is_known(&client, person) => {
                let (log, tell) = (Arc::clone(log), tell.clone());
                // Without a thread, nobody more can follow.
                let _ = thread::start("guest", move || attend(&client, log, &tell));
            }
            Ok(_) => {}
            // The socket was closed down.
            Err(why) if why.kind() == io::ErrorKind::InvalidInput => return,
            // Too many files are open, or a guest has gone away: the next one is accepted later.
            Err(_) => std::thread::sleep(REST),
        }
    }
}

/// The part of a lab's id in the socket's name: a socket's address has little room.
fn short(lab: &str) -> &str {
    let mut end = lab.len().min(NAME);
    while !lab.is_char_boundary(end) {
        end -= 1;
    }
    &lab[..end]
}

/// Makes the socket; its name is the lab's id and the process id.
fn listen(lab: &str) -> io::Result<(UnixListener, PathBuf)> {
    let path = folder()?.join(format!("{}.{}", short(lab), std::process::id()));
    let socket = socket::listen_privately(&path)?;
    Ok((socket.into(), path))
}

/// Whether the peer is this person, or root, who may do anything anyway (unix(7), `SO_PEERCRED`).
fn is_known(client: &UnixStream, person: u32) -> bool {
    socket::peer_uid(client.as_fd()).is_ok_and(|uid| uid == person || uid == 0)
}

/// Sends the log to a guest, and passes on its requests, until either side ends.
fn attend(client: &UnixStream, log: Arc<Log>, tell: &UnboundedSender<Asked>) {
    let Ok(mut told) = client.try_clone() else {
        return;
    };
    let _ = client.set_write_timeout(Some(PATIENCE));
    let telling = aside::start("told", move |aside| {
        let _ = io::copy(&mut Along::new(aside, log), &mut told);
        let _ = told.shutdown(Shutdown::Both);
    });
    if telling.is_err() {
        return;
    }
    let mut lines = BufReader::new(client);
    while let Some(asked) = asked(&mut lines) {
        if tell.send(asked).is_err() {
            break;
        }
    }
    let _ = client.shutdown(Shutdown::Both);
}

fn asked(lines: &mut impl BufRead) -> Option<Asked> {
    let mut line = Vec::new();
    lines
        .by_ref()
        .take(LONGEST)
        .read_until(b'\n', &mut line)
        .ok()?;
    serde_json::from_slice(&line).ok()
}

/// The folder of this person's sockets.
fn place() -> PathBuf {
    learner::runtime_folder().join(format!("isolab-{}", learner::person()))
}

/// Makes the folder of this person's sockets, if need be.
///
/// # Errors
/// It is not this person's alone.
fn folder() -> io::Result<PathBuf> {
    let (person, folder) = (learner::person(), place());
    match DirBuilder::new().mode(0o700).create(&folder) {
        Ok(()) => {}
        Err(why) if why.kind() == io::ErrorKind::AlreadyExists => {}
        Err(why) => return Err(why),
    }
    let meta = fs::symlink_metadata(&folder)?;
    let own = meta.is_dir() && meta.uid() == person && meta.mode().trailing_zeros() >= 6;
    if !own {
        let why = format!("{} is not yours alone", folder.display());
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
    }
    Ok(folder)
}

/// The runs that this person shares now: their names, `lab.process`, and a connection to each. The
/// sockets of killed runs are removed.
pub(crate) fn shared() -> io::Result<Vec<(String, UnixStream)>> {
    person::act(|| {
        let mut runs = Vec::new();
        for path in sockets()? {
            match socket::connect(&path) {
                Ok(stream) => runs.push((name(&path), stream)),
                Err(why) if why.kind() == io::ErrorKind::ConnectionRefused => {
                    let _ = fs::remove_file(path);
                }
                // It ended meanwhile.
                Err(why) if why.kind() == io::ErrorKind::NotFound => {}
                Err(why) => return Err(why),
            }
        }
        runs.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(runs)
    })
}

/// All paths in the folder; none if there is no folder.
fn sockets() -> io::Result<Vec<PathBuf>> {
    if !place().exists() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder()?)?.flatten();
    Ok(entries.map(|entry| entry.path()).collect())
}

/// Removes the sockets of this person's killed runs, and the folder once it is empty; returns what
/// was removed, or with `dry_run` what would be.
pub(crate) fn clean(dry_run: bool) -> io::Result<Vec<String>> {
    let cleaned: io::Result<Vec<String>> = person::act(|| {
        let mut gone = Vec::new();
        let mut live = 0;
        for path in sockets()? {
            if !is_left(&path) {
                live += 1;
                continue;
            }
            if !dry_run {
                fs::remove_file(&path)?;
            }
            gone.push(path.display().to_string());
        }
        let folder = place();
        if live == 0 && folder.exists() {
            if !dry_run {
                fs::remove_dir(&folder)?;
            }
            gone.push(folder.display().to_string());
        }
        Ok(gone)
    });
    cleaned.map_err(|why| {
        let words = format!("{}: {why}", place().display());
        io::Error::new(why.kind(), words)
    })
}

/// Whether a socket was left by a run that is gone: nobody listens at it.
fn is_left(path: &Path) -> bool {
    socket::connect(path).is_err_and(|why| why.kind() == io::ErrorKind::ConnectionRefused)
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::asked;

    #[test]
    fn what_is_asked_may_be_anything() {
        crate::fuzz::each("share", |bytes| {
            let mut lines = bytes;
            let mut left = bytes.len();
            while let Some(asked_for) = asked(&mut lines) {
                assert!(lines.len() < left);
                left = lines.len();
                let written = serde_json::to_vec(&asked_for).unwrap();
                assert_eq!(asked(&mut &written[..]), Some(asked_for));
            }
        });
    }
}
