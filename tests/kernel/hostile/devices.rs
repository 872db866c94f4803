//! The device nodes of the machine.

use super::inside::{Attack, untouched};

/// For the labs of root, which have nodes of their own. A user can make none: their labs get the
/// machine's nodes, whose times any user of the machine can change by writing.
#[test]
fn a_device_of_the_machine_stays_as_it_is() {
    if rustix::process::geteuid().is_root() {
        untouched(|| {
            Attack::new("devices.sh", None).run().assert_printed();
        });
    }
}
