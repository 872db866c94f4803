//! The details of one entry: which layer its bytes come from, its version in each layer, and the
//! difference between the two top versions.

use similar::{ChangeTag, TextDiff};

use crate::snapshot::Snapshot;
use crate::snapshot::overlay::{Close, Detail};
use crate::ui::text::{Page, clean, cut};
use crate::word;

/// The most lines of a difference.
const LINES: usize = 16;

/// Adds the details of the selected entry.
pub(super) fn add(page: &mut Page, now: &Snapshot, detail: &Detail) {
    let theme = page.theme;
    let overlay = now.overlays.get(&detail.overlay);
    let entry = overlay.and_then(|overlay| overlay.entries.get(&detail.path));
    let origin = match entry.map(|entry| (entry.kind.as_str(), entry.origin.as_str())) {
        Some(("whiteout", _)) => word!("ov-is-gone"),
        Some(("hidden", _)) => word!("ov-is-hidden"),
        Some((_, "merged")) => word!("ov-is-merged"),
        Some((_, origin)) => word!("ov-origin", layer = origin.replace(':', " ")),
        None => word!("ov-is-left"),
    };
    page.say(&clean(&detail.path), theme.strong(), 2);
    page.say(&format!("  {origin}"), theme.plain(), 4);
    for version in &detail.versions {
        one(page, version);
    }
    difference(page, &detail.versions);
}

fn one(page: &mut Page, version: &Close) {
    let theme = page.theme;
    let layer = match version.layer {
        0 => "upper".to_owned(),
        n => format!("lower {n}"),
    };
    let size = match version.kind.as_str() {
        "directory" => String::new(),
        _ => word!("ov-bytes", count = version.size),
    };
    let names = match version.links {
        1 => String::new(),
        links => word!("ov-links", count = links),
    };
    let owner = format!("{}:{}", version.uid, version.gid);
    let owner = word!("ov-owner", owner = owner, inode = version.ino);
    let words = format!(
        "  {layer}: {} {}{size}, {owner}{names}",
        version.kind, version.mode
    );
    page.say(&words, theme.plain(), 4);
    if let Some(target) = version.text.as_ref().filter(|_| version.kind == "symlink") {
        page.say(&format!("    → {}", clean(target)), theme.code(), 6);
    }
    for (name, value) in &version.xattrs {
        let words = format!("    {} = {}", clean(name), clean(value));
        page.say(&words, theme.dim(), 6);
    }
}

/// The difference between the top version and the one below it.
fn difference(page: &mut Page, versions: &[Close]) {
    let theme = page.theme;
    let text = |index: usize| {
        let close = versions.get(index).filter(|close| close.kind == "file")?;
        close.text.as_deref()
    };
    // A single version is compared with itself, which shows its text.
    let Some(new) = text(0) else {
        return;
    };
    let diff = TextDiff::from_lines(text(1).unwrap_or(new), new);
    for change in diff.iter_all_changes().take(LINES) {
        let (mark, style) = match change.tag() {
            ChangeTag::Delete => ("-", theme.notice()),
            ChangeTag::Insert => ("+", theme.good()),
            ChangeTag::Equal => (" ", theme.dim()),
        };
        let line = clean(change.value().trim_end_matches('\n'));
        let words = cut(&format!("    {mark} {line}"), page.width);
        page.say(&words, style, 6);
    }
}
