//! Networks: each namespace a box with its links in it, and beside the boxes
//! the cables between the links; below them the tables.

mod rails;
mod tables;
mod trace;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::Facts;
use crate::snapshot::{Link, Network, Snapshot};
use crate::ui::text::{Page, clean, column, cut, width};
use crate::word;
use rails::{Cable, Rails};
use trace::Trace;

/// The most columns for cables; if they need more, they are not drawn.
const GUTTER: usize = 12;

/// A link's row of the drawing.
struct Row<'a> {
    network: &'a Network,
    named: Named<'a>,
    /// Its line on the page.
    line: usize,
}

impl Row<'_> {
    /// Whether the other end of its link is the link of that row.
    fn leads_to(&self, other: &Row<'_>) -> bool {
        let link = self.named.link;
        link.peer_index > 0
            && other.network.inode == link.peer_netns
            && other.named.link.index == link.peer_index
    }

    /// Whether the link is new or otherwise than when the step began, or a ping passed it.
    fn is_news(&self, facts: &Facts<'_>) -> bool {
        is_new(facts, self.network, self.named) || self.was_passed(facts)
    }

    /// Whether a ping passed its link in this step.
    fn was_passed(&self, facts: &Facts<'_>) -> bool {
        Trace::of(facts, self.network, self.named).is_any()
    }
}

/// The drawing and the tables.
pub(super) fn add(page: &mut Page, facts: &Facts<'_>) -> String {
    let rows = rows(facts.networks);
    let cables = cables(facts, &rows);
    let rails = Rails::lay(&cables).filter(|rails| rails.width() <= GUTTER.min(page.width / 3));
    let gutter = rails.as_ref().map_or(0, Rails::width);
    let (above, mut lines) = (page.lines.len(), Vec::new());
    for network in facts.networks {
        if is_known_otherwise(facts, network) {
            page.is_new_at(above + lines.len());
        }
        boxed(page, facts, network, page.width - gutter, &mut lines);
    }
    for (number, mut line) in lines.into_iter().enumerate() {
        if rails.as_ref().is_some_and(|rails| rails.ends_at(number)) {
            line[0].content = "┤".into();
        }
        let mut spans = rails
            .as_ref()
            .map(|rails| rails.spans(number, page.theme))
            .unwrap_or_default();
        spans.extend(line);
        page.lines.push(Line::from(spans));
    }
    for row in rows.iter().filter(|row| row.is_news(facts)) {
        page.is_new_at(above + row.line);
    }
    for network in facts.networks {
        tables::add(page, facts.before, network);
    }
    word!("net-legend")
}

/// The line of each link: a box has one line above its links and one below.
fn rows(networks: &[std::sync::Arc<Network>]) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let mut line = 0;
    for network in networks {
        line += 1;
        for named in ordered(network) {
            rows.push(Row {
                network,
                named,
                line,
            });
            line += 1;
        }
        line += 1;
    }
    rows
}

/// A link with its name.
#[derive(Clone, Copy, Debug)]
struct Named<'a> {
    name: &'a str,
    link: &'a Link,
}

/// All links of a network.
fn named(network: &Network) -> impl Iterator<Item = Named<'_>> {
    let links = network.links.iter();
    links.map(|(name, link)| Named { name, link })
}

/// All links of a network: a bridge is followed by its ports.
fn ordered(network: &Network) -> Vec<Named<'_>> {
    let mut own: Vec<Named<'_>> = named(network).collect();
    own.sort_by_key(|Named { name, link }| {
        let first = if link.master.is_empty() {
            name
        } else {
            link.master.as_str()
        };
        (
            *name != "lo",
            first.to_owned(),
            !link.master.is_empty(),
            link.index,
        )
    });
    own
}

fn cables(facts: &Facts<'_>, rows: &[Row<'_>]) -> Vec<Cable> {
    let mut cables = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        if let Some(other) = rows[at..].iter().find(|other| row.leads_to(other)) {
            cables.push(Cable {
                from: row.line,
                to: other.line,
                carries: row.named.link.carrier && other.named.link.carrier,
                used: row.was_passed(facts) && other.was_passed(facts),
            });
        }
    }
    cables
}

/// The label of a network: its actors and names, or a process in it.
pub(super) fn label(network: &Network) -> String {
    let actors = network.actors.join(", ");
    let others = network
        .names
        .iter()
        .filter(|name| !network.actors.contains(name));
    let names = others.cloned().collect::<Vec<_>>().join(", ");
    clean(
        &match (actors.as_str(), names.as_str(), network.pids.first()) {
            ("", "", Some(pid)) => word!("net-pid", pid = *pid),
            ("", "", None) => "?".to_owned(),
            ("", names, _) => names.to_owned(),
            (actors, "", _) => actors.to_owned(),
            (actors, names, _) => format!("{actors} ({names})"),
        },
    )
}

/// The same network in the state when the step began.
fn earlier<'a>(before: &'a Snapshot, network: &Network) -> Option<&'a Network> {
    let mut networks = before.networks.iter();
    let same = networks.find(|other| other.inode == network.inode);
    same.map(AsRef::as_ref)
}

/// Whether a link is new or otherwise than when the step began.
fn is_new(facts: &Facts<'_>, network: &Network, named: Named<'_>) -> bool {
    let then = earlier(facts.before, network);
    let old = then.and_then(|then| then.links.get(named.name));
    !facts.before.networks.is_empty() && !old.is_some_and(|old| is_same(old, named.link))
}

/// Whether a network has other names than when the step began, or forwards packets since.
fn is_known_otherwise(facts: &Facts<'_>, network: &Network) -> bool {
    earlier(facts.before, network).is_some_and(|then| {
        then.names != network.names
            || then.actors != network.actors
            || then.forwarding != network.forwarding
    })
}

fn boxed(
    page: &Page,
    facts: &Facts<'_>,
    network: &Network,
    columns: usize,
    lines: &mut Vec<Vec<Span<'static>>>,
) {
    let theme = page.theme;
    let label = label(network);
    let forwards = match (network.forwarding.ipv4, network.forwarding.ipv6) {
        (false, false) => String::new(),
        _ => format!(" {}", word!("net-forwards")),
    };
    let (mark, style) = if is_known_otherwise(facts, network) {
        (" ◀", theme.own())
    } else {
        ("", theme.strong())
    };
    let head = cut(&format!(" {label}{forwards}"), columns.saturating_sub(7));
    let head = format!("{head}{mark} ");
    let rest = "─".repeat(columns.saturating_sub(3 + width(&head)));
    lines.push(vec![
        Span::styled("┌─", theme.frame()),
        Span::styled(head, style),
        Span::styled(format!("{rest}┐"), theme.frame()),
    ]);
    for named in ordered(network) {
        let seen = Seen {
            named,
            new: is_new(facts, network, named),
            trace: Trace::of(facts, network, named).span(theme),
        };
        let mut spans = vec![Span::styled("│", theme.frame())];
        spans.extend(link_row(page, seen, network, columns.saturating_sub(2)));
        spans.push(Span::styled("│", theme.frame()));
        lines.push(spans);
    }
    lines.push(vec![Span::styled(
        format!("└{}┘", "─".repeat(columns.saturating_sub(2))),
        theme.frame(),
    )]);
}

/// Whether a link is unchanged, except for the pings that passed it.
fn is_same(old: &Link, link: &Link) -> bool {
    let echo = link.echo;
    Link {
        echo,
        ..old.clone()
    } == *link
}

/// A link as its row shows it.
struct Seen<'a> {
    named: Named<'a>,
    /// Whether it is different from when the step began.
    new: bool,
    /// What passed it in the step.
    trace: Option<Span<'static>>,
}

fn link_row(page: &Page, seen: Seen<'_>, network: &Network, columns: usize) -> Vec<Span<'static>> {
    let theme = page.theme;
    let Seen { named, new, trace } = seen;
    let Named { name, link } = named;
    let (mark, style) = match (link.up, link.carrier) {
        (false, _) => ("○", theme.dim()),
        (true, false) => ("◐", theme.notice()),
        (true, true) => ("●", theme.good()),
    };
    let indent = if link.master.is_empty() { "" } else { "  " };
    let longest = network
        .links
        .keys()
        .map(|name| width(name))
        .max()
        .unwrap_or(0)
        .clamp(4, 15);
    let shown = format!("{indent}{} ", column(&clean(name), longest));
    let new_mark = if new { "◀" } else { " " };
    let passed = trace.as_ref().map_or(0, Span::width);
    let room = columns.saturating_sub(width(&shown) + 4 + passed);
    let words = cut(&link_words(link), room);
    let padding = " ".repeat(room.saturating_sub(width(&words)));
    let text: Style = if new { theme.own() } else { theme.plain() };
    let mut spans = vec![
        Span::styled(format!("{mark} "), style),
        Span::styled(shown, text),
        Span::styled(words, if link.up { theme.plain() } else { theme.dim() }),
        Span::raw(padding),
    ];
    spans.extend(trace);
    spans.push(Span::styled(format!(" {new_mark}"), theme.own()));
    spans
}

/// The state and the addresses of a link, the most useful first.
fn link_words(link: &Link) -> String {
    let state = match (link.up, link.carrier) {
        (false, _) => word!("net-down"),
        (true, false) => word!("net-no-carrier"),
        (true, true) => String::new(),
    };
    let kind = if link.kind == "bridge" {
        word!("net-bridge")
    } else {
        String::new()
    };
    // Link-local addresses, which IPv6 adds by itself, come last.
    let (own, automatic): (Vec<&String>, Vec<&String>) = link
        .addresses
        .iter()
        .partition(|address| !address.starts_with("fe80"));
    let mut words = vec![kind, state];
    words.retain(|word| !word.is_empty());
    words.extend(own.into_iter().cloned());
    if !link.peer.is_empty() {
        words.push(format!("⇄ {}", link.peer));
    }
    words.extend(automatic.into_iter().cloned());
    clean(&words.join(" "))
}
