//! The files that an ELF program needs to start: its interpreter (`PT_INTERP`) and its libraries
//! (`DT_NEEDED`), found where ld.so(8) finds them: by RPATH, RUNPATH, `/etc/ld.so.cache` and the
//! standard directories.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::sys::Code;
use crate::sys::number;
use goblin::elf::Elf;

/// A file that a program needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Needed {
    /// Its path.
    pub path: PathBuf,
    /// The name by which it was needed.
    name: String,
    /// How its path was found.
    found: &'static str,
}

impl Needed {
    fn new(name: &str, path: PathBuf, found: &'static str) -> Self {
        Self {
            path,
            name: name.to_owned(),
            found,
        }
    }
}

impl fmt::Display for Needed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} => {} ({})",
            self.name,
            self.path.display(),
            self.found
        )
    }
}

/// A needed file that does not exist or cannot be read.
#[derive(Debug)]
pub(super) struct Missing {
    /// Its path, or the library's bare name.
    pub path: PathBuf,
    /// Why it cannot be read.
    pub errno: Code,
}

impl Missing {
    fn new(path: &Path, error: &io::Error) -> Self {
        Self {
            path: path.to_owned(),
            errno: Code(error.raw_os_error().unwrap_or(number::EIO)),
        }
    }
}

/// The parts of an ELF file that name other files.
struct Header {
    interpreter: Option<String>,
    libraries: Vec<String>,
    /// The directories of its RPATH or RUNPATH, searched before the cache, and which of the two it
    /// was.
    paths: Vec<(PathBuf, &'static str)>,
    is_64: bool,
}

/// The program and everything it needs, each once, in the order of the search.
pub(super) fn needs(program: &Path) -> Result<Vec<Needed>, Missing> {
    let cache = Cache::read();
    let name = program.display().to_string();
    let mut found = vec![Needed::new(&name, program.to_owned(), "the program")];
    let mut seen = BTreeSet::new();
    let mut open = VecDeque::from([program.to_owned()]);
    while let Some(path) = open.pop_front() {
        let Some(header) = header(&path)? else {
            continue;
        };
        for need in wanted(&header, &cache)? {
            if seen.insert(need.path.clone()) {
                open.push_back(need.path.clone());
                found.push(need);
            }
        }
    }
    Ok(found)
}

fn wanted(header: &Header, cache: &Cache) -> Result<Vec<Needed>, Missing> {
    let mut wanted = Vec::new();
    if let Some(name) = &header.interpreter {
        wanted.push(Needed::new(name, name.into(), "PT_INTERP"));
    }
    // An interpreter that is listed as a library is not loaded a second time.
    for name in header.libraries.iter().filter(|name| !is_interpreter(name)) {
        wanted.push(find(name, header, cache)?);
    }
    Ok(wanted)
}

/// Whether a library is the dynamic loader itself: `ld-linux-x86-64.so.2`, `ld-musl-…`,
/// `ld64.so.2`.
fn is_interpreter(name: &str) -> bool {
    name.starts_with("ld-") || name.starts_with("ld64.")
}

/// Finds a library as ld.so(8) does.
fn find(name: &str, header: &Header, cache: &Cache) -> Result<Needed, Missing> {
    if name.contains('/') {
        return Ok(Needed::new(name, name.into(), "by its path"));
    }
    let in_header = header
        .paths
        .iter()
        .map(|(dir, found)| (dir.join(name), *found));
    let in_cache = cache
        .get(name, header.is_64)
        .map(|path| (path, "ld.so.cache"));
    let standard = STANDARD
        .iter()
        .map(|dir| (Path::new(dir).join(name), "standard directory"));
    in_header
        .chain(in_cache)
        .chain(standard)
        .find(|(path, _)| path.is_file())
        .map(|(path, found)| Needed::new(name, path, found))
        .ok_or(Missing {
            path: name.into(),
            errno: Code(number::ENOENT),
        })
}

const STANDARD: [&str; 4] = ["/lib64", "/usr/lib64", "/lib", "/usr/lib"];

/// The header of a file; `None` if it is not an ELF file (a script needs no libraries).
fn header(path: &Path) -> Result<Option<Header>, Missing> {
    let bytes = std::fs::read(path).map_err(|e| Missing::new(path, &e))?;
    let Ok(elf) = Elf::parse(&bytes) else {
        return Ok(None);
    };
    let file = path.canonicalize().map_err(|e| Missing::new(path, &e))?;
    let origin = file.parent().unwrap_or(Path::new("/"));
    let paths = if elf.runpaths.is_empty() {
        search(&elf.rpaths, origin, "RPATH")
    } else {
        search(&elf.runpaths, origin, "RUNPATH")
    };
    Ok(Some(Header {
        interpreter: elf.interpreter.map(str::to_owned),
        libraries: elf
            .libraries
            .iter()
            .map(|name| (*name).to_owned())
            .collect(),
        paths,
        is_64: elf.is_64,
    }))
}

/// The directories of an RPATH or RUNPATH, with `$ORIGIN` replaced.
fn search(lists: &[&str], origin: &Path, found: &'static str) -> Vec<(PathBuf, &'static str)> {
    let origin = origin.display().to_string();
    let dirs = lists
        .iter()
        .flat_map(|list| list.split(':'))
        .filter(|dir| !dir.is_empty());
    dirs.map(|dir| {
        dir.replace("${ORIGIN}", &origin)
            .replace("$ORIGIN", &origin)
    })
    .map(|dir| (PathBuf::from(dir), found))
    .collect()
}

/// `/etc/ld.so.cache`, in the format of glibc 2.2 and later.
#[derive(Default)]
struct Cache {
    /// The path of each library by its name and whether it is for 64-bit programs; of several
    /// entries the first wins.
    paths: BTreeMap<(String, bool), PathBuf>,
}

impl Cache {
    fn read() -> Self {
        let bytes = std::fs::read("/etc/ld.so.cache").unwrap_or_default();
        Self::parse(&bytes).unwrap_or_default()
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        const MAGIC: &[u8] = b"glibc-ld.so.cache1.1";
        let start = bytes
            .windows(MAGIC.len())
            .position(|window| window == MAGIC)?;
        let cache = bytes.get(start..)?;
        let count = word(cache, 20)?;
        let mut paths = BTreeMap::new();
        for i in 0..count {
            // An entry: flags, name, path, OS version (4 bytes each), hardware capabilities (8).
            let entry = 48 + 24 * usize::try_from(i).ok()?;
            let flags = word(cache, entry)?;
            let name = text(cache, word(cache, entry + 4)?)?;
            let path = text(cache, word(cache, entry + 8)?)?;
            let hwcap = word(cache, entry + 16)? | word(cache, entry + 20)?;
            // The second byte of the flags is the ABI: 0 for 32-bit programs on x86.
            let is_64 = flags & 0xff00 != 0 && flags & 0xff00 != 0x0800;
            if hwcap == 0 {
                paths
                    .entry((name, is_64))
                    .or_insert_with(|| PathBuf::from(path));
            }
        }
        Some(Self { paths })
    }

    fn get(&self, name: &str, is_64: bool) -> Option<PathBuf> {
        self.paths.get(&(name.to_owned(), is_64)).cloned()
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let word: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_ne_bytes(word))
}

fn text(bytes: &[u8], at: u32) -> Option<String> {
    let rest = bytes.get(usize::try_from(at).ok()?..)?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    Some(String::from_utf8_lossy(rest.get(..end)?).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cache_cut_off_or_empty_is_none() {
        assert!(Cache::parse(b"").is_none());
        assert!(Cache::parse(b"glibc-ld.so.cache1.1\xff\xff\xff\xff").is_none());
    }

    #[test]
    fn origin_is_put_in() {
        let found = search(&["$ORIGIN/../lib:/opt"], Path::new("/a/bin"), "RPATH");
        assert_eq!(found[0].0, Path::new("/a/bin/../lib"));
        assert_eq!(found[1].0, Path::new("/opt"));
    }
}
