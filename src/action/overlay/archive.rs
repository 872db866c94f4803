//! Tar archives (tar(5)), plain or compressed, and SHA-256.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::sys::{Code, SysError, refused};

/// The prefix of a whiteout's name in an archive (OCI image-spec, layer.md).
pub(super) const WHITEOUT: &str = ".wh.";
/// The name that marks an opaque directory in an archive.
pub(super) const OPAQUE: &str = ".wh..wh..opq";
/// The extended attribute of an opaque directory in a user namespace.
pub(super) const OPAQUE_XATTR: &str = "user.overlay.opaque";
/// The prefix of PAX records that hold extended attributes.
pub(super) const XATTR: &str = "SCHILY.xattr.";
/// The most bytes that one archive may unpack to.
pub(super) const LARGEST: u64 = 256 << 20;

/// Whether an extended attribute is one of overlayfs: an archive must not contain those.
pub(super) fn is_kernels(attribute: &str) -> bool {
    attribute.starts_with("user.overlay.") || attribute.starts_with("trusted.overlay.")
}

/// Opens an archive for reading and decompresses it.
pub(super) fn open(path: &Path) -> Result<Box<dyn Read>, SysError> {
    let mut file = BufReader::new(File::open(path).map_err(refused("open", path))?);
    let begin = io::BufRead::fill_buf(&mut file).map_err(refused("open", path))?;
    if let Some(name) = not_taken(begin) {
        let why = format!("compressed with {name}, which is not taken: with gzip or zstd, or not");
        return Err(super::refusal("open", format!("{path:?}"), why));
    }
    Ok(match begin {
        [0x1f, 0x8b, ..] => Box::new(flate2::bufread::MultiGzDecoder::new(file)),
        // A frame, or a skippable frame, with which the output of pzstd begins.
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
            Box::new(zstd::Decoder::with_buffer(file).map_err(refused("open", path))?)
        }
        _ => Box::new(file),
    })
}

/// The name of a compression that is recognised by its first bytes but not supported.
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

/// A reader of at most `most` bytes: one more is an error.
pub(super) struct Limited<R> {
    inner: R,
    most: u64,
    left: u64,
}

impl<R: Read> Limited<R> {
    pub(super) fn new(inner: R, most: u64) -> Self {
        let left = most;
        Self { inner, most, left }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let left = self.left.checked_sub(read as u64);
        self.left =
            left.ok_or_else(|| io::Error::new(io::ErrorKind::FileTooLarge, too_large(self.most)))?;
        Ok(read)
    }
}

/// Whether an error is that of `Limited`.
pub(super) fn is_too_large(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::FileTooLarge && error.raw_os_error().is_none()
}

/// The words of that error.
pub(super) fn too_large(most: u64) -> String {
    format!("it holds more than {} MiB", most >> 20)
}

/// The error for an archive that cannot be read.
pub(super) fn unreadable(verb: &'static str, from: &Path, error: &io::Error) -> SysError {
    match error.raw_os_error() {
        Some(code) => SysError::new("read", format!("{from:?}"), Code(code)),
        None => super::refusal(
            verb,
            format!("{from:?}"),
            format!("it cannot be read as an archive: {error}"),
        ),
    }
}

/// A writer that computes the SHA-256 of what passes.
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

    /// The SHA-256 in hexadecimal and the number of bytes, after everything was written.
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

/// Creates an archive, compressed as its name tells, with the content that `fill` writes. Returns
/// its SHA-256 in hexadecimal and its size in bytes.
pub(super) fn create(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), SysError>,
) -> Result<(String, u64), SysError> {
    let file = File::create(path).map_err(refused("open", path))?;
    let mut hashed = Hashed::new(BufWriter::new(file));
    match path.extension().and_then(std::ffi::OsStr::to_str) {
        Some("gz" | "tgz") => {
            // The gzip header has no time and no name, so the same content gives the same bytes.
            let level = flate2::Compression::default();
            let mut gzip = flate2::write::GzEncoder::new(&mut hashed, level);
            fill(&mut gzip)?;
            gzip.finish().map_err(refused("write", path))?;
        }
        Some("zst") => {
            let mut zstd = zstd::Encoder::new(&mut hashed, 0).map_err(refused("write", path))?;
            fill(&mut zstd)?;
            zstd.finish().map_err(refused("write", path))?;
        }
        _ => fill(&mut hashed)?,
    }
    hashed.finish().map_err(refused("write", path))
}

/// A failed copy: whether reading or writing failed.
#[derive(Debug)]
pub(super) enum Uncopied {
    Read(io::Error),
    Write(io::Error),
}

/// Copies until the reader ends.
pub(super) fn pour(from: &mut impl Read, to: &mut impl Write) -> Result<(), Uncopied> {
    let mut buffer = vec![0; 1 << 16];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => to.write_all(&buffer[..read]).map_err(Uncopied::Write)?,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(Uncopied::Read(e)),
        }
    }
}

/// Copies until the reader ends; returns the SHA-256 in hexadecimal.
pub(super) fn copy(from: &mut impl Read, to: impl Write) -> Result<String, Uncopied> {
    let mut hashed = Hashed::new(to);
    pour(from, &mut hashed)?;
    let (hex, _) = hashed.finish().map_err(Uncopied::Write)?;
    Ok(hex)
}

/// The SHA-256 of bytes, in hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    let mut hex = String::new();
    for byte in Sha256::digest(bytes) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::number;

    /// Copies `bytes` bytes through a limit of 1 MiB.
    fn poured(bytes: u64) -> Result<usize, Uncopied> {
        let mut out = Vec::new();
        let mut from = Limited::new(io::repeat(7).take(bytes), 1 << 20);
        pour(&mut from, &mut out).map(|()| out.len())
    }

    #[test]
    fn what_is_too_large_is_not_cut() {
        assert!(matches!(poured(1 << 20), Ok(1_048_576)));
        match poured((1 << 20) + 1) {
            Err(Uncopied::Read(e)) => {
                assert!(is_too_large(&e));
                assert_eq!(e.to_string(), "it holds more than 1 MiB");
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_side_of_a_copy_is_told() {
        let mut full = File::options().write(true).open("/dev/full").unwrap();
        let written = pour(&mut &b"x"[..], &mut full);
        let full = |e: &io::Error| e.raw_os_error() == Some(number::ENOSPC);
        assert!(matches!(written, Err(Uncopied::Write(e)) if full(&e)));
        let mut directory = File::open("/").unwrap();
        let read = copy(&mut directory, io::sink());
        assert!(matches!(read, Err(Uncopied::Read(_))));
        assert_eq!(sha256(b""), copy(&mut io::empty(), io::sink()).unwrap());
    }
}
