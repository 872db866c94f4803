//! Networks: the state of each network namespace, from rtnetlink(7).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The state of one network namespace, `network_namespaces(7)`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Network {
    /// Its inode number.
    pub inode: i64,
    /// Its names: the files under `/run/netns` that refer to it.
    pub names: Vec<String>,
    /// The actors whose faces are in it.
    pub actors: Vec<String>,
    /// The pids of the processes in it, in the lab host.
    pub pids: Vec<i64>,
    /// Its links, by name.
    pub links: BTreeMap<String, Link>,
    /// The routes of its main table, without those to multicast networks.
    pub routes: Vec<Route>,
    /// Neighbours whose hardware address was asked for.
    pub neighbours: Vec<Neighbour>,
    /// The sockets that wait for connections or datagrams.
    pub listening: Vec<Listening>,
    /// Whether it forwards packets.
    pub forwarding: Forwarding,
    /// The rules of its nat chains, in the words of nft(8).
    pub nat: Vec<NatRule>,
}

/// A network device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Link {
    /// Its index in this namespace.
    pub index: i64,
    /// Its type: `veth`, `bridge` …; `loopback` for `lo`, else empty.
    pub kind: String,
    /// Whether it was set up (`IFF_UP`).
    pub up: bool,
    /// Whether the other side is up too (`IFF_LOWER_UP`).
    pub carrier: bool,
    /// `operstate`: `UP`, `DOWN`, `LOWERLAYERDOWN`, `UNKNOWN` …
    pub state: String,
    /// Its flags, as ip(8) shows them.
    pub flags: Vec<String>,
    /// Its hardware address.
    pub mac: String,
    /// The largest packet that it takes, in bytes.
    pub mtu: i64,
    /// The bridge that it is a port of; empty if it is none.
    pub master: String,
    /// The name of a veth's peer; empty if that cannot be seen.
    pub peer: String,
    /// The index of the peer in its own namespace; 0 if there is none.
    pub peer_index: i64,
    /// The inode of the peer's namespace; 0 if that cannot be seen.
    pub peer_netns: i64,
    /// Its addresses with their prefix length: `10.2.2.3/24`.
    pub addresses: Vec<String>,
    /// The scope of each address: `global`, `link`, `host`.
    pub scopes: BTreeMap<String, String>,
    /// The hardware addresses that a bridge has learnt behind this port.
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
    /// When the last request passed, in nanoseconds since 1970, which gives the order along a path;
    /// 0 if none did.
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
    /// Whether it was learnt from a packet; else it is the port's own, or was set by hand.
    pub learnt: bool,
}

/// A route.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(default)]
pub struct Route {
    /// The destination: `default`, `10.2.0.0/24`.
    pub to: String,
    /// The next router; empty if the destination is on the link itself.
    pub via: String,
    /// The link that packets leave by.
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

/// A rule of a nat chain, or of a chain that it jumps to; or all rules of one chain that are not
/// understood.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct NatRule {
    /// Its table, with the family: `ip nat`.
    pub table: String,
    /// Its chain.
    pub chain: String,
    /// The hook of that chain: `prerouting`, `postrouting` …
    pub hook: String,
    /// The rule: `oifname "up0" masquerade`; empty for rules that are not understood.
    pub rule: String,
    /// How many rules of the chain are not understood; 0 for a rule that is.
    pub unknown: i64,
}
