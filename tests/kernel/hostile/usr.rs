//! The machine's programs are in the lab host, and cannot be changed from there.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::net::UnixListener;
use std::path::Path;

use tempfile::TempDir;

use super::inside::{Attack, for_each};
use crate::skip::skip;

/// A directory below /usr/local that the lab's root, or everybody, may write to.
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

/// Makes a machine with a package store at /nix, as nix(1) does: this one with one more directory
/// at its root, for this process alone.
const WITH_STORE: &str = r#"
new=$1 person=$2; shift 2
mount --make-rprivate / && mount -t tmpfs none "$new" || exit 77
for dir in /*; do
    if [ -L "$dir" ]; then cp -P "$dir" "$new$dir"
    elif [ -d "$dir" ]; then mkdir "$new$dir" && mount --rbind "$dir" "$new$dir"; fi
done
if [ -n "$AWAY" ]; then mkdir -p "$new"/nix "$new"/away && ln -s ../away "$new"/nix/store; fi
mkdir -p "$new"/nix/store/package "$new"/nix/var/nix/daemon-socket "$new"/nix/old
echo "a program" > "$new"/nix/store/package/program
chmod -R a+rwX "$new"/nix "$new"/nix/store/
cd "$new" && pivot_root . nix/old && umount -l /nix/old && cd / || exit 77
exec setpriv --reuid=$person --regid=$person --clear-groups "$@"
"#;

#[test]
fn of_a_store_only_the_packages_are_there() {
    if !rustix::process::geteuid().is_root() {
        return skip("a machine with a store", "root");
    }
    for_each(|uid| with_store(uid, "AWAY="));
}

#[test]
fn a_store_that_is_a_link_is_there_as_well() {
    if !rustix::process::geteuid().is_root() {
        return skip("a machine with a store", "root");
    }
    for_each(|uid| with_store(uid, "AWAY=yes"));
}

fn with_store(uid: Option<u32>, away: &str) {
    let attack = Attack::new("store.sh", uid);
    let new = tempfile::tempdir().unwrap();
    let new = new.path().display().to_string();
    let person = uid.unwrap_or(0).to_string();
    let machine = [
        "env", away, "unshare", "--mount", "bash", "-c", WITH_STORE, "bash",
    ];
    let machine = [&machine[..], &[&new, &person]].concat();
    attack.under(&machine).by_command().run().assert_printed();
}
