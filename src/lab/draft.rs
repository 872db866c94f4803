//! A draft of a lab: prints what was done in the shells as a lab file for its author to continue.

use std::fmt::Write as _;

use serde_json::Value;

use super::Action;

/// A command that was typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Done {
    /// The actor whose shell it was typed into.
    pub actor: String,
    /// The typed line.
    pub line: String,
    /// The verb that does the same, if one does.
    pub action: Option<Action>,
    /// Expectations that it made true, each with its sentence.
    pub checks: Vec<(String, String)>,
}

/// Prints a lab file with these steps and these actors besides the host.
pub fn print(title: &str, actors: &[String], done: &[Done]) -> String {
    let mut page = format!(
        "# yaml-language-server: $schema=lab.schema.json\n# A draft: take out what is not needed, and say why each step is done.\n\nformat: 1\ntitle: {}\nsummary: What this lab shows, in a sentence or two.\nminutes: 5\n",
        flow(&Value::from(title))
    );
    // Writing to a string cannot fail.
    if !actors.is_empty() {
        let _ = writeln!(page, "actors:");
    }
    for actor in actors {
        let _ = writeln!(page, "  {actor}: {{}}");
    }
    let _ = writeln!(page, "\nsteps:");
    for (number, done) in steps(done).into_iter().enumerate() {
        step(&mut page, number + 1, done);
    }
    page
}

/// Groups commands into steps: a command with checks ends a step, and the commands after the last
/// such one belong to it.
fn steps(done: &[Done]) -> Vec<&[Done]> {
    let last = done.iter().rposition(|done| !done.checks.is_empty());
    let last = last.unwrap_or(done.len().saturating_sub(1));
    let mut steps = Vec::new();
    let mut first = 0;
    for (at, command) in done.iter().enumerate() {
        if at == last || at < last && !command.checks.is_empty() {
            let end = if at == last { done.len() } else { at + 1 };
            steps.push(&done[first..end]);
            first = end;
        }
    }
    steps
}

fn step(page: &mut String, number: usize, commands: &[Done]) {
    let title = commands.iter().rev().find(|done| !done.checks.is_empty());
    let title = title
        .or(commands.last())
        .map_or("", |done| done.line.as_str());
    let _ = writeln!(
        page,
        "  - id: step-{number}\n    title: {}\n    text: |\n      Say here what is about to happen, and why.\n    do:",
        flow(&Value::from(title))
    );
    for done in commands {
        let _ = writeln!(page, "      - {}", verb(&action(done)));
    }
    let checks: Vec<_> = commands.iter().flat_map(|done| &done.checks).collect();
    if !checks.is_empty() {
        let _ = writeln!(page, "    check:");
    }
    for (expect, otherwise) in checks {
        let _ = writeln!(
            page,
            "      - expect: {}\n        else: {}",
            flow(&Value::from(expect.as_str())),
            flow(&Value::from(otherwise.as_str()))
        );
    }
    let hint = |done: &Done| format!("In {}: `{}`", done.actor, done.line);
    let hints: Vec<String> = commands.iter().map(hint).collect();
    let hint = flow(&Value::from(hints.join("; ")));
    let _ = writeln!(page, "    hints:\n      - {hint}\n");
}

/// The verb of a command, or `type` with its line.
fn action(done: &Done) -> Value {
    let action = done
        .action
        .as_ref()
        .and_then(|action| serde_json::to_value(action).ok());
    action.unwrap_or_else(|| serde_json::json!({"type": {"in": done.actor, "line": done.line}}))
}

/// A verb on one line: `unshare: {in: b, namespaces: [uts]}`.
fn verb(action: &Value) -> String {
    let entry = action.as_object().and_then(|map| map.iter().next());
    entry.map_or_else(String::new, |(name, body)| {
        format!("{name}: {}", flow(body))
    })
}

/// A value as YAML in flow style; empty fields are left out, as they are optional.
fn flow(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let full = map.iter().filter(|(_, value)| !is_empty(value));
            let entries: Vec<String> = full
                .map(|(key, value)| format!("{key}: {}", flow(value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Array(list) => {
            let list: Vec<String> = list.iter().map(flow).collect();
            format!("[{}]", list.join(", "))
        }
        Value::String(text) if is_plain(text) => text.clone(),
        other => other.to_string(),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// Whether YAML reads a text as the same text without quotes.
fn is_plain(text: &str) -> bool {
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    let plain = |c: char| c.is_ascii_alphanumeric() || "_/.- ".contains(c);
    let word = !matches!(
        text.to_ascii_lowercase().as_str(),
        "yes" | "no" | "true" | "false" | "on" | "off" | "null" | "y" | "n"
    );
    starts && word && text.chars().all(plain) && !text.ends_with(' ')
}

#[cfg(test)]
mod tests {
    use super::super::Lab;
    use super::*;

    #[test]
    fn a_draft_is_a_lab() {
        let hostname: Option<Action> =
            serde_json::from_str(r#"{"hostname": {"in": "b", "name": "new"}}"#).ok();
        let done = [
            Done {
                actor: "b".to_owned(),
                line: "hostname new".to_owned(),
                action: hostname,
                checks: vec![(
                    "b.hostname == \"new\"".to_owned(),
                    "b's host name is not new.".to_owned(),
                )],
            },
            Done {
                actor: "host".to_owned(),
                line: "cd / && echo 'a: b'".to_owned(),
                ..Done::default()
            },
        ];
        let text = print("A draft", &["b".to_owned()], &done);
        let (lab, problems) = Lab::parse("draft.yaml", &text);
        let errors: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(text.contains("- hostname: {in: b, name: new}"), "{text}");
        assert!(lab.is_some() && errors.is_empty(), "{errors:?}\n{text}");
    }
}
