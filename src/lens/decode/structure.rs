//! Structures of the kernel's interface that calls take.

use super::bits::set;
use super::names::{CLONE, MOUNT_ATTR, MS, OPEN};
use super::text::{LIST, numbers, quoted, u32_at, u64_at};
use super::{Entry, Still};
use crate::sys::capability;
use crate::sys::process::signal_name;

/// More capabilities than this are shown as a mask.
const FEW: u32 = 8;

/// The bits of open(2) that ask to write, `O_ACCMODE`.
const ACCESS: u64 = 3;

/// The flags of open(2), with the access first.
pub(super) fn open_flags(value: u64) -> String {
    let value = value & u64::from(u32::MAX);
    let words = set(OPEN, value);
    if value != 0 && value & ACCESS == 0 {
        format!("O_RDONLY|{words}")
    } else {
        words
    }
}

/// The flags of clone3(2).
pub(super) fn clone_flags(entry: &Entry, at: &impl Still) -> u64 {
    u64_at(&at.bytes(entry.arg(0), 8), 0)
}

/// `struct clone_args` (linux/sched.h).
pub(super) fn clone_args(address: u64, at: &impl Still) -> String {
    let bytes = at.bytes(address, 40);
    if bytes.len() < 40 {
        return format!("{address:#x}");
    }
    let signal = i32::try_from(u64_at(&bytes, 32)).unwrap_or(0);
    let flags = set(CLONE, u64_at(&bytes, 0));
    let signal = match signal {
        0 => "0".to_owned(),
        signal => signal_name(signal),
    };
    format!("{{flags={flags}, exit_signal={signal}}}")
}

/// `struct mount_attr` (linux/mount.h).
pub(super) fn mount_attr(address: u64, at: &impl Still) -> String {
    let bytes = at.bytes(address, 32);
    if bytes.len() < 32 {
        return format!("{address:#x}");
    }
    let mut fields = Vec::new();
    for (name, place) in ["attr_set", "attr_clr"].into_iter().zip([0, 8]) {
        let value = u64_at(&bytes, place);
        if value != 0 {
            fields.push(format!("{name}={}", set(MOUNT_ATTR, value)));
        }
    }
    let propagation = u64_at(&bytes, 16);
    if propagation != 0 {
        fields.push(format!("propagation={}", set(MS, propagation)));
    }
    if u64_at(&bytes, 0) & 0x10_0000 != 0 {
        fields.push(format!("userns_fd={}", u64_at(&bytes, 24)));
    }
    format!("{{{}}}", fields.join(", "))
}

/// `struct open_how` (linux/openat2.h).
pub(super) fn open_how(address: u64, at: &impl Still) -> String {
    let bytes = at.bytes(address, 24);
    if bytes.len() < 24 {
        return format!("{address:#x}");
    }
    let flags = open_flags(u64_at(&bytes, 0));
    format!("{{flags={flags}, resolve={:#x}}}", u64_at(&bytes, 16))
}

/// The flags in it.
pub(super) fn opened_how(address: u64, at: &impl Still) -> u64 {
    u64_at(&at.bytes(address, 8), 0)
}

/// `struct __user_cap_header_struct` (linux/capability.h): whose capabilities.
pub(super) fn cap_header(address: u64, at: &impl Still) -> String {
    let bytes = at.bytes(address, 8);
    u32_at(&bytes, 4).cast_signed().to_string()
}

/// `struct __user_cap_data_struct`, twice.
pub(super) fn cap_data(address: u64, at: &impl Still) -> String {
    let bytes = at.bytes(address, 24);
    let whole =
        |place| u64::from(u32_at(&bytes, place)) | u64::from(u32_at(&bytes, place + 12)) << 32;
    let [effective, permitted, inheritable] = [0, 4, 8].map(|place| capabilities(whole(place)));
    format!("{{effective={effective}, permitted={permitted}, inheritable={inheritable}}}")
}

/// A few capabilities by their names, more of them as a mask.
fn capabilities(mask: u64) -> String {
    if mask == 0 || mask.count_ones() > FEW {
        return format!("{mask:#x}");
    }
    let bits = (0..64_u8).filter(|bit| mask & (1 << bit) != 0);
    bits.map(capability::name)
        .collect::<Vec<String>>()
        .join("|")
}

/// A list of groups.
pub(super) fn groups(address: u64, count: usize, at: &impl Still) -> String {
    let bytes = at.bytes(address, count.min(LIST) * 4);
    let mut ids: Vec<String> = (0..bytes.len() / 4)
        .map(|index| u32_at(&bytes, index * 4).to_string())
        .collect();
    if count > LIST {
        ids.push("…".to_owned());
    }
    format!("[{}]", ids.join(", "))
}

/// Pieces of memory one after the other (`struct iovec`), as the bytes that they hold.
pub(super) fn pieces(address: u64, count: usize, at: &impl Still) -> String {
    let (bytes, is_cut) = gathered(address, count, super::text::SHOWN + 1, at);
    format!("[{}]", quoted(&bytes, is_cut))
}

/// The first bytes of pieces of memory, and whether there are more.
pub(super) fn gathered(
    address: u64,
    count: usize,
    most: usize,
    at: &impl Still,
) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    for pair in numbers(at, address, count.min(LIST) * 2).chunks_exact(2) {
        let length = usize::try_from(pair[1]).unwrap_or(usize::MAX);
        let room = most - bytes.len();
        bytes.extend(at.bytes(pair[0], length.min(room)));
        if length > room {
            return (bytes, true);
        }
    }
    (bytes, count > LIST)
}
