//! A hand-out in Markdown, as code forges and note books show it: <https://commonmark.org>. Folded
//! parts are in `<details>`, the only HTML in it, which is all ours.

use super::commonmark::{fenced, literal, settled, tame};
use super::handout::{Handout, Sheet, needs};
use super::paint::{Run, escaped};
use super::panel::Panel;
use crate::lab::{Ask, Step, ThenAsk};
use crate::session::sentence;
use crate::ui;
use crate::word;

/// The hand-out.
pub(super) fn text(all: &Handout) -> String {
    let lab = &all.lab;
    let mut out = Text::default();
    out.block(&format!("# {}", literal(&lab.title)));
    out.block(&tame(&lab.summary));
    out.block(&format!("*{}*", literal(&made(all))));
    out.block(&format!("## {}", word!("ho-needs")));
    out.list(needs(&lab.needs).iter().map(|need| literal(need)));
    for (number, (step, sheet)) in (1..).zip(&all.sheets) {
        out.block(&format!("## {number}. {}", literal(&step.title)));
        out.step(step, sheet.as_ref());
    }
    if !lab.recap.is_empty() {
        out.block(&format!("## {}", word!("the-end")));
        out.block(&tame(&lab.recap));
    }
    settled(&out.0)
}

/// How long the lab takes, and from which lab and version the hand-out is.
pub(super) fn made(all: &Handout) -> String {
    word!(
        "ho-made",
        minutes = all.lab.minutes,
        lab = &all.lab.id,
        version = env!("CARGO_PKG_VERSION")
    )
}

#[derive(Default)]
struct Text(String);

impl Text {
    /// A block, with a blank line behind it.
    fn block(&mut self, text: &str) {
        let text = text.trim_end();
        if !text.is_empty() {
            self.0.push_str(text);
            self.0.push_str("\n\n");
        }
    }

    fn list(&mut self, items: impl Iterator<Item = String>) {
        let items: Vec<String> = items.map(|item| format!("- {item}")).collect();
        self.block(&items.join("\n"));
    }

    /// A part that is shown only when it is opened.
    fn folded(&mut self, title: &str, inner: impl FnOnce(&mut Self)) {
        self.block(&format!("<details><summary>{}</summary>", escaped(title)));
        inner(self);
        self.block("</details>");
    }

    fn label(&mut self, words: &str) {
        self.block(&format!("**{}**", literal(words)));
    }

    fn step(&mut self, step: &Step, sheet: Option<&Sheet>) {
        self.block(&tame(&step.text));
        if let Some(goal) = &step.goal {
            self.label(&word!("your-task"));
            self.block(&tame(goal));
        }
        if let Some(ask) = &step.ask {
            self.question(ask, sheet);
        }
        self.hints(step);
        match sheet {
            Some(sheet) => self.done(sheet),
            None => self.block(&format!("*{}*", literal(&word!("ho-undone")))),
        }
        self.checks(step, sheet);
        self.block(&tame(&step.explain));
        if let Some(ask) = &step.then_ask {
            self.after(ask, sheet);
        }
    }

    fn question(&mut self, ask: &Ask, sheet: Option<&Sheet>) {
        self.block(&format!("**?** {}", tame(&ask.predict)));
        let choices: Vec<String> = (1..)
            .zip(&ask.choices)
            .map(|(number, choice)| format!("{number}. {}", tame(&choice.say)))
            .collect();
        self.block(&choices.join("\n"));
        self.folded(&word!("ho-answer"), |out| {
            for line in answers(ask, sheet) {
                out.block(&tame(&line));
            }
        });
    }

    fn hints(&mut self, step: &Step) {
        for (number, hint) in (1..).zip(&step.hints) {
            let title = word!("ho-hint", number = number);
            self.folded(&title, |out| out.block(&tame(&hint.say)));
        }
    }

    fn done(&mut self, sheet: &Sheet) {
        self.block(&format!(
            "*{}*",
            literal(&word!("ho-how", how = ui::how(sheet.how)))
        ));
        if sheet.deeds.is_empty() && !sheet.lines.is_empty() {
            self.label(&word!("ho-typed"));
            self.block(&fenced("console", &sheet.lines.join("\n")));
        }
        self.deeds(sheet);
        for (actor, said) in &sheet.said {
            self.label(&word!("ho-terminal", actor = actor));
            self.block(&fenced("console", said));
        }
        for (actor, calls) in &sheet.calls {
            self.label(&word!("ho-typed-calls", actor = actor));
            self.block(&fenced("console", &calls.join("\n")));
        }
        if !sheet.changes.is_empty() {
            self.label(&word!("ho-changed"));
            self.list(sheet.changes.iter().map(|change| literal(change)));
        }
        if let Some(panel) = &sheet.panel {
            self.label(&word!("ho-panel", panel = ui::title(panel.name)));
            self.block(&fenced("text", &drawn(panel)));
        }
    }

    fn deeds(&mut self, sheet: &Sheet) {
        let typed: String = sheet.deeds.iter().map(typed).collect();
        if !typed.is_empty() {
            self.label(&word!("ho-typed"));
            self.block(&fenced("console", &typed));
        }
        let calls: Vec<String> = sheet.deeds.iter().flat_map(calls).collect();
        if !calls.is_empty() {
            self.label(&word!("ho-calls"));
            self.block(&fenced("c", &calls.join("\n")));
        }
    }

    fn checks(&mut self, step: &Step, sheet: Option<&Sheet>) {
        if step.checks.is_empty() {
            return;
        }
        self.folded(&word!("ho-checks"), |out| {
            let lines = step.checks.iter().zip(held(sheet)).map(|(check, holds)| {
                let mark = if holds { '☑' } else { '☐' };
                let words = sentence(check, holds).to_string();
                format!("{mark} {}", words.trim().replace('\n', " "))
            });
            out.block(&fenced("", &lines.collect::<Vec<_>>().join("\n")));
        });
    }

    fn after(&mut self, ask: &ThenAsk, sheet: Option<&Sheet>) {
        self.block(&format!("**?** {}", tame(&ask.read)));
        if let Some(answer) = sheet.and_then(|sheet| sheet.answer.as_ref()) {
            self.folded(&word!("ho-answer"), |out| {
                out.block(&literal(&word!("ho-value", value = answer)));
            });
        }
    }
}

/// Whether each check of a step holds; none does in a step that was not done.
pub(super) fn held(sheet: Option<&Sheet>) -> impl Iterator<Item = bool> {
    let known = sheet.into_iter().flat_map(|sheet| &sheet.checks);
    known.copied().chain(std::iter::repeat(false))
}

/// Which choices are right, then the reply to each choice.
pub(super) fn answers(ask: &Ask, sheet: Option<&Sheet>) -> Vec<String> {
    let right = sheet.and_then(|sheet| sheet.right.clone());
    let first = match right.as_deref() {
        Some([]) => word!("ho-right-none"),
        Some(right) => {
            let numbers: Vec<String> = right
                .iter()
                .map(|choice| (choice + 1).to_string())
                .collect();
            word!("ho-right", numbers = numbers.join(", "))
        }
        None => word!("ho-right-open"),
    };
    let replies = (1..)
        .zip(&ask.choices)
        .filter(|(_, choice)| !choice.reply.trim().is_empty())
        .map(|(number, choice)| format!("{number}: {}", choice.reply.trim()));
    std::iter::once(first).chain(replies).collect()
}

/// The line of an action behind its shell, and what it printed.
fn typed(deed: &super::handout::Deed) -> String {
    let line = deed.line.as_ref();
    let mut text = line.map_or_else(String::new, |line| format!("{}$ {line}\n", deed.actor));
    for line in deed.outcome.output.lines() {
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// The calls of an action; a refusal is marked.
fn calls(deed: &super::handout::Deed) -> Vec<String> {
    let calls = deed.outcome.calls.iter().map(ToString::to_string);
    let refused = ui::refused(&deed.outcome).map(|words| format!("✗ {words}"));
    calls.chain(refused).collect()
}

/// A panel as plain lines.
fn drawn(panel: &Panel) -> String {
    let rows: Vec<String> = panel.rows.iter().map(|runs| row(runs)).collect();
    rows.join("\n")
}

fn row(runs: &[Run]) -> String {
    runs.iter().map(|run| run.text.as_str()).collect()
}
