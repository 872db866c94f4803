//! The machine's programs are in the lab host, and stay as they are.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::net::UnixListener;
use std::path::Path;

use tempfile::TempDir;

use super::inside::{Attack, for_each};
use crate::skip::skip;

/// A directory below /usr/local that the lab's root may write, or all.
fn place(uid: Option<u32>) -> Option<TempDir> {
    let mut name = tempfile::Builder::new();
    let place = name.prefix("isolab-test-").tempdir_in("/usr/local").ok()?;
    match uid {
        Some(uid) => chown(place.path(), Some(uid), Some(uid)).unwrap(),
        None => fs::set_permissions(place.path(), fs::Permissions::from_mode(0o1777)).unwrap(),
    }
    Some(place)
}

fn state(place: &Path) -> String {
    let meta = fs::metadata(place).unwrap();
    let entries: Vec<_> = fs::read_dir(place).unwrap().flatten().collect();
    format!(
        "{:o} {} {} {entries:?}",
        meta.mode(),
        meta.ctime(),
        meta.ctime_nsec()
    )
}

#[test]
fn what_is_read_only_stays_so_even_for_its_owner() {
    for_each(|uid| {
        let Some(place) = place(uid) else {
            return skip("a directory below /usr", "root");
        };
        let before = state(place.path());
        let name = place.path().display().to_string();
        let ended = Attack::new("usr.sh", uid).with("PLACE", &name).run();
        assert_eq!(state(place.path()), before);
        ended.assert_printed();
    });
}

#[test]
fn no_server_of_the_machine_answers_a_lab() {
    for_each(|uid| {
        let Some(place) = place(uid) else {
            return skip("a directory below /usr", "root");
        };
        let socket = place.path().join("socket");
        let server = UnixListener::bind(&socket).unwrap();
        fs::set_permissions(&socket, fs::Permissions::from_mode(0o666)).unwrap();
        server.set_nonblocking(true).unwrap();
        let name = socket.display().to_string();
        let ended = Attack::new("usr-socket.sh", uid)
            .with("SOCKET", &name)
            .run();
        assert!(server.accept().is_err(), "somebody came");
        ended.assert_printed();
    });
}
