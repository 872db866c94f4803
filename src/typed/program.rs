//! Which programs a line needs, and which tools of a lab only a person needs.

use std::collections::BTreeSet;

use super::line;
use crate::lab::action::Runs;
use crate::lab::{Action, Lab, Needs};
use crate::snapshot::Hierarchy;

/// The shell keywords after which a command begins.
const BEFORE: [&str; 8] = ["do", "then", "else", "if", "while", "until", "!", "exec"];

/// The programs that a line starts: the first word of each command, and the program after `ip netns
/// exec`. Shell builtins are among them.
pub fn programs(line: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut begins = true;
    for word in parts(line) {
        match word.as_str() {
            ";" => begins = true,
            word if begins && BEFORE.contains(&word) => {}
            // A variable assignment before a command.
            word if begins && word.contains('=') => {}
            word if begins => {
                found.insert(word.rsplit('/').next().unwrap_or(word).to_owned());
                begins = false;
            }
            _ => {}
        }
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    if let ["ip", "netns", "exec", _, program, ..] = words[..] {
        found.insert(program.to_owned());
    }
    found
}

/// The words of a line. Everything that ends a command becomes `;`; a quoted text is one word.
fn parts(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '\'' => quoted = !quoted,
            _ if quoted => words.last_mut().into_iter().for_each(|word| word.push('_')),
            ';' | '&' | '|' | '(' | ')' | '`' => {
                words.extend([";".to_owned(), String::new()]);
            }
            letter if letter.is_whitespace() => words.push(String::new()),
            letter => words
                .last_mut()
                .into_iter()
                .for_each(|word| word.push(letter)),
        }
    }
    words.retain(|word| !word.is_empty() && word != "$");
    words
}

/// The programs that a person needs to do the same as these actions by hand.
pub fn of_all<'a>(actions: impl IntoIterator<Item = &'a Action>) -> BTreeSet<String> {
    let lines = actions.into_iter().filter_map(shown);
    lines.flat_map(|line| programs(&line)).collect()
}

/// The line of an action, with words instead of pids.
fn shown(action: &Action) -> Option<String> {
    line(action, &|_| None, &Hierarchy::default())
}

/// What is needed to play a lab: of its tools only those that its actions run, and those that
/// nothing in the lab names. A tool that only appears in a verb's line or a text is for a person to
/// type.
pub fn needs(lab: &Lab) -> Needs {
    let run: BTreeSet<String> = lab.actions().flat_map(run_by).collect();
    let mut told = of_all(
        lab.actions()
            .filter(|action| action.outline().runs == Runs::Nothing),
    );
    told.extend(lab.texts().values().flat_map(|text| quoted(text)));
    Needs {
        tools: lab
            .needs
            .tools
            .iter()
            .filter(|tool| run.contains(*tool) || !told.contains(*tool))
            .cloned()
            .collect(),
        ..lab.needs.clone()
    }
}

/// All words of an action that runs or copies programs, among which those are.
fn run_by(action: &Action) -> BTreeSet<String> {
    match action.outline().runs {
        Runs::Nothing => BTreeSet::new(),
        Runs::Words(list) => words(&list.join(" ")),
        Runs::Text(text) => words(text),
    }
}

/// The words that a text marks as code.
fn quoted(text: &str) -> BTreeSet<String> {
    let marked = text.split('`').skip(1).step_by(2);
    marked.flat_map(words).collect()
}

fn words(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || "_-.+".contains(c)))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programs_of_a_line_are_those_that_it_starts() {
        let cases = [
            ("ip link add br0 type bridge", "ip"),
            ("ip netns exec r1 ping -c 2 10.0.0.1", "ip ping"),
            ("nft 'add table ip nat; add chain ip nat pre'", "nft"),
            (
                "touch /lab/uts && mount --bind /proc/1/ns/uts /lab/uts",
                "mount touch",
            ),
            (
                "mkdir -p r; for p in /bin/bash $(ls /bin/ping); do cp $p r; done",
                "cp done for ls mkdir",
            ),
            ("exec setpriv --no-new-privs bash", "setpriv"),
            ("LANG=C sleep 5 > /dev/null 2>&1 &", "1 sleep"),
            ("/usr/sbin/setcap cap_net_raw+ep /lab/x", "setcap"),
        ];
        for (line, wanted) in cases {
            let found: Vec<String> = programs(line).into_iter().collect();
            assert_eq!(found.join(" "), wanted, "{line}");
        }
    }

    /// The tools that a lab with these tools and this action needs.
    fn needed(tools: &str, action: &str) -> Vec<String> {
        let lab = format!(
            "format: 1\ntitle: x\nsummary: x\nminutes: 1\nneeds: {{tools: [{tools}]}}\nsteps:\n  - id: one\n    title: One\n    text: It may be seen with `ss`.\n    do:\n      - {action}\n    check:\n      - {{expect: host.alive, else: It is not.}}\n"
        );
        let (lab, problems) = Lab::parse_bytes("x.yaml", lab.as_bytes());
        let lab = lab.unwrap_or_else(|| panic!("{problems:?}"));
        needs(&lab).tools
    }

    #[test]
    fn what_only_a_person_types_is_not_needed() {
        let none: [&str; 0] = [];
        assert_eq!(needed("ip, ss", "bridge: {name: br0}"), none);
        // Tools that are run are needed, and so are those that nothing else mentions.
        assert_eq!(
            needed("ip", "exec: {program: [sh, -c, 'ip -n x link']}"),
            ["ip"]
        );
        assert_eq!(
            needed("ip", "exec: {program: [/usr/sbin/ip, link]}"),
            ["ip"]
        );
        assert_eq!(needed("ip, strace", "bridge: {name: br0}"), ["strace"]);
        let rootfs = "rootfs: {path: /lab/r, programs: [/bin/bash], optional: [/bin/ping]}";
        assert_eq!(needed("bash, ping", rootfs), ["bash", "ping"]);
    }
}
