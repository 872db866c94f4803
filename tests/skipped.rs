//! The end of `cargo test`: how many tests were skipped, by what they need. It is no test itself,
//! and comes last because test crates run in the order of their names.

#[path = "skip/file.rs"]
mod file;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    // Lists no tests for callers that list them first, as cargo-nextest does.
    if std::env::args().any(|word| word == "--list") {
        return;
    }
    let noted = std::fs::read_to_string(file::of_run()).unwrap_or_default();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for needs in noted.lines() {
        *counts.entry(needs).or_default() += 1;
    }
    let list: Vec<String> = counts
        .iter()
        .map(|(needs, count)| format!("{needs} {count}"))
        .collect();
    let words = match list.as_slice() {
        [] => "skipped: none".to_owned(),
        list => format!(
            "skipped: {} in all; needed: {}",
            noted.lines().count(),
            list.join(", ")
        ),
    };
    let _ = writeln!(std::io::stdout(), "\n{words}");
    for path in of_others().into_iter().chain([file::of_run()]) {
        let _ = std::fs::remove_file(path);
    }
}

/// The files of runs that have ended.
fn of_others() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(file::FOLDER)
        .into_iter()
        .flatten()
        .flatten();
    let old = entries.map(|entry| entry.path()).filter(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let number = name.strip_prefix(file::NAME);
        number.is_some_and(|number| !Path::new("/proc").join(number).exists())
    });
    old.collect()
}
