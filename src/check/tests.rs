//! Tests of compiling expectations and judging them on small snapshots.

use proptest::prelude::*;

use super::*;
use crate::snapshot::{Actor, Process, ProcessState, Queue, Roots, Snapshot, StepFact};

mod cost;

fn names() -> Names<'static> {
    Names {
        actors: vec!["host", "b", "a2"],
        steps: vec!["leave", "first-try"],
    }
}

fn actor(hostname: &str) -> Actor {
    let sleep = Process {
        name: "sleep".to_owned(),
        state: ProcessState::Sleeping,
        ..Process::default()
    };
    let mut actor = Actor {
        alive: true,
        pid: 7,
        hostname: hostname.to_owned(),
        processes: vec![sleep],
        ..Actor::default()
    };
    actor.ipc.queues.push(Queue::default());
    actor
}

fn snapshot() -> Snapshot {
    let mut now = Snapshot::default();
    now.actors.insert("host".to_owned(), actor("lab"));
    now.actors.insert("b".to_owned(), actor("shell-b"));
    now
}

fn judged(expression: &str, now: &Snapshot) -> Verdict {
    let program = Program::compile(expression, &names());
    let program = program.unwrap_or_else(|e| panic!("{expression}: {e} ({})", e.help));
    program.verdict(&Facts::new(now, &snapshot()))
}

fn why(expression: &str, now: &Snapshot) -> String {
    let why = judged(expression, now).not_yet;
    why.as_ref().map_or_else(String::new, ToString::to_string)
}

fn refused(expression: &str) -> CompileError {
    Program::compile(expression, &names()).expect_err(expression)
}

#[test]
fn what_holds() {
    for expression in [
        "host.hostname == \"lab\"",
        "size(host.ipc.queues) == 1 && host.ipc.queues.size() == 1",
        "host.processes.exists(p, p.name == 'sleep' && p.state != 'Z')",
        "host.processes.all(b, b.name.startsWith('sl'))",
        "size(host.processes.filter(p, p.name.matches('^s.*p$'))) == 1",
        "host.processes.map(p, p.name) == ['sleep']",
        "host.processes[0].name == b.processes[0].name",
        "'sleep' in host.processes.map(p, p.name)",
        "before.b.hostname == b.hostname && !has(before.b.hostname) == false",
        "host.alive || a2.alive",
        "result.outcome == '' ? true : false",
        "b['hostname'].endsWith('b') && b.hostname.contains('-')",
    ] {
        assert!(judged(expression, &snapshot()).holds, "{expression}");
    }
}

#[test]
fn the_values_that_decided() {
    let values = |expression: &str| {
        let values = judged(expression, &snapshot()).values;
        let lines = values
            .iter()
            .map(|(name, value)| format!("{name} = {value}"));
        lines.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(
        values("b.hostname == host.hostname"),
        "b.hostname = shell-b, host.hostname = lab"
    );
    assert_eq!(values("size(b.ipc.queues) == 0"), "size(b.ipc.queues) = 1");
    assert_eq!(values("b.ipc.queues == []"), "b.ipc.queues = 1 of them");
    assert_eq!(
        values("host.mounts.exists(m, m.kind == b.root)"),
        "host.mounts = none, b.root = \"\""
    );
    assert_eq!(
        values("before.b.pid > 7 || b.pid > 8"),
        "before.b.pid = 7, b.pid = 7"
    );
    assert_eq!(
        values("b.processes[0].name == 'x'"),
        "b.processes[0].name = sleep"
    );
    assert_eq!(
        values("host.processes.exists(b, b.name == 'x')"),
        "host.processes = 1 of them"
    );
}

#[test]
fn what_was_cut_is_said_of_that_fact_alone() {
    let mut now = snapshot();
    now.actors.insert("a2".to_owned(), actor("third"));
    let mut not_yet = |cut: &str, expression: &str| {
        now.cut = [(cut.to_owned(), 7)].into();
        why(expression, &now)
    };
    for (cut, expression) in [
        ("b.processes", "size(b.processes) == 9"),
        ("b.processes", "b.processes.exists(p, p.name == 'x')"),
        ("b.processes", "b.processes[0].name == 'x'"),
        ("b.processes", "b['processes'].size() == 9"),
        ("overlays", "overlays.m41.mounted"),
        (
            "overlays.c1/root.entries",
            "size(overlays['c1/root'].entries) == 3",
        ),
    ] {
        let said = not_yet(cut, expression);
        assert!(said.contains("by 7"), "{cut}, {expression}: {said}");
    }
    for (cut, expression) in [
        ("2.processes", "size(a2.processes) == 9"),
        ("b.process", "size(b.processes) == 9"),
        ("host.processes", "size(b.processes) == 9"),
        ("b.processes", "before.b.processes.size() == 9"),
        ("b.processes", "b.hostname == 'processes'"),
    ] {
        let said = not_yet(cut, expression);
        assert!(!said.contains("by 7"), "{cut}, {expression}: {said}");
    }
}

#[test]
fn what_is_missing_is_not_yet() {
    let mut now = snapshot();
    let not_yet = |expression: &str, now: &Snapshot| why(expression, now);
    assert_eq!(
        not_yet("a2.ns.uts == 1", &now),
        "a2 is not there yet: it has no shell"
    );
    assert_eq!(
        not_yet("before.a2.pid == 1", &now),
        "a2 was not there before this step: it had no shell"
    );
    assert_eq!(
        not_yet("result.errno == 'ENOENT'", &now),
        "nothing was run yet"
    );
    assert_eq!(
        not_yet("b.ipc.queues[3].id == 1", &now),
        "there is no b.ipc.queues[3] yet"
    );
    assert_eq!(
        not_yet("steps.leave.exit == 0", &now),
        "the step `leave` was not done yet"
    );
    assert_eq!(
        not_yet("steps['first-try'].exit == 0", &now),
        "the step `first-try` was not done yet"
    );
    assert_eq!(not_yet("b.hostname == 'x'", &now), "");
    now.actors.entry("b".to_owned()).or_default().alive = false;
    assert_eq!(
        not_yet("b.hostname == 'x'", &now),
        "b is not there yet: it has no shell"
    );
    assert_eq!(not_yet("b.exit == 3 && !b.alive", &now), "");
    now.result = StepFact {
        outcome: "done".to_owned(),
        ..StepFact::default()
    };
    assert_eq!(not_yet("result.errno == 'ENOENT'", &now), "");
    assert!(
        !judged("b.hostname == 3 || b.hostname > 3", &now).holds,
        "kinds that do not fit"
    );
}

#[test]
fn what_cannot_exist_does_not_compile() {
    let others = format!("there are: host, b, a2, {}", Roots::NAMES.join(", "));
    for (expression, offset, help) in [
        ("true && b.hostnam == 'x'", 10, "did you mean `hostname`?"),
        ("hots.alive", 0, "did you mean `host`?"),
        ("c.alive", 0, &format!("{others}, before")),
        (
            "host.ns.utz == 1 && b.ns.uts == 1",
            8,
            "did you mean `uts`?",
        ),
        ("before.c.alive", 7, &others),
        ("steps.gone.exit == 0", 6, "there are: leave, first-try"),
        (
            "steps.first-try.exit == 0",
            6,
            "write `steps[\"first-try\"]`",
        ),
        (
            "steps['first'].exit == 0",
            7,
            "write `steps[\"first-try\"]`",
        ),
        (
            "b.processes.exists(p, p.nam == 'x')",
            24,
            "did you mean `name`?",
        ),
        ("b.processes[0].nam == 'x'", 15, "did you mean `name`?"),
        ("b.said.contain('x')", 7, "did you mean `contains`?"),
        (
            "b.said.contains()",
            7,
            "write it like `b.said.contains(\"sleep\")`",
        ),
        (
            "b.processes.exists(p)",
            12,
            "write it like `b.processes.exists(p, p.name == \"sleep\")`",
        ),
        ("'é' == b.nam", 10, "did you mean `name`?"),
    ] {
        let error = refused(expression);
        assert_eq!(
            (error.offset, error.help.as_str()),
            (offset, help),
            "{expression}: {error}"
        );
    }
    assert_eq!(
        refused("b.hostname.x == 1").message,
        "there is nothing below this fact, so no `x`"
    );
}

#[test]
fn bad_syntax_is_told_in_words() {
    for (expression, offset, message) in [
        ("", 0, "there is no expression"),
        ("host.alive &&", 13, "the expression ends too early"),
        ("size(host.mounts", 16, "the expression ends too early"),
        ("host.hostname = 'x'", 14, "`=` means nothing here"),
        ("host.alive and b.alive", 11, "`and` means nothing here"),
        ("host.alive\n  && b.alive)", 23, "`)` cannot stand here"),
        ("host.hostname == \"x", 17, "a quoted text does not end"),
        (
            "b.mounts.exists(1, true)",
            16,
            "the first thing in these brackets must be a plain name",
        ),
    ] {
        let error = refused(expression);
        assert_eq!(
            (error.message.as_str(), error.offset),
            (message, offset),
            "{expression}"
        );
    }
}

#[test]
fn values_are_typed_as_a_student_would() {
    let facts = Facts::new(&snapshot(), &snapshot());
    let value = |text: &str| Program::compile(text, &names()).ok()?.value(&facts);
    assert_eq!(value("string(b.pid)").as_deref(), Some("7"));
    assert_eq!(value("b.pid").as_deref(), Some("7"));
    assert_eq!(value("b.hostname").as_deref(), Some("shell-b"));
    assert_eq!(value("b.alive").as_deref(), Some("true"));
    assert_eq!(value("a2.pid"), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn nothing_panics(words in prop::collection::vec(
        prop::sample::select(vec![
            "b", "host", ".", "ns", "uts", "==", "(", ")", "[", "]", "'x'", "\"", "é", "1", "&&",
            "size", "exists", "processes", "p", ",", "before", "steps", "?", ":", "{", "}", "!",
            "has", "-", "in", "\n", "b.mounts", "9223372036854775807", "+", "/", "0",
        ]), 0..12)
    ) {
        let text = words.concat();
        match Program::compile(&text, &names()) {
            Ok(program) => {
                let facts = Facts::new(&snapshot(), &Snapshot::default());
                let _ = program.verdict(&facts);
                let _ = program.value(&facts);
            }
            Err(e) => prop_assert!(text.is_char_boundary(e.offset) && e.offset <= text.len()),
        }
    }
}
