//! The lab host compared with a peer: from the start to the first answer, one action, one snapshot.

use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use criterion::Criterion;
use isolab::lab::Action;
use isolab::sandbox::{Sandbox, Wants};
use isolab::sys::pty::Size;
use tokio::runtime::Runtime;

const PROGRAM: &str = env!("CARGO_BIN_EXE_isolab");
const SIZE: Size = Size {
    rows: 24,
    columns: 80,
};

/// A lab host with two shells.
pub(crate) async fn two_actors() -> (Sandbox, [OwnedFd; 2]) {
    let (sandbox, _notices) = Sandbox::start_from(PROGRAM, Wants::default())
        .await
        .unwrap();
    let host = sandbox.open("host", SIZE).await.unwrap();
    let b = sandbox.open("b", SIZE).await.unwrap();
    (sandbox, [host, b])
}

/// The same isolation by bubblewrap: all namespaces, a root of its own, one program.
fn bwrap() {
    let status = Command::new("bwrap")
        .args(["--unshare-all", "--ro-bind", "/usr", "/usr"])
        .args([
            "--symlink",
            "usr/bin",
            "/bin",
            "--symlink",
            "usr/lib",
            "/lib",
        ])
        .args([
            "--symlink",
            "usr/lib64",
            "/lib64",
            "--symlink",
            "usr/sbin",
            "/sbin",
        ])
        .args([
            "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "true",
        ])
        .stdin(Stdio::null())
        .status();
    assert!(status.unwrap().success());
}

/// Measures starts until the first answer, without the end.
fn start(runtime: &Runtime, times: u64) -> Duration {
    let mut total = Duration::ZERO;
    for _ in 0..times {
        let begun = Instant::now();
        let sandbox = runtime
            .block_on(Sandbox::start_from(PROGRAM, Wants::default()))
            .unwrap();
        total += begun.elapsed();
        drop(sandbox);
    }
    total
}

pub(crate) fn all(c: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let mut group = c.benchmark_group("lab host");
    group.sample_size(50);
    group.bench_function("ready", |b| {
        b.iter_custom(|times| start(&runtime, times));
    });
    if Command::new("bwrap").arg("--version").output().is_ok() {
        group.bench_function("bwrap --unshare-all true", |b| b.iter(bwrap));
    }
    let (sandbox, _terminals) = runtime.block_on(two_actors());
    let action = r#"{"hostname": {"in": "b", "name": "lab"}}"#;
    let action: Action = serde_json::from_str(action).unwrap();
    group.bench_function("an action of one call", |b| {
        b.iter(|| runtime.block_on(sandbox.act(&action, SIZE)).unwrap());
    });
    group.bench_function("a snapshot of two actors", |b| {
        b.iter(|| runtime.block_on(sandbox.observe()).unwrap());
    });
    group.finish();
}
