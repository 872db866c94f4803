//! What this machine can do for the labs: found out by trying it in a throw-away lab host, never by
//! reading a setting.

mod advice;
mod distribution;
mod group;
mod lens;
mod tool;

pub use distribution::Distribution;
pub use tool::{absent, install, package};

use super::{Sandbox, SandboxError, Wants};
use crate::lab::{Action, Lab, Needs};
use crate::snapshot::{NamespaceKind, Outcome};
use crate::sys::inotify;
use crate::sys::namespace::kernel_release;
use crate::sys::pty::Size;
use crate::word;
use crate::word::later::{Later, later_word};

/// What it means if something does not work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weight {
    /// Some labs, or all, cannot be played.
    #[default]
    Needed,
    /// All labs can be played; a program is missing that a person may want to type.
    Typed,
    /// All labs can be played; with it a lab host would get more ids, or a control group.
    Lent,
}

/// One thing that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was tried: `uts namespace`, `program ip`.
    pub name: Later,
    /// The errno name of the refused call, such as `EPERM`; empty if none was refused.
    pub errno: String,
    /// Why it does not work; `None` if it works.
    pub reason: Option<Later>,
    /// The usual remedy, if one is known.
    pub fix: Option<Later>,
    /// What it means if it does not work.
    pub weight: Weight,
}

impl Finding {
    /// A finding for something that works.
    fn works(name: Later) -> Self {
        Self {
            name,
            errno: String::new(),
            reason: None,
            fix: None,
            weight: Weight::Needed,
        }
    }

    /// A finding for something that does not work.
    fn lacks(name: Later, reason: impl Into<Later>, fix: Option<Later>) -> Self {
        Self {
            reason: Some(reason.into()),
            fix,
            ..Self::works(name)
        }
    }

    /// Whether it works.
    pub fn is_there(&self) -> bool {
        self.reason.is_none()
    }

    /// Whether it works or no lab needs it.
    pub fn is_no_hindrance(&self) -> bool {
        self.is_there() || self.weight != Weight::Needed
    }

    /// The name, the reason and the fix on one line.
    pub fn words(&self) -> String {
        let name = self.name.to_string();
        match (&self.reason, &self.fix) {
            (None, _) => name,
            (Some(reason), None) => {
                word!("finding-lacks", name = name, reason = reason.to_string())
            }
            (Some(reason), Some(fix)) => word!(
                "finding-fix",
                name = name,
                reason = reason.to_string(),
                fix = fix.to_string()
            ),
        }
    }
}

const SIZE: Size = Size {
    rows: 24,
    columns: 80,
};

/// What labs need of overlays: a whiteout, and an opaque directory over a lower one.
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

/// A network namespace of its own with its loopback up.
const LOOPBACK: [&str; 2] = [
    r#"{"unshare": {"namespaces": ["net"]}}"#,
    r#"{"link": {"name": "lo", "up": true}}"#,
];

/// What labs need of networks, each tried after `LOOPBACK`.
const NETWORK: [(&str, &str); 4] = [
    ("veth", r#"{"veth": {"name": "v0", "peer": "v1"}}"#),
    ("bridge", r#"{"bridge": {"name": "br0"}}"#),
    ("ping", r#"{"ping": {"to": "127.0.0.1", "count": 1}}"#),
    ("nat", r#"{"nat": {"rule": {"masquerade": {"out": "lo"}}}}"#),
];

/// The name, in the language of the person, of what the actor `actor` tries.
fn tried(actor: &str) -> Later {
    match actor {
        "overlay" => later_word!("try-overlay"),
        "veth" => later_word!("try-veth"),
        "bridge" => later_word!("try-bridge"),
        "ping" => later_word!("try-ping"),
        "nat" => later_word!("try-nat"),
        kind => later_word!("try-namespace", kind = kind),
    }
}

/// Tries everything that labs need.
pub async fn doctor() -> Vec<Finding> {
    let (sandbox, mut notices) = match Sandbox::start(Wants::default()).await {
        Ok(started) => started,
        Err(error) => return vec![no_lab_host(&error)],
    };
    let ids = super::ids_in_words();
    let mut findings = vec![Finding::works(later_word!("try-host-ids", ids = ids))];
    for kind in NamespaceKind::ALL {
        findings.push(namespace(&sandbox, kind).await);
    }
    findings.push(attempt(&sandbox, "overlay", &OVERLAY).await);
    for (what, action) in NETWORK {
        let actions = [LOOPBACK[0], LOOPBACK[1], action];
        findings.push(attempt(&sandbox, what, &actions).await);
    }
    findings.extend(group::all());
    findings.push(lens::lens(&sandbox, &mut notices).await);
    findings.push(watches());
    findings.extend(tool::all());
    findings
}

/// Whether this user still has inotify watches left.
fn watches() -> Finding {
    let name = later_word!("try-watches");
    match inotify::has_room() {
        Ok(()) => Finding::works(name),
        Err(why) => Finding {
            errno: why.errno_name(),
            ..Finding::lacks(name, why.to_string(), Some(later_word!("fix-watches")))
        },
    }
}

/// What a lab's `needs` ask for and this machine lacks.
pub async fn lacking(needs: &Needs) -> Vec<Finding> {
    let mut findings: Vec<Finding> = needs.kernel.iter().map(|oldest| kernel(oldest)).collect();
    let controllers: Vec<&str> = needs.cgroup.iter().map(String::as_str).collect();
    findings.extend(group::controllers(&controllers));
    match start().await {
        Err(finding) => findings.push(finding),
        Ok(sandbox) => findings.extend(namespaces(&sandbox, &needs.namespaces).await),
    }
    findings.extend(needs.tools.iter().map(|name| tool::one(name)));
    findings.retain(|finding| !finding.is_there());
    findings
}

/// The finding about overlays for a lab that mounts some, if they do not work. Tried on older
/// kernels only (`scratch::is_needed`); on others they work.
pub async fn lacking_overlays(lab: &Lab) -> Option<Finding> {
    let mut actions = lab.actions();
    let mounts = actions.any(|action| matches!(action, Action::Overlay(_)));
    if !mounts || !super::scratch::is_needed() {
        return None;
    }
    let sandbox = start().await.ok()?;
    let finding = attempt(&sandbox, "overlay", &OVERLAY).await;
    (!finding.is_there()).then_some(finding)
}

async fn start() -> Result<Sandbox, Finding> {
    let started = Sandbox::start(Wants::default()).await;
    started
        .map(|(sandbox, _notices)| sandbox)
        .map_err(|error| no_lab_host(&error))
}

/// Whether the running kernel is at least `oldest` (`major.minor`).
fn kernel(oldest: &str) -> Finding {
    let release = kernel_release();
    let name = later_word!("try-kernel", oldest = oldest);
    if version(&release) >= version(oldest) {
        return Finding::works(name);
    }
    let reason = later_word!("lacks-kernel", release = release);
    Finding::lacks(name, reason, Some(later_word!("fix-kernel")))
}

/// The first two numbers of a kernel's release.
fn version(release: &str) -> Vec<u32> {
    release
        .split(['.', '-'])
        .map_while(|number| number.parse().ok())
        .take(2)
        .collect()
}

async fn namespace(sandbox: &Sandbox, kind: NamespaceKind) -> Finding {
    let json = format!(r#"{{"unshare": {{"namespaces": ["{}"]}}}}"#, kind.name());
    attempt(sandbox, kind.name(), &[&json]).await
}

/// Tries all kinds in one unshare(2), and each by itself only if that is refused.
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

/// Performs actions in an actor of that name; the finding tells which was refused.
async fn attempt(sandbox: &Sandbox, name: &str, actions: &[&str]) -> Finding {
    let mut shells = match sandbox.open(name, SIZE).await {
        Ok(terminal) => vec![terminal],
        Err(error) => return Finding::lacks(tried(name), error.words(), None),
    };
    for json in actions {
        let action: Action = match serde_json::from_str(&done_in(json, name)) {
            Ok(action) => action,
            Err(error) => return Finding::lacks(tried(name), error.to_string(), None),
        };
        match sandbox.act(&action, SIZE).await {
            Ok(acted) => {
                shells.extend(acted.terminal);
                if let Some(finding) = wrong(name, &acted.outcome) {
                    return finding;
                }
            }
            Err(error) => return Finding::lacks(tried(name), error.words(), None),
        }
    }
    Finding::works(tried(name))
}

/// The action with the actor that does it: `{ "mkdir": {"in": "overlay", "path": "/lab/work"}}`.
fn done_in(action: &str, actor: &str) -> String {
    // With a space, the first brace is not found a second time.
    let spaced = action.replacen("{\"", "{ \"", 1);
    spaced.replacen("{\"", &format!("{{\"in\": \"{actor}\", \""), 1)
}

fn wrong(name: &str, outcome: &Outcome) -> Option<Finding> {
    if let Some(r) = &outcome.refusal {
        let reason = format!("{}({}) => {} ({})", r.call, r.args, r.errno, r.words);
        return Some(Finding {
            errno: r.errno.clone(),
            ..Finding::lacks(tried(name), reason, advice::to(name, &r.errno))
        });
    }
    let status = outcome.exit.filter(|status| *status != 0)?;
    let reason = later_word!(
        "lacks-status",
        status = status.to_string(),
        said = outcome.output.trim()
    );
    Some(Finding::lacks(tried(name), reason, None))
}

fn no_lab_host(error: &SandboxError) -> Finding {
    let name = later_word!("try-host");
    let SandboxError::Build(failure) = error else {
        return Finding::lacks(name, error.words(), None);
    };
    Finding {
        errno: crate::sys::errno_name(failure.errno),
        ..Finding::lacks(name, error.words(), Some(advice::no_lab_host(failure)))
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
}
