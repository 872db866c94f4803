//! Parses the text of an expression, or explains why it cannot be parsed.

use super::{CompileError, limit};

const EXAMPLE: &str = "an expectation is one CEL expression, such as `b.hostname == \"shell-b\"`";

const NO_NAME: &str = "the first thing in these brackets must be a plain name";

const MACRO: &str = "write it like `b.processes.exists(p, p.name == \"sleep\")`";

/// Parses an expression.
pub(super) fn read(expression: &str) -> Result<cel::Program, CompileError> {
    if expression.trim().is_empty() {
        return Err(CompileError {
            message: "there is no expression".to_owned(),
            help: EXAMPLE.to_owned(),
            offset: 0,
            length: expression.len(),
        });
    }
    limit::length(expression)?;
    let read = || cel::Program::compile(expression).map_err(|errors| refused(expression, &errors));
    let program = limit::with_room(expression, read).ok_or_else(no_room)??;
    limit::depth(&program, expression)?;
    Ok(program)
}

/// The error if no thread could be started.
fn no_room() -> CompileError {
    CompileError {
        message: "there is no memory or no thread to read this expression".to_owned(),
        help: "try again when the machine has less to do".to_owned(),
        offset: 0,
        length: 0,
    }
}

fn refused(expression: &str, errors: &cel::ParseErrors) -> CompileError {
    let first = errors.errors.first();
    let said = first.map_or("", |error| error.msg.as_str());
    let (line, column) = first.map_or((1, 1), |error| error.pos);
    let (message, help) = words(said, expression);
    let offset = offset(expression, line, column);
    CompileError {
        message,
        help,
        offset,
        length: usize::from(offset < expression.len()),
    }
}

/// The byte offset of a line and a column, both counted from 1.
fn offset(expression: &str, line: isize, column: isize) -> usize {
    let (line, column) = (usize::try_from(line), usize::try_from(column));
    let (line, column) = (line.unwrap_or(1).max(1), column.unwrap_or(1).max(1));
    let above = expression.split_inclusive('\n').take(line - 1);
    let above: usize = above.map(str::len).sum();
    let rest = expression.get(above..).unwrap_or_default();
    let inside = rest
        .char_indices()
        .nth(column - 1)
        .map_or(rest.len(), |(at, _)| at);
    above + inside
}

/// The parser's message in words for an author, and how to mend it.
fn words(said: &str, expression: &str) -> (String, String) {
    let word = said.split('\'').nth(1).unwrap_or_default().trim();
    let quote = word.starts_with('"') || word.is_empty() && said.contains("token recognition");
    let nothing = format!("`{word}` means nothing here");
    let (message, help) = match word {
        _ if said.contains("at '<EOF>'") || word == "<EOF>" => ends_early(expression),
        _ if said.contains("missing '") => (format!("a `{word}` is missing here"), EXAMPLE),
        "" if said.contains("argument") => (NO_NAME.to_owned(), MACRO),
        _ if quote => (
            "a quoted text does not end".to_owned(),
            "close it with the same quote",
        ),
        "=" => (nothing, "to compare, write `==`"),
        _ if word.starts_with("= ") => (
            "`=` means nothing here".to_owned(),
            "to compare, write `==`",
        ),
        "and" | "&" => (nothing, "for and, write `&&`"),
        "or" | "|" => (nothing, "for or, write `||`"),
        "" => (
            "the expression cannot be read from here on".to_owned(),
            EXAMPLE,
        ),
        _ => (format!("`{word}` cannot stand here"), EXAMPLE),
    };
    (message, help.to_owned())
}

/// The message that the expression ends too early, and what is probably missing.
fn ends_early(expression: &str) -> (String, &'static str) {
    let more = |open, close| expression.matches(open).count() > expression.matches(close).count();
    let help = match () {
        () if more('(', ')') => "a `)` is missing",
        () if more('[', ']') => "a `]` is missing",
        () => "something must follow at the end",
    };
    ("the expression ends too early".to_owned(), help)
}
