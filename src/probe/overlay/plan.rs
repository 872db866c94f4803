//! What the mount table tells about overlays.

use crate::snapshot::Mount;
use crate::snapshot::overlay::Overlay;

/// Whether a mount is a whole overlay of the lab, not one of the machine's.
pub(super) fn is_of_the_lab(mount: &Mount) -> bool {
    mount.kind == "overlay" && mount.root == "/" && !mount.is_of_every_host()
}

/// The name of an overlay: its mount point below `/lab`.
pub(super) fn name(mount: &Mount, actor: &str) -> String {
    let path = mount.target.strip_prefix("/lab/").unwrap_or(&mount.target);
    match path.trim_start_matches('/') {
        "" => actor.to_owned(),
        name => name.to_owned(),
    }
}

/// Whether two are mounts of the same directories at the same place.
pub(super) fn same(a: &Overlay, b: &Overlay) -> bool {
    (&a.merged, &a.lowerdirs, &a.upperdir) == (&b.merged, &b.lowerdirs, &b.upperdir)
}

/// Parses a mount's options. The kernel shows each as it was given, with a backslash before a
/// character that would have ended it; only `lowerdir+` is given without (`ovl_mount_dir` and
/// `ovl_mount_dir_noesc`, fs/overlayfs/params.c).
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
            Some(("upperdir", dir)) => overlay.upperdir = unescape(dir),
            Some(("workdir", dir)) => overlay.workdir = unescape(dir),
            _ => overlay.options.push(option.clone()),
        }
    }
    overlay
}

/// Removes the backslashes before commas, colons and backslashes.
fn unescape(dir: &str) -> String {
    let mut name = String::new();
    let mut letters = dir.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => name.extend(letters.next()),
            letter => name.push(letter),
        }
    }
    name
}

/// Splits a list of directories at its colons; a colon in a name has a backslash before it.
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
    fn a_backslash_before_a_letter_is_not_of_the_name() {
        let options = [
            r"lowerdir=/l\,1:/m\\1",
            r"upperdir=/u\,1",
            r"workdir=/w\:\\1",
        ];
        let mount = |options: &[&str]| Mount {
            super_options: options.iter().map(|o| (*o).to_owned()).collect(),
            ..Mount::default()
        };
        let overlay = plan(&mount(&options));
        assert_eq!(overlay.lowerdirs, ["/l,1", r"/m\1"]);
        assert_eq!(overlay.upperdir, "/u,1");
        assert_eq!(overlay.workdir, r"/w:\1");
        let overlay = plan(&mount(&[r"lowerdir+=/l\1", "lowerdir+=/m,1"]));
        assert_eq!(overlay.lowerdirs, [r"/l\1", "/m,1"]);
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
