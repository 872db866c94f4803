//! The programs that a person would type and this machine lacks.

use std::collections::{BTreeMap, BTreeSet};

use crate::lab::Action;
use crate::{typed, word};

/// The missing programs, and how to install them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Absent {
    /// The programs, each with its package.
    pub programs: BTreeMap<String, String>,
    /// The shell command that installs them all, if there is a known one.
    pub install: Option<String>,
}

impl Absent {
    /// The warning beside the lines of actions: the packages that are needed to type them here.
    /// `None` if nothing is missing.
    pub fn words<'a>(&self, actions: impl IntoIterator<Item = &'a Action>) -> Option<String> {
        let needed = typed::of_all(actions);
        let missing = needed.iter().filter_map(|name| self.programs.get(name));
        let packages: BTreeSet<&str> = missing.map(String::as_str).collect();
        let list: Vec<&str> = packages.into_iter().collect();
        let (count, packages) = (list.len(), list.join(", "));
        (count > 0).then(|| word!("to-type", count = count, packages = packages))
    }

    /// A line for each missing package, with its programs.
    pub fn lines(&self) -> Vec<String> {
        let mut packages: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (program, package) in &self.programs {
            packages.entry(package).or_default().push(program);
        }
        let line = |(package, programs): (&str, Vec<&str>)| {
            word!(
                "absent-package",
                package = package,
                programs = programs.join(", ")
            )
        };
        packages.into_iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_line_needs_is_told() -> Result<(), serde_json::Error> {
        let programs = [
            ("ip", "iproute2"),
            ("nft", "nftables"),
            ("ping", "iputils-ping"),
        ];
        let owned = |(a, b): (&str, &str)| (a.to_owned(), b.to_owned());
        let absent = Absent {
            programs: programs.map(owned).into(),
            install: None,
        };
        let action = |json| serde_json::from_str::<Action>(json);
        let bridge = action(r#"{"bridge": {"name": "br0"}}"#)?;
        let hostname = action(r#"{"hostname": {"name": "x"}}"#)?;
        let ping = action(r#"{"ping": {"netns": "r1", "to": "10.0.0.1"}}"#)?;
        assert_eq!(absent.words([&hostname]), None);
        let words = absent.words([&hostname, &bridge]);
        assert_eq!(
            words.as_deref(),
            Some("to type it: iproute2 is not installed")
        );
        let words = absent.words([&ping]);
        assert_eq!(
            words.as_deref(),
            Some("to type it: iproute2, iputils-ping are not installed")
        );
        assert_eq!(Absent::default().words([&bridge, &ping]), None);
        Ok(())
    }
}
