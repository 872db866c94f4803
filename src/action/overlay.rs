//! Verbs of the overlay family.

mod archive;
mod import;
mod pack;
mod store;
mod unpack;

use std::path::Path;

use super::{Applied, Ctx, Refused, Then, file as files};
use crate::lab::action::{Commit, Import, Overlay, Pack, Unpack};
use crate::snapshot::overlay::store::{blob, unpacked};
use crate::sys::mount::{self as sys_mount, Mount};
use crate::sys::{Code, SysError};

/// Mounts an overlay.
pub(super) fn mount(a: &Overlay, ctx: &mut Ctx) -> Applied {
    let mut layers = Vec::new();
    if let Some(image) = &a.image {
        // A list begins with the lowest, the option with the top one.
        let digests = ctx.kept(store::layers(image))?;
        layers.extend(digests.iter().rev().map(|digest| unpacked(digest)));
    }
    let data = a.data(layers);
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
    let hex = pack_to(Path::new(&a.upper), Path::new(&blob("new")), ctx)?;
    layers.push(keep(&hex, ctx)?);
    store::list(&a.name, &layers, ctx)?;
    Ok(Then::Done)
}

/// Brings an image into the store.
pub(super) fn import(a: &Import, ctx: &mut Ctx) -> Applied {
    store::make(ctx)?;
    if a.optional && !Path::new(&a.from).exists() {
        store::list(&a.name, &[], ctx)?;
        return Ok(Then::Done);
    }
    let source = ctx.kept(import::Source::open(Path::new(&a.from)))?;
    let mut digests = Vec::new();
    for layer in ctx.kept(source.layers())? {
        let hex = ctx.kept(source.copy(&layer, &blob("new")))?;
        digests.push(keep(&hex, ctx)?);
    }
    store::list(&a.name, &digests, ctx)?;
    Ok(Then::Done)
}

/// Names the new archive by its SHA-256, and unpacks it: its digest.
fn keep(hex: &str, ctx: &mut Ctx) -> Result<String, Refused> {
    let (new, named) = (blob("new"), blob(hex));
    let args = format!("\"{new}\", \"{named}\"");
    ctx.io(std::fs::rename(&new, &named), "rename", args)?;
    let digest = format!("sha256:{hex}");
    let place = unpacked(&digest);
    if !Path::new(&place).exists() {
        unpack_to(Path::new(&named), Path::new(&place), ctx)?;
    }
    Ok(digest)
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
