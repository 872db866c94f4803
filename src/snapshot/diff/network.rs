//! What changed in a network.

use super::super::{Link, Network};

/// Link-local addresses and their routes come by themselves, some time after a
/// link is up: no news.
fn is_news(address: &str) -> bool {
    !address.starts_with("fe80")
}

/// Tells each change: the fact below `net`, and the words.
pub(super) fn compare(then: &Network, now: &Network, say: &mut dyn FnMut(&str, String)) {
    for (name, link) in &now.links {
        match then.links.get(name) {
            None => say("net.links", format!("link {name} is here now")),
            Some(before) => compare_link(name, before, link, say),
        }
    }
    for name in then
        .links
        .keys()
        .filter(|name| !now.links.contains_key(*name))
    {
        say("net.links", format!("link {name} is no longer here"));
    }
    routes(then, now, say);
    sockets(then, now, say);
    if then.forwarding != now.forwarding {
        let on = now.forwarding.ipv4 || now.forwarding.ipv6;
        say(
            "net.forwarding",
            format!("forwarding is {}", if on { "on" } else { "off" }),
        );
    }
    for rule in now.nat.iter().filter(|rule| !then.nat.contains(rule)) {
        say("net.nat", format!("a rule: {} {}", rule.hook, rule.rule));
    }
}

fn compare_link(name: &str, then: &Link, now: &Link, say: &mut dyn FnMut(&str, String)) {
    let mut tell = |words: String| say("net.links", format!("{name} {words}"));
    if then.index != now.index {
        return tell("is another link now".to_owned());
    }
    if then.up != now.up {
        tell(format!("was set {}", if now.up { "up" } else { "down" }));
    } else if then.carrier != now.carrier {
        tell(
            if now.carrier {
                "has a carrier"
            } else {
                "has lost its carrier"
            }
            .to_owned(),
        );
    }
    for address in now
        .addresses
        .iter()
        .filter(|address| is_news(address) && !then.addresses.contains(address))
    {
        tell(format!("has the address {address}"));
    }
    for address in then
        .addresses
        .iter()
        .filter(|address| is_news(address) && !now.addresses.contains(address))
    {
        tell(format!("no longer has the address {address}"));
    }
    if then.master != now.master && now.master.is_empty() {
        tell(format!("is no longer a port of {}", then.master));
    } else if then.master != now.master {
        tell(format!("is a port of {} now", now.master));
    }
    if then.mac != now.mac {
        tell(format!("has the hardware address {}", now.mac));
    }
    if then.mtu != now.mtu {
        tell(format!("takes packets of up to {} bytes", now.mtu));
    }
    let learnt = |link: &Link| link.fdb.iter().filter(|entry| entry.learnt).count();
    if learnt(now) > learnt(then) {
        tell(format!(
            "has {} learnt hardware addresses behind it",
            learnt(now)
        ));
    }
}

fn routes(then: &Network, now: &Network, say: &mut dyn FnMut(&str, String)) {
    for route in now
        .routes
        .iter()
        .filter(|route| is_news(&route.to) && !then.routes.contains(route))
    {
        let via = if route.via.is_empty() {
            String::new()
        } else {
            format!(" via {}", route.via)
        };
        say(
            "net.routes",
            format!("a route to {}{via} by {}", route.to, route.dev),
        );
    }
    for route in then
        .routes
        .iter()
        .filter(|route| is_news(&route.to) && !now.routes.contains(route))
    {
        say(
            "net.routes",
            format!("the route to {} by {} has gone", route.to, route.dev),
        );
    }
}

fn sockets(then: &Network, now: &Network, say: &mut dyn FnMut(&str, String)) {
    for socket in now
        .listening
        .iter()
        .filter(|socket| !then.listening.contains(socket))
    {
        say(
            "net.listening",
            format!("{} port {} listens", socket.protocol, socket.port),
        );
    }
    for socket in then
        .listening
        .iter()
        .filter(|socket| !now.listening.contains(socket))
    {
        say(
            "net.listening",
            format!("{} port {} no longer listens", socket.protocol, socket.port),
        );
    }
}
