//! A user's supplementary groups and id range, and the machine's crash handler: what a lab host
//! gets of them, and what is reported.

use std::process::{Command, Output};

use super::inside::{Attack, untouched};
use super::{NOBODY_IN_PARTICULAR, family};
use crate::kernel::machine::Lock;
use crate::skip::{lacks, lacks_root};

/// A group that has no members.
const OTHER: &str = "54399";
/// A mount namespace in which /etc/subuid and /etc/subgid give the user a range of ids.
const WITH_RANGE: &str = r#"
place=$1 person=$2; shift 2
for file in subuid subgid; do echo "learner:200000:65536" > "$place/$file"; done
{ cat /etc/passwd; echo "learner:x:$person:$person::/:/bin/sh"; } > "$place/passwd"
for file in subuid subgid passwd; do
    [ -e /etc/$file ] || exit 77
    mount --bind "$place/$file" /etc/$file || exit 77
done
exec setpriv --reuid=$person --regid=$person --groups=54399 "$@"
"#;

/// A script run by a user with a supplementary group.
fn with_group(script: &str) -> Attack {
    let person = NOBODY_IN_PARTICULAR.to_string();
    let ids = [format!("--reuid={person}"), format!("--regid={person}")];
    let groups = format!("--groups={OTHER}");
    Attack::new(script, Some(NOBODY_IN_PARTICULAR))
        .under(&["setpriv", &ids[0], &ids[1], &groups])
        .by_command()
}

/// A script run by a user with a range of ids too.
fn with_range(script: &str) -> Attack {
    let attack = Attack::new(script, Some(NOBODY_IN_PARTICULAR));
    let place = attack.home().display().to_string();
    let person = NOBODY_IN_PARTICULAR.to_string();
    let namespace = ["unshare", "--mount", "bash", "-c", WITH_RANGE, "bash"];
    attack
        .under(&[&namespace[..], &[&place, &person]].concat())
        .by_command()
}

fn has_range_tools(name: &str) -> bool {
    !lacks(name, &["newuidmap"]) && !lacks_root(name)
}

#[test]
fn groups_of_who_started_a_lab_are_dropped_with_root() {
    if !lacks_root("groups of root") {
        untouched(|| {
            let under = Attack::new("groups.sh", None).under(&["setpriv", "--groups=54399"]);
            let printed = under.run().printed();
            assert!(
                !printed.contains("54399") && printed.contains("over"),
                "{printed}"
            );
        });
    }
}

#[test]
fn root_who_may_not_mount_has_a_lab_host_too() {
    if !lacks_root("root without CAP_SYS_ADMIN") {
        untouched(|| {
            let few = ["setpriv", "--bounding-set=-sys_admin"];
            let ended = Attack::new("groups.sh", None).under(&few).run();
            assert!(ended.printed().contains("over"), "{}", ended.words());
        });
    }
}

#[test]
fn groups_of_who_has_a_range_of_ids_are_dropped() {
    if has_range_tools("groups of a range") {
        untouched(|| {
            let ended = with_range("groups.sh").run();
            let printed = ended.printed();
            assert!(
                printed.contains("groups: \n"),
                "{printed:?} {}",
                ended.words()
            );
        });
    }
}

#[test]
fn groups_that_the_kernel_keeps_are_told() {
    if !lacks_root("groups of a user") {
        untouched(|| {
            let ended = with_group("groups.sh").run();
            // The kernel shows this id for a group that the map lacks.
            assert!(
                ended.printed().contains("groups: 65534"),
                "{}",
                ended.words()
            );
        });
        let told = doctor(&[
            "setpriv",
            "--reuid=54321",
            "--regid=54321",
            "--groups=54399",
        ]);
        assert!(told.contains("your other groups stay with you"), "{told}");
        let told = doctor(&[
            "setpriv",
            "--reuid=54321",
            "--regid=54321",
            "--clear-groups",
        ]);
        assert!(!told.contains("your other groups"), "{told}");
    }
}

#[test]
fn groups_of_who_has_a_range_of_ids_but_may_not_use_it_are_told() {
    if has_range_tools("groups of a range that is not to be had") {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().display().to_string();
        let machine = [
            "unshare", "--mount", "bash", "-c", WITH_RANGE, "bash", &folder, "54321",
        ];
        let told = doctor(&[&machine[..], &["setpriv", "--no-new-privs"]].concat());
        assert!(told.contains("your other groups stay with you"), "{told}");
        let told = doctor(&machine);
        assert!(!told.contains("your other groups"), "{told}");
    }
}

#[test]
fn all_ids_of_a_range_together_have_a_thousand_processes() {
    if has_range_tools("processes of a range") {
        let _lock = Lock::alone();
        let mut running = with_range("many.sh").begin();
        let mark = running.wait_mark();
        let family = running.family().into_iter();
        let count = family.filter(|pid| family::is_inside(*pid)).count();
        family::end(mark);
        running.wait_end();
        assert!((500..=1024).contains(&count), "{count}");
    }
}

/// What `isolab doctor` prints when another command starts it.
fn doctor(under: &[&str]) -> String {
    let home = tempfile::tempdir().unwrap();
    let program = home.path().join("isolab");
    super::inside::copy_program(&program);
    open_for_all(home.path());
    let mut command = Command::new(under[0]);
    command.args(&under[1..]).arg(&program).arg("doctor");
    command.env("HOME", home.path()).env("LC_ALL", "C.UTF-8");
    words(&command.current_dir("/").output().unwrap())
}

fn open_for_all(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o777)).unwrap();
}

fn words(output: &Output) -> String {
    let said = [&output.stdout[..], &output.stderr].concat();
    String::from_utf8_lossy(&said)
        .replace('\n', " ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn a_program_for_crashes_that_no_limit_stops_is_told() {
    if !lacks_root("a program for crashes") {
        let socket = "f=$(mktemp); echo '@/run/crashes' > $f; \
            mount --bind $f /proc/sys/kernel/core_pattern; rm $f; exec \"$@\"";
        let told = doctor(&["unshare", "--mount", "bash", "-c", socket, "bash"]);
        assert!(told.contains("program for crashes"), "{told}");
        let told = doctor(&["unshare", "--mount"]);
        assert!(!told.contains("program for crashes"), "{told}");
    }
}

#[test]
fn a_program_for_crashes_that_runs_where_no_core_files_are_allowed_is_told() {
    if !lacks_root("a limit of no core files") {
        let with = |limit: &str| {
            let program = format!(
                "f=$(mktemp); echo '|/bin/true' > $f; chmod 644 $f; mount --bind $f /proc/sys/kernel/core_pattern; \
                 rm $f; ulimit -c {limit}; exec setpriv --reuid=54321 --regid=54321 --clear-groups \"$@\""
            );
            doctor(&["unshare", "--mount", "bash", "-c", &program, "bash"])
        };
        let told = with("0");
        assert!(told.contains("program for crashes"), "{told}");
        let told = with("1");
        assert!(!told.contains("program for crashes"), "{told}");
    }
}
