//! Reads hand-ins: files, and folders with folders in them.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::class::{HandIn, LARGEST};
use crate::sys::file;
use crate::sys::identity::person;
use crate::word;

/// How deep folders may be nested: one for each student, one for each of their weeks.
const DEEPEST: usize = 8;
/// The most files that are read.
const MOST: usize = 10_000;

/// The result of reading the arguments.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// The files that were taken, with their paths.
    pub(super) taken: Vec<(String, HandIn)>,
    /// Why the others were not, in words.
    pub(super) left_out: Vec<String>,
}

/// Reads files, and all that are in folders, with the rights of the person.
pub(super) fn gather(paths: &[PathBuf]) -> Gathered {
    person::act(|| gathered(paths))
}

fn gathered(paths: &[PathBuf]) -> Gathered {
    let mut gathered = Gathered::default();
    for path in paths {
        if path.is_dir() {
            gathered.folder(path, 0);
        } else {
            gathered.file(path);
        }
    }
    gathered
}

impl Gathered {
    /// Takes all files in a folder, in the order of their names, except hidden ones. Symbolic links
    /// are left out, which is reported.
    fn folder(&mut self, folder: &Path, depth: usize) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries.filter_map(Result::ok),
            Err(why) => return self.leave(folder, &why.to_string()),
        };
        let hidden = |entry: &fs::DirEntry| entry.file_name().as_encoded_bytes().starts_with(b".");
        let mut entries: Vec<_> = entries.filter(|entry| !hidden(entry)).collect();
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let (path, kind) = (entry.path(), entry.file_type());
            match kind {
                Ok(kind) if kind.is_dir() && depth == DEEPEST => {
                    self.leave(&path, &word!("hand-in-deep"));
                }
                Ok(kind) if kind.is_dir() => self.folder(&path, depth + 1),
                Ok(kind) if kind.is_symlink() => self.leave(&path, &word!("hand-in-link")),
                _ => self.file(&path),
            }
        }
    }

    fn file(&mut self, path: &Path) {
        let count = self.taken.len() + self.left_out.len();
        if count >= MOST {
            // Reported once; later files are not even counted.
            if count == MOST {
                self.leave(path, &word!("hand-in-many", most = MOST));
            }
            return;
        }
        let read = read(path).and_then(|bytes| HandIn::read(&bytes).map_err(|why| why.to_string()));
        match read {
            Ok(hand_in) => self.taken.push((shown(path), hand_in)),
            Err(why) => self.leave(path, &why),
        }
    }

    fn leave(&mut self, path: &Path, why: &str) {
        let why = word!("hand-in-left", file = shown(path), why = why);
        self.left_out.push(why);
    }
}

/// A path in one line: control characters are replaced.
fn shown(path: &Path) -> String {
    let path = path.display().to_string();
    path.replace(char::is_control, "\u{fffd}")
}

/// The bytes of a plain file.
fn read(path: &Path) -> Result<Vec<u8>, String> {
    let refused = |why: io::Error| why.to_string();
    let file = file::open_plain(path).map_err(refused)?;
    let file = file.ok_or_else(|| word!("hand-in-no-file"))?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(refused)?;
    if bytes.len() as u64 > LARGEST {
        return Err(word!("hand-in-large", most = LARGEST >> 20));
    }
    Ok(bytes)
}
