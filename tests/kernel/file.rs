//! Files that a lab's checks name: the facts are what stat(1) and cat(1) say.

use isolab::lab::Lab;
use isolab::snapshot::overlay::Wanted;

use super::host::{act, sh, with_host};

#[test]
fn files_are_what_the_kernel_says_and_nothing_is_opened_that_waits() {
    with_host(|sandbox| async move {
        let make = "cd /lab; echo hello > note; chmod 640 note; chown 0:0 note; mkdir dir; ln -s note link; \
             mkfifo pipe";
        sh(&sandbox, make).await;
        let names = ["note", "dir", "link", "pipe", "none", "dir/../note"];
        let files: Vec<String> = names.iter().map(|name| format!("/lab/{name}")).collect();
        let wanted = Wanted {
            files,
            ..Wanted::default()
        };
        // Reading a pipe without a writer would never end.
        let told = sandbox.observe_more(&wanted).await.unwrap().snapshot.files;
        let said = sh(&sandbox, "stat -c '%s 0%a %u %g' /lab/note").await;
        let note = &told["/lab/note"];
        let ours = format!("{} {} {} {}\n", note.size, note.mode, note.uid, note.gid);
        assert_eq!((ours, note.text.as_str()), (said, "hello\n"));
        assert_eq!(note.kind, "file");
        assert_eq!(told["/lab/dir"].kind, "directory");
        assert_eq!(
            (
                told["/lab/link"].kind.as_str(),
                told["/lab/link"].text.as_str()
            ),
            ("symlink", "note")
        );
        assert_eq!(
            (
                told["/lab/pipe"].kind.as_str(),
                told["/lab/pipe"].text.as_str()
            ),
            ("fifo", "")
        );
        assert!(!told.contains_key("/lab/none"));
        assert_eq!(told["/lab/dir/../note"], *note);
    });
}

#[test]
fn a_lab_asks_for_the_files_that_it_names() {
    let text = "format: 1\ntitle: a\nsummary: b\nminutes: 1\nsteps:\n  - id: x\n    title: x\n    do:\n      - write: {path: /lab/a, text: hi}\n    check:\n      - {expect: '\"/lab/a\" in files && files[\"/lab/a\"].text == \"hi\"', else: There is no a.}\n";
    let (lab, problems) = Lab::parse("a.yaml", text);
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(lab.unwrap().files(), ["/lab/a"]);
}

#[test]
fn a_tree_is_removed_however_deep_it_is_and_what_is_mounted_in_it_is_kept() {
    with_host(|sandbox| async move {
        // More levels than one process may have files open.
        let deep = "cd /lab; i=0; while [ $i -lt 3000 ]; do mkdir d && cd d && i=$((i+1)); done; echo leaf > leaf";
        sh(&sandbox, deep).await;
        let removed = act(&sandbox, r#"{"remove": {"path": "/lab/d"}}"#).await;
        assert_eq!(removed.outcome.refusal, None);
        assert_eq!(sh(&sandbox, "ls /lab").await, "");

        let mounted = "mkdir -p /lab/top/mnt; mount -t tmpfs tmpfs /lab/top/mnt; \
             echo kept > /lab/top/mnt/file; echo gone > /lab/top/file";
        sh(&sandbox, mounted).await;
        let refused = act(&sandbox, r#"{"remove": {"path": "/lab/top"}}"#).await;
        assert_eq!(refused.outcome.refusal.unwrap().errno, "EBUSY");
        assert_eq!(
            sh(&sandbox, "cd /lab; find top -type f; cat top/mnt/file").await,
            "top/mnt/file\nkept\n"
        );
    });
}
