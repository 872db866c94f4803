//! The marks of a layer, which hide names of the layers below. They never hide names of their own
//! layer, wherever they are in the archive (OCI image-spec, layer.md).

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use super::super::archive::{OPAQUE, OPAQUE_XATTR, WHITEOUT};
use super::super::attributes::What;
use super::super::refusal;
use super::{Brought, TOLD, Unpacker};
use crate::sys::SysError;
use crate::sys::create;

/// The prefix of aufs's own names, which mean nothing to overlayfs.
const AUFS: &[u8] = b".wh..wh.";

impl Unpacker<'_> {
    /// Whether a name is a mark; whiteouts and opaque marks are noted for the end.
    pub(super) fn mark(&mut self, path: &Path, time: i64) -> Result<bool, SysError> {
        let name = path.file_name().unwrap_or_default().as_bytes();
        let above = path.parent().unwrap_or(Path::new(""));
        if name == OPAQUE.as_bytes() {
            self.opaque.insert(above.to_owned());
            return Ok(true);
        }
        if path.iter().any(|part| part.as_bytes().starts_with(AUFS)) {
            let why = refusal("openat", "", "a name of aufs alone");
            let what = What::new("openat", "O_CREAT");
            self.done.lost.add(what, path, &why);
            return Ok(true);
        }
        let Some(hidden) = name.strip_prefix(WHITEOUT.as_bytes()) else {
            return Ok(false);
        };
        if matches!(hidden, b"" | b"." | b"..") {
            return Err(self.bad(path, "a whiteout of no name"));
        }
        let hidden = above.join(OsStr::from_bytes(hidden));
        self.whiteouts.insert(hidden, time);
        Ok(true)
    }

    /// Applies the marks, after everything else was unpacked.
    pub(super) fn marks(&mut self) -> Result<(), SysError> {
        // Sorted: a path comes after the directories it is in.
        for (path, time) in std::mem::take(&mut self.whiteouts) {
            self.whiteout(&path, time)?;
        }
        for path in std::mem::take(&mut self.opaque) {
            if !self.is_hidden(&path) && !matches!(self.brought.get(&path), Some(Brought::Other)) {
                self.set_opaque(&path)?;
            }
        }
        Ok(())
    }

    /// Whether a path is below something that is no directory: then everything there is hidden.
    fn is_hidden(&self, path: &Path) -> bool {
        let mut above = path.ancestors().skip(1);
        above.any(|above| matches!(self.brought.get(above), Some(Brought::Other)))
    }

    fn whiteout(&mut self, path: &Path, time: i64) -> Result<(), SysError> {
        if self.is_hidden(path) {
            return Ok(());
        }
        match self.brought.get(path) {
            // The archive's own file hides the lower one.
            Some(Brought::Other) => Ok(()),
            Some(Brought::Directory(_)) => self.set_opaque(path),
            None => {
                let place = self.place(path)?;
                self.clear(&place, path)?;
                let args = format!("{path:?}, S_IFCHR, makedev(0, 0)");
                self.tell_up_to(2 * TOLD, "mknodat", args);
                self.brought.insert(path.to_owned(), Brought::Other);
                create::whiteout(&place.dir, &place.name)?;
                create::set_time(&place.dir, &place.name, time)
            }
        }
    }

    fn set_opaque(&mut self, path: &Path) -> Result<(), SysError> {
        // The place of any name in it makes the directory and those above it if they are missing.
        let dir = self.place(&path.join("_"))?.dir;
        let args = format!("{path:?}, {OPAQUE_XATTR}, \"y\"");
        self.tell_up_to(2 * TOLD, "lsetxattr", args);
        create::set_xattr(&dir, ".", OPAQUE_XATTR, b"y")
    }
}
