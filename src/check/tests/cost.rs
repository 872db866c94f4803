//! Tests of the limits on the cost, length and depth of expressions.

use super::*;

fn ten() -> &'static str {
    "[0,1,2,3,4,5,6,7,8,9]"
}

fn hundred() -> String {
    let numbers: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    format!("[{}]", numbers.join(","))
}

fn costly(expression: &str) -> bool {
    let verdict = judged(expression, &snapshot());
    assert!(!verdict.holds || verdict.not_yet.is_none());
    let why = verdict.not_yet.as_ref().map(ToString::to_string);
    !verdict.holds && why.is_some_and(|why| why.contains("too much"))
}

#[test]
fn what_costs_too_much_is_not_true_and_says_so() {
    let (ten, hundred) = (ten(), hundred());
    let doubled = |by: &str| format!("['xx']{}", format!(".map(a, {by})").repeat(14));
    for expression in [
        // Many turns, inside operators that ignore errors.
        format!("{hundred}.all(a, {hundred}.all(b, {hundred}.all(c, true))) || true"),
        format!("!{hundred}.exists(a, {hundred}.exists(b, {hundred}.exists(c, a == 200)))"),
        format!("size({hundred}.filter(a, {hundred}.exists_one(b, {hundred}.all(c, true)))) > 0"),
        format!("size({hundred}.map(a, {hundred}.map(b, a > 50, {hundred}.map(c, c)))) == 1"),
        // Texts and lists that double in length.
        format!("size({}) > 0 || true", doubled("a + a + a + a")),
        format!("size({}) > 0", doubled("[a, a, a, a]")),
        format!(
            "{{'a': 1}}.all(b, size({}) > 0)",
            doubled("[{1: a}, {1: a}, {1: a}, {1: a}]")
        ),
        // Large patterns, compiled anew at each turn.
        format!("{ten}.exists(a, {ten}.exists(b, 'x'.matches('(a{{90}}){{90}}')))"),
        format!("{ten}.exists(a, 'x'.matches('[a-z]{{50}}{{50}}{{50}}'))"),
        format!(
            "{}.all(a, a.matches('(a|b|ab)*(aa|bb){{99}}x'))",
            doubled("a + a")
        ),
    ] {
        assert!(costly(&expression), "{expression}");
    }
}

#[test]
fn what_is_given_up_is_given_up_soon() {
    let (ten, hundred) = (ten(), hundred());
    let expression = format!(
        "{hundred}.all(a, {hundred}.all(b, {hundred}.all(c, {ten} == {ten} && {ten} == {ten})))"
    );
    let program = Program::compile(&expression, &names()).unwrap();
    let cost = program.cost(&Facts::new(&snapshot(), &snapshot()));
    // Each of a million turns has more than twenty parts: none is begun once the budget is used up.
    let left_over = 3 * 100;
    assert!(cost.steps > Cost::MOST.steps, "{cost:?}");
    assert!(cost.steps < Cost::MOST.steps + left_over * 200, "{cost:?}");
}

#[test]
fn loops_inside_loops_are_refused() {
    let ten = ten();
    let hostile = "abcdefghij".chars().fold("true".to_owned(), |inner, name| {
        format!("{ten}.all({name}, {inner})")
    });
    let error = refused(&hostile);
    assert_eq!(error.message, "at most 3 loops can be inside one another");
    assert!(error.help.contains("several checks"), "{}", error.help);
    assert!(error.offset > 60 && error.offset < 130, "{}", error.offset);
    assert!(judged("[1].all(a, [1].all(b, [1].all(c, true)))", &snapshot()).holds);
    assert!(
        judged(
            "[1].map(a, a).map(a, a).map(a, a).map(a, a).all(a, a == 1)",
            &snapshot()
        )
        .holds,
        "one after the other they are not inside one another"
    );
}

#[test]
fn what_is_too_long_or_too_deep_is_refused() {
    let long = format!("b.hostname == '{}'", "x".repeat(3000));
    assert!(refused(&long).message.contains("2000 bytes"));
    assert!(
        refused("é".repeat(1500).as_str())
            .message
            .contains("2000 bytes")
    );
    for part in ["+1", "<1", ".b", "[0]", ".size()"] {
        let error = refused(&format!("1{}", part.repeat(350)));
        assert!(!error.message.is_empty(), "{part}");
    }
    assert!(
        refused(&format!("1{} == 1", "+1".repeat(60)))
            .message
            .contains("24 levels")
    );
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("size(", ")"),
        ("{1:", "}"),
        ("[?{a:", ""),
        ("-(", ""),
    ] {
        let (opened, closed) = (open.repeat(300), close.repeat(300));
        let error = refused(&format!("{opened}1{closed}"));
        assert!(!error.message.is_empty(), "{open}");
    }
}

#[test]
fn the_deepest_expression_can_be_judged() {
    for (first, part) in [("1", "+1"), ("'a'", "+b.hostname"), ("[[1]]", ".map(a, a)")] {
        let expression = format!("{first}{} == 1", part.repeat(20));
        assert!(!judged(&expression, &snapshot()).holds, "{expression}");
    }
    let inside = format!("{}1{}", "size([".repeat(11), "])".repeat(11));
    assert!(judged(&format!("{inside} == 1"), &snapshot()).holds);
}

#[test]
fn no_number_stops_the_program() {
    for expression in [
        "-(-9223372036854775807 - 1) == 0",
        "(-9223372036854775807 - 1) / -1 == 0",
        "(-9223372036854775807 - 1) % -1 == 0",
        "int(1e300) == 0",
        "int(double('NaN')) == 0",
        "uint(-1) == 0u",
        "uint(1e300) == 0u",
        "9223372036854775807 * 2 == 0",
        "[1][9223372036854775807] == 0",
        "[1][-1] == 0",
        "5 % 0 == 0",
        "5.0 / 0.0 == 0.0",
        "int('99999999999999999999') == 0",
        "b.hostname.matches('(')",
        "b.hostname.matches(b.hostname + '[')",
        "{1: 2, 1u: 3} == {}",
        "[1] < [2]",
        "b < b",
        "-b.hostname == 'x'",
        "type(b) == type(1)",
        "b.hostname.size(1) == 1 || true",
    ] {
        if let Ok(program) = Program::compile(expression, &names()) {
            let _ = program.verdict(&Facts::new(&snapshot(), &snapshot()));
        }
    }
}

#[test]
fn many_expressions_together_cost_no_more_than_a_few() {
    let ten = ten();
    // Each evaluation is within the limit for one.
    let costly = format!("{ten}.all(a, {ten}.all(b, {ten}.all(c, size({ten} + {ten}) == 20)))");
    let cheap = Program::compile("1 + 1 == 2", &names()).unwrap();
    let program = Program::compile(&costly, &names()).unwrap();
    let facts = Facts::new(&snapshot(), &snapshot());
    assert!(program.verdict(&facts).holds);
    let each = program.cost(&facts).steps;
    assert!(each > 1000, "{each}");
    for _ in 0..=4 * Cost::MOST.steps / each {
        program.verdict(&facts);
    }
    assert!(program.is_too_costly(&facts) && cheap.is_too_costly(&facts));
    // On other facts the budget is fresh.
    let facts = Facts::new(&snapshot(), &snapshot());
    assert!(cheap.verdict(&facts).holds);
}
