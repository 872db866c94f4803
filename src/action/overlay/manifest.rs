//! The lists of an image (indexes, manifests, configurations) in the forms of OCI (image-spec:
//! image-index.md, manifest.md, config.md) and Docker, as docker, containerd, skopeo, umoci, crane,
//! jib, ko and bazel write them. Fields that may be null or missing are optional.

use std::fmt;

use serde::Deserialize;

/// This machine's architecture, as images name it.
const MACHINE: &str = if cfg!(target_arch = "x86_64") {
    "amd64"
} else if cfg!(target_arch = "aarch64") {
    "arm64"
} else if cfg!(target_arch = "riscv64") {
    "riscv64"
} else {
    "unknown"
};

/// An index or a manifest; which one depends on the fields that it has.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct List {
    /// The entries of an index.
    pub(super) manifests: Option<Vec<Descriptor>>,
    /// The configuration, in a manifest.
    pub(super) config: Option<Descriptor>,
    /// The layers in a manifest, the lowest first.
    pub(super) layers: Option<Vec<Descriptor>>,
}

/// The description of one blob in a list.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Descriptor {
    media_type: Option<String>,
    artifact_type: Option<String>,
    /// Its digest, after the name of the algorithm.
    pub(super) digest: String,
    platform: Option<Platform>,
    /// Where it can be downloaded if it is not here.
    pub(super) urls: Option<Vec<String>>,
}

/// An operating system and a machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Platform {
    os: Option<String>,
    architecture: Option<String>,
    variant: Option<String>,
}

/// The configuration of an image.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Config {
    /// The machine that the image is for.
    #[serde(flatten)]
    pub(super) platform: Platform,
    rootfs: Option<RootFs>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RootFs {
    diff_ids: Option<Vec<String>>,
}

impl Config {
    /// The digests of its decompressed layers, the lowest first.
    pub(super) fn plain(self) -> Vec<String> {
        self.rootfs.and_then(|fs| fs.diff_ids).unwrap_or_default()
    }
}

/// An image in the `manifest.json` of `docker save`.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Saved {
    /// The file name of the configuration.
    pub(super) config: String,
    /// The file names of the layers, the lowest first.
    pub(super) layers: Option<Vec<String>>,
}

impl Saved {
    /// The SHA-256 that the name of its configuration promises: `blobs/sha256/HEX`, `sha256:HEX` or
    /// `HEX.json`. Other names promise none.
    pub(super) fn promised(&self) -> Option<&str> {
        let name = self.config.rsplit('/').next().unwrap_or_default();
        let name = name.strip_prefix("sha256:").unwrap_or(name);
        let name = name.strip_suffix(".json").unwrap_or(name);
        is_sha256(name).then_some(name)
    }
}

/// Whether the text is a SHA-256 in hexadecimal.
pub(super) fn is_sha256(hex: &str) -> bool {
    hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit())
}

impl List {
    /// Whether it lists other lists.
    pub(super) fn is_index(&self) -> bool {
        self.manifests.is_some() || (self.config.is_none() && self.layers.is_none())
    }

    /// Whether it is ambiguous (containerd refuses such a list, CVE-2021-41190).
    pub(super) fn is_both(&self) -> bool {
        self.manifests.is_some() && (self.config.is_some() || self.layers.is_some())
    }
}

impl Descriptor {
    fn kind(&self) -> &str {
        self.media_type.as_deref().unwrap_or_default()
    }

    /// Whether it is a manifest of Docker's version 1, which tools no longer write.
    pub(super) fn is_old(&self) -> bool {
        self.kind()
            .starts_with("application/vnd.docker.distribution.manifest.v1")
    }

    /// Whether the blob is the configuration of an image, not of something that registries keep
    /// beside images: signatures, charts, lists of an image's content.
    pub(super) fn is_config(&self) -> bool {
        let known = ["", "application/octet-stream", "application/json"];
        let kind = self.kind();
        known.contains(&kind)
            || kind.starts_with("application/vnd.oci.image.config.")
            || kind.starts_with("application/vnd.docker.container.image.")
    }

    /// Whether reading the blob takes a key.
    pub(super) fn is_encrypted(&self) -> bool {
        self.kind().contains("+encrypted")
    }

    /// The machine that it is for, if that is given.
    pub(super) fn platform(&self) -> Option<&Platform> {
        let platform = self.platform.as_ref();
        platform.filter(|platform| !platform.machine().is_empty())
    }

    /// Whether it is something other than an image: attestations of builders have an unknown
    /// platform.
    pub(super) fn is_beside(&self) -> bool {
        let unknown = |said: &Option<String>| said.as_deref() == Some("unknown");
        self.artifact_type
            .as_ref()
            .is_some_and(|kind| !kind.is_empty())
            || self
                .platform()
                .is_some_and(|p| unknown(&p.os) && unknown(&p.architecture))
    }

    /// How well it fits this machine: lower is better; `None` if it does not fit.
    pub(super) fn rank(&self) -> Option<u32> {
        match self.platform() {
            Some(platform) => platform.rank(&Platform::here()),
            // Its configuration will tell what it is for.
            None => Some(u32::MAX),
        }
    }
}

impl Platform {
    /// This machine, as images name it.
    pub(super) fn here() -> Self {
        Self {
            os: Some("linux".to_owned()),
            architecture: Some(MACHINE.to_owned()),
            variant: None,
        }
    }

    /// How well it fits a machine: lower is better; `None` if it does not fit.
    pub(super) fn rank(&self, machine: &Self) -> Option<u32> {
        let same = self.system() == machine.system() && self.machine() == machine.machine();
        let variant = self.variant();
        // The default variant of each architecture; one that asks for more ranks behind.
        let plain = match self.machine().as_str() {
            "arm" => 7,
            "arm64" => 8,
            "amd64" => 1,
            _ => 0,
        };
        let asked = variant.unwrap_or(plain);
        // Of older variants the newest first.
        let rank = if asked <= plain {
            plain - asked
        } else {
            100 + asked
        };
        // A newer variant than the default does not fit a 32-bit machine.
        let fits = same && !(self.machine() == "arm" && asked > plain);
        fits.then_some(rank)
    }

    /// Whether it fits this machine; a platform without an architecture may.
    pub(super) fn fits(&self) -> bool {
        self.machine().is_empty() || self.rank(&Self::here()).is_some()
    }

    fn system(&self) -> String {
        let os = self.os.as_deref().filter(|os| !os.is_empty());
        os.unwrap_or("linux").to_lowercase()
    }

    fn machine(&self) -> String {
        let said = self.architecture.as_deref().unwrap_or_default();
        let said = said.to_lowercase();
        match said.as_str() {
            "x86_64" | "x86-64" => "amd64".to_owned(),
            "aarch64" => "arm64".to_owned(),
            "armhf" | "armel" => "arm".to_owned(),
            "i386" | "i686" => "386".to_owned(),
            _ => said,
        }
    }

    fn variant(&self) -> Option<u32> {
        let said = self.variant.as_deref().unwrap_or_default();
        said.trim_start_matches(['v', 'V']).parse().ok()
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.system(), self.machine())?;
        let variant = self.variant.as_deref().filter(|said| !said.is_empty());
        variant.map_or(Ok(()), |variant| write!(f, "/{variant}"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Platform, Saved};

    fn platform(text: &str) -> Platform {
        let mut parts = text.split('/').map(str::to_owned);
        Platform {
            os: parts.next(),
            architecture: parts.next(),
            variant: parts.next(),
        }
    }

    fn best(machine: &str, of: &[&str]) -> Option<String> {
        let machine = platform(machine);
        let fit = |text: &&str| {
            platform(text)
                .rank(&machine)
                .map(|rank| (rank, text.to_string()))
        };
        of.iter().filter_map(fit).min().map(|(_, text)| text)
    }

    #[test]
    fn the_plain_variant_comes_first() {
        let all = [
            "windows/amd64",
            "linux/amd64/v3",
            "linux/amd64/v2",
            "linux/amd64",
            "linux/arm64/v8",
        ];
        assert_eq!(best("linux/amd64", &all).as_deref(), Some("linux/amd64"));
        assert_eq!(
            best("linux/amd64", &all[..3]).as_deref(),
            Some("linux/amd64/v2")
        );
        assert_eq!(best("linux/arm64", &all).as_deref(), Some("linux/arm64/v8"));
        assert_eq!(
            best(
                "linux/arm",
                &["linux/arm/v5", "linux/arm/v8", "linux/arm/v6"]
            )
            .as_deref(),
            Some("linux/arm/v6")
        );
        assert_eq!(
            best("linux/amd64", &["Linux/x86_64"]).as_deref(),
            Some("Linux/x86_64")
        );
        assert_eq!(best("linux/riscv64", &all), None);
        assert_eq!(best("linux/amd64", &["windows/amd64"]), None);
    }

    #[test]
    fn some_names_promise_a_digest() {
        let hex = "0123456789abcdef".repeat(4);
        let promised = |config: String| {
            let saved = Saved {
                config,
                layers: None,
            };
            saved.promised().map(str::to_owned)
        };
        for name in ["sha256:HEX", "HEX.json", "blobs/sha256/HEX", "HEX"] {
            assert_eq!(
                promised(name.replace("HEX", &hex)).as_deref(),
                Some(hex.as_str()),
                "{name}"
            );
        }
        assert_eq!(promised("config.json".to_owned()), None);
        assert_eq!(promised(String::new()), None);
    }
}
