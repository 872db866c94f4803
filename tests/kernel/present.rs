//! Presenting labs, tested on the real kernel with the real program: every step plays, is visible
//! as a whole, and can be gone back from and jumped to.

use std::fmt::Write as _;
use std::process::Command;

/// The exit status and the output of `present --check` for a lab.
fn check(lab: &str) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_isolab"))
        .args(["present", "--check", "--size", "80x24", lab])
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    let words = [output.stdout, output.stderr].concat();
    (
        output.status.code(),
        String::from_utf8_lossy(&words).into_owned(),
    )
}

#[track_caller]
fn passes(lab: &str, steps: usize) {
    let (status, words) = check(lab);
    assert_eq!(status, Some(0), "{words}");
    assert_eq!(words.matches(": OK\n").count(), steps, "{words}");
    for figure in ["one step back: median ", "10 jumps: median "] {
        assert!(words.contains(figure), "{words}");
    }
    // A step back takes less than a second, which was the requirement.
    let back = words.split("one step back: ").nth(1).unwrap();
    let worst = back.split("worst ").nth(1).unwrap();
    let worst: f64 = worst.split(" ms").next().unwrap().parse().unwrap();
    assert!(worst < 1000.0, "{words}");
}

#[test]
fn chroot_can_be_presented() {
    passes("01-chroot", 14);
}

#[test]
fn veth_can_be_presented() {
    passes("09-veth", 15);
}

#[test]
fn a_lab_with_control_groups_can_be_presented() {
    passes("14-pids", 7);
}

/// A lab of many small steps, some of which depend on all earlier ones.
fn synthetic(steps: usize) -> String {
    let mut lab = "format: 1\ntitle: Many steps\nsummary: Many.\nminutes: 9\n\
        actors: {b: {}}\nsteps:\n"
        .to_owned();
    for step in 1..=steps {
        let (action, check) = match step % 3 {
            0 => (
                "mount: {in: b, type: tmpfs, target: /mnt}".to_owned(),
                format!(
                    "size(b.mounts.filter(m, m.target == '/mnt')) == {}",
                    step / 3
                ),
            ),
            1 => (
                format!("hostname: {{in: host, name: n{step}}}"),
                format!("host.hostname == 'n{step}'"),
            ),
            _ => (
                format!("type: {{in: b, line: mkdir -p /lab/d{step} && cd /lab/d{step}}}"),
                format!("b.cwd == '/lab/d{step}'"),
            ),
        };
        write!(
            lab,
            "  - id: s{step}\n    title: Step {step}\n    text: This is step {step}.\n\
             \x20   do:\n      - {action}\n    check:\n      - expect: \"{check}\"\n\
             \x20       else: Not yet.\n    explain: That was step {step}.\n"
        )
        .unwrap();
    }
    lab
}

#[test]
fn a_lab_of_thirty_steps_can_be_presented() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.yaml");
    std::fs::write(&path, synthetic(30)).unwrap();
    passes(path.to_str().unwrap(), 30);
}

#[test]
fn what_would_go_wrong_on_stage_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.yaml");
    let lab = synthetic(3)
        .replace("title: Step 2", &format!("title: {}", "Long ".repeat(20)))
        .replace("host.hostname == 'n1'", "host.hostname == 'other'");
    std::fs::write(&path, lab).unwrap();
    let (status, words) = check(path.to_str().unwrap());
    assert_eq!(status, Some(1), "{words}");
    assert!(words.contains("1/3 s1: not reached"), "{words}");
    let good = synthetic(3).replace("title: Step 2", &format!("title: {}", "Long ".repeat(20)));
    std::fs::write(&path, good).unwrap();
    let (status, words) = check(path.to_str().unwrap());
    assert_eq!(status, Some(1), "{words}");
    assert!(words.contains("2/3 s2: the title takes"), "{words}");
}
