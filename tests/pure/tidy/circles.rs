//! No circle of files inside a room: who reads one file need not read its users.
//!
//! A file and those below it may know each other: `a.rs` is the door of `a/b.rs`.

use std::collections::BTreeMap;

use super::File;
use super::paths::{Named, named};

/// The files of the crate, and what each of them imports.
struct Tree<'a> {
    files: Vec<Leaf<'a>>,
    /// The place of each file, by its module.
    places: BTreeMap<Vec<String>, usize>,
}

/// A file, as far as its paths are concerned.
struct Leaf<'a> {
    file: &'a File,
    module: Vec<String>,
    paths: Vec<Named>,
    /// What a name stands for that the file imports, as a path from the root of the crate.
    imports: BTreeMap<String, Vec<String>>,
}

impl<'a> Tree<'a> {
    fn of(files: &'a [File]) -> Self {
        let is_test = |file: &File| file.path.ends_with("/tests.rs");
        let files: Vec<Leaf<'a>> = files
            .iter()
            .filter(|file| !is_test(file))
            .map(Leaf::of)
            .collect();
        let modules = files.iter().map(|leaf| leaf.module.clone());
        let places = modules.zip(0..).collect();
        let mut tree = Self { files, places };
        for at in 0..tree.files.len() {
            tree.files[at].imports = tree.imports(at);
        }
        tree
    }

    fn imports(&self, at: usize) -> BTreeMap<String, Vec<String>> {
        let leaf = &self.files[at];
        let used = leaf.paths.iter().filter(|path| path.is_import);
        let absolute = used.filter_map(|path| self.absolute(at, path));
        let named = absolute.filter_map(|path| Some((path.last()?.clone(), path)));
        named.collect()
    }

    /// A path of a file from the root of the crate; none if it leads out of the crate.
    fn absolute(&self, at: usize, path: &Named) -> Option<Vec<String>> {
        let leaf = &self.files[at];
        if let Some(absolute) = path.absolute(leaf.file) {
            return Some(absolute);
        }
        let first = path.segments.first()?;
        let child = [&leaf.module[..], std::slice::from_ref(first)].concat();
        let begin = if self.places.contains_key(&child) {
            Some(&child)
        } else {
            leaf.imports.get(first)
        };
        let rest = path.segments[1..].iter().filter(|name| *name != "self");
        Some(begin?.iter().chain(rest).cloned().collect())
    }

    /// The file that a path leads to, be it by way of what other files import.
    fn leads(&self, path: &[String], turns: usize) -> Option<usize> {
        let known = |length: &usize| self.places.contains_key(&path[..*length]);
        let length = (1..=path.len()).rev().find(known)?;
        let at = self.places[&path[..length]];
        let name = path.get(length).filter(|_| turns > 0);
        let import = name.and_then(|name| self.files[at].imports.get(name));
        let further = import.and_then(|import| {
            let path = [import, &path[length + 1..]].concat();
            self.leads(&path, turns - 1)
        });
        Some(further.unwrap_or(at))
    }

    /// The files of the same room that a file names, but for those above and below it.
    fn names(&self, at: usize) -> Vec<usize> {
        let leaf = &self.files[at];
        let paths = leaf.paths.iter().filter(|path| !path.is_in("tests"));
        let absolute = paths.filter_map(|path| self.absolute(at, path));
        let all = absolute.filter_map(|path| self.leads(&path, 4));
        all.filter(|to| leaf.is_beside(&self.files[*to])).collect()
    }
}

impl<'a> Leaf<'a> {
    fn of(file: &'a File) -> Self {
        Self {
            file,
            module: file.module().into_iter().map(str::to_owned).collect(),
            paths: named(&file.tokens),
            imports: BTreeMap::new(),
        }
    }

    /// Whether both are in one room, and neither is the other's door.
    fn is_beside(&self, other: &Self) -> bool {
        self.module[0] == other.module[0]
            && !self.module.starts_with(&other.module)
            && !other.module.starts_with(&self.module)
    }
}

/// Files of a room that lead to each other.
pub(super) fn circles(files: &[File]) -> Vec<String> {
    let tree = Tree::of(files);
    let edges: Vec<Vec<usize>> = (0..tree.files.len()).map(|at| tree.names(at)).collect();
    let reach: Vec<Vec<bool>> = (0..edges.len()).map(|at| reached(&edges, at)).collect();
    let mut offences = Vec::new();
    for (at, reached) in reach.iter().enumerate() {
        let both = |other: &usize| reached[*other] && reach[*other][at];
        let circle: Vec<usize> = (0..edges.len()).filter(both).collect();
        if circle.first() == Some(&at) {
            let each = circle.iter().map(|one| {
                let beside = edges[*one].iter().filter(|to| circle.contains(to));
                let to = beside.map(|to| tree.files[*to].file.path.as_str());
                let to: std::collections::BTreeSet<&str> = to.collect();
                format!("  {} -> {to:?}", tree.files[*one].file.path)
            });
            let each: Vec<String> = each.collect();
            offences.push(format!("a circle of files:\n{}", each.join("\n")));
        }
    }
    offences
}

/// Whether each file can be reached from one by at least one step.
fn reached(edges: &[Vec<usize>], from: usize) -> Vec<bool> {
    let mut reached = vec![false; edges.len()];
    let mut next = edges[from].clone();
    while let Some(at) = next.pop() {
        if !std::mem::replace(&mut reached[at], true) {
            next.extend(&edges[at]);
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::circles;
    use crate::pure::tidy::File;

    fn count(texts: &[(&str, &str)]) -> usize {
        let files = texts.iter().map(|(path, text)| File::new(path, text));
        circles(&files.collect::<Vec<_>>()).len()
    }

    #[test]
    fn a_circle_of_files_is_found() {
        let straight = ("src/lab/a.rs", "use super::b::B;");
        assert_eq!(count(&[straight, ("src/lab/b.rs", "use super::c;")]), 0);
        let back = ("src/lab/b.rs", "fn f() { crate::lab::a::f() }");
        assert_eq!(count(&[straight, back]), 1);
        let third = ("src/lab/b.rs", "use super::c::C;");
        assert_eq!(
            count(&[straight, third, ("src/lab/c.rs", "use super::a;")]),
            1
        );
    }

    #[test]
    fn a_circle_by_way_of_the_door_is_found() {
        let door = ("src/lab.rs", "mod a; mod b; pub use a::A;");
        let (a, b) = (("src/lab/a.rs", "use super::b::B;"), "use super::A;");
        assert_eq!(count(&[door, a, ("src/lab/b.rs", b)]), 1);
        assert_eq!(count(&[door, a, ("src/lab/b.rs", "use super::Z;")]), 0);
    }

    #[test]
    fn a_door_and_what_is_behind_it_know_each_other() {
        let door = ("src/lab/a.rs", "mod b; use b::B;");
        assert_eq!(count(&[door, ("src/lab/a/b.rs", "use super::A;")]), 0);
        let test = "mod tests { use super::super::b; }";
        let b = ("src/lab/b.rs", "use super::a;");
        assert_eq!(count(&[("src/lab/a.rs", test), b]), 0);
    }
}
