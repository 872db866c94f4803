//! Other tracers, signals, threads, and the end of the lens: the processes go on as without it.

use std::fs;
use std::io::Write as _;

use isolab::sandbox::{Notice, Wants};
use isolab::snapshot::lens::{Glimpse, LetGo};

use super::super::host::{SIZE, start, wait_until};
use super::{Seen, wait_output, watched};
use crate::skip::{lacks, lacks_root};

fn was_let_go(seen: &Seen, why: LetGo) -> bool {
    let mut glimpses = seen.glimpses.iter();
    glimpses.any(|glimpse| matches!(glimpse, Glimpse::Free { why: told, .. } if *told == why))
}

#[test]
fn strace_gets_the_process_that_it_wants() {
    if lacks("lens", &["strace"]) {
        return;
    }
    watched(|mut host| async move {
        let own = host.line("strace -f -e trace=mkdir mkdir /lab/s").await;
        assert!(
            own.output.contains("mkdir(\"/lab/s\", 0777)"),
            "{}",
            own.output
        );
        assert!(was_let_go(&own, LetGo::Traced), "{:?}", own.words());
        let line = "sleep 100 & strace -p $! -o /lab/t & sleep 0.5; kill %1; wait; cat /lab/t";
        let other = host.line(line).await;
        assert!(other.output.contains("SIGTERM"), "{}", other.output);
        assert!(was_let_go(&other, LetGo::Traced), "{:?}", other.words());
    });
}

#[test]
fn a_debugger_runs_a_program_to_its_end() {
    if lacks("lens", &["gdb"]) {
        return;
    }
    watched(|mut host| async move {
        let line = "gdb -q -nx -batch -ex run -ex 'info inferiors' --args true 2>&1";
        let seen = host.line(line).await;
        assert!(seen.output.contains("exited normally"), "{}", seen.output);
    });
}

/// Lines that must print the same under the lens as without it.
const SAME: [(&str, &str); 9] = [
    // A stopped job is stopped, as everybody sees, and goes on.
    (
        "sleep 100 & kill -STOP $!; sleep 0.4; grep State /proc/$!/status; kill -CONT $!; \
         sleep 0.4; grep State /proc/$!/status; kill $!; wait $! 2>/dev/null; echo $?",
        "State:\tT (stopped)\r\nState:\tS (sleeping)\r\n143\r\n",
    ),
    ("grep TracerPid /proc/self/status", "TracerPid:\t0\r\n"),
    ("exec true", ""),
    (
        "for i in $(seq 500); do (exit 3) & done; wait; echo over",
        "over\r\n",
    ),
    (
        "(perl -e 'exec {\"true\"} \"true\" or die'; perl -e 'kill KILL => $$'; echo $?) 2>/dev/null",
        "137\r\n",
    ),
    (
        "unshare -Ur sh -c 'id -u; grep Cap /proc/self/status | tail -n 1 | cut -f1'",
        "0\r\nCapAmb:\r\n",
    ),
    (
        "trap 'echo got' USR1; kill -USR1 $$; echo on",
        "got\r\non\r\n",
    ),
    ("timeout 0.2 sleep 9; echo $?", "124\r\n"),
    // Who changes its id by the bit of its file.
    (
        "mkdir /lab/s; mount -t tmpfs x /lab/s; cp /usr/bin/id /lab/s; chmod 4755 /lab/s/id; \
         setpriv --reuid 7 --clear-groups /lab/s/id -un",
        "root\r\n",
    ),
];

#[test]
fn what_processes_do_is_the_same_under_the_lens() {
    if lacks("lens", &["perl", "setpriv"]) {
        return;
    }
    watched(|mut host| async move {
        let (unwatched, _notices) = start(Wants::default()).await;
        for (number, (line, output)) in SAME.into_iter().enumerate() {
            let words = ["bash", "-c", line];
            let name = format!("u{number}");
            let terminal = unwatched.open_with(&name, SIZE, &words).await.unwrap();
            let plain = wait_output(terminal.into()).join().unwrap();
            assert_eq!(plain, output, "without the lens: {line}");
            assert_eq!(host.line(line).await.output, output, "{line}");
        }
    });
}

#[test]
fn a_loop_of_calls_runs_at_full_speed_after_a_moment() {
    watched(|mut host| async move {
        let seen = host
            .line("dd if=/dev/zero of=/dev/null bs=1 count=1000000 2>/dev/null")
            .await;
        let mut rates = seen.glimpses.iter().filter_map(|glimpse| match glimpse {
            Glimpse::Free {
                why: LetGo::Busy(rate),
                ..
            } => Some(*rate),
            _ => None,
        });
        assert!(
            rates.next().is_some_and(|rate| rate > 16_384),
            "{:?}",
            seen.glimpses
        );
    });
}

#[test]
fn the_shells_go_on_when_the_lens_is_killed_and_it_can_begin_anew() {
    watched(|mut host| async move {
        let line = "for i in $(seq 300); do /bin/true; done; echo alive; read -r _; echo over";
        let terminal = host.begin(&["bash", "-c", line]).await;
        let mut keys = terminal.try_clone().unwrap();
        let output = wait_output(terminal);
        let lens = wait_lens(host.sandbox.launcher().unwrap());
        rustix::process::kill_process(lens, rustix::process::Signal::KILL).unwrap();
        while !matches!(host.wait_notice().await, Notice::LensEnded) {}
        keys.write_all(b"\n").unwrap();
        assert!(output.join().unwrap().contains("over"));
        host.sandbox.begin_lens().await.unwrap();
        // It is told of the actor that was there.
        while !matches!(host.wait_notice().await, Notice::Watching) {}
        let seen = host.line("mkdir /lab/again").await;
        assert!(seen.words().iter().any(|call| call.starts_with("mkdir(")));
    });
}

/// The process of the lens that a launcher has started.
pub(super) fn wait_lens(launcher: u32) -> rustix::process::Pid {
    let children =
        fs::read_to_string(format!("/proc/{launcher}/task/{launcher}/children")).unwrap();
    let mut children = children.split_whitespace();
    let is_lens = |pid: &&str| {
        let name = fs::read_to_string(format!("/proc/{pid}/comm"));
        name.is_ok_and(|name| name.trim_end() == "isolab-lens")
    };
    let pid = children.find(is_lens).unwrap().parse().unwrap();
    rustix::process::Pid::from_raw(pid).unwrap()
}

/// A descriptor of a namespace keeps it, and all that is in it.
#[test]
fn the_lens_holds_nothing_open_but_its_socket_and_proc() {
    if lacks_root("lens") {
        return;
    }
    watched(|mut host| async move {
        host.sandbox.observe().await.unwrap();
        host.sandbox.begin_lens().await.unwrap();
        host.line("true").await;
        let lens = wait_lens(host.sandbox.launcher().unwrap()).as_raw_nonzero();
        let open = fs::read_dir(format!("/proc/{lens}/fd")).unwrap();
        let names = open.map(|fd| fs::read_link(fd.unwrap().path()).unwrap());
        let names: Vec<String> = names.map(|name| name.display().to_string()).collect();
        let odd = |name: &&String| {
            !["/dev/null", "/null", "/"].contains(&name.as_str()) && !name.starts_with("socket:")
        };
        let odd: Vec<&String> = names.iter().filter(odd).collect();
        assert!(odd.is_empty() && names.len() < 9, "{names:?}");
    });
}

#[test]
fn what_is_not_watched_has_no_lens() {
    watched(|host| async move {
        host.sandbox.end_lens();
        let launcher = host.sandbox.launcher().unwrap();
        assert!(wait_until(|| !has_lens(launcher)));
    });
}

fn has_lens(launcher: u32) -> bool {
    let children =
        fs::read_to_string(format!("/proc/{launcher}/task/{launcher}/children")).unwrap();
    let mut children = children.split_whitespace();
    // One that has ended and was not reaped is none.
    children.any(|pid| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.contains("(isolab-lens) ") && !stat.contains("(isolab-lens) Z")
    })
}
