//! `load KIND AMOUNT`: uses memory, CPU time or processes up, and
//! stops by itself after a minute.

use std::io::{Error, Result, Write};
use std::time::{Duration, Instant};

use crate::sys::process::{self, Side};

/// How long it holds what it has.
const HOLD: Duration = Duration::from_secs(60);
/// How long a MiB takes: so that a gauge can be seen to climb.
const PACE: Duration = Duration::from_millis(10);
const MIB: usize = 1 << 20;

/// Becomes a load.
pub(super) fn run(kind: &str, amount: &str) -> Result<()> {
    let amount: u32 = amount.parse().map_err(Error::other)?;
    match kind {
        "memory" => memory(amount),
        "cpu" => cpu(amount),
        "fork" => fork(amount),
        _ => return Err(Error::other("memory, cpu or fork")),
    }
    Ok(())
}

/// Becomes a load of one processor.
pub(super) fn run_on(threads: &str, processor: &str) -> Result<()> {
    let processor = processor.parse().map_err(Error::other)?;
    process::stay_on(processor).map_err(|e| Error::other(e.to_string()))?;
    run("cpu", threads)
}

fn say(words: &str) {
    let _ = writeln!(std::io::stdout(), "{words}");
}

/// Memory counts when it is written to.
fn memory(mebibytes: u32) {
    let mut held = Vec::new();
    for _ in 0..mebibytes {
        held.push(vec![1u8; MIB]);
        std::thread::sleep(PACE);
    }
    say(&format!(
        "{} MiB of memory",
        std::hint::black_box(&held).len()
    ));
    std::thread::sleep(HOLD);
}

fn cpu(threads: u32) {
    let end = Instant::now() + HOLD;
    let spin = move || {
        while Instant::now() < end {
            std::hint::spin_loop();
        }
    };
    let others: Vec<_> = (1..threads).map(|_| std::thread::spawn(spin)).collect();
    spin();
    for other in others {
        let _ = other.join();
    }
}

fn fork(count: u32) {
    for number in 1..=count {
        match process::fork() {
            Ok(Side::Child) => {
                std::thread::sleep(HOLD);
                process::exit(0);
            }
            Ok(Side::Parent(_)) => {}
            Err(e) => {
                say(&format!("fork {number}: {}", e.words()));
                std::thread::sleep(HOLD);
                return;
            }
        }
    }
    say(&format!("{count} processes"));
    std::thread::sleep(HOLD);
}
