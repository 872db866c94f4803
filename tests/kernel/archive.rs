//! Layers as archives: other programs unpack what isolab packs and the other way round, and a
//! hostile archive changes nothing outside.

use isolab::sandbox::Sandbox;
use tar::{Builder, EntryType, Header};

use super::host::{act, sh, with_host};
use super::network::done;
use crate::skip::lacks;

/// Makes an example of everything that a layer may contain in `/lab/upper`, through an overlay, so
/// that the kernel itself makes the marks.
const MAKE: &str = r#"
cd /lab; mkdir lower upper work merged; mkdir -p lower/old/deep lower/gone
echo one > lower/old/a; echo two > lower/file; echo three > lower/gone/x
mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work,userxattr merged
cd merged; echo changed >> file; rm -r gone; rm -r old; mkdir old; echo new > old/b
mkdir bin; echo program > bin/su; chmod 4755 bin/su; ln bin/su bin/same; ln -s su bin/link
long=$(printf 'n%.0s' $(seq 150)); mkdir -p "$long/$long"; echo far > "$long/$long/$long"
mkfifo pipe; chmod 0700 bin; touch -d @1700000000 bin/su file; setfattr -n user.note -v kept file
cd ..; umount merged
"#;

/// The content of a tree: names, kinds, modes, sizes, links, file times, and checksums.
async fn tree(sandbox: &Sandbox, dir: &str) -> String {
    let line = format!(
        "cd {dir} && find . -mindepth 1 \\( -type d -printf '%p d %m\\n' -o -printf '%p %y %m %s %T@ %n %l %U %G\\n' \\) \
         | sed 's/\\.[0-9]* / /' | sort; find . -type f | sort | xargs -d '\\n' sha256sum; \
         getfattr -R -h -d -m '^user\\.(note|overlay\\.opaque)$' . | sort"
    );
    sh(sandbox, &line).await
}

#[test]
fn packed_unpacked_and_packed_again_it_is_the_same() {
    if lacks(
        "packed_unpacked_and_packed_again_it_is_the_same",
        &["setfattr"],
    ) {
        return;
    }
    with_host(|sandbox| async move {
        assert_eq!(sh(&sandbox, MAKE).await, "");
        // Overlayfs gives all whiteouts one inode; in an unpacked layer each has its own.
        let first = tree(&sandbox, "/lab/upper").await;
        for end in ["tar", "tar.gz", "tar.zst"] {
            done(
                &sandbox,
                &format!(r#"{{"pack": {{"from": "/lab/upper", "to": "/lab/one.{end}"}}}}"#),
            )
            .await;
            done(
                &sandbox,
                &format!(r#"{{"unpack": {{"from": "/lab/one.{end}", "to": "/lab/{end}"}}}}"#),
            )
            .await;
            done(
                &sandbox,
                &format!(r#"{{"pack": {{"from": "/lab/{end}", "to": "/lab/two.{end}"}}}}"#),
            )
            .await;
            let sums = sh(
                &sandbox,
                &format!("cd /lab; sha256sum < one.{end}; sha256sum < two.{end}"),
            )
            .await;
            let sums: Vec<&str> = sums.lines().collect();
            assert_eq!(sums[0], sums[1], "{end}");
            let whole = |tree: &str| {
                let lines = tree.lines().filter(|line| !line.contains(" c 0 0 "));
                lines.map(str::to_owned).collect::<Vec<_>>()
            };
            assert_eq!(
                whole(&tree(&sandbox, &format!("/lab/{end}")).await),
                whole(&first)
            );
            let gone = sh(&sandbox, &format!("stat -c '%F %t %T' /lab/{end}/gone")).await;
            assert_eq!(gone, "character special file 0 0\n");
        }
    });
}

#[test]
fn gnu_tar_understands_it_and_is_understood() {
    if lacks("gnu_tar_understands_it_and_is_understood", &["setfattr"]) {
        return;
    }
    with_host(|sandbox| async move {
        sh(&sandbox, MAKE).await;
        done(
            &sandbox,
            r#"{"pack": {"from": "/lab/upper", "to": "/lab/layer.tar"}}"#,
        )
        .await;
        // In an archive whiteouts are files; everything else is unchanged.
        let script = "cd /lab; mkdir theirs; tar --xattrs -xpf layer.tar -C theirs && cd theirs \
             && test -f .wh.gone && rm .wh.gone && test -f old/.wh..wh..opq && rm old/.wh..wh..opq \
             && setfattr -n user.overlay.opaque -v y old && rm -r ../upper/gone && mknod ../upper/gone c 0 0 && mknod gone c 0 0";
        assert_eq!(sh(&sandbox, script).await, "");
        assert_eq!(
            tree(&sandbox, "/lab/theirs").await,
            tree(&sandbox, "/lab/upper").await
        );
        for (flag, end) in [("", "tar"), ("-z", "tgz"), ("--zstd", "tzst")] {
            let pack = format!(
                "cd /lab/upper && rm -f gone && tar {flag} --xattrs --format=pax -cf ../their.{end} ."
            );
            assert_eq!(sh(&sandbox, &pack).await, "");
            done(
                &sandbox,
                &format!(r#"{{"unpack": {{"from": "/lab/their.{end}", "to": "/lab/of-{end}"}}}}"#),
            )
            .await;
            let theirs = tree(&sandbox, &format!("/lab/of-{end}")).await;
            // Attributes of overlayfs are not taken from an archive.
            let mut ours = tree(&sandbox, "/lab/upper").await;
            ours = ours
                .lines()
                .filter(|l| !l.contains("overlay.opaque") && !l.contains("file: old"))
                .collect();
            assert_eq!(theirs.lines().collect::<String>(), ours, "{end}");
        }
    });
}

#[test]
fn an_image_goes_to_umoci_and_comes_back() {
    if lacks("an_image_goes_to_umoci_and_comes_back", &["umoci"]) {
        return;
    }
    with_host(|sandbox| async move {
        sh(&sandbox, MAKE).await;
        done(
            &sandbox,
            r#"{"commit": {"upper": "/lab/lower", "as": "base"}}"#,
        )
        .await;
        done(
            &sandbox,
            r#"{"commit": {"upper": "/lab/upper", "on": "base", "as": "web"}}"#,
        )
        .await;
        let overlay = r#"{"overlay": {"image": "web", "target": "/lab/merged"}}"#;
        done(&sandbox, overlay).await;
        let snapshot = sandbox.observe().await.unwrap();
        assert_eq!(snapshot.images["web"].layers.len(), 2);
        assert_eq!(
            snapshot.images["web"].layers[0],
            snapshot.images["base"].layers[0]
        );
        assert!(
            snapshot.overlays["merged"].mounted && snapshot.overlays["merged"].upperdir.is_empty()
        );
        // Without pipes and set-user-id bits, which umoci may drop.
        let script = "cd /lab; export HOME=/root; umoci init --layout oci && umoci new --image oci:x \
             && for l in $(cut -c8- images/web); do umoci raw add-layer --image oci:x blobs/$l; done \
             && umoci unpack --image oci:x bundle && cd bundle/rootfs && find . | sort > /lab/theirs; \
             cd /lab/merged && find . | sort | diff - /lab/theirs && diff -r . /lab/bundle/rootfs -x pipe 2>&1";
        let told = sh(&sandbox, script).await;
        assert_eq!(told, "");
        done(
            &sandbox,
            r#"{"import": {"from": "/lab/oci", "as": "back"}}"#,
        )
        .await;
        let saved = "cd /lab; skopeo --insecure-policy --tmpdir /lab copy -q oci:oci:x docker-archive:saved.tar:x:1 2>&1; tar -C oci -cf oci.tar .";
        assert_eq!(sh(&sandbox, saved).await, "");
        done(
            &sandbox,
            r#"{"import": {"from": "/lab/saved.tar", "as": "saved"}}"#,
        )
        .await;
        done(
            &sandbox,
            r#"{"import": {"from": "/lab/oci.tar", "as": "packed"}}"#,
        )
        .await;
        for name in ["back", "saved", "packed"] {
            let show =
                format!(r#"{{"overlay": {{"image": "{name}", "target": "/lab/bundle/{name}"}}}}"#);
            sh(&sandbox, &format!("mkdir /lab/bundle/{name}")).await;
            done(&sandbox, &show).await;
            let same = format!(
                "cd /lab/bundle/{name} && find . | sort | diff - /lab/theirs && diff -r . /lab/merged -x pipe 2>&1"
            );
            assert_eq!(sh(&sandbox, &same).await, "", "{name}");
        }
        // Adds a byte to each blob, so that no digest is right.
        let spoil = "cd /lab; for b in oci/blobs/sha256/*; do echo x >> $b; done";
        sh(&sandbox, spoil).await;
        let outcome = act(
            &sandbox,
            r#"{"import": {"from": "/lab/oci", "as": "spoilt"}}"#,
        )
        .await
        .outcome;
        let refusal = outcome.refusal.unwrap();
        assert!(refusal.words.contains("the SHA-256 of"), "{refusal:?}");
    });
}

/// An archive with the entries that `fill` adds.
pub(super) fn archive(fill: impl FnOnce(&mut Builder<Vec<u8>>)) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    fill(&mut builder);
    builder.into_inner().unwrap()
}

/// Adds an entry with exactly these names: the tar library would refuse some.
fn entry(builder: &mut Builder<Vec<u8>>, kind: EntryType, name: &str, target: &str) {
    let mut header = Header::new_gnu();
    let raw = header.as_old_mut();
    raw.name[..name.len()].copy_from_slice(name.as_bytes());
    raw.linkname[..target.len()].copy_from_slice(target.as_bytes());
    header.set_entry_type(kind);
    header.set_mode(0o644);
    header.set_size(if kind == EntryType::Regular { 5 } else { 0 });
    header.set_cksum();
    let bytes: &[u8] = if kind == EntryType::Regular {
        b"evil\n"
    } else {
        b""
    };
    builder.append(&header, bytes).unwrap();
}

/// A hostile archive: its name, its bytes, and what the refusal must say.
type Hostile = (&'static str, Vec<u8>, &'static str);

/// Archives of a single entry: kind, name, target, and what the refusal must say.
const ENTRIES: [(EntryType, &str, &str, &str); 13] = [
    (EntryType::Regular, "../evil", "", "`..` would land outside"),
    (
        EntryType::Regular,
        "a/../../evil",
        "",
        "`..` would land outside",
    ),
    (
        EntryType::Regular,
        "/../lab/evil",
        "",
        "`..` would land outside",
    ),
    (EntryType::Symlink, "./", "etc", "nothing but a directory"),
    (
        EntryType::Symlink,
        "way",
        "../../etc",
        "leads out of the root",
    ),
    (
        EntryType::Link,
        "way",
        "../victim",
        "`..` would land outside",
    ),
    (EntryType::Link, "way", "/lab/victim", "which is not there"),
    (EntryType::Char, "null", "", "a device has no place"),
    (EntryType::Block, "disk", "", "a device has no place"),
    (EntryType::Regular, ".wh...", "", "a whiteout of no name"),
    (EntryType::Regular, ".wh.", "", "a whiteout of no name"),
    (
        EntryType::Regular,
        "deep/.wh..",
        "",
        "a whiteout of no name",
    ),
    (
        EntryType::Symlink,
        "a/b",
        "x/../../../y",
        "leads out of the root",
    ),
];

/// Archives of several entries, and a file that is no archive.
fn others() -> [Hostile; 5] {
    use EntryType::{Regular, Symlink};
    let two = |first, target: &str, second: &str| {
        archive(|b| {
            entry(b, first, "way", target);
            entry(b, Regular, second, "");
        })
    };
    let whole = archive(|b| entry(b, Regular, "file", ""));
    let garbage = b"this is no archive, whatever its name may be".repeat(40);
    [
        (
            "through-a-link",
            two(Symlink, "/lab", "way/evil"),
            "a link on the way",
        ),
        (
            "through-itself",
            two(Symlink, ".", "way/evil"),
            "a link on the way",
        ),
        (
            "over-a-file",
            two(Regular, "", "way/evil"),
            "Not a directory",
        ),
        ("garbage", garbage, "cannot be read as an archive"),
        ("cut", whole[..514].to_vec(), "cannot be read as an archive"),
    ]
}

fn hostile() -> impl Iterator<Item = Hostile> {
    let single = ENTRIES.into_iter().map(|(kind, name, target, said)| {
        let bytes = archive(|b| entry(b, kind, name, target));
        ("single", bytes, said)
    });
    single.chain(others())
}

#[test]
fn what_means_harm_changes_nothing_outside() {
    with_host(|sandbox| async move {
        sh(&sandbox, "echo safe > /lab/victim").await;
        let outside = "find / -xdev -not -path '/proc*' -printf '%p %y %s %m %i\\n' | sort | sha256sum; cat /lab/victim";
        for (name, bytes, said) in hostile() {
            let hex = bytes
                .iter()
                .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
            let write = format!("perl -e 'print pack \"H*\", \"{hex}\"' > /lab/{name}.tar");
            assert_eq!(sh(&sandbox, &write).await, "");
            refuse(&sandbox, (name, "tar"), outside, said).await;
        }
        // More than allowed: in zeros, in holes, in names.
        let bomb = "cd /lab; \
             truncate -s 300M zeros; tar -czf zeros.tgz zeros; truncate -s 4P holes; tar -Scf holes.tar holes; \
             mkdir many; cd many; seq 50001 | xargs touch; cd ..; tar -czf many.tgz many; rm -r zeros holes many; ls *.tgz holes.tar";
        assert_eq!(sh(&sandbox, bomb).await, "holes.tar\nmany.tgz\nzeros.tgz\n");
        for (name, end, said) in [
            ("zeros", "tgz", "more than 256 MiB"),
            ("holes", "tar", "more than 256 MiB"),
            ("many", "tgz", "more than 50000 names"),
        ] {
            refuse(&sandbox, (name, end), outside, said).await;
        }
    });
}

/// Unpacks an archive: it must be refused with these words and change nothing.
async fn refuse(sandbox: &Sandbox, (name, end): (&str, &str), outside: &str, said: &str) {
    let before = sh(sandbox, outside).await;
    let unpack = format!(r#"{{"unpack": {{"from": "/lab/{name}.{end}", "to": "/lab/target"}}}}"#);
    let outcome = act(sandbox, &unpack).await.outcome;
    let refusal = outcome
        .refusal
        .unwrap_or_else(|| panic!("{name} was unpacked"));
    assert!(refusal.words.contains(said), "{name}: {refusal:?}");
    assert_eq!(sh(sandbox, outside).await, before, "{name}");
}
