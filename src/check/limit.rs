//! Limits on the length, the depth and the nested loops of an expression.

use cel::IdedExpr;
use cel::common::ast::Expr;

use super::CompileError;
use super::meter::all;
use super::parts::parts;

/// The most bytes of an expression.
const LONGEST: usize = 2000;

/// The deepest nesting of an expression: evaluating it is that many calls deep.
const DEEPEST: usize = 24;

/// The most loops inside one another: each multiplies the work.
const LOOPS: usize = 3;

/// As many nested brackets as the parser can handle on any thread's stack.
const BRACKETS: usize = 8;

/// The stack size for parsing an expression with more brackets, in bytes.
const STACK: usize = 32 * 1024 * 1024;

/// Refuses an expression that is too long to be parsed.
pub(super) fn length(expression: &str) -> Result<(), CompileError> {
    if expression.len() <= LONGEST {
        return Ok(());
    }
    let mut ends = (0..=LONGEST).rev();
    let whole = ends.find(|at| expression.is_char_boundary(*at));
    let at = whole.unwrap_or_default();
    Err(CompileError {
        message: format!("an expression has at most {LONGEST} bytes"),
        help: "write it as several checks".to_owned(),
        offset: at,
        length: expression.len() - at,
    })
}

/// Calls the parser, which recurses for each bracket, on a thread with a large enough stack. `None`
/// if that thread cannot be started.
pub(super) fn with_room<T: Send>(expression: &str, read: impl FnOnce() -> T + Send) -> Option<T> {
    if expression.matches(['(', '[', '{']).count() <= BRACKETS {
        return Some(read());
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let reading = thread.spawn_scoped(scope, read).ok()?;
        reading.join().ok()
    })
}

/// Refuses an expression that is nested too deep, or has too many nested loops.
pub(super) fn depth(program: &cel::Program, expression: &str) -> Result<(), CompileError> {
    if let Some(part) = too_deep(program.expression(), 0) {
        return Err(CompileError {
            message: format!("an expression has at most {DEEPEST} levels"),
            help: "write it as several checks".to_owned(),
            offset: place(program, expression, part),
            length: 1,
        });
    }
    let Some(part) = too_many_loops(program.expression(), 0) else {
        return Ok(());
    };
    Err(CompileError {
        message: format!("at most {LOOPS} loops can be inside one another"),
        help: "each `all`, `exists`, `exists_one`, `filter` or `map` multiplies the work of those inside it: write it as several checks".to_owned(),
        offset: place(program, expression, part),
        length: 1,
    })
}

/// The first part that is nested too deep.
fn too_deep(e: &IdedExpr, level: usize) -> Option<&IdedExpr> {
    if level > DEEPEST {
        return Some(e);
    }
    let mut inner = match &e.expr {
        Expr::Comprehension(c) => all(c).to_vec(),
        inner => parts(inner),
    };
    inner.drain(..).find_map(|part| too_deep(part, level + 1))
}

/// The first loop that is inside too many others. The range of a loop does not count as inside.
fn too_many_loops(e: &IdedExpr, around: usize) -> Option<&IdedExpr> {
    let Expr::Comprehension(c) = &e.expr else {
        let inner = parts(&e.expr);
        return inner
            .into_iter()
            .find_map(|part| too_many_loops(part, around));
    };
    if around == LOOPS {
        return Some(e);
    }
    let [range, inner @ ..] = all(c);
    too_many_loops(range, around).or_else(|| {
        let mut inner = inner.iter();
        inner.find_map(|part| too_many_loops(part, around + 1))
    })
}

/// The byte offset of a part; that of a call is its bracket.
fn place(program: &cel::Program, expression: &str, e: &IdedExpr) -> usize {
    let seen = program.source_info().offset_for(e.id);
    let start = seen.and_then(|(start, _)| usize::try_from(start).ok());
    let byte = start.and_then(|start| expression.char_indices().nth(start));
    byte.map_or(0, |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::{DEEPEST, LONGEST, LOOPS};

    #[test]
    fn authors_are_told_the_bounds() {
        let told = include_str!("../../labs/AUTHORING.md").replace('\n', " ");
        let bytes = format!("at most {LONGEST} bytes");
        let nested = format!("{DEEPEST} levels and {LOOPS} loops inside one another");
        assert!(told.contains(&bytes) && told.contains(&nested));
    }
}
