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
use std::time::{Duration, Instant};

use super::{Applied, Ctx, Refused, Then, applied, counted, file as files};
use crate::lab::action::{Commit, Import, Overlay, Pack, Unpack};
use crate::snapshot::Call;
use crate::snapshot::overlay::store::{Listed, PLACE, blob};
use crate::sys::mount::{self as sys_mount, Mount};
use crate::sys::number;
use crate::sys::{Code, SysError, file, tree};

applied! {
    Overlay: mount,
    Unpack: unpack,
    Pack: pack,
    Import: import,
    Commit: commit,
}

/// How long removing a directory that must not exist may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Mounts an overlay.
fn mount(a: &Overlay, ctx: &mut Ctx) -> Applied {
    let mut layers = Vec::new();
    if let Some(image) = &a.image {
        // A list of layers begins with the lowest, `lowerdir` with the top one.
        let listed = ctx.kept(store::layers(image))?;
        layers.extend(shown(&listed));
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

/// The layer directories of an overlay, the top one first. A directory is listed once, because the
/// kernel refuses a second time; layers below an opaque root are left out, because the kernel
/// ignores that mark on a root.
fn shown(layers: &[Listed]) -> Vec<String> {
    let mut dirs: Vec<String> = Vec::new();
    for dir in layers.iter().rev().map(Listed::place) {
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
fn unpack(a: &Unpack, ctx: &mut Ctx) -> Applied {
    unpack_to(Path::new(&a.from), Path::new(&a.to), &[], ctx).map(drop)?;
    Ok(Then::Done)
}

/// Unpacks an archive on top of the layers `lowers` (the top one first); returns whether anything
/// was taken from them. If it is refused, a directory that was made for it is removed.
fn unpack_to(from: &Path, to: &Path, lowers: &[String], ctx: &mut Ctx) -> Result<bool, Refused> {
    let is_new = !to.exists();
    files::make_all(to, ctx)?;
    let unpacked = unpack::unpack(from, to, lowers);
    let refused = unpacked.is_err();
    let done = ctx.kept(unpacked);
    if refused && is_new {
        remove(to, ctx);
    }
    let done = done?;
    for (call, args) in done.told {
        ctx.call(Ok(()), call, args)?;
    }
    if done.more > 0 {
        let args = format!("… and so on: {}", counted(done.more, "more name"));
        ctx.call(Ok(()), "openat", args)?;
    }
    ctx.calls.extend(done.lost.told());
    Ok(done.taken)
}

/// Removes a directory that is no longer needed; only a refusal is recorded.
fn remove(dir: &Path, ctx: &mut Ctx) {
    if let Err(e) = tree::remove(dir, Instant::now() + PATIENCE) {
        ctx.refused(e.call, format!("{dir:?}"), &e);
    }
}

/// Packs a layer.
fn pack(a: &Pack, ctx: &mut Ctx) -> Applied {
    pack_to(Path::new(&a.from), Path::new(&a.to), ctx)?;
    Ok(Then::Done)
}

/// Packs a directory; returns the SHA-256 of the archive in hexadecimal.
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
    ctx.calls.extend(packed.lost.told());
    Ok(packed.digest)
}

/// Makes a new image from a directory and the layers of another image.
fn commit(a: &Commit, ctx: &mut Ctx) -> Applied {
    let mut layers = match &a.on {
        Some(image) => ctx.kept(store::layers(image))?,
        None => Vec::new(),
    };
    store::make(ctx)?;
    let hex = pack_to(Path::new(&a.upper), Path::new(&blob("new")), ctx)?;
    let layer = keep(&hex, &layers, ctx)?;
    layers.push(layer);
    store::list(&a.name, &layers, ctx)?;
    Ok(Then::Done)
}

/// Imports an image into the store.
fn import(a: &Import, ctx: &mut Ctx) -> Applied {
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
    let mut layers = Vec::new();
    for layer in chosen.layers {
        let copied = source.copy(&layer, &blob("new"));
        if copied.is_err() {
            // It may have filled the lab's disk.
            let _ = std::fs::remove_file(blob("new"));
        }
        let hex = ctx.kept(copied)?;
        let layer = keep(&hex, &layers, ctx)?;
        layers.push(layer);
    }
    store::list(&a.name, &layers, ctx)?;
    Ok(Then::Done)
}

/// Renames the new archive to its SHA-256 and unpacks it on top of the layers `below` (the lowest
/// first); returns its line for the image's list.
fn keep(hex: &str, below: &[Listed], ctx: &mut Ctx) -> Result<Listed, Refused> {
    let (new, named) = (blob("new"), blob(hex));
    let args = format!("\"{new}\", \"{named}\"");
    ctx.io(std::fs::rename(&new, &named), "rename", args)?;
    let alone = Listed::alone(&format!("sha256:{hex}"));
    let chained = Listed::chained(&alone.digest, &chain(below, &alone.digest));
    // A layer that exists under either name is complete.
    if below.is_empty() && is_there(&alone) {
        return Ok(alone);
    }
    if is_there(&chained) {
        return Ok(chained);
    }
    let place = format!("{PLACE}/layers/new");
    let new = Path::new(&place);
    ctx.kept(tree::remove(new, Instant::now() + PATIENCE))?;
    let lowers: Vec<String> = below.iter().rev().map(Listed::place).collect();
    let taken = unpack_to(Path::new(&named), new, &lowers, ctx)?;
    let layer = if taken { chained } else { alone };
    if is_there(&layer) {
        // It took nothing from the layers below, and the same layer exists already.
        remove(new, ctx);
        return Ok(layer);
    }
    let args = format!("{new:?}, \"{}\"", layer.place());
    ctx.io(std::fs::rename(new, layer.place()), "rename", args)?;
    Ok(layer)
}

fn is_there(layer: &Listed) -> bool {
    Path::new(&layer.place()).exists()
}

/// The digest of a layer and everything below it. Like the OCI `ChainID` (image-spec, config.md),
/// but of the archives as they came, compressed or not.
fn chain(below: &[Listed], digest: &str) -> String {
    let mut layers = below.iter().map(|layer| layer.digest.as_str());
    let first = layers.next().unwrap_or_default().to_owned();
    layers.chain([digest]).fold(first, |chain, digest| {
        let hex = archive::sha256(format!("{chain} {digest}").as_bytes());
        format!("sha256:{hex}")
    })
}

/// A refusal by isolab of something that the kernel would do.
fn refusal(call: &'static str, what: impl Into<String>, why: impl Into<String>) -> SysError {
    let error = SysError::new(call, what, Code(number::EINVAL));
    SysError {
        text: why.into(),
        ..error
    }
}

#[cfg(test)]
mod tests;
