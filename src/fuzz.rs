//! Fuzzing for the readers of outside data: lab files, archives, journals, what the kernel says.
//! Each reader has a folder of small inputs in `tests/data/outside`. They are read unchanged, and
//! then with random changes: some hundred times, or for as many minutes as `ISOLAB_FUZZ_MINUTES`
//! tells. An input that a reader fails on is written to `target/fuzz`; once that is mended, the
//! file moves into the folder.
//!
//! Invariant: this is only in tests, in no program.

mod change;

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use sha2::{Digest as _, Sha256};

use change::Corpus;

/// The variable with the minutes to try each reader.
const MINUTES: &str = "ISOLAB_FUZZ_MINUTES";
/// The number of inputs to try without it.
const CASES: u32 = 600;
/// The most time to spend without it.
const SHORT: Duration = Duration::from_secs(3);
/// How long reading one input may take.
const LONGEST: Duration = Duration::from_secs(20);
/// The most memory that this process may ever use, in KiB.
const MEMORY: i64 = 1 << 20;
/// How often the time of the current input is checked.
const LOOK: Duration = Duration::from_millis(200);

/// The current input, and when reading it began.
type Now = Arc<Mutex<(Instant, Vec<u8>)>>;

/// Calls `read`, which fails by a panic, with each input of a folder and with changed ones.
pub(crate) fn each(name: &'static str, mut read: impl FnMut(&[u8]) + Send + 'static) {
    let corpus = Corpus::open(&folder(name));
    let now: Now = Arc::new(Mutex::new((Instant::now(), Vec::new())));
    let (end, ended) = mpsc::channel();
    let shared = Arc::clone(&now);
    let work = move || {
        let tried = catch_unwind(AssertUnwindSafe(|| all(&corpus, &shared, &mut read)));
        let _ = end.send(tried);
    };
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(work)
        .unwrap();
    loop {
        match ended.recv_timeout(LOOK) {
            Ok(Ok(None)) => return,
            Ok(Ok(Some(wrong))) => panic!("{name}: {wrong} ({})", kept(name, &now)),
            Ok(Err(panic)) => resume_unwind(panic),
            Err(RecvTimeoutError::Disconnected) => panic!("{name}: {}", kept(name, &now)),
            Err(RecvTimeoutError::Timeout) => {
                let since = lock(&now).0.elapsed();
                assert!(since < LONGEST, "{name}: it hangs ({})", kept(name, &now));
            }
        }
    }
}

/// One input, unchanged.
pub(crate) fn one(name: &str, file: &str) -> Vec<u8> {
    std::fs::read(folder(name).join(file)).unwrap()
}

fn folder(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("tests/data/outside").join(name)
}

/// The first failure, if there is one; its input is then in `now`.
fn all(corpus: &Corpus, now: &Now, read: &mut dyn FnMut(&[u8])) -> Option<String> {
    for file in &corpus.files {
        if let Err(wrong) = try_one(file, now, read) {
            return Some(wrong);
        }
    }
    let minutes = std::env::var(MINUTES).ok().and_then(|m| m.parse().ok());
    let (mut rng, until) = match minutes {
        Some(minutes) => (chance(), Duration::from_secs(60) * minutes),
        None => (fixed(), SHORT),
    };
    let (strategy, begin) = (change::strategy(), Instant::now());
    let read = RefCell::new(read);
    loop {
        // A runner keeps count of its cases, so each round has its own.
        let mut runner = TestRunner::new_with_rng(config(), rng);
        rng = runner.new_rng();
        let tried = runner.run(&strategy, |changed| {
            if minutes.is_none() && begin.elapsed() > until {
                return Ok(());
            }
            let input = corpus.changed(&changed);
            let tried = try_one(&input, now, &mut **read.borrow_mut());
            tried.map_err(TestCaseError::fail)
        });
        if let Err(error) = tried {
            // The smallest failing input that was found.
            if let TestError::Fail(_, changed) = &error {
                *lock(now) = (Instant::now(), corpus.changed(changed));
            }
            return Some(error.to_string());
        }
        if minutes.is_none() || begin.elapsed() > until {
            return None;
        }
    }
}

fn config() -> Config {
    Config {
        cases: CASES,
        failure_persistence: None,
        max_shrink_iters: 3000,
        ..Config::default()
    }
}

/// A generator with other values each time.
fn chance() -> TestRng {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos();
    let seed = Sha256::digest(format!("{since} {}", std::process::id()));
    TestRng::from_seed(RngAlgorithm::ChaCha, &seed)
}

/// A generator with the same values each time.
fn fixed() -> TestRng {
    TestRng::deterministic_rng(RngAlgorithm::ChaCha)
}

fn try_one(input: &[u8], now: &Now, read: &mut dyn FnMut(&[u8])) -> Result<(), String> {
    *lock(now) = (Instant::now(), input.to_vec());
    let tried = catch_unwind(AssertUnwindSafe(|| read(input)));
    tried.map_err(|panic| {
        let words = panic.downcast_ref::<String>().cloned();
        let plain = panic
            .downcast_ref::<&str>()
            .map(|words| (*words).to_owned());
        words.or(plain).unwrap_or_default()
    })?;
    let most = getrusage(UsageWho::RUSAGE_SELF).map_or(0, |usage| usage.max_rss());
    if most > MEMORY {
        return Err(format!("it took {} MiB of memory", most >> 10));
    }
    Ok(())
}

fn lock(now: &Now) -> std::sync::MutexGuard<'_, (Instant, Vec<u8>)> {
    now.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes the current input to a file; returns its path.
fn kept(name: &str, now: &Now) -> String {
    let input = lock(now).1.clone();
    let digest = Sha256::digest(&input);
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/fuzz");
    let file = place.join(format!(
        "{name}-{:02x}{:02x}{:02x}",
        digest[0], digest[1], digest[2]
    ));
    let written = std::fs::create_dir_all(&place).and_then(|()| std::fs::write(&file, &input));
    match written {
        Ok(()) => file.display().to_string(),
        Err(why) => format!("{why}: {:?}", String::from_utf8_lossy(&input)),
    }
}
