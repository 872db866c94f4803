//! The overlay family: mount(8), tar(1), `sha256sum(1)`. What tar(1) does not know is
//! done beside it: a whiteout has one spelling in the kernel and another in images.

use super::quote as q;
use crate::lab::action::{Commit, Import, Overlay, Pack, Unpack};
use crate::snapshot::overlay::store;

pub(super) fn overlay(a: &Overlay) -> String {
    let Some(image) = &a.image else {
        let options = q(&a.data(Vec::new()));
        return format!("mount -t overlay overlay -o {options} {}", q(&a.target));
    };
    // The list begins with the lowest layer, the option with the top one, and none twice,
    // which the kernel refuses. The digits stand behind `sha256:`.
    let (first, last) = (8, 7 + store::SHORT);
    let layers = format!(
        "$(tac {} | awk '!n[$0]++' | cut -c{first}-{last} | sed s,^,{}/layers/, | paste -sd:)",
        q(&store::list(image)),
        store::PLACE
    );
    let options = a.data(vec![layers]);
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

/// Whiteouts as images spell them become the kernel's. They hide what is below: where the
/// layer itself brings a directory of that name, nothing below may show through it; and
/// whatever else it brings hides it anyway.
fn to_kernel(dir: &str) -> String {
    format!(
        "find {dir} -name '.wh.*' | while read -r w; do p=${{w%/*}} n=${{w##*/.wh.}}; rm \"$w\"; \
         if [ \"$n\" = .wh..opq ]; then n=.; fi; if [ -d \"$p/$n\" ]; then \
         setfattr -n user.overlay.opaque -v y \"$p/$n\"; \
         elif [ ! -e \"$p/$n\" ]; then mknod \"$p/$n\" c 0 0; fi; done"
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
    let place = format!("\"{}/layers/${{d:0:{}}}\"", store::PLACE, store::SHORT);
    format!(
        "d=$(sha256sum < /lab/blobs/new | cut -c1-64) && mv /lab/blobs/new /lab/blobs/$d \
         && mkdir -p {place} && tar -xf /lab/blobs/$d -C {place} && {}",
        to_kernel(&place)
    )
}

pub(super) fn commit(a: &Commit) -> String {
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

/// As it is done for what `docker save` writes, before version 25 and since, and for an OCI
/// layout of one image: the layers stand in `manifest.json`, or else in that manifest which
/// `index.json` names, as files or as digests.
pub(super) fn import(a: &Import) -> String {
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
    let list = q(&store::list(&a.name));
    format!(
        "mkdir -p /lab/images /lab/blobs /lab/layers /lab/.in && tar -xf {} -C /lab/.in && \
         if [ -e /lab/.in/manifest.json ]; then l=$(tr -d ' \\n' < /lab/.in/manifest.json | \
         grep -o '\"Layers\":\\[[^]]*' | head -1 | cut -d[ -f2 | tr -d '\"' | tr , ' '); \
         else m=$(grep -o 'sha256:[0-9a-f]*' /lab/.in/index.json | head -1 | tr : /); \
         l=$(tr -d ' \\n' < /lab/.in/blobs/$m | grep -o '\"layers\":\\[[^]]*' | \
         grep -o '\"digest\":\"sha256:[0-9a-f]*' | sed 's,.*:,blobs/sha256/,'); fi; \
         for l in $l; do cp /lab/.in/$l /lab/blobs/new && {} && echo sha256:$d; done > {list} && \
         [ -s {list} ] && rm -r /lab/.in",
        q(&a.from),
        named(),
    )
}
