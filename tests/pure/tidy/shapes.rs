//! The shapes of functions: how long they are, and what they take.

use super::File;
use super::lexer::Token;

/// A function with a body or without.
#[derive(Debug)]
pub(super) struct Function<'a> {
    name: &'a str,
    line: usize,
    /// What is between the parentheses.
    parameters: &'a [Token],
}

/// All functions of a file, also those in others.
pub(super) fn functions(tokens: &[Token]) -> Vec<Function<'_>> {
    let starts = (0..tokens.len()).filter(|at| tokens[*at].text == "fn");
    starts.filter_map(|at| function(&tokens[at..])).collect()
}

fn function(tokens: &[Token]) -> Option<Function<'_>> {
    let name = tokens.get(1)?;
    // A type `fn(…)` has no name.
    if !name
        .text
        .starts_with(|first: char| first.is_alphabetic() || first == '_')
    {
        return None;
    }
    let open = 2 + generics(&tokens[2..]);
    let inner = tokens.get(open + 1..)?;
    let parameters = &inner[..closed(inner)];
    Some(Function {
        name: &name.text,
        line: name.line,
        parameters,
    })
}

/// How many tokens the angle brackets at the beginning take.
fn generics(tokens: &[Token]) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        let arrow = at > 0 && tokens[at - 1].text == "-";
        match token.text.as_str() {
            "<" => depth += 1,
            ">" if !arrow => depth -= 1,
            _ => {}
        }
        if depth == 0 && token.text != ">" {
            return at;
        }
    }
    tokens.len()
}

/// How many tokens there are before a bracket closes that was opened before.
fn closed(tokens: &[Token]) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" if depth == 0 => return at,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
    }
    tokens.len()
}

/// The parameters, each with its pattern and its type.
fn split(parameters: &[Token]) -> Vec<&[Token]> {
    let mut found = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, token) in parameters.iter().enumerate() {
        let arrow = at > 0 && parameters[at - 1].text == "-";
        match token.text.as_str() {
            "(" | "[" | "{" | "<" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            ">" if !arrow => depth -= 1,
            "," if depth == 0 => {
                found.push(&parameters[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&parameters[start..]);
    found
}

/// Whether a type or a pattern is a tuple, or a reference to one; `()` is none.
fn is_tuple(tokens: &[Token]) -> bool {
    let mut rest = tokens;
    while let [first, after @ ..] = rest
        && (["&", "mut"].contains(&first.text.as_str()) || is_lifetime(tokens, rest))
    {
        rest = after;
    }
    let inner = match rest {
        [open, inner @ ..] if open.text == "(" => &inner[..closed(inner)],
        _ => return false,
    };
    // Without a comma it only holds a type together.
    split(inner).len() > 1
}

/// Whether the rest of a type begins with the name of a lifetime: the word after its `&`.
fn is_lifetime(tokens: &[Token], rest: &[Token]) -> bool {
    let before = tokens.len() - rest.len();
    let begins_word = rest[0].text.starts_with(char::is_alphabetic);
    before > 0 && begins_word && tokens[before - 1].text == "&"
}

/// Parameters that are tuples: what belongs together has a name.
pub(super) fn tuples(file: &File) -> Vec<String> {
    let mut bad = Vec::new();
    for function in functions(&file.tokens) {
        for parameter in split(function.parameters) {
            let colon = parameter.iter().position(|token| token.text == ":");
            let kind = colon.map_or(&parameter[..0], |at| &parameter[at + 1..]);
            if is_tuple(parameter) || is_tuple(kind) {
                let words = format!("`{}` takes a tuple: give it a name", function.name);
                bad.push(file.offence(function.line, &words));
            }
        }
    }
    bad
}

/// Constants that are tuples: they would be read by `.0`.
pub(super) fn constants(file: &File) -> Vec<String> {
    let starts = (0..file.tokens.len()).filter(|at| file.tokens[*at].text == "const");
    let mut bad = Vec::new();
    for at in starts {
        if let [_, name, colon, kind @ ..] = &file.tokens[at..]
            && colon.text == ":"
            && is_tuple(kind)
        {
            let words = format!("`{}` is a tuple: give its parts names", name.text);
            bad.push(file.offence(name.line, &words));
        }
    }
    bad
}

/// A closure with a name: `let same = |…|`.
pub(super) fn closures(file: &File) -> usize {
    let text = |at: usize| file.tokens.get(at).map_or("", |token| token.text.as_str());
    let named = |at: usize| {
        let body = at + 3 + usize::from(text(at + 3) == "move");
        text(at) == "let" && text(at + 2) == "=" && text(body) == "|"
    };
    (0..file.tokens.len()).filter(|at| named(*at)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> usize {
        tuples(&File::new("src/ui/a.rs", text)).len()
    }

    #[test]
    fn tuples_are_found_wherever_they_stand() {
        assert_eq!(found("fn a((b, c): (u8, u8)) {}"), 1);
        assert_eq!(
            found("fn a<T: Fn() -> u8>(x: T, b: &'a mut (u8, u8)) {}"),
            1
        );
        assert_eq!(
            found("impl A { pub(super) fn a(&self, b: (u8,), c: (u8, u8)) {} }"),
            2
        );
    }

    #[test]
    fn what_is_no_tuple_is_not_found() {
        assert_eq!(
            found("fn a(b: (), e: &(dyn Val + '_), c: fn((u8, u8)) -> u8, d: [(u8, u8); 2]) {}"),
            0
        );
        assert_eq!(
            found("fn a(b: Vec<(u8, u8)>, Size { rows, .. }: Size) {}"),
            0
        );
        assert_eq!(found("type A = fn((u8, u8));"), 0);
    }

    #[test]
    fn constants_and_closures_are_found() {
        let constants = |text: &str| constants(&File::new("src/ui/a.rs", text)).len();
        assert_eq!(constants("pub const A: (u16, u16) = (1, 2);"), 1);
        assert_eq!(constants("const A: [(u16, u16); 1] = [(1, 2)];"), 0);
        let closures = |text: &str| closures(&File::new("src/ui/a.rs", text));
        assert_eq!(
            closures("let a = |b| b; let c = move || d; x.map(|e| e)"),
            2
        );
    }
}
