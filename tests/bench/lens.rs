//! The lens compared with strace(1) and with nothing, on the same programs in lab hosts.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use criterion::Criterion;
use isolab::sandbox::{Notice, Sandbox, Wants};
use isolab::sys::pty::Size;
use tokio::runtime::Runtime;
use tokio::sync::mpsc::UnboundedReceiver;

const PROGRAM: &str = env!("CARGO_BIN_EXE_isolab");
const SIZE: Size = Size {
    rows: 24,
    columns: 80,
};
/// A script that starts many small programs, as the lines of the lab about cables do.
const FORKY: &str = "for i in 1 2 3 4 5 6 7 8; do ip netns add n$i; ip link add a$i type veth peer b$i netns n$i; \
     ip addr add 10.0.$i.1/24 dev a$i; ip link set a$i up; ip netns exec n$i ip link set b$i up; \
     ip link del a$i; ip netns del n$i; done";
/// A program that makes nothing but calls.
const BUSY: &str = "dd if=/dev/zero of=/dev/null bs=1 count=2000000 2>/dev/null";

/// How a script is run.
#[derive(Clone, Copy)]
enum Under {
    Nothing,
    Lens,
    Strace,
}

/// A lab host, and the number of the next terminal in it.
struct Host {
    sandbox: Sandbox,
    notices: UnboundedReceiver<Notice>,
    count: usize,
}

impl Host {
    async fn new(under: Under) -> Self {
        let started = Sandbox::start_from(PROGRAM, Wants::default()).await;
        let (sandbox, notices) = started.unwrap();
        if matches!(under, Under::Lens) {
            sandbox.begin_lens().await.unwrap();
        }
        Self {
            sandbox,
            notices,
            count: 0,
        }
    }

    /// Runs a script in a terminal of its own; how long that takes from when it may begin.
    async fn wait_run(&mut self, script: &str, under: Under) -> Duration {
        self.count += 1;
        let (name, traced) = (format!("a{}", self.count), format!("read -r _; {script}"));
        let words = match under {
            Under::Strace => {
                let line = "read -r _; exec strace -f -o /root/trace bash -c \"$0\"";
                vec!["bash", "-c", line, script]
            }
            _ => vec!["bash", "-c", &traced],
        };
        let terminal = self.sandbox.open_with(&name, SIZE, &words).await.unwrap();
        if matches!(under, Under::Lens) {
            while !matches!(self.notices.recv().await, Some(Notice::Watching)) {}
        }
        let mut terminal = File::from(terminal);
        let begun = Instant::now();
        terminal.write_all(b"\x04").unwrap();
        let mut buffer = [0; 4096];
        // EIO: the last process has closed the terminal.
        while let Ok(1..) = terminal.read(&mut buffer) {}
        begun.elapsed()
    }
}

/// Runs a script so many times.
fn run(runtime: &Runtime, script: &str, under: Under, times: u64) -> Duration {
    runtime.block_on(async {
        let mut host = Host::new(under).await;
        let mut total = Duration::ZERO;
        for _ in 0..times {
            total += host.wait_run(script, under).await;
        }
        total
    })
}

pub(crate) fn all(c: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let mut group = c.benchmark_group("lens");
    group.sample_size(10);
    for (name, script) in [("cables", FORKY), ("2,000,000 reads and writes", BUSY)] {
        for (how, under) in [("nothing", Under::Nothing), ("the lens", Under::Lens)] {
            group.bench_function(format!("{name} under {how}"), |b| {
                b.iter_custom(|times| run(&runtime, script, under, times));
            });
        }
    }
    if std::process::Command::new("strace")
        .arg("-V")
        .output()
        .is_ok()
    {
        group.bench_function("cables under strace -f -o file", |b| {
            b.iter_custom(|times| run(&runtime, FORKY, Under::Strace, times));
        });
    }
    group.finish();
}
