//! Socket families that a network namespace does not confine.

use super::inside::{Attack, for_each, harmless};

#[test]
fn a_lab_has_sockets_of_the_families_that_labs_need_and_no_other() {
    harmless("families.sh");
}

#[test]
fn the_other_ways_into_the_kernel_lead_to_no_other_family() {
    for_each(|uid| {
        Attack::new("other-abi.sh", uid).run().assert_printed();
    });
}
