//! What links are called: their names, their other ends, their hardware addresses.

use std::collections::BTreeMap;

/// Added to the number that this namespace has for another one, where a link's
/// other end is there: an inode number is told in its place later.
pub(super) const FOREIGN: i64 = 1 << 40;

/// The names of links by their numbers.
pub(super) type Names = BTreeMap<u32, String>;

/// A hardware address in words.
pub(super) fn mac(bytes: &[u8]) -> String {
    let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    hex.join(":")
}
