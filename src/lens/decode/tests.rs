//! The decoder as a whole.

use std::collections::BTreeMap;

use super::*;

/// Memory that is a few slices at addresses, and descriptors by name.
#[derive(Default)]
struct Process {
    memory: BTreeMap<u64, Vec<u8>>,
    descriptors: BTreeMap<i32, String>,
}

impl Process {
    fn with(mut self, address: u64, bytes: &[u8]) -> Self {
        self.memory.insert(address, bytes.to_vec());
        self
    }

    fn open(mut self, fd: i32, name: &str) -> Self {
        self.descriptors.insert(fd, name.to_owned());
        self
    }
}

impl Still for Process {
    fn bytes(&self, address: u64, length: usize) -> Vec<u8> {
        let Some((start, bytes)) = self.memory.range(..=address).next_back() else {
            return Vec::new();
        };
        let from = usize::try_from(address - start).unwrap_or(usize::MAX);
        let rest = bytes.get(from..).unwrap_or_default();
        rest[..rest.len().min(length)].to_vec()
    }
    fn descriptor(&self, fd: i32) -> Option<String> {
        self.descriptors.get(&fd).cloned()
    }
    fn cwd(&self) -> Option<String> {
        Some("/lab".to_owned())
    }
    fn netlink(&self, fd: i32) -> Option<i32> {
        (fd == 99).then_some(0)
    }
}

fn entry(name: &str, args: &[u64]) -> Entry {
    let number = name.parse::<Sysno>().unwrap().id();
    let mut all = [0; 6];
    all[..args.len()].copy_from_slice(args);
    Entry {
        number: u64::try_from(number).unwrap(),
        args: all,
    }
}

/// A call as it is told.
fn told(name: &str, args: &[u64], value: i64, at: &Process) -> Option<String> {
    let call = begun(&entry(name, args), at)?.ended(value, at)?;
    Some(call.to_string())
}

#[test]
fn every_row_is_a_call_of_its_own() {
    let mut names: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ROWS.len());
    let here = |name: &&str| name.parse::<Sysno>().is_err();
    let missing: Vec<&str> = names.into_iter().filter(here).collect();
    // arm64 has only the calls that take a directory.
    assert!(
        missing.is_empty() || cfg!(target_arch = "aarch64"),
        "{missing:?}"
    );
}

/// Calls with their arguments, what they returned, and how they are told.
const CALLS: &[(&str, &[u64], i64, &str)] = &[
    (
        "unshare",
        &[0xc00_0000],
        0,
        "unshare(CLONE_NEWUTS|CLONE_NEWIPC) = 0",
    ),
    (
        "setns",
        &[3, 0x4000_0000],
        0,
        "setns(3<net:[4026532301]>, CLONE_NEWNET) = 0",
    ),
    ("sethostname", &[0x100, 3], 0, "sethostname(\"two\", 3) = 0"),
    (
        "mount",
        &[0x200, 0x300, 0, 0x4_4000, 0],
        -1,
        "mount(\"none\", \"/\", NULL, MS_REC|MS_PRIVATE, NULL) = -1 EPERM (Operation not permitted)",
    ),
    (
        "readlink",
        &[0x500, 0x600, 64],
        16,
        "readlink(\"/proc/self/ns/uts\", \"uts:[4026531838]\") = 16",
    ),
    ("listen", &[4, 5], 0, "listen(4, 5) = 0"),
    (
        "wait4",
        &[u64::MAX, 0x400, 0, 0],
        9,
        "wait4(-1, [exited 7], 0, NULL) = 9",
    ),
    ("setresuid", &[0, u64::MAX, 5], 0, "setresuid(0, -1, 5) = 0"),
    ("kill", &[9, 15], 0, "kill(9, SIGTERM) = 0"),
    (
        "write",
        &[5, 0x100, 3],
        3,
        "write(5</lab/x>, \"two\", 3) = 3",
    ),
    ("mkdir", &[0x100, 0o755], 0, "mkdir(\"two\", 0755) = 0"),
    (
        "openat",
        &[0xffff_ff9c, 0x100, 0o101, 0o644],
        5,
        "openat(AT_FDCWD, \"two\", O_WRONLY|O_CREAT, 0644) = 5</lab/x>",
    ),
    (
        "clone",
        &[0x2000_0011],
        9,
        "clone(CLONE_NEWPID|SIGCHLD) = 9",
    ),
    (
        "prctl",
        &[24, 21],
        0,
        "prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN) = 0",
    ),
    (
        "msgget",
        &[0, 0o1600],
        0,
        "msgget(IPC_PRIVATE, IPC_CREAT|0600) = 0",
    ),
    (
        "socket",
        &[2, 0o200_0001, 0],
        4,
        "socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 4",
    ),
];

#[test]
fn calls_are_told_as_strace_does() {
    let at = Process::default()
        .with(0x100, b"two\0")
        .with(0x200, b"none\0")
        .with(0x300, b"/\0")
        .with(0x400, &[0, 7, 0, 0])
        .with(0x500, b"/proc/self/ns/uts\0")
        .with(0x600, b"uts:[4026531838]xyz")
        .open(4, "socket:[77]")
        .open(3, "net:[4026532301]")
        .open(5, "/lab/x");
    for (name, args, value, said) in CALLS {
        assert_eq!(told(name, args, *value, &at).as_deref(), Some(*said));
    }
}

#[test]
fn what_is_about_no_place_of_the_lab_is_only_counted() {
    let at = Process::default()
        .with(0x100, b"/etc/passwd\0")
        .with(0x200, b"/lab\0")
        .open(1, "/dev/pts/0");
    for (name, args) in [
        ("openat", &[0xffff_ff9c, 0x100, 0][..]),
        ("openat", &[0xffff_ff9c, 0x200, 0o20_0000]),
        ("write", &[1, 0x100, 3]),
        ("wait4", &[u64::MAX, 0, 1]),
        ("socket", &[16, 3, 0]),
        ("getpid", &[]),
    ] {
        assert_eq!(told(name, args, 0, &at), None, "{name}");
    }
}

#[test]
fn processes_in_new_namespaces_are_about_those() {
    let at = Process::default();
    let family = |flags: u64| begun(&entry("clone", &[flags]), &at).unwrap().family;
    assert_eq!(family(0x2000_0011), Family::Namespace);
    assert_eq!(family(0x120_0011), Family::Process);
}

#[test]
fn nothing_that_a_process_says_breaks_the_decoder_or_gets_out_of_it() {
    crate::fuzz::each("lens", |input| {
        let at = Process::default()
            .with(0, input)
            .open(0, &String::from_utf8_lossy(input));
        for row in ROWS {
            let words = input.chunks(8).map(|chunk| text::u64_at(chunk, 0));
            let small = input.iter().map(|byte| u64::from(*byte));
            let mut args: Vec<u64> = small
                .zip(words)
                .map(|(a, b)| if a % 2 == 0 { a } else { b })
                .collect();
            args.resize(6, 0);
            // 99 is a netlink socket.
            args[0] = if row.about == About::Netlink {
                99
            } else {
                args[0]
            };
            let Ok(number) = row.name.parse::<Sysno>() else {
                continue;
            };
            let made = Entry {
                number: u64::try_from(number.id()).unwrap(),
                args: [args[0], args[1], args[2], args[3], args[4], args[5]],
            };
            let Some(begun) = begun(&made, &at) else {
                continue;
            };
            let Some(call) = begun.ended(i64::try_from(args[1] % 9000).unwrap() - 4096, &at) else {
                continue;
            };
            let said = call.to_string();
            assert!(said.len() < 4096, "{said}");
            assert!(!said.chars().any(char::is_control), "{said:?}");
            assert!(!said.contains(arg::LATER), "{said}");
        }
    });
}

#[test]
fn every_call_that_is_told_has_a_text() {
    let told = ROWS.iter().filter(|row| row.about != About::Netlink);
    let told = told.map(|row| row.name).chain(["NLMSG_ERROR"]);
    let asks = |name: &&str| name.contains("_GET");
    let messages = names::RTM.iter().chain(names::NFT).map(|name| name.name);
    let told = told.chain(messages.filter(|name| !asks(name)));
    let texts = crate::word::book::calls();
    let without = told.filter(|name| !texts.iter().any(|text| text.call == *name));
    assert_eq!(without.collect::<Vec<&str>>(), [""; 0]);
}
