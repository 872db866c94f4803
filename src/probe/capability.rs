//! Names the bits of capability masks.

use crate::snapshot::Capabilities;
use crate::sys::capability::name;

/// Names the masks of `/proc/PID/status`: inheritable, permitted, effective, bounding, ambient.
pub fn named(masks: [u64; 5]) -> Capabilities {
    let [inheritable, permitted, effective, bounding, ambient] = masks.map(names);
    Capabilities {
        effective,
        permitted,
        inheritable,
        bounding,
        ambient,
    }
}

/// The names of the bits that are set, by number.
fn names(mask: u64) -> Vec<String> {
    (0..64)
        .filter(|number| mask & (1 << number) != 0)
        .map(name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_and_unknown_bits() {
        assert_eq!(
            names(1 | 1 << 21 | 1 << 60),
            ["CAP_CHOWN", "CAP_SYS_ADMIN", "CAP_60"]
        );
    }
}
