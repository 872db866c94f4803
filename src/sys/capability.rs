//! Capability sets, by the numbers of capabilities(7).

use nix::errno::Errno;
use rustix::fs::XattrFlags;
use rustix::thread::{CapabilitySet, CapabilitySets};

use super::SysError;

/// Sets the three sets of this thread from the kernel's bit masks, capset(2).
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

/// All that this kernel knows, by their bits in its masks: for any other
/// `PR_CAPBSET_READ` is an error (prctl(2)).
pub fn all() -> impl Iterator<Item = u8> {
    (0..64).take_while(|number| {
        // SAFETY: plain numbers.
        let known =
            unsafe { libc::prctl(libc::PR_CAPBSET_READ, libc::c_ulong::from(*number), 0, 0, 0) };
        known >= 0
    })
}

/// As capabilities(7) spells it: `CAP_CHOWN`; `CAP_60` of one that has no name here yet.
pub fn name(number: u8) -> String {
    let bit = CapabilitySet::from_bits_retain(1 << number);
    match bit.iter_names().next() {
        Some((name, _)) => format!("CAP_{name}"),
        None => format!("CAP_{number}"),
    }
}

/// Whether this thread may have a capability in effect, by its name.
pub fn has(name: &str) -> bool {
    let sets = rustix::thread::capabilities(None);
    let permitted = sets.map_or(0, |sets| sets.permitted.bits());
    let mut named = all().filter(|number| self::name(*number) == name);
    named.any(|number| permitted & (1 << number) != 0)
}

/// Whether this thread has it over the machine, not over what belongs to a user namespace alone.
pub fn has_on_machine(name: &str) -> bool {
    // PROC_USER_INIT_INO of linux/nsfs.h.
    const FIRST: i64 = 0xefff_fffd;
    super::namespace::file_inode("/proc/self/ns/user") == Some(FIRST) && has(name)
}

/// Leaves this thread only what is in two masks: of its effective and permitted set,
/// and of its inheritable set, capset(2).
pub fn keep(mask: u64, inheritable: u64) -> Result<(), SysError> {
    let now = rustix::thread::capabilities(None).map_err(|e| SysError::new("capget", "0", e))?;
    set(
        now.effective.bits() & mask,
        now.permitted.bits() & mask,
        now.inheritable.bits() & inheritable,
    )
}

/// Keeps all that this thread may do when it becomes another program, though it is not root:
/// in its inheritable and ambient sets (capabilities(7)).
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

/// Makes all that this thread may do effective, capset(2).
pub fn use_all() -> Result<(), SysError> {
    let now = rustix::thread::capabilities(None).map_err(|e| SysError::new("capget", "0", e))?;
    let all = now.permitted.bits();
    set(all, all, now.inheritable.bits())
}

/// The extended attribute that holds what a file carries, capabilities(7).
pub const ATTRIBUTE: &str = "security.capability";

/// What its value begins with: version 2, and effective at once (linux/capability.h). In a user
/// namespace the kernel makes version 3 of it, with that namespace's root.
const REVISION_2: u32 = 0x0200_0001;

/// Lets a program's file carry the capabilities of a mask, setxattr(2).
pub fn put_on(path: &str, mask: u64) -> Result<(), SysError> {
    let [low, high] = [mask, mask >> 32].map(|half| (half & 0xffff_ffff) as u32);
    // Permitted and inheritable, the lower half of each first.
    let words = [REVISION_2, low, 0, high, 0].map(u32::to_le_bytes);
    rustix::fs::setxattr(path, ATTRIBUTE, &words.concat(), XattrFlags::empty())
        .map_err(|e| SysError::new("setxattr", format!("\"{path}\", \"{ATTRIBUTE}\""), e))
}

/// Takes a capability out of the bounding set, `PR_CAPBSET_DROP` (prctl(2)).
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
