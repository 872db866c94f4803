//! The overlay family: mount(8), tar(1), `sha256sum(1)`. What tar(1) does not know is
//! done beside it: a whiteout has one spelling in the kernel and another in images.

use super::quote as q;
use crate::lab::action::{Commit, Import, Overlay, Pack, Unpack};

pub(super) fn overlay(a: &Overlay) -> String {
    let escaped = |dir: &String| dir.replace('\\', "\\\\").replace(':', "\\:");
    let lowers: Vec<String> = a.lowers.iter().map(escaped).collect();
    let mut lower = lowers.join(":");
    if let Some(image) = &a.image {
        // The list begins with the lowest layer, the option with the top one.
        let list = q(&format!("/lab/images/{image}"));
        let layers = format!("$(tac {list} | cut -c8-19 | sed s,^,/lab/layers/, | paste -sd:)");
        lower = if lower.is_empty() {
            layers
        } else {
            format!("{lower}:{layers}")
        };
    }
    let mut options = vec![format!("lowerdir={lower}")];
    options.extend(a.upper.iter().map(|dir| format!("upperdir={dir}")));
    options.extend(a.work.iter().map(|dir| format!("workdir={dir}")));
    options.push("userxattr".to_owned());
    options.extend(a.options.iter().cloned());
    let options = options.join(",");
    let options = if a.image.is_some() {
        options
    } else {
        q(&options)
    };
    format!("mount -t overlay overlay -o {options} {}", q(&a.target))
}

pub(super) fn unpack(a: &Unpack) -> String {
    let to = q(&a.to);
    format!(
        "mkdir -p {to} && tar -xf {} -C {to} && {}",
        q(&a.from),
        to_kernel(&to)
    )
}

/// Whiteouts as images spell them become the kernel's.
fn to_kernel(dir: &str) -> String {
    format!(
        "find {dir} -name '.wh.*' | while read -r w; do n=${{w##*/.wh.}}; rm \"$w\"; \
         if [ \"$n\" = .wh..opq ]; then setfattr -n user.overlay.opaque -v y \"${{w%/*}}\"; \
         else mknod \"${{w%/*}}/$n\" c 0 0; fi; done"
    )
}

pub(super) fn pack(a: &Pack) -> String {
    packed(&q(&a.from), &q(&a.to))
}

/// A copy in which whiteouts are spelt as in images is packed.
fn packed(from: &str, to: &str) -> String {
    format!(
        "cp -a {from} /lab/.copy && find /lab/.copy -type c | while read -r w; do rm \"$w\"; \
         touch \"${{w%/*}}/.wh.${{w##*/}}\"; done && tar --sort=name -C /lab/.copy -caf {to} . \
         && rm -r /lab/.copy"
    )
}

/// Names the archive `/lab/blobs/new` by its digest, and unpacks it.
fn named() -> String {
    let place = "\"/lab/layers/${d:0:12}\"";
    format!(
        "d=$(sha256sum < /lab/blobs/new | cut -c1-64) && mv /lab/blobs/new /lab/blobs/$d \
         && mkdir -p {place} && tar -xf /lab/blobs/$d -C {place} && {}",
        to_kernel(place)
    )
}

pub(super) fn commit(a: &Commit) -> String {
    let pack = packed(&q(&a.upper), "/lab/blobs/new");
    let below =
        a.on.as_ref()
            .map(|image| format!("cat {}; ", q(&format!("/lab/images/{image}"))));
    format!(
        "mkdir -p /lab/images /lab/blobs /lab/layers && {pack} && {} && {{ {}echo sha256:$d; }} > {}",
        named(),
        below.unwrap_or_default(),
        q(&format!("/lab/images/{}", a.name))
    )
}

/// As it is done for what `docker save` writes.
pub(super) fn import(a: &Import) -> String {
    format!(
        "mkdir -p /lab/images /lab/blobs /lab/layers /lab/.in && tar -xf {} -C /lab/.in && \
         for l in $(tr , '\\n' < /lab/.in/manifest.json | grep -o '[^\"]*layer[^\"]*\\.tar'); do \
         cp /lab/.in/$l /lab/blobs/new && {} && echo sha256:$d; done > {} && rm -r /lab/.in",
        q(&a.from),
        named(),
        q(&format!("/lab/images/{}", a.name))
    )
}
