//! `load KIND AMOUNT`: uses memory, page cache, CPU time or processes up, and
//! stops by itself after a minute.

use std::fs;
use std::io::{Error, Result, Write};
use std::os::fd::AsFd as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::sys::file;
use crate::sys::process::{self, Side};

/// How long it holds what it has.
const HOLD: Duration = Duration::from_secs(60);
/// How long a MiB takes: so that a gauge can be seen to climb.
const PACE: Duration = Duration::from_millis(10);
/// How long until a refused fork is tried again.
const AGAIN: Duration = Duration::from_millis(50);
const MIB: usize = 1 << 20;

/// Becomes a load.
pub(super) fn run(kind: &str, amount: &str) -> Result<()> {
    let amount: u32 = amount.parse().map_err(Error::other)?;
    match kind {
        "memory" => memory(amount),
        "cache" => cache(amount)?,
        "cpu" => cpu(amount),
        "fork" => fork(amount),
        _ => return Err(Error::other("memory, cache, cpu or fork")),
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

/// What is read from a file stays in memory as long as there is room. A file
/// that is in memory already belongs to who read it first: it is let go before.
fn cache(mebibytes: u32) -> Result<()> {
    let mut left = u64::from(mebibytes) << 20;
    let mut dirs = vec![PathBuf::from("/usr/lib"), PathBuf::from("/usr/share")];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            let kind = entry.file_type()?;
            if kind.is_dir() {
                dirs.push(entry.path());
            } else if kind.is_file() && left > 0 {
                left = left.saturating_sub(read_anew(&entry.path()).unwrap_or(0));
            }
        }
    }
    say(&format!("{mebibytes} MiB of files"));
    std::thread::sleep(HOLD);
    Ok(())
}

fn read_anew(path: &Path) -> Result<u64> {
    let mut file = fs::File::open(path)?;
    file::forget(file.as_fd());
    std::io::copy(&mut file, &mut std::io::sink())
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

/// Goes on trying, as a bomb does: who made room for a moment leaves it to one more.
fn fork(count: u32) {
    let end = Instant::now() + HOLD;
    let mut made = 0;
    let mut told = false;
    while made < count && Instant::now() < end {
        match process::fork() {
            Ok(Side::Child) => {
                std::thread::sleep(HOLD);
                process::exit(0);
            }
            Ok(Side::Parent(_)) => made += 1,
            Err(e) => {
                if !told {
                    say(&format!("fork {}: {}", made + 1, e.words()));
                }
                told = true;
                std::thread::sleep(AGAIN);
            }
        }
    }
    say(&format!("{made} processes"));
    std::thread::sleep(end.saturating_duration_since(Instant::now()));
}
