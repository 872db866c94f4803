//! What the caller has open.

use std::fs;

use super::family;
use super::inside::{Attack, for_each};

/// Opens what nobody else should have, and starts its arguments.
const OUTSIDE: &str = r#"exec 17< / 18< /etc/passwd 19>> "$HOME/open"; exec "$@""#;

#[test]
fn what_the_caller_has_open_is_closed_in_the_lab() {
    for_each(|uid| {
        let attack = Attack::new("descriptors.sh", uid);
        let attack = attack.under(&["bash", "-c", OUTSIDE, "bash"]);
        let ended = attack.run();
        let written = fs::read_to_string(ended.attack.home().join("open")).unwrap();
        assert_eq!(written, "");
        ended.assert_printed();
    });
}

#[test]
fn what_the_caller_has_open_is_closed_in_all_that_the_program_starts() {
    for_each(|uid| {
        let attack = Attack::new("hold.sh", uid).needs(super::group::needs());
        let attack = attack.under(&["bash", "-c", OUTSIDE, "bash"]);
        let mut running = attack.begin();
        let mark = running.wait_mark();
        let family = running.family();
        assert!(family.len() > 2, "{family:?}");
        let open = |pid: &u32| fs::read_link(format!("/proc/{pid}/fd/19")).is_ok();
        let open: Vec<u32> = family.into_iter().filter(open).collect();
        family::end(mark);
        running.wait_end();
        assert!(open.is_empty(), "{open:?} have it open");
    });
}
