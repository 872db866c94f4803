//! The nodes of the machine's devices.

use super::inside::{Attack, untouched};

/// In a lab of root, which has nodes of its own. A user can make none: what is bound there is
/// what every user of the machine may write to, and with that set the time of.
#[test]
fn a_device_of_the_machine_stays_as_it_is() {
    if rustix::process::geteuid().is_root() {
        untouched(|| {
            Attack::new("devices.sh", None).run().assert_printed();
        });
    }
}
