//! The network family: ip(8), nft(8), ping(8).

use super::{There, background, lines, quote, words};
use crate::lab::action::{
    Address, AddressRemove, Bridge, Connect, Forwarding, Link, LinkRemove, Listen, Macvlan, Nat,
    Netns, NetnsRemove, Ping, Place, Route, Veth,
};

lines! {
    Netns: netns,
    NetnsRemove: |a, _| format!("ip netns delete {}", quote(&a.name)),
    Veth: veth,
    Bridge: |a, _| bridge(a),
    Macvlan: |a, _| macvlan(a),
    Link: link,
    LinkRemove: |a, _| link_remove(a),
    Address: |a, _| address(a),
    AddressRemove: |a, _| address_remove(a),
    Route: |a, _| route(a),
    Forwarding: |a, _| forwarding(a),
    Nat: |a, _| nat(a),
    Ping: |a, _| ping(a),
    Listen: |a, _| listen(a),
    Connect: |a, _| connect(a),
}

/// The command `ip`, for a named network namespace if one is given.
fn ip(netns: Option<&str>) -> String {
    netns.map_or_else(|| "ip".to_owned(), |name| format!("ip -n {}", quote(name)))
}

/// The prefix that runs another program in a named network namespace.
fn exec(netns: Option<&str>) -> String {
    netns.map_or_else(String::new, |name| {
        format!("ip netns exec {} ", quote(name))
    })
}

fn place(place: &Place, there: &There<'_>) -> String {
    match place {
        Place::Actor(name) => there.pid(name),
        Place::Netns(name) => quote(name),
    }
}

fn netns(a: &Netns, there: &There<'_>) -> String {
    let name = quote(&a.name);
    match &a.of {
        Some(actor) => format!("ip netns attach {name} {}", there.pid(actor)),
        None => format!("ip netns add {name}"),
    }
}

fn veth(a: &Veth, there: &There<'_>) -> String {
    let ip = ip(a.netns.as_deref());
    let (name, peer) = (quote(&a.name), quote(&a.peer));
    let to =
        a.to.as_ref()
            .map(|to| format!(" netns {}", place(to, there)));
    format!(
        "{ip} link add {name} type veth peer name {peer}{}",
        to.unwrap_or_default()
    )
}

fn bridge(a: &Bridge) -> String {
    format!(
        "{} link add {} type bridge",
        ip(a.netns.as_deref()),
        quote(&a.name)
    )
}

fn macvlan(a: &Macvlan) -> String {
    let (ip, name, parent) = (ip(a.netns.as_deref()), quote(&a.name), quote(&a.parent));
    format!("{ip} link add {name} link {parent} type macvlan mode bridge")
}

fn link(a: &Link, there: &There<'_>) -> String {
    let ip = ip(a.netns.as_deref());
    let mut words = vec![format!("{ip} link set {}", quote(&a.name))];
    if let Some(to) = &a.to {
        words.push(format!("netns {}", place(to, there)));
    }
    if let Some(name) = &a.rename {
        words.push(format!("name {}", quote(name)));
    }
    match a.master.as_deref() {
        Some("") => words.push("nomaster".to_owned()),
        Some(name) => words.push(format!("master {}", quote(name))),
        None => {}
    }
    if let Some(mtu) = a.mtu {
        words.push(format!("mtu {mtu}"));
    }
    if let Some(mac) = &a.mac {
        words.push(format!("address {}", quote(mac)));
    }
    if let Some(up) = a.up {
        words.push(if up { "up" } else { "down" }.to_owned());
    }
    words.join(" ")
}

fn link_remove(a: &LinkRemove) -> String {
    format!("{} link delete {}", ip(a.netns.as_deref()), quote(&a.name))
}

fn address(a: &Address) -> String {
    let ip = ip(a.netns.as_deref());
    format!(
        "{ip} address add {} dev {}",
        quote(&a.address),
        quote(&a.link)
    )
}

fn address_remove(a: &AddressRemove) -> String {
    let ip = ip(a.netns.as_deref());
    let (address, link) = (quote(&a.address), quote(&a.link));
    format!("{ip} address delete {address} dev {link}")
}

fn route(a: &Route) -> String {
    let mut line = format!("{} route add {}", ip(a.netns.as_deref()), quote(&a.to));
    if let Some(via) = &a.via {
        line.push_str(&format!(" via {}", quote(via)));
    }
    if let Some(dev) = &a.dev {
        line.push_str(&format!(" dev {}", quote(dev)));
    }
    line
}

fn forwarding(a: &Forwarding) -> String {
    let value = u8::from(a.on);
    let exec = exec(a.netns.as_deref());
    format!("{exec}sysctl -w net.ipv4.ip_forward={value} net.ipv6.conf.all.forwarding={value}")
}

fn nat(a: &Nat) -> String {
    format!("{}nft {}", exec(a.netns.as_deref()), quote(&a.rule.nft()))
}

fn ping(a: &Ping) -> String {
    let exec = exec(a.netns.as_deref());
    format!("{exec}ping -c {} -i 0.2 -W 1 {}", a.count, quote(&a.to))
}

fn listen(a: &Listen) -> String {
    let exec = exec(a.netns.as_deref());
    format!("{exec}{}", background(&a.program()))
}

fn connect(a: &Connect) -> String {
    format!("{}{}", exec(a.netns.as_deref()), words(&a.program()))
}
