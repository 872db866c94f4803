//! What a lab host does not take from its caller: the umask, ids that do not exist, programs that
//! refuse to map ids.

use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output};

use super::host::{act, sh, with_host};
use super::hostile::inside::copy_program;

const ISOLAB: &str = env!("CARGO_BIN_EXE_isolab");
/// A user id that belongs to nobody.
const SOMEBODY: u32 = 54_323;
/// A lab that prints what can be seen from inside a lab host.
const LAB: &str = "format: 1\ntitle: T\nsummary: S.\nminutes: 1\nsteps:\n  - id: a\n    title: A\n    text: T.\n    do:\n      - mkdir: {path: /lab/d}\n      - exec: {program: [sh, -c, \"touch /lab/f; stat -c %a /lab/d /lab/f /etc/hostname /dev/null; cat /proc/self/uid_map /proc/self/gid_map\"]}\n    check: [{expect: '\"/lab/f\" in files', else: No.}]\n    hints: [one, two, three]\n";

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

/// A folder where everybody may read the lab and the program.
fn place() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let open = std::fs::Permissions::from_mode(0o777);
    std::fs::set_permissions(place.path(), open).unwrap();
    std::fs::write(place.path().join("lab.yaml"), LAB).unwrap();
    place
}

/// The lines that the lab's program printed.
fn printed(output: &Output) -> Vec<String> {
    let run: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|why| panic!("{why}: {}", words(output)));
    let text = run["done"][1]["outcome"]["output"].as_str().unwrap();
    text.lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

fn shell(line: &str, place: &tempfile::TempDir) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", line, "sh", ISOLAB, "run"]);
    command.arg(place.path().join("lab.yaml")).arg("--json");
    command.env("HOME", place.path()).env("LC_ALL", "C.UTF-8");
    command
}

#[test]
fn the_mask_of_who_starts_it_is_not_the_labs() {
    let place = place();
    for mask in ["022", "027", "077"] {
        let line = format!("umask {mask}; exec \"$@\"");
        let lines = printed(&shell(&line, &place).output().unwrap());
        assert_eq!(lines[..4], ["755", "644", "644", "666"], "{mask}");
    }
}

#[test]
fn root_of_one_id_lends_it() {
    let place = place();
    let line = "exec unshare --user --map-root-user \"$@\"";
    let lines = printed(&shell(line, &place).output().unwrap());
    assert_eq!(lines[4..], ["0 0 1", "0 0 1"]);
}

/// Runs words as an unprivileged user with id ranges, in a mount namespace where one of the
/// programs that map ids may refuse.
#[allow(clippy::print_stderr, reason = "what is skipped is said aloud")]
fn with_ranges(refuses: &str, words: &[&str]) -> Option<Output> {
    let there = std::path::Path::new("/usr/bin/newuidmap").exists();
    if !rustix::process::geteuid().is_root() || !there {
        let must = std::env::var_os("ISOLAB_REQUIRE_KERNEL").is_some();
        assert!(!must, "this is root's to try, with newuidmap");
        eprintln!("skipped: with_ranges (needs root and newuidmap)");
        return None;
    }
    let place = place();
    let at = |name: &str| place.path().join(name);
    copy_program(&at("isolab"));
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    let user = format!("{users}somebody:x:{SOMEBODY}:{SOMEBODY}::/tmp:/bin/sh\n");
    std::fs::write(at("passwd"), user).unwrap();
    std::fs::write(at("ids"), format!("{SOMEBODY}:300000:65536\n")).unwrap();
    std::fs::write(at("refuses"), "#!/bin/sh\nexit 1\n").unwrap();
    std::fs::set_permissions(at("refuses"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut script = String::new();
    for (file, target) in [
        ("passwd", "/etc/passwd"),
        ("ids", "/etc/subuid"),
        ("ids", "/etc/subgid"),
        ("refuses", refuses),
    ] {
        if !target.is_empty() {
            script += &format!("mount --bind {} {target} && ", at(file).display());
        }
    }
    script += &format!(
        "exec setpriv --reuid={SOMEBODY} --regid={SOMEBODY} --clear-groups {} \"$@\"",
        at("isolab").display()
    );
    let lab = at("lab.yaml").display().to_string();
    let words = words
        .iter()
        .map(|word| if *word == "LAB" { &lab } else { *word });
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "sh", "-c", &script, "sh"])
        .args(words);
    command.env("HOME", place.path()).env("LC_ALL", "C.UTF-8");
    Some(command.output().unwrap())
}

#[test]
fn ids_that_are_refused_are_not_told() {
    for refuses in ["/usr/bin/newuidmap", "/usr/bin/newgidmap"] {
        let Some(run) = with_ranges(refuses, &["run", "LAB", "--json"]) else {
            return;
        };
        let own = format!("0 {SOMEBODY} 1");
        assert_eq!(printed(&run)[4..], [&own[..], &own[..]], "{refuses}");
        let told = words(&with_ranges(refuses, &["doctor"]).unwrap());
        assert!(!told.contains("300000"), "{refuses}: {told}");
    }
    let told = words(&with_ranges("", &["doctor"]).unwrap());
    assert!(told.contains("300000"), "{told}");
}

#[test]
fn attach_where_no_group_can_be_seen_is_refused() {
    with_host(|sandbox| async move {
        let root = r#"{"rootfs": {"path": "/lab/r", "programs": ["/bin/bash"]}}"#;
        let root = act(&sandbox, root).await.outcome;
        assert!(root.refusal.is_none(), "{root:?}");
        let chroot = r#"{"chroot": {"path": "/lab/r", "program": ["/bin/bash"]}}"#;
        // Held, because a shell ends when its terminal is closed.
        let shell = act(&sandbox, chroot).await;
        assert!(shell.outcome.refusal.is_none(), "{:?}", shell.outcome);
        let done = act(&sandbox, r#"{"attach": {"group": "demo"}}"#)
            .await
            .outcome;
        let refusal = done.refusal.unwrap_or_default();
        assert_eq!(
            (refusal.call.as_str(), refusal.errno.as_str()),
            ("open", "ENOENT")
        );
        assert!(!done.calls.is_empty());
        drop(shell);
    });
}

#[test]
fn a_comma_in_the_names_of_an_overlay_is_only_a_comma() {
    with_host(|sandbox| async move {
        let line = r"cd /lab; mkdir l,1 u,1 w,1 m; echo y > u,1/g; mount -t overlay overlay -o 'lowerdir=/lab/l\,1,upperdir=/lab/u\,1,workdir=/lab/w\,1,userxattr' m; echo made";
        assert!(sh(&sandbox, line).await.contains("made"));
        let seen = sandbox.observe().await.unwrap();
        let overlay = &seen.overlays["m"];
        assert_eq!(
            (overlay.upperdir.as_str(), overlay.workdir.as_str()),
            ("/lab/u,1", "/lab/w,1")
        );
        assert_eq!(overlay.lowerdirs, ["/lab/l,1"]);
        assert!(overlay.entries.contains_key("g"), "{overlay:?}");
    });
}
