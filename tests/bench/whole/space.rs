//! Many processes in many namespaces, compared with the tool that lists them.

use isolab::sandbox::{Sandbox, Wants};
use isolab::snapshot::overlay::Wanted;
use isolab::sys::process::cpu_time;

use crate::measure::ISOLAB;
use crate::network::{SIZE, TIMES, of_children, sh};

/// A snapshot of many processes (three namespaces for ten of them), compared with `lsns`.
pub(crate) fn spaces() {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    let wants = Wants {
        processes: Some(8192),
        ..Wants::default()
    };
    runtime.block_on(async {
        let (sandbox, _notices) = Sandbox::start_from(ISOLAB, wants).await.unwrap();
        let _terminal = sandbox.open("host", SIZE).await.unwrap();
        for round in 1..=10 {
            // Each shell has three namespaces, which nine programs share with it.
            let more = "for i in {1..50}; do unshare --uts --ipc --net bash -c \
                 'for i in {1..9}; do sleep 1000 & done; wait' > /dev/null 2>&1 & done; \
                 until [ $(pgrep -cx sleep) -ge $((N * 450)) ]; do sleep 0.1; done";
            sh(&sandbox, &more.replace('N', &round.to_string())).await;
            if [1, 2, 10].contains(&round) {
                measure(&sandbox).await;
            }
        }
    });
}

async fn measure(sandbox: &Sandbox) {
    let first = sandbox.observe_more(&Wanted::default()).await.unwrap();
    let (spaces, processes) = (
        first.snapshot.namespaces.len(),
        first.snapshot.actors["host"].processes.len(),
    );
    let (mut read, own) = (std::time::Duration::ZERO, cpu_time());
    for _ in 0..TIMES {
        read += sandbox.observe_more(&Wanted::default()).await.unwrap().cost;
    }
    let all = read + cpu_time().checked_sub(own).unwrap();
    let milliseconds = |time: std::time::Duration| time.as_secs_f64() * 1000.0 / f64::from(TIMES);
    let script = format!("for i in {{1..{TIMES}}}; do lsns > /dev/null; done; times");
    let theirs = of_children(&sh(sandbox, &script).await) * 1000.0 / f64::from(TIMES);
    println!(
        "{processes} processes in {spaces} namespaces, ms of CPU: read {:.1}, until they are in the program {:.1}; lsns {theirs:.1}",
        milliseconds(read),
        milliseconds(all),
    );
}
