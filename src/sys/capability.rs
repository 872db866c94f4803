//! Capability sets; capabilities are identified by their numbers, capabilities(7).

use nix::errno::Errno;
use rustix::fs::XattrFlags;
use rustix::thread::{CapabilitySet, CapabilitySets};

use super::SysError;

/// Sets the effective, permitted and inheritable set of this thread from bit masks, capset(2).
pub fn set(effective: u64, permitted: u64, inheritable: u64) -> Result<(), SysError> {
    let sets = CapabilitySets {
        effective: CapabilitySet::from_bits_retain(effective),
        permitted: CapabilitySet::from_bits_retain(permitted),
        inheritable: CapabilitySet::from_bits_retain(inheritable),
    };
    rustix::thread::set_capabilities(None, sets).map_err(|e| {
        SysError::new(
            "capset",
            format!("{effective:x}, {permitted:x}, {inheritable:x}"),
            e,
        )
    })
}

/// The numbers of all capabilities that this kernel knows: for any other, `PR_CAPBSET_READ` fails
/// (prctl(2)).
pub fn all() -> impl Iterator<Item = u8> {
    (0..64).take_while(|number| {
        // SAFETY: plain numbers.
        let known =
            unsafe { libc::prctl(libc::PR_CAPBSET_READ, libc::c_ulong::from(*number), 0, 0, 0) };
        known >= 0
    })
}

/// The name as in capabilities(7), such as `CAP_CHOWN`; `CAP_60` if it has no name here yet.
pub fn name(number: u8) -> String {
    let bit = CapabilitySet::from_bits_retain(1 << number);
    match bit.iter_names().next() {
        Some((name, _)) => format!("CAP_{name}"),
        None => format!("CAP_{number}"),
    }
}

/// Whether this thread has a capability in its permitted set, by name.
pub fn has(name: &str) -> bool {
    let sets = rustix::thread::capabilities(None);
    let permitted = sets.map_or(0, |sets| sets.permitted.bits());
    let mut named = all().filter(|number| self::name(*number) == name);
    named.any(|number| permitted & (1 << number) != 0)
}

/// Whether this thread has it over the whole machine, not only in a user namespace.
pub fn has_on_machine(name: &str) -> bool {
    // PROC_USER_INIT_INO of linux/nsfs.h.
    const FIRST: i64 = 0xefff_fffd;
    super::namespace::file_inode("/proc/self/ns/user") == Some(FIRST) && has(name)
}

/// Reduces the effective and permitted sets to `mask` and the inheritable set to `inheritable`,
/// capset(2).
pub fn keep(mask: u64, inheritable: u64) -> Result<(), SysError> {
    let now = rustix::thread::capabilities(None).map_err(|e| SysError::new("capget", "0", e))?;
    set(
        now.effective.bits() & mask,
        now.permitted.bits() & mask,
        now.inheritable.bits() & inheritable,
    )
}

/// Keeps this thread's capabilities over execve(2) although it is not root: puts them into the
/// inheritable and ambient sets (capabilities(7)).
pub fn keep_over_exec() -> Result<(), SysError> {
    let now = rustix::thread::capabilities(None).map_err(|e| SysError::new("capget", "0", e))?;
    let all = now.permitted.bits();
    set(all, all, all)?;
    for number in self::all().filter(|number| all & (1 << number) != 0) {
        let (raise, number) = (libc::PR_CAP_AMBIENT_RAISE, libc::c_ulong::from(number));
        // SAFETY: plain numbers.
        let result = unsafe { libc::prctl(libc::PR_CAP_AMBIENT, raise, number, 0, 0) };
        let args = format!("PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, {number}");
        super::check("prctl", args, result.into())?;
    }
    Ok(())
}

/// Makes all permitted capabilities effective, capset(2).
pub fn use_all() -> Result<(), SysError> {
    let now = rustix::thread::capabilities(None).map_err(|e| SysError::new("capget", "0", e))?;
    let all = now.permitted.bits();
    set(all, all, now.inheritable.bits())
}

/// The extended attribute that holds a file's capabilities, capabilities(7).
pub const ATTRIBUTE: &str = "security.capability";

/// The first word of its value: version 2 with the effective bit (linux/capability.h). In a user
/// namespace the kernel turns it into version 3, with that namespace's root.
const REVISION_2: u32 = 0x0200_0001;

/// Gives the file of a program the capabilities of a mask, setxattr(2).
pub fn put_on(path: &str, mask: u64) -> Result<(), SysError> {
    let [low, high] = [mask, mask >> 32].map(|half| (half & 0xffff_ffff) as u32);
    // Permitted and inheritable words, low halves first.
    let words = [REVISION_2, low, 0, high, 0].map(u32::to_le_bytes);
    rustix::fs::setxattr(path, ATTRIBUTE, &words.concat(), XattrFlags::empty())
        .map_err(|e| SysError::new("setxattr", format!("\"{path}\", \"{ATTRIBUTE}\""), e))
}

/// Drops a capability from the bounding set, `PR_CAPBSET_DROP` (prctl(2)).
pub fn drop_from_bounding(number: u8) -> Result<(), SysError> {
    // SAFETY: plain numbers.
    let result =
        unsafe { libc::prctl(libc::PR_CAPBSET_DROP, libc::c_ulong::from(number), 0, 0, 0) };
    if result < 0 {
        return Err(SysError::new(
            "prctl",
            format!("PR_CAPBSET_DROP, {number}"),
            Errno::last(),
        ));
    }
    Ok(())
}
