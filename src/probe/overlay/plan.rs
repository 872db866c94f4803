//! What the mount table says of overlays.

use crate::snapshot::Mount;
use crate::snapshot::overlay::Overlay;

/// Whether a mount is a whole overlay, and none of the machine's own.
pub(super) fn is_of_the_lab(mount: &Mount) -> bool {
    mount.kind == "overlay" && mount.root == "/" && !mount.is_of_every_host()
}

/// An overlay is called as its mount point is below `/lab`.
pub(super) fn name(mount: &Mount, actor: &str) -> String {
    let path = mount.target.strip_prefix("/lab/").unwrap_or(&mount.target);
    match path.trim_start_matches('/') {
        "" => actor.to_owned(),
        name => name.to_owned(),
    }
}

/// Whether two are the same directories in the same place.
pub(super) fn same(a: &Overlay, b: &Overlay) -> bool {
    (&a.merged, &a.lowerdirs, &a.upperdir) == (&b.merged, &b.lowerdirs, &b.upperdir)
}

/// What a mount's options say.
pub(super) fn plan(mount: &Mount) -> Overlay {
    let mut overlay = Overlay {
        merged: mount.target.clone(),
        mounted: true,
        ..Overlay::default()
    };
    for option in &mount.super_options {
        match option.split_once('=') {
            Some(("lowerdir", dirs)) => overlay.lowerdirs = split(dirs),
            Some(("lowerdir+", dir)) => overlay.lowerdirs.push(dir.to_owned()),
            Some(("upperdir", dir)) => overlay.upperdir = dir.to_owned(),
            Some(("workdir", dir)) => overlay.workdir = dir.to_owned(),
            _ => overlay.options.push(option.clone()),
        }
    }
    overlay
}

/// Directories with colons between them; a colon in a name has a backslash before it.
fn split(dirs: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut letters = dirs.chars();
    while let Some(letter) = letters.next() {
        let last = all.len() - 1;
        match letter {
            ':' => all.push(String::new()),
            '\\' => all[last].extend(letters.next()),
            letter => all[last].push(letter),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_directories_have_colons_between_them() {
        assert_eq!(split("/a:/b\\:c:/d"), ["/a", "/b:c", "/d"]);
    }

    #[test]
    fn an_overlay_is_called_as_its_mount_point() {
        let mount = |target: &str| Mount {
            target: target.to_owned(),
            ..Mount::default()
        };
        assert_eq!(name(&mount("/lab/merged"), "host"), "merged");
        assert_eq!(name(&mount("/lab/c1/merged"), "host"), "c1/merged");
        assert_eq!(name(&mount("/mnt"), "host"), "mnt");
        assert_eq!(name(&mount("/"), "box"), "box");
    }
}
