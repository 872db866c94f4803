//! The observer: reads the facts of a lab host from outside its pid namespace
//! but with no more power than its root, and tells when something has changed.

use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;

use super::wire::{self, Failure, FromObserver, Got, Inbox, ToObserver};
use crate::probe::Reader;
use crate::probe::overlay::All;
use crate::probe::watch::Watch;
use crate::snapshot::{Cut, Snapshot, cut};
use crate::sys::wait::{For, ready};
use crate::sys::{SysError, identity, namespace, process};

/// The namespaces that the observer joins: all of init's but the pid and time ones.
const JOINED: i32 = nix::libc::CLONE_NEWUSER
    | nix::libc::CLONE_NEWNS
    | nix::libc::CLONE_NEWUTS
    | nix::libc::CLONE_NEWIPC
    | nix::libc::CLONE_NEWNET
    | nix::libc::CLONE_NEWCGROUP;

/// Serves until the socket closes.
pub(super) fn run(socket: &OwnedFd, proc: OwnedFd, init: i64) -> Result<(), Failure> {
    process::set_name(c"isolab-observer");
    let reader = Reader::new(proc, init);
    serve(socket, reader).map_err(|e| Failure::new("observer", &e))
}

/// Goes into the lab host of `init`.
pub(super) fn enter(init: i64) -> Result<(), SysError> {
    let pidfd = process::pidfd_open(init)?;
    namespace::setns(pidfd.as_fd(), JOINED)?;
    identity::set_gid(0)?;
    let _ = identity::drop_groups();
    identity::set_uid(0)?;
    // Order: the change of ids has untied the cord to the program.
    process::set_parent_death_signal()?;
    process::set_dumpable(false)?;
    Ok(())
}

fn serve(socket: &OwnedFd, mut reader: Reader) -> Result<(), SysError> {
    let mut inbox = Inbox::default();
    let mut watch = Watch::default();
    let mut told = Told::default();
    // Nobody has asked yet, so there is nothing to tell a change from.
    let mut quiet = true;
    wire::send(socket.as_fd(), &FromObserver::Ready, &[])?;
    loop {
        let mut fds = vec![(socket.as_fd(), For::Input)];
        if !quiet {
            fds.extend(watch.list());
            fds.extend(reader.events().map(|fd| (fd, For::Input)));
        }
        let limit = reader.ripens().filter(|_| !quiet);
        let ready = ready(&fds, limit)?;
        if ready[0] {
            match inbox.receive(socket)? {
                Got::End => return Ok(()),
                Got::Part => {}
                Got::Message(request, _) => {
                    answer(socket, &mut reader, (&mut watch, &mut told), &request)?;
                    quiet = false;
                }
            }
        } else if only_names(&watch, &ready) && !reader.renamed() {
            // The kernel tells of every host name on the machine: this one is not ours.
        } else if limit.is_some() || ready.iter().any(|ready| *ready) {
            wire::send(socket.as_fd(), &FromObserver::Changed, &[])?;
            watch.forget_ended();
            quiet = true;
        }
    }
}

/// Whether what woke is the file of host names alone: it follows the socket.
fn only_names(watch: &Watch, ready: &[bool]) -> bool {
    watch.has_names() && ready.get(1) == Some(&true) && ready.iter().filter(|r| **r).count() == 1
}

/// What was told of overlays last: they are not told again while they are the same.
#[derive(Default)]
struct Told {
    overlays: All,
    cut: Cut,
}

/// A snapshot that fits into a message, whatever a lab has made.
fn fitting(snapshot: Snapshot) -> Snapshot {
    match serde_json::to_vec(&snapshot) {
        Ok(json) if json.len() > cut::LARGEST => Snapshot::cut_to_fit(&json),
        _ => snapshot,
    }
}

/// The length of what is told, in bytes.
fn size(told: &impl serde::Serialize) -> usize {
    serde_json::to_vec(told).map_or(usize::MAX, |json| json.len())
}

fn answer(
    socket: &OwnedFd,
    reader: &mut Reader,
    (watch, told): (&mut Watch, &mut Told),
    request: &ToObserver,
) -> Result<(), SysError> {
    let begun = process::cpu_time();
    let (mut snapshot, watched) = reader.read(&request.subjects, &request.wanted);
    let detail = reader.detail(&snapshot).map(Box::new);
    let overlays = std::mem::take(&mut snapshot.overlays);
    let same_overlays = Arc::ptr_eq(&told.overlays, &overlays);
    if !same_overlays {
        told.overlays = Arc::clone(&overlays);
        snapshot.overlays = overlays;
    }
    let mut snapshot = fitting(snapshot);
    if same_overlays {
        snapshot.cut.extend(told.cut.clone());
    } else {
        let cut = snapshot.cut.iter();
        let of_overlays = cut.filter(|(what, _)| what.starts_with("overlays."));
        told.cut = of_overlays.map(|(what, n)| (what.clone(), *n)).collect();
    }
    watch.set(reader.proc(), &watched);
    let facts = FromObserver::Facts {
        id: request.id,
        snapshot: Box::new(snapshot),
        same_overlays,
        detail: detail.filter(|detail| size(detail) <= cut::LARGEST),
        cost: u64::try_from(process::cpu_time().saturating_sub(begun).as_micros())
            .unwrap_or(u64::MAX),
    };
    wire::send(socket.as_fd(), &facts, &[])
}
