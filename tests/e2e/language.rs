//! The command line in Chinese: everything that a person reads, and nothing that
//! a program reads.

use std::process::Command;

const ISOLAB: &str = env!("CARGO_BIN_EXE_isolab");

/// What a command prints in a home without settings.
fn told(home: &std::path::Path, locale: &str, arguments: &[&str]) -> String {
    let output = Command::new(ISOLAB)
        .args(arguments)
        .current_dir(home)
        .env("HOME", home)
        .env("LANG", locale)
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env_remove("SUDO_UID")
        .env_remove("XDG_STATE_HOME")
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("XDG_DATA_HOME")
        .output()
        .unwrap();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

/// The lines with an English sentence: three words in a row. Commands, the kernel's words for
/// errors, and the output of programs (far to the right) do not count.
pub(crate) fn english(text: &str) -> Vec<String> {
    let said = |line: &str| -> bool {
        let mut line: String = line.split('`').step_by(2).collect::<Vec<_>>().join("``");
        for number in 1..134 {
            let error = std::io::Error::from_raw_os_error(number).to_string();
            line = line.replace(error.split(" (os").next().unwrap(), "");
        }
        let plain = |word: &&str| word.chars().all(|c| c.is_ascii_alphabetic());
        let parts = line.split(|c: char| !c.is_ascii() || ":;".contains(c));
        let mut parts = parts.filter(|part| !part.trim().starts_with("isolab "));
        parts.any(|part| {
            let words: Vec<&str> = part.split_whitespace().collect();
            words.windows(3).any(|three| three.iter().all(plain))
        })
    };
    let lines = text.lines().filter(|line| !line.starts_with("    "));
    let lines = lines.filter(|line| said(line));
    lines.map(str::to_owned).collect()
}

const NEEDS: &str = "format: 1\ntitle: 缺\nsummary: 什么都缺。\nminutes: 1\nneeds: {kernel: \"99.0\", tools: [no-such], cgroup: [gravity]}\nsteps:\n  - id: one\n    title: 一\n    text: 空的。\n    do:\n      - exec: {program: [echo, hello]}\n    check:\n      - {expect: 'result.exit == 0', else: 没有成功}\n";

#[test]
fn what_a_person_reads_is_in_their_language() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("needs.yaml"), NEEDS).unwrap();
    for (arguments, words) in [
        (&["doctor"][..], "实验主机"),
        (&["list"], "分钟"),
        (&["progress"], "还什么都没做过"),
        (&["progress", "--reset"], "忘记哪个"),
        (&["progress", "--reset", "01"], "没有可忘记的"),
        (&["play", "chrot"], "是不是想找"),
        (&["play", "no-such-lab"], "列出全部实验"),
        (&["play", "01", "--step", "99"], "没有步骤"),
        (&["play", "/dev/null"], "设备"),
        (&["play", "01"], "没有终端"),
        (&["run", "needs.yaml"], "做不了"),
        (&["test", "needs.yaml"], "不在 PATH 里"),
        (&["record", "x.yaml", "--actors", "host"], "角色"),
        (&["new", "A"], "不能作实验的名字"),
        (&["new", "mine"], "可以通过"),
        (&["new", "mine"], "已经存在"),
        (&["test", "mine.yaml"], "全部通过"),
        (&["run", "04", "--until", "2"], "成立"),
    ] {
        let said = told(home.path(), "zh_CN.UTF-8", arguments);
        assert!(said.contains(words), "{arguments:?}: {said}");
        let left = english(&said);
        assert!(left.is_empty(), "{arguments:?}: {left:#?}");
    }
}

#[test]
fn what_a_program_reads_is_the_same_in_each_language() {
    let home = tempfile::tempdir().unwrap();
    for arguments in [
        &["doctor", "--json"][..],
        &["list", "--json"],
        &["progress", "--json"],
        &["lint", "01", "/dev/null"],
        &["reference"],
        &["schema"],
    ] {
        let [english, chinese] =
            ["C.UTF-8", "zh_CN.UTF-8"].map(|locale| told(home.path(), locale, arguments));
        // A hand-in holds the time when it was made.
        let lasting = |said: &str| -> Vec<String> {
            let lines = said.lines().filter(|line| !line.contains("\"exported\": "));
            lines.map(str::to_owned).collect()
        };
        assert_eq!(lasting(&english), lasting(&chinese), "{arguments:?}");
    }
}

#[test]
fn an_english_sentence_is_found() {
    for (line, found) in [
        ("缺少  程序 x: not on the PATH", true),
        ("缺少  程序 x：请安装", false),
        ("运行 `isolab play it --watch` 打开", false),
        ("打开：isolab play it --watch", false),
        ("open(x) 被拒绝：No such file or directory", false),
    ] {
        assert_eq!(!english(line).is_empty(), found, "{line}");
    }
}
