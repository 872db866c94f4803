//! Verbs of the overlay family.

mod archive;
mod attributes;
mod import;
mod lower;
mod manifest;
mod member;
mod pack;
mod sparse;
mod store;
mod unpack;

use std::path::Path;

use super::{Applied, Ctx, Refused, Then, counted, file as files};
use crate::lab::action::{Commit, Import, Overlay, Pack, Unpack};
use crate::snapshot::Call;
use crate::snapshot::overlay::store::{blob, unpacked};
use crate::sys::mount::{self as sys_mount, Mount};
use crate::sys::{Code, SysError, file};

/// Mounts an overlay.
pub(super) fn mount(a: &Overlay, ctx: &mut Ctx) -> Applied {
    let mut layers = Vec::new();
    if let Some(image) = &a.image {
        // A list begins with the lowest, the option with the top one.
        let digests = ctx.kept(store::layers(image))?;
        layers.extend(shown(&digests));
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

/// The directories of layers that an overlay is made of, the top one first. The kernel
/// takes no directory twice, and knows no mark on the root of one.
fn shown(digests: &[String]) -> Vec<String> {
    let mut dirs: Vec<String> = Vec::new();
    for dir in digests.iter().rev().map(|digest| unpacked(digest)) {
        if dirs.contains(&dir) {
            continue;
        }
        let hides_all = file::xattr(Path::new(&dir), archive::OPAQUE_XATTR);
        dirs.push(dir);
        if hides_all.is_ok_and(|value| value == b"y") {
            break;
        }
    }
    dirs
}

/// Unpacks a layer.
pub(super) fn unpack(a: &Unpack, ctx: &mut Ctx) -> Applied {
    unpack_to(Path::new(&a.from), Path::new(&a.to), &[], ctx)?;
    Ok(Then::Done)
}

/// Unpacks an archive on top of layers, the top one first; a directory that was made for
/// it is removed if it is refused.
fn unpack_to(from: &Path, to: &Path, lowers: &[String], ctx: &mut Ctx) -> Result<(), Refused> {
    let is_new = !to.exists();
    files::make_all(to, ctx)?;
    let unpacked = unpack::unpack(from, to, lowers);
    if unpacked.is_err() && is_new {
        let _ = std::fs::remove_dir_all(to);
    }
    let done = ctx.kept(unpacked)?;
    for (call, args) in done.told {
        ctx.call(Ok(()), call, args)?;
    }
    if done.more > 0 {
        let args = format!("… and so on: {}", counted(done.more, "more name"));
        ctx.call(Ok(()), "openat", args)?;
    }
    ctx.calls.extend(done.lost.told());
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
    let args = format!("{from:?}, {}", counted(packed.names, "name"));
    ctx.call(Ok(()), "getdents64", args)?;
    let args = format!("{to:?}, {}", counted(packed.bytes, "byte"));
    ctx.call(Ok(()), "write", args)?;
    if packed.sockets > 0 {
        ctx.calls.push(Call {
            name: "write".to_owned(),
            args: format!("{from:?}, {}", counted(packed.sockets, "socket")),
            result: "not kept: no archive has sockets".to_owned(),
        });
    }
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
    let digest = keep(&hex, &layers, ctx)?;
    layers.push(digest);
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
    let chosen = ctx.kept(source.choose())?;
    for note in chosen.notes {
        ctx.calls.push(Call {
            name: "read".to_owned(),
            args: format!("{:?}", a.from),
            result: note,
        });
    }
    let mut digests = Vec::new();
    for layer in chosen.layers {
        let hex = ctx.kept(source.copy(&layer, &blob("new")))?;
        let digest = keep(&hex, &digests, ctx)?;
        digests.push(digest);
    }
    store::list(&a.name, &digests, ctx)?;
    Ok(Then::Done)
}

/// Names the new archive by its SHA-256, and unpacks it on top of the layers below, the
/// lowest first: its digest.
fn keep(hex: &str, below: &[String], ctx: &mut Ctx) -> Result<String, Refused> {
    let (new, named) = (blob("new"), blob(hex));
    let args = format!("\"{new}\", \"{named}\"");
    ctx.io(std::fs::rename(&new, &named), "rename", args)?;
    let digest = format!("sha256:{hex}");
    let place = unpacked(&digest);
    if !Path::new(&place).exists() {
        let lowers: Vec<String> = below.iter().rev().map(|layer| unpacked(layer)).collect();
        unpack_to(Path::new(&named), Path::new(&place), &lowers, ctx)?;
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

#[cfg(test)]
mod tests;
