//! The nodes of the machine's devices.

use super::inside::harmless;

#[test]
fn a_device_of_the_machine_stays_as_it_is() {
    harmless("devices.sh");
}
