//! Entries of an archive that concern the same name, within one layer or across layers: the result
//! does not depend on their order. What cannot be kept is reported.

use isolab::sandbox::Sandbox;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use tar::{Builder, EntryType, Header};

use super::archive::archive;
use super::host::{act, sh, with_host};
use super::network::done;
use crate::skip::lacks;

/// An archive entry: its kind, name, target and content.
#[derive(Clone, Debug)]
pub(super) struct One {
    pub(super) kind: EntryType,
    pub(super) name: Vec<u8>,
    pub(super) target: &'static str,
    pub(super) text: &'static str,
}

pub(super) fn one(kind: EntryType, name: &str, rest: &'static str) -> One {
    let is_link = matches!(kind, EntryType::Link | EntryType::Symlink);
    One {
        kind,
        name: name.as_bytes().to_vec(),
        target: if is_link { rest } else { "" },
        text: if is_link { "" } else { rest },
    }
}

pub(super) fn dir(name: &str) -> One {
    one(EntryType::Directory, name, "")
}

pub(super) fn text(name: &str, text: &'static str) -> One {
    one(EntryType::Regular, name, text)
}

pub(super) fn layer(entries: &[One]) -> Vec<u8> {
    archive(|builder| {
        for one in entries {
            add(builder, one);
        }
    })
}

pub(super) fn add(builder: &mut Builder<Vec<u8>>, one: &One) {
    let mut header = Header::new_gnu();
    let raw = header.as_old_mut();
    raw.name[..one.name.len()].copy_from_slice(&one.name);
    raw.linkname[..one.target.len()].copy_from_slice(one.target.as_bytes());
    header.set_entry_type(one.kind);
    header.set_mode(if one.kind.is_dir() { 0o750 } else { 0o640 });
    header.set_mtime(1_700_000_000);
    header.set_size(one.text.len() as u64);
    header.set_cksum();
    builder.append(&header, one.text.as_bytes()).unwrap();
}

/// Writes bytes to a file in the lab host.
pub(super) async fn put(sandbox: &Sandbox, path: &str, bytes: &[u8]) {
    let hex = bytes.iter().map(|byte| format!("{byte:02x}"));
    let hex = hex.collect::<Vec<_>>().concat();
    let write = format!("printf %s {hex} | perl -e 'print pack \"H*\", <STDIN>' > {path}");
    assert_eq!(sh(sandbox, &write).await, "");
}

/// Unpacks layers on top of each other (the lowest first) and returns what an overlay of them
/// shows.
async fn shown(sandbox: &Sandbox, layers: &[Vec<u8>]) -> String {
    sh(
        sandbox,
        "umount /lab/m 2>/dev/null; rm -rf /lab/[a-z]* /lab/m; mkdir -p /lab/m /lab/empty",
    )
    .await;
    let mut files = Vec::new();
    for (n, layer) in layers.iter().enumerate() {
        put(sandbox, &format!("/lab/{n}.tar"), layer).await;
        files.push(format!("{n}.tar"));
    }
    super::images::saved(sandbox, &files).await;
    done(
        sandbox,
        r#"{"import": {"from": "/lab/saved.tar", "as": "own"}}"#,
    )
    .await;
    done(
        sandbox,
        r#"{"overlay": {"image": "own", "lowers": ["/lab/empty"], "target": "/lab/m"}}"#,
    )
    .await;
    tree(sandbox, "/lab/m").await
}

async fn tree(sandbox: &Sandbox, dir: &str) -> String {
    let line = format!(
        "cd {dir} && find . -mindepth 1 \\( -type d -printf '%p d %m\\n' -o -printf '%p %y %m %n %l ' \\( -type f -exec cat {{}} ';' -o -true \\) -printf '\\n' \\) | sort"
    );
    sh(sandbox, &line).await
}

#[test]
fn marks_hide_what_is_below_and_nothing_of_their_own_layer() {
    let below = layer(&[
        dir("a/"),
        text("a/old", "old"),
        text("f", "lower"),
        text("g", "g"),
    ]);
    let cases: [(&[One], &str); 8] = [
        (
            &[text(".wh.a", ""), dir("a/"), text("a/new", "new")],
            "a new",
        ),
        (
            &[dir("a/"), text("a/new", "new"), text(".wh.a", "")],
            "a new",
        ),
        (&[text("a/new", "new"), text("a/.wh..wh..opq", "")], "a new"),
        (&[text("f", "upper"), text(".wh.f", "")], "f upper"),
        (&[text(".wh.f", ""), text("f", "upper")], "f upper"),
        (&[text(".wh.a", ""), text("a/.wh.old", "")], "no a"),
        (&[text("a", "file"), text("a/.wh.old", "")], "a file"),
        (&[text("h", "h"), text(".wh..wh..opq", "")], "h alone"),
    ];
    let right = |case: &str| match case {
        "a new" => "./a d 750\n./a/new f 640 1  new\n./f f 640 1  lower\n./g f 640 1  g\n",
        "f upper" => "./a d 750\n./a/old f 640 1  old\n./f f 640 1  upper\n./g f 640 1  g\n",
        "no a" => "./f f 640 1  lower\n./g f 640 1  g\n",
        "a file" => "./a f 640 1  file\n./f f 640 1  lower\n./g f 640 1  g\n",
        _ => "./h f 640 1  h\n",
    };
    with_host(|sandbox| async move {
        for (upper, case) in cases {
            let seen = shown(&sandbox, &[below.clone(), layer(upper)]).await;
            assert_eq!(seen, right(case), "{upper:?}");
        }
    });
}

#[test]
fn names_begin_at_the_root_and_a_later_one_replaces_an_earlier() {
    let odd = One {
        name: b"new\nline \xff".to_vec(),
        ..text("", "odd")
    };
    let cases: [(&[One], &str); 8] = [
        (
            &[dir("/"), dir("./"), text("/etc/mark", "mine")],
            "./etc d 755\n./etc/mark f 640 1  mine\n",
        ),
        (
            &[text("/b", "x"), one(EntryType::Link, "c", "/b")],
            "./b f 640 2  x\n./c f 640 2  x\n",
        ),
        (
            &[text("x", "1"), dir("x/"), text("x/y", "2")],
            "./x d 750\n./x/y f 640 1  2\n",
        ),
        (
            &[dir("x/"), text("x/y", "2"), text("x", "1")],
            "./x f 640 1  1\n",
        ),
        (
            &[one(EntryType::Symlink, "x", "y"), dir("x/")],
            "./x d 750\n",
        ),
        (
            &[text("x", "1"), one(EntryType::Link, "x", "x")],
            "./x f 640 1  1\n",
        ),
        (
            &[text("x/", ""), text("x/y", "2")],
            "./x d 640\n./x/y f 640 1  2\n",
        ),
        (&[odd], "./new\nline \u{fffd} f 640 1  odd\n"),
    ];
    with_host(|sandbox| async move {
        for (entries, right) in cases {
            let seen = shown(&sandbox, &[layer(entries)]).await;
            let lines = |text: &str| {
                let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
                lines.sort();
                lines
            };
            assert_eq!(lines(&seen), lines(right), "{entries:?}");
        }
    });
}

#[test]
fn what_a_layer_only_implies_it_has_from_those_below() {
    let below = layer(&[
        dir("d/"),
        text("d/file", "below"),
        one(EntryType::Symlink, "l", "d"),
    ]);
    let upper = layer(&[
        text("d/new", "new"),
        one(EntryType::Link, "e", "d/file"),
        one(EntryType::Link, "/f", "/d/file"),
        one(EntryType::Link, "k", "l"),
        text("d/.wh.file", ""),
    ]);
    with_host(|sandbox| async move {
        let seen = shown(&sandbox, &[below.clone(), upper.clone()]).await;
        let right = "./d d 750\n./d/new f 640 1  new\n./e f 640 2  below\n./f f 640 2  below\n./k l 777 1 d \n./l l 777 1 d \n";
        assert_eq!(seen, right);
        // The same layer twice, which the kernel refuses in one overlay.
        let seen = shown(&sandbox, &[upper_of("one"), below, upper_of("one")]).await;
        assert!(seen.contains("./one f"), "{seen}");
    });
}

fn upper_of(name: &str) -> Vec<u8> {
    layer(&[text(name, "x")])
}

#[test]
fn what_is_not_kept_is_told() {
    if lacks("what_is_not_kept_is_told", &["getfattr"]) {
        return;
    }
    let records = [
        "com.apple.provenance",
        "system.nfs4_acl",
        "trusted.foo",
        "security.ima",
        "user.overlay.opaque",
    ];
    with_host(|sandbox| async move {
        let bytes = archive(|builder| {
            let all = records.map(|name| (format!("SCHILY.xattr.{name}"), b"y"));
            let all = all
                .iter()
                .map(|(key, value)| (key.as_str(), value.as_slice()));
            builder
                .append_pax_extensions(all.chain([("SCHILY.xattr.user.kept", b"y".as_slice())]))
                .unwrap();
            add(builder, &text("file", "x"));
        });
        put(&sandbox, "/lab/a.tar", &bytes).await;
        let outcome = act(
            &sandbox,
            r#"{"unpack": {"from": "/lab/a.tar", "to": "/lab/a"}}"#,
        )
        .await
        .outcome;
        assert_eq!(outcome.refusal, None);
        let kept = sh(&sandbox, "getfattr -d -m - /lab/a/file | grep =").await;
        assert!(
            kept.contains("user.kept=\"y\"") && !kept.contains("overlay"),
            "{kept}"
        );
        for name in records {
            let told = outcome
                .calls
                .iter()
                .filter(|call| call.args.contains(&format!("\"{name}\"")));
            let told: Vec<_> = told.collect();
            assert_eq!(
                told.len(),
                usize::from(!kept.contains(name)),
                "{name}: {told:?}"
            );
            assert!(
                told.iter().all(|call| call.result.contains("not kept")),
                "{told:?}"
            );
        }
    });
}

#[test]
fn files_with_holes_come_out_as_they_went_in() {
    let make = "cd /lab; mkdir s; cd s; truncate -s 1M data; printf hello | dd of=data bs=1 seek=524288 conv=notrunc status=none; \
         truncate -s 300K end; printf x > plain; \
         tar --posix -Scf ../1.0.tar *; tar --posix --sparse-version=0.1 -Scf ../0.1.tar *; \
         tar --posix --sparse-version=0.0 -Scf ../0.0.tar *; tar --format=gnu -Scf ../gnu.tar *; sha256sum * 2>&1";
    with_host(|sandbox| async move {
        let right = sh(&sandbox, make).await;
        for format in ["1.0", "0.1", "0.0", "gnu"] {
            done(
                &sandbox,
                &format!(
                    r#"{{"unpack": {{"from": "/lab/{format}.tar", "to": "/lab/o{format}"}}}}"#
                ),
            )
            .await;
            let seen = sh(&sandbox, &format!("cd /lab/o{format} && sha256sum *")).await;
            assert_eq!(seen, right, "{format}");
        }
    });
}

/// Random entries with few names, so that they collide.
fn entries() -> impl Strategy<Value = Vec<One>> {
    let name = prop::sample::select(vec!["a", "b", "a/x", "a/y", "b/x", "/a", "./b"]);
    let kind = prop::sample::select(vec![
        EntryType::Directory,
        EntryType::Regular,
        EntryType::Symlink,
    ]);
    let entry = (kind, name).prop_map(|(kind, name)| {
        one(
            kind,
            name,
            if kind == EntryType::Regular {
                "t"
            } else {
                "to"
            },
        )
    });
    prop::collection::vec(entry, 1..9).prop_map(|mut all| {
        for one in &mut all {
            if one.kind.is_dir() {
                (one.target, one.text) = ("", "");
            }
        }
        all
    })
}

/// Random archives unpack to the same as with GNU tar; those that tar refuses, or that go through a
/// link, are left out.
#[test]
fn random_archives_come_to_what_gnu_tar_makes_of_them() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let all: Vec<Vec<One>> = (0..60)
        .map(|_| entries().new_tree(&mut runner).unwrap().current())
        .collect();
    with_host(|sandbox| async move {
        let mut compared = 0;
        for entries in all {
            sh(&sandbox, "rm -rf /lab/*").await;
            put(&sandbox, "/lab/r.tar", &layer(&entries)).await;
            let theirs = "mkdir /lab/t; tar -xpPf /lab/r.tar -C /lab/t --transform 's,^/,,' 2>&1";
            let refused = !sh(&sandbox, theirs).await.is_empty();
            let outcome = act(
                &sandbox,
                r#"{"unpack": {"from": "/lab/r.tar", "to": "/lab/o"}}"#,
            )
            .await
            .outcome;
            if refused || outcome.refusal.is_some() {
                continue;
            }
            compared += 1;
            assert_eq!(
                tree(&sandbox, "/lab/o").await,
                tree(&sandbox, "/lab/t").await,
                "{entries:?}"
            );
        }
        assert!(compared > 10, "only {compared} were compared");
    });
}
