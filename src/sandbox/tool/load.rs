//! `load KIND AMOUNT`: uses up memory, page cache, CPU time or processes, and ends after a quarter
//! of an hour.

use std::fs;
use std::io::{Error, Read as _, Result, Write as _};
use std::os::fd::AsFd as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::lab::action::Fill;
use crate::sys::file;
use crate::sys::process::{self, Side};
use crate::sys::thread;

/// How long it holds what it has.
const HOLD: Duration = Duration::from_secs(15 * 60);
/// How often a refused fork is tried again.
const AGAIN: Duration = Duration::from_millis(50);
const MIB: u32 = 1 << 20;

/// The usage message.
pub(super) const USAGE: &str = "usage: load memory|cache MIB [MIB-A-SECOND], \
     load cpu THREADS [PROCESSOR], load fork PROCESSES";

/// Runs a load. `more` is the rate for memory and cache in MiB a second, the processor for CPU
/// time.
pub(super) fn run(kind: &str, amount: &str, more: Option<&str>) -> Result<()> {
    let amount: u32 = amount.parse().map_err(Error::other)?;
    let more = more.map(str::parse).transpose().map_err(Error::other)?;
    let pace = Duration::from_secs(1) / more.unwrap_or(Fill::RATE).max(1);
    match (kind, more) {
        ("memory", _) => memory(amount, pace),
        ("cache", _) => cache(amount, pace)?,
        ("cpu", processor) => cpu(amount, processor)?,
        ("fork", None) => fork(amount),
        _ => return Err(Error::other(USAGE)),
    }
    Ok(())
}

fn say(words: &str) {
    let _ = writeln!(std::io::stdout(), "{words}");
}

/// Fills memory. It must be written to before the kernel counts it.
fn memory(mebibytes: u32, pace: Duration) {
    let mut held = Vec::new();
    for _ in 0..mebibytes {
        held.push(vec![1u8; MIB as usize]);
        std::thread::sleep(pace);
    }
    say(&format!(
        "{} MiB of memory",
        std::hint::black_box(&held).len()
    ));
    std::thread::sleep(HOLD);
}

/// Fills the page cache: what is read stays in memory while there is room. The pages of a file are
/// charged to the group that read it first, so pages already in memory are dropped before.
fn cache(mebibytes: u32, pace: Duration) -> Result<()> {
    let mut budget = Budget {
        left: u64::from(mebibytes) << 20,
        owed: 0,
        pace,
    };
    let mut dirs = vec![PathBuf::from("/usr/lib"), PathBuf::from("/usr/share")];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            let kind = entry.file_type()?;
            if kind.is_dir() {
                dirs.push(entry.path());
            } else if kind.is_file() && budget.left > 0 {
                // Files that may not be read are skipped.
                let _ = read_anew(&entry.path(), &mut budget);
            }
        }
    }
    // There may be less than was asked for.
    let read = u64::from(mebibytes) - budget.left.div_ceil(1 << 20);
    say(&format!("{read} MiB of files"));
    std::thread::sleep(HOLD);
    Ok(())
}

/// How many bytes are still to be read, and how fast.
struct Budget {
    left: u64,
    /// The bytes read since the last pause.
    owed: u64,
    pace: Duration,
}

impl Budget {
    /// Counts bytes that were read; pauses after each MiB.
    fn spend(&mut self, bytes: usize) {
        self.left = self.left.saturating_sub(bytes as u64);
        self.owed += bytes as u64;
        if self.owed >= u64::from(MIB) {
            self.owed -= u64::from(MIB);
            std::thread::sleep(self.pace);
        }
    }
}

fn read_anew(path: &Path, budget: &mut Budget) -> Result<()> {
    let mut file = fs::File::open(path)?;
    file::forget(file.as_fd());
    let mut chunk = vec![0; MIB as usize / 4];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(()),
            read => budget.spend(read),
        }
    }
}

fn cpu(threads: u32, processor: Option<u32>) -> Result<()> {
    if let Some(processor) = processor {
        process::stay_on(processor).map_err(Error::from)?;
    }
    let end = Instant::now() + HOLD;
    let spin = move || {
        while Instant::now() < end {
            std::hint::spin_loop();
        }
    };
    let others = (1..threads).map(|_| thread::start("load", spin));
    let others: Vec<_> = others
        .collect::<std::result::Result<_, _>>()
        .map_err(Error::from)?;
    spin();
    for other in others {
        let _ = other.join();
    }
    Ok(())
}

/// Keeps trying to fork, as a fork bomb does: as soon as there is room, it takes it.
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
