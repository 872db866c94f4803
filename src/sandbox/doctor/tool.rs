//! The programs that labs run or ask a person to type, and the packages that contain them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::distribution::{Distribution, Packages};
use super::{Finding, Weight};
use crate::sandbox::actor;
use crate::sys::identity;
use crate::word::later::later_word;

/// A package with the same name everywhere.
const fn same(name: &'static str) -> Packages {
    called([name; 5])
}

/// The names in Debian, Fedora, SUSE, Arch and Alpine.
const fn called([debian, fedora, suse, arch, alpine]: [&'static str; 5]) -> Packages {
    Packages {
        debian,
        fedora,
        suse,
        arch,
        alpine,
    }
}

const PROCPS: Packages = called(["procps", "procps-ng", "procps", "procps-ng", "procps-ng"]);
const MOUNT: Packages = called([
    "mount",
    "util-linux",
    "util-linux",
    "util-linux",
    "util-linux",
]);
const IPROUTE: Packages = called(["iproute2", "iproute", "iproute2", "iproute2", "iproute2"]);
const UIDMAP: Packages = called([
    "uidmap",
    "shadow-utils",
    "shadow",
    "shadow",
    "shadow-uidmap",
]);
const PING: Packages = called(["iputils-ping", "iputils", "iputils", "iputils", "iputils"]);
const PERL: Packages = called(["perl-base", "perl-interpreter", "perl-base", "perl", "perl"]);
const SETCAP: Packages = called([
    "libcap2-bin",
    "libcap",
    "libcap-progs",
    "libcap",
    "libcap-setcap",
]);
const LDD: Packages = called(["libc-bin", "glibc-common", "glibc", "glibc", "musl-utils"]);
const HOSTNAME: Packages = called(["hostname", "hostname", "hostname", "inetutils", "busybox"]);

/// Programs that labs run themselves: without one a lab cannot be played.
const RUN: [(&str, Packages); 24] = [
    ("bash", same("bash")),
    ("cat", same("coreutils")),
    ("chroot", same("coreutils")),
    ("find", same("findutils")),
    ("grep", same("grep")),
    ("hostname", HOSTNAME),
    ("id", same("coreutils")),
    ("ldd", LDD),
    ("perl", PERL),
    ("sha256sum", same("coreutils")),
    ("sleep", same("coreutils")),
    ("tail", same("coreutils")),
    ("tar", same("tar")),
    ("mount", MOUNT),
    ("umount", MOUNT),
    (
        "pidof",
        called([
            "sysvinit-utils",
            "procps-ng",
            "procps",
            "procps-ng",
            "busybox",
        ]),
    ),
    ("pivot_root", same("util-linux")),
    ("unshare", same("util-linux")),
    ("nsenter", same("util-linux")),
    ("setpriv", same("util-linux")),
    ("lsns", same("util-linux")),
    ("ipcmk", same("util-linux")),
    ("ipcrm", same("util-linux")),
    ("ipcs", same("util-linux")),
];

/// Programs that only a person types: without one all labs can still be played.
const TYPED: [(&str, Packages); 10] = [
    ("ps", PROCPS),
    ("pgrep", PROCPS),
    ("pkill", PROCPS),
    ("sysctl", PROCPS),
    ("setcap", SETCAP),
    ("ip", IPROUTE),
    ("bridge", IPROUTE),
    ("ss", IPROUTE),
    ("nft", same("nftables")),
    ("ping", PING),
];

/// Programs that give ids and a control group to the lab host of an ordinary user.
const LENT: [(&str, Packages); 3] = [
    ("newuidmap", UIDMAP),
    ("newgidmap", UIDMAP),
    ("systemd-run", same("systemd")),
];

/// A program that a table here lists.
struct Known {
    packages: &'static Packages,
    weight: Weight,
}

fn known(program: &str) -> Option<Known> {
    let find = |list: &'static [(&str, Packages)], weight| {
        let mut found = list.iter().filter(|(name, _)| *name == program);
        found.next().map(|(_, packages)| Known { packages, weight })
    };
    find(&RUN, Weight::Needed)
        .or_else(|| find(&TYPED, Weight::Typed))
        .or_else(|| find(&LENT, Weight::Lent))
}

/// The listed programs that this user has a use for: root needs none of `LENT`.
fn useful() -> impl Iterator<Item = &'static str> {
    let (uid, _) = identity::effective();
    let lent = LENT.iter().filter(move |_| uid != 0);
    RUN.iter().chain(&TYPED).chain(lent).map(|(name, _)| *name)
}

/// One finding for each program that labs use.
pub(super) fn all() -> impl Iterator<Item = Finding> {
    useful().map(one)
}

/// Whether a program is where a lab host finds it; a lab host has the machine's own directories.
pub(super) fn one(name: &str) -> Finding {
    let what = later_word!("try-program", name = name);
    if is_there(name) {
        return Finding::works(what);
    }
    let known = known(name);
    let fix = match (&known, Distribution::here()) {
        (None, _) => later_word!("fix-program"),
        (Some(known), None) => later_word!("fix-package", package = known.packages.debian),
        (Some(known), Some(here)) => {
            later_word!("fix-install", package = here.package(known.packages))
        }
    };
    Finding {
        weight: known.map_or(Weight::Needed, |known| known.weight),
        ..Finding::lacks(what, later_word!("lacks-program"), Some(fix))
    }
}

/// Whether a folder of `PATH` has an executable file of this name.
fn is_there(name: &str) -> bool {
    let mut folders = actor::PATH.split(':');
    folders.any(|folder| {
        let found = fs::metadata(Path::new(folder).join(name));
        found.is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
    })
}

/// The Debian package of a program; `None` if no table here lists it.
pub fn package(program: &str) -> Option<&'static str> {
    known(program).map(|known| known.packages.debian)
}

/// The useful programs that this machine lacks, each with its package here.
pub fn absent() -> BTreeMap<String, String> {
    let here = Distribution::here().unwrap_or(Distribution::Debian);
    let missing = useful().filter(|name| !is_there(name));
    let named = missing.filter_map(|name| Some((name, known(name)?)));
    named
        .map(|(name, known)| (name.to_owned(), here.package(known.packages).to_owned()))
        .collect()
}

/// The shell line that installs them; `None` if nothing is missing or the distribution is unknown.
/// `prefix` stands before each of its commands.
pub fn install(absent: &BTreeMap<String, String>, prefix: &str) -> Option<String> {
    let packages: BTreeSet<&str> = absent.values().map(String::as_str).collect();
    let here = Distribution::here().filter(|_| !packages.is_empty())?;
    Some(here.install(&packages, prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_stands_in_one_list() {
        let all: Vec<&str> = useful().chain(LENT.iter().map(|(name, _)| *name)).collect();
        let mut once: Vec<&str> = all.clone();
        once.sort_unstable();
        once.dedup();
        assert!(once.len() >= RUN.len() + TYPED.len() + LENT.len());
        assert_eq!(package("nft"), Some("nftables"));
        assert_eq!(package("no-such-program"), None);
    }

    #[test]
    fn a_directory_is_no_program() {
        assert!(is_there("bash"));
        // On most machines `../lib` is a folder in /usr/local or /usr, never a program.
        assert!(!is_there("../lib") && !is_there("no-such-program"));
    }
}
