//! Verbs of the network family that send packets, or change where they go.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lab::action::critic::Critic;
use crate::lab::action::host;
use crate::lab::action::table::outlines;
use crate::lab::action::verb::Leaves;

outlines! { |a|
    Nat { netns: a.netns.as_deref() },
    Ping { netns: a.netns.as_deref() } => judge,
    Listen { netns: a.netns.as_deref(), tool: Some("serve"), leaves: Leaves::Program(&a.name) },
    Connect { netns: a.netns.as_deref(), tool: Some("fetch") },
}

/// The most requests of a `ping`.
const REQUESTS: u8 = 10;

/// What a rule of address translation does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum NatRule {
    /// What goes out by a link gets that link's address as its source.
    Masquerade {
        /// The link.
        out: String,
    },
    /// Connections to a port of this machine go to another address and port.
    Publish {
        /// The TCP port here.
        port: u16,
        /// The address and port there: `10.2.0.10:80`.
        to: String,
    },
}

impl NatRule {
    /// What nft(8) is told: the table, the chain and the rule itself.
    pub fn nft(&self) -> String {
        let [table, chain, rule] = self.parts();
        format!("add table {table}; add chain {chain}; add rule {rule}")
    }

    /// The table, the chain and the rule, each in the words of nft(8).
    pub fn parts(&self) -> [String; 3] {
        let (hook, priority, rule) = match self {
            Self::Masquerade { out } => (
                "postrouting",
                "srcnat",
                format!("oifname \"{out}\" masquerade"),
            ),
            Self::Publish { port, to } => (
                "prerouting",
                "dstnat",
                format!("tcp dport {port} dnat to {to}"),
            ),
        };
        [
            "ip nat".to_owned(),
            format!("ip nat {hook} {{ type nat hook {hook} priority {priority}; }}"),
            format!("ip nat {hook} {rule}"),
        ]
    }
}

/// Adds a rule of address translation to the table `ip nat`, nft(8).
/// Example: `nat: {rule: {masquerade: {out: up0}}}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nat {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The named network namespace to act in; the actor's own where it is left out.
    #[serde(default)]
    pub netns: Option<String>,
    /// The rule.
    pub rule: NatRule,
}

/// Sends ICMP echo requests and waits for the replies, ping(8).
/// Example: `ping: {in: box, to: 10.2.2.1}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ping {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The named network namespace to act in; the actor's own where it is left out.
    #[serde(default)]
    pub netns: Option<String>,
    /// The address, IPv4 or IPv6.
    pub to: String,
    /// How many requests, 1 to 10.
    #[serde(default = "two")]
    #[schemars(range(min = 1, max = 10))]
    pub count: u8,
}

impl Ping {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        if !(1..=REQUESTS).contains(&self.count) {
            let message = format!("{} requests, not 1 to {REQUESTS}", self.count);
            let help = "a step does not wait for more";
            critic.word("count", &self.count.to_string(), message, help);
        }
    }
}

fn two() -> u8 {
    2
}

/// Serves one page by HTTP in the background until it is signalled.
/// Example: `listen: {in: box, name: web, port: 80, text: "Hello from the box"}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The named network namespace to act in; the actor's own where it is left out.
    #[serde(default)]
    pub netns: Option<String>,
    /// A name for the program, for `signal` and `wait`.
    pub name: String,
    /// The TCP port, on every address.
    pub port: u16,
    /// The page.
    pub text: String,
}

impl Listen {
    /// The lab host's small program that serves.
    pub fn program(&self) -> Vec<String> {
        vec!["serve".to_owned(), self.port.to_string(), self.text.clone()]
    }
}

/// Fetches a page by HTTP. Example: `connect: {in: host, to: "10.2.0.10:80"}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Connect {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The named network namespace to act in; the actor's own where it is left out.
    #[serde(default)]
    pub netns: Option<String>,
    /// The address and port.
    pub to: String,
}

impl Connect {
    /// The lab host's small program that fetches.
    pub fn program(&self) -> Vec<String> {
        vec!["fetch".to_owned(), self.to.clone()]
    }
}
