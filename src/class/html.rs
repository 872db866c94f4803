//! A class as one page that loads nothing, for screens in light and dark and for paper. The
//! template engine escapes every text.

use maud::{DOCTYPE, Markup, PreEscaped, html as markup};

use super::tell;
use super::{Class, LabFigures, StepFigures};
use crate::word;

/// How the page looks.
const STYLE: &str = include_str!("../../assets/report/style.css");
/// The page may load nothing and run nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// A page about all labs; `left_out` says which files were not counted, and why.
pub fn html(class: &Class, labs: &[LabFigures], left_out: &[String]) -> String {
    let title = word!("report-title");
    let page = markup! {
        (DOCTYPE)
        html lang=(word::language().tag()) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (title) }
                p { (tell::people(class)) }
                @if labs.len() > 1 { (overview(labs)) }
                @for each in labs { (lab(each)) }
                (about(class, left_out))
            }
        }
    };
    page.into_string()
}

/// One row for each lab.
fn overview(labs: &[LabFigures]) -> Markup {
    markup! {
        table {
            thead { tr {
                th.words scope="col" { (word!("report-head-lab")) }
                th scope="col" { (word!("report-head-began")) }
                th scope="col" { (word!("report-head-finished")) }
                th.wide scope="col" {}
                th scope="col" { (word!("report-head-time")) }
            } }
            tbody { @for lab in labs { tr {
                th.words scope="row" { a href={ "#" (anchor(lab)) } { (tell::heading(lab)) } }
                td { (lab.began) }
                td { (lab.finished.len()) " " small { (tell::share(lab.finished.len(), lab.began)) } }
                td.wide { (bar(&[("typed", lab.finished.len())], lab.began)) }
                td { (tell::maybe(lab.median)) }
            } } }
        }
    }
}

/// The anchor of a lab on the page. A letter that an address may not hold becomes its number.
fn anchor(lab: &LabFigures) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let letter = |c: char| {
        if plain(c) {
            c.to_string()
        } else {
            format!("_{:x}", u32::from(c))
        }
    };
    format!("lab-{}", lab.id.chars().map(letter).collect::<String>())
}

fn lab(lab: &LabFigures) -> Markup {
    let (findings, places) = (tell::findings(lab), tell::places(lab));
    markup! {
        section id=(anchor(lab)) {
            h2 { (tell::heading(lab)) }
            p { (tell::began(lab)) }
            table {
                thead { (heads()) }
                tbody { @for step in &lab.steps { (row(step, lab.began)) } }
            }
            @if !findings.is_empty() { ul { @for words in findings { li { (words) } } } }
            @if !places.is_empty() {
                h3 { (word!("report-where")) }
                dl { @for (place, who) in places { dt { (place) } dd { (who) } } }
            }
        }
    }
}

fn heads() -> Markup {
    let ways = [
        ("typed", word!("report-head-typed")),
        ("shown", word!("report-head-shown")),
        ("run", word!("report-head-run")),
        ("skipped", word!("report-head-skipped")),
    ];
    let rest = [
        word!("report-head-wrong"),
        word!("report-head-hints"),
        word!("report-head-time"),
        word!("report-head-longest"),
        word!("report-head-stopped"),
    ];
    markup! {
        tr {
            th scope="col" { "#" }
            th.words scope="col" { (word!("report-head-step")) }
            th scope="col" { (word!("report-head-done")) }
            th.wide scope="col" {}
            @for (class, head) in ways { th.(class) scope="col" { (head) } }
            @for head in rest { th scope="col" { (head) } }
        }
    }
}

fn row(step: &StepFigures, began: usize) -> Markup {
    let ways = [
        ("typed", step.typed),
        ("shown", step.shown),
        ("run", step.run()),
        ("skipped", step.skipped),
    ];
    markup! {
        tr {
            td { @if let Some((number, _)) = &step.known { (number) } }
            th.words scope="row" { (tell::title(step)) }
            td { (step.done()) " " small { (tell::share(step.done(), began)) } }
            td.wide { (bar(&ways, began)) }
            @for (_, count) in ways { td { (count) } }
            td { (tell::share(step.guesses.1, step.guesses.0)) }
            td { (step.hints.0) }
            td.most[step.slowest] { (tell::maybe(step.median)) }
            td { (tell::maybe(step.longest)) }
            td.most[step.most_stopped] { (step.here.len()) }
        }
    }
}

/// A bar with the share of each part. The figures stand beside it, so screen readers skip it.
fn bar(parts: &[(&str, usize)], whole: usize) -> Markup {
    let width = |count| tell::percent(count, whole).unwrap_or(0);
    markup! {
        div.bar aria-hidden="true" {
            @for (class, count) in parts.iter().filter(|(_, count)| *count > 0) {
                i.(class) style={ "width:" (width(*count)) "%" } {}
            }
        }
    }
}

/// What the columns mean, and notes on the files.
fn about(class: &Class, left_out: &[String]) -> Markup {
    let notes = tell::notes(&class.notes);
    let all = left_out.iter().chain(&notes);
    markup! {
        footer {
            p { (tell::legend()) }
            @if !left_out.is_empty() || !notes.is_empty() {
                h3 { (word!("report-files")) }
                ul { @for words in all { li { (words) } } }
            }
        }
    }
}
