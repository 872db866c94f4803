//! Arguments in words.

use super::bits::{one, set};
use super::names::{AMBIENT, CLONE, FAMILY, IPC, KIND, KIND_FLAG, MS, NETLINK, PRCTL, PROTOCOL};
use super::table::{Arg, Row};
use super::{Entry, Still, socket, structure, text};
use crate::sys::process::signal_name;
use crate::sys::{capability, number};

/// Stands for what the kernel writes until the call has ended.
pub(super) const LATER: char = '\u{fffc}';
/// The lowest bits of the flags of clone(2): the signal at the end, `CSIGNAL` of linux/sched.h.
const CSIGNAL: u64 = 0xff;
/// The permission bits of a mode, and the kind of file (`S_IFMT`, inode(7)).
const PERMISSIONS: u64 = 0o7777;
/// The bits of open(2) for which it takes permissions: `O_CREAT`, and that of `O_TMPFILE`.
const MAKES: u64 = 0o2000_0100;

/// All arguments of a call.
pub(super) fn all(row: &Row, entry: &Entry, at: &impl Still) -> String {
    let args = row.args.iter().enumerate();
    let words = args.filter_map(|(index, arg)| word(*arg, index, entry, at));
    words.collect::<Vec<String>>().join(", ")
}

/// One argument; `None` if the call has it not this time.
fn word(arg: Arg, index: usize, entry: &Entry, at: &impl Still) -> Option<String> {
    let value = entry.arg(index);
    let int = entry.int(index);
    Some(match arg {
        Arg::Dir if int == number::AT_FDCWD => "AT_FDCWD".to_owned(),
        Arg::Fd | Arg::Dir => descriptor(int, at),
        Arg::Text | Arg::Data => text::string(at, value),
        Arg::Int | Arg::Id => int.to_string(),
        Arg::Size => value.to_string(),
        Arg::Hex => zero_or_hex(value),
        Arg::Mode => mode(value),
        Arg::Set(names) => set(names, value & u64::from(u32::MAX)),
        Arg::One(names) => one(names, value & u64::from(u32::MAX)),
        Arg::Open => structure::open_flags(value),
        Arg::OpenMode => return (entry.arg(index - 1) & MAKES != 0).then(|| mode(value)),
        Arg::Signal => signal_name(int),
        Arg::Pointer => pointer(value),
        Arg::Status if value == 0 => "NULL".to_owned(),
        Arg::Status | Arg::Link => LATER.to_string(),
        Arg::Words => text::strings(at, value),
        Arg::Environment => environment(value, at),
        Arg::Bytes => bytes(value, entry.size(index + 1), at),
        Arg::Pieces => structure::pieces(value, entry.size(index + 1), at),
        Arg::Address => socket::address(value, entry.size(index + 1), at),
        Arg::CloneFlags => clone(value),
        Arg::CloneArgs => structure::clone_args(value, at),
        Arg::MountFlags => mount_flags(value),
        Arg::MountAttr => structure::mount_attr(value, at),
        Arg::OpenHow => structure::open_how(value, at),
        Arg::CapHeader => structure::cap_header(value, at),
        Arg::CapData => structure::cap_data(value, at),
        Arg::Groups => structure::groups(value, entry.size(index - 1), at),
        Arg::Prctl => prctl(entry),
        Arg::Device => device(value),
        Arg::Key if value & u64::from(u32::MAX) == 0 => "IPC_PRIVATE".to_owned(),
        Arg::Key => format!("{:#x}", value & u64::from(u32::MAX)),
        Arg::Ipc => ipc_flags(value),
        Arg::SocketFamily => one(FAMILY, value),
        Arg::SocketKind => socket_kind(value),
        Arg::Protocol => protocol(entry),
    })
}

/// A descriptor with what it leads to: `3</lab/x>`.
pub(super) fn descriptor(fd: i32, at: &impl Still) -> String {
    let name = at.descriptor(fd).filter(|name| tells(name));
    match name {
        Some(name) => {
            format!("{fd}<{}>", text::bare(name.as_bytes()))
        }
        None => fd.to_string(),
    }
}

/// Whether the name of what a descriptor leads to says anything: not that of a socket or a pipe.
fn tells(name: &str) -> bool {
    let mute = ["socket:", "pipe:", "anon_inode:"];
    !mute.iter().any(|kind| name.starts_with(kind))
}

fn zero_or_hex(value: u64) -> String {
    match value {
        0 => "0".to_owned(),
        value => format!("{value:#x}"),
    }
}

/// An address that says nothing but whether it is there.
fn pointer(value: u64) -> String {
    match value {
        0 => "NULL".to_owned(),
        _ => "…".to_owned(),
    }
}

/// Permissions in octal digits, behind the kind of file if there is one.
fn mode(value: u64) -> String {
    let kind = match value & 0o17_0000 {
        0o2_0000 => "S_IFCHR|",
        0o6_0000 => "S_IFBLK|",
        0o1_0000 => "S_IFIFO|",
        0o14_0000 => "S_IFSOCK|",
        0o10_0000 => "S_IFREG|",
        _ => "",
    };
    format!("{kind}{:#05o}", value & PERMISSIONS).replace("0o", "0")
}

fn environment(address: u64, at: &impl Still) -> String {
    match address {
        0 => "NULL".to_owned(),
        address => format!("/* {} vars */", text::count(at, address)),
    }
}

fn bytes(address: u64, length: usize, at: &impl Still) -> String {
    if address == 0 {
        return "NULL".to_owned();
    }
    let bytes = at.bytes(address, length.min(text::SHOWN + 1));
    text::quoted(&bytes, length > bytes.len())
}

fn clone(value: u64) -> String {
    let flags = value & !CSIGNAL;
    let signal = i32::try_from(value & CSIGNAL).unwrap_or(0);
    match (flags, signal) {
        (flags, 0) => set(CLONE, flags),
        (0, signal) => signal_name(signal),
        (flags, signal) => format!("{}|{}", set(CLONE, flags), signal_name(signal)),
    }
}

fn prctl(entry: &Entry) -> String {
    let operation = one(PRCTL, entry.arg(0));
    let value = entry.arg(1);
    let small = u8::try_from(value).unwrap_or(u8::MAX);
    match operation.as_str() {
        "PR_CAPBSET_READ" | "PR_CAPBSET_DROP" => {
            format!("{operation}, {}", capability::name(small.min(63)))
        }
        "PR_SET_PDEATHSIG" => format!("{operation}, {}", signal_name(entry.int(1))),
        "PR_CAP_AMBIENT" => {
            let small = u8::try_from(entry.arg(2)).unwrap_or(u8::MAX);
            let what = one(AMBIENT, value);
            if what == "PR_CAP_AMBIENT_CLEAR_ALL" {
                return format!("{operation}, {what}");
            }
            format!("{operation}, {what}, {}", capability::name(small.min(63)))
        }
        name if name.contains("_GET_") && !name.contains("PDEATHSIG") => operation,
        _ => format!("{operation}, {}", zero_or_hex_small(value)),
    }
}

/// A small number as it is, another one by its digits of 16.
fn zero_or_hex_small(value: u64) -> String {
    if value < 10 {
        value.to_string()
    } else {
        format!("{value:#x}")
    }
}

/// The number of a device, as the kernel packs it (`include/linux/kdev_t.h`).
fn device(value: u64) -> String {
    let major = (value >> 8) & 0xfff;
    let minor = (value & 0xff) | ((value >> 12) & 0xf_ff00);
    match value {
        0 => "0".to_owned(),
        _ => format!("makedev({major:#x}, {minor:#x})"),
    }
}

/// `MS_MGC_VAL` and `MS_MGC_MSK` of linux/mount.h: before Linux 2.4 the flags began so.
const MAGIC: u64 = 0xc0ed_0000;
/// See `MAGIC`.
const MAGIC_MASK: u64 = 0xffff_0000;

fn mount_flags(value: u64) -> String {
    let value = value & u64::from(u32::MAX);
    if value & MAGIC_MASK == MAGIC {
        return set(MS, value & !MAGIC_MASK);
    }
    set(MS, value)
}

fn ipc_flags(value: u64) -> String {
    let flags = value & 0o7000;
    let mode = format!("{:#05o}", value & 0o777).replace("0o", "0");
    match flags {
        0 => mode,
        flags => format!("{}|{mode}", set(IPC, flags)),
    }
}

fn socket_kind(value: u64) -> String {
    let flags = value & !0xf & u64::from(u32::MAX);
    let kind = one(KIND, value & 0xf);
    match flags {
        0 => kind,
        flags => format!("{kind}|{}", set(KIND_FLAG, flags)),
    }
}

fn protocol(entry: &Entry) -> String {
    match entry.arg(0) {
        16 => one(NETLINK, entry.arg(2)),
        2 | 10 => one(PROTOCOL, entry.arg(2)),
        _ => entry.arg(2).to_string(),
    }
}
