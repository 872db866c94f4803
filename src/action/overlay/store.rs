//! The image store of a lab: lists of layers, archives, unpacked layers.

use std::path::Path;

use super::manifest::is_sha256;
use super::refusal;
use crate::action::counted;
use crate::action::{Ctx, Refused, file};
use crate::snapshot::overlay::store::{DIRS, Listed, PLACE, hex, list as list_of};
use crate::sys::SysError;

/// Makes the directories of the store.
pub(super) fn make(ctx: &mut Ctx) -> Result<(), Refused> {
    let mut dirs = DIRS.into_iter();
    dirs.try_for_each(|dir| file::make_all(&Path::new(PLACE).join(dir), ctx))
}

/// The layers of an image, the lowest first.
pub(super) fn layers(image: &str) -> Result<Vec<Listed>, SysError> {
    let path = list_of(image);
    let text = std::fs::read_to_string(&path)
        .map_err(|e| SysError::new("open", format!("\"{path}\""), e))?;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let layers: Vec<Listed> = lines.map(Listed::parse).collect();
    for Listed { digest, dir } in &layers {
        if !digest.starts_with("sha256:") || !is_sha256(hex(digest)) {
            let why = format!("`{digest}` is no digest: sha256: and 64 digits");
            return Err(refusal("open", format!("\"{path}\""), why));
        }
        if !dir.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-') {
            let why = format!("`{dir}` is no directory of a layer");
            return Err(refusal("open", format!("\"{path}\""), why));
        }
    }
    Ok(layers)
}

/// Writes the layer list of an image.
pub(super) fn list(image: &str, layers: &[Listed], ctx: &mut Ctx) -> Result<(), Refused> {
    let path = list_of(image);
    let lines = layers.iter().map(|layer| format!("{layer}\n"));
    let text: String = lines.collect();
    let args = format!("\"{path}\", {}", counted(layers.len(), "line"));
    ctx.io(std::fs::write(&path, text), "write", args)
}
