//! Compiles and evaluates expectations (CEL) on snapshots, and words the
//! verdict: true, false with the values that decided, or "not yet" where a fact
//! is missing.
//!
//! Invariant: a verdict depends on the expression and the two snapshots alone.

mod lint;
mod names;
mod shape;

use cel::{Context, Value};
use serde_json::Value as Json;

use crate::snapshot::Snapshot;

pub use lint::lint;

/// What came of an expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it holds.
    pub holds: bool,
    /// Why not, in words: `there is no b.ipc.queues[0] yet`; empty if it holds or the values say it all.
    pub not_yet: String,
    /// The facts that the expression names, with their values: `("b.ns.uts", "4026531838")`.
    pub values: Vec<(String, String)>,
}

/// A compiled expectation.
pub struct Program {
    program: cel::Program,
    /// The facts it names, as paths: `["b", "ns", "uts"]`.
    paths: Vec<Vec<String>>,
}

impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Program")
            .field("paths", &self.paths)
            .finish_non_exhaustive()
    }
}

/// Why an expectation does not compile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CompileError {
    /// What is wrong.
    pub message: String,
    /// How to mend it; may be empty.
    pub help: String,
    /// The byte offset in the expression.
    pub offset: usize,
    /// The length in bytes of what is wrong.
    pub length: usize,
}

/// The names that an expectation may use at its root beside `steps`, `result` and `before`.
#[derive(Clone, Debug, Default)]
pub struct Names<'a> {
    /// The lab's actors.
    pub actors: Vec<&'a str>,
    /// The lab's step ids.
    pub steps: Vec<&'a str>,
}

/// Two snapshots made ready for many expectations.
#[derive(Debug)]
pub struct Facts {
    /// By the name at the root.
    json: serde_json::Map<String, Json>,
    values: Vec<(String, Value)>,
}

impl Facts {
    /// `now` is judged; `before` is what `before.` names: the state when the step began.
    pub fn new(now: &Snapshot, before: &Snapshot) -> Self {
        let mut json = flat(now);
        json.insert("before".to_owned(), Json::Object(flat(before)));
        let values = json
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), cel::to_value(value).ok()?)))
            .collect();
        Self { json, values }
    }

    fn context(&self) -> Context<'static, 'static> {
        let mut context = Context::default();
        for (name, value) in &self.values {
            context.add_variable_from_value(name.clone(), value.clone());
        }
        context
    }

    fn at(&self, path: &[String]) -> Option<&Json> {
        let mut rest = path.iter();
        let mut value = self.json.get(rest.next()?)?;
        for name in rest {
            value = value.get(name)?;
        }
        Some(value)
    }
}

/// A snapshot with its actors at the root.
fn flat(snapshot: &Snapshot) -> serde_json::Map<String, Json> {
    let mut root = match serde_json::to_value(&snapshot.actors) {
        Ok(Json::Object(actors)) => actors,
        _ => serde_json::Map::new(),
    };
    for (name, value) in [
        ("steps", serde_json::to_value(&snapshot.steps)),
        ("result", serde_json::to_value(&snapshot.result)),
    ] {
        root.insert(name.to_owned(), value.unwrap_or_default());
    }
    root
}

impl Program {
    /// Compiles an expectation and checks every name in it against the facts that exist.
    ///
    /// # Errors
    /// Bad syntax, an unknown actor or step, or a fact that cannot exist.
    pub fn compile(expression: &str, names: &Names<'_>) -> Result<Self, CompileError> {
        let program = cel::Program::compile(expression).map_err(|e| syntax(expression, &e))?;
        let paths = names::check(program.expression(), expression, names)?;
        Ok(Self { program, paths })
    }

    /// Whether it holds.
    pub fn verdict(&self, facts: &Facts) -> Verdict {
        let holds = matches!(
            self.program.execute(&facts.context()),
            Ok(Value::Bool(true))
        );
        if holds {
            return Verdict {
                holds,
                not_yet: String::new(),
                values: Vec::new(),
            };
        }
        Verdict {
            holds,
            not_yet: self.missing(facts),
            values: self.values(facts),
        }
    }

    /// The first fact that is not there, in words.
    fn missing(&self, facts: &Facts) -> String {
        for path in &self.paths {
            let actor = path
                .iter()
                .find(|name| *name != "before")
                .cloned()
                .unwrap_or_default();
            let root = if path[0] == "before" {
                &path[..2.min(path.len())]
            } else {
                &path[..1]
            };
            match facts.at(root) {
                None if actor == "steps" || actor == "result" => {}
                None => return format!("{actor} is not there yet"),
                Some(value) if value.get("alive") == Some(&Json::Bool(false)) => {
                    return format!("{actor} has no shell");
                }
                Some(_) if facts.at(path).is_none() => {
                    return format!("there is no {} yet", path.join("."));
                }
                Some(_) => {}
            }
        }
        String::new()
    }

    fn values(&self, facts: &Facts) -> Vec<(String, String)> {
        let value = |path: &Vec<String>| Some((path.join("."), short(facts.at(path)?)));
        self.paths.iter().filter_map(value).collect()
    }

    /// Its value as a student would type it (`then_ask`): a string, number or boolean in words.
    pub fn value(&self, facts: &Facts) -> Option<String> {
        match self.program.execute(&facts.context()).ok()? {
            Value::String(s) => Some(s.to_string()),
            Value::Int(n) => Some(n.to_string()),
            Value::UInt(n) => Some(n.to_string()),
            Value::Bool(b) => Some(b.to_string()),
            _ => None,
        }
    }
}

/// A value in at most one short line.
fn short(value: &Json) -> String {
    let text = match value {
        Json::String(s) => s.split_whitespace().collect::<Vec<_>>().join(" "),
        Json::Array(list) if list.iter().any(|v| v.is_object() || v.is_array()) => {
            return format!("{} of them", list.len());
        }
        Json::Object(_) => return "…".to_owned(),
        other => other.to_string(),
    };
    let count = text.chars().count();
    // The end of what a terminal said is the news.
    let tail: String = text.chars().skip(count.saturating_sub(60)).collect();
    if count > 60 {
        format!("…{tail}")
    } else {
        tail
    }
}

fn syntax(expression: &str, errors: &cel::ParseErrors) -> CompileError {
    let first = errors.errors.first();
    let message = first.map_or_else(String::new, |e| e.msg.clone());
    let (line, column) = first.map_or((1, 1), |e| e.pos);
    let (line, column) = (
        usize::try_from(line).unwrap_or(1),
        usize::try_from(column).unwrap_or(1),
    );
    let above: usize = expression
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let offset = (above + column.saturating_sub(1)).min(expression.len());
    CompileError {
        message: format!("this is no expression: {message}"),
        help: "an expectation is one CEL expression, such as `b.hostname == \"shell-b\"`"
            .to_owned(),
        offset,
        length: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Actor;

    fn names() -> Names<'static> {
        Names {
            actors: vec!["host", "b"],
            steps: vec!["leave"],
        }
    }

    fn facts() -> Facts {
        let mut now = Snapshot::default();
        let host = Actor {
            alive: true,
            hostname: "lab".to_owned(),
            ..Actor::default()
        };
        now.actors.insert("host".to_owned(), host);
        Facts::new(&now, &Snapshot::default())
    }

    fn verdict(expression: &str) -> Option<Verdict> {
        Some(
            Program::compile(expression, &names())
                .ok()?
                .verdict(&facts()),
        )
    }

    #[test]
    fn true_false_and_not_yet() {
        assert!(verdict("host.hostname == \"lab\"").is_some_and(|v| v.holds));
        let v = verdict("host.hostname == \"x\"").map(|v| v.values);
        assert_eq!(
            v,
            Some(vec![("host.hostname".to_owned(), "lab".to_owned())])
        );
        let v = verdict("b.hostname == \"x\"").map(|v| v.not_yet);
        assert_eq!(v.as_deref(), Some("b is not there yet"));
        assert!(verdict("host.alive || b.alive").is_some_and(|v| v.holds));
        assert!(
            verdict("size(host.ipc.queues) == 0 && !host.mounts.exists(m, m.kind == \"proc\")")
                .is_some_and(|v| v.holds)
        );
    }

    #[test]
    fn what_cannot_exist_does_not_compile() {
        for bad in [
            "host.hostnam == 1",
            "c.alive",
            "host.ns.utz == 1",
            "host.alive &&",
            "steps.gone.exit == 0",
            "nonsense(host)",
        ] {
            assert!(Program::compile(bad, &names()).is_err(), "{bad}");
        }
        let error = Program::compile("true && host.hostnam == \"x\"", &names()).err();
        assert_eq!(error.as_ref().map(|e| e.offset), Some(13));
        assert!(error.is_some_and(|e| e.help.contains("hostname")));
    }

    #[test]
    fn values_are_typed_as_a_student_would() {
        let value = |text: &str| Program::compile(text, &names()).ok()?.value(&facts());
        assert_eq!(value("string(host.pid)").as_deref(), Some("0"));
        assert_eq!(value("host.hostname").as_deref(), Some("lab"));
    }
}
