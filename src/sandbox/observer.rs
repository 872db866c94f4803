//! The observer: reads the facts of a lab host from outside its pid namespace, with no more power
//! than its root, and reports when something has changed.

mod eye;
mod glance;
mod onlooker;

use std::os::fd::{AsFd, OwnedFd};

use super::error::Failure;
use super::wire::{self, FromObserver, Got, Inbox, ToObserver};
use crate::probe::Reader;
use crate::sys::number;
use crate::sys::wait::{For, ready};
use crate::sys::{SysError, identity, namespace, process};
use eye::Eye;
use onlooker::Onlookers;

/// The namespaces that the observer joins: all of init's but the pid and time ones.
const JOINED: i32 = number::CLONE_NEWUSER
    | number::CLONE_NEWNS
    | number::CLONE_NEWUTS
    | number::CLONE_NEWIPC
    | number::CLONE_NEWNET
    | number::CLONE_NEWCGROUP;

/// Serves until the socket closes.
pub(super) fn run(socket: &OwnedFd, proc: OwnedFd, init: i64) -> Result<(), Failure> {
    process::set_name(c"isolab-observer");
    let lenses = Onlookers::new(&proc, init).map_err(|e| Failure::new("observer", &e))?;
    let reader = Reader::new(proc, init);
    serve(socket, reader, &lenses).map_err(|e| Failure::new("observer", &e))
}

/// Joins the lab host of `init`.
pub(super) fn enter(init: i64) -> Result<(), SysError> {
    let pidfd = process::pidfd_open(init)?;
    namespace::setns(pidfd.as_fd(), JOINED)?;
    identity::set_gid(0)?;
    let _ = identity::drop_groups();
    identity::set_uid(0)?;
    // Order: changing ids has cleared the parent-death signal.
    process::set_parent_death_signal()?;
    process::set_dumpable(false)?;
    Ok(())
}

fn serve(socket: &OwnedFd, reader: Reader, lenses: &Onlookers) -> Result<(), SysError> {
    let mut inbox = Inbox::default();
    let mut eye = Eye::new(reader);
    // Nobody has asked yet, so there are no facts that could have changed.
    let mut quiet = true;
    wire::send(socket.as_fd(), &FromObserver::Ready, &[])?;
    loop {
        let mut fds = vec![(socket.as_fd(), For::Input)];
        if !quiet {
            fds.extend(eye.events());
        }
        let limit = eye.due().filter(|_| !quiet);
        let ready = ready(&fds, limit)?;
        if ready[0] {
            match inbox.receive(socket)? {
                Got::End => return Ok(()),
                Got::Part => {}
                Got::Message(ToObserver::Look(look), _) => {
                    eye.answer(socket, look)?;
                    quiet = false;
                }
                Got::Message(ToObserver::Lens, fds) => {
                    lenses.start(fds.into_iter().next(), socket);
                }
            }
        } else if !quiet && eye.has_seen(&ready) {
            wire::send(socket.as_fd(), &FromObserver::Changed, &[])?;
            quiet = true;
        }
    }
}
