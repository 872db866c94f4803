//! The lens's process: a child of the observer, outside of the lab host's pid namespace as well,
//! that watches the calls of its shells.

use std::os::fd::{AsFd, AsRawFd as _, OwnedFd};

use crate::lens::{self, Ear};
use crate::probe::Subject;
use crate::sandbox::wire::{self, FromLens, Got, Inbox};
use crate::snapshot::lens::Glimpse;
use crate::sys::process::{self, Side};
use crate::sys::wait::{For, ready};
use crate::sys::{SysError, capability, file, inherit, number, socket};

/// How many glimpses are tried first to fit into a packet.
const PART: usize = 64;
/// All that a lens may do in the lab host's user namespace: trace, and look into `/proc/PID/fd`,
/// which belongs to whom the process does.
const RIGHTS: [&str; 2] = ["CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH"];

/// Where lenses look.
#[derive(Debug)]
pub(super) struct Onlookers {
    proc: OwnedFd,
    init: i64,
}

impl Onlookers {
    /// For the lab host of `init`.
    pub(super) fn new(proc: &OwnedFd, init: i64) -> Result<Self, SysError> {
        let proc = file::open_dir(proc, ".")?;
        Ok(Self { proc, init })
    }

    /// Starts a lens that speaks on a socket. It gives up `own`, the socket of this process.
    pub(super) fn start(&self, to: Option<OwnedFd>, own: &OwnedFd) {
        while process::reap().is_some() {}
        let Some(to) = to else { return };
        let this = process::own_pids().0;
        match process::fork() {
            Ok(Side::Parent(_)) => {}
            Ok(Side::Child) => {
                // Order: the program must see the observer's end, which this copy would hide.
                let moved = file::replace(own.as_raw_fd(), to.as_fd());
                // What the observer has open would hold namespaces and files that end meanwhile.
                inherit::keep_only(&[own.as_fd(), self.proc.as_fd()]);
                if moved.and_then(|()| confine(this)).is_ok() {
                    self.look_on(own);
                }
                process::exit(0);
            }
            Err(e) => {
                let _ = wire::send(to.as_fd(), &FromLens::Refused(e.to_string()), &[]);
            }
        }
    }

    fn look_on(&self, socket: &OwnedFd) {
        let mut ear = Socket {
            socket,
            inbox: Inbox::default(),
        };
        let looked =
            file::open_dir(&self.proc, ".").and_then(|proc| lens::run(proc, self.init, &mut ear));
        if let Err(e) = looked {
            let _ = ear.refused(&e);
        }
    }
}

/// Ties this process to its parent's life, and leaves it the rights that it needs.
fn confine(parent: i64) -> Result<(), SysError> {
    process::set_name(c"isolab-lens");
    process::reset_signals();
    process::set_parent_death_signal()?;
    if process::own_pids().1 != parent {
        process::exit(1);
    }
    let rights = capability::all().filter(|number| RIGHTS.contains(&&*capability::name(*number)));
    let rights = rights.fold(0, |mask, number| mask | 1 << number);
    capability::set(rights, rights, 0)
}

/// The socket to the program.
struct Socket<'a> {
    socket: &'a OwnedFd,
    inbox: Inbox,
}

impl Socket<'_> {
    /// Sends something short, unless there is no room now.
    fn mention(&self, told: &FromLens) -> Result<(), SysError> {
        match wire::send(self.socket.as_fd(), told, &[]) {
            Err(e) if e.errno != number::EAGAIN => Err(e),
            _ => Ok(()),
        }
    }
}

impl Ear for Socket<'_> {
    fn bell(&mut self) -> Result<i64, SysError> {
        let this = process::own_pids().0;
        match process::fork()? {
            Side::Parent(bell) => Ok(bell),
            Side::Child => {
                let tied = process::set_parent_death_signal();
                if tied.is_ok() && process::own_pids().1 == this {
                    let _ = ready(&[(self.socket.as_fd(), For::Input)], None);
                }
                process::exit(0);
            }
        }
    }

    fn hear(&mut self) -> Result<Option<Vec<Subject>>, SysError> {
        match self.inbox.receive(self.socket) {
            Ok(Got::Message(subjects, _)) => Ok(Some(subjects)),
            Ok(Got::Part) => Ok(Some(Vec::new())),
            Ok(Got::End) => Ok(None),
            Err(e) if e.errno == number::EAGAIN => Ok(Some(Vec::new())),
            Err(e) => Err(e),
        }
    }

    fn tell(&mut self, glimpses: &[Glimpse]) -> Result<usize, SysError> {
        let mut count = glimpses.len().min(PART);
        while count > 0 {
            let seen = FromLens::Seen(glimpses[..count].to_vec());
            let packets = wire::packets(&seen)?;
            let [(packet, _)] = packets.as_slice() else {
                count /= 2;
                continue;
            };
            return match socket::send(self.socket.as_fd(), packet, &[]) {
                Ok(()) => Ok(count),
                Err(e) if e.errno == number::EAGAIN => Ok(0),
                Err(e) => Err(e),
            };
        }
        Ok(0)
    }

    fn watching(&mut self) -> Result<(), SysError> {
        self.mention(&FromLens::Watching)
    }

    fn refused(&mut self, error: &SysError) -> Result<(), SysError> {
        self.mention(&FromLens::Refused(error.to_string()))
    }
}
