//! Networks: the state of each network namespace, from rtnetlink(7).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Everything of one network namespace, `network_namespaces(7)`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Network {
    /// Its inode number.
    pub inode: i64,
    /// Its names: the files under `/run/netns` that stand for it.
    pub names: Vec<String>,
    /// The actors whose faces are in it.
    pub actors: Vec<String>,
    /// The processes in it, as the lab host numbers them.
    pub pids: Vec<i64>,
    /// Its links, by name.
    pub links: BTreeMap<String, Link>,
    /// The routes of its main table, those to multicast networks left out.
    pub routes: Vec<Route>,
    /// Neighbours whose hardware address was asked for.
    pub neighbours: Vec<Neighbour>,
    /// The sockets that wait for connections or datagrams.
    pub listening: Vec<Listening>,
    /// Whether it passes packets on.
    pub forwarding: Forwarding,
    /// The rules of its chains of type nat, in the words of nft(8).
    pub nat: Vec<NatRule>,
}

/// A network device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Link {
    /// Its number in this namespace.
    pub index: i64,
    /// What made it: `veth`, `bridge` …; `loopback` for `lo`, else empty.
    pub kind: String,
    /// Whether it was set up (`IFF_UP`).
    pub up: bool,
    /// Whether the other side is there and up too (`IFF_LOWER_UP`).
    pub carrier: bool,
    /// `operstate`: `UP`, `DOWN`, `LOWERLAYERDOWN`, `UNKNOWN` …
    pub state: String,
    /// Its flags, as ip(8) shows them.
    pub flags: Vec<String>,
    /// Its hardware address.
    pub mac: String,
    /// The largest packet that it takes, in bytes.
    pub mtu: i64,
    /// The bridge that it is a port of; empty if of none.
    pub master: String,
    /// The name of a veth's other end; empty where that cannot be seen.
    pub peer: String,
    /// The other end's number in its own namespace; 0 if there is none.
    pub peer_index: i64,
    /// The inode of the other end's namespace; 0 where that cannot be seen.
    pub peer_netns: i64,
    /// Its addresses with the length of their prefix: `10.2.2.3/24`.
    pub addresses: Vec<String>,
    /// The scope of each address: `global`, `link`, `host`.
    pub scopes: BTreeMap<String, String>,
    /// What a bridge has learnt about this port: the hardware addresses behind it.
    pub fdb: Vec<FdbEntry>,
    /// The echo requests and replies that passed here, in or out.
    pub echo: Echo,
}

/// ICMP echo requests and replies, ping(8), that passed a link since its
/// network was first seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Echo {
    /// How many requests.
    pub requests: i64,
    /// How many replies.
    pub replies: i64,
    /// When the last request passed, in nanoseconds since 1970: it tells the
    /// order along the way. 0 if none did.
    pub last: i64,
}

/// An entry of a bridge's forwarding table, bridge(8).
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(default)]
pub struct FdbEntry {
    /// The hardware address.
    pub mac: String,
    /// Whether it was learnt from a packet; else it is the port's own or was set.
    pub learnt: bool,
}

/// A route.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(default)]
pub struct Route {
    /// The network that it leads to: `default`, `10.2.0.0/24`.
    pub to: String,
    /// The next router; empty if the network is at the link itself.
    pub via: String,
    /// The link that it goes out by.
    pub dev: String,
    /// The address that is used as the source; empty if none is set.
    pub source: String,
    /// Who made it: `kernel`, `static`, `boot` …
    pub protocol: String,
}

/// A neighbour.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(default)]
pub struct Neighbour {
    /// Its address.
    pub address: String,
    /// The link that it is behind.
    pub dev: String,
    /// Its hardware address; empty while it has not answered.
    pub mac: String,
    /// `REACHABLE`, `STALE`, `FAILED` …
    pub state: String,
}

/// A socket that listens.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(default)]
pub struct Listening {
    /// `tcp` or `udp`.
    pub protocol: String,
    /// The local address.
    pub address: String,
    /// The port.
    pub port: i64,
}

/// Whether packets are passed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Forwarding {
    /// `net.ipv4.ip_forward`.
    pub ipv4: bool,
    /// `net.ipv6.conf.all.forwarding`.
    pub ipv6: bool,
}

/// A rule of a chain of type nat, or of one that such a chain leads to; or those of one
/// chain that are not understood.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct NatRule {
    /// The table that it is in, with its family: `ip nat`.
    pub table: String,
    /// The chain that it is in.
    pub chain: String,
    /// Where that chain is hooked in: `prerouting`, `postrouting` …
    pub hook: String,
    /// The rule: `oifname "up0" masquerade`; empty for those that are not understood.
    pub rule: String,
    /// How many rules of the chain are not understood; 0 for a rule that is.
    pub unknown: i64,
}
