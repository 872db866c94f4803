//! The session keyring of the caller: every login has one, with keys of Kerberos, of encrypted file
//! systems and of services in it.

use super::inside::{Attack, for_each};
use crate::skip::lacks;

/// Runs its arguments in a session keyring with a key, and writes down the key and the keyring
/// afterwards.
const OUTSIDE: &str = r#"
key=$(keyctl add user isolab-test-key S3CRET @s)
"$@"; status=$?
{ keyctl print $key; keyctl list @s; } > "$HOME/after" 2>&1
exit $status
"#;

#[test]
fn a_lab_neither_reads_nor_writes_the_keyring_of_who_started_it() {
    if lacks("the session keyring", &["keyctl"]) {
        return;
    }
    for_each(|uid| {
        let attack = Attack::new("keyring.sh", uid);
        let attack = attack.under(&["keyctl", "session", "-", "sh", "-c", OUTSIDE, "sh"]);
        let ended = attack.run();
        let after = std::fs::read_to_string(ended.attack.home().join("after")).unwrap();
        assert!(
            after.starts_with("S3CRET\n1 key in keyring:") && !after.contains("evil"),
            "{after}"
        );
        ended.assert_printed();
    });
}
