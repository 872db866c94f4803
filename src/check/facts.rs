//! Two snapshots in the form in which expressions read them.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, OnceLock};

use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use cel::{Context, Env, IdedExpr, Value};
use serde::Serialize;

use super::budget::{self, Budget, Cost};
use super::meter;
use crate::snapshot::{Actor, Cut, Roots, Snapshot, Visit};

/// The functions and macros of the language, which are the same for all expressions.
static LANGUAGE: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// Why an expression has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    /// A fact is missing, or values have the wrong type.
    Missing,
    /// The evaluation cost too much.
    TooMuch,
}

/// Two snapshots prepared for many expectations. Facts are converted once, when an expression first
/// asks for them.
#[derive(Debug)]
pub struct Facts {
    actors: BTreeMap<String, Lazy<Actor>>,
    roots: Roots,
    /// What the roots are converted to, by their names.
    values: BTreeMap<&'static str, Converted>,
    before: Lazy<Before>,
    cut: Cut,
    /// The cost of all evaluations on these facts.
    spent: budget::All,
}

impl Facts {
    /// `now` is judged; `before` is what `before.` stands for: the state when the step began.
    pub fn new(now: &Snapshot, before: &Snapshot) -> Self {
        let actors = now.actors.iter();
        let before = Before {
            actors: before.actors.clone(),
            roots: Roots::of(before),
        };
        Self {
            actors: actors
                .map(|(name, actor)| (name.clone(), Lazy::new(actor)))
                .collect(),
            roots: Roots::of(now),
            values: Roots::NAMES
                .iter()
                .map(|name| (*name, Converted::default()))
                .collect(),
            before: Lazy {
                facts: before,
                value: OnceLock::new(),
            },
            cut: now.cut.clone(),
            spent: budget::All::default(),
        }
    }

    /// How many elements of a fact of the present state were cut off.
    pub(super) fn cut(&self, fact: &str) -> Option<i64> {
        let sized = fact.strip_prefix("size(");
        let list = sized.and_then(|of| of.strip_suffix(')')).unwrap_or(fact);
        // `cut` names parts with dots only, also those that an expression writes in brackets.
        let part = list.replace("[\"", ".").replace("\"]", "");
        let mut cut = self.cut.iter();
        cut.find(|(what, _)| is_part(&part, what))
            .map(|(_, more)| *more)
    }

    /// The value of an expression, and the cost of the evaluation.
    pub(super) fn evaluate(&self, expression: &IdedExpr) -> (Result<Value, Unknown>, Cost) {
        if self.spent.is_all() {
            return (Err(Unknown::TooMuch), Cost::default());
        }
        let budget = Budget::new(meter::count(expression));
        let value = self.within(expression, &budget);
        self.spent.add(budget.cost());
        // An `||` may have turned the error of an exhausted budget into true.
        let value = if budget.is_spent() {
            Err(Unknown::TooMuch)
        } else {
            value.ok_or(Unknown::Missing)
        };
        (value, budget.cost())
    }

    fn within(&self, expression: &IdedExpr, budget: &Arc<Budget>) -> Option<Value> {
        let mut context = Context::with_env(Arc::clone(&LANGUAGE));
        context.set_variable_resolver(self);
        budget::declare(&mut context, budget);
        let value = Value::resolve_val(expression, &context).ok()?;
        budget.weigh(value.as_ref()).ok()?;
        value.as_ref().try_into().ok()
    }

    /// The value of a fact, if it exists.
    pub(super) fn fact(&self, expression: &IdedExpr) -> Option<Value> {
        self.evaluate(expression).0.ok()
    }

    /// Whether a fact is missing.
    pub(super) fn lacks(&self, expression: &IdedExpr) -> bool {
        let mut context = Context::with_env(Arc::clone(&LANGUAGE));
        context.set_variable_resolver(self);
        Value::resolve_val(expression, &context).is_err()
    }

    /// Whether an actor has a shell, now or (with `before`) when the step began.
    pub(super) fn alive(&self, actor: &str, before: bool) -> bool {
        let facts = if before {
            self.before.facts.actors.get(actor)
        } else {
            self.actors.get(actor).map(|actor| &actor.facts)
        };
        facts.is_some_and(|facts| facts.alive)
    }
}

/// Whether a path is that of a list, or of a part of it.
fn is_part(path: &str, list: &str) -> bool {
    let rest = path.strip_prefix(list);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

impl VariableResolver for Facts {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        let value = match self.values.get(name) {
            Some(value) => value
                .get_or_init(|| self.roots.visit(name, Convert).flatten())
                .as_deref(),
            None if name == "before" => self.before.value(),
            None => self.actors.get(name)?.value(),
        };
        value.map(CowVal::Borrowed)
    }
}

/// The state when the step began, with its actors at the root.
#[derive(Debug, Serialize)]
struct Before {
    #[serde(flatten)]
    actors: BTreeMap<String, Actor>,
    #[serde(flatten)]
    roots: Roots,
}

/// What facts are converted to when they are first asked for; `None` for what cannot be.
type Converted = OnceLock<Option<Box<dyn Val>>>;

/// Converts facts for the language.
struct Convert;

impl Visit for Convert {
    type Out = Option<Box<dyn Val>>;

    fn visit<T: Serialize>(self, facts: &T) -> Self::Out {
        cel::to_value(facts).ok()?.try_into().ok()
    }
}

/// Facts that are converted when they are first used.
#[derive(Debug)]
struct Lazy<T> {
    facts: T,
    value: Converted,
}

impl<T: Serialize> Lazy<T> {
    fn new(facts: &T) -> Self
    where
        T: Clone,
    {
        let facts = facts.clone();
        Self {
            facts,
            value: OnceLock::new(),
        }
    }

    fn value(&self) -> Option<&dyn Val> {
        self.value
            .get_or_init(|| Convert.visit(&self.facts))
            .as_deref()
    }
}
