//! The store of a lab: lists of layers, archives, unpacked layers.

use std::path::Path;

use super::refusal;
use crate::action::counted;
use crate::action::{Ctx, Refused, file};
use crate::snapshot::overlay::store::{DIRS, PLACE, hex, list as list_of};
use crate::sys::SysError;

/// Makes its directories.
pub(super) fn make(ctx: &mut Ctx) -> Result<(), Refused> {
    let mut dirs = DIRS.into_iter();
    dirs.try_for_each(|dir| file::make_all(&Path::new(PLACE).join(dir), ctx))
}

/// The digests of an image's layers, the lowest first.
pub(super) fn layers(image: &str) -> Result<Vec<String>, SysError> {
    let path = list_of(image);
    let text = std::fs::read_to_string(&path)
        .map_err(|e| SysError::new("open", format!("\"{path}\""), e))?;
    let layers: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    for layer in &layers {
        let hex = hex(layer);
        if !layer.starts_with("sha256:")
            || hex.len() != 64
            || !hex.bytes().all(|b| b.is_ascii_hexdigit())
        {
            let why = format!("`{layer}` is no digest: sha256: and 64 digits");
            return Err(refusal("open", format!("\"{path}\""), why));
        }
    }
    Ok(layers)
}

/// Writes an image's list.
pub(super) fn list(image: &str, layers: &[String], ctx: &mut Ctx) -> Result<(), Refused> {
    let path = list_of(image);
    let text = layers
        .iter()
        .fold(String::new(), |text, layer| text + layer + "\n");
    let args = format!("\"{path}\", {}", counted(layers.len(), "line"));
    ctx.io(std::fs::write(&path, text), "write", args)
}
