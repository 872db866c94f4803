//! Overlays: what each layer holds and what of it is seen, and images, which are
//! lists of layers. `Documentation/filesystems/overlayfs.rst` of the kernel.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An overlay: several directories seen as one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Overlay {
    /// Where it is mounted.
    pub merged: String,
    /// Whether it is mounted now; one that was is remembered while its upper directory is there.
    pub mounted: bool,
    /// The lower directories, the top one first.
    pub lowerdirs: Vec<String>,
    /// The upper directory; empty where the overlay is read-only.
    pub upperdir: String,
    /// The kernel's own directory beside it.
    pub workdir: String,
    /// What was in it when the overlay was read last, one and two levels deep:
    /// `work`, and files on their way to the upper directory.
    pub work: Vec<String>,
    /// The other options that are in force.
    pub options: Vec<String>,
    /// What is below it, by paths without a slash at the beginning: all that is
    /// in the upper directory, and of the lower ones what was read.
    pub entries: BTreeMap<String, Entry>,
    /// Directories of which not all was read, and how many names are left out;
    /// -1 where nothing was read.
    pub unread: BTreeMap<String, i64>,
}

/// A name below an overlay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Entry {
    /// `file`, `directory`, `symlink`, `other`; `whiteout` for one that was
    /// deleted, `opaque` for a directory that hides the lower ones of its name,
    /// `hidden` for what a whiteout or an opaque directory above it hides.
    pub kind: String,
    /// Where it comes from: `upper`, `lower:N` with 1 for the top one, `merged`
    /// for a directory that several layers have.
    pub origin: String,
    /// Its size in bytes; of a directory 0.
    pub size: i64,
    /// Its permission bits: `0644`; a whiteout has none that count.
    pub mode: String,
    /// Whether it was copied up: the kernel marks the copy.
    pub copied_up: bool,
    /// Whether it was in a lower layer and holds other bytes now.
    pub differs: bool,
    /// Where the lower directory was before it was renamed, `overlay.redirect`.
    pub redirect: String,
    /// What each layer that has the name holds, the top layer first.
    pub layers: Vec<Version>,
}

/// What one layer holds under a name.
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

/// An image: a list of layers, as `/lab/images/NAME` says it.
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
    /// The size of its archive in bytes; -1 if that is not there.
    pub size: i64,
    /// The directory that it is unpacked in; empty if it is not.
    pub unpacked: String,
}

/// What is wanted beside what is always read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Directories that are unfolded: overlays and paths.
    pub unfolded: Vec<(String, String)>,
    /// The entry that is selected.
    pub selected: Option<(String, String)>,
    /// Files that the lab asks for, as paths of the host.
    pub files: Vec<String>,
    /// The logs of programs: actors, and paths as these see them.
    pub logs: Vec<(String, String)>,
}

/// All about one entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Detail {
    /// The overlay's name.
    pub overlay: String,
    /// The path below it.
    pub path: String,
    /// What each layer that has it holds, the top layer first.
    pub versions: Vec<Close>,
}

/// A file in one layer, seen from near: stat(2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Close {
    /// The layer: 0 is the upper directory, 1 the top lower one.
    pub layer: i64,
    /// What it is, as in `Version`.
    pub kind: String,
    /// Its size in bytes.
    pub size: i64,
    /// Its permission bits: `0644`.
    pub mode: String,
    /// Its owner.
    pub uid: i64,
    /// Its group.
    pub gid: i64,
    /// Its inode.
    pub ino: i64,
    /// How many names it has.
    pub links: i64,
    /// Its extended attributes.
    pub xattrs: Vec<(String, String)>,
    /// What it holds, if that is a short text; of a symbolic link, where it leads.
    pub text: Option<String>,
}

/// Where the images of a lab are. A list, `images/NAME`, has one digest a line, the
/// lowest layer first; `blobs/HEX` is a layer's archive; `layers/SHORT` is where it
/// is unpacked. Some layers have in them what comes of those below: then the directory is
/// one of this chain of layers alone, and its name stands in the line behind the digest.
pub mod store {
    use std::fmt;

    /// The directory of it all.
    pub const PLACE: &str = "/lab";
    /// The directories in it: of the lists, of the archives, of the unpacked layers.
    pub const DIRS: [&str; 3] = ["images", "blobs", "layers"];
    /// How many digits of a digest name the directory of an unpacked layer.
    pub const SHORT: usize = 12;

    /// The list of an image.
    pub fn list(image: &str) -> String {
        format!("{PLACE}/images/{image}")
    }

    /// The archive with this SHA-256, in hexadecimal.
    pub fn blob(hex: &str) -> String {
        format!("{PLACE}/blobs/{hex}")
    }

    /// The digits of a digest.
    pub fn hex(digest: &str) -> &str {
        digest.strip_prefix("sha256:").unwrap_or(digest)
    }

    /// The first digits of a digest.
    pub fn short(digest: &str) -> &str {
        let hex = hex(digest);
        hex.get(..SHORT).unwrap_or(hex)
    }

    /// A line of a list.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Listed {
        /// The digest of the layer, as it is written.
        pub digest: String,
        /// The name of the directory that it is unpacked in.
        pub dir: String,
    }

    impl Listed {
        /// A layer that is what it is, whatever lies below it.
        pub fn alone(digest: &str) -> Self {
            Self {
                digest: digest.to_owned(),
                dir: short(digest).to_owned(),
            }
        }

        /// A layer that has something of those below: the chain has a digest too.
        pub fn chained(digest: &str, chain: &str) -> Self {
            Self {
                digest: digest.to_owned(),
                dir: format!("{}-{}", short(digest), short(chain)),
            }
        }

        /// Reads a line.
        pub fn parse(line: &str) -> Self {
            match line.trim().split_once(char::is_whitespace) {
                Some((digest, dir)) => Self {
                    digest: digest.to_owned(),
                    dir: dir.trim().to_owned(),
                },
                None => Self::alone(line.trim()),
            }
        }

        /// Where it is unpacked.
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
