//! Verbs of the overlay family.

mod archive;
mod import;
mod pack;
mod store;
mod unpack;

use std::path::Path;

use super::{Applied, Ctx, Refused, Then, file as files};
use crate::lab::action::{Commit, Import, Overlay, Pack, Unpack};
use crate::sys::mount::{self as sys_mount, Mount};
use crate::sys::{Code, SysError};

/// Mounts an overlay. In a user namespace the kernel keeps its marks in extended
/// attributes of users: without `userxattr` the mount would be refused nothing and
/// fail at the first removal of a directory (EIO).
pub(super) fn mount(a: &Overlay, ctx: &mut Ctx) -> Applied {
    let mut lowers = a.lowers.clone();
    if let Some(image) = &a.image {
        let layers = store::layers(image);
        let layers = ctx.kept(layers)?;
        // A list begins with the lowest, the option with the top one.
        lowers.extend(layers.iter().rev().map(|digest| store::unpacked(digest)));
    }
    let data = options(a, &lowers);
    let call = Mount {
        source: "overlay",
        target: &a.target,
        kind: "overlay",
        flags: 0,
        data: &data,
    };
    ctx.call(sys_mount::mount(&call), "mount", call.args())?;
    Ok(Then::Done)
}

/// The options of the mount, as overlayfs.rst has them.
fn options(a: &Overlay, lowers: &[String]) -> String {
    let escaped = |dir: &String| {
        dir.replace('\\', "\\\\")
            .replace(':', "\\:")
            .replace(',', "\\,")
    };
    let lowers: Vec<String> = lowers.iter().map(escaped).collect();
    let mut options = vec![format!("lowerdir={}", lowers.join(":"))];
    options.extend(
        a.upper
            .iter()
            .map(|dir| format!("upperdir={}", escaped(dir))),
    );
    options.extend(a.work.iter().map(|dir| format!("workdir={}", escaped(dir))));
    options.push("userxattr".to_owned());
    options.extend(a.options.iter().cloned());
    options.join(",")
}

/// Unpacks a layer.
pub(super) fn unpack(a: &Unpack, ctx: &mut Ctx) -> Applied {
    unpack_to(Path::new(&a.from), Path::new(&a.to), ctx)?;
    Ok(Then::Done)
}

/// Unpacks an archive; a directory that was made for it is removed if it is refused.
fn unpack_to(from: &Path, to: &Path, ctx: &mut Ctx) -> Result<(), Refused> {
    let is_new = !to.exists();
    files::make_all(to, ctx)?;
    let unpacked = unpack::unpack(from, to);
    if unpacked.is_err() && is_new {
        let _ = std::fs::remove_dir_all(to);
    }
    let done = ctx.kept(unpacked)?;
    for (call, args) in done.told {
        ctx.call(Ok(()), call, args)?;
    }
    if done.more > 0 {
        let args = format!("… and so on: {} more names", done.more);
        ctx.call(Ok(()), "openat", args)?;
    }
    Ok(())
}

/// Packs a layer.
pub(super) fn pack(a: &Pack, ctx: &mut Ctx) -> Applied {
    pack_to(Path::new(&a.from), Path::new(&a.to), ctx)?;
    Ok(Then::Done)
}

/// Packs a directory; the SHA-256 of the archive in hexadecimal.
fn pack_to(from: &Path, to: &Path, ctx: &mut Ctx) -> Result<String, Refused> {
    let packed = ctx.kept(pack::pack(from, to))?;
    let args = format!("{from:?}, {} names", packed.names);
    ctx.call(Ok(()), "getdents64", args)?;
    let args = format!("{to:?}, {} bytes", packed.bytes);
    ctx.call(Ok(()), "write", args)?;
    Ok(packed.digest)
}

/// Makes a new image.
pub(super) fn commit(a: &Commit, ctx: &mut Ctx) -> Applied {
    let mut layers = match &a.on {
        Some(image) => ctx.kept(store::layers(image))?,
        None => Vec::new(),
    };
    store::make(ctx)?;
    let new = store::blob("new");
    let hex = pack_to(Path::new(&a.upper), Path::new(&new), ctx)?;
    let blob = store::blob(&hex);
    ctx.io(
        std::fs::rename(&new, &blob),
        "rename",
        format!("\"{new}\", \"{blob}\""),
    )?;
    let layer = format!("sha256:{hex}");
    let place = store::unpacked(&layer);
    if !Path::new(&place).exists() {
        unpack_to(Path::new(&blob), Path::new(&place), ctx)?;
    }
    layers.push(layer);
    store::list(&a.name, &layers, ctx)?;
    Ok(Then::Done)
}

/// Brings an image into the store.
pub(super) fn import(a: &Import, ctx: &mut Ctx) -> Applied {
    store::make(ctx)?;
    let source = ctx.kept(import::Source::open(Path::new(&a.from)))?;
    let layers = ctx.kept(source.layers())?;
    let mut digests = Vec::new();
    for layer in &layers {
        let hex = ctx.kept(source.copy(layer, &store::blob("new")))?;
        let (new, blob) = (store::blob("new"), store::blob(&hex));
        let args = format!("\"{new}\", \"{blob}\"");
        ctx.io(std::fs::rename(&new, &blob), "rename", args)?;
        let digest = format!("sha256:{hex}");
        let place = store::unpacked(&digest);
        if !Path::new(&place).exists() {
            unpack_to(Path::new(&blob), Path::new(&place), ctx)?;
        }
        digests.push(digest);
    }
    store::list(&a.name, &digests, ctx)?;
    Ok(Then::Done)
}

impl Ctx {
    /// What a recipe came to; its refusal is recorded.
    fn kept<T>(&mut self, result: Result<T, SysError>) -> Result<T, Refused> {
        result.map_err(|e| self.refused(e.call, e.args.clone(), &e))
    }
}

/// A refusal of our own: the kernel would do it.
fn refusal(call: &'static str, what: impl Into<String>, why: impl Into<String>) -> SysError {
    let error = SysError::new(call, what, Code(nix::libc::EINVAL));
    SysError {
        text: why.into(),
        ..error
    }
}
