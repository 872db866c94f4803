//! Scripts that try anything (`tests/data/hostile/any`), judged by the machine alone: it must be
//! the same after each. `ISOLAB_HOSTILE` names another folder to try; sources beside its scripts
//! are put into the lab.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::NOBODY_IN_PARTICULAR;
use super::inside::Attack;
use crate::kernel::machine::{Lock, Machine};

const OURS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/hostile/any");

/// The files of a folder: its scripts, or the others.
fn files(folder: &Path, scripts: bool) -> Vec<PathBuf> {
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let is_script = |file: &PathBuf| file.extension().is_some_and(|end| end == "sh");
    let mut files: Vec<_> = files.filter(|file| is_script(file) == scripts).collect();
    files.sort();
    files
}

/// The action that writes a source file into the lab; `None` for other files.
fn written(file: &Path) -> Option<Value> {
    let name = file.file_name()?.to_str()?;
    let text = fs::read_to_string(file).ok()?;
    let is_source = file.extension().is_some_and(|end| end == "c");
    is_source.then(|| json!({"write": {"path": format!("/lab/{name}"), "text": text}}))
}

/// Tries every script of a folder, with the control groups that the machine can give.
fn try_all(folder: &Path, uid: Option<u32>) {
    let _lock = Lock::alone();
    let before = Machine::now();
    let beside: Vec<Value> = files(folder, false)
        .iter()
        .filter_map(|file| written(file))
        .collect();
    let scripts = files(folder, true);
    assert!(!scripts.is_empty(), "{}", folder.display());
    for script in scripts {
        let mut attack = Attack::of(&script, uid);
        if uid.is_none() {
            attack = attack.needs(json!({"cgroup": ["pids", "memory", "cpu"]}));
        }
        for file in &beside {
            attack = attack.first(file.clone());
        }
        let ended = attack.run();
        let name = script.display();
        assert!(ended.in_time, "{name}: {}", ended.words());
        assert!(!ended.was_killed(), "{name}: {}", ended.words());
        before.assert_same(&name.to_string());
    }
    before.assert_whole("all scripts");
}

fn folder() -> PathBuf {
    env::var_os("ISOLAB_HOSTILE").map_or_else(|| OURS.into(), PathBuf::from)
}

#[test]
fn after_any_script_the_machine_is_the_same() {
    try_all(&folder(), None);
}

#[test]
fn after_any_script_of_an_ordinary_user_the_machine_is_the_same() {
    if rustix::process::geteuid().is_root() {
        try_all(&folder(), Some(NOBODY_IN_PARTICULAR));
    }
}
