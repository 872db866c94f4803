//! Overlays of many files, compared with the tool that lists them.

use std::time::{Duration, Instant};

use isolab::sandbox::{Sandbox, Wants};
use isolab::snapshot::overlay::Wanted;

use crate::measure::ISOLAB;
use crate::network::{SIZE, act, of_children, sh};

/// Two lower directories of 500 directories with 100 files each.
const MAKE: &str = "cd /lab; mkdir upper work merged; for l in one two; do for d in {1..500}; \
     do mkdir -p $l/d$d; (cd $l/d$d; touch {1..100}); done; done; \
     mount -t overlay overlay -o lowerdir=one:two,upperdir=upper,workdir=work,userxattr merged";

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// 100,000 files in two lower directories: opening the panel, unfolding all, one change.
pub(crate) fn layers() {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    runtime.block_on(async {
        let (sandbox, _notices) = Sandbox::start_from(ISOLAB, Wants::default()).await.unwrap();
        let _terminal = sandbox.open("host", SIZE).await.unwrap();
        let _ = sandbox.observe().await.unwrap();
        assert_eq!(sh(&sandbox, MAKE).await, "");
        let begun = Instant::now();
        let first = sandbox.observe_more(&Wanted::default()).await.unwrap();
        let told = first.snapshot.overlays["merged"].entries.len();
        println!(
            "100,000 files below: first look {:.1} ms, of CPU to read {:.1}, {told} names",
            milliseconds(begun.elapsed()),
            milliseconds(first.cost),
        );
        change(&sandbox, &Wanted::default(), "as at first").await;
        change(&sandbox, &unfolded(20), "20 directories unfolded").await;
        let begun = Instant::now();
        let all = sandbox.observe_more(&unfolded(500)).await.unwrap();
        let told = all.snapshot.overlays["merged"].entries.len();
        println!(
            "all unfolded {:.1} ms, of CPU to read {:.1}, {told} names",
            milliseconds(begun.elapsed()),
            milliseconds(all.cost),
        );
        change(&sandbox, &unfolded(500), "all unfolded").await;
        change(&sandbox, &Wanted::default(), "all folded again").await;
        for find in ["find one two", "find one two -printf '%p %y %s %m\\n'"] {
            let script = format!("cd /lab; for i in {{1..10}}; do {find} > /dev/null; done; times");
            let theirs = of_children(&sh(&sandbox, &script).await);
            println!("{find}: {:.1} ms of CPU", theirs * 100.0);
        }
    });
}

fn unfolded(count: u32) -> Wanted {
    let unfolded = (500 - count + 1..=500).map(|d| ("merged".to_owned(), format!("d{d}")));
    Wanted {
        files: Vec::new(),
        unfolded: unfolded.collect(),
        selected: None,
        ..Wanted::default()
    }
}

/// How long it takes to see one change.
async fn change(sandbox: &Sandbox, wanted: &Wanted, what: &str) {
    let _ = sandbox.observe_more(wanted).await.unwrap();
    let name = format!("d500/{}", what.len());
    let write = format!(r#"{{"append": {{"path": "/lab/merged/{name}", "text": "x"}}}}"#);
    act(sandbox, &write).await;
    let begun = Instant::now();
    let after = sandbox.observe_more(wanted).await.unwrap();
    assert_eq!(
        after.snapshot.overlays["merged"].entries[&name].origin,
        "upper"
    );
    println!(
        "after a change, {what}: {:.1} ms, of CPU to read {:.1}",
        milliseconds(begun.elapsed()),
        milliseconds(after.cost),
    );
}
