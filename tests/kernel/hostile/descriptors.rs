//! Descriptors that the caller has left open.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::family;
use super::inside::{Attack, for_each};

/// Opens files that nobody else should get, and starts its arguments.
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
fn init_has_nothing_of_the_observers_open() {
    for_each(|uid| {
        let mut running = Attack::new("hold.sh", uid).begin();
        let mark = running.wait_mark();
        let init = running
            .family()
            .into_iter()
            .find(|pid| family::is_first(*pid));
        let (own, observers) = (sockets(init.unwrap()), sockets(parent(init.unwrap())));
        family::end(mark);
        running.wait_end();
        assert!(!own.is_empty() && !observers.is_empty());
        assert!(own.is_disjoint(&observers), "{own:?} {observers:?}");
    });
}

/// The sockets that a process has open.
fn sockets(pid: u32) -> BTreeSet<PathBuf> {
    let fds = fs::read_dir(format!("/proc/{pid}/fd")).unwrap().flatten();
    let files = fds.filter_map(|fd| fs::read_link(fd.path()).ok());
    files
        .filter(|file| file.to_string_lossy().starts_with("socket:"))
        .collect()
}

fn parent(pid: u32) -> u32 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"));
    parent.unwrap().trim().parse().unwrap()
}

/// The pid and the name of a process, if it has a file open.
fn has_open(pid: u32, file: &Path) -> Option<String> {
    let fds = fs::read_dir(format!("/proc/{pid}/fd")).ok()?.flatten();
    let mut files = fds.filter_map(|fd| fs::read_link(fd.path()).ok());
    files.find(|open| open == file)?;
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    Some(format!("{pid} {}", name.trim()))
}

#[test]
fn what_the_caller_has_open_is_closed_in_all_that_the_program_starts() {
    for_each(|uid| {
        let mut attack = Attack::new("hold.sh", uid);
        // Root is sure to get a group, and so a keeper, which is then among them.
        if uid.is_none() {
            attack = attack.needs(super::group::needs());
        }
        let attack = attack.under(&["bash", "-c", OUTSIDE, "bash"]);
        let file = attack.home().join("open");
        let mut running = attack.begin();
        let mark = running.wait_mark();
        let family = running.family();
        assert!(family.len() > 2, "{family:?}");
        let open: Vec<String> = family
            .into_iter()
            .filter_map(|pid| has_open(pid, &file))
            .collect();
        family::end(mark);
        running.wait_end();
        assert!(open.is_empty(), "{open:?} have it open");
    });
}
