//! Verbs of the overlay family. The place of the image store: `snapshot::overlay::store`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::critic::Critic;
use super::host;
use super::table::{family, outlines};

family! { ($)
    /// Mounts an overlay.
    "overlay" Overlay(Overlay),
    /// Unpacks a layer of an image.
    "unpack" Unpack(Unpack),
    /// Packs a directory as a layer.
    "pack" Pack(Pack),
    /// Brings an image into the store.
    "import" Import(Import),
    /// Makes a new image of what was written.
    "commit" Commit(Commit),
}

outlines! { |a|
    Overlay {} => judge,
    Unpack {},
    Pack {},
    Import {} => judge,
    Commit {} => judge,
}

/// Mounts an overlay: `lowers` or the layers of an `image` below, and an upper
/// directory that takes what is written; without one it is read-only.
/// Example: `overlay: {lowers: [/lab/lower], upper: /lab/upper, work: /lab/work, target: /lab/merged}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Overlay {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The lower directories, the top one first.
    #[serde(default)]
    pub lowers: Vec<String>,
    /// The image whose layers are the lower directories.
    #[serde(default)]
    pub image: Option<String>,
    /// The upper directory.
    #[serde(default)]
    pub upper: Option<String>,
    /// An empty directory of the kernel's own, on the same mount as `upper`.
    #[serde(default)]
    pub work: Option<String>,
    /// Where it is mounted.
    pub target: String,
    /// More options: `ro`, `redirect_dir=on` …
    #[serde(default)]
    pub options: Vec<String>,
}

impl Overlay {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        if self.lowers.is_empty() && self.image.is_none() {
            let help = "name `lowers`, the top one first, or an `image`";
            critic.tell("an overlay without anything below", help);
        }
        if self.upper.is_some() != self.work.is_some() {
            let help = "both are there, on one mount, or neither: then it is read-only";
            critic.tell("`upper` and `work` belong together", help);
        }
        if let Some(image) = &self.image {
            critic.image("image", image);
        }
    }
}

impl Overlay {
    /// The mount options of overlayfs.rst; `layers` are the directories of the image's layers, the
    /// top one first. `userxattr` is always there: in a user namespace overlayfs keeps its marks in
    /// user attributes, and without it the mount would succeed but the first removal fail (EIO).
    pub fn data(&self, layers: Vec<String>) -> String {
        let lowers = self.lowers.iter().map(|dir| escaped(dir)).chain(layers);
        let lowers: Vec<String> = lowers.collect();
        let mut options = vec![format!("lowerdir={}", lowers.join(":"))];
        options.extend(self.upper.iter().map(|dir| format!("upperdir={dir}")));
        options.extend(self.work.iter().map(|dir| format!("workdir={dir}")));
        options.push("userxattr".to_owned());
        options.extend(self.options.iter().cloned());
        options.join(",")
    }
}

/// A directory's name as overlayfs.rst has it in a list.
fn escaped(dir: &str) -> String {
    dir.replace('\\', "\\\\").replace(':', "\\:")
}

/// Unpacks a layer: a tar archive, plain or compressed with gzip or zstd. The
/// whiteouts of images (`.wh.NAME`, `.wh..wh..opq`) become the kernel's. What would
/// land outside is refused, and so are devices. Example: `unpack: {from: /lab/layer.tar, to: /lab/one}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unpack {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The archive.
    pub from: String,
    /// The directory; made if it is not there.
    pub to: String,
}

/// Packs a directory as a layer, sorted by names; the kernel's whiteouts become
/// those of images. A name that ends in `.gz` or `.zst` says that it is
/// compressed. Example: `pack: {from: /lab/upper, to: /lab/layer.tar}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The directory.
    pub from: String,
    /// The archive.
    pub to: String,
}

/// Brings an image into the store: an OCI layout, as a directory or an archive, or
/// what `docker save` wrote. Every digest is verified. Where it is `optional` and not
/// there, an image without layers is made: `scratch`, to build on. Example: `import: {from: /lab/hello.tar, as: hello}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Import {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The layout or the archive.
    pub from: String,
    /// The image's name in the store.
    #[serde(rename = "as")]
    pub name: String,
    /// Whether an image without layers will do where there is no archive.
    #[serde(default)]
    pub optional: bool,
}

impl Import {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        critic.image("as", &self.name);
    }
}

/// Makes a new image: a directory is packed as a layer, named by its SHA-256, and
/// put on top of another image's list. Example: `commit: {upper: /lab/upper, on: base, as: web}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Commit {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The directory: the upper one of an overlay.
    pub upper: String,
    /// The image below; none for the first layer.
    #[serde(default)]
    pub on: Option<String>,
    /// The new image's name.
    #[serde(rename = "as")]
    pub name: String,
}

impl Commit {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        critic.image("as", &self.name);
        if let Some(below) = &self.on {
            critic.image("on", below);
        }
    }
}
