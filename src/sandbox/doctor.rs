//! What this machine can do for the labs, found out by doing it once in a
//! throw-away lab host; never from a setting.

mod group;

use super::{Failure, Sandbox, SandboxError, Wants, actor};
use crate::lab::{Action, Needs};
use crate::snapshot::{NamespaceKind, Outcome};
use crate::sys::namespace::kernel_release;
use crate::sys::pty::Size;

/// One thing that was tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    /// What: `uts namespace`, `program ip`.
    pub name: String,
    /// The error's name if a call was refused: `EPERM`; else empty.
    pub errno: String,
    /// Why it does not work; empty if it does.
    pub reason: String,
    /// What mostly helps; may be empty.
    pub fix: String,
}

impl Finding {
    /// Something that works.
    fn works(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// Something that does not, for a reason.
    fn lacks(name: impl Into<String>, reason: impl Into<String>, fix: &str) -> Self {
        Self {
            name: name.into(),
            reason: reason.into(),
            fix: fix.to_owned(),
            ..Self::default()
        }
    }

    /// Whether it works.
    pub fn is_there(&self) -> bool {
        self.reason.is_empty()
    }

    /// The name, the reason and the fix in one line.
    pub fn words(&self) -> String {
        let parts = [&self.name, &self.reason, &self.fix];
        let parts: Vec<&str> = parts
            .into_iter()
            .map(String::as_str)
            .filter(|p| !p.is_empty())
            .collect();
        match parts.as_slice() {
            [name] => (*name).to_owned(),
            [name, rest @ ..] => format!("{name}: {}", rest.join("; ")),
            [] => String::new(),
        }
    }
}

const SIZE: Size = Size {
    rows: 24,
    columns: 80,
};

/// Programs that labs start or have typed.
const TOOLS: [&str; 18] = [
    "bash",
    "ps",
    "mount",
    "pivot_root",
    "unshare",
    "nsenter",
    "setpriv",
    "ipcmk",
    "ipcs",
    "ldd",
    "perl",
    "tar",
    "sha256sum",
    "ip",
    "bridge",
    "nft",
    "ping",
    "sysctl",
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

/// A network namespace with its own loopback up.
const LOOPBACK: [&str; 2] = [
    r#"{"unshare": {"namespaces": ["net"]}}"#,
    r#"{"link": {"name": "lo", "up": true}}"#,
];

/// What networks need beside it.
const NETWORK: [(&str, &str); 4] = [
    ("veth pair", r#"{"veth": {"name": "v0", "peer": "v1"}}"#),
    ("bridge", r#"{"bridge": {"name": "br0"}}"#),
    ("ping", r#"{"ping": {"to": "127.0.0.1", "count": 1}}"#),
    (
        "address translation",
        r#"{"nat": {"rule": {"masquerade": {"out": "lo"}}}}"#,
    ),
];

/// Tries each thing.
pub async fn doctor() -> Vec<Finding> {
    let sandbox = match start().await {
        Ok(sandbox) => sandbox,
        Err(finding) => return vec![finding],
    };
    let mut findings = vec![Finding::works(format!(
        "lab host ({})",
        super::ids_in_words()
    ))];
    for kind in NamespaceKind::ALL {
        findings.push(namespace(&sandbox, kind).await);
    }
    let what = "overlay with whiteout and opaque directory";
    findings.push(attempt(&sandbox, what, &OVERLAY).await);
    for (what, action) in NETWORK {
        let actions = [LOOPBACK[0], LOOPBACK[1], action];
        findings.push(attempt(&sandbox, what, &actions).await);
    }
    findings.extend(group::all());
    findings.extend(TOOLS.iter().map(|name| tool(name)));
    findings
}

/// What a lab needs and this machine lacks.
pub async fn lacking(needs: &Needs) -> Vec<Finding> {
    let mut findings: Vec<Finding> = needs.kernel.iter().map(|oldest| kernel(oldest)).collect();
    let controllers: Vec<&str> = needs.cgroup.iter().map(String::as_str).collect();
    findings.extend(group::controllers(&controllers));
    match start().await {
        Err(finding) => findings.push(finding),
        Ok(sandbox) => findings.extend(namespaces(&sandbox, &needs.namespaces).await),
    }
    findings.extend(needs.tools.iter().map(|name| tool(name)));
    findings.retain(|finding| !finding.is_there());
    findings
}

async fn start() -> Result<Sandbox, Finding> {
    let started = Sandbox::start(Wants::default()).await;
    started
        .map(|(sandbox, _notices)| sandbox)
        .map_err(|error| no_lab_host(&error))
}

fn kernel(oldest: &str) -> Finding {
    let number = |text: &str| -> Vec<u32> {
        text.split(['.', '-'])
            .map_while(|n| n.parse().ok())
            .take(2)
            .collect()
    };
    let release = kernel_release();
    let name = format!("Linux {oldest} or later");
    if number(&release) >= number(oldest) {
        return Finding::works(name);
    }
    Finding::lacks(
        name,
        format!("this is Linux {release}"),
        "start a newer kernel",
    )
}

async fn namespace(sandbox: &Sandbox, kind: NamespaceKind) -> Finding {
    let json = format!(r#"{{"unshare": {{"namespaces": ["{}"]}}}}"#, kind.name());
    attempt(sandbox, &format!("{} namespace", kind.name()), &[&json]).await
}

/// All at once; each by itself only where that is refused.
async fn namespaces(sandbox: &Sandbox, kinds: &[NamespaceKind]) -> Vec<Finding> {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    let json = serde_json::json!({"unshare": {"namespaces": names}}).to_string();
    if kinds.is_empty() || attempt(sandbox, "namespaces", &[&json]).await.is_there() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for kind in kinds {
        findings.push(namespace(sandbox, *kind).await);
    }
    findings
}

/// Whether a program is where a lab host finds it: it has the machine's own directories.
fn tool(name: &str) -> Finding {
    let what = format!("program {name}");
    let mut folders = actor::PATH.split(':');
    if folders.any(|folder| std::path::Path::new(folder).join(name).exists()) {
        return Finding::works(what);
    }
    Finding::lacks(what, "not on the PATH", "install the package that has it")
}

/// Performs actions in an actor of their own: what stood in the way.
async fn attempt(sandbox: &Sandbox, name: &str, actions: &[&str]) -> Finding {
    let broken = |error: SandboxError| Finding::lacks(name, error.to_string(), "");
    let mut shells = match sandbox.open(name, SIZE).await {
        Ok(terminal) => vec![terminal],
        Err(error) => return broken(error),
    };
    for json in actions {
        let json = json.replacen("{\"", "{ \"", 1);
        let place = format!("{{\"in\": \"{name}\", \"");
        let json = json.replacen("{\"", &place, 1);
        let action: Action = match serde_json::from_str(&json) {
            Ok(action) => action,
            Err(error) => return Finding::lacks(name, error.to_string(), ""),
        };
        match sandbox.act(&action, SIZE).await {
            Ok(acted) => {
                shells.extend(acted.terminal);
                if let Some(finding) = wrong(name, &acted.outcome) {
                    return finding;
                }
            }
            Err(error) => return broken(error),
        }
    }
    Finding::works(name)
}

fn wrong(name: &str, outcome: &Outcome) -> Option<Finding> {
    if let Some(r) = &outcome.refusal {
        let reason = format!("{}({}) => {} ({})", r.call, r.args, r.errno, r.words);
        return Some(Finding {
            errno: r.errno.clone(),
            ..Finding::lacks(name, reason, advice(name, &r.errno))
        });
    }
    let status = outcome.exit.filter(|status| *status != 0)?;
    let reason = format!("status {status}: {}", outcome.output.trim());
    Some(Finding::lacks(name, reason, ""))
}

/// What mostly helps against an error.
fn advice(name: &str, errno: &str) -> &'static str {
    match (name, errno) {
        (_, "ENOSPC") => "raise /proc/sys/user/max_*_namespaces",
        (name, "EIO" | "EOPNOTSUPP") if name.starts_with("overlay") => {
            "tmpfs has user extended attributes since Linux 6.6"
        }
        (name, "ENOENT") if name.starts_with("address") => "install the package nftables",
        (_, "ENODEV" | "EOPNOTSUPP") => {
            "the kernel is built without it, or its module is not loaded"
        }
        (_, "EINVAL" | "ENOSYS") => "this kernel is too old or built without it",
        _ => "",
    }
}

fn no_lab_host(error: &SandboxError) -> Finding {
    let SandboxError::Build(Failure { stage, errno, .. }) = error else {
        return Finding::lacks("lab host", error.to_string(), "");
    };
    let fix = match (stage.as_str(), *errno) {
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
    Finding {
        errno: crate::sys::errno_name(*errno),
        ..Finding::lacks("lab host", error.to_string(), fix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_is_old_or_not() {
        assert!(kernel("3.10").is_there());
        let finding = kernel("99.0");
        assert!(!finding.is_there() && finding.words().starts_with("Linux 99.0 or later: this is"));
    }

    #[test]
    fn what_no_machine_has_is_lacking() {
        let findings = group::controllers(&["gravity"]);
        assert!(!findings[0].is_there(), "{findings:?}");
    }
}
