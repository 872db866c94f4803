//! Settings, mounts, shared memory, and what can still be made.

use std::fs;
use std::os::fd::OwnedFd;
use std::path::Path;

use nix::sys::socket::{AddressFamily, SockFlag, SockType, VsockAddr, bind, socket};
use rustix::fs::inotify;

use super::{Facts, is_of_tests, printed};

/// The files below /proc/sys that the kernel or other programs change at any time.
const RESTLESS: [&str; 18] = [
    // Counts of directory entries, inodes, files, contexts.
    "fs/aio-nr",
    "fs/dentry-state",
    "fs/file-nr",
    "fs/inode-nr",
    "fs/inode-state",
    "fs/quota/",
    // The last numbers given to a process, a terminal, a connection.
    "kernel/ns_last_pid",
    "kernel/pty/nr",
    "net/netfilter/nf_conntrack_count",
    // Different at each reading.
    "kernel/random/entropy_avail",
    "kernel/random/uuid",
    // Lowered by the kernel when perf's interrupts take long.
    "kernel/perf_event_max_sample_rate",
    // Measurements of the load balancer.
    "kernel/sched_domain/",
    "kernel/sched_util_clamp",
    // Where systemd and others register binary formats.
    "fs/binfmt_misc/",
    // Reading these has an effect.
    "vm/stat_refresh",
    "vm/compact_memory",
    // Sizes of what lockd, sunrpc or a security module hold.
    "fs/nfs/",
];
/// Settings outside of /proc/sys.
const TEXTS: [&str; 6] = [
    "/etc/passwd",
    "/proc/swaps",
    "/sys/kernel/mm/ksm/run",
    "/sys/kernel/mm/transparent_hugepage/enabled",
    "/sys/kernel/uevent_helper",
    "/sys/power/state",
];
/// How many of each kind are made to see that there is room. Not as many as there is room for:
/// other tests would find none.
const ROOM: usize = 16;
/// The vsock port that labs try.
const PORT: u32 = 54_777;

fn read(path: &Path) -> String {
    // Some of these files are not text.
    let bytes = fs::read(path).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Everything readable in /proc/sys, and a few more settings.
pub(super) fn settings() -> Facts {
    let mut facts = Facts::new();
    walk(Path::new("/proc/sys"), &mut facts);
    for path in TEXTS {
        facts.insert(path.to_owned(), read(Path::new(path)));
    }
    facts
}

fn walk(dir: &Path, facts: &mut Facts) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = path
            .strip_prefix("/proc/sys")
            .unwrap()
            .display()
            .to_string();
        if RESTLESS
            .iter()
            .any(|restless| (name.clone() + "/").starts_with(restless))
        {
            continue;
        }
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            walk(&path, facts);
        } else {
            facts.insert(format!("sysctl {name}"), read(&path));
        }
    }
}

/// The mounts of this mount namespace, without their ids.
pub(super) fn mounts() -> Facts {
    let text = read(Path::new("/proc/self/mountinfo"));
    let lines = text.lines().filter(|line| !is_of_tests(line));
    let fact = |line: &str| {
        // A mount that was made again has a new id and parent id.
        let words: Vec<&str> = line.splitn(3, ' ').collect();
        (format!("mount {line}"), words[2].to_owned())
    };
    lines.map(fact).collect()
}

/// System V segments, semaphores and queues by their owners, and POSIX queues.
pub(super) fn shared_memory() -> Facts {
    let mut facts = Facts::new();
    for (kind, uid) in [("shm", 7), ("sem", 4), ("msg", 7)] {
        let text = read(Path::new(&format!("/proc/sysvipc/{kind}")));
        for line in text.lines().skip(1) {
            let words: Vec<&str> = line.split_whitespace().collect();
            // Key, id and mode. Sizes and times change by use.
            let name = format!("{kind} {} {} {}", words[0], words[1], words[2]);
            facts.insert(name, words.get(uid).copied().unwrap_or_default().to_owned());
        }
    }
    if let Some(text) = queues() {
        facts.insert("message queues".to_owned(), text);
    }
    facts
}

/// The POSIX queues of the machine's ipc namespace, whether they are mounted or not.
fn queues() -> Option<String> {
    const LIST: &str = "mount -t mqueue none /mnt && ls -ln /mnt";
    printed("unshare", &["--mount", "sh", "-c", LIST])
}

/// Whether there is room for what the kernel limits per user.
pub(super) fn room() -> Facts {
    let watchers = (0..ROOM).map_while(|_| inotify::init(inotify::CreateFlags::CLOEXEC).ok());
    let watchers: Vec<OwnedFd> = watchers.collect();
    let vsock = wait_vsock().map_or_else(|e| e.to_string(), |_| "free".to_owned());
    Facts::from([
        ("inotify instances".to_owned(), watchers.len().to_string()),
        (format!("vsock port {PORT}"), vsock),
    ])
}

/// The vsock port, once no other test holds it.
fn wait_vsock() -> nix::Result<OwnedFd> {
    let mut tried = vsock();
    for _ in 0..100 {
        if !matches!(tried, Err(nix::Error::EADDRINUSE)) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
        tried = vsock();
    }
    tried
}

/// A vsock socket, which no namespace confines.
fn vsock() -> nix::Result<OwnedFd> {
    let kind = SockType::Stream;
    let socket = socket(AddressFamily::Vsock, kind, SockFlag::SOCK_CLOEXEC, None)?;
    let address = VsockAddr::new(nix::libc::VMADDR_CID_ANY, PORT);
    bind(std::os::fd::AsRawFd::as_raw_fd(&socket), &address)?;
    Ok(socket)
}

/// The difference between the clock and the time since boot, in seconds.
pub(super) fn clock() -> i64 {
    use rustix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::Realtime).tv_sec - clock_gettime(ClockId::Boottime).tv_sec
}
