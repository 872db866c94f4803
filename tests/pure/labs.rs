//! Lab files: good ones are read, each mistake is told with its place, and
//! hostile ones are refused at once.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use isolab::check::{Cost, Facts, Names, Program};
use isolab::lab::{Expectation, Lab, Problem, schema};
use isolab::snapshot::{Actor, Mount, Process, Snapshot};

fn folder(name: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let mut files: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|e| e == "yaml"))
        // A translation is not a lab: `04-uts-ipc.zh-CN.yaml`.
        .filter(|path| !path.file_stem().unwrap().to_string_lossy().contains('.'))
        .collect();
    files.sort();
    let text = |path: &PathBuf| std::fs::read_to_string(path).unwrap();
    files
        .into_iter()
        .map(|path| (path.clone(), text(&path)))
        .collect()
}

fn good() -> Vec<(PathBuf, String)> {
    let mut files = folder("tests/data/labs/valid");
    files.extend(folder("labs"));
    files
}

#[test]
fn good_labs_are_read() {
    for (path, text) in good() {
        let (lab, problems) = Lab::parse(&path.display().to_string(), &text);
        assert!(problems.is_empty(), "{}", told(&problems));
        assert_eq!(lab.unwrap().id, path.file_stem().unwrap().to_str().unwrap());
    }
}

/// A lab whose one step drops a capability and expects an error.
fn dropping(capability: &str, errno: &str) -> Vec<Problem> {
    let lab = include_str!("../data/labs/invalid/unknown-capability.yaml");
    let lab = lab
        .replace("CAP_NETRAW", capability)
        .replace("    check:", &format!("    refused: {errno}\n    check:"));
    Lab::parse("dropping.yaml", &lab).1
}

#[test]
fn every_name_that_the_kernel_interface_has_is_known() {
    for (capability, _) in rustix::thread::CapabilitySet::all().iter_names() {
        let problems = dropping(&format!("CAP_{capability}"), "EPERM");
        assert!(problems.is_empty(), "{}", told(&problems));
    }
    for number in 1..134 {
        let errno = nix::errno::Errno::from_raw(number);
        if errno != nix::errno::Errno::UnknownErrno {
            let problems = dropping("CAP_CHOWN", &format!("{errno:?}"));
            assert!(problems.is_empty(), "{}", told(&problems));
        }
    }
    // The kernel's refusals never have these second names, so no step could expect them.
    for alias in ["EWOULDBLOCK", "EDEADLOCK", "ENOTSUP"] {
        assert!(!dropping("CAP_CHOWN", alias).is_empty(), "{alias}");
    }
}

#[test]
fn a_full_lab_keeps_everything() {
    let text = include_str!("../data/labs/valid/full.yaml");
    let lab = Lab::parse("full.yaml", text).0.unwrap();
    let names: Vec<_> = lab.actors.iter().map(|actor| actor.name.as_str()).collect();
    assert_eq!(names, ["host", "b", "empty", "c_2"]);
    let step = &lab.steps[0];
    assert_eq!(
        (step.actions.len(), step.hints.len(), step.checks.len()),
        (32, 5, 1)
    );
    assert_eq!(step.place.line, 19);
    assert_eq!(lab.setup.len(), 2);
    let right = step.ask.as_ref().unwrap().choices[1]
        .right
        .as_ref()
        .unwrap();
    assert_eq!(right.expect, "true");
    let when = step.hints[1].when.as_ref().unwrap();
    assert_eq!(
        &text[when.place.offset..][..when.place.length],
        "\"b.ns.uts == host.ns.uts\""
    );
    assert_eq!(lab.steps[1].script().len(), 1);
}

#[test]
fn each_mistake_is_told_with_its_place() {
    let mut wrong = String::new();
    let files = folder("tests/data/labs/invalid");
    assert!(files.len() >= 30);
    for (path, text) in files {
        let (lab, problems) = Lab::parse("x.yaml", &text);
        assert!(lab.is_none(), "{}", path.display());
        let expected: Vec<_> = text
            .lines()
            .map_while(|l| l.strip_prefix("# expect: "))
            .collect();
        let as_expected = expected.len() == problems.len()
            && expected
                .iter()
                .zip(&problems)
                .all(|(want, problem)| is_told(want, problem));
        if !as_expected || expected.is_empty() {
            writeln!(wrong, "{}:\n{}", path.display(), told(&problems)).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn is_told(want: &str, problem: &Problem) -> bool {
    let (place, part) = want.split_once(' ').unwrap();
    let at = format!("{}:{}", problem.place.line, problem.place.column);
    at == place && problem.message.contains(part)
}

fn told(problems: &[Problem]) -> String {
    let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
    lines.join(
        "
",
    )
}

#[test]
fn an_excerpt_points_at_the_word() {
    let text = include_str!("../data/labs/invalid/unknown-actor.yaml");
    let problems = Lab::parse("x.yaml", text).1;
    let shown = problems[0].render(text, false);
    let (line, carets) = (shown.lines().nth(2).unwrap(), shown.lines().nth(3).unwrap());
    let at = carets.find('^').unwrap();
    assert_eq!(&line[at..at + carets.len() - at], "bb");
}

#[test]
fn the_schema_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/lab.schema.json");
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    let help = "run `isolab schema > assets/lab.schema.json`";
    assert!(kept == schema(), "{help}");
}

#[test]
fn good_labs_agree_with_the_schema() {
    let schema: serde_json::Value = serde_json::from_str(&schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (path, text) in good() {
        let lab: serde_json::Value = serde_saphyr::from_str(&text).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(&lab)
            .map(|e| format!("{e} at {}", e.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
    }
    let wrong = serde_json::json!({"format": 1, "title": "x", "steps": []});
    assert!(!validator.is_valid(&wrong));
}

/// Whether the schema accepts a lab, and whether isolab does.
fn taken(text: &str) -> (bool, bool) {
    let schema: serde_json::Value = serde_json::from_str(&schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let lab: serde_json::Value = serde_saphyr::from_str(text).unwrap();
    let read = Lab::parse("x.yaml", text).0.is_some();
    (validator.is_valid(&lab), read)
}

#[test]
fn schema_and_isolab_take_the_same_numbers_and_texts() {
    let lab = |title: &str, minutes: &str, [pids, weight]: [&str; 2]| {
        format!(
            "format: 1\ntitle: {title}\nsummary: S.\nminutes: {minutes}\nneeds: {{cgroup: [cpu, pids]}}\nsteps:\n  - id: a\n    title: A\n    text: T.\n    do:\n      - cgroup: {{name: demo, limits: {{pids.max: {pids}, cpu.weight: {weight}}}}}\n    check: [{{expect: '\"demo\" in cgroups', else: No.}}]\n"
        )
    };
    for good in [
        lab("T", "1", ["\"10\"", "50"]),
        lab("T", "1", ["\"10\"", "\"50\""]),
        lab("T", "\"1\"", ["10", "50"]),
        lab("5", "1", ["max", "50"]),
        lab("true", "1", ["1", "50"]),
    ] {
        assert_eq!(taken(&good), (true, true), "{good}");
    }
    for wrong in [
        lab("T", "1", ["\"10\"", "x"]),
        lab("T", "1", ["\"10\"", "\"\""]),
        lab("T", "1", ["\"10\"", "1.5"]),
        lab("T", "1", ["\"10\"", "\"-5\""]),
        lab("T", "[1]", ["\"10\"", "50"]),
        lab("{a: b}", "1", ["\"10\"", "50"]),
    ] {
        assert_eq!(taken(&wrong), (false, false), "{wrong}");
    }
}

/// Refused with a problem that says so, in less than five seconds on a busy machine.
#[track_caller]
fn refused(bytes: &[u8], part: &str) {
    let start = Instant::now();
    let (lab, problems) = Lab::parse_bytes("x.yaml", bytes);
    let took = start.elapsed();
    assert!(lab.is_none());
    assert!(told(&problems).contains(part), "{}", told(&problems));
    assert!(took < Duration::from_secs(5), "{took:?}");
}

const MINIMAL: &str = include_str!("../data/labs/valid/minimal.yaml");

#[test]
fn deep_nesting_is_refused() {
    refused("[".repeat(200_000).as_bytes(), "");
    refused("{a: ".repeat(100_000).as_bytes(), "");
    let maps: Vec<_> = (0..800).map(|n| " ".repeat(n) + "a:").collect();
    refused(maps.join("\n").as_bytes(), "");
    refused(
        format!("{MINIMAL}    hints: {}", "[".repeat(200_000)).as_bytes(),
        "",
    );
}

#[test]
fn a_billion_laughs_are_refused() {
    let mut text = String::from("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for n in 1..12 {
        let alias = format!("*a{}, ", n - 1).repeat(10);
        writeln!(text, "a{n}: &a{n} [{alias}]").unwrap();
    }
    refused(text.as_bytes(), "");
    let indented = format!("      {}", text.replace('\n', "\n      "));
    refused(format!("{MINIMAL}    then_ask:\n{indented}").as_bytes(), "");
}

#[test]
fn huge_files_are_refused() {
    refused(&vec![b'a'; 10 << 20], "larger than 1048576 bytes");
    let steps = "  - id: x\n    txet: y\n".repeat(45_000);
    refused(format!("format: 1\nsteps:\n{steps}").as_bytes(), "");
}

#[test]
fn other_encodings_are_refused() {
    let utf16: Vec<u8> = MINIMAL.encode_utf16().flat_map(u16::to_le_bytes).collect();
    refused(&utf16, "UTF-16");
    refused(&[&[0xff, 0xfe], utf16.as_slice()].concat(), "UTF-16");
    let latin: Vec<u8> = [b"format: 1\ntitle: \xe4\n".as_slice()].concat();
    refused(&latin, "x.yaml:2:8: byte 0xe4 is not UTF-8");
}

#[test]
fn control_characters_are_refused() {
    refused(
        b"format: 1\ntitle: a\0b\n",
        "x.yaml:2:9: control character U+0000",
    );
    refused(
        b"format: 1\ntitle: \x1b[2J\n",
        "x.yaml:2:8: control character U+001B",
    );
    refused("title: \u{202e}a\n".as_bytes(), "U+202E");
    refused("title: \u{9b}31m\n".as_bytes(), "U+009B");
}

#[test]
fn a_byte_order_mark_and_dos_lines_are_read() {
    let dos = format!("\u{feff}{}", MINIMAL.replace('\n', "\r\n"));
    let (lab, problems) = Lab::parse_bytes("dos.yaml", dos.as_bytes());
    assert!(lab.is_some(), "{}", told(&problems));
}

/// A lab host with more in it than any built-in lab makes.
fn crowded(lab: &Lab) -> Snapshot {
    let mount = |number: i64| Mount {
        id: number,
        target: format!("/lab/somewhere/far/down/the/tree/{number}"),
        options: vec!["rw".to_owned(), "nosuid".to_owned(), "nodev".to_owned()],
        kind: "overlay".to_owned(),
        super_options: vec!["lowerdir=/lab/lower".to_owned(); 6],
        ..Mount::default()
    };
    let process = |number: i64| Process {
        pid: number,
        name: "a-long-name".to_owned(),
        ..Process::default()
    };
    let actor = Actor {
        alive: true,
        said: "a line\n".repeat(500),
        mounts: (0..120).map(mount).collect(),
        processes: (0..300).map(process).collect(),
        ..Actor::default()
    };
    let names = lab.actors.iter().map(|actor| actor.name.clone());
    Snapshot {
        actors: names.map(|name| (name, actor.clone())).collect(),
        ..Snapshot::default()
    }
}

fn expectations(lab: &Lab) -> impl Iterator<Item = &Expectation> {
    let in_steps = lab.steps.iter().flat_map(|step| {
        let choices = step.ask.iter().flat_map(|ask| &ask.choices);
        let rights = choices.filter_map(|choice| choice.right.as_ref());
        let hints = step.hints.iter().filter_map(|hint| hint.when.as_ref());
        let answers = step.then_ask.iter().filter_map(|ask| ask.answer.as_ref());
        step.checks.iter().chain(rights).chain(hints).chain(answers)
    });
    lab.invariants.iter().chain(in_steps)
}

#[test]
fn the_built_in_labs_use_a_small_part_of_what_a_check_may_cost() {
    let mut most = Cost::default();
    for (path, text) in folder("labs") {
        let lab = Lab::parse(&path.display().to_string(), &text).0.unwrap();
        let names = Names {
            actors: lab.actors.iter().map(|actor| actor.name.as_str()).collect(),
            steps: lab.steps.iter().map(|step| step.id.as_str()).collect(),
        };
        let crowded = crowded(&lab);
        let facts = Facts::new(&crowded, &crowded);
        for expectation in expectations(&lab) {
            let program = Program::compile(&expectation.expect, &names).unwrap();
            let cost = program.cost(&facts);
            most.steps = most.steps.max(cost.steps);
            most.bytes = most.bytes.max(cost.bytes);
        }
    }
    assert!(most.steps > 300, "{most:?}");
    assert!(
        most.steps * 5 < Cost::MOST.steps && most.bytes * 5 < Cost::MOST.bytes,
        "{most:?}"
    );
}
