//! What changed in overlays and images: files created, changed, copied up, deleted by a whiteout,
//! directories made opaque.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Change;
use crate::snapshot::overlay::{Entry, Image, Overlay};
use crate::snapshot::{HOST, Snapshot};
use crate::word::later::{Later, later_word};

/// Adds all changes of overlays and images.
pub(super) fn compare(before: &Snapshot, after: &Snapshot, list: &mut Vec<Change>) {
    if !Arc::ptr_eq(&before.overlays, &after.overlays) {
        let none = Overlay::default();
        for (name, now) in after.overlays.iter() {
            let then = before.overlays.get(name).unwrap_or(&none);
            overlay(name, then, now, list);
        }
    }
    images(&before.images, &after.images, list);
}

fn say(list: &mut Vec<Change>, fact: String, words: Later) {
    let actor = HOST.to_owned();
    list.push(Change { actor, fact, words });
}

/// The fact that tells of an entry.
fn fact(overlay: &str, path: &str) -> String {
    format!("overlays.{overlay}.entries.{path}")
}

fn overlay(name: &str, then: &Overlay, now: &Overlay, list: &mut Vec<Change>) {
    if then.mounted != now.mounted {
        let words = if now.mounted {
            later_word!("df-overlay", merged = &now.merged)
        } else {
            later_word!("df-no-overlay", merged = &now.merged)
        };
        say(list, format!("overlays.{name}.mounted"), words);
    }
    // In a new overlay every name would be new.
    if then.merged.is_empty() {
        return;
    }
    for (path, entry) in &now.entries {
        let old = then.entries.get(path);
        if let Some(what) = words(old, entry) {
            let words = later_word!("df-which", name = path, what = what);
            say(
                list,
                fact(name, path),
                later_word!("df-of", name = name, what = words),
            );
        }
    }
    for path in then
        .entries
        .keys()
        .filter(|path| !now.entries.contains_key(*path))
    {
        let words = later_word!("df-entry-gone", path = path);
        say(
            list,
            fact(name, path),
            later_word!("df-of", name = name, what = words),
        );
    }
}

/// Whether the upper layer has a version of an entry.
fn is_upper(entry: &Entry) -> bool {
    entry.layers.iter().any(|version| version.layer == 0)
}

/// Whether an entry of this kind is not to be seen in the overlay.
fn hides(kind: &str) -> bool {
    matches!(kind, "whiteout" | "hidden")
}

/// What happened to an entry, in words.
fn words(old: Option<&Entry>, new: &Entry) -> Option<Later> {
    let Some(old) = old else {
        return (new.kind != "hidden").then(|| later_word!("df-created"));
    };
    Some(match (old.kind.as_str(), new.kind.as_str()) {
        (was, "whiteout") if was != "whiteout" => later_word!("df-whiteout"),
        (was, "opaque") if was != "opaque" => later_word!("df-opaque"),
        (was, "hidden") if was != "hidden" => later_word!("df-hidden"),
        (was, is) if hides(was) && !hides(is) && is_upper(new) => later_word!("df-created"),
        (was, is) if hides(was) && !hides(is) => later_word!("df-again"),
        _ if new.copied_up && !is_upper(old) => later_word!("df-copied"),
        _ if new.size != old.size || new.differs != old.differs => later_word!("df-entry-changed"),
        _ if new.mode != old.mode => later_word!("df-mode"),
        _ => return None,
    })
}

fn images(
    before: &BTreeMap<String, Image>,
    after: &BTreeMap<String, Image>,
    list: &mut Vec<Change>,
) {
    // One without layers is only a place for an image.
    let there = after.iter().filter(|(_, image)| !image.layers.is_empty());
    for (name, now) in there {
        let fact = format!("images.{name}");
        match before.get(name).filter(|then| !then.layers.is_empty()) {
            None => say(
                list,
                fact,
                later_word!("df-image", name = name, count = now.layers.len()),
            ),
            Some(then) if then.layers.len() != now.layers.len() => {
                let (then, now) = (then.layers.len(), now.layers.len());
                say(
                    list,
                    fact,
                    later_word!("df-image-now", name = name, then = then, now = now),
                );
            }
            Some(_) => {}
        }
    }
    let known = before.iter().filter(|(_, image)| !image.layers.is_empty());
    for (name, _) in known.filter(|(name, _)| !after.contains_key(*name)) {
        say(
            list,
            format!("images.{name}"),
            later_word!("df-image-gone", name = name),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::overlay::Version;

    #[test]
    fn what_became_of_a_file_is_said_in_words() {
        let entry = |kind: &str, layers: &[i64], copied_up| Entry {
            kind: kind.to_owned(),
            copied_up,
            layers: layers
                .iter()
                .map(|layer| Version {
                    layer: *layer,
                    ..Version::default()
                })
                .collect(),
            ..Entry::default()
        };
        let lower = entry("file", &[1], false);
        let copied = entry("file", &[0, 1], true);
        let gone = entry("whiteout", &[0, 1], false);
        let again = entry("file", &[0, 1], false);
        let said = |old: Option<&Entry>, new| words(old, new).unwrap().to_string();
        assert_eq!(said(None, &lower), "was created");
        assert_eq!(said(Some(&lower), &copied), "was copied up");
        assert_eq!(said(Some(&copied), &gone), "was deleted by a whiteout");
        assert_eq!(said(Some(&gone), &again), "was created");
        assert_eq!(said(Some(&gone), &lower), "is seen again");
        assert_eq!(words(Some(&lower), &lower), None);
    }
}
