//! Layers that take something from the layers below: the same archive on top of other layers is
//! unpacked into another directory, and a refused one leaves none.

use isolab::lab::Action;
use isolab::sandbox::Sandbox;
use isolab::snapshot::Hierarchy;
use tar::EntryType;

use super::host::{act, sh, with_host};
use super::layers::{One, dir, layer, one, put, text};
use super::network::done;

/// Imports layers (the lowest first) as an image; returns the words of the refusal if there is one.
async fn import(sandbox: &Sandbox, name: &str, layers: &[&[One]]) -> Option<String> {
    sh(sandbox, "rm -f /lab/*.tar").await;
    let mut files = Vec::new();
    for (n, entries) in layers.iter().enumerate() {
        put(sandbox, &format!("/lab/{n}.tar"), &layer(entries)).await;
        files.push(format!("{n}.tar"));
    }
    super::images::saved(sandbox, &files).await;
    let import = format!(r#"{{"import": {{"from": "/lab/saved.tar", "as": "{name}"}}}}"#);
    let refusal = act(sandbox, &import).await.outcome.refusal;
    refusal.map(|refusal| refusal.words)
}

/// What a line prints inside an image, mounted once by the verb and once by the line shown for it.
async fn inside(sandbox: &Sandbox, image: &str, line: &str) -> [String; 2] {
    let mount = format!(
        r#"{{"overlay": {{"image": "{image}", "lowers": ["/lab/empty"], "target": "/lab/m"}}}}"#
    );
    let action: Action = serde_json::from_str(&mount).unwrap();
    let typed = isolab::typed::line(&action, &|_| None, &Hierarchy::default()).unwrap();
    sh(sandbox, "mkdir -p /lab/m /lab/empty").await;
    done(sandbox, &mount).await;
    let look = format!("cd /lab/m; {line}; cd /; umount /lab/m");
    let played = sh(sandbox, &look).await;
    let program = serde_json::json!({"exec": {"program": ["bash", "-c", typed]}});
    assert_eq!(act(sandbox, &program.to_string()).await.outcome.output, "");
    [played, sh(sandbox, &look).await]
}

#[test]
fn the_same_layer_has_of_each_base_what_that_one_has() {
    let first = [text("etc/x", "first"), dir("d/"), text("d/low", "low")];
    let second = [text("etc/x", "second"), text("d/low", "low")];
    let upper = [
        one(EntryType::Link, "a", "etc/x"),
        text("d/new", "new"),
        text("etc/new", "new"),
    ];
    with_host(|sandbox| async move {
        for (name, base) in [
            ("one", &first[..]),
            ("two", &second[..]),
            ("again", &first[..]),
        ] {
            assert_eq!(import(&sandbox, name, &[base, &upper]).await, None);
        }
        let look = "cat a etc/x; stat -c ' %a' d";
        for (name, seen) in [
            ("one", "firstfirst 750\n"),
            ("two", "secondsecond 755\n"),
            ("again", "firstfirst 750\n"),
        ] {
            assert_eq!(inside(&sandbox, name, look).await, [seen, seen], "{name}");
        }
        // The lists name the layer and its two directories, and so do the facts.
        let lists = sh(&sandbox, "cd /lab/images; tail -qn 1 one two again").await;
        let lines: Vec<Vec<&str>> = lists.lines().map(|l| l.split(' ').collect()).collect();
        assert!(lines.iter().all(|line| line.len() == 2), "{lists}");
        assert_eq!(lines[0], lines[2]);
        assert_eq!(lines[0][0], lines[1][0]);
        assert_ne!(lines[0][1], lines[1][1]);
        let snapshot = sandbox.observe().await.unwrap();
        let layer = &snapshot.images["two"].layers[1];
        assert_eq!(layer.digest, lines[1][0]);
        assert_eq!(layer.unpacked, format!("/lab/layers/{}", lines[1][1]));
        assert_eq!(sh(&sandbox, "ls /lab/layers | wc -l").await, "4\n");
        // An image made on top of it has it below.
        sh(&sandbox, "mkdir /lab/u; echo top > /lab/u/top").await;
        done(
            &sandbox,
            r#"{"commit": {"upper": "/lab/u", "on": "two", "as": "top"}}"#,
        )
        .await;
        let seen = "second755 top\n";
        let look = "cat a; stat -c %a d | tr '\\n' ' '; cat top";
        assert_eq!(inside(&sandbox, "top", look).await, [seen, seen]);
    });
}

#[test]
fn a_layer_that_has_nothing_of_others_has_one_directory() {
    let upper = [dir("e/"), text("e/new", "new"), text("d/new", "new")];
    let bases = [[text("x", "first")], [text("x", "second")]];
    with_host(|sandbox| async move {
        for (name, base) in ["one", "two"].iter().zip(&bases) {
            assert_eq!(import(&sandbox, name, &[&base[..], &upper]).await, None);
        }
        let lists = sh(&sandbox, "cd /lab/images; tail -qn 1 one two").await;
        let lines: Vec<&str> = lists.lines().collect();
        assert_eq!(lines[0], lines[1]);
        let dir = sh(&sandbox, "tail -n 1 /lab/images/one | cut -c8-19").await;
        let there = format!(
            "cat /lab/layers/{}/e/new; ls /lab/layers | wc -l",
            dir.trim()
        );
        assert_eq!(sh(&sandbox, &there).await, "new3\n");
    });
}

#[test]
fn a_layer_that_was_refused_is_not_there() {
    let bad = [text("deep/er/file", "x"), one(EntryType::Char, "null", "")];
    with_host(|sandbox| async move {
        put(&sandbox, "/lab/0.tar", &layer(&bad)).await;
        super::images::saved(&sandbox, &["0.tar".to_owned()]).await;
        for _ in 0..2 {
            let outcome = act(
                &sandbox,
                r#"{"import": {"from": "/lab/saved.tar", "as": "bad"}}"#,
            )
            .await
            .outcome;
            let refusal = outcome.refusal.unwrap();
            assert!(
                refusal.words.contains("a device has no place"),
                "{refusal:?}"
            );
            assert_eq!(sh(&sandbox, "ls -A /lab/layers").await, "");
        }
        let outcome = act(
            &sandbox,
            r#"{"unpack": {"from": "/lab/0.tar", "to": "/lab/target"}}"#,
        )
        .await
        .outcome;
        assert!(outcome.refusal.is_some());
        assert_eq!(sh(&sandbox, "ls -d /lab/target 2>/dev/null").await, "");
    });
}

#[test]
fn a_later_entry_is_what_a_second_name_is_of() {
    let below = [text("low", "old"), text("keep", "k")];
    let link = |name: &str, to: &'static str| one(EntryType::Link, name, to);
    let cases: [(&[One], &str); 4] = [
        // The layer's own file of that name, once it has come.
        (
            &[link("a", "low"), text("low", "new"), link("b", "low")],
            "a old 1, b new 2, low new 2",
        ),
        // The first second name is another file by then.
        (
            &[link("a", "low"), text("a", "own"), link("b", "low")],
            "a own 1, b old 1, low old 1",
        ),
        (
            &[link("d/a", "low"), text("d", "own"), link("b", "low")],
            "b old 1, d own 1, low old 1",
        ),
        (
            &[link("a", "low"), link("b", "low"), link("a", "low")],
            "a old 2, b old 2, low old 1",
        ),
    ];
    let look = "for f in *; do [ $f = keep ] || echo $f $(cat $f) $(stat -c %h $f); done | paste -sd, | sed 's/,/, /g'";
    with_host(|sandbox| async move {
        for (n, (upper, seen)) in cases.iter().enumerate() {
            let name = format!("i{n}");
            assert_eq!(import(&sandbox, &name, &[&below, upper]).await, None);
            let [played, _] = inside(&sandbox, &name, look).await;
            assert_eq!(played, format!("{seen}\n"), "{upper:?}");
        }
    });
}
