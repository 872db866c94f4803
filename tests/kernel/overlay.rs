//! Random overlays: whatever is done through one, the facts about its layers are what `find`,
//! `getfattr` and `cmp` see in the real trees, and facts kept up to date by events equal those of a
//! fresh reading.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use isolab::sandbox::Sandbox;
use isolab::snapshot::Overlay;
use isolab::snapshot::overlay::Entry;

use super::host::{sh, with_host};
use super::topologies::Chance;
use crate::skip::lacks;

/// How many random sequences of file operations are tried.
const SEQUENCES: u64 = 200;
/// How many of them in one lab host.
const TOGETHER: u64 = 25;
/// Few paths, so that operations meet often.
const PATHS: [&str; 12] = [
    "a", "b", "c", "d", "d/a", "d/b", "d/e", "d/e/a", "d/e/b", "f", "f/a", "f/g/a",
];
const DIRS: [&str; 5] = ["d", "d/e", "f", "f/g", "h"];

/// Random file operations in the working directory; refused ones do not matter.
fn operations(chance: &mut Chance, count: usize) -> String {
    let mut script = String::new();
    for _ in 0..count {
        let (path, other) = (PATHS[chance.below(12)], PATHS[chance.below(12)]);
        let dir = DIRS[chance.below(5)];
        let text = chance.below(9000);
        let line = match chance.below(16) {
            0..=2 => format!("echo {text} > {path}"),
            3 => format!("echo {text} >> {path}"),
            4 => format!(": > {path}"),
            5 => format!("head -c {text} /dev/zero > {path}"),
            6 => format!("mv -fT {path} {other}"),
            7 => format!("rm -f {path}"),
            8 => format!("rm -rf {dir}"),
            9 => format!("rm -rf {dir}; mkdir {dir}"),
            10 | 11 => format!("mkdir -p {dir}"),
            12 => format!("rmdir {dir}"),
            13 => format!("chmod {} {path}", ["600", "644", "4755"][chance.below(3)]),
            14 => format!("ln -f {path} {other}"),
            _ => format!("ln -sfn target{text} {path}"),
        };
        writeln!(script, "{{ {line}; }} 2> /dev/null").unwrap();
    }
    script
}

fn mount(lowers: usize, upper: &str, target: &str) -> String {
    let lowers: Vec<String> = (1..=lowers).rev().map(|n| format!("l{n}")).collect();
    format!(
        "mount -t overlay overlay -o lowerdir={},upperdir={upper},workdir=work,userxattr {target}",
        lowers.join(":")
    )
}

/// Makes lower layers by operations in overlays, so that their whiteouts and opaque directories are
/// the kernel's own; then mounts an overlay of them all.
async fn prepare(sandbox: &Sandbox, chance: &mut Chance, name: &str) -> usize {
    let lowers = 1 + chance.below(5);
    let mut script = format!("mkdir -p /lab/{name}/run; cd /lab/{name}\nmkdir l1 upper work\n");
    writeln!(
        script,
        "(cd l1; mkdir -p d/e f/g\n{})",
        operations(chance, 14)
    )
    .unwrap();
    for layer in 2..=lowers {
        let mount = mount(layer - 1, &format!("l{layer}"), "run");
        let inside = operations(chance, 8);
        writeln!(
            script,
            "mkdir l{layer}; {mount}; (cd run\n{inside}); umount run; rm -rf work; mkdir work"
        )
        .unwrap();
    }
    writeln!(script, "{}", mount(lowers, "upper", "run")).unwrap();
    let said = sh(sandbox, &script).await;
    assert_eq!(said, "", "{script}");
    lowers
}

/// What find(1) lists below a directory: kind, size, mode and inode by path.
type Tree = BTreeMap<String, (char, i64, String, String)>;

async fn find(sandbox: &Sandbox, dir: &str) -> Tree {
    let line = format!("find {dir} -mindepth 1 -printf '%P %y %s %04m %i\\n'");
    let told = sh(sandbox, &line).await;
    let entry = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let kind = words[1].chars().next().unwrap();
        let size = words[2].parse().unwrap();
        (
            words[0].to_owned(),
            (kind, size, words[3].to_owned(), words[4].to_owned()),
        )
    };
    told.lines().map(entry).collect()
}

/// The names that have an overlayfs attribute.
async fn marked(sandbox: &Sandbox, dir: &str, mark: &str) -> BTreeSet<String> {
    let line = format!("cd {dir} && getfattr -R -h -m '^user.overlay.{mark}$' . 2> /dev/null");
    let told = sh(sandbox, &line).await;
    let files = told
        .lines()
        .filter_map(|line| line.strip_prefix("# file: "));
    files.map(str::to_owned).collect()
}

struct Trees {
    merged: Tree,
    /// The layers; the first is the upper one.
    layers: Vec<Tree>,
    copied: BTreeSet<String>,
    /// The opaque directories of each layer.
    opaque: Vec<BTreeSet<String>>,
}

impl Trees {
    async fn read(sandbox: &Sandbox, name: &str, lowers: usize) -> Self {
        let upper = format!("/lab/{name}/upper");
        let below = (1..=lowers).rev();
        let below = below.map(|layer| format!("/lab/{name}/l{layer}"));
        let dirs: Vec<String> = [upper.clone()].into_iter().chain(below).collect();
        let (mut layers, mut opaque) = (Vec::new(), Vec::new());
        for dir in &dirs {
            layers.push(find(sandbox, dir).await);
            opaque.push(marked(sandbox, dir, "opaque").await);
        }
        Self {
            merged: find(sandbox, &format!("/lab/{name}/run")).await,
            layers,
            copied: marked(sandbox, &upper, "origin").await,
            opaque,
        }
    }

    fn compare(&self, overlay: &Overlay) {
        let seen = |entry: &Entry| !matches!(entry.kind.as_str(), "whiteout" | "hidden");
        let ours: Vec<&String> = overlay
            .entries
            .iter()
            .filter(|(_, e)| seen(e))
            .map(|(p, _)| p)
            .collect();
        assert_eq!(ours, self.merged.keys().collect::<Vec<_>>(), "merged");
        for (path, entry) in &overlay.entries {
            self.compare_layers(path, entry);
            if seen(entry) {
                self.compare_seen(path, entry);
            } else {
                assert!(!self.merged.contains_key(path), "{path}");
            }
        }
        let all: BTreeSet<&String> = self.layers.iter().flat_map(BTreeMap::keys).collect();
        assert_eq!(
            overlay.entries.keys().collect::<BTreeSet<_>>(),
            all,
            "all names"
        );
    }

    fn compare_layers(&self, path: &str, entry: &Entry) {
        let theirs: Vec<(i64, &str)> = (0..)
            .zip(&self.layers)
            .filter_map(|(number, layer)| {
                let (kind, ..) = layer.get(path)?;
                let word = match kind {
                    'f' => "file",
                    'd' => "directory",
                    'l' => "symlink",
                    'c' => "whiteout",
                    _ => "other",
                };
                Some((number, word))
            })
            .collect();
        let ours: Vec<(i64, &str)> = entry
            .layers
            .iter()
            .map(|v| (v.layer, v.kind.as_str()))
            .collect();
        assert_eq!(ours, theirs, "layers of {path}");
        if self.layers[0]
            .get(path)
            .is_some_and(|(kind, ..)| *kind == 'c')
        {
            assert_eq!(entry.kind, "whiteout", "{path}");
        }
    }

    fn compare_seen(&self, path: &str, entry: &Entry) {
        let (kind, size, mode, inode) = &self.merged[path];
        let word = match kind {
            'f' => "file",
            'd' => "directory",
            'l' => "symlink",
            _ => "other",
        };
        let shown = if entry.kind == "opaque" {
            "directory"
        } else {
            &entry.kind
        };
        assert_eq!(shown, word, "{path}");
        assert_eq!(&entry.mode, mode, "{path}");
        if *kind != 'd' {
            assert_eq!(entry.size, *size, "{path}");
        }
        let is_upper = self.layers[0].contains_key(path);
        let marked = self.copied.contains(path);
        // A symbolic link cannot be marked, because it has no user attributes (xattr(7)).
        if *kind != 'l' {
            assert_eq!(entry.copied_up, is_upper && marked, "{path}: {entry:?}");
        }
        match entry.origin.as_str() {
            "upper" => assert!(is_upper, "{path}"),
            "merged" => assert_eq!(*kind, 'd', "{path}"),
            lower => {
                assert!(!is_upper, "{path}");
                let number: usize = lower.strip_prefix("lower:").unwrap().parse().unwrap();
                assert_eq!(&self.layers[number][path].3, inode, "{path} of {lower}");
            }
        }
        let is_dir = |layer: &usize| {
            self.layers[*layer]
                .get(path)
                .is_some_and(|(k, ..)| *k == 'd')
        };
        let mut dirs = (0..self.layers.len()).filter(is_dir);
        let top = dirs.next();
        let hides =
            *kind == 'd' && dirs.next().is_some() && self.opaque[top.unwrap()].contains(path);
        assert_eq!(entry.kind == "opaque", hides, "{path}");
    }
}

/// Compares with cmp(1) whether each copied file differs from the next one below.
async fn compare_bytes(sandbox: &Sandbox, name: &str, overlay: &Overlay) {
    let lowers = overlay.lowerdirs.len();
    let mut script = format!("cd /lab/{name}\n");
    let mut asked = Vec::new();
    for (path, entry) in &overlay.entries {
        if let [upper, below, ..] = entry.layers.as_slice()
            && (upper.layer, upper.kind.as_str(), below.kind.as_str()) == (0, "file", "file")
        {
            let lower = lowers + 1 - usize::try_from(below.layer).unwrap();
            writeln!(script, "cmp -s upper/{path} l{lower}/{path}; echo $?").unwrap();
            asked.push((path, entry.differs));
        }
    }
    let told = sh(sandbox, &script).await;
    assert_eq!(told.lines().count(), asked.len());
    for ((path, differs), line) in asked.into_iter().zip(told.lines()) {
        assert_eq!(differs, line != "0", "{path}");
    }
}

async fn sequence(sandbox: &Sandbox, seed: u64) {
    let mut chance = Chance(seed);
    let name = format!("s{seed}");
    let lowers = prepare(sandbox, &mut chance, &name).await;
    let key = format!("{name}/run");
    for _ in 0..3 {
        // Observed in between, so that later facts come from events.
        let _ = sandbox.observe().await.unwrap();
        let operations = operations(&mut chance, 6);
        sh(sandbox, &format!("cd /lab/{name}/run\n{operations}")).await;
    }
    let told = sandbox.observe().await.unwrap().overlays[&key].clone();
    let trees = Trees::read(sandbox, &name, lowers).await;
    trees.compare(&told);
    compare_bytes(sandbox, &name, &told).await;
    // The same directories under another name are read anew.
    let again = format!(
        "cd /lab/{name}; umount run; mkdir again; {}",
        mount(lowers, "upper", "again")
    );
    assert_eq!(sh(sandbox, &again).await, "");
    let snapshot = sandbox.observe().await.unwrap();
    let fresh = &snapshot.overlays[&format!("{name}/again")];
    assert_eq!(fresh.entries, told.entries);
    assert!(!snapshot.overlays[&key].mounted);
    sh(
        sandbox,
        &format!("cd /lab; umount {name}/again; rm -rf {name}"),
    )
    .await;
    let left = sandbox.observe().await.unwrap();
    assert!(left.overlays.is_empty(), "{:?}", left.overlays.keys());
}

#[test]
fn layers_by_chance_are_shown_as_they_are() {
    if lacks("layers_by_chance_are_shown_as_they_are", &["getfattr"]) {
        return;
    }
    for first in (0..SEQUENCES).step_by(usize::try_from(TOGETHER).unwrap()) {
        with_host(|sandbox| async move {
            for seed in first..first + TOGETHER {
                sequence(&sandbox, seed).await;
            }
        });
    }
}

/// More events than the kernel queues for a slow reader (16,384, `fs.inotify.max_queued_events`):
/// then everything is read again.
#[test]
fn what_was_not_kept_is_looked_at_again() {
    if lacks("what_was_not_kept_is_looked_at_again", &["getfattr"]) {
        return;
    }
    with_host(|sandbox| async move {
        let prepare = "cd /lab; mkdir -p s/l1/d s/upper s/work s/run; cd s; echo one > l1/d/a";
        let mounted = format!("{prepare}; {}; echo z > run/d/z", mount(1, "upper", "run"));
        assert_eq!(sh(&sandbox, &mounted).await, "");
        let _ = sandbox.observe().await.unwrap();
        let flood =
            "cd /lab/s/run; touch $(seq 6000); rm $(seq 6000); echo two > d/a; echo b > d/b";
        assert_eq!(sh(&sandbox, flood).await, "");
        let told = sandbox.observe().await.unwrap().overlays["s/run"].clone();
        Trees::read(&sandbox, "s", 1).await.compare(&told);
        assert_eq!(told.entries.len(), 4, "{:?}", told.entries.keys());
    });
}
