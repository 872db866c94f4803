//! An image of the person's own: brought by an option, or by a path that is asked for.

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use super::terminal::Terminal;
use crate::skip::lacks;

const ISOLAB: &str = env!("CARGO_BIN_EXE_isolab");

/// The number of layers of `own` tells whether an image of one's own was used.
const LAB: &str = r#"
format: 1
title: Own
summary: An image comes from outside.
minutes: 1
steps:
  - id: take
    title: Take
    text: It is taken.
    do:
      - import: {from: /lab/own.tar, as: own, optional: true}
      - exec: {program: [sh, -c, "cat /lab/layers/*/etc/mark"]}
    check: [{expect: 'size(images.own.layers) == 1 && result.output.contains("mine")', else: It is not there.}]
    hints: [one, two, three]
"#;

/// A folder with the lab, an OCI layout `layout`, and the layout as an archive.
fn place() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    std::fs::write(place.path().join("90-own.yaml"), LAB).unwrap();
    let line = "mkdir -p root/etc && echo mine > root/etc/mark && tar -C root -cf layer.tar . && \
                umoci init --layout layout && umoci new --image layout:x && \
                umoci raw add-layer --image layout:x layer.tar && \
                tar -C layout -cf archive.tar .";
    let made = Command::new("sh")
        .args(["-c", line])
        .current_dir(place.path())
        .output();
    let made = made.unwrap();
    assert!(made.status.success(), "{made:?}");
    place
}

fn run(place: &Path, lab: &str, image: &str) -> Output {
    Command::new(ISOLAB)
        .args(["run", lab, "--image", image])
        .current_dir(place)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap()
}

#[test]
fn an_image_of_ones_own_is_in_the_lab_host() {
    if lacks("an_image_of_ones_own_is_in_the_lab_host", &["umoci"]) {
        return;
    }
    let place = place();
    for image in ["layout", "archive.tar"] {
        let done = run(place.path(), "./90-own.yaml", image);
        assert!(done.status.success(), "{image}: {done:?}");
    }
}

#[test]
fn what_is_no_image_is_refused_with_a_reason() {
    if lacks("what_is_no_image_is_refused_with_a_reason", &["umoci"]) {
        return;
    }
    let place = place();
    let path = |name: &str| place.path().join(name).display().to_string();
    let cases = [
        ("./90-own.yaml", path("nowhere"), "No such file"),
        ("./90-own.yaml", path("."), "without a file oci-layout"),
        ("./90-own.yaml", "/dev/null".to_owned(), "is no file"),
        ("05-pid", path("layout"), "takes no image"),
    ];
    for (lab, image, reason) in cases {
        let done = run(place.path(), lab, &image);
        let said = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(2), "{image}: {said}");
        assert!(said.contains(reason), "{image}: {said}");
    }
    // The import refuses a file that is no image, in the step.
    let done = run(place.path(), "./90-own.yaml", "90-own.yaml");
    assert_eq!(done.status.code(), Some(1), "{done:?}");
}

#[test]
fn nothing_but_the_files_of_an_image_gets_into_a_lab_host() {
    if lacks(
        "nothing_but_the_files_of_an_image_gets_into_a_lab_host",
        &["umoci"],
    ) {
        return;
    }
    let place = place();
    let blobs = place.path().join("layout/blobs");
    let make = |program: &str, args: &[&str]| {
        let made = Command::new(program)
            .args(args)
            .current_dir(&blobs)
            .status();
        assert!(made.unwrap().success(), "{program} {args:?}");
    };
    let cases: [(&str, &[&str], &str); 6] = [
        ("ln", &["-s", "/usr", "x"], "blobs/x is a link"),
        ("ln", &["-s", "/etc/shadow", "x"], "blobs/x is a link"),
        ("mkfifo", &["x"], "blobs/x is a link, a pipe"),
        ("mkdir", &["-p", "x/2/3/4/5/6/7/8/9"], "too deep"),
        (
            "truncate",
            &["-s", "129M", "x"],
            "a lab host has room for 128",
        ),
        (
            "truncate",
            &["-s", "99G", "x"],
            "a lab host has room for 128",
        ),
    ];
    for (program, args, reason) in cases {
        make(program, args);
        let done = run(place.path(), "./90-own.yaml", "layout");
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(said.contains(reason), "{program} {args:?}: {said}");
        assert_eq!(done.status.code(), Some(2), "{program} {args:?}: {said}");
        make("rm", &["-rf", "x"]);
    }
    make("mkfifo", &["../../pipe"]);
    let done = run(place.path(), "./90-own.yaml", "pipe");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(said.contains("pipe is no file"), "{said}");
    // A link to the image itself is allowed: the person named it.
    make("ln", &["-s", "layout", "../../there"]);
    let done = run(place.path(), "./90-own.yaml", "there");
    assert!(done.status.success(), "{done:?}");
}

#[test]
fn a_lab_asks_for_the_path() {
    if lacks("a_lab_asks_for_the_path", &["umoci"]) {
        return;
    }
    let place = place();
    let mut terminal = Terminal::play_in(place.path(), "90-own.yaml");
    terminal.wait_word("comes from");
    terminal.send("\r");
    terminal.wait_word("An image of your own?");
    terminal.send("nowhere\r");
    terminal.wait_word("No such file");
    terminal.send("\r");
    terminal.wait_word("An image of your own?");
    terminal.send("layout\r");
    terminal.wait_for("the question is over", |screen| {
        !screen.contains("of your own?")
    });
    // The rest of that frame, whose footer offers other keys.
    terminal.wait_calm(Duration::from_millis(100));
    terminal.wait_word("Enter run");
    terminal.send("\r");
    terminal.wait_word("Done.");
}
