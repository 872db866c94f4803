//! An ordinary user plays the same labs, with a single id, as on a machine without a range in
//! `/etc/subuid`.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::Command;

use super::hostile::inside::copy_program;
use crate::skip::lacks;

const LABS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/labs");
/// A user id that belongs to nobody.
const SOMEBODY: u32 = 54_322;

#[test]
fn labs_are_proven_for_an_ordinary_user() {
    let typed = ["ip", "nft", "ping", "setcap", "sysctl"];
    if lacks("labs_are_proven_for_an_ordinary_user", &typed) {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    // A place where that user may read them.
    let program = home.path().join("isolab");
    copy_program(&program);
    let mut command = Command::new(&program);
    command.arg("test").env("HOME", home.path());
    command.env("LC_ALL", "C.UTF-8");
    // One lab of each family; root tests the others.
    for lab in [
        "04-uts-ipc.yaml",
        "07-user.yaml",
        "11-nat.yaml",
        "17-images.yaml",
        "21-hardening.yaml",
    ] {
        let copy = home.path().join(lab);
        std::fs::copy(std::path::Path::new(LABS).join(lab), &copy).unwrap();
        command.arg(copy);
    }
    if rustix::process::geteuid().is_root() {
        command.uid(SOMEBODY).gid(SOMEBODY);
    }
    let output = command.current_dir("/").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("typed by hand, undone"), "{said}");
}
