//! A person's own image, copied into a lab host.

mod pack;

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::path::Path;

use super::actor::Report;
use super::wire::{FromInit, ToInit};
use super::{LIMIT, Sandbox, SandboxError};
use crate::snapshot::{Outcome, Refusal};
use crate::sys::{SysError, file};
use crate::word::later::{Later, later_word};
use pack::Unpacked;

/// The largest archive, in bytes: a lab host keeps it, a copy of each layer, and the unpacked
/// files.
const LARGEST: u64 = 128 << 20;

/// An image as an open archive, and the path that the lab wants it at.
#[derive(Debug)]
pub struct OwnImage {
    archive: File,
    /// The path in the lab host.
    to: String,
}

impl OwnImage {
    /// Opens an OCI layout (a directory or an archive) or an archive of `docker save`, with the
    /// caller's rights.
    ///
    /// # Errors
    /// In words: it does not exist, cannot be read, is no image, or is too large.
    pub fn open(path: &Path, to: &str) -> Result<Self, Later> {
        let shown = path.display().to_string();
        let archive = if path.is_dir() {
            if !path.join("oci-layout").is_file() {
                return Err(later_word!("image-no-layout", path = &shown));
            }
            pack::packed(path, LARGEST).map_err(|why| unpacked(&shown, why))?
        } else {
            opened(path, &shown)?
        };
        let to = to.to_owned();
        Ok(Self { archive, to })
    }
}

impl Sandbox {
    /// Copies the image to the path that the lab wants it at.
    ///
    /// # Errors
    /// The lab host is gone or silent, or has no room for it.
    pub async fn bring(&self, image: &OwnImage) -> Result<(), SandboxError> {
        let id = self.init.next_id();
        let request = ToInit::Bring {
            id,
            to: image.to.clone(),
        };
        let fds = [image.archive.as_raw_fd()];
        match self.init.ask_with(id, &request, &fds, LIMIT).await? {
            (FromInit::Done { outcome, .. }, _) => outcome.refusal.map_or(Ok(()), |refusal| {
                let Refusal { args, words, .. } = refusal;
                Err(SandboxError::Broken(format!("write({args}): {words}")))
            }),
            _ => Err(SandboxError::Gone(None)),
        }
    }
}

/// Opens an archive file.
fn opened(path: &Path, shown: &str) -> Result<File, Later> {
    let refused = |why: std::io::Error| unpacked(shown, why.into());
    let archive = file::open_plain(path).map_err(refused)?;
    let archive = archive.ok_or_else(|| later_word!("image-no-file", path = shown))?;
    let size = archive.metadata().map_err(refused)?.len();
    if size > LARGEST {
        return Err(too_large(shown, size));
    }
    Ok(archive)
}

/// The failure in words.
fn unpacked(shown: &str, why: Unpacked) -> Later {
    match why {
        Unpacked::Io(why) => later_word!("image-refused", path = shown, why = why.to_string()),
        Unpacked::Strange(entry) => later_word!("image-strange", path = shown, entry = entry),
        Unpacked::Deep(entry) => later_word!("image-deep", path = shown, entry = entry),
        Unpacked::Large(size) => too_large(shown, size),
    }
}

fn too_large(shown: &str, size: u64) -> Later {
    let mebibytes = |bytes: u64| bytes.div_ceil(1 << 20).to_string();
    later_word!(
        "image-too-large",
        path = shown,
        size = mebibytes(size),
        most = mebibytes(LARGEST)
    )
}

/// The worker that writes it: a copy, because the lab must not touch the original.
pub(super) fn write(archive: &OwnedFd, to: &str, report: &OwnedFd) {
    let copy = || -> std::io::Result<u64> {
        let mut from = File::from(archive.try_clone()?);
        // An earlier lab host may have read it to its end.
        from.rewind()?;
        // It may have grown since its size was checked.
        std::io::copy(&mut from.take(LARGEST), &mut File::create(to)?)
    };
    let refusal = copy().err().map(|why| {
        let error = SysError::new("write", "", why);
        Refusal {
            call: "write".to_owned(),
            args: format!("\"{to}\""),
            errno: error.errno_name(),
            words: error.words(),
        }
    });
    let outcome = Outcome {
        refusal,
        ..Outcome::default()
    };
    Report::of(outcome).send(report);
}
