//! Tells what changed in a network.

use super::super::{Link, NatRule, Network};
use crate::word::later::{Later, later_word};

/// Whether an address or route is worth telling: link-local ones appear by themselves some time
/// after a link is up.
fn is_news(address: &str) -> bool {
    !address.starts_with("fe80")
}

/// Tells each change: the fact, and the words.
pub(super) fn compare(then: &Network, now: &Network, say: &mut dyn FnMut(&str, Later)) {
    for (name, link) in &now.links {
        match then.links.get(name) {
            None => say("net.links", later_word!("df-link-new", name = name)),
            Some(before) => compare_link(name, before, link, say),
        }
    }
    for name in then
        .links
        .keys()
        .filter(|name| !now.links.contains_key(*name))
    {
        say("net.links", later_word!("df-link-gone", name = name));
    }
    routes(then, now, say);
    sockets(then, now, say);
    if then.forwarding != now.forwarding {
        let on = now.forwarding.ipv4 || now.forwarding.ipv6;
        say(
            "net.forwarding",
            if on {
                later_word!("df-forwarding")
            } else {
                later_word!("df-no-forwarding")
            },
        );
    }
    for rule in now.nat.iter().filter(|rule| !then.nat.contains(rule)) {
        say("net.nat", rule_words(rule));
    }
}

fn rule_words(rule: &NatRule) -> Later {
    if rule.unknown == 0 {
        return later_word!("df-rule", hook = &rule.hook, rule = &rule.rule);
    }
    later_word!(
        "df-unknown-rules",
        hook = &rule.hook,
        count = rule.unknown,
        table = &rule.table,
        chain = &rule.chain
    )
}

/// How many hardware addresses a bridge has learnt at a link.
fn learnt(link: &Link) -> usize {
    link.fdb.iter().filter(|entry| entry.learnt).count()
}

fn compare_link(name: &str, then: &Link, now: &Link, say: &mut dyn FnMut(&str, Later)) {
    let mut tell = |words: Later| {
        say(
            "net.links",
            later_word!("df-which", name = name, what = words),
        );
    };
    if then.index != now.index {
        return tell(later_word!("df-another-link"));
    }
    if then.up != now.up {
        tell(if now.up {
            later_word!("df-up")
        } else {
            later_word!("df-down")
        });
    } else if then.carrier != now.carrier {
        tell(if now.carrier {
            later_word!("df-carrier")
        } else {
            later_word!("df-no-carrier")
        });
    }
    for address in now
        .addresses
        .iter()
        .filter(|address| is_news(address) && !then.addresses.contains(address))
    {
        tell(later_word!("df-address", address = address));
    }
    for address in then
        .addresses
        .iter()
        .filter(|address| is_news(address) && !now.addresses.contains(address))
    {
        tell(later_word!("df-no-address", address = address));
    }
    if then.master != now.master && now.master.is_empty() {
        tell(later_word!("df-no-port", bridge = &then.master));
    } else if then.master != now.master {
        tell(later_word!("df-port", bridge = &now.master));
    }
    if then.mac != now.mac {
        tell(later_word!("df-mac", mac = &now.mac));
    }
    if then.mtu != now.mtu {
        tell(later_word!("df-mtu", bytes = now.mtu));
    }
    if learnt(now) > learnt(then) {
        tell(later_word!("df-learnt", count = learnt(now)));
    }
}

fn routes(then: &Network, now: &Network, say: &mut dyn FnMut(&str, Later)) {
    for route in now
        .routes
        .iter()
        .filter(|route| is_news(&route.to) && !then.routes.contains(route))
    {
        let (to, via, dev) = (&route.to, &route.via, &route.dev);
        let words = if via.is_empty() {
            later_word!("df-route", to = to, dev = dev)
        } else {
            later_word!("df-route-via", to = to, via = via, dev = dev)
        };
        say("net.routes", words);
    }
    for route in then
        .routes
        .iter()
        .filter(|route| is_news(&route.to) && !now.routes.contains(route))
    {
        say(
            "net.routes",
            later_word!("df-route-gone", to = &route.to, dev = &route.dev),
        );
    }
}

fn sockets(then: &Network, now: &Network, say: &mut dyn FnMut(&str, Later)) {
    for socket in now
        .listening
        .iter()
        .filter(|socket| !then.listening.contains(socket))
    {
        say(
            "net.listening",
            later_word!(
                "df-listens",
                protocol = &socket.protocol,
                port = socket.port
            ),
        );
    }
    for socket in then
        .listening
        .iter()
        .filter(|socket| !now.listening.contains(socket))
    {
        say(
            "net.listening",
            later_word!(
                "df-listens-no",
                protocol = &socket.protocol,
                port = socket.port
            ),
        );
    }
}
