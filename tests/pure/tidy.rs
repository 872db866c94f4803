//! The house rules that no compiler holds: who may import whom, what each wing
//! must not touch, names, sizes, and what every file says of itself.
//!
//! Each rule is a function from a file to its offences, tried on a bad sample
//! beside it, and then on the whole tree here.

mod circles;
mod doors;
mod figures;
mod floors;
mod lexer;
mod messages;
mod paths;
mod rules;
mod shapes;

use std::fs;
use std::path::{Path, PathBuf};

use lexer::Token;

/// A Rust file of the crate.
struct File {
    /// From the crate's root, with `/`: `src/lab/model.rs`.
    path: String,
    text: String,
    tokens: Vec<Token>,
}

impl File {
    fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            tokens: lexer::tokens(text),
        }
    }

    /// The modules it stands for: `src/lab/model.rs` is `["lab", "model"]`, `src/lib.rs` is `["lib"]`.
    fn module(&self) -> Vec<&str> {
        let path = self.path.strip_prefix("src/").unwrap_or(&self.path);
        path.trim_end_matches(".rs").split('/').collect()
    }

    /// The room it is in; empty for a test.
    fn room(&self) -> &str {
        if self.path.starts_with("src/") {
            self.module()[0]
        } else {
            ""
        }
    }

    /// Whether it is the first file of a room: `src/lab.rs`.
    fn is_door(&self) -> bool {
        self.room() != "" && self.module().len() == 1 && !["lib", "main"].contains(&self.room())
    }

    /// An offence in it.
    fn offence(&self, line: usize, words: &str) -> String {
        format!("{}:{line}: {words}", self.path)
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file under a folder of the crate.
fn files(folder: &str) -> Vec<File> {
    let mut found = Vec::new();
    collect(&root().join(folder), &mut found);
    assert!(!found.is_empty(), "no Rust file under {folder}");
    found
}

fn collect(folder: &Path, found: &mut Vec<File>) {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    for path in entries {
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let name = path
                .strip_prefix(root())
                .unwrap()
                .to_str()
                .unwrap()
                .replace('\\', "/");
            found.push(File::new(&name, &fs::read_to_string(&path).unwrap()));
        }
    }
}

#[track_caller]
fn none(offences: &[String]) {
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

/// Holds a rule against every file under some folders.
#[track_caller]
fn hold(folders: &[&str], rule: impl Fn(&File) -> Vec<String>) {
    let files = folders.iter().flat_map(|folder| files(folder));
    none(&files.flat_map(|file| rule(&file)).collect::<Vec<_>>());
}

#[test]
fn imports_go_down_only() {
    hold(&["src"], floors::edges);
}

#[test]
fn no_files_of_a_room_stand_in_a_circle() {
    none(&circles::circles(&files("src")));
}

#[test]
fn every_room_has_a_floor() {
    hold(&["src"], floors::unknown_room);
}

#[test]
fn the_thinking_wing_touches_nothing() {
    hold(&["src"], floors::wing);
}

#[test]
fn the_environment_is_read_at_the_roof() {
    hold(&["src"], floors::environment);
}

#[test]
fn crates_are_named_where_they_belong() {
    hold(&["src"], doors::crates);
}

#[test]
fn unsafe_code_is_in_sys() {
    hold(&["src"], rules::unsafe_code);
}

#[test]
fn every_file_says_what_it_is() {
    hold(&["src", "tests"], rules::docs);
}

#[test]
fn every_room_has_an_invariant() {
    hold(&["src"], rules::invariant);
}

#[test]
fn names_are_singular_and_mean_something() {
    hold(&["src", "tests"], rules::names);
}

#[test]
fn no_file_is_too_long() {
    hold(&["src", "tests"], rules::size);
}

/// No figure becomes worse; those that another test holds are printed only.
#[test]
fn the_house_is_measured() {
    let figures = figures::Figures::of(&files("src"));
    println!("{figures:#?}");
    assert_eq!(figures.unwraps, 0);
    // Named closures: at most 0.7 in 1,000 lines.
    assert!(
        figures.closures * 10_000 <= figures.lines * 7,
        "{figures:?}"
    );
}

#[test]
fn what_belongs_together_has_a_name() {
    hold(&["src", "tests"], shapes::tuples);
    hold(&["src"], shapes::constants);
}

#[test]
fn one_file_prints() {
    hold(&["src"], rules::voice);
}

#[test]
fn nothing_is_left_undone() {
    hold(&["src", "tests"], rules::undone);
}

#[test]
fn tests_wait_for_events() {
    hold(&["tests"], rules::naps);
}

#[test]
fn what_is_said_is_there_and_the_other_way_round() {
    let words = fs::read_to_string(root().join("assets/words/en.ftl")).unwrap();
    let (names, files) = (messages::names(&words), files("src"));
    let unknown = files
        .iter()
        .flat_map(|file| messages::unknown(file, &names));
    let all = unknown.chain(messages::unsaid(&files, &names));
    none(&all.collect::<Vec<_>>());
}

#[test]
fn who_decides_chooses_no_language() {
    hold(&["src"], messages::spoken);
}

#[test]
fn the_top_level_is_fixed() {
    let entries = fs::read_dir(root()).unwrap();
    let names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    none(&rules::top_level(&names));
}
