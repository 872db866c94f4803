//! A lab as one shell script: the lines that a person would type, in order, each in
//! the shell that it belongs to.

use std::collections::BTreeSet;

use crate::lab::action::Leaves;
use crate::lab::{Action, Lab, Step};
use crate::snapshot::{HOST, Hierarchy};
use crate::{typed, word};

/// The code that each script begins with, after its head.
const PRELUDE: &str = include_str!("../../assets/export/prelude.sh");
/// Surrounds an actor's name in a line until it is quoted: there the pid of that actor's innermost
/// shell belongs.
const MARK: char = '\u{1}';
/// The width of comments, in columns.
const WIDTH: usize = 84;

/// Why no script can be made of a lab.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{}", word!("export-unfit", step = step, program = program))]
pub struct Unfit {
    /// The step's id.
    pub step: String,
    /// The program.
    pub program: String,
}

/// The script: for bash, as root, on a machine with control groups of version 2.
///
/// # Errors
/// A step needs a program that only isolab has.
pub fn script(lab: &Lab) -> Result<String, Unfit> {
    let mut text = head(lab);
    text.push_str(PRELUDE);
    text.push_str(&ready(lab));
    fit("setup", &lab.setup)?;
    text.push_str(&setup(lab));
    for step in &lab.steps {
        fit(&step.id, step.script())?;
        text.push_str(&part(lab, step));
    }
    text.push_str("\nfinish\n");
    Ok(text)
}

fn head(lab: &Lab) -> String {
    let title = format!("{} ({})", flat(&lab.title), lab.id);
    let version = env!("CARGO_PKG_VERSION");
    let made = format!(
        "Written by isolab {version} from its lab: each line below is what the lab shows, typed into \
         the shell whose name stands before it. Run it as root, on a machine with control groups of \
         version 2."
    );
    format!("#!/bin/bash\n#\n{}#\n{}", comment(&title), comment(&made))
}

fn one_after_the_other(names: BTreeSet<&str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(" ")
}

/// The lines that prepare the script's own place, with the names that the lab uses.
fn ready(lab: &Lab) -> String {
    let groups: BTreeSet<&str> = lab.actions().filter_map(group).collect();
    let links: BTreeSet<&str> = lab.actions().filter_map(link).collect();
    let there = lab.actors.iter().filter(|actor| !actor.later);
    let open = there.fold(String::new(), |text, actor| {
        format!("{text}open {}\n", actor.name)
    });
    format!(
        "groups=({})\nlinks=({})\nbegin {}\n{open}",
        one_after_the_other(groups),
        one_after_the_other(links),
        lab.needs.cgroup.join(" ")
    )
}

/// The control group that an action makes.
fn group(action: &Action) -> Option<&str> {
    match action.outline().leaves {
        Leaves::Group(name) => Some(name),
        Leaves::Nothing | Leaves::Shell | Leaves::Program(_) | Leaves::Link(_) => None,
    }
}

/// The bridge that an action makes in the host's network, which no namespace takes away.
fn link(action: &Action) -> Option<&str> {
    let outline = action.outline();
    match outline.leaves {
        Leaves::Link(name) if outline.actor == HOST && outline.netns.is_none() => Some(name),
        Leaves::Nothing
        | Leaves::Shell
        | Leaves::Program(_)
        | Leaves::Group(_)
        | Leaves::Link(_) => None,
    }
}

/// Checks that a step, or the setup, needs no program of isolab's own.
fn fit(step: &str, script: &[Action]) -> Result<(), Unfit> {
    let own = script.iter().find_map(Action::tool);
    own.map_or(Ok(()), |program| {
        let (step, program) = (step.to_owned(), program.to_owned());
        Err(Unfit { step, program })
    })
}

/// The lines of the lab's setup.
fn setup(lab: &Lab) -> String {
    if lab.setup.is_empty() {
        return String::new();
    }
    let lines = lab.setup.iter().map(|action| said(lab, action, None));
    format!("\n# == From the start\n{}", lines.collect::<String>())
}

/// The lines of a step, below a comment on what it is about.
fn part(lab: &Lab, step: &Step) -> String {
    if step.script().is_empty() {
        return String::new();
    }
    let mut text = format!("\n# == {}\n", flat(&step.title));
    let about = step.text.split("\n\n").next().unwrap_or_default();
    text.push_str(&comment(&flat(about)));
    let last = step.script().len() - 1;
    for (number, action) in step.script().iter().enumerate() {
        let refused = step.refused.as_deref().filter(|_| number == last);
        text.push_str(&said(lab, action, refused));
    }
    text
}

/// The lines of one action.
fn said(lab: &Lab, action: &Action, refused: Option<&str>) -> String {
    let groups = Hierarchy::new(Some(lab.needs.cgroup.clone()), Vec::new());
    let actor = action.actor();
    let typed = typed::line(action, &|name| Some(format!("{MARK}{name}{MARK}")), &groups);
    let line = match typed {
        None => return format!("open {actor}\n"),
        Some(line) => quoted(&line),
    };
    match (action, refused) {
        (_, Some(errno)) => format!("refused {actor} {line}   # {errno}\n"),
        (Action::RemoveGroup(a), None) => format!("emptied {}\nsay {actor} {line}\n", a.group),
        (_, None) => format!("say {actor} {line}\n"),
    }
}

/// A line as one word of the script. Where it names a process, the script looks that up.
fn quoted(line: &str) -> String {
    let escaped = line.replace('\'', "'\\''");
    // If the shell changes nothing inside them, double quotes are easier to read.
    let (mark, from, before, after) = if line.contains(['"', '$', '`', '\\']) {
        ('\'', escaped.as_str(), "'\"", "\"'")
    } else {
        ('"', line, "", "")
    };
    let mut text = String::from(mark);
    for (number, part) in from.split(MARK).enumerate() {
        match number % 2 {
            0 => text.push_str(part),
            _ => text.push_str(&format!("{before}$(face {part}){after}")),
        }
    }
    text.push(mark);
    text
}

/// Markdown as one plain line.
fn flat(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace("**", "").replace('`', "")
}

/// A line as comments of a readable width.
fn comment(line: &str) -> String {
    let options = textwrap::Options::new(WIDTH)
        .initial_indent("# ")
        .subsequent_indent("# ");
    // A word may be there to be copied, so none is broken.
    let options = options.break_words(false);
    let rows = textwrap::wrap(line.trim(), options);
    rows.into_iter()
        .map(|row| row.into_owned() + "\n")
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_word_and_finds_processes_itself() {
        let line = format!("echo '0 0 1' > /proc/{MARK}c1{MARK}/uid_map");
        let expected = r#""echo '0 0 1' > /proc/$(face c1)/uid_map""#;
        assert_eq!(quoted(&line), expected);
        let line = format!("echo '$$' > /proc/{MARK}c1{MARK}/x");
        let expected = r#"'echo '\''$$'\'' > /proc/'"$(face c1)"'/x'"#;
        assert_eq!(quoted(&line), expected);
    }

    #[test]
    fn what_is_there_from_the_start_comes_before_the_steps() {
        let text = "format: 1\ntitle: T\nsummary: S.\nminutes: 1\nneeds: {cgroup: [pids]}\nsetup:\n  - cgroup: {name: early}\nsteps:\n  - {id: s, title: Read, text: This.}\n";
        let lab = Lab::parse("x.yaml", text).0.unwrap();
        let script = script(&lab).unwrap();
        assert!(script.contains("groups=(early)"), "{script}");
        let start = "# == From the start\nsay host \"mkdir /sys/fs/cgroup/early\"\n";
        assert!(script.contains(start), "{script}");
    }

    #[test]
    fn comments_are_plain_and_not_too_wide() {
        let text = comment(&flat("**One** `two`\nthree. "));
        assert_eq!(text, "# One two three.\n");
        assert!(
            comment(&"word ".repeat(80))
                .lines()
                .all(|row| row.len() <= WIDTH)
        );
    }
}
