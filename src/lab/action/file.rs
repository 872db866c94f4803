//! Verbs of the file family. Paths are looked up as the actor's face would:
//! from its root, relative ones from its working directory.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::critic::Critic;
use super::host;
use super::table::{family, outlines};
use super::verb::Runs;

family! { ($)
    /// Makes a directory.
    "mkdir" Mkdir(Mkdir),
    /// Writes a file, replacing what it held.
    "write" Write(Write),
    /// Adds to the end of a file.
    "append" Append(Append),
    /// Copies a file, or a directory with all that is in it.
    "copy" Copy(Copy),
    /// Removes a file, or a directory with all that is in it.
    "remove" Remove(Remove),
    /// Gives a file or directory another name.
    "rename" Rename(Rename),
    /// Changes a file's permission bits.
    "chmod" Chmod(Chmod),
    /// Makes a symbolic link.
    "symlink" Symlink(Symlink),
    /// Makes a device node or a named pipe.
    "mknod" Mknod(Mknod),
    /// Fills a directory with programs and exactly the libraries they need.
    "rootfs" Rootfs(Rootfs),
}

outlines! { |a|
    Mkdir {},
    Write { runs: Runs::Text(&a.text) },
    Append { runs: Runs::Text(&a.text) },
    Copy { runs: Runs::Text(&a.from) },
    Remove {},
    Rename {},
    Chmod {} => judge,
    Symlink {},
    Mknod {},
    Rootfs { runs: Runs::Words(&a.programs) } => judge,
}

/// Makes a directory and those above it, mkdir(2). Example: `mkdir: {path: /lab/root/bin}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mkdir {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The directory.
    pub path: String,
}

/// Writes a file. Example: `write: {path: /lab/note, text: "hello\n"}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Write {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The file.
    pub path: String,
    /// What it holds afterwards.
    pub text: String,
}

/// Adds to a file. Example: `append: {path: /lab/note, text: "more\n"}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Append {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The file.
    pub path: String,
    /// What is added.
    pub text: String,
}

/// Copies a file or a tree, modes and links kept (`cp -a`). Example: `copy: {from: /bin/bash, to: /lab/root/bin/bash}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Copy {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// What is copied; a symbolic link is followed, once.
    pub from: String,
    /// The new file; if it is a directory, the copy goes into it. The directories above it are made.
    pub to: String,
}

/// Removes a file or a tree, unlink(2), rmdir(2). Example: `remove: {path: /lab/root}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Remove {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// What is removed.
    pub path: String,
}

/// Renames, rename(2). Example: `rename: {from: /lab/a, to: /lab/b}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rename {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The old name.
    pub from: String,
    /// The new name.
    pub to: String,
}

/// Changes permission bits, chmod(2). Example: `chmod: {path: /lab/x, mode: "0755"}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Chmod {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The file.
    pub path: String,
    /// The bits in octal, in quotes.
    pub mode: String,
}

impl Chmod {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        let octal = !self.mode.is_empty() && self.mode.chars().all(|c| ('0'..='7').contains(&c));
        let bits = u32::from_str_radix(&self.mode, 8);
        if !octal || bits.is_ok_and(|bits| bits > 0o7777) || self.mode.len() > 5 {
            let message = format!("`{}` is no mode", self.mode);
            let help = "octal digits in quotes: \"0755\"";
            critic.word("mode", &self.mode, message, help);
        }
    }
}

/// Makes a symbolic link, symlink(2). Example: `symlink: {target: bin/bash, path: /lab/root/sh}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Symlink {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// What the link says.
    pub target: String,
    /// The link.
    pub path: String,
}

/// What mknod(2) makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// A named pipe.
    Fifo,
    /// A character device.
    Character,
    /// A block device.
    Block,
}

/// Makes a device node or a pipe, mknod(2). Example: `mknod: {path: /lab/null, kind: character, major: 1, minor: 3}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mknod {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The node.
    pub path: String,
    /// What it is.
    pub kind: NodeKind,
    /// The device's major number; 0 for a pipe.
    #[serde(default)]
    pub major: u32,
    /// The device's minor number; 0 for a pipe.
    #[serde(default)]
    pub minor: u32,
}

/// Copies programs, and for each the interpreter and the libraries that its ELF
/// header asks for, to the same places below a directory.
/// Example: `rootfs: {path: /lab/root, programs: [/bin/bash, /bin/ls]}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rootfs {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The directory that will be a root; made if it is not there.
    pub path: String,
    /// Absolute paths of the programs.
    #[schemars(length(min = 1))]
    pub programs: Vec<String>,
    /// Absolute paths of programs that are passed over where the machine does not have them.
    #[serde(default)]
    pub optional: Vec<String>,
}

impl Rootfs {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        critic.some("programs", &self.programs);
    }
}
