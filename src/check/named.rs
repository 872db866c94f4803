//! The facts that an expression names, in its own spelling.

use cel::common::ast::{CallExpr, Expr, LiteralValue};
use cel::{IdedExpr, Value};

use super::Facts;
use super::parts::parts;
use super::words;
use crate::snapshot::Roots;
use crate::word::later::{Later, later_word};

/// A fact that an expression names.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// Its spelling: `b.ns.uts`, `size(b.mounts)`, `steps["enter"].exit`.
    pub(super) text: String,
    /// The root name: an actor, `steps`, `result` and so on.
    pub(super) root: String,
    /// Whether it is a fact of the state when the step began.
    pub(super) before: bool,
    expression: IdedExpr,
}

impl Named {
    /// Its spelling and a short form of its value; `None` if it is missing.
    pub(super) fn value(&self, facts: &Facts) -> Option<(String, Later)> {
        let value = facts.fact(&self.expression)?;
        Some((self.text.clone(), words::short(&value)))
    }

    /// Whether it belongs to a result that does not exist yet.
    pub(super) fn waits_for_result(&self, facts: &Facts) -> bool {
        if self.root != "result" || self.before {
            return false;
        }
        let root = chain(&self.expression).first().copied();
        match root.and_then(|root| facts.fact(&select(root, "outcome"))) {
            Some(Value::String(outcome)) => outcome.is_empty(),
            _ => true,
        }
    }

    /// That what the lab host told of it was cut.
    pub(super) fn cut(&self, facts: &Facts) -> Option<Later> {
        let more = facts.cut(&self.text).filter(|_| !self.before)?;
        let fact = self.text.as_str();
        Some(later_word!("check-cut", fact = fact, more = more))
    }

    /// Whether it is the exit status of this actor's last shell.
    pub(super) fn tells_exit_of(&self, actor: &str) -> bool {
        self.root == actor && self.text.split('.').next_back() == Some("exit")
    }

    /// That the actor has no shell.
    pub(super) fn gone(&self, facts: &Facts) -> Option<Later> {
        let Self { root, before, .. } = self;
        if Roots::NAMES.contains(&root.as_str()) || facts.alive(root, *before) {
            return None;
        }
        Some(if *before {
            later_word!("check-no-shell-before", actor = root)
        } else {
            later_word!("check-no-shell", actor = root)
        })
    }

    /// The first part of it that there is not.
    pub(super) fn missing(&self, facts: &Facts) -> Option<Later> {
        if !facts.lacks(&self.expression) {
            return None;
        }
        let parts = chain(&self.expression);
        let first = parts.into_iter().find(|part| facts.lacks(part))?;
        match key(&first.expr).filter(|_| self.root == "steps") {
            Some(step) => Some(later_word!("check-no-step", step = step)),
            None => Some(absence(&written(first)?)),
        }
    }
}

/// That there is no such fact, by what a person calls it.
fn absence(fact: &str) -> Later {
    match fact.split('.').collect::<Vec<_>>()[..] {
        [of, "net", "links", link] | ["netns", of, "links", link] => {
            later_word!("check-no-link", of = of, link = link)
        }
        ["cgroups", name] => later_word!("check-no-group", name = name),
        ["overlays", name] => later_word!("check-no-overlay", name = name),
        ["images", name] => later_word!("check-no-image", name = name),
        ["netns", name] => later_word!("check-no-netns", name = name),
        _ => later_word!("check-no-fact", fact = fact),
    }
}

/// All facts that an expression names, each once, in order.
pub(super) fn all(expression: &IdedExpr) -> Vec<Named> {
    let mut found = Vec::new();
    collect(expression, &mut Vec::new(), &mut found);
    found
}

fn collect<'e>(e: &'e IdedExpr, bound: &mut Vec<&'e str>, found: &mut Vec<Named>) {
    if let Some(named) = named(e, bound) {
        if found.iter().all(|other| other.text != named.text) {
            found.push(named);
        }
    } else if let Expr::Comprehension(c) = &e.expr {
        collect(&c.iter_range, bound, found);
        let outer = bound.len();
        bound.extend([c.iter_var.as_str(), c.accu_var.as_str()]);
        bound.extend(c.iter_var2.as_deref());
        for part in [&c.accu_init, &c.loop_step, &c.result] {
            collect(part, bound, found);
        }
        bound.truncate(outer);
    } else {
        for part in parts(&e.expr) {
            collect(part, bound, found);
        }
    }
}

/// The fact that an expression consists of, if it is exactly one.
fn named(e: &IdedExpr, bound: &[&str]) -> Option<Named> {
    let text = written(e)?;
    let chain = chain(e);
    let Expr::Ident(root) = &chain.first()?.expr else {
        return None;
    };
    let before = root == "before";
    // A root name alone is not a fact; `before` adds one more name.
    if chain.len() < 2 + usize::from(before) || bound.contains(&root.as_str()) {
        return None;
    }
    let root = if before {
        key(&chain.get(1)?.expr)?
    } else {
        root.clone()
    };
    Some(Named {
        text,
        root,
        before,
        expression: e.clone(),
    })
}

/// The parts of a chain of selections, the root first.
fn chain(e: &IdedExpr) -> Vec<&IdedExpr> {
    let inner = match &e.expr {
        Expr::Select(select) => Some(&*select.operand),
        Expr::Call(call) => index(call).map(|(of, _)| of).or_else(|| size(call)),
        _ => None,
    };
    let mut chain = inner.map(chain).unwrap_or_default();
    chain.push(e);
    chain
}

/// The name that a part of a chain adds.
fn key(e: &Expr) -> Option<String> {
    match e {
        Expr::Select(select) => Some(select.field.clone()),
        Expr::Call(call) => literal(index(call)?.1).map(str::to_owned),
        _ => None,
    }
}

/// The spelling of a chain; `None` for anything else.
fn written(e: &IdedExpr) -> Option<String> {
    match &e.expr {
        Expr::Ident(name) => Some(name.clone()),
        Expr::Select(select) if !select.test => {
            Some(format!("{}.{}", written(&select.operand)?, select.field))
        }
        Expr::Call(call) => match (index(call), size(call)) {
            (Some((of, at)), _) => Some(format!("{}[{}]", written(of)?, place(at)?)),
            (None, Some(of)) => Some(format!("size({})", written(of)?)),
            (None, None) => None,
        },
        _ => None,
    }
}

fn place(e: &IdedExpr) -> Option<String> {
    match &e.expr {
        Expr::Literal(LiteralValue::Int(number)) => Some(number.inner().to_string()),
        _ => literal(e).map(|text| format!("{text:?}")),
    }
}

/// The text of a string literal.
pub(super) fn literal(e: &IdedExpr) -> Option<&str> {
    match &e.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner()),
        _ => None,
    }
}

/// The two operands of an index expression.
pub(super) fn index(call: &CallExpr) -> Option<(&IdedExpr, &IdedExpr)> {
    match call.args.as_slice() {
        [of, at] if call.func_name == "_[_]" => Some((of, at)),
        _ => None,
    }
}

/// The operand of `size`.
fn size(call: &CallExpr) -> Option<&IdedExpr> {
    match (call.target.as_deref(), call.args.as_slice()) {
        (None, [of]) | (Some(of), []) if call.func_name == "size" => Some(of),
        _ => None,
    }
}

fn select(operand: &IdedExpr, field: &str) -> IdedExpr {
    let select = cel::common::ast::SelectExpr {
        operand: Box::new(operand.clone()),
        field: field.to_owned(),
        test: false,
    };
    IdedExpr {
        id: operand.id,
        expr: Expr::Select(select),
    }
}
