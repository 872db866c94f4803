//! Checks that the names in an expression can exist: actors, steps, facts, functions.

use std::collections::BTreeMap;

use cel::IdedExpr;
use cel::common::ast::{CallExpr, ComprehensionExpr, Expr};

use super::named::{index, literal};
use super::parts::parts;
use super::shape::{self, Shape, Step};
use super::{CompileError, Names, words};
use crate::snapshot::Roots;

/// What a part of an expression stands for.
#[derive(Clone, Debug)]
enum Kind {
    /// The facts of the state when the step began.
    Before,
    /// The facts of all steps.
    Steps,
    /// Facts of this shape.
    Fact(Shape),
    /// Anything: its type is not known.
    Any,
}

/// Functions called as `size(x)`.
const FUNCTIONS: [&str; 7] = ["size", "string", "int", "uint", "double", "bool", "type"];

/// Functions called as `x.contains(y)`, with the number of their arguments.
const METHODS: [(&str, usize); 5] = [
    ("contains", 1),
    ("startsWith", 1),
    ("endsWith", 1),
    ("matches", 1),
    ("size", 0),
];

/// Macros, which take a name and an expression: `x.exists(y, …)`. Correct ones were already
/// expanded by the parser.
const MACROS: [&str; 5] = ["exists", "all", "filter", "map", "exists_one"];

/// Refuses an expression with a name that cannot exist.
pub(super) fn check(
    program: &cel::Program,
    text: &str,
    names: &Names<'_>,
) -> Result<(), CompileError> {
    let bound = BTreeMap::new();
    let mut walk = Walk {
        program,
        text,
        names,
        bound,
    };
    walk.expression(program.expression()).map(|_| ())
}

struct Walk<'a> {
    program: &'a cel::Program,
    text: &'a str,
    names: &'a Names<'a>,
    /// The variables of the loops around.
    bound: BTreeMap<String, Kind>,
}

impl Walk<'_> {
    fn expression(&mut self, e: &IdedExpr) -> Result<Kind, CompileError> {
        match &e.expr {
            Expr::Ident(name) => self.root(e.id, name),
            Expr::Select(select) => {
                let of = self.expression(&select.operand)?;
                self.field(&of, e.id, &select.field)
            }
            Expr::Call(call) => self.call(e.id, call),
            Expr::Comprehension(c) => self.comprehension(c),
            Expr::Unspecified => {
                let message = "something is missing here".to_owned();
                Err(self.error(e.id, "", message, &[]))
            }
            inner => self.all(parts(inner).into_iter()),
        }
    }

    fn all<'e>(&mut self, list: impl Iterator<Item = &'e IdedExpr>) -> Result<Kind, CompileError> {
        for e in list {
            self.expression(e)?;
        }
        Ok(Kind::Any)
    }

    fn call(&mut self, id: u64, call: &CallExpr) -> Result<Kind, CompileError> {
        if let Some((of, at)) = index(call) {
            let kind = self.expression(of)?;
            self.expression(at)?;
            return match (literal(at), &kind) {
                (Some(name), _) => self.field(&kind, at.id, name),
                (None, Kind::Fact(shape)) => Ok(element(*shape)),
                (None, _) => Ok(Kind::Any),
            };
        }
        self.function(id, call)?;
        self.all(call.target.as_deref().into_iter().chain(&call.args))
    }

    fn function(&self, id: u64, call: &CallExpr) -> Result<(), CompileError> {
        let name = call.func_name.as_str();
        // The names of operators are not identifiers: `_&&_`, `@in`.
        if !name.starts_with(|c: char| c.is_alphabetic()) {
            return Ok(());
        }
        let count = call.args.len();
        let known = match &call.target {
            Some(_) => METHODS
                .iter()
                .any(|(method, arguments)| *method == name && *arguments == count),
            None => FUNCTIONS.contains(&name) && count == 1,
        };
        if known {
            Ok(())
        } else {
            Err(self.no_function(id, name))
        }
    }

    fn no_function(&self, id: u64, name: &str) -> CompileError {
        let methods = METHODS.iter().map(|(name, _)| *name);
        let there_are: Vec<&str> = FUNCTIONS
            .into_iter()
            .chain(methods.take(4))
            .chain(MACROS)
            .collect();
        if !there_are.contains(&name) && name != "has" {
            return self.error(
                id,
                name,
                format!("there is no function `{name}`"),
                &there_are,
            );
        }
        let help = match name {
            "has" => "`has(b.exit)`".to_owned(),
            "size" => "`size(b.mounts)`".to_owned(),
            _ if MACROS.contains(&name) => format!("`b.processes.{name}(p, p.name == \"sleep\")`"),
            _ if FUNCTIONS.contains(&name) => format!("`{name}(b.pid)`"),
            _ => format!("`b.said.{name}(\"sleep\")`"),
        };
        let error = self.error(id, name, format!("`{name}` is not used in this way"), &[]);
        CompileError {
            help: format!("write it like {help}"),
            ..error
        }
    }

    fn comprehension(&mut self, c: &ComprehensionExpr) -> Result<Kind, CompileError> {
        let of = match self.expression(&c.iter_range)? {
            Kind::Fact(shape) => element(shape),
            _ => Kind::Any,
        };
        let outer = self.bound.clone();
        self.bound.insert(c.iter_var.clone(), of.clone());
        self.bound.insert(c.accu_var.clone(), Kind::Any);
        if let Some(second) = &c.iter_var2 {
            self.bound.insert(second.clone(), Kind::Any);
        }
        let inner = [&c.accu_init, &c.loop_cond, &c.loop_step, &c.result];
        let done = self.all(inner.into_iter());
        self.bound = outer;
        done
    }

    fn root(&self, id: u64, name: &str) -> Result<Kind, CompileError> {
        if let Some(kind) = self.bound.get(name) {
            return Ok(kind.clone());
        }
        match name {
            "before" => Ok(Kind::Before),
            "steps" => Ok(Kind::Steps),
            name if name.starts_with('@') => Ok(Kind::Any),
            name => match shape::root(name) {
                Some(shape) => Ok(Kind::Fact(shape)),
                None => self.actor(id, name, &[Roots::NAMES, &["before"]].concat()),
            },
        }
    }

    fn actor(&self, id: u64, name: &str, besides: &[&str]) -> Result<Kind, CompileError> {
        if self.names.actors.contains(&name) {
            return Ok(Kind::Fact(shape::actor()));
        }
        let message = format!("there is no actor `{name}` in this lab");
        let there_are = [&self.names.actors, besides].concat();
        Err(self.error(id, name, message, &there_are))
    }

    fn field(&self, of: &Kind, id: u64, name: &str) -> Result<Kind, CompileError> {
        match of {
            Kind::Any => Ok(Kind::Any),
            Kind::Before if Roots::NAMES.contains(&name) => self.root(id, name),
            Kind::Before => self.actor(id, name, Roots::NAMES),
            Kind::Steps if self.names.steps.contains(&name) => Ok(Kind::Fact(shape::step())),
            Kind::Steps => Err(self.no_step(id, name)),
            Kind::Fact(shape) => match shape.field(name) {
                Step::Known(shape) => Ok(Kind::Fact(shape)),
                Step::Plain => {
                    let message = format!("there is nothing below this fact, so no `{name}`");
                    Err(self.error(id, name, message, &[]))
                }
                Step::Unknown(there_are) => {
                    let there_are: Vec<&str> = there_are.iter().map(String::as_str).collect();
                    let message = format!("there is no fact `{name}` here");
                    Err(self.error(id, name, message, &there_are))
                }
            },
        }
    }

    fn no_step(&self, id: u64, name: &str) -> CompileError {
        let message = format!("there is no step `{name}` in this lab");
        let error = self.error(id, name, message, &self.names.steps);
        // `steps.first-try` is parsed as a subtraction.
        let mut steps = self.names.steps.iter();
        let dashed = steps.find(|step| {
            let rest = step.strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with('-'))
        });
        match dashed {
            Some(step) => CompileError {
                help: format!("write `steps[\"{step}\"]`"),
                ..error
            },
            None => error,
        }
    }

    fn error(&self, id: u64, word: &str, message: String, there_are: &[&str]) -> CompileError {
        CompileError {
            message,
            help: words::help(word, there_are),
            offset: self.place(id, word),
            length: word.len(),
        }
    }

    /// The byte offset of a word: the nearest to where the parser reports its expression (at the
    /// dot of a selection, the bracket of a call).
    fn place(&self, id: u64, word: &str) -> usize {
        let range = self.program.source_info().offset_for(id);
        let character = range.and_then(|(start, _)| usize::try_from(start).ok());
        let seen = character.map_or(0, |character| byte(self.text, character));
        let dot = usize::from(self.text[seen..].starts_with('.'));
        let nearest = self
            .text
            .match_indices(word)
            .map(|(at, _)| at)
            .filter(|at| is_whole(self.text, *at, word.len()))
            .min_by_key(|at| at.abs_diff(seen + dot));
        nearest.unwrap_or(seen)
    }
}

/// The byte offset of a character; that of the end, if there are not so many.
fn byte(text: &str, character: usize) -> usize {
    let place = text.char_indices().nth(character);
    place.map_or(text.len(), |(at, _)| at)
}

/// Whether what stands at an offset is not a part of a longer word.
fn is_whole(text: &str, at: usize, length: usize) -> bool {
    let (left, right) = (&text[..at], &text[at + length..]);
    !left.ends_with(is_of_word) && !right.starts_with(is_of_word)
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The elements of a list of this shape.
fn element(list: Shape) -> Kind {
    list.element().map_or(Kind::Any, Kind::Fact)
}
