//! Images from elsewhere: an OCI layout (image-spec, image-layout.md) as a
//! directory or an archive, or what `docker save` writes. Nothing is taken whose
//! digest is not the one that is said.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use oci_spec::image::{Descriptor, ImageConfiguration, ImageIndex, ImageManifest, MediaType};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{archive, refusal};
use crate::sys::SysError;
use crate::sys::file;

/// The longest list or configuration that is read, in bytes.
const LONGEST: u64 = 4 << 20;

/// This machine, as images name it.
const MACHINE: &str = if cfg!(target_arch = "x86_64") {
    "amd64"
} else if cfg!(target_arch = "aarch64") {
    "arm64"
} else {
    "unknown"
};

/// Where an image comes from.
pub(super) enum Source {
    /// A directory.
    Directory(PathBuf),
    /// A tar archive.
    Archive(PathBuf),
}

/// A layer in it.
pub(super) struct Layer {
    /// The file.
    file: String,
    /// The SHA-256 that the file must have, if that is said.
    digest: Option<String>,
    /// The SHA-256 that it must have once it is decompressed, if that is said.
    plain: Option<String>,
}

/// An image in the `manifest.json` of `docker save`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Saved {
    config: String,
    layers: Vec<String>,
}

impl Source {
    /// Finds out what it is.
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

    /// Its layers, the lowest first.
    pub(super) fn layers(&self) -> Result<Vec<Layer>, SysError> {
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

    fn of_layout(&self, index: &[u8]) -> Result<Vec<Layer>, SysError> {
        let index: ImageIndex = self.parse(index, "index.json")?;
        let mut wanted = self.choose(&index)?.clone();
        if *wanted.media_type() == MediaType::ImageIndex {
            let inner: ImageIndex = self.parse(&self.blob(&wanted)?, "an index")?;
            wanted = self.choose(&inner)?.clone();
        }
        let manifest: ImageManifest = self.parse(&self.blob(&wanted)?, "a manifest")?;
        let config: ImageConfiguration =
            self.parse(&self.blob(manifest.config())?, "a configuration")?;
        let plain = config.rootfs().diff_ids();
        if plain.len() != manifest.layers().len() {
            return Err(
                self.bad("the manifest and the configuration name different numbers of layers")
            );
        }
        let layer = |(layer, plain): (&Descriptor, &String)| {
            Ok(Layer {
                file: self.blob_name(layer)?,
                digest: Some(layer.digest().digest().to_owned()),
                plain: plain.strip_prefix("sha256:").map(str::to_owned),
            })
        };
        manifest.layers().iter().zip(plain).map(layer).collect()
    }

    /// The image for this machine, or else the first.
    fn choose<'a>(&self, index: &'a ImageIndex) -> Result<&'a Descriptor, SysError> {
        let fits = |d: &&Descriptor| {
            let platform = d.platform().as_ref();
            platform.is_some_and(|platform| platform.architecture().to_string() == MACHINE)
        };
        let all = index.manifests();
        let found = all.iter().find(fits).or_else(|| all.first());
        found.ok_or_else(|| self.bad("there is no image in it"))
    }

    fn of_docker(&self, list: &[u8]) -> Result<Vec<Layer>, SysError> {
        let images: Vec<Saved> = self.parse(list, "manifest.json")?;
        let image = images
            .first()
            .ok_or_else(|| self.bad("there is no image in it"))?;
        let config = self.need(&image.config)?;
        let name = image.config.rsplit('/').next().unwrap_or_default();
        let said = name.strip_suffix(".json").unwrap_or(name);
        self.verify(&config, said, &image.config)?;
        let config: ImageConfiguration = self.parse(&config, "the configuration")?;
        let plain = config.rootfs().diff_ids();
        if plain.len() != image.layers.len() {
            return Err(
                self.bad("manifest.json and the configuration name different numbers of layers")
            );
        }
        let layer = |(file, plain): (&String, &String)| Layer {
            file: file.clone(),
            digest: None,
            plain: plain.strip_prefix("sha256:").map(str::to_owned),
        };
        Ok(image.layers.iter().zip(plain).map(layer).collect())
    }

    fn parse<T: DeserializeOwned>(&self, bytes: &[u8], what: &str) -> Result<T, SysError> {
        serde_json::from_slice(bytes).map_err(|e| self.bad(format!("{what} cannot be read: {e}")))
    }

    fn blob_name(&self, of: &Descriptor) -> Result<String, SysError> {
        let (kind, hex) = (of.digest().algorithm().to_string(), of.digest().digest());
        if kind != "sha256" || hex.len() != 64 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(self.bad(format!("`{}` is no SHA-256", of.digest())));
        }
        Ok(format!("blobs/sha256/{hex}"))
    }

    /// A blob, verified.
    fn blob(&self, of: &Descriptor) -> Result<Vec<u8>, SysError> {
        let name = self.blob_name(of)?;
        let bytes = self.need(&name)?;
        self.verify(&bytes, of.digest().digest(), &name)?;
        Ok(bytes)
    }

    fn verify(&self, bytes: &[u8], said: &str, what: &str) -> Result<(), SysError> {
        let is = archive::copy(&mut &*bytes, std::io::sink());
        let is = is.map_err(|e| SysError::new("read", what, e))?;
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

    /// A short file.
    fn find(&self, name: &str) -> Result<Option<Vec<u8>>, SysError> {
        let Some(file) = self.file(name)? else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        let read = file.take(LONGEST).read_to_end(&mut bytes);
        read.map_err(|e| SysError::new("read", format!("\"{name}\""), e))?;
        Ok(Some(bytes))
    }

    /// A file in it: never through a link, never outside.
    fn file(&self, name: &str) -> Result<Option<Box<dyn Read>>, SysError> {
        match self {
            Self::Directory(path) => {
                let dir = file::open_dir(file::here(), &path.to_string_lossy())?;
                match file::open_file_below(&dir, name) {
                    Ok(fd) => Ok(Some(Box::new(File::from(fd)))),
                    Err(e) if e.errno == nix::libc::ENOENT => Ok(None),
                    Err(e) => Err(e),
                }
            }
            Self::Archive(path) => self.member(path, name),
        }
    }

    fn member(&self, path: &Path, name: &str) -> Result<Option<Box<dyn Read>>, SysError> {
        let error = |e: std::io::Error| self.bad(format!("it cannot be read as an archive: {e}"));
        // A second name of a file is as good as the first, but has no content of its own.
        let mut wanted = name.to_owned();
        for _ in 0..4 {
            let mut archive = tar::Archive::new(archive::open(path)?);
            let mut link = None;
            for entry in archive.entries().map_err(error)? {
                let mut entry = entry.map_err(error)?;
                let own = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
                if own.trim_start_matches("./") != wanted {
                    continue;
                }
                if entry.header().entry_type().is_file() {
                    return spooled(&mut entry).map(Some).map_err(error);
                }
                let target = entry.link_name_bytes().unwrap_or_default();
                link = Some(resolved(&wanted, &String::from_utf8_lossy(&target)));
            }
            match link {
                Some(target) => wanted = target,
                None => return Ok(None),
            }
        }
        Err(self.bad(format!("{name} is a link to a link to a link")))
    }

    /// Copies a layer's archive, verified: its SHA-256 in hexadecimal.
    pub(super) fn copy(&self, layer: &Layer, to: &str) -> Result<String, SysError> {
        let missing = || self.bad(format!("there is no {} in it", layer.file));
        let mut from = self.file(&layer.file)?.ok_or_else(missing)?;
        let error = |e| SysError::new("write", format!("\"{to}\""), e);
        let file = File::create(to).map_err(error)?;
        let hex = archive::copy(&mut from, file).map_err(error)?;
        if let Some(said) = layer.digest.as_ref().filter(|said| **said != hex) {
            return Err(self.differs(&layer.file, said, &hex));
        }
        if let Some(said) = &layer.plain {
            let mut plain = archive::open(Path::new(to))?.take(2 * archive::LARGEST);
            let is = archive::copy(&mut plain, std::io::sink());
            let is =
                is.map_err(|e| self.bad(format!("{} cannot be decompressed: {e}", layer.file)))?;
            if is != *said {
                return Err(self.differs(&format!("{}, decompressed,", layer.file), said, &is));
            }
        }
        Ok(hex)
    }
}

/// A member's content, apart from its archive, in a file without a name.
fn spooled(entry: &mut impl Read) -> std::io::Result<Box<dyn Read>> {
    let mut file =
        File::from(file::nameless("/lab").map_err(|e| std::io::Error::from_raw_os_error(e.errno))?);
    std::io::copy(&mut entry.take(2 * archive::LARGEST), &mut file)?;
    std::io::Seek::rewind(&mut file)?;
    Ok(Box::new(file))
}

/// Where a link beside a name leads, lexically.
fn resolved(name: &str, target: &str) -> String {
    let above = name.rsplit_once('/').map_or("", |(above, _)| above);
    let mut parts: Vec<&str> = above.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
