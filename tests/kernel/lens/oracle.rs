//! The same commands under the lens and under strace(1): the same calls, in the same order for each
//! process, with the same results.

use std::collections::BTreeMap;
use std::fs::File;

use isolab::sandbox::{Sandbox, Wants};
use isolab::snapshot::Call;

use super::super::host::{SIZE, start};
use super::{Watched, wait_output};
use crate::skip::lacks;

/// Lines of bash, each in a fresh process of the same lab host.
const LINES: [&str; 60] = [
    "unshare -u hostname two",
    "unshare -Ur true",
    "unshare -Urn ip link set lo up",
    "unshare -Urpf --mount-proc true",
    "unshare -m mount --make-rprivate /",
    "unshare -C true",
    "unshare -i ipcmk -Q",
    "nsenter -t $$ -u true",
    "nsenter --uts=/proc/self/ns/uts hostname",
    "ip netns add n1",
    "ip netns exec n1 ip link set lo up",
    "ip netns del n1",
    "ip link add a0 type veth peer b0",
    "ip addr add 10.0.0.1/24 dev a0",
    "ip link set a0 up",
    "ip route add 10.9.0.0/16 dev a0",
    "ip link add br0 type bridge",
    "ip link set b0 master br0",
    "bridge link show",
    "ip link add a0 type bridge",
    "ip link del a0",
    "nft add table ip t",
    "nft add chain ip t c '{ type filter hook input priority 0; }'",
    "nft delete table ip t",
    "mkdir -p /lab/m /lab/n",
    "mount -t tmpfs x /lab/m",
    "mount --bind /lab/m /lab/n",
    "mount -o remount,ro /lab/m",
    "umount /lab/n",
    "umount -l /lab/m",
    "umount /lab/nothing",
    "mkdir -p /lab/l /lab/u /lab/w /lab/o; mount -t overlay o -o lowerdir=/lab/l,upperdir=/lab/u,workdir=/lab/w /lab/o",
    "echo x > /lab/o/f; rm /lab/o/f; umount /lab/o",
    "unshare -m sh -c 'mkdir -p /lab/r; mount --bind /lab/r /lab/r; mkdir -p /lab/r/old; pivot_root /lab/r /lab/r/old'",
    "chroot /lab/l true",
    "setpriv --reuid 7 --regid 7 --clear-groups true",
    "setpriv --bounding-set -all true",
    "setpriv --no-new-privs true",
    "cp /bin/true /lab/t; setcap cap_net_raw+ep /lab/t",
    "ipcmk -M 4096",
    "ipcmk -S 1",
    "ipcrm -a",
    "mknod /lab/null c 1 3",
    "mknod /lab/pipe p",
    "ln -s /lab/l /lab/link; ln /lab/t /lab/t2",
    "cp -r /lab/l /lab/l2; rm -r /lab/l2",
    "chmod 600 /lab/t; chown 5:6 /lab/t",
    "tar -C /lab -cf /lab/a.tar t; tar -C /lab/l -xf /lab/a.tar",
    "mv /lab/a.tar /lab/b.tar; truncate -s 10 /lab/b.tar; rmdir /lab/w",
    "echo hello > /lab/file; echo more >> /lab/file; cat /lab/file",
    "exec 5> /lab/five; echo five >&5; exec 5>&-",
    "echo 1 > /proc/sys/net/ipv4/ip_forward",
    "echo 500 > /proc/self/oom_score_adj",
    "sleep 9 & sleep 0.3; kill $!; wait",
    "perl -e 'socket(S, 2, 1, 0); bind(S, pack(\"Sna4x8\", 2, 7777, \"\\x7f\\0\\0\\1\")); listen(S, 5)'",
    "perl -e 'mkdir \"/lab/perl\"; rename \"/lab/perl\", \"/lab/lrep\"; symlink \"a\", \"/lab/b\"'",
    "perl -e 'fork or exit 3; wait; kill 0, $$'",
    "sh -c 'cd /lab && mkdir here && cd here && echo a > b'",
    "bwrap --dev-bind / / --unshare-uts --hostname x true",
    "crun --version",
];

/// Calls of which every one is told, whatever it is about.
const ALWAYS: [&str; 30] = [
    "unshare",
    "setns",
    "sethostname",
    "mount",
    "umount2",
    "pivot_root",
    "chroot",
    "chdir",
    "fchdir",
    "open_tree",
    "move_mount",
    "fsopen",
    "fsmount",
    "fsconfig",
    "mount_setattr",
    "setuid",
    "setgid",
    "setresuid",
    "setresgid",
    "setgroups",
    "capset",
    "execve",
    "clone",
    "clone3",
    "vfork",
    "kill",
    "msgget",
    "semget",
    "shmget",
    "listen",
];
/// Calls whose results are ids of processes, which differ.
const IDS: [&str; 6] = ["clone", "clone3", "vfork", "fork", "wait4", "waitid"];

/// A call as both tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    name: String,
    /// What it returned: a number, or the name of an error.
    result: String,
}

impl Told {
    fn new(name: &str, result: &str) -> Self {
        let first = result.strip_prefix("-1 ").unwrap_or(result);
        let first = first.split([' ', '<']).next().unwrap_or_default();
        let is_id = IDS.contains(&name) && first.parse::<i64>().is_ok_and(|n| n > 0);
        Self {
            name: name.to_owned(),
            result: if is_id { "id" } else { first }.to_owned(),
        }
    }
}

/// What the lens tells as the messages that were sent and refused, strace(1) tells as the calls that
/// carried them.
fn of_lens(calls: &[&Call]) -> Vec<Told> {
    let is_message = |call: &&&Call| call.name.starts_with(char::is_uppercase);
    let calls = calls.iter().filter(|call| !is_message(call));
    calls
        .map(|call| Told::new(&call.name, &call.result))
        .collect()
}

/// The messages of netlink that a process sent, by their names.
fn messages(calls: &[&Call]) -> Vec<String> {
    let sent = calls.iter().filter(|call| call.result == "sent");
    sent.map(|call| call.name.clone()).collect()
}

/// The lines that strace(1) wrote of one process.
struct Traced {
    calls: Vec<Told>,
    /// Those that the lens must tell as well.
    due: Vec<Told>,
    messages: Vec<String>,
    /// Whether it knew what the messages are.
    is_versed: bool,
}

/// What strace(1) wrote, by the processes in their order. Calls that were interrupted by another
/// process's are put together.
fn traced(text: &str) -> Vec<Traced> {
    let mut order: Vec<&str> = Vec::new();
    let mut begun: BTreeMap<&str, String> = BTreeMap::new();
    let mut lines: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for line in text.lines() {
        let Some((pid, rest)) = line.trim().split_once(char::is_whitespace) else {
            continue;
        };
        let rest = rest.trim();
        if !order.contains(&pid) {
            order.push(pid);
        }
        if let Some(start) = rest.strip_suffix("<unfinished ...>") {
            begun.insert(pid, start.trim_end().to_owned());
        } else if let Some((_, end)) = rest.split_once(" resumed>") {
            let whole = begun.remove(pid).unwrap_or_default() + end;
            lines.entry(pid).or_default().push(whole);
        } else {
            lines.entry(pid).or_default().push(rest.to_owned());
        }
    }
    let lines = order.iter().filter_map(|pid| lines.remove(pid));
    lines.map(|lines| of_strace(&lines)).collect()
}

fn of_strace(lines: &[String]) -> Traced {
    let mut traced = Traced {
        calls: Vec::new(),
        due: Vec::new(),
        messages: Vec::new(),
        is_versed: !lines.iter().any(|line| line.contains("NLMSG_???")),
    };
    for line in lines {
        let Some((name, rest)) = line.split_once('(') else {
            continue;
        };
        let Some((args, result)) = rest.rsplit_once(" = ") else {
            continue;
        };
        if result.starts_with('?') {
            continue;
        }
        if let Some(message) = message(name, args) {
            traced.messages.push(message);
            continue;
        }
        let told = Told::new(name, result);
        if ALWAYS.contains(&name) {
            traced.due.push(told.clone());
        }
        traced.calls.push(told);
    }
    traced
}

/// The first message of a send that changes something.
fn message(name: &str, args: &str) -> Option<String> {
    if !matches!(name, "sendto" | "sendmsg") {
        return None;
    }
    let mut kinds = args.split("type=").skip(1);
    let kind = kinds.find_map(|rest| {
        let kind = rest.split([',', '}']).next()?;
        let kind = kind.rsplit('|').next()?;
        (kind.starts_with("RTM_") || kind.starts_with("NFT_MSG_")).then_some(kind)
    })?;
    (!kind.contains("_GET")).then(|| kind.to_owned())
}

/// Whether all of `part` are in `whole`, in this order; the first that is not.
fn missing<'a>(part: &'a [Told], whole: &[Told]) -> Option<&'a Told> {
    let mut whole = whole.iter();
    part.iter().find(|call| !whole.any(|other| other == *call))
}

async fn under_strace(host: &Sandbox, number: usize, line: &str) -> Vec<Traced> {
    let script =
        "strace -f -v -s 400 -o /root/trace bash -c \"$1\" > /root/out 2>&1; cat /root/trace";
    let words = ["bash", "-c", script, "bash", line];
    let name = format!("s{number}");
    let terminal = host.open_with(&name, SIZE, &words).await.unwrap();
    traced(&wait_output(File::from(terminal)).join().unwrap())
}

#[test]
fn sixty_commands_do_under_the_lens_what_strace_says() {
    let programs = [
        "strace", "ip", "bridge", "nft", "setpriv", "setcap", "perl", "bwrap", "crun",
    ];
    if lacks("lens", &programs) {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mut host = Watched::new().await;
        let wants = Wants {
            tools: true,
            groups: true,
            ..Wants::default()
        };
        let (other, _notices) = start(wants).await;
        let mut wrong = Vec::new();
        for (number, line) in LINES.iter().enumerate() {
            let seen = host.line(line).await;
            let theirs = under_strace(&other, number, line).await;
            wrong.extend(compare(line, &seen.calls(), &theirs));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

/// What differs.
fn compare(line: &str, ours: &[Vec<&Call>], theirs: &[Traced]) -> Vec<String> {
    let mut wrong = Vec::new();
    // A process that makes no call of a family is no process for the lens.
    let theirs: Vec<&Traced> = theirs
        .iter()
        .filter(|process| !process.due.is_empty() || !process.messages.is_empty())
        .collect();
    for (index, process) in ours.iter().enumerate() {
        let told = of_lens(process);
        let Some(traced) = theirs.get(index) else {
            wrong.push(format!(
                "{line}: process {index} is not known to strace: {told:?}"
            ));
            continue;
        };
        if let Some(call) = missing(&told, &traced.calls) {
            wrong.push(format!(
                "{line}: process {index}: strace has no {call:?}\n  {:?}",
                traced.due
            ));
        }
        if let Some(call) = missing(&traced.due, &told) {
            wrong.push(format!(
                "{line}: process {index}: the lens has no {call:?}\n  {told:?}"
            ));
        }
        // In another network namespace than its own, strace(1) does not know the protocol of a socket.
        let sent = messages(process);
        if !traced.is_versed {
            continue;
        }
        if sent.len() > traced.messages.len()
            || sent.iter().any(|name| !traced.messages.contains(name))
        {
            wrong.push(format!(
                "{line}: {sent:?} were not sent: {:?}",
                traced.messages
            ));
        }
    }
    wrong
}
