//! Which distribution this is, what its packages are called, and the command that installs them
//! (os-release(5)).

use std::collections::BTreeSet;
use std::fs;

/// The package that has a program, as each distribution calls it.
#[derive(Debug)]
pub(super) struct Packages {
    pub(super) debian: &'static str,
    pub(super) fedora: &'static str,
    pub(super) suse: &'static str,
    pub(super) arch: &'static str,
    pub(super) alpine: &'static str,
}

/// A family of distributions with one package manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distribution {
    /// Debian, Ubuntu and their derivatives.
    Debian,
    /// Fedora, Red Hat, `CentOS` and their derivatives.
    Fedora,
    /// SUSE.
    Suse,
    /// Arch.
    Arch,
    /// Alpine.
    Alpine,
}

/// The files in which a distribution names itself.
const FILES: [&str; 2] = ["/etc/os-release", "/usr/lib/os-release"];

impl Distribution {
    /// This machine's distribution; `None` if it is none of these.
    pub fn here() -> Option<Self> {
        let text = FILES
            .iter()
            .find_map(|path| fs::read_to_string(path).ok())?;
        Self::of(&text)
    }

    /// The distribution that an os-release text names in `ID`, or else in `ID_LIKE`.
    pub fn of(text: &str) -> Option<Self> {
        let value = |key: &str| {
            let mut lines = text
                .lines()
                .filter_map(|line| line.trim().strip_prefix(key));
            let value = lines.next()?.trim_start().strip_prefix('=')?;
            Some(value.trim().trim_matches(['"', '\'']).to_lowercase())
        };
        let names = [value("ID"), value("ID_LIKE")];
        let names: Vec<String> = names.into_iter().flatten().collect();
        let mut words = names.iter().flat_map(|names| names.split_whitespace());
        words.find_map(Self::named)
    }

    fn named(id: &str) -> Option<Self> {
        Some(match id {
            "debian" | "ubuntu" => Self::Debian,
            "fedora" | "rhel" | "centos" => Self::Fedora,
            "suse" | "opensuse" | "sles" => Self::Suse,
            "arch" | "archlinux" => Self::Arch,
            "alpine" => Self::Alpine,
            _ if id.starts_with("opensuse-") => Self::Suse,
            _ => return None,
        })
    }

    /// What this distribution calls a package.
    pub(super) fn package(self, packages: &Packages) -> &'static str {
        match self {
            Self::Debian => packages.debian,
            Self::Fedora => packages.fedora,
            Self::Suse => packages.suse,
            Self::Arch => packages.arch,
            Self::Alpine => packages.alpine,
        }
    }

    /// The shell line that installs packages; `prefix` (such as `sudo `) stands before each
    /// command.
    pub fn install(self, packages: &BTreeSet<&str>, prefix: &str) -> String {
        let list: Vec<&str> = packages.iter().copied().collect();
        let list = list.join(" ");
        match self {
            // On a fresh machine apt has no package lists yet.
            Self::Debian => {
                format!("{prefix}apt-get update && {prefix}apt-get install -y {list}")
            }
            Self::Fedora => format!("{prefix}dnf install -y {list}"),
            Self::Suse => format!("{prefix}zypper --non-interactive install {list}"),
            Self::Arch => format!("{prefix}pacman -S --needed --noconfirm {list}"),
            Self::Alpine => format!("{prefix}apk add {list}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_says_its_name_or_what_it_is_like() {
        let cases = [
            (
                "PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n",
                Some(Distribution::Debian),
            ),
            (
                "NAME=\"Linux Mint\"\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\n",
                Some(Distribution::Debian),
            ),
            ("VERSION_ID=42\nID=fedora\n", Some(Distribution::Fedora)),
            (
                "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n",
                Some(Distribution::Fedora),
            ),
            (
                "ID=\"opensuse-tumbleweed\"\nID_LIKE=\"opensuse suse\"\n",
                Some(Distribution::Suse),
            ),
            ("ID='sles'\n", Some(Distribution::Suse)),
            ("ID=manjaro\nID_LIKE=arch\n", Some(Distribution::Arch)),
            ("ID=alpine\nVERSION_ID=3.22.1\n", Some(Distribution::Alpine)),
            ("ID=nixos\n", None),
            ("ID_LIKE=\n", None),
            ("", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(Distribution::of(text), wanted, "{text}");
        }
    }

    #[test]
    fn one_command_installs_all() {
        let packages = BTreeSet::from(["nftables", "iproute2"]);
        let line = |distribution: Distribution| distribution.install(&packages, "sudo ");
        assert_eq!(
            line(Distribution::Debian),
            "sudo apt-get update && sudo apt-get install -y iproute2 nftables"
        );
        assert_eq!(
            Distribution::Alpine.install(&packages, ""),
            "apk add iproute2 nftables"
        );
        for distribution in [Distribution::Fedora, Distribution::Suse, Distribution::Arch] {
            let line = line(distribution);
            assert!(
                line.starts_with("sudo ") && line.ends_with(" iproute2 nftables"),
                "{line}"
            );
        }
    }
}
