//! Verbs of the capability family.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::critic::Critic;
use super::host;
use super::table::{family, outlines};
use super::verb::Leaves;
use crate::lab::names;

family! { ($)
    /// Takes capabilities away, for good.
    "drop_capabilities" DropCapabilities(DropCapabilities),
    /// Puts capabilities on a program's file.
    "setcap" Setcap(Setcap),
    /// Lets no program give more power than there is.
    "no_new_privs" NoNewPrivs(NoNewPrivs),
    /// Has the kernel refuse system calls.
    "seccomp" Seccomp(Seccomp),
}

outlines! { |a|
    DropCapabilities { leaves: Leaves::Shell } => judge,
    Setcap {} => judge,
    NoNewPrivs { leaves: Leaves::Shell },
    Seccomp { tool: Some("refuse"), leaves: Leaves::Shell } => judge,
}

/// Takes capabilities out of all five sets, the bounding set too, so that no program
/// gets them back, capabilities(7), and starts a shell without them: those of `drop`,
/// or all but those of `keep`. Example: `drop_capabilities: {in: box, drop: [CAP_SYS_TIME]}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropCapabilities {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The ones to lose, as the kernel spells them: `CAP_NET_RAW`.
    #[serde(default)]
    pub drop: Vec<String>,
    /// The only ones to keep; stands in the place of `drop`.
    #[serde(default)]
    pub keep: Option<Vec<String>>,
}

impl DropCapabilities {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        if self.drop.is_empty() != self.keep.is_some() {
            let help = "`drop` lists the ones to lose, or `keep` all that are kept";
            critic.tell("either `drop` or `keep`", help);
        }
        critic.capabilities("drop", &self.drop);
        critic.capabilities("keep", self.keep.as_deref().unwrap_or_default());
    }
}

/// Puts capabilities on a program's file, capabilities(7): whoever starts the program has
/// them in its permitted and effective set, as far as the bounding set goes. They are the
/// extended attribute `security.capability`. Example: `setcap: {path: /lab/ping, capabilities: [CAP_NET_RAW]}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Setcap {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The file.
    pub path: String,
    /// All that it shall carry, as the kernel spells them: `CAP_NET_RAW`.
    #[schemars(length(min = 1))]
    pub capabilities: Vec<String>,
}

impl Setcap {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        critic.some("capabilities", &self.capabilities);
        critic.capabilities("capabilities", &self.capabilities);
    }
}

/// Sets `no_new_privs`, prctl(2): no program that is executed from here on gives more
/// power than there was before, whatever its set-user-id bit says. Starts a shell that
/// has it; nothing takes it away again. Example: `no_new_privs: {in: box}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoNewPrivs {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
}

/// Starts a shell for which the kernel refuses some system calls, by a filter that
/// seccomp(2) installs: every other call goes through. It needs `no_new_privs` or
/// `CAP_SYS_ADMIN`. No verb can act in such a shell's place: type into it.
/// Example: `seccomp: {in: box, refuse: [mount, unshare], errno: EPERM}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Seccomp {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The calls, by their names in syscalls(2).
    #[schemars(length(min = 1))]
    pub refuse: Vec<String>,
    /// The error that they fail with: `EPERM` where it is left out.
    #[serde(default = "eperm")]
    pub errno: String,
}

impl Seccomp {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        critic.some("refuse", &self.refuse);
        if !names::is_error(&self.errno) {
            let message = format!("there is no error `{}`", self.errno);
            critic.word("errno", &self.errno, message, "a name from errno(3): EPERM");
        }
        for call in self.refuse.iter().filter(|call| !names::is_call(call)) {
            let message = format!("there is no system call `{call}`");
            critic.word("refuse", call, message, "a name from syscalls(2): mount");
        }
    }
}

fn eperm() -> String {
    "EPERM".to_owned()
}
