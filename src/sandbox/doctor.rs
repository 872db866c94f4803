//! What this machine can do for the labs, found out by doing it once in a
//! throw-away lab host; never from a version or a setting.

use super::{Failure, Sandbox, SandboxError, Wants};
use crate::lab::Action;
use crate::snapshot::{NamespaceKind, Outcome};
use crate::sys::pty::Size;

/// One thing that was tried: its name, and what is wrong with it if anything is.
pub type Finding = (String, Option<String>);

const SIZE: Size = Size {
    rows: 24,
    columns: 80,
};

/// Programs that labs start or have typed.
const TOOLS: [&str; 9] = [
    "bash", "ps", "mount", "unshare", "nsenter", "ipcmk", "ipcs", "ldd", "ip",
];

/// What overlays need: a whiteout, and a directory made anew over a lower one.
const OVERLAY: [&str; 9] = [
    r#"{"mkdir": {"path": "/lab/lower/dir"}}"#,
    r#"{"write": {"path": "/lab/lower/dir/file", "text": "x"}}"#,
    r#"{"mkdir": {"path": "/lab/upper"}}"#,
    r#"{"mkdir": {"path": "/lab/work"}}"#,
    r#"{"mkdir": {"path": "/lab/merged"}}"#,
    r#"{"mount": {"type": "overlay", "target": "/lab/merged", "options": ["lowerdir=/lab/lower", "upperdir=/lab/upper", "workdir=/lab/work", "userxattr"]}}"#,
    r#"{"remove": {"path": "/lab/merged/dir"}}"#,
    r#"{"mkdir": {"path": "/lab/merged/dir"}}"#,
    r#"{"umount": {"target": "/lab/merged"}}"#,
];

/// Tries each thing.
pub async fn doctor() -> Vec<Finding> {
    let (sandbox, _notices) = match Sandbox::start(Wants::default()).await {
        Ok(started) => started,
        Err(error) => return vec![("lab host".to_owned(), Some(no_lab_host(&error)))],
    };
    let mut findings = vec![(format!("lab host ({})", super::ids_in_words()), None)];
    for kind in NamespaceKind::ALL {
        let json = format!(
            r#"{{"unshare": {{"in": "probe", "namespaces": ["{}"]}}}}"#,
            kind.name()
        );
        let wrong = attempt(&sandbox, kind.name(), &[&json]).await;
        findings.push((format!("{} namespace", kind.name()), wrong));
    }
    let overlay = attempt(&sandbox, "overlay", &OVERLAY).await;
    findings.push((
        "overlay with whiteout and opaque directory".to_owned(),
        overlay,
    ));
    for (what, line) in [
        ("veth pair", "ip link add v0 type veth peer name v1"),
        ("bridge", "ip link add br0 type bridge"),
    ] {
        findings.push((
            what.to_owned(),
            attempt(&sandbox, what, &[&exec(line)]).await,
        ));
    }
    for tool in TOOLS {
        let wrong = attempt(&sandbox, tool, &[&exec(&format!("command -v {tool}"))]).await;
        let wrong = wrong.map(|_| "not on the PATH: install the package that has it".to_owned());
        findings.push((format!("program {tool}"), wrong));
    }
    findings
}

fn exec(line: &str) -> String {
    format!(r#"{{"exec": {{"in": "probe", "program": ["sh", "-c", "{line}"]}}}}"#)
}

/// Performs actions in an actor of their own: what stood in the way.
async fn attempt(sandbox: &Sandbox, name: &str, actions: &[&str]) -> Option<String> {
    let terminal = match sandbox.open(name, SIZE).await {
        Ok(terminal) => terminal,
        Err(error) => return Some(error.to_string()),
    };
    let mut shells = vec![terminal];
    for json in actions {
        let place = format!(r#""in": "{name}", "#);
        let json =
            json.replace(r#""in": "probe", "#, "")
                .replacen(": {", &format!(": {{{place}"), 1);
        let action: Action = serde_json::from_str(&json).ok()?;
        match sandbox.act(&action, SIZE).await {
            Ok(acted) => {
                shells.extend(acted.terminal);
                if let Some(wrong) = wrong(&acted.outcome) {
                    return Some(wrong);
                }
            }
            Err(error) => return Some(error.to_string()),
        }
    }
    None
}

fn wrong(outcome: &Outcome) -> Option<String> {
    if let Some(r) = &outcome.refusal {
        let advice = advice(&r.errno);
        return Some(format!(
            "{}({}) => {} ({}){advice}",
            r.call, r.args, r.errno, r.words
        ));
    }
    match outcome.exit {
        Some(status) if status != 0 => Some(format!("status {status}: {}", outcome.output.trim())),
        _ => None,
    }
}

/// What mostly helps against an error.
fn advice(errno: &str) -> &'static str {
    match errno {
        "ENOSPC" => "; raise /proc/sys/user/max_*_namespaces",
        "EIO" | "EOPNOTSUPP" => "; tmpfs has user extended attributes since Linux 6.6",
        "ENODEV" => "; the kernel is built without it, or its module is not loaded",
        "EINVAL" | "ENOSYS" => "; this kernel is too old or built without it",
        _ => "",
    }
}

fn no_lab_host(error: &SandboxError) -> String {
    let SandboxError::Build(Failure { stage, errno, .. }) = error else {
        return error.to_string();
    };
    let advice = match (stage.as_str(), *errno) {
        ("namespaces", nix::libc::ENOSPC) => "raise /proc/sys/user/max_user_namespaces",
        ("namespaces", nix::libc::EPERM) => {
            "set sysctl kernel.unprivileged_userns_clone=1, or start isolab with sudo"
        }
        (_, nix::libc::EPERM | nix::libc::EACCES) => {
            "on Ubuntu 23.10 and later an AppArmor profile must allow `userns` to this program, \
             or sysctl kernel.apparmor_restrict_unprivileged_userns=0; or start isolab with sudo"
        }
        (_, nix::libc::ENOSYS) => "isolab needs Linux 5.12 or later",
        _ => "see the call above",
    };
    format!("{error}; {advice}")
}
