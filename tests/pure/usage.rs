//! What `--help` says, and what is said of a mistake on the command line, in each language.

use std::fs;
use std::process::Command;

fn isolab(arguments: &[&str], locale: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_isolab"));
    command
        .args(arguments)
        .env("LC_ALL", locale)
        .env("XDG_DATA_HOME", env!("CARGO_TARGET_TMPDIR"))
        .env(
            "XDG_CONFIG_HOME",
            concat!(env!("CARGO_TARGET_TMPDIR"), "/nothing"),
        )
        .env_remove("ISOLAB_CONFIG");
    command
}

fn told(arguments: &[&str], locale: &str) -> (i32, String, String) {
    let output = isolab(arguments, locale).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let status = output.status.code().unwrap();
    (status, text(output.stdout), text(output.stderr))
}

#[test]
fn help_is_in_the_language_of_the_person() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("isolab");
    fs::create_dir_all(&folder).unwrap();
    let asked = |arguments: &[&str], locale: &str| {
        let mut command = isolab(arguments, locale);
        command.env("XDG_CONFIG_HOME", home.path());
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    for arguments in [&["--help"][..], &["-h"], &["help"]] {
        let english = asked(arguments, "C");
        let chinese = asked(arguments, "zh_CN.UTF-8");
        for heading in ["\nLearn:\n  play ", "\nTeach:\n", "\nSystem:\n  doctor "] {
            assert!(english.contains(heading), "{heading}: {english}");
        }
        for heading in [
            "\n学习：\n  play ",
            "\n教学：\n",
            "用法： isolab [选项] [命令]",
        ] {
            assert!(chinese.contains(heading), "{heading}: {chinese}");
        }
    }
    for arguments in [
        &["play", "--help"][..],
        &["help", "play"],
        &["export", "-h"],
    ] {
        let chinese = asked(arguments, "zh_CN.UTF-8");
        for word in ["选项", "参数", "--step <STEP>", "显示帮助"] {
            assert!(chinese.contains(word), "{arguments:?}: {word}: {chinese}");
        }
        for word in ["Usage", "Options", "[OPTIONS]", "Possible", "Print help"] {
            assert!(!chinese.contains(word), "{arguments:?}: {word}: {chinese}");
        }
    }
    // The setting counts for more than the locale.
    fs::write(folder.join("settings.yaml"), "language: zh-CN\n").unwrap();
    assert!(asked(&["--help"], "C").contains("学习："));
}

#[test]
fn a_mistake_names_what_may_have_been_meant() {
    for (arguments, said) in [
        (
            &["pley", "1"][..],
            "there is no command `pley`; did you mean `isolab play`?",
        ),
        (
            &["chroot"],
            "no command `chroot`; did you mean `isolab play 01-chroot`?",
        ),
        (&["chrot"], "did you mean `isolab play 01-chroot`?"),
        // A command that is near comes before a lab that is.
        (&["setings"], "did you mean `isolab settings`"),
        (&["qqqqqq"], "there is no command `qqqqqq`\n"),
        (
            &["play", "1", "--stop", "3"],
            "no option `--stop` here; did you mean `--step`?",
        ),
        (&["play", "1", "2"], "`2` is one word too many here"),
        (&["play"], "something is missing: <LAB>"),
        (
            &["export", "1", "--to", "pdf"],
            "`pdf` cannot be the value of `--to <TO>`: it takes sh, md,",
        ),
        (&["play", "1", "--step"], "`--step <STEP>` needs a value"),
        (&["play", "utz-ipc"], "did you mean `04-uts-ipc`?"),
    ] {
        let (status, out, err) = told(arguments, "C");
        assert_eq!((status, out.as_str()), (2, ""), "{arguments:?}");
        assert!(err.contains(said), "{arguments:?}: {err}");
    }
    let (_, _, said) = told(&["pley"], "zh_CN.UTF-8");
    assert!(
        said.contains("没有命令 `pley`；是不是想用 `isolab play`"),
        "{said}"
    );
}
