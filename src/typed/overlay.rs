//! The overlay family: mount(8), tar(1), `sha256sum(1)`. tar(1) knows nothing of whiteouts, which
//! overlayfs and images represent differently, so they are converted separately.

use super::{lines, quote as q};
use crate::lab::action::{Commit, Import, Overlay, Pack, Unpack};
use crate::snapshot::overlay::store;

lines! {
    Overlay: |a, _| overlay(a),
    Unpack: |a, _| unpack(a),
    Import: |a, _| import(a),
    Commit: |a, _| commit(a),
    Pack: |a, _| packed(&q(&a.from), &q(&a.to)),
}

fn overlay(a: &Overlay) -> String {
    let Some(image) = &a.image else {
        let options = q(&a.data(Vec::new()));
        return format!("mount -t overlay overlay -o {options} {}", q(&a.target));
    };
    // An image's list begins with the lowest layer, `lowerdir` with the top one, and a directory
    // may be in it only once. The directory's name follows the digest, or is the digest's first
    // digits after `sha256:`. The line ignores layers that hide everything below (`.wh..wh..opq` in
    // their root): see README.md.
    let layers = format!(
        "$(tac {} | awk '{{d = $2 ? $2 : substr($1, 8, {})}} !n[d]++ {{print \"{}/layers/\" d}}' \
         | paste -sd:)",
        q(&store::list(image)),
        store::SHORT,
        store::PLACE
    );
    let options = a.data(vec![layers]);
    format!("mount -t overlay overlay -o {options} {}", q(&a.target))
}

fn unpack(a: &Unpack) -> String {
    let to = q(&a.to);
    format!(
        "mkdir -p {to} && tar -xf {} -C {to} && {}",
        q(&a.from),
        to_kernel(&to)
    )
}

/// Converts the whiteouts of images into those of overlayfs. A whiteout hides names of lower
/// layers: if the layer itself has a directory of that name, that becomes opaque; any other file
/// hides them anyway.
fn to_kernel(dir: &str) -> String {
    format!(
        "find {dir} -name '.wh.*' | while read -r w; do p=${{w%/*}} n=${{w##*/.wh.}}; rm \"$w\"; \
         if [ \"$n\" = .wh..opq ]; then n=.; fi; if [ -d \"$p/$n\" ]; then \
         setfattr -n user.overlay.opaque -v y \"$p/$n\"; \
         elif [ ! -e \"$p/$n\" ]; then mknod \"$p/$n\" c 0 0; fi; done"
    )
}

/// Packs a copy in which whiteouts have the form of images.
fn packed(from: &str, to: &str) -> String {
    format!(
        "cp -a {from} /lab/.copy && find /lab/.copy -type c | while read -r w; do rm \"$w\"; \
         touch \"${{w%/*}}/.wh.${{w##*/}}\"; done && tar --sort=name -C /lab/.copy -caf {to} . \
         && rm -r /lab/.copy"
    )
}

/// Names the archive `/lab/blobs/new` by its digest and unpacks it.
fn named() -> String {
    let place = format!("\"{}/layers/${{d:0:{}}}\"", store::PLACE, store::SHORT);
    format!(
        "d=$(sha256sum < /lab/blobs/new | cut -c1-64) && mv /lab/blobs/new /lab/blobs/$d \
         && mkdir -p {place} && tar -xf /lab/blobs/$d -C {place} && {}",
        to_kernel(&place)
    )
}

fn commit(a: &Commit) -> String {
    let pack = packed(&q(&a.upper), &store::blob("new"));
    let below =
        a.on.as_ref()
            .map(|image| format!("cat {}; ", q(&store::list(image))));
    format!(
        "mkdir -p /lab/images /lab/blobs /lab/layers && {pack} && {} && {{ {}echo sha256:$d; }} > {}",
        named(),
        below.unwrap_or_default(),
        q(&store::list(&a.name))
    )
}

/// A line for the output of `docker save` (before version 25 and since) and for OCI layouts: the
/// layers are in `manifest.json`, or else in the first manifest that `index.json` leads to, also
/// through further indexes, as files or as digests. The line does not choose the image for this
/// machine, and takes nothing from lower layers: see README.md.
fn import(a: &Import) -> String {
    if a.optional {
        let brought = Import {
            optional: false,
            ..a.clone()
        };
        let (from, list) = (q(&a.from), q(&store::list(&a.name)));
        return format!(
            "if [ -e {from} ]; then {}; else mkdir -p /lab/images; : > {list}; fi",
            import(&brought)
        );
    }
    let (from, list) = (q(&a.from), q(&store::list(&a.name)));
    let digests = "grep -o '\"digest\":\"sha256:[0-9a-f]*' | sed 's,.*:,blobs/sha256/,'";
    format!(
        "mkdir -p /lab/images /lab/blobs /lab/layers /lab/.in && \
         if [ -d {from} ]; then cp -r {from}/. /lab/.in; else tar -xf {from} -C /lab/.in; fi && \
         if [ -e /lab/.in/manifest.json ]; then l=$(tr -d ' \\n' < /lab/.in/manifest.json | \
         grep -o '\"Layers\":\\[[^]]*' | head -1 | cut -d[ -f2 | tr -d '\"' | tr , ' '); \
         else m=index.json; while grep -q '\"manifests\"' /lab/.in/$m; do \
         m=$(tr -d ' \\n' < /lab/.in/$m | {digests} | head -1); done; \
         l=$(tr -d ' \\n' < /lab/.in/$m | grep -o '\"layers\":\\[[^]]*' | {digests}); fi; \
         for l in $l; do cp /lab/.in/$l /lab/blobs/new && {} && echo sha256:$d; done > {list} && \
         [ -s {list} ] && rm -r /lab/.in",
        named(),
    )
}
