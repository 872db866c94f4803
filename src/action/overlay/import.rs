//! Importing images: an OCI layout (image-spec, image-layout.md) as a directory or an archive, or
//! the output of `docker save`. Everything must have the digest that is promised for it.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::archive::{self, LARGEST, Limited, Uncopied, is_too_large};
use super::manifest::{Config, Descriptor, List, Platform, Saved, is_sha256};
use super::{member, refusal};
use crate::sys::SysError;
use crate::sys::file;
use crate::sys::number;

/// The longest list or configuration, in bytes.
const LONGEST: u64 = 4 << 20;
/// How deep indexes may be nested.
const DEEPEST: usize = 8;

/// The source of an image.
pub(super) enum Source {
    /// A directory.
    Directory(PathBuf),
    /// A tar archive.
    Archive(PathBuf),
}

/// A layer of the source.
pub(super) struct Layer {
    /// Its file in the source.
    file: String,
    /// The SHA-256 that the file must have, if one is given.
    digest: Option<String>,
    /// The SHA-256 of its decompressed content, if one is given.
    plain: Option<String>,
    /// Where it can be downloaded if the source does not contain it.
    urls: Vec<String>,
}

impl Layer {
    /// A layer of `docker save`; `plain` is the digest of its decompressed content.
    fn saved(file: String, plain: &str) -> Self {
        Self {
            file,
            digest: None,
            plain: plain.strip_prefix("sha256:").map(str::to_owned),
            urls: Vec::new(),
        }
    }
}

/// The image that is imported.
#[derive(Default)]
pub(super) struct Chosen {
    /// Its layers, the lowest first.
    pub(super) layers: Vec<Layer>,
    /// Remarks for a person.
    pub(super) notes: Vec<String>,
}

/// An image in a layout.
struct Image {
    manifest: List,
    config: Config,
}

/// What was passed over while searching for an image for this machine.
#[derive(Default)]
struct Seen {
    /// Entries that do not fit.
    others: Vec<String>,
    /// An image for another machine whose list entry did not say so.
    strange: Option<Image>,
}

impl Source {
    /// Finds out whether it is a directory or an archive.
    pub(super) fn open(path: &Path) -> Result<Self, SysError> {
        let stat = path
            .metadata()
            .map_err(|e| SysError::new("stat", format!("{path:?}"), e))?;
        let path = path.to_owned();
        Ok(if stat.is_dir() {
            Self::Directory(path)
        } else {
            Self::Archive(path)
        })
    }

    fn path(&self) -> &Path {
        match self {
            Self::Directory(path) | Self::Archive(path) => path,
        }
    }

    fn bad(&self, why: impl Into<String>) -> SysError {
        refusal("import", format!("{:?}", self.path()), why)
    }

    /// Chooses the image for this machine.
    pub(super) fn choose(&self) -> Result<Chosen, SysError> {
        if let Some(index) = self.find("index.json")? {
            return self.of_layout(&index);
        }
        match self.find("manifest.json")? {
            Some(list) => self.of_docker(&list),
            None => Err(self.bad(
                "neither an OCI layout (no index.json) nor from docker save (no manifest.json)",
            )),
        }
    }

    fn of_layout(&self, index: &[u8]) -> Result<Chosen, SysError> {
        let index: List = self.parse(index, "index.json")?;
        let mut seen = Seen::default();
        let mut notes = Vec::new();
        let found = self.in_list(index, &mut seen, 0)?;
        let image = match (found, seen.strange) {
            (Some(image), _) => image,
            (None, Some(image)) => {
                notes.push(strange(&image.config.platform));
                image
            }
            (None, None) if seen.others.is_empty() => {
                return Err(self.bad("there is no image in it"));
            }
            (None, None) => {
                let here = Platform::here();
                let others = seen.others.join(", ");
                return Err(self.bad(format!("no image for {here} in it, but: {others}")));
            }
        };
        let layers = self.layers(image)?;
        Ok(Chosen { layers, notes })
    }

    /// The first image that fits: searches an index and the indexes in it, or a manifest.
    fn in_list(
        &self,
        list: List,
        seen: &mut Seen,
        depth: usize,
    ) -> Result<Option<Image>, SysError> {
        if list.is_both() {
            return Err(self.bad("a list that is both an index and a manifest"));
        }
        if depth > DEEPEST {
            return Err(self.bad(format!("more than {DEEPEST} indexes in each other")));
        }
        if !list.is_index() {
            return self.image(list, seen, None);
        }
        let mut entries = list.manifests.unwrap_or_default();
        // A stable sort: of entries with the same rank, the first stays first.
        entries.sort_by_key(|entry| entry.rank().unwrap_or(u32::MAX));
        for entry in &entries {
            if let Some(image) = self.of_entry(entry, seen, depth)? {
                return Ok(Some(image));
            }
        }
        Ok(None)
    }

    fn of_entry(
        &self,
        entry: &Descriptor,
        seen: &mut Seen,
        depth: usize,
    ) -> Result<Option<Image>, SysError> {
        if entry.is_beside() {
            return Ok(None);
        }
        if entry.is_old() {
            let old = "a manifest of Docker's schema 1, which is not taken";
            seen.others.push(old.to_owned());
            return Ok(None);
        }
        if let Some(platform) = entry.platform().filter(|_| entry.rank().is_none()) {
            seen.others.push(platform.to_string());
            return Ok(None);
        }
        let list: List = self.parse(&self.blob(entry)?, "a manifest")?;
        if list.is_index() || list.is_both() {
            return self.in_list(list, seen, depth + 1);
        }
        self.image(list, seen, entry.platform())
    }

    /// The image of a manifest; `None` if it is no image, or is for another machine.
    fn image(
        &self,
        manifest: List,
        seen: &mut Seen,
        said: Option<&Platform>,
    ) -> Result<Option<Image>, SysError> {
        let described = match &manifest.config {
            Some(config) if config.is_config() => config,
            _ => {
                seen.others.push("a manifest of no image".to_owned());
                return Ok(None);
            }
        };
        let config: Config = self.parse(&self.blob(described)?, "a configuration")?;
        let fits = said.is_some() || config.platform.fits();
        let image = Image { manifest, config };
        if fits {
            return Ok(Some(image));
        }
        seen.strange.get_or_insert(image);
        Ok(None)
    }

    fn layers(&self, image: Image) -> Result<Vec<Layer>, SysError> {
        let layers = image.manifest.layers.unwrap_or_default();
        let plain = image.config.plain();
        if plain.len() != layers.len() {
            return Err(
                self.bad("the manifest and the configuration name different numbers of layers")
            );
        }
        let described = layers.into_iter().zip(&plain);
        described
            .map(|(layer, plain)| self.layer(layer, plain))
            .collect()
    }

    /// A layer of a layout; `plain` is the digest of its decompressed content.
    fn layer(&self, described: Descriptor, plain: &str) -> Result<Layer, SysError> {
        let file = self.blob_name(&described)?;
        if described.is_encrypted() {
            return Err(self.bad(format!("{file} is encrypted")));
        }
        Ok(Layer {
            digest: file.rsplit('/').next().map(str::to_owned),
            file,
            plain: plain.strip_prefix("sha256:").map(str::to_owned),
            urls: described.urls.unwrap_or_default(),
        })
    }

    fn of_docker(&self, list: &[u8]) -> Result<Chosen, SysError> {
        let images: Option<Vec<Saved>> = self.parse(list, "manifest.json")?;
        let mut first = None;
        let mut notes = Vec::new();
        for image in images.unwrap_or_default() {
            let config = self.saved_config(&image)?;
            if config.platform.fits() {
                first = Some((image, config));
                break;
            }
            first.get_or_insert((image, config));
        }
        let (image, config) = first.ok_or_else(|| self.bad("there is no image in it"))?;
        if !config.platform.fits() {
            notes.push(strange(&config.platform));
        }
        let files = image.layers.unwrap_or_default();
        let plain = config.plain();
        if plain.len() != files.len() {
            return Err(
                self.bad("manifest.json and the configuration name different numbers of layers")
            );
        }
        let saved = files.into_iter().zip(&plain);
        let layers = saved
            .map(|(file, plain)| Layer::saved(file, plain))
            .collect();
        Ok(Chosen { layers, notes })
    }

    fn saved_config(&self, image: &Saved) -> Result<Config, SysError> {
        let config = self.need(&image.config)?;
        if let Some(said) = image.promised() {
            self.verify(&config, said, &image.config)?;
        }
        self.parse(&config, "the configuration")
    }

    fn parse<T: DeserializeOwned>(&self, bytes: &[u8], what: &str) -> Result<T, SysError> {
        serde_json::from_slice(bytes).map_err(|e| self.bad(format!("{what} cannot be read: {e}")))
    }

    fn blob_name(&self, of: &Descriptor) -> Result<String, SysError> {
        let hex = of.digest.strip_prefix("sha256:");
        match hex.filter(|hex| is_sha256(hex)) {
            Some(hex) => Ok(format!("blobs/sha256/{hex}")),
            None => Err(self.bad(format!("`{}` is no SHA-256", of.digest))),
        }
    }

    /// Reads a blob and verifies its digest.
    fn blob(&self, of: &Descriptor) -> Result<Vec<u8>, SysError> {
        let name = self.blob_name(of)?;
        let bytes = self.need(&name)?;
        self.verify(&bytes, name.rsplit('/').next().unwrap_or_default(), &name)?;
        Ok(bytes)
    }

    fn verify(&self, bytes: &[u8], said: &str, what: &str) -> Result<(), SysError> {
        let is = archive::sha256(bytes);
        if is == said {
            return Ok(());
        }
        Err(self.differs(what, said, &is))
    }

    fn differs(&self, what: &str, said: &str, is: &str) -> SysError {
        self.bad(format!("the SHA-256 of {what} is {is}, not {said}"))
    }

    fn need(&self, name: &str) -> Result<Vec<u8>, SysError> {
        self.find(name)?
            .ok_or_else(|| self.bad(format!("there is no {name} in it")))
    }

    /// Reads a file of at most `LONGEST` bytes; `None` if it does not exist.
    fn find(&self, name: &str) -> Result<Option<Vec<u8>>, SysError> {
        let Some(file) = self.file(name)? else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        let read = file.take(LONGEST + 1).read_to_end(&mut bytes);
        read.map_err(|e| SysError::new("read", format!("\"{name}\""), e))?;
        if bytes.len() as u64 > LONGEST {
            let most = LONGEST >> 20;
            return Err(self.bad(format!("{name} is too large: more than {most} MiB")));
        }
        Ok(Some(bytes))
    }

    /// Opens a file of the source, never through a link or outside of it.
    fn file(&self, name: &str) -> Result<Option<Box<dyn Read>>, SysError> {
        match self {
            Self::Directory(path) => {
                let dir = file::open_dir(file::here(), &path.to_string_lossy())?;
                match file::open_file_below(&dir, name) {
                    Ok(fd) => Ok(Some(Box::new(File::from(fd)))),
                    Err(e) if e.errno == number::ENOENT => Ok(None),
                    Err(e) => Err(e),
                }
            }
            Self::Archive(path) => member::find(path, name),
        }
    }

    /// Copies the archive of a layer and verifies it; returns its SHA-256 in hexadecimal.
    pub(super) fn copy(&self, layer: &Layer, to: &str) -> Result<String, SysError> {
        let mut from = self.file(&layer.file)?.ok_or_else(|| self.missing(layer))?;
        let file = File::create(to).map_err(|e| unwritten(to, e))?;
        let hex = archive::copy(&mut from, file).map_err(|e| match e {
            Uncopied::Read(e) => SysError::new("read", format!("\"{}\"", layer.file), e),
            Uncopied::Write(e) => unwritten(to, e),
        })?;
        if let Some(said) = layer.digest.as_ref().filter(|said| **said != hex) {
            return Err(self.differs(&layer.file, said, &hex));
        }
        if let Some(said) = &layer.plain {
            let is = self.decompressed(layer, to)?;
            if is != *said {
                return Err(self.differs(&format!("{}, decompressed,", layer.file), said, &is));
            }
        }
        Ok(hex)
    }

    /// The error for a layer that the source does not contain.
    fn missing(&self, layer: &Layer) -> SysError {
        match layer.urls.first() {
            Some(url) => self.bad(format!("{} is not in it, but at {url}", layer.file)),
            None => self.bad(format!("there is no {} in it", layer.file)),
        }
    }

    /// The SHA-256 of the decompressed copy of a layer.
    fn decompressed(&self, layer: &Layer, copy: &str) -> Result<String, SysError> {
        let mut plain = Limited::new(archive::open(Path::new(copy))?, 2 * LARGEST);
        let is = archive::copy(&mut plain, std::io::sink());
        is.map_err(|e| match e {
            Uncopied::Read(e) if is_too_large(&e) => {
                self.bad(format!("{} is too large: decompressed {e}", layer.file))
            }
            Uncopied::Read(e) | Uncopied::Write(e) => {
                self.bad(format!("{} cannot be decompressed: {e}", layer.file))
            }
        })
    }
}

fn unwritten(path: &str, error: io::Error) -> SysError {
    SysError::new("write", format!("\"{path}\""), error)
}

/// The remark about an image for another machine.
fn strange(platform: &Platform) -> String {
    let here = Platform::here();
    format!("it is for {platform}, and this machine is {here}: its programs may not run here")
}
