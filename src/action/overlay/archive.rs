//! Archives: tar(5), plain or compressed, and SHA-256.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::sys::SysError;

/// The name of a whiteout in an archive begins so (OCI image-spec, layer.md).
pub(super) const WHITEOUT: &str = ".wh.";
/// The mark of an opaque directory in an archive.
pub(super) const OPAQUE: &str = ".wh..wh..opq";
/// The mark of an opaque directory in the kernel, in a user namespace.
pub(super) const OPAQUE_XATTR: &str = "user.overlay.opaque";
/// Extended attributes in an archive: PAX records of this prefix.
pub(super) const XATTR: &str = "SCHILY.xattr.";
/// How much one archive may hold, unpacked, in bytes.
pub(super) const LARGEST: u64 = 256 << 20;

/// The kernel's own attributes, which an archive must neither keep nor bring.
pub(super) fn is_kernels(attribute: &str) -> bool {
    attribute.starts_with("user.overlay.") || attribute.starts_with("trusted.overlay.")
}

/// Opens an archive for reading, whatever it is compressed with.
pub(super) fn open(path: &Path) -> Result<Box<dyn Read>, SysError> {
    let error = |e: io::Error| SysError::new("open", format!("{path:?}"), e);
    let file = File::open(path).map_err(error)?;
    let mut file = BufReader::new(file);
    let begin = io::BufRead::fill_buf(&mut file).map_err(error)?;
    if let Some(name) = not_taken(begin) {
        let why = format!("compressed with {name}, which is not taken: with gzip or zstd, or not");
        return Err(super::refusal("open", format!("{path:?}"), why));
    }
    Ok(match begin {
        [0x1f, 0x8b, ..] => Box::new(flate2::bufread::MultiGzDecoder::new(file)),
        // A frame, or one that is skipped: pzstd begins so.
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
            Box::new(zstd::Decoder::with_buffer(file).map_err(error)?)
        }
        _ => Box::new(file),
    })
}

/// The name of a compression that is known by its first bytes, but not taken.
fn not_taken(begin: &[u8]) -> Option<&'static str> {
    match begin {
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31 | 0x17, ..] => Some("bzip2"),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some("xz"),
        [0x5d, 0, 0, _, _, _, ..] => Some("lzma"),
        [0x04, 0x22, 0x4d, 0x18, ..] => Some("lz4"),
        [b'L', b'Z', b'I', b'P', 1, ..] => Some("lzip"),
        [0x1f, 0x9d, ..] => Some("compress"),
        [b'P', b'K', 3, 4, ..] => Some("zip"),
        _ => None,
    }
}

/// A file that is being written, its SHA-256 taken on the way.
pub(super) struct Hashed<W> {
    inner: W,
    hash: Sha256,
    pub(super) bytes: u64,
}

impl<W: Write> Hashed<W> {
    pub(super) fn new(inner: W) -> Self {
        Self {
            inner,
            hash: Sha256::new(),
            bytes: 0,
        }
    }

    /// The SHA-256 in hexadecimal, after all is written.
    pub(super) fn finish(mut self) -> io::Result<(String, u64)> {
        self.inner.flush()?;
        let mut hex = String::new();
        for byte in self.hash.finalize() {
            let _ = write!(hex, "{byte:02x}");
        }
        Ok((hex, self.bytes))
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Writes an archive, compressed as its name says; what `fill` adds is in it.
pub(super) fn create(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), SysError>,
) -> Result<(String, u64), SysError> {
    let error = |e: io::Error| SysError::new("write", format!("{path:?}"), e);
    let file = File::create(path).map_err(|e| SysError::new("open", format!("{path:?}"), e))?;
    let mut hashed = Hashed::new(BufWriter::new(file));
    match path.extension().and_then(std::ffi::OsStr::to_str) {
        Some("gz" | "tgz") => {
            // No time and no name in the header: the same content gives the same bytes.
            let level = flate2::Compression::default();
            let mut gzip = flate2::write::GzEncoder::new(&mut hashed, level);
            fill(&mut gzip)?;
            gzip.finish().map_err(error)?;
        }
        Some("zst") => {
            let mut zstd = zstd::Encoder::new(&mut hashed, 0).map_err(error)?;
            fill(&mut zstd)?;
            zstd.finish().map_err(error)?;
        }
        _ => fill(&mut hashed)?,
    }
    hashed.finish().map_err(error)
}

/// Copies to the end, taking the SHA-256: in hexadecimal.
pub(super) fn copy(from: &mut impl Read, to: impl Write) -> io::Result<String> {
    let mut hashed = Hashed::new(to);
    io::copy(from, &mut hashed)?;
    hashed.finish().map(|(hex, _)| hex)
}
