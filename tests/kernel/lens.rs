//! The lens: it sees what strace(1) sees, changes nothing, and gives way to whoever wants to trace.

mod hostile;
mod oracle;
mod rival;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::time::Duration;

use isolab::sandbox::{Notice, Sandbox, Wants};
use isolab::snapshot::Call;
use isolab::snapshot::lens::Glimpse;
use tokio::sync::mpsc::UnboundedReceiver;

use super::host::{SIZE, start};

/// Waits for the end of its input, which the lens sees, and becomes the command.
const BEGIN: [&str; 4] = ["bash", "-c", "read -r _; exec \"$@\"", "bash"];
/// How long anything may take.
const LIMIT: Duration = Duration::from_secs(40);

/// A lab host under the lens.
struct Watched {
    sandbox: Sandbox,
    notices: UnboundedReceiver<Notice>,
    /// How many commands were run.
    count: usize,
}

/// What a command did.
struct Seen {
    /// What it printed.
    output: String,
    glimpses: Vec<Glimpse>,
}

impl Seen {
    /// The calls of each process, in the order in which the processes came.
    fn calls(&self) -> Vec<Vec<&Call>> {
        let mut order = Vec::new();
        let mut calls: BTreeMap<i64, Vec<&Call>> = BTreeMap::new();
        for glimpse in &self.glimpses {
            if let Glimpse::Call {
                pid, call, times, ..
            } = glimpse
            {
                if !order.contains(pid) {
                    order.push(*pid);
                }
                let of = calls.entry(*pid).or_default();
                of.extend((0..*times).map(|_| call));
            }
        }
        order.iter().filter_map(|pid| calls.remove(pid)).collect()
    }

    /// All calls in words.
    fn words(&self) -> Vec<String> {
        let calls = self.calls().concat();
        calls.iter().map(ToString::to_string).collect()
    }
}

/// A terminal, read to its end.
fn wait_output(mut terminal: File) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let (mut all, mut buffer) = (Vec::new(), vec![0; 1 << 16]);
        // EIO: the last process has closed the terminal.
        while let Ok(n @ 1..) = terminal.read(&mut buffer) {
            all.extend_from_slice(&buffer[..n]);
        }
        String::from_utf8_lossy(&all).into_owned()
    })
}

impl Watched {
    async fn new() -> Self {
        let wants = Wants {
            tools: true,
            groups: true,
            ..Wants::default()
        };
        let (sandbox, notices) = start(wants).await;
        sandbox.begin_lens().await.unwrap();
        Self {
            sandbox,
            notices,
            count: 0,
        }
    }

    async fn wait_notice(&mut self) -> Notice {
        let notice = tokio::time::timeout(LIMIT, self.notices.recv()).await;
        notice.unwrap().unwrap()
    }

    /// Starts a command in a terminal of its own, and returns when it is watched and has begun.
    async fn begin(&mut self, words: &[&str]) -> File {
        self.count += 1;
        let name = format!("a{}", self.count);
        let words = [&BEGIN[..], words].concat();
        let terminal = self.sandbox.open_with(&name, SIZE, &words).await.unwrap();
        while !matches!(self.wait_notice().await, Notice::Watching) {}
        let mut terminal = File::from(terminal);
        terminal.write_all(b"\x04").unwrap();
        terminal
    }

    /// What the lens sees until a process has ended: the first that reads a line.
    async fn wait_end(&mut self) -> Vec<Glimpse> {
        let (mut root, mut all) = (None, Vec::new());
        loop {
            if let Notice::Seen(glimpses) = self.wait_notice().await {
                for glimpse in glimpses {
                    if let (None, Glimpse::Line { pid, .. }) = (root, &glimpse) {
                        root = Some(*pid);
                    }
                    let ends = matches!(&glimpse, Glimpse::Ended { pid, .. } if Some(*pid) == root);
                    all.push(glimpse);
                    if ends {
                        return all;
                    }
                }
            }
        }
    }

    /// Runs a command to its end.
    async fn run(&mut self, words: &[&str]) -> Seen {
        let terminal = self.begin(words).await;
        let output = wait_output(terminal);
        let glimpses = self.wait_end().await;
        Seen {
            output: output.join().unwrap(),
            glimpses,
        }
    }

    /// Runs a line of bash.
    async fn line(&mut self, line: &str) -> Seen {
        self.run(&["bash", "-c", line]).await
    }
}

/// Runs a test in a lab host under the lens.
fn watched<F: Future<Output = ()>>(test: impl FnOnce(Watched) -> F) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async { test(Watched::new().await).await });
}

#[test]
fn a_line_is_told_with_its_processes_their_calls_and_their_ends() {
    watched(|mut host| async move {
        let seen = host.line("unshare -iu true; mkdir /lab/x; false").await;
        let words = seen.words();
        for call in [
            "unshare(CLONE_NEWUTS|CLONE_NEWIPC) = 0",
            "mkdir(\"/lab/x\", 0777) = 0",
        ] {
            assert!(words.iter().any(|word| word == call), "{words:#?}");
        }
        let programs: Vec<&str> = seen.glimpses.iter().filter_map(program).collect();
        assert!(programs.contains(&"unshare -iu true"), "{programs:?}");
        let others = seen.glimpses.iter().map(|glimpse| match glimpse {
            Glimpse::Others { calls, .. } => calls.values().sum(),
            _ => 0,
        });
        assert!(others.sum::<u64>() > 50);
        assert!(matches!(
            seen.glimpses.last(),
            Some(Glimpse::Ended { status: 1, .. })
        ));
    });
}

fn program(glimpse: &Glimpse) -> Option<&str> {
    match glimpse {
        Glimpse::Program { words, .. } => Some(words),
        _ => None,
    }
}
