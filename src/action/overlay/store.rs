//! The store of a lab: lists of layers, archives, unpacked layers.

use std::path::Path;

use super::refusal;
use crate::action::{Ctx, Refused, file};
use crate::sys::SysError;

/// Where it is.
const PLACE: &str = "/lab";
/// How many digits of a digest name the directory of an unpacked layer.
const SHORT: usize = 12;

/// The archive with this SHA-256.
pub(super) fn blob(hex: &str) -> String {
    format!("{PLACE}/blobs/{hex}")
}

/// Where a layer is unpacked.
pub(super) fn unpacked(digest: &str) -> String {
    let hex = digest.strip_prefix("sha256:").unwrap_or(digest);
    format!("{PLACE}/layers/{}", hex.get(..SHORT).unwrap_or(hex))
}

/// Makes its directories.
pub(super) fn make(ctx: &mut Ctx) -> Result<(), Refused> {
    let mut dirs = ["images", "blobs", "layers"].into_iter();
    dirs.try_for_each(|dir| file::make_all(&Path::new(PLACE).join(dir), ctx))
}

/// The digests of an image's layers, the lowest first.
pub(super) fn layers(image: &str) -> Result<Vec<String>, SysError> {
    let path = format!("{PLACE}/images/{image}");
    let text = std::fs::read_to_string(&path)
        .map_err(|e| SysError::new("open", format!("\"{path}\""), e))?;
    let layers: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    for layer in &layers {
        let hex = layer.strip_prefix("sha256:").unwrap_or_default();
        if hex.len() != 64 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            let why = format!("`{layer}` is no digest: sha256: and 64 digits");
            return Err(refusal("open", format!("\"{path}\""), why));
        }
    }
    Ok(layers)
}

/// Writes an image's list.
pub(super) fn list(image: &str, layers: &[String], ctx: &mut Ctx) -> Result<(), Refused> {
    let path = format!("{PLACE}/images/{image}");
    let text = layers.join("\n") + "\n";
    let args = format!("\"{path}\", {} lines", layers.len());
    ctx.io(std::fs::write(&path, text), "write", args)
}
