//! `--help` in the language of the person. The English texts are the program's own (the comments
//! of the arguments); `assets/help` has them in each other language.

use clap::builder::{PossibleValuesParser, StyledStr};
use clap::{Arg, Command};

use super::status;
use crate::word;
use crate::word::Language;
use crate::word::book;

/// The commands under their headings, each command once: a message, and the names.
const HEADINGS: [(&str, &[&str]); 4] = [
    (
        "help-learn",
        &["play", "list", "progress", "lens", "run", "replay"],
    ),
    (
        "help-teach",
        &["present", "follow", "notes", "shell", "report", "export"],
    ),
    (
        "help-write",
        &[
            "new",
            "record",
            "lint",
            "test",
            "translate",
            "schema",
            "reference",
        ],
    ),
    (
        "help-system",
        &["doctor", "settings", "clean", "completions", "man"],
    ),
];

/// The most columns of a line, and where the words about a command begin.
const COLUMNS: usize = 80;
const INDENT: usize = 15;

/// The command line with its texts in the spoken language; it is good for messages, not for
/// arguments.
pub(super) fn dressed(mut command: Command) -> Command {
    command.build();
    if word::language() != Language::English {
        command = translated(command, true);
    }
    let sections = sections(&command);
    let template = format!(
        "{{about-with-newline}}\n{} {{usage}}\n\n{sections}{}\n{{options}}{{after-help}}",
        heading(&command, &word!("help-usage")),
        heading(&command, &word!("help-options")),
    );
    command.help_template(StyledStr::from(template))
}

/// A heading in the style of clap's own.
fn heading(command: &Command, words: &str) -> String {
    let style = command.get_styles().get_header();
    format!("{style}{words}{style:#}")
}

/// All commands, under headings.
fn sections(command: &Command) -> String {
    let mut text = String::new();
    for (message, names) in HEADINGS {
        text.push_str(&heading(command, &word::tell(message, &[])));
        text.push('\n');
        for name in names {
            text.push_str(&line(command, name));
        }
        text.push('\n');
    }
    text
}

/// What a command does, in a line, or several.
fn line(command: &Command, name: &str) -> String {
    let sub = command.find_subcommand(name);
    let about = sub.and_then(Command::get_about).map(ToString::to_string);
    let style = command.get_styles().get_literal();
    let rest = " ".repeat(INDENT);
    let options = textwrap::Options::new(COLUMNS - INDENT).subsequent_indent("");
    let about = about.unwrap_or_default();
    let lines = textwrap::wrap(&about, options).join(&format!("\n{rest}"));
    format!(
        "  {style}{name:<width$}{style:#}{lines}\n",
        width = INDENT - 2
    )
}

/// A command and those below it, with each text in the spoken language.
fn translated(command: Command, is_first: bool) -> Command {
    let usage = usage(&command);
    let about = command.get_about().map(told);
    let long = command.get_long_about().map(told);
    let after = command.get_after_help().map(|_| exit_statuses());
    let template = format!(
        "{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}{{after-help}}",
        heading(&command, &word!("help-usage")),
    );
    let names: Vec<String> = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned())
        .collect();
    let mut command = command
        .override_usage(usage)
        .mut_args(argument)
        .help_template(StyledStr::from(template));
    if let Some(about) = about {
        command = command.about(about);
    }
    if let Some(long) = long {
        command = command.long_about(long);
    }
    if let Some(after) = after {
        command = command.after_help(after);
    }
    // The command `help` holds all commands again.
    for name in names.iter().filter(|name| is_first && *name != "help") {
        command = command.mut_subcommand(name, |sub| translated(sub, false));
    }
    command
}

/// How a command is used.
fn usage(command: &Command) -> String {
    let usage = command.clone().render_usage().to_string();
    usage
        .trim_start_matches("Usage: ")
        .replace("[OPTIONS]", &word!("help-some-options"))
        .replace("[COMMAND]", &word!("help-some-command"))
}

/// An argument with its texts in the spoken language.
fn argument(arg: Arg) -> Arg {
    let heading = if arg.is_positional() {
        word!("help-arguments")
    } else {
        word!("help-options")
    };
    let mut help = arg.get_help().map(told).unwrap_or_default();
    let values: Vec<(String, Option<String>)> = arg
        .get_possible_values()
        .iter()
        .filter(|_| arg.get_action().takes_values())
        .map(|value| (value.get_name().to_owned(), value.get_help().map(told)))
        .collect();
    for (name, what) in &values {
        help.push_str(&match what {
            Some(what) => format!("\n- {name}: {what}"),
            None => format!("\n- {name}"),
        });
    }
    let default = arg.get_default_values().first();
    if let Some(value) = default.filter(|_| arg.get_action().takes_values()) {
        let value = value.to_string_lossy();
        help.push_str(&word!("help-default", value = value.as_ref()));
    }
    let names: Vec<String> = values.into_iter().map(|(name, _)| name).collect();
    let arg = match names.as_slice() {
        [] => arg,
        names => arg.value_parser(PossibleValuesParser::new(names.to_vec())),
    };
    let id = heading.trim_end_matches([':', '：']).to_owned();
    arg.help(help)
        .long_help(None::<&str>)
        .help_heading(id)
        .hide_possible_values(true)
        .hide_default_value(true)
}

/// A text in the spoken language.
fn told(text: &StyledStr) -> String {
    let english = text.to_string();
    let told = book::help(&english);
    told.map_or(english.clone(), str::to_owned)
}

/// The exit statuses, in the spoken language.
fn exit_statuses() -> String {
    let mut lines = vec![word!("help-exit")];
    for (number, meaning) in status::meanings() {
        let told = book::help(meaning).unwrap_or(meaning);
        lines.push(format!("  {number}  {told}"));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

    /// The English texts of a command and of those below it.
    fn texts(command: &Command, all: &mut BTreeSet<String>) {
        let abouts = [command.get_about(), command.get_long_about()];
        all.extend(abouts.into_iter().flatten().map(ToString::to_string));
        for arg in command.get_arguments() {
            all.extend(arg.get_help().map(ToString::to_string));
            for value in arg.get_possible_values() {
                let takes = arg.get_action().takes_values();
                let help = value.get_help().filter(|_| takes);
                all.extend(help.map(ToString::to_string));
            }
        }
        for sub in command.get_subcommands() {
            if sub.get_name() != "help" {
                texts(sub, all);
            }
        }
    }

    #[test]
    fn every_text_of_the_command_line_is_translated_and_no_other() {
        let mut command = Cli::command();
        command.build();
        let mut all = BTreeSet::new();
        texts(&command, &mut all);
        all.extend(status::meanings().map(|(_, meaning)| meaning.to_owned()));
        let _chinese = word::for_now(Language::Chinese);
        let known: BTreeSet<String> = book::helps().map(|(english, _)| english.clone()).collect();
        let missing: Vec<_> = all.difference(&known).collect();
        let stale: Vec<_> = known.difference(&all).collect();
        assert!(all.len() > 60 && missing.is_empty(), "missing {missing:#?}");
        assert!(stale.is_empty(), "of nothing {stale:#?}");
    }

    #[test]
    fn every_command_stands_under_one_heading() {
        let command = Cli::command();
        let mut named: Vec<&str> = HEADINGS
            .iter()
            .flat_map(|(_, names)| *names)
            .copied()
            .collect();
        let mut all: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        named.sort_unstable();
        all.sort_unstable();
        assert_eq!(named, all);
    }

    #[test]
    fn help_fits_eighty_columns_in_both_languages() {
        for language in Language::ALL {
            let _spoken = word::for_now(language);
            let mut command = dressed(Cli::command().term_width(COLUMNS));
            let help = command.render_help().to_string();
            for (message, _) in HEADINGS {
                assert!(help.contains(&word::tell(message, &[])), "{help}");
            }
            let wide = |line: &&str| textwrap::core::display_width(line) > COLUMNS;
            assert_eq!(help.lines().find(wide), None, "{help}");
        }
    }
}
