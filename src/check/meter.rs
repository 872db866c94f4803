//! Adds meters to an expression: wherever work can grow beyond the length of the expression, the
//! evaluation pays first, by functions that no expression can name.

use cel::IdedExpr;
use cel::common::ast::{
    CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedEntryExpr, LiteralValue, operators,
};

use super::parts::parts;

/// Each turn of a loop pays for the parts in it.
pub(super) const EACH: &str = "@each";
/// A value that is compared, copied or walked through pays for everything in it.
pub(super) const WHOLE: &str = "@whole";
/// A value of which only the size or type is needed pays for its text alone.
pub(super) const GLANCE: &str = "@glance";
/// A list that is searched pays as a whole; a map does not, because it finds a key at once.
pub(super) const SEARCH: &str = "@search";
/// A pattern pays for the states that it compiles to.
pub(super) const PATTERN: &str = "@pattern";
/// A text pays for being searched with a pattern.
pub(super) const TEXT: &str = "@text";

/// The expression with its meters.
pub(super) fn metered(expression: &IdedExpr) -> IdedExpr {
    let mut metered = expression.clone();
    meter(&mut metered);
    metered
}

/// The number of parts of an expression.
pub(super) fn count(e: &IdedExpr) -> u64 {
    let inner: u64 = match &e.expr {
        Expr::Comprehension(c) => all(c).into_iter().map(count).sum(),
        inner => parts(inner).into_iter().map(count).sum(),
    };
    1 + inner
}

/// The five parts of a loop.
pub(super) fn all(c: &ComprehensionExpr) -> [&IdedExpr; 5] {
    let ComprehensionExpr {
        iter_range,
        accu_init,
        loop_cond,
        loop_step,
        result,
        ..
    } = c;
    [iter_range, accu_init, loop_cond, loop_step, result]
}

fn meter(e: &mut IdedExpr) {
    match &mut e.expr {
        Expr::Call(call) => meter_call(call),
        Expr::Select(select) => meter(&mut select.operand),
        Expr::Comprehension(c) => meter_loop(c),
        // The elements of a list or map are copied.
        Expr::List(list) => list.elements.iter_mut().for_each(pay_whole),
        Expr::Map(map) => map.entries.iter_mut().for_each(meter_entry),
        Expr::Struct(s) => s.entries.iter_mut().for_each(meter_entry),
        Expr::Ident(_) | Expr::Literal(_) | Expr::Unspecified => {}
    }
}

fn meter_entry(entry: &mut IdedEntryExpr) {
    match &mut entry.expr {
        EntryExpr::StructField(field) => pay_whole(&mut field.value),
        EntryExpr::MapEntry(entry) => {
            pay_whole(&mut entry.key);
            pay_whole(&mut entry.value);
        }
    }
}

fn meter_call(call: &mut CallExpr) {
    let ways = match call.func_name.as_str() {
        // These pass their operands on, or read plain values.
        operators::LOGICAL_AND
        | operators::LOGICAL_OR
        | operators::LOGICAL_NOT
        | operators::NEGATE
        | operators::CONDITIONAL
        | operators::NOT_STRICTLY_FALSE => ["", ""],
        operators::INDEX => ["", WHOLE],
        operators::IN => [WHOLE, SEARCH],
        "size" | "type" => [GLANCE, GLANCE],
        "matches" => [TEXT, PATTERN],
        _ => [WHOLE, WHOLE],
    };
    let target = call.target.as_deref_mut().into_iter();
    let mut ways = ways.into_iter();
    for part in target.chain(&mut call.args) {
        meter(part);
        pay(part, ways.next().unwrap_or_default(), None);
    }
}

/// A loop pays for its range, and for each turn. Where it pays depends on its form: `all` and
/// `exists` ignore errors in their step, and `map` and `filter` are only fast while their condition
/// is a plain `true`.
fn meter_loop(c: &mut ComprehensionExpr) {
    let turn = i64::try_from(count(&c.loop_step)).unwrap_or(i64::MAX);
    meter(&mut c.iter_range);
    pay(&mut c.iter_range, WHOLE, None);
    for part in [&mut c.accu_init, &mut c.loop_step, &mut c.result] {
        meter(part);
    }
    let at = match &mut c.loop_step.expr {
        Expr::Call(step) if step.func_name == operators::CONDITIONAL => step.args.first_mut(),
        Expr::Call(step) if step.func_name == operators::ADD => element(step),
        _ => None,
    };
    pay(at.unwrap_or(&mut c.loop_cond), EACH, Some(turn));
}

/// The element that `map` adds to its list.
fn element(step: &mut CallExpr) -> Option<&mut IdedExpr> {
    match &mut step.args.last_mut()?.expr {
        Expr::List(list) => list.elements.first_mut(),
        _ => None,
    }
}

fn pay_whole(e: &mut IdedExpr) {
    meter(e);
    pay(e, WHOLE, None);
}

/// Wraps an expression into a function that pays.
fn pay(e: &mut IdedExpr, way: &str, count: Option<i64>) {
    let paid = way == WHOLE || way == SEARCH || way == GLANCE;
    if way.is_empty() || paid && is_small(&e.expr) {
        return;
    }
    let count = count.map(|count| IdedExpr {
        id: e.id,
        expr: Expr::Literal(LiteralValue::Int(count.into())),
    });
    let (id, value) = (e.id, std::mem::take(e));
    e.id = id;
    e.expr = Expr::Call(CallExpr {
        func_name: way.to_owned(),
        target: None,
        args: std::iter::once(value).chain(count).collect(),
    });
}

/// Whether a value cannot be larger than what is written, or is paid for already.
fn is_small(e: &Expr) -> bool {
    match e {
        Expr::Literal(_) | Expr::List(_) | Expr::Map(_) => true,
        // The accumulator of a loop: its parts were paid for.
        Expr::Ident(name) => name.starts_with('@'),
        Expr::Call(call) => is_plain(&call.func_name),
        _ => false,
    }
}

/// Whether a function returns a boolean or a number.
fn is_plain(function: &str) -> bool {
    matches!(
        function,
        "size"
            | "contains"
            | "startsWith"
            | "endsWith"
            | "matches"
            | operators::EQUALS
            | operators::NOT_EQUALS
            | operators::LESS
            | operators::LESS_EQUALS
            | operators::GREATER
            | operators::GREATER_EQUALS
            | operators::IN
            | operators::LOGICAL_AND
            | operators::LOGICAL_OR
            | operators::LOGICAL_NOT
    )
}
