//! Which facts an expression names, and whether they can exist.

use std::collections::BTreeMap;

use cel::IdedExpr;
use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr};

use super::shape::{self, Shape, Step};
use super::{CompileError, Names};

/// What a part of an expression is.
#[derive(Clone, Debug)]
enum Kind {
    /// The facts of the state when the step began.
    Before,
    /// The facts of all steps.
    Steps,
    /// Facts of this shape.
    Fact(Shape),
    /// Anything.
    Any,
}

struct Walk<'a> {
    text: &'a str,
    names: &'a Names<'a>,
    /// The variables of the comprehensions around.
    bound: BTreeMap<String, Kind>,
    paths: Vec<Vec<String>>,
}

/// The functions that an expectation may call, beside operators.
const FUNCTIONS: [&str; 14] = [
    "size",
    "string",
    "int",
    "uint",
    "double",
    "bool",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "has",
    "type",
    "max",
    "min",
];

/// The paths of all facts that are named.
pub(super) fn check(
    expression: &IdedExpr,
    text: &str,
    names: &Names<'_>,
) -> Result<Vec<Vec<String>>, CompileError> {
    let mut walk = Walk {
        text,
        names,
        bound: BTreeMap::new(),
        paths: Vec::new(),
    };
    walk.expression(expression)?;
    let mut paths: Vec<Vec<String>> = Vec::new();
    for path in walk.paths {
        if path.len() > 1 && !paths.contains(&path) {
            paths.push(path);
        }
    }
    Ok(paths)
}

impl Walk<'_> {
    fn expression(&mut self, e: &IdedExpr) -> Result<Kind, CompileError> {
        match &e.expr {
            Expr::Ident(name) => {
                let kind = self.root(name)?;
                self.note(e);
                Ok(kind)
            }
            Expr::Select(select) => {
                let paths = self.paths.len();
                let kind = self.expression(&select.operand)?;
                // The longest path is the fact; its beginnings are not.
                self.paths.truncate(paths);
                let kind = self.field(&kind, &select.field)?;
                self.note(e);
                Ok(kind)
            }
            Expr::Call(call) => self.call(call),
            Expr::Comprehension(c) => self.comprehension(c),
            Expr::List(list) => self.all(list.elements.iter()),
            Expr::Map(map) => self.entries(map.entries.iter().map(|e| &e.expr)),
            Expr::Struct(s) => self.entries(s.entries.iter().map(|e| &e.expr)),
            Expr::Literal(_) | Expr::Unspecified => Ok(Kind::Any),
        }
    }

    fn all<'e>(&mut self, list: impl Iterator<Item = &'e IdedExpr>) -> Result<Kind, CompileError> {
        for e in list {
            self.expression(e)?;
        }
        Ok(Kind::Any)
    }

    fn entries<'e>(
        &mut self,
        list: impl Iterator<Item = &'e EntryExpr>,
    ) -> Result<Kind, CompileError> {
        for entry in list {
            match entry {
                EntryExpr::StructField(field) => self.expression(&field.value)?,
                EntryExpr::MapEntry(entry) => {
                    self.expression(&entry.key)?;
                    self.expression(&entry.value)?
                }
            };
        }
        Ok(Kind::Any)
    }

    fn call(&mut self, call: &CallExpr) -> Result<Kind, CompileError> {
        let name = call.func_name.as_str();
        // Operators have names that nobody can write: `_&&_`, `@in`.
        let is_word = name.chars().all(|c| c.is_ascii_alphanumeric());
        if is_word && !FUNCTIONS.contains(&name) {
            return Err(self.error(name, format!("there is no function `{name}`"), &FUNCTIONS));
        }
        if let Some(target) = &call.target {
            self.expression(target)?;
        }
        let mut kinds = Vec::new();
        for argument in &call.args {
            kinds.push(self.expression(argument)?);
        }
        match (name, kinds.first()) {
            ("_[_]", Some(Kind::Fact(shape))) => Ok(shape.element().map_or(Kind::Any, Kind::Fact)),
            _ => Ok(Kind::Any),
        }
    }

    fn comprehension(&mut self, c: &ComprehensionExpr) -> Result<Kind, CompileError> {
        let element = match self.expression(&c.iter_range)? {
            Kind::Fact(shape) => shape.element().map_or(Kind::Any, Kind::Fact),
            _ => Kind::Any,
        };
        let outer = self.bound.clone();
        self.bound.insert(c.iter_var.clone(), element);
        self.bound.insert(c.accu_var.clone(), Kind::Any);
        if let Some(second) = &c.iter_var2 {
            self.bound.insert(second.clone(), Kind::Any);
        }
        let parts = [&c.accu_init, &c.loop_cond, &c.loop_step, &c.result];
        let kind = self.all(parts.into_iter());
        self.bound = outer;
        kind
    }

    fn root(&self, name: &str) -> Result<Kind, CompileError> {
        if let Some(kind) = self.bound.get(name) {
            return Ok(kind.clone());
        }
        match name {
            "before" => Ok(Kind::Before),
            "steps" => Ok(Kind::Steps),
            "result" => Ok(Kind::Fact(shape::step())),
            name if name.starts_with('@') => Ok(Kind::Any),
            name => self.actor(name),
        }
    }

    fn actor(&self, name: &str) -> Result<Kind, CompileError> {
        if self.names.actors.contains(&name) {
            return Ok(Kind::Fact(shape::actor()));
        }
        let message = format!("there is no actor `{name}` in this lab");
        Err(self.error(name, message, &self.names.actors))
    }

    fn field(&self, of: &Kind, name: &str) -> Result<Kind, CompileError> {
        match of {
            Kind::Any => Ok(Kind::Any),
            Kind::Before if matches!(name, "steps" | "result") => self.root(name),
            Kind::Before => self.actor(name),
            Kind::Steps if self.names.steps.contains(&name) => Ok(Kind::Fact(shape::step())),
            Kind::Steps => {
                let message = format!("there is no step `{name}` in this lab");
                Err(self.error(name, message, &self.names.steps))
            }
            Kind::Fact(shape) => match shape.field(name) {
                Step::Known(shape) => Ok(Kind::Fact(shape)),
                Step::Plain => Err(self.error(
                    name,
                    format!("there is nothing below this fact, so no `{name}`"),
                    &[],
                )),
                Step::Unknown(there_are) => {
                    let there_are: Vec<&str> = there_are.iter().map(String::as_str).collect();
                    Err(self.error(name, format!("there is no fact `{name}` here"), &there_are))
                }
            },
        }
    }

    fn error(&self, word: &str, message: String, there_are: &[&str]) -> CompileError {
        let near = there_are
            .iter()
            .filter(|name| distance(name, word) <= 2)
            .min_by_key(|name| distance(name, word));
        let help = match near {
            Some(name) => format!("did you mean `{name}`?"),
            None if there_are.is_empty() => String::new(),
            None => format!("there are: {}", there_are.join(", ")),
        };
        CompileError {
            message,
            help,
            offset: self.text.find(word).unwrap_or(0),
            length: word.len(),
        }
    }

    fn note(&mut self, e: &IdedExpr) {
        if let Some(path) = path(e)
            && !self.bound.contains_key(&path[0])
        {
            self.paths.push(path);
        }
    }
}

/// The names of a chain of selections, the root first.
fn path(e: &IdedExpr) -> Option<Vec<String>> {
    match &e.expr {
        Expr::Ident(name) => Some(vec![name.clone()]),
        Expr::Select(select) => {
            let mut path = path(&select.operand)?;
            path.push(select.field.clone());
            Some(path)
        }
        _ => None,
    }
}

/// How many letters must be changed, added or taken away.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}
