//! What several containers have in common, and what each has alone.

use ratatui::text::Span;

use super::subject::{Subject, is_own, kinds};
use super::{cgroup, flow, mount, network};
use crate::snapshot::{NamespaceKind, Overlay};
use crate::ui::text::{Page, clean};
use crate::word;

/// Something that several containers may have.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Thing {
    Layer(String),
    /// A bridge, by its network and its name.
    Bridge(i64, String),
    Group(String),
    /// A namespace that is not the host's, by its kind and inode.
    Space(NamespaceKind, i64),
}

/// Adds a section for what is shared, and one for each container.
pub(super) fn add(page: &mut Page, all: &[Subject<'_>]) {
    let theme = page.theme;
    let has: Vec<Vec<Thing>> = all.iter().map(things).collect();
    let mut seen: Vec<(Thing, Vec<&str>)> = Vec::new();
    for thing in has.iter().flatten() {
        let own = all.iter().zip(&has).filter(|(_, own)| own.contains(thing));
        let owners: Vec<&str> = own.map(|(subject, _)| subject.name).collect();
        if owners.len() > 1 && !seen.iter().any(|(other, _)| other == thing) {
            seen.push((thing.clone(), owners));
        }
    }
    let mut items: Vec<String> = Vec::new();
    for alike in seen.chunk_by(|a, b| same_kind(&a.0, &b.0) && a.1 == b.1) {
        let together: Vec<&Thing> = alike.iter().map(|(thing, _)| thing).collect();
        let owners = &alike[0].1;
        let who = if owners.len() < all.len() {
            format!(" ({})", owners.join(", "))
        } else {
            String::new()
        };
        items.push(format!("{}{who}", words(all[0], &together)));
    }
    let host: Vec<NamespaceKind> = NamespaceKind::ALL
        .into_iter()
        .filter(|kind| all.iter().all(|subject| !is_own(subject, *kind)))
        .collect();
    if !host.is_empty() {
        items.push(word!("ct-like-host", kinds = kinds(&host)));
    }
    items.push(word!("ct-kernel"));
    flow(
        page,
        &[Span::styled(word!("ct-shared"), theme.strong())],
        &items,
    );
    for (subject, own) in all.iter().zip(&has) {
        let single: Vec<&Thing> = own
            .iter()
            .filter(|thing| !seen.iter().any(|(other, _)| other == *thing))
            .collect();
        let head = word!("ct-alone", name = clean(subject.name));
        let mut items: Vec<String> = single
            .chunk_by(|a, b| same_kind(a, b))
            .map(|together| words(*subject, together))
            .collect();
        items.extend(alone(subject));
        if items.is_empty() {
            items.push(word!("none"));
        }
        flow(page, &[Span::styled(head, theme.strong())], &items);
    }
}

fn same_kind(a: &Thing, b: &Thing) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}

fn root<'a>(subject: &Subject<'a>) -> Option<&'a Overlay> {
    let mount = mount::root(subject.actor).filter(|mount| mount.kind == "overlay")?;
    let (_, overlay) = mount::overlay(subject.state, mount)?;
    Some(overlay)
}

/// What a container has and others may have too.
fn things(subject: &Subject<'_>) -> Vec<Thing> {
    let kinds = NamespaceKind::ALL.into_iter();
    let mut things: Vec<Thing> = kinds
        .filter(|kind| is_own(subject, *kind))
        .map(|kind| Thing::Space(kind, subject.actor.ns.get(kind)))
        .collect();
    if mount::is_own(subject)
        && let Some(overlay) = root(subject)
    {
        things.extend(overlay.lowerdirs.iter().cloned().map(Thing::Layer));
    }
    if is_own(subject, NamespaceKind::Net) {
        for (_, link) in network::cables(&subject.actor.net) {
            let end = network::other_end(subject.state, link);
            if let Some((there, _, end)) = end.filter(|(_, _, end)| !end.master.is_empty()) {
                things.push(Thing::Bridge(there.inode, end.master.clone()));
            }
        }
    }
    things.extend(cgroup::group(subject).map(|(name, _)| Thing::Group(name.clone())));
    things
}

/// The words for things of one kind.
fn words(subject: Subject<'_>, things: &[&Thing]) -> String {
    let mut names = Vec::new();
    for thing in things {
        names.push(match thing {
            Thing::Layer(dir) => mount::layer(subject.state, dir),
            Thing::Bridge(_, name) | Thing::Group(name) => name.clone(),
            Thing::Space(kind, _) => kind.name().to_owned(),
        });
    }
    match things.first() {
        Some(Thing::Layer(_)) => word!("ct-layers", names = names.join(", ")),
        Some(Thing::Bridge(..)) => word!("ct-bridge", names = names.join(", ")),
        Some(Thing::Group(_)) => word!("ct-group", name = names.join(", ")),
        Some(Thing::Space(..)) => word!("ct-spaces", kinds = names.join(" ")),
        None => String::new(),
    }
}

/// What is never shared: the upper layer, and the addresses in a network of its own.
fn alone(subject: &Subject<'_>) -> Vec<String> {
    let overlay = root(subject).filter(|_| mount::is_own(subject));
    let mut items: Vec<String> = overlay
        .filter(|overlay| !overlay.upperdir.is_empty())
        .map(|overlay| format!("upper {}", overlay.upperdir))
        .into_iter()
        .collect();
    if is_own(subject, NamespaceKind::Net) {
        let links = network::cables(&subject.actor.net);
        items.extend(links.flat_map(|(_, link)| network::addresses(link).cloned()));
    }
    items
}
