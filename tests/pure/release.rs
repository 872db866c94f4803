//! What a release has besides the program: manual pages, completions, a package, and files that set
//! up a machine for a workshop. All of them must match the program and the labs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use isolab::catalog;
use isolab::sandbox::doctor::package;
use serde_json::Value;

fn file(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn said(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_isolab"))
        .args(arguments)
        .env("LC_ALL", "zh_CN.UTF-8")
        .env("XDG_DATA_HOME", env!("CARGO_TARGET_TMPDIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The sub-commands, each with its long options, from `--help`.
fn commands() -> BTreeMap<String, BTreeSet<String>> {
    let help = said(&["--help"]);
    let lines = help.lines().skip_while(|line| *line != "学习：");
    let lines = lines.take_while(|line| *line != "选项：");
    // A line that goes on is indented further.
    let names = lines.filter_map(|line| line.strip_prefix("  "));
    let names = names.filter(|name| !name.starts_with(' '));
    let names = names.filter_map(|line| line.split_whitespace().next());
    let found: BTreeMap<_, _> = names.map(|name| (name.to_owned(), options(name))).collect();
    assert!(found.len() > 10 && found["play"].contains("--step"));
    found
}

fn options(command: &str) -> BTreeSet<String> {
    let help = said(&[command, "--help"]);
    let lines = help.lines().map(str::trim_start);
    let heads = lines.filter(|line| line.starts_with('-'));
    let words = heads.flat_map(str::split_whitespace);
    let words = words.filter(|word| word.len() > 2 && word.starts_with("--") && word.is_ascii());
    words
        .map(|word| word.trim_matches(',').to_owned())
        .collect()
}

/// The labs that a shell offers.
fn labs() -> Vec<String> {
    catalog::all(None)
        .into_iter()
        .map(|found| found.id)
        .collect()
}

/// A folder of a test's own, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    folder
}

#[test]
fn the_manual_pages_name_every_command_and_option() {
    let folder = folder("man");
    said(&["man", folder.to_str().unwrap()]);
    let page = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let main = page("isolab.1");
    assert!(
        main.contains("EXIT STATUS") && main.contains("--version".replace('-', "\\-").as_str())
    );
    let commands = commands();
    for (command, options) in &commands {
        assert!(
            main.contains(&format!("isolab\\-{command}(1)")),
            "{command}"
        );
        let page = page(&format!("isolab-{command}.1"));
        for option in options {
            let word = option.replace('-', "\\-");
            assert!(page.contains(&word), "isolab-{command}.1 has no {option}");
        }
    }
    let pages = fs::read_dir(&folder).unwrap().count();
    assert_eq!(pages, commands.len() + 1);
}

/// What a script completes after a sub-command.
fn completed(shell: &str, script: &str, command: &str) -> String {
    let between = |from: &str, to: &str| {
        let (_, rest) = script.split_once(from)?;
        Some(rest.split_once(to)?.0.to_owned())
    };
    let part = match shell {
        "bash" => between(
            &format!("\n        isolab__subcmd__{command})\n"),
            "\n            ;;\n",
        ),
        "zsh" => between(&format!("({command})\n_arguments"), "\n;;"),
        _ => {
            let mark = format!("\"__fish_isolab_using_subcommand {command}\"");
            let lines = script.lines().filter(|line| line.contains(&mark));
            Some(lines.collect::<Vec<_>>().join("\n").replace(" -l ", " --"))
        }
    };
    part.unwrap_or_else(|| panic!("{shell} completes nothing after `{command}`"))
}

#[test]
fn completions_name_every_command_option_and_lab() {
    let (commands, labs) = (commands(), labs());
    for shell in ["bash", "zsh", "fish"] {
        let script = said(&["completions", shell]);
        for (command, options) in &commands {
            let part = completed(shell, &script, command);
            for option in options {
                assert!(part.contains(option), "{shell}: {command} {option}");
            }
        }
        for command in ["play", "run", "progress", "export", "translate"] {
            let part = completed(shell, &script, command);
            let missing = labs.iter().find(|lab| !part.contains(*lab));
            assert_eq!(missing, None, "{shell}: {command}");
        }
    }
}

/// The packages of the programs that labs need.
fn needed() -> BTreeSet<&'static str> {
    let labs = catalog::all(None);
    let labs = labs
        .iter()
        .map(|found| catalog::load(found).unwrap().lab.unwrap());
    let tools: BTreeSet<String> = labs.flat_map(|lab| lab.needs.tools).collect();
    let package = |tool: &String| package(tool).unwrap_or_else(|| panic!("who has {tool}?"));
    let found: BTreeSet<_> = tools.iter().map(package).collect();
    assert!(found.contains("iproute2") && found.contains("nftables"));
    found
}

/// What every Debian has, so that no package depends on it (Debian policy, 3.8).
const ESSENTIAL: [&str; 9] = [
    "bash",
    "coreutils",
    "findutils",
    "grep",
    "libc-bin",
    "perl-base",
    "sysvinit-utils",
    "tar",
    "util-linux",
];

#[test]
fn the_package_asks_for_what_labs_need() {
    let cargo = file("Cargo.toml");
    let lines = cargo.lines().filter_map(|line| line.split_once(" = "));
    let lists = lines.filter(|(name, _)| ["depends", "recommends"].contains(name));
    let lists = lists.flat_map(|(_, list)| list.trim_matches('"').split(", "));
    let named: BTreeSet<&str> = lists.collect();
    for package in needed() {
        let there = named.contains(package) || ESSENTIAL.contains(&package);
        assert!(there, "Cargo.toml names no {package}");
    }
}

#[test]
fn the_machine_for_a_workshop_gets_what_labs_need() {
    let setup = file("assets/vm/setup");
    let (_, list) = setup.split_once("\npackages=(").unwrap();
    let installed: BTreeSet<&str> = list.split(')').next().unwrap().split_whitespace().collect();
    for package in needed() {
        assert!(
            installed.contains(package),
            "assets/vm/setup installs no {package}"
        );
    }
}

/// The contents of a YAML file.
fn yaml(name: &str) -> Value {
    serde_saphyr::from_str(&file(name)).unwrap_or_else(|why| panic!("{name}: {why}"))
}

/// The names that begin with a mark: `$PARAM_URL` has `URL` after `PARAM_`.
fn names<'a>(text: &'a str, mark: &str) -> BTreeSet<&'a str> {
    let end = |c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    text.split(mark)
        .skip(1)
        .filter_map(|rest| rest.split(end).next())
        .collect()
}

/// Asserts that a script for a new machine checks what it has fetched before it uses it.
fn installs(script: &str) {
    let at = |part: &str| script.find(part).unwrap_or_else(|| panic!("no {part}"));
    assert!(at("curl --fail") < at("sha256sum --check --strict"));
    assert!(at("sha256sum --check --strict") < at("tar --extract"));
    assert!(at("tar --extract") < at("/vm/setup\""));
    assert!(script.contains("set -eu"), "a failure must end it");
}

#[test]
fn the_cloud_config_is_in_order() {
    assert!(file("assets/vm/cloud-init.yaml").starts_with("#cloud-config\n"));
    let config = yaml("assets/vm/cloud-init.yaml");
    let [settings, script] = config["write_files"].as_array().unwrap().as_slice() else {
        panic!("two files are written");
    };
    assert_eq!(config["runcmd"][0][0], script["path"]);
    let (settings, script) = (
        settings["content"].as_str().unwrap(),
        script["content"].as_str().unwrap(),
    );
    installs(script);
    // The settings are exactly what the script, and what it calls, reads.
    let set = settings.lines().filter_map(|line| line.split_once('='));
    let set: BTreeSet<&str> = set.map(|(name, _)| name).collect();
    assert_eq!(
        set,
        [
            "ARCHIVE",
            "SHA256",
            "WORKSHOP_LANGUAGE",
            "WORKSHOP_STUDENTS"
        ]
        .into()
    );
    for name in &set {
        let read = script.contains(&format!("${name}"))
            || file("assets/vm/setup").contains(&format!("${{{name}:-"));
        assert!(read, "nobody reads {name}");
    }
}

#[test]
fn the_lima_template_is_in_order() {
    let template = yaml("assets/vm/lima.yaml");
    let script = template["provision"][0]["script"].as_str().unwrap();
    assert!(script.starts_with("#!/bin/bash\n"));
    installs(script);
    let set = template["param"].as_object().unwrap();
    let set: BTreeSet<&str> = set.keys().map(String::as_str).collect();
    assert_eq!(set, names(script, "$PARAM_"));
    for image in template["images"].as_array().unwrap() {
        assert_eq!(
            image["arch"], template["arch"],
            "a release is for one kind of processor"
        );
    }
}

#[test]
fn the_scripts_read_what_others_set() {
    let setup = file("assets/vm/setup");
    let read = names(&setup, "${WORKSHOP_");
    assert_eq!(read, ["LANGUAGE", "STUDENTS"].into());
    let version = format!("isolab-{}-x86_64.tar.gz", env!("CARGO_PKG_VERSION"));
    for name in [
        "assets/vm/cloud-init.yaml",
        "assets/vm/lima.yaml",
        "README.md",
    ] {
        assert!(
            file(name).contains(&version),
            "{name} speaks of another version"
        );
    }
}
