//! The root of a container: an overlay of layers or a directory, and the mounts in it.

use super::subject::{Item, Subject};
use crate::snapshot::overlay::store::short;
use crate::snapshot::{Actor, Mount, Overlay, Snapshot};
use crate::word;

/// The most lower layers that are named.
const LAYERS: usize = 6;

/// The mount of an actor's root directory; `None` if the root is a plain directory in a mount that
/// the actor cannot see.
pub(super) fn root(actor: &Actor) -> Option<&Mount> {
    // Of several mounts on one place, the last covers the others.
    actor.mounts.iter().rev().find(|mount| mount.target == "/")
}

/// Whether an actor has another root than the host.
pub(super) fn is_own(subject: &Subject<'_>) -> bool {
    let same = match (root(subject.actor), root(subject.host)) {
        (Some(own), Some(host)) => is_same_file_system(own, host) && own.root == host.root,
        (own, host) => own.is_none() && host.is_none(),
    };
    subject.actor.root != subject.host.root || !same
}

/// Whether two mounts are of one file system; each may show another part of it.
fn is_same_file_system(one: &Mount, other: &Mount) -> bool {
    one.kind == other.kind && one.source == other.source && one.super_options == other.super_options
}

/// The items of a root of the container's own.
pub(super) fn items(subject: &Subject<'_>) -> Vec<Item> {
    if !is_own(subject) {
        return Vec::new();
    }
    let mut items = match root(subject.actor) {
        Some(mount) if mount.kind == "overlay" => overlay_items(subject.state, mount),
        Some(mount) => vec![Item::fixed(word!(
            "ct-directory",
            path = place(subject.host, mount)
        ))],
        None => vec![Item::fixed(word!(
            "ct-directory",
            path = &subject.actor.root
        ))],
    };
    items.extend(inside(subject.actor));
    items
}

/// The overlay that a mount shows, with its name. One that host mounted is preferred to the same
/// one at the `/` of an actor.
pub(super) fn overlay<'a>(state: &'a Snapshot, mount: &Mount) -> Option<(&'a String, &'a Overlay)> {
    let same = state.overlays.iter().filter(|(_, one)| is_of(one, mount));
    same.min_by_key(|(_, one)| (one.merged == "/", !one.mounted))
}

/// Whether an overlay is made of the directories that a mount's options name.
fn is_of(overlay: &Overlay, mount: &Mount) -> bool {
    let options = &mount.super_options;
    let upper = match overlay.upperdir.as_str() {
        "" => !options.iter().any(|option| option.starts_with("upperdir=")),
        dir => options.contains(&format!("upperdir={dir}")),
    };
    let lowers = &overlay.lowerdirs;
    let together = format!("lowerdir={}", lowers.join(":"));
    let mut each = lowers.iter().map(|dir| format!("lowerdir+={dir}"));
    upper && (options.contains(&together) || each.all(|option| options.contains(&option)))
}

fn overlay_items(state: &Snapshot, mount: &Mount) -> Vec<Item> {
    let Some((name, overlay)) = overlay(state, mount) else {
        return vec![Item::fixed("overlay".to_owned())];
    };
    let mut items = vec![Item::fixed(format!("overlay {name}"))];
    if !overlay.upperdir.is_empty() {
        let dir = &overlay.upperdir;
        items.push(Item::live(format!("upper {}", upper(overlay)), dir.clone()));
    }
    for (index, dir) in overlay.lowerdirs.iter().take(LAYERS).enumerate() {
        let number = match overlay.lowerdirs.len() {
            1 => String::new(),
            _ => format!(" {}", index + 1),
        };
        let text = format!("lower{number} {}", layer(state, dir));
        items.push(Item::live(text, dir.clone()));
    }
    let count = overlay.lowerdirs.len();
    if count > LAYERS {
        items.push(Item::fixed(word!("ct-more", count = count - LAYERS)));
    }
    items
}

/// The upper layer, with the number of its files if it was read.
fn upper(overlay: &Overlay) -> String {
    let written = in_upper(overlay, |kind| !matches!(kind, "directory" | "whiteout"));
    let deleted = in_upper(overlay, |kind| kind == "whiteout");
    let dir = &overlay.upperdir;
    match (written, deleted) {
        (0, 0) if overlay.entries.is_empty() => dir.clone(),
        (0, 0) => word!("ct-upper-empty", dir = dir),
        (written, 0) => word!("ct-upper-written", dir = dir, written = written),
        _ => word!(
            "ct-upper-changed",
            dir = dir,
            written = written,
            deleted = deleted
        ),
    }
}

/// How many entries the upper layer has of some kinds.
fn in_upper(overlay: &Overlay, is: fn(&str) -> bool) -> usize {
    let versions = overlay.entries.values().map(|entry| entry.layers.iter());
    versions
        .filter_map(|mut layers| layers.find(|one| one.layer == 0 && is(&one.kind)))
        .count()
}

/// A layer: by its digest and the images that have it, or by its directory.
pub(super) fn layer(state: &Snapshot, dir: &str) -> String {
    let mut digest = None;
    let mut names = Vec::new();
    for (name, image) in &state.images {
        if let Some(layer) = image.layers.iter().find(|layer| layer.unpacked == dir) {
            digest = Some(short(&layer.digest));
            names.push(name.as_str());
        }
    }
    match digest {
        Some(digest) => format!("{digest} ({})", names.join(", ")),
        None => dir.to_owned(),
    }
}

/// The directory of the lab host that a mount shows.
fn place(host: &Actor, mount: &Mount) -> String {
    let mounts = host.mounts.iter();
    let around = mounts
        .filter(|other| is_same_file_system(other, mount))
        .filter_map(|other| Some((other.root.len(), below(other, mount)?)));
    // The nearest mount gives the best path.
    let nearest = around.max_by_key(|(length, _)| *length);
    match nearest {
        Some((_, path)) if !path.is_empty() => path,
        _ => format!("{} {}", mount.kind, mount.root),
    }
}

/// Where what a mount shows is below another mount of the same file system; `None` if it is not.
fn below(other: &Mount, mount: &Mount) -> Option<String> {
    let rest = mount.root.strip_prefix(other.root.trim_end_matches('/'))?;
    let whole = rest.is_empty() || rest.starts_with('/');
    whole.then(|| format!("{}{rest}", other.target.trim_end_matches('/')))
}

/// The mounts in the container that restrict it: read-only and masked ones.
fn inside(actor: &Actor) -> Vec<Item> {
    let (tops, inner): (Vec<&Mount>, Vec<&Mount>) =
        actor.mounts.iter().partition(|mount| mount.target == "/");
    let (masks, shown): (Vec<&Mount>, Vec<&Mount>) =
        inner.into_iter().partition(|mount| is_mask(mount));
    let masked = masks.len();
    let fixed = shown.iter().filter(|mount| is_read_only(mount)).count();
    let mut items = Vec::new();
    if tops.last().is_some_and(|top| is_read_only(top)) {
        items.push(word!("ct-read-only"));
    }
    if masked > 0 {
        items.push(word!("ct-masked", count = masked));
    }
    if fixed > 0 {
        items.push(word!("ct-mounts-read-only", count = fixed));
    }
    items.into_iter().map(Item::fixed).collect()
}

fn is_read_only(mount: &Mount) -> bool {
    mount.options.iter().any(|option| option == "ro")
}

/// Whether a mount hides a file of the kernel: an empty tmpfs or `/dev/null` over it.
fn is_mask(mount: &Mount) -> bool {
    let kernel = ["/proc/", "/sys/"].iter();
    let covers = kernel.into_iter().any(|dir| mount.target.starts_with(dir));
    let null = mount.root == "/null" || mount.root.ends_with("/dev/null");
    covers && (mount.kind == "tmpfs" && mount.root == "/" || null)
}
