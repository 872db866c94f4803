//! Settings, mounts, shared memory, and what may still be made.

use std::fs;
use std::os::fd::OwnedFd;
use std::path::Path;

use nix::sys::socket::{AddressFamily, SockFlag, SockType, VsockAddr, bind, socket};
use rustix::fs::inotify;

use super::{Facts, is_of_tests, printed};

/// What the kernel or any program changes by just going on, below /proc/sys.
const RESTLESS: [&str; 18] = [
    // How many directory entries, inodes, files, contexts there are.
    "fs/aio-nr",
    "fs/dentry-state",
    "fs/file-nr",
    "fs/inode-nr",
    "fs/inode-state",
    "fs/quota/",
    // The last number that was given to a process, a terminal, a connection.
    "kernel/ns_last_pid",
    "kernel/pty/nr",
    "net/netfilter/nf_conntrack_count",
    // Other each time, by nature.
    "kernel/random/entropy_avail",
    "kernel/random/uuid",
    // The kernel lowers it when interrupts of perf take long.
    "kernel/perf_event_max_sample_rate",
    // Where the balancer of tasks has measured something.
    "kernel/sched_domain/",
    "kernel/sched_util_clamp",
    // Systemd and others register what they can run.
    "fs/binfmt_misc/",
    // Read, they do something.
    "vm/stat_refresh",
    "vm/compact_memory",
    // The size of what lockd, sunrpc or the security module hold.
    "fs/nfs/",
];
/// Settings that are not below /proc/sys.
const TEXTS: [&str; 6] = [
    "/etc/passwd",
    "/proc/swaps",
    "/sys/kernel/mm/ksm/run",
    "/sys/kernel/mm/transparent_hugepage/enabled",
    "/sys/kernel/uevent_helper",
    "/sys/power/state",
];
/// How many of each kind are made to see that there is room: not all that there is
/// room for, or other tests would find none.
const ROOM: usize = 16;
/// A port that labs try.
const PORT: u32 = 54_777;

fn read(path: &Path) -> String {
    // Not all of it is text.
    let bytes = fs::read(path).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// All of /proc/sys that may be read, and a few settings more.
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

/// The mounts of this mount namespace, each without its number.
pub(super) fn mounts() -> Facts {
    let text = read(Path::new("/proc/self/mountinfo"));
    let lines = text.lines().filter(|line| !is_of_tests(line));
    let fact = |line: &str| {
        // Number and parent's number are new for what was mounted again.
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
            // Key, number and mode; sizes and times are changed by who uses them.
            let name = format!("{kind} {} {} {}", words[0], words[1], words[2]);
            facts.insert(name, words.get(uid).copied().unwrap_or_default().to_owned());
        }
    }
    if let Some(text) = queues() {
        facts.insert("message queues".to_owned(), text);
    }
    facts
}

/// The queues of the machine's ipc namespace, whether they are mounted or not.
fn queues() -> Option<String> {
    const LIST: &str = "mount -t mqueue none /mnt && ls -ln /mnt";
    printed("unshare", &["--mount", "sh", "-c", LIST])
}

/// Whether there is room for what each user may have a number of only.
pub(super) fn room() -> Facts {
    let watchers = (0..ROOM).map_while(|_| inotify::init(inotify::CreateFlags::CLOEXEC).ok());
    let watchers: Vec<OwnedFd> = watchers.collect();
    let vsock = wait_vsock().map_or_else(|e| e.to_string(), |_| "free".to_owned());
    Facts::from([
        ("inotify instances".to_owned(), watchers.len().to_string()),
        (format!("vsock port {PORT}"), vsock),
    ])
}

/// The port, when no other test that looks has it.
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

/// A socket to the hypervisor's machine, which is of no namespace.
fn vsock() -> nix::Result<OwnedFd> {
    let kind = SockType::Stream;
    let socket = socket(AddressFamily::Vsock, kind, SockFlag::SOCK_CLOEXEC, None)?;
    let address = VsockAddr::new(nix::libc::VMADDR_CID_ANY, PORT);
    bind(std::os::fd::AsRawFd::as_raw_fd(&socket), &address)?;
    Ok(socket)
}

/// By how many seconds the clock is ahead of the time since the machine started.
pub(super) fn clock() -> i64 {
    use rustix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::Realtime).tv_sec - clock_gettime(ClockId::Boottime).tv_sec
}
