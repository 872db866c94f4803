//! Processes that mean the lens harm: it goes on, what it tells is bounded and clean, and what runs
//! is not held up.

use std::fs;

use isolab::snapshot::lens::Glimpse;

use super::{Seen, watched};
use crate::skip::{lacks, lacks_root};

/// All words that were told are clean and short.
fn assert_clean(seen: &Seen) {
    let json = serde_json::to_string(&seen.glimpses).unwrap();
    for glimpse in &seen.glimpses {
        let text = match glimpse {
            Glimpse::Call { call, .. } => call.to_string(),
            Glimpse::Program { words, .. } => words.clone(),
            _ => continue,
        };
        assert!(!text.chars().any(char::is_control), "{text:?}");
        assert!(text.len() < 4096, "{}", text.len());
    }
    assert!(json.len() < 2 << 20, "{}", json.len());
}

#[test]
fn what_is_no_text_and_what_steers_a_terminal_is_told_in_plain_letters() {
    if lacks("lens", &["perl"]) {
        return;
    }
    watched(|mut host| async move {
        let line = "perl -e 'mkdir \"/lab/\\x1b[31m\\xff\\xfe\\n\\x{9b}2J\"; exec {\"true\"} \"\\x1b]0;x\\x07\\xff\" x 500'";
        let seen = host.line(line).await;
        assert_clean(&seen);
        let words = seen.words();
        let told = words
            .iter()
            .any(|call| call.contains("/lab/\\033[31m\\377\\376\\n"));
        assert!(told, "{words:#?}");
    });
}

/// A path that another thread changes all the time.
const CHANGING: &str = r#"
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
static char *path;
static void *change(void *none) {
    for (;;) {
        memset(path, 'a', 4095);
        memcpy(path, "/lab/", 5);
        path[4095] = 0;
        munmap(path, 4096);
        mmap(path, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        memcpy(path, "/lab/y\033[2J", 11);
    }
    return none;
}
int main(void) {
    pthread_t thread;
    path = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pthread_create(&thread, 0, change, 0);
    for (int i = 0; i < 4000; i++) {
        open(path, O_WRONLY | O_CREAT, 0600);
        execve(path, (char **)path, (char **)(path + 8));
    }
    _exit(7);
}
"#;

#[test]
fn arguments_may_change_while_they_are_read() {
    if lacks("lens", &["cc"]) {
        return;
    }
    watched(|mut host| async move {
        let line = format!(
            "cat > /root/c.c <<'E'\n{CHANGING}\nE\ncc -pthread -o /root/c /root/c.c && /root/c; echo $?"
        );
        let seen = host.line(&line).await;
        // A thread that writes where nothing is may end it by a signal.
        let ends = ["7\r\n", "139\r\n"];
        assert!(
            ends.iter().any(|end| seen.output.ends_with(end)),
            "{}",
            seen.output
        );
        assert_clean(&seen);
        assert!(
            host.line("mkdir /lab/on")
                .await
                .words()
                .iter()
                .any(|call| call.contains("/lab/on"))
        );
    });
}

#[test]
fn ten_thousand_processes_and_a_flood_leave_the_lens_small() {
    if lacks("lens", &["perl"]) || lacks_root("lens") {
        return;
    }
    watched(|mut host| async move {
        let line = "perl -e 'for (1..10000) { my $p = fork; exit 3 unless $p; waitpid $p, 0 }'; yes | head -c 200M > /dev/null";
        let seen = host.line(line).await;
        assert_clean(&seen);
        let launcher = host.sandbox.launcher().unwrap();
        let lens = super::rival::wait_lens(launcher).as_raw_nonzero();
        let status = fs::read_to_string(format!("/proc/{lens}/status")).unwrap();
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .unwrap();
        let peak: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
        assert!(peak < 64 * 1024, "{peak} kB");
    });
}

#[test]
fn nothing_inside_reaches_the_lens() {
    if lacks("lens", &["unshare"]) {
        return;
    }
    watched(|mut host| async move {
        // Whoever traces has no number there; all that can be killed there is killed.
        let line = "grep TracerPid /proc/$$/status; ls /proc | grep -c '^[0-9]'; kill -KILL -1; echo after";
        let seen = host.line(line).await;
        assert!(
            seen.output.starts_with("TracerPid:\t0\r\n"),
            "{}",
            seen.output
        );
        // A proc of its own hides the numbers that the lens tells: those of the lab host.
        let inner = "unshare -pf --mount-proc sh -c 'mkdir /lab/deep; echo $$'";
        let seen = host.line(inner).await;
        assert_eq!(seen.output, "1\r\n");
        let mut calls = seen.glimpses.iter().filter_map(|glimpse| match glimpse {
            Glimpse::Call { pid, call, .. } if call.name == "mkdir" => Some(*pid),
            _ => None,
        });
        assert!(
            calls.next().is_some_and(|pid| pid > 1),
            "{:?}",
            seen.words()
        );
    });
}
