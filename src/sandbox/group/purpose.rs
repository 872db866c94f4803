//! What a group is made for, and the controllers that this takes.

use super::Group;

/// The purpose of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Purpose {
    /// A lab sees it and makes others in it.
    Lab,
    /// Like `Lab`, with controllers that few labs need. They are enabled from the top of the tree
    /// down and stay enabled afterwards.
    RareLab,
    /// It only limits what a lab host uses.
    Limits,
}

/// The controllers of every lab that uses groups, whatever it needs.
pub(in crate::sandbox) const COMMON: [&str; 3] = ["memory", "cpu", "pids"];

impl Purpose {
    /// The purpose of a lab that needs these controllers.
    pub(in crate::sandbox) fn of(controllers: &[impl AsRef<str>]) -> Self {
        let mut rare = controllers
            .iter()
            .filter(|name| !COMMON.contains(&name.as_ref()));
        if rare.next().is_some() {
            Self::RareLab
        } else {
            Self::Lab
        }
    }

    /// The v2 controllers to enable, if the machine has them.
    pub(super) fn unified(self) -> &'static [&'static str] {
        match self {
            Self::Lab => &COMMON,
            Self::RareLab => &["memory", "cpu", "pids", "cpuset", "io"],
            Self::Limits => &["memory", "pids"],
        }
    }

    /// The v1 controllers to use, if the machine has them.
    pub(super) fn legacy(self) -> &'static [&'static str] {
        match self {
            Self::Lab | Self::RareLab => &["memory", "cpu", "pids", "cpuset", "freezer", "cpuacct"],
            Self::Limits => self.unified(),
        }
    }

    /// The controllers that make a group worth having.
    pub(super) fn wanted(self) -> &'static [&'static str] {
        match self {
            Self::Lab | Self::RareLab => &COMMON,
            Self::Limits => self.unified(),
        }
    }

    /// How many of the wanted controllers a group has.
    pub(super) fn worth(self, group: &Group) -> usize {
        let has = |name: &&&str| group.has(name);
        self.wanted().iter().filter(has).count()
    }
}
