//! A hand-out in HTML: one file that fetches nothing and runs nothing, for the screen in
//! light and dark, for paper, and for those who listen to it.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use ratatui::style::Modifier;

use super::commonmark::hypertext;
use super::handout::{Deed, Handout, Sheet, needs};
use super::markdown::{answers, held, made};
use super::paint::{DARK, Kind, LIGHT, Paint, Run, plain, variables};
use super::panel::Panel;
use crate::lab::{Ask, Check, Hint, Step, ThenAsk};
use crate::session::sentence;
use crate::{ui, word};

const STYLE: &str = include_str!("../../assets/export/handout.css");

/// The hand-out.
pub(super) fn text(all: &Handout) -> String {
    let lab = &all.lab;
    let colours = format!(
        ":root{{color-scheme:light dark;{}}}@media (prefers-color-scheme:dark){{@media screen{{:root{{{}}}}}}}",
        variables(&LIGHT),
        variables(&DARK)
    );
    let page = html! {
        (DOCTYPE)
        html lang=(word::language().tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content=(concat!("isolab ", env!("CARGO_PKG_VERSION")));
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { (plain(&lab.title)) }
                style { (PreEscaped(&colours)) (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { (plain(&lab.title)) }
                    div.summary { (markdown(&lab.summary)) }
                    p.made { (plain(&made(all))) }
                }
                (contents(all))
                main {
                    (what_it_needs(all))
                    @for (number, (step, sheet)) in (1..).zip(&all.sheets) {
                        (one_step(number, step, sheet.as_ref()))
                    }
                    @if !lab.recap.is_empty() {
                        section aria-labelledby="end" {
                            h2 #end { (word!("the-end")) }
                            (markdown(&lab.recap))
                        }
                    }
                }
            }
        }
    };
    page.into_string()
}

fn contents(all: &Handout) -> Markup {
    let steps = (1..).zip(&all.sheets);
    html! {
        nav aria-label=(word!("ho-contents")) {
            ol {
                @for (number, (step, _)) in steps {
                    li { a href=(format!("#step-{number}")) { (plain(&step.title)) } }
                }
            }
        }
    }
}

fn what_it_needs(all: &Handout) -> Markup {
    html! {
        section aria-labelledby="needs" {
            h2 #needs { (word!("ho-needs")) }
            ul { @for need in needs(&all.lab.needs) { li { (plain(&need)) } } }
        }
    }
}

fn one_step(number: usize, step: &Step, sheet: Option<&Sheet>) -> Markup {
    let id = format!("step-{number}");
    html! {
        section.step aria-labelledby=(id) {
            h2 id=(id) { (number) ". " (plain(&step.title)) }
            (markdown(&step.text))
            @if let Some(goal) = &step.goal {
                h3 { (word!("your-task")) }
                (markdown(goal))
            }
            @if let Some(ask) = &step.ask { (question(ask, sheet)) }
            (hints(&step.hints))
            @match sheet {
                Some(sheet) => (done(sheet)),
                None => p.how { (word!("ho-undone")) },
            }
            (checks(&step.checks, sheet))
            (markdown(&step.explain))
            @if let Some(ask) = &step.then_ask { (after(ask, sheet)) }
        }
    }
}

fn markdown(text: &str) -> PreEscaped<String> {
    PreEscaped(hypertext(text))
}

fn folded(title: &str, inner: &Markup) -> Markup {
    html! { details { summary { (plain(title)) } (inner) } }
}

fn question(ask: &Ask, sheet: Option<&Sheet>) -> Markup {
    let answers = html! { @for line in answers(ask, sheet) { (markdown(&line)) } };
    html! {
        div.ask {
            h3 { (word!("ho-question")) }
            (markdown(&ask.predict))
            ol { @for choice in &ask.choices { li { (markdown(&choice.say)) } } }
            (folded(&word!("ho-answer"), &answers))
        }
    }
}

fn hints(hints: &[Hint]) -> Markup {
    html! {
        @for (number, hint) in (1..).zip(hints) {
            (folded(&word!("ho-hint", number = number), &markdown(&hint.say)))
        }
    }
}

fn done(sheet: &Sheet) -> Markup {
    html! {
        p.how { (word!("ho-how", how = ui::how(sheet.how))) }
        @if sheet.deeds.is_empty() && !sheet.lines.is_empty() {
            h3 { (word!("ho-typed")) }
            (screen(&word!("ho-typed"), &html! { @for line in &sheet.lines { b { (plain(line)) } "\n" } }))
        }
        (deeds(&sheet.deeds))
        @for (actor, said) in &sheet.said {
            h3 { (word!("ho-terminal", actor = actor)) }
            (screen(&word!("ho-terminal", actor = actor), &html! { (plain(said)) }))
        }
        @for (actor, calls) in &sheet.calls {
            h3 { (word!("ho-typed-calls", actor = actor)) }
            (screen(&word!("ho-typed-calls", actor = actor), &html! { (plain(&calls.join("\n"))) }))
        }
        @if !sheet.changes.is_empty() {
            h3 { (word!("ho-changed")) }
            ul.changed { @for change in &sheet.changes { li { (plain(change)) } } }
        }
        @if let Some(shown) = &sheet.panel { (panel(shown)) }
    }
}

/// Lines as they are. They can be scrolled with the keyboard.
fn screen(label: &str, inner: &Markup) -> Markup {
    html! { pre tabindex="0" role="group" aria-label=(plain(label)) { (inner) } }
}

fn deeds(deeds: &[Deed]) -> Markup {
    let calls = deeds
        .iter()
        .any(|deed| !deed.outcome.calls.is_empty() || deed.outcome.refusal.is_some());
    let typed = deeds
        .iter()
        .any(|deed| deed.line.is_some() || !deed.outcome.output.is_empty());
    html! {
        @if typed {
            h3 { (word!("ho-typed")) }
            (screen(&word!("ho-typed"), &html! { @for deed in deeds { (line(deed)) } }))
        }
        @if calls {
            h3 { (word!("ho-calls")) }
            ul.calls { @for deed in deeds { (call(deed)) } }
        }
    }
}

fn line(deed: &Deed) -> Markup {
    html! {
        @if let Some(line) = &deed.line {
            span.who { (plain(&deed.actor)) "$ " } b { (plain(line)) } "\n"
        }
        @for line in deed.outcome.output.lines() { (plain(line)) "\n" }
    }
}

fn call(deed: &Deed) -> Markup {
    html! {
        @for call in &deed.outcome.calls { li { code { (plain(&call.to_string())) } } }
        @if let Some(words) = ui::refused(&deed.outcome) {
            li.refused { code { (plain(&words)) } }
        }
    }
}

fn checks(checks: &[Check], sheet: Option<&Sheet>) -> Markup {
    let list = html! {
        ul.checks {
            @for (check, holds) in checks.iter().zip(held(sheet)) {
                li {
                    span role="img" aria-label=(if holds { word!("ho-holds") } else { word!("ho-holds-not") }) {
                        (if holds { "☑" } else { "☐" })
                    }
                    " " (plain(&sentence(check, holds).to_string()))
                }
            }
        }
    };
    html! { @if !checks.is_empty() { (folded(&word!("ho-checks"), &list)) } }
}

fn after(ask: &ThenAsk, sheet: Option<&Sheet>) -> Markup {
    let answer = sheet.and_then(|sheet| sheet.answer.as_ref());
    html! {
        div.ask {
            h3 { (word!("ho-question")) }
            (markdown(&ask.read))
            @if let Some(answer) = answer {
                (folded(&word!("ho-answer"), &html! { p { (plain(&word!("ho-value", value = answer))) } }))
            }
        }
    }
}

/// A panel, with its letters at their columns.
fn panel(panel: &Panel) -> Markup {
    let title = word!("ho-panel", panel = ui::title(panel.name));
    let rows = html! {
        @for row in &panel.rows {
            @for run in row { (drawn(run)) }
            "\n"
        }
    };
    html! {
        figure {
            figcaption { (title) }
            (screen(&title, &rows))
        }
    }
}

fn drawn(run: &Run) -> Markup {
    let style = style(run);
    let sized = matches!(run.kind, Kind::Rare | Kind::Wide);
    html! {
        @if sized {
            span.sized style=(format!("width:{}ch;{style}", run.columns)) { (run.text) }
        } @else if style.is_empty() {
            (run.text)
        } @else {
            span style=(style) { (run.text) }
        }
    }
}

/// The style of letters as CSS.
fn style(run: &Run) -> String {
    const MODIFIERS: [(Modifier, &str); 5] = [
        (Modifier::BOLD, "font-weight:bold;"),
        (Modifier::ITALIC, "font-style:italic;"),
        (Modifier::DIM, "opacity:.75;"),
        (Modifier::UNDERLINED, "text-decoration:underline;"),
        (Modifier::CROSSED_OUT, "text-decoration:line-through;"),
    ];
    let ink = run.ink;
    let shown = MODIFIERS
        .iter()
        .filter(|(of, _)| ink.modifier.contains(*of));
    let mut style: String = shown.map(|(_, css)| *css).collect();
    if ink.text != Paint::Text {
        style.push_str(&format!("color:{};", colour(ink.text)));
    }
    if ink.back != Paint::Back {
        style.push_str(&format!("background:{};", colour(ink.back)));
    }
    style
}

fn colour(paint: Paint) -> String {
    match paint {
        Paint::Text => "var(--text)".to_owned(),
        Paint::Back => "var(--back)".to_owned(),
        Paint::Named(number) => format!("var(--c{number})"),
        exact @ Paint::Exact(..) => exact.on(&LIGHT),
    }
}
