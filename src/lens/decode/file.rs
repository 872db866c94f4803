//! Whether a call is about something that matters.

use super::names::{PRCTL, PTRACE};
use super::place::Use;
use super::table::{About, Arg, Row};
use super::{Entry, Still, socket, structure};
use crate::sys::number;

/// The flags with which open(2) only looks: `O_DIRECTORY` of either architecture, and `O_PATH`.
const LOOKS: u64 = (if cfg!(target_arch = "aarch64") {
    0o4_0000
} else {
    0o20_0000
}) | 0o1000_0000;
/// The flags of open(2) with which it changes something: `O_ACCMODE`, `O_CREAT`, `O_TRUNC`.
const WRITES: u64 = 0o1103;
/// `PR_CAP_AMBIENT_IS_SET` of prctl(2).
const IS_SET: u64 = 1;
/// The sockets of the C library, which asks there for users and for the time (nscd(8), syslog(3)).
const SERVICES: [&str; 3] = ["/run/", "/var/run/", "/dev/"];

/// Whether a call is shown. Of those about files only the ones that matter are.
pub(super) fn matters(row: &Row, entry: &Entry, at: &impl Still) -> bool {
    let below = |index: usize| {
        let dir = match row.args.get(index.wrapping_sub(1)) {
            Some(Arg::Dir) => entry.int(index - 1),
            _ => number::AT_FDCWD,
        };
        use_of(row, entry, at).of_given(entry.arg(index), dir, at)
    };
    match row.about {
        About::All | About::Child(_) => true,
        About::Rights => is_known_prctl(entry),
        About::Tracing => PTRACE.iter().any(|name| name.value == entry.arg(0)),
        About::Path(path) | About::Below(path) => below(path),
        About::Paths(from, to) | About::BelowTwo(from, to) => below(from) || below(to),
        About::Linked(path) => {
            let dir = if path == 0 {
                number::AT_FDCWD
            } else {
                entry.int(0)
            };
            Use::Look.of_given(entry.arg(path), dir, at)
        }
        About::Opened(path) => !only_looks(row, entry, at) && below(path),
        About::Descriptor(fd) => leads_there(entry.int(fd), at),
        About::Address => is_of_lab(entry, at),
        About::Socket => ![number::AF_NETLINK, number::AF_UNIX].contains(&entry.int(0)),
        About::Netlink => false,
    }
}

/// Whether prctl(2) is asked to change rights, not only how they are.
fn is_known_prctl(entry: &Entry) -> bool {
    let known = PRCTL.iter().find(|name| name.value == entry.arg(0));
    known.is_some_and(|known| match known.name {
        "PR_CAP_AMBIENT" => entry.arg(1) != IS_SET,
        name => !name.contains("_GET_") && name != "PR_CAPBSET_READ",
    })
}

/// What a call does with its file.
fn use_of(row: &Row, entry: &Entry, at: &impl Still) -> Use {
    match flags(row, entry, at) {
        Some(flags) if flags & WRITES == 0 => Use::Look,
        _ => Use::Change,
    }
}

/// The flags of open(2) and the like.
fn flags(row: &Row, entry: &Entry, at: &impl Still) -> Option<u64> {
    let mut args = row.args.iter();
    let place = args.position(|arg| matches!(arg, Arg::Open | Arg::OpenHow))?;
    Some(match row.args.get(place) {
        Some(Arg::OpenHow) => structure::opened_how(entry.arg(place), at),
        _ => entry.arg(place),
    })
}

fn only_looks(row: &Row, entry: &Entry, at: &impl Still) -> bool {
    let Some(flags) = flags(row, entry, at) else {
        return false;
    };
    // A nameless file is made with the bit of a directory (O_TMPFILE, open(2)).
    flags & LOOKS != 0 && flags & 0o2000_0000 == 0
}

fn leads_there(fd: i32, at: &impl Still) -> bool {
    at.descriptor(fd)
        .is_some_and(|name| Use::Change.matters(&name))
}

/// Whether an address is one that a lab may know: not of netlink, and not of the machine's services.
fn is_of_lab(entry: &Entry, at: &impl Still) -> bool {
    let (address, length) = (entry.arg(1), entry.size(2));
    match socket::path(address, length, at) {
        Some(path) => !SERVICES.iter().any(|tree| path.starts_with(tree)),
        None => socket::family(address, at) != 16,
    }
}
