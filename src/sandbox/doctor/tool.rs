//! Programs that labs start or have typed, and where they are to be had.

use std::path::Path;

use super::Finding;
use crate::sandbox::actor;
use crate::word::later::later_word;

/// Each with the package that has it in Debian and what comes of Debian.
const PACKAGES: [(&str, &str); 33] = [
    ("bash", "bash"),
    ("cat", "coreutils"),
    ("chroot", "coreutils"),
    ("find", "findutils"),
    ("grep", "grep"),
    ("id", "coreutils"),
    ("ldd", "libc-bin"),
    ("perl", "perl-base"),
    ("sha256sum", "coreutils"),
    ("sleep", "coreutils"),
    ("tail", "coreutils"),
    ("tar", "tar"),
    ("ps", "procps"),
    ("pgrep", "procps"),
    ("sysctl", "procps"),
    ("mount", "mount"),
    ("umount", "mount"),
    ("pivot_root", "util-linux"),
    ("unshare", "util-linux"),
    ("nsenter", "util-linux"),
    ("setpriv", "util-linux"),
    ("lsns", "util-linux"),
    ("ipcmk", "util-linux"),
    ("ipcs", "util-linux"),
    ("setcap", "libcap2-bin"),
    ("ip", "iproute2"),
    ("bridge", "iproute2"),
    ("ss", "iproute2"),
    ("nft", "nftables"),
    ("ping", "iputils-ping"),
    // These start a lab host, and lend it ids and a control group.
    ("newuidmap", "uidmap"),
    ("newgidmap", "uidmap"),
    ("systemd-run", "systemd"),
];

/// One finding for each program that labs use.
pub(super) fn all() -> impl Iterator<Item = Finding> {
    PACKAGES.iter().map(|(name, _)| one(name))
}

/// Whether a program is where a lab host finds it: it has the machine's own directories.
pub(super) fn one(name: &str) -> Finding {
    let what = later_word!("try-program", name = name);
    let mut folders = actor::PATH.split(':');
    if folders.any(|folder| Path::new(folder).join(name).exists()) {
        return Finding::works(what);
    }
    let fix = match package(name) {
        Some(package) => later_word!("fix-package", package = package),
        None => later_word!("fix-program"),
    };
    Finding::lacks(what, later_word!("lacks-program"), Some(fix))
}

/// The package of Debian that has a program; none if no lab is known to need it.
pub fn package(program: &str) -> Option<&'static str> {
    let mut found = PACKAGES.iter().filter(|(name, _)| *name == program);
    found.next().map(|(_, package)| *package)
}
