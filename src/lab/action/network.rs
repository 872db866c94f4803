//! Verbs of the network family. Each acts in the network namespace of its
//! actor, or in a named one (`netns`), as `ip` and `ip -n NAME` do.

mod traffic;

pub use traffic::{Connect, Listen, Nat, NatRule, Ping};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::host;
use super::table::{family, outlines};
use super::verb::Leaves;

family! { ($)
    /// Makes a named network namespace, or gives one a name.
    "netns" Netns(Netns),
    /// Takes a network namespace's name away.
    "netns_remove" NetnsRemove(NetnsRemove),
    /// Makes a pair of virtual Ethernet devices.
    "veth" Veth(Veth),
    /// Makes a bridge.
    "bridge" Bridge(Bridge),
    /// Makes a second link on top of another one.
    "macvlan" Macvlan(Macvlan),
    /// Changes a link.
    "link" Link(Link),
    /// Removes a link.
    "link_remove" LinkRemove(LinkRemove),
    /// Gives a link an address.
    "address" Address(Address),
    /// Takes an address away from a link.
    "address_remove" AddressRemove(AddressRemove),
    /// Adds a route.
    "route" Route(Route),
    /// Lets packets be passed on, or not.
    "forwarding" Forwarding(Forwarding),
    /// Adds a rule of address translation.
    "nat" Nat(Nat),
    /// Sends ICMP echo requests.
    "ping" Ping(Ping),
    /// Serves a page by HTTP.
    "listen" Listen(Listen),
    /// Fetches a page by HTTP.
    "connect" Connect(Connect),
}

outlines! { |a|
    Netns { mentions: a.of.as_deref() },
    NetnsRemove {},
    Veth { mentions: a.to.as_ref().and_then(Place::actor), netns: a.netns.as_deref() },
    Bridge { netns: a.netns.as_deref(), leaves: Leaves::Link(&a.name) },
    Macvlan { netns: a.netns.as_deref(), leaves: Leaves::Link(&a.name) },
    Link { mentions: a.to.as_ref().and_then(Place::actor), netns: a.netns.as_deref() },
    LinkRemove { netns: a.netns.as_deref() },
    Address { netns: a.netns.as_deref() },
    AddressRemove { netns: a.netns.as_deref() },
    Route { netns: a.netns.as_deref() },
    Forwarding { netns: a.netns.as_deref() },
}

/// A network namespace by who is in it or by its name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Place {
    /// The network namespace of an actor's face, by its `/proc/PID/ns/net`.
    Actor(String),
    /// A named one.
    Netns(String),
}

impl Place {
    /// The actor named, if it is one.
    pub fn actor(&self) -> Option<&str> {
        match self {
            Self::Actor(name) => Some(name),
            Self::Netns(_) => None,
        }
    }
}

/// Makes a named network namespace, as `ip netns add` does: a new namespace,
/// kept by a bind mount of its file under `/run/netns`, ip-netns(8). With `of`,
/// the namespace of an actor gets a name (`ip netns attach`). Example: `netns: {name: r1}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Netns {
    /// The actor that does it; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The name.
    pub name: String,
    /// The actor whose namespace gets the name; a new one where it is left out.
    #[serde(default)]
    pub of: Option<String>,
}

/// Takes a network namespace's name away; without a process in it, it ends.
/// Example: `netns_remove: {name: r1}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NetnsRemove {
    /// The actor that does it; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The name.
    pub name: String,
}

/// Makes a pair of virtual Ethernet devices, veth(4): what goes in at one end
/// comes out at the other. Example: `veth: {name: veth0, peer: veth1, to: {actor: box}}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Veth {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The named network namespace to act in; the actor's own where it is left out.
    #[serde(default)]
    pub netns: Option<String>,
    /// The name of the near end.
    pub name: String,
    /// The name of the far end.
    pub peer: String,
    /// Where the far end is put; here where it is left out.
    #[serde(default)]
    pub to: Option<Place>,
}

/// Makes a bridge, a switch in software; the spanning tree protocol stays off.
/// Example: `bridge: {name: br0}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bridge {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The named network namespace to act in; the actor's own where it is left out.
    #[serde(default)]
    pub netns: Option<String>,
    /// Its name.
    pub name: String,
}

/// Makes a link with a hardware address of its own on top of another one (macvlan, in mode
/// bridge): links on the same parent reach each other, and what the parent is plugged to,
/// but not the parent itself. Example: `macvlan: {name: mv0, parent: eth0}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Macvlan {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The named network namespace to act in; the actor's own where it is left out.
    #[serde(default)]
    pub netns: Option<String>,
    /// Its name.
    pub name: String,
    /// The link that it is made on.
    pub parent: String,
}

/// Changes a link, as `ip link set` does: all that is named, in one message.
/// Example: `link: {name: veth1, to: {actor: box}}`, `link: {in: box, name: eth0, up: true}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The named network namespace to act in; the actor's own where it is left out.
    #[serde(default)]
    pub netns: Option<String>,
    /// Its name now.
    pub name: String,
    /// Up or down.
    #[serde(default)]
    pub up: Option<bool>,
    /// Its new name.
    #[serde(default)]
    pub rename: Option<String>,
    /// The network namespace that it moves to.
    #[serde(default)]
    pub to: Option<Place>,
    /// The bridge that it becomes a port of; empty: of none any longer.
    #[serde(default)]
    pub master: Option<String>,
    /// The largest packet that it takes, in bytes.
    #[serde(default)]
    pub mtu: Option<u32>,
    /// Its hardware address: `02:00:00:00:00:01`.
    #[serde(default)]
    pub mac: Option<String>,
}

/// Removes a link; of a pair, both ends go. Example: `link_remove: {name: veth0}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkRemove {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The named network namespace to act in; the actor's own where it is left out.
    #[serde(default)]
    pub netns: Option<String>,
    /// Its name.
    pub name: String,
}

/// Gives a link an address. Example: `address: {in: box, link: veth1, address: 10.2.2.3/24}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The named network namespace to act in; the actor's own where it is left out.
    #[serde(default)]
    pub netns: Option<String>,
    /// The link.
    pub link: String,
    /// The address with the length of its network's prefix: `10.2.2.3/24`, `fd00::3/64`.
    pub address: String,
}

/// Takes an address away from a link, and with it the route to its network.
/// Example: `address_remove: {in: box, link: veth1, address: 10.2.2.3/24}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressRemove {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The named network namespace to act in; the actor's own where it is left out.
    #[serde(default)]
    pub netns: Option<String>,
    /// The link.
    pub link: String,
    /// The address with the length of its network's prefix: `10.2.2.3/24`.
    pub address: String,
}

/// Adds a route. Example: `route: {in: box, to: default, via: 10.2.0.1}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The named network namespace to act in; the actor's own where it is left out.
    #[serde(default)]
    pub netns: Option<String>,
    /// The network that it leads to: `default`, `10.2.0.0/24`.
    pub to: String,
    /// The next router.
    #[serde(default)]
    pub via: Option<String>,
    /// The link that it goes out by.
    #[serde(default)]
    pub dev: Option<String>,
}

/// Lets the kernel pass packets on from one link to another, or not: the
/// switches `net.ipv4.ip_forward` and `net.ipv6.conf.all.forwarding`.
/// Example: `forwarding: {in: host, on: true}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Forwarding {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The named network namespace to act in; the actor's own where it is left out.
    #[serde(default)]
    pub netns: Option<String>,
    /// On or off.
    pub on: bool,
}
