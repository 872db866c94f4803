//! The tables below the drawing: routes, neighbours, addresses that bridges have learnt, listening
//! sockets, NAT rules.

use super::{earlier, label};
use crate::snapshot::{Neighbour, Network, Route, Snapshot};
use crate::ui::text::{Page, clean};
use crate::word;

/// A line, and whether it is new.
type Entry = (String, bool);

/// Adds the tables of a network, if it has any.
pub(super) fn add(page: &mut Page, before: &Snapshot, network: &Network) {
    let then = earlier(before, network);
    let parts = [
        routes(network, then),
        neighbours(network, then),
        learnt(network, then),
        listening(network, then),
        rules(network, then),
    ];
    let entries: Vec<Entry> = parts.into_iter().flatten().collect();
    if entries.is_empty() {
        return;
    }
    page.gap();
    page.say(&label(network), page.theme.strong(), 2);
    for (words, new) in entries {
        let (mark, style) = if new {
            ("+ ", page.theme.own())
        } else {
            ("  ", page.theme.plain())
        };
        let first = page.lines.len();
        page.say(&format!("{mark}{}", clean(&words)), style, 4);
        if new {
            page.is_news(first);
        }
    }
}

/// Whether something is missing from the earlier state, if there is one.
fn is_new(then: Option<&Network>, there: impl FnOnce(&Network) -> bool) -> bool {
    then.is_some_and(|then| !there(then))
}

fn routes(now: &Network, then: Option<&Network>) -> Vec<Entry> {
    // The kernel adds a link-local route for each link by itself.
    let shown = now
        .routes
        .iter()
        .filter(|route| !route.to.starts_with("fe80"));
    shown
        .map(|route| {
            let new = is_new(then, |then| then.routes.contains(route));
            (route_words(route), new)
        })
        .collect()
}

fn route_words(route: &Route) -> String {
    let via = match route.via.as_str() {
        "" => String::new(),
        via => format!(" {}", word!("net-via", address = via)),
    };
    let to = format!("{}{via}", route.to);
    word!("net-route", to = to, dev = &route.dev)
}

fn neighbours(now: &Network, then: Option<&Network>) -> Vec<Entry> {
    let neighbours = now.neighbours.iter().map(|neighbour| {
        let state = format!("{} {}", neighbour.mac, neighbour.state);
        let words = word!(
            "net-neighbour",
            address = &neighbour.address,
            dev = &neighbour.dev,
            state = state.trim()
        );
        (words, is_new(then, |then| knows(then, neighbour)))
    });
    neighbours.collect()
}

/// Whether a network has a neighbour, in whatever state.
fn knows(network: &Network, neighbour: &Neighbour) -> bool {
    let mut neighbours = network.neighbours.iter();
    neighbours.any(|other| other.address == neighbour.address && other.mac == neighbour.mac)
}

fn learnt(now: &Network, then: Option<&Network>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (name, link) in &now.links {
        for entry in link
            .fdb
            .iter()
            .filter(|entry| entry.learnt && !link.master.is_empty())
        {
            let new = is_new(then, |then| {
                then.links
                    .get(name)
                    .is_some_and(|link| link.fdb.contains(entry))
            });
            let words = word!(
                "net-learnt",
                bridge = &link.master,
                mac = &entry.mac,
                port = name
            );
            entries.push((words, new));
        }
    }
    entries
}

fn listening(now: &Network, then: Option<&Network>) -> Vec<Entry> {
    let sockets = now.listening.iter().map(|socket| {
        let words = word!(
            "net-listens",
            protocol = &socket.protocol,
            address = &socket.address,
            port = socket.port
        );
        (words, is_new(then, |then| then.listening.contains(socket)))
    });
    sockets.collect()
}

fn rules(now: &Network, then: Option<&Network>) -> Vec<Entry> {
    let rules = now.nat.iter().map(|rule| {
        let said = if rule.unknown > 0 {
            word!(
                "net-unknown-rules",
                count = rule.unknown,
                table = &rule.table,
                chain = &rule.chain
            )
        } else {
            rule.rule.clone()
        };
        let words = format!("nat {}: {said}", rule.hook);
        (words, is_new(then, |then| then.nat.contains(rule)))
    });
    rules.collect()
}
