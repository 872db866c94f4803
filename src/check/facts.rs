//! Two snapshots in the form in which expressions read them.

use std::sync::{Arc, LazyLock};

use cel::common::types::{CelMap, CelMapKey};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use cel::{Context, Env, IdedExpr, Value};
use serde::Serialize;

use crate::snapshot::{Actor, Snapshot, StepFact};

/// The functions and macros of the language; they are the same for all expressions.
static LANGUAGE: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// Two snapshots made ready for many expectations.
#[derive(Debug)]
pub struct Facts {
    now: Option<Box<dyn Val>>,
    before: Option<Box<dyn Val>>,
}

impl Facts {
    /// `now` is judged; `before` is what `before.` names: the state when the step began.
    pub fn new(now: &Snapshot, before: &Snapshot) -> Self {
        Self {
            now: read(now),
            before: read(before),
        }
    }

    /// What an expression comes to; `None` where a fact is missing or the kinds
    /// of its values do not fit.
    pub(super) fn evaluate(&self, expression: &IdedExpr) -> Option<Value> {
        let mut context = Context::with_env(Arc::clone(&LANGUAGE));
        context.set_variable_resolver(self);
        Value::resolve(expression, &context).ok()
    }

    /// Whether an actor has a shell, now or when the step began.
    pub(super) fn alive(&self, actor: &str, before: bool) -> bool {
        let snapshot = if before { &self.before } else { &self.now };
        let alive =
            inside(snapshot.as_deref(), actor).and_then(|facts| inside(Some(facts), "alive"));
        matches!(alive.map(Value::try_from), Some(Ok(Value::Bool(true))))
    }
}

impl VariableResolver for Facts {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        let value = match name {
            "before" => self.before.as_deref(),
            name => inside(self.now.as_deref(), name),
        };
        value.map(CowVal::Borrowed)
    }
}

/// A value of a map.
fn inside<'b>(map: Option<&'b dyn Val>, name: &str) -> Option<&'b dyn Val> {
    let map = map?.downcast_ref::<CelMap<'_>>()?;
    map.inner()
        .get(&CelMapKey::from(name.to_owned()))
        .map(AsRef::as_ref)
}

/// A snapshot with its actors at the root.
#[derive(Serialize)]
struct Root<'a> {
    #[serde(flatten)]
    actors: &'a std::collections::BTreeMap<String, Actor>,
    steps: &'a std::collections::BTreeMap<String, StepFact>,
    result: &'a StepFact,
}

fn read(snapshot: &Snapshot) -> Option<Box<dyn Val>> {
    let root = Root {
        actors: &snapshot.actors,
        steps: &snapshot.steps,
        result: &snapshot.result,
    };
    cel::to_value(root).ok()?.try_into().ok()
}
