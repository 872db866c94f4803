//! Overlays: what each layer contains and what of it is visible; and images, which are lists of
//! layers. `Documentation/filesystems/overlayfs.rst` of the kernel.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An overlay: several directories seen as one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Overlay {
    /// Where it is mounted.
    pub merged: String,
    /// Whether it is mounted now; an unmounted one is remembered while its upper directory exists.
    pub mounted: bool,
    /// The lower directories, the top one first.
    pub lowerdirs: Vec<String>,
    /// The upper directory; empty if the overlay is read-only.
    pub upperdir: String,
    /// The work directory, which belongs to the kernel.
    pub workdir: String,
    /// The content of the work directory at the last reading, one and two levels deep: `work`, and
    /// files on their way to the upper directory.
    pub work: Vec<String>,
    /// The other mount options.
    pub options: Vec<String>,
    /// The entries, by path without a leading slash: everything in the upper directory, and what
    /// was read of the lower ones.
    pub entries: BTreeMap<String, Entry>,
    /// Directories that were not read completely, and how many names are missing; -1 if nothing was
    /// read.
    pub unread: BTreeMap<String, i64>,
}

/// A name below an overlay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Entry {
    /// `file`, `directory`, `symlink`, `other`; `whiteout` if it was deleted, `opaque` for a
    /// directory that hides the lower ones of its name, `hidden` for what a whiteout or an opaque
    /// directory above hides.
    pub kind: String,
    /// Where it comes from: `upper`, `lower:N` (1 is the top one), or `merged` for a directory of
    /// several layers.
    pub origin: String,
    /// Its size in bytes; 0 for a directory.
    pub size: i64,
    /// Its permission bits: `0644`; those of a whiteout mean nothing.
    pub mode: String,
    /// Whether the kernel marked it as copied up.
    pub copied_up: bool,
    /// Whether a lower layer has it with other content.
    pub differs: bool,
    /// The former name of a renamed lower directory, `overlay.redirect`.
    pub redirect: String,
    /// The versions of the layers that have the name, the top layer first.
    pub layers: Vec<Version>,
}

/// The version of a name in one layer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Version {
    /// The layer: 0 is the upper directory, 1 the top lower one.
    pub layer: i64,
    /// `file`, `directory`, `symlink`, `whiteout`, `other`.
    pub kind: String,
    /// Its size in bytes.
    pub size: i64,
    /// Whether a layer above hides it.
    pub shadowed: bool,
}

/// An image: the list of layers in `/lab/images/NAME`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Image {
    /// The layers, the lowest first.
    pub layers: Vec<Layer>,
}

/// A layer of an image.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Layer {
    /// The SHA-256 of its archive: `sha256:` and 64 hexadecimal digits.
    pub digest: String,
    /// The size of its archive in bytes; -1 if that is missing.
    pub size: i64,
    /// The directory it is unpacked in; empty if it is not.
    pub unpacked: String,
}

/// What a reading must contain besides the facts that are always read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// The unfolded directories: overlay and path.
    pub unfolded: Vec<(String, String)>,
    /// The selected entry: overlay and path.
    pub selected: Option<(String, String)>,
    /// The files that the lab names, as paths in the host's root.
    pub files: Vec<String>,
    /// The logs of programs: the actor, and the path as it sees it.
    pub logs: Vec<(String, String)>,
}

/// Details of one entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Detail {
    /// The overlay's name.
    pub overlay: String,
    /// The path below the overlay.
    pub path: String,
    /// The entry in each layer that has it, the top layer first.
    pub versions: Vec<Close>,
}

/// The details of a file in one layer, stat(2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Close {
    /// The layer: 0 is the upper directory, 1 the top lower one.
    pub layer: i64,
    /// Its kind, as in `Version`.
    pub kind: String,
    /// Its size in bytes.
    pub size: i64,
    /// Its permission bits: `0644`.
    pub mode: String,
    /// Its owner.
    pub uid: i64,
    /// Its group.
    pub gid: i64,
    /// Its inode number.
    pub ino: i64,
    /// The number of its hard links.
    pub links: i64,
    /// Its extended attributes.
    pub xattrs: Vec<(String, String)>,
    /// The content of a short text file, or the target of a symbolic link.
    pub text: Option<String>,
}

/// The image store of a lab. A list, `images/NAME`, has one digest per line, the lowest layer
/// first; `blobs/HEX` is the archive of a layer; `layers/SHORT` is the directory it is unpacked in.
/// A layer that contains something taken from the layers below has a directory for this chain of
/// layers alone; the directory's name then follows the digest on its line.
pub mod store {
    use std::fmt;

    /// The directory of the store.
    pub const PLACE: &str = "/lab";
    /// The directories in it: of lists, of archives, of unpacked layers.
    pub const DIRS: [&str; 3] = ["images", "blobs", "layers"];
    /// How many digits of a digest name the directory of an unpacked layer.
    pub const SHORT: usize = 12;

    /// The path of an image's list.
    pub fn list(image: &str) -> String {
        format!("{PLACE}/images/{image}")
    }

    /// The path of the archive with this SHA-256 (hexadecimal).
    pub fn blob(hex: &str) -> String {
        format!("{PLACE}/blobs/{hex}")
    }

    /// The digits of a digest, without its algorithm.
    pub fn hex(digest: &str) -> &str {
        digest.strip_prefix("sha256:").unwrap_or(digest)
    }

    /// The first `SHORT` digits of a digest.
    pub fn short(digest: &str) -> &str {
        let hex = hex(digest);
        hex.get(..SHORT).unwrap_or(hex)
    }

    /// A line of a list.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Listed {
        /// The digest of the layer, as written in the list.
        pub digest: String,
        /// The name of the directory it is unpacked in.
        pub dir: String,
    }

    impl Listed {
        /// A layer that is the same whatever is below it.
        pub fn alone(digest: &str) -> Self {
            Self {
                digest: digest.to_owned(),
                dir: short(digest).to_owned(),
            }
        }

        /// A layer with something taken from the layers below: its directory is named by the digest
        /// of the chain too.
        pub fn chained(digest: &str, chain: &str) -> Self {
            Self {
                digest: digest.to_owned(),
                dir: format!("{}-{}", short(digest), short(chain)),
            }
        }

        /// Parses a line of a list.
        pub fn parse(line: &str) -> Self {
            match line.trim().split_once(char::is_whitespace) {
                Some((digest, dir)) => Self {
                    digest: digest.to_owned(),
                    dir: dir.trim().to_owned(),
                },
                None => Self::alone(line.trim()),
            }
        }

        /// The path of the directory it is unpacked in.
        pub fn place(&self) -> String {
            format!("{PLACE}/layers/{}", self.dir)
        }
    }

    impl fmt::Display for Listed {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(&self.digest)?;
            if self.dir == short(&self.digest) {
                return Ok(());
            }
            write!(f, " {}", self.dir)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::store::Listed;

    #[test]
    fn a_line_of_a_list_is_written_as_it_is_read() {
        let digest = format!("sha256:{}", "0123456789abcdef".repeat(4));
        let alone = Listed::alone(&digest);
        assert_eq!(alone.place(), "/lab/layers/0123456789ab");
        assert_eq!(alone.to_string(), digest);
        assert_eq!(Listed::parse(&format!(" {digest}\n")), alone);
        let chained = Listed::chained(&digest, &"f".repeat(64));
        assert_eq!(chained.place(), "/lab/layers/0123456789ab-ffffffffffff");
        assert_eq!(Listed::parse(&chained.to_string()), chained);
    }
}
