//! Dropped rights: what a verb takes away is gone from `/proc`, refused by the kernel, and gone for
//! children too; and nothing else is gone.

use isolab::sandbox::Sandbox;
use isolab::snapshot::Outcome;

use super::host::{act, sh, with_host, with_tools};
use crate::skip::lacks;

/// The bits of `CAP_CHOWN` and `CAP_NET_RAW`, linux/capability.h.
const CHOWN: u64 = 1;
const NET_RAW: u64 = 1 << 13;

/// A line of `/proc/self/status` of a program that the actor starts.
async fn status(sandbox: &Sandbox, actor: &str, line: &str) -> String {
    let json = format!(
        r#"{{"exec": {{"in": "{actor}", "program": ["grep", "^{line}:", "/proc/self/status"]}}}}"#
    );
    let output = act(sandbox, &json).await.outcome.output;
    let (_, value) = output.split_once(':').unwrap_or_default();
    value.trim().to_owned()
}

/// One of its capability sets.
async fn set(sandbox: &Sandbox, actor: &str, name: &str) -> u64 {
    u64::from_str_radix(&status(sandbox, actor, name).await, 16).unwrap()
}

/// The call and the errno of a refusal.
fn refusal(outcome: &Outcome) -> (String, String) {
    let refusal = outcome.refusal.clone();
    refusal.map_or_else(Default::default, |r| (r.call, r.errno))
}

fn pair(call: &str, errno: &str) -> (String, String) {
    (call.to_owned(), errno.to_owned())
}

#[test]
fn what_is_dropped_is_gone_from_every_set_and_nothing_else() {
    with_host(|sandbox| async move {
        let before = set(&sandbox, "b", "CapEff").await;
        assert_ne!(before & NET_RAW, 0);
        let drop = r#"{"drop_capabilities": {"in": "b", "drop": ["CAP_NET_RAW"]}}"#;
        // Held, because a shell ends when its terminal is closed.
        let _shell = act(&sandbox, drop).await;
        for name in ["CapEff", "CapPrm", "CapBnd"] {
            let now = set(&sandbox, "b", name).await;
            assert_eq!(now, before & !NET_RAW, "{name}");
        }
        let ping = r#"{"ping": {"in": "b", "to": "127.0.0.1"}}"#;
        let told = refusal(&act(&sandbox, ping).await.outcome);
        assert_eq!(told, pair("socket", "EPERM"));
        // The host is unchanged.
        assert_eq!(set(&sandbox, "host", "CapEff").await, before);
        let facts = sandbox.observe().await.unwrap();
        let bounding = &facts.actors["b"].capabilities.bounding;
        assert!(!bounding.iter().any(|name| name == "CAP_NET_RAW"));
    });
}

#[test]
fn what_is_kept_is_all_that_is_left() {
    with_host(|sandbox| async move {
        let keep = r#"{"drop_capabilities": {"in": "b", "keep": ["CAP_CHOWN"]}}"#;
        let _shell = act(&sandbox, keep).await;
        for (name, left) in [
            ("CapEff", CHOWN),
            ("CapPrm", CHOWN),
            ("CapBnd", CHOWN),
            ("CapInh", 0),
            ("CapAmb", 0),
        ] {
            assert_eq!(set(&sandbox, "b", name).await, left, "{name}");
        }
        let hostname = r#"{"hostname": {"in": "b", "name": "x"}}"#;
        let told = refusal(&act(&sandbox, hostname).await.outcome);
        assert_eq!(told, pair("sethostname", "EPERM"));
        // Without CAP_SETPCAP the bounding set can no longer be changed.
        let none = r#"{"drop_capabilities": {"in": "b", "keep": []}}"#;
        let told = refusal(&act(&sandbox, none).await.outcome);
        assert_eq!(told, pair("prctl", "EPERM"));
        assert_eq!(set(&sandbox, "b", "CapEff").await, CHOWN);
    });
}

#[test]
fn the_promise_is_made_for_the_children_too() {
    with_host(|sandbox| async move {
        assert_eq!(status(&sandbox, "b", "NoNewPrivs").await, "0");
        let _shell = act(&sandbox, r#"{"no_new_privs": {"in": "b"}}"#).await;
        assert_eq!(status(&sandbox, "b", "NoNewPrivs").await, "1");
        assert_eq!(status(&sandbox, "host", "NoNewPrivs").await, "0");
        assert!(sandbox.observe().await.unwrap().actors["b"].no_new_privs);
    });
}

#[test]
fn a_filter_takes_the_promise_or_the_power() {
    with_host(|sandbox| async move {
        let drop = r#"{"drop_capabilities": {"in": "b", "drop": ["CAP_SYS_ADMIN"]}}"#;
        let _weak = act(&sandbox, drop).await;
        let filter = r#"{"seccomp": {"in": "b", "refuse": ["mkdir", "mkdirat"]}}"#;
        let told = refusal(&act(&sandbox, filter).await.outcome);
        assert_eq!(told, pair("seccomp", "EACCES"));
        let _promised = act(&sandbox, r#"{"no_new_privs": {"in": "b"}}"#).await;
        let filtered = act(&sandbox, filter).await;
        assert_eq!(refusal(&filtered.outcome), pair("", ""));
        assert_eq!(sandbox.observe().await.unwrap().actors["b"].seccomp, 2);
        // No worker can take over the filter: it would do what the shell cannot.
        for verb in [
            r#"{"mkdir": {"in": "b", "path": "/lab/x"}}"#,
            r#"{"exec": {"in": "b", "program": ["true"]}}"#,
        ] {
            let told = refusal(&act(&sandbox, verb).await.outcome);
            assert_eq!(told, pair("seccomp", "EACCES"), "{verb}");
        }
        // The host has CAP_SYS_ADMIN and so needs no `no_new_privs`.
        let filter = r#"{"seccomp": {"refuse": ["mkdir", "mkdirat"]}}"#;
        let powerful = act(&sandbox, filter).await;
        assert_eq!(refusal(&powerful.outcome), pair("", ""));
        assert_eq!(sandbox.observe().await.unwrap().actors["host"].seccomp, 2);
    });
}

#[test]
fn a_filter_refuses_the_calls_that_it_names_with_the_error_that_it_names() {
    with_tools(|sandbox| async move {
        let line = "mkdir /lab/there; \
            refuse EXDEV mkdir,mkdirat sh -c 'mkdir /lab/x; rmdir /lab/there && touch /lab/y && echo rest' 2>&1; \
            ls /lab";
        let said = sh(&sandbox, line).await;
        assert!(said.contains("Invalid cross-device link"), "{said}");
        assert!(said.ends_with("rest\ny\n"), "{said}");
        let said = sh(
            &sandbox,
            "refuse EPERM mkdir,nosuch true 2>&1; refuse ENO mkdir true 2>&1",
        )
        .await;
        assert_eq!(said.matches("EINVAL").count(), 2, "{said}");
    });
}

/// The same call under its x32 number is refused too. The kernel may not know that number (ENOSYS),
/// but the filter decides first.
#[cfg(target_arch = "x86_64")]
#[test]
fn a_filter_knows_the_other_numbers_of_its_calls() {
    with_tools(|sandbox| async move {
        let call = |number: u32| {
            format!(
                r#"perl -e 'my $path = "/lab/twin"; $! = 0; syscall({number}, $path, 0755); print $! + 0, "\n"'"#
            )
        };
        let (plain, twin) = (call(0x53), call(0x4000_0053));
        let free = sh(&sandbox, &format!("{plain}; {twin}")).await;
        assert!(free.starts_with("0\n"), "{free}");
        assert_ne!(free, "0\n18\n");
        let line = |call: &str| format!("refuse EXDEV mkdir {call}");
        let held = sh(&sandbox, &format!("{}; {}", line(&plain), line(&twin))).await;
        assert_eq!(held, "18\n18\n");
    });
}

#[test]
fn what_is_put_on_a_file_is_what_its_program_has() {
    with_host(|sandbox| async move {
        // File capabilities count only on a mount that is not nosuid: /lab is.
        sh(&sandbox, "mkdir /lab/own; mount -t tmpfs -o mode=755 tmpfs /lab/own; cp $(command -v grep) /lab/own/look").await;
        let action = r#"{"setcap": {"path": "/lab/own/look", "capabilities": ["CAP_CHOWN", "CAP_NET_RAW"]}}"#;
        assert_eq!(refusal(&act(&sandbox, action).await.outcome), pair("", ""));
        // A process without capabilities gets those of the file and no others.
        let line = "unshare --user --map-user=1000 /lab/own/look ^Cap /proc/self/status";
        let said = sh(&sandbox, line).await;
        let mut sets = said.lines().filter_map(|line| line.split_once(":\t"));
        for name in ["CapPrm", "CapEff"] {
            let (_, value) = sets.find(|(set, _)| *set == name).unwrap();
            assert_eq!(
                u64::from_str_radix(value, 16),
                Ok(CHOWN | NET_RAW),
                "{said}"
            );
        }
        let none = r#"{"setcap": {"path": "/lab/none", "capabilities": ["CAP_CHOWN"]}}"#;
        let told = refusal(&act(&sandbox, none).await.outcome);
        assert_eq!(told, pair("setxattr", "ENOENT"));
        if lacks("as setcap puts it", &["setcap", "getfattr"]) {
            return;
        }
        // Byte for byte what setcap(8) writes.
        let both = "cd /lab/own; cp look other; setcap cap_chown,cap_net_raw+ep other; \
            for f in look other; do getfattr -n security.capability --only-values $f | od -An -tx1; done";
        let said = sh(&sandbox, both).await;
        let lines: Vec<&str> = said.lines().collect();
        let (ours, theirs) = lines.split_at(lines.len() / 2);
        assert!(!ours.is_empty() && ours == theirs, "{said}");
    });
}

#[test]
fn masks_hide_and_seal_what_is_there() {
    with_host(|sandbox| async move {
        let _own = act(
            &sandbox,
            r#"{"unshare": {"in": "b", "namespaces": ["mnt", "net"]}}"#,
        )
        .await;
        let look = r#"{"exec": {"in": "b", "program": ["sh", "-c", "wc -c < /proc/interrupts; ls /proc/irq | wc -l"]}}"#;
        let before = act(&sandbox, look).await.outcome.output;
        assert!(!before.lines().any(|line| line == "0"), "{before}");
        let mask = r#"{"mask": {"in": "b", "hide": ["/proc/interrupts", "/proc/irq", "/proc/no-such"], "read_only": ["/proc/sys", "/proc/none"]}}"#;
        assert_eq!(refusal(&act(&sandbox, mask).await.outcome), pair("", ""));
        let after = act(&sandbox, look).await.outcome.output;
        assert_eq!(after, "0\n0\n");
        let write = |actor: &str| {
            let path = "/proc/sys/net/ipv4/ip_forward";
            format!(r#"{{"write": {{"in": "{actor}", "path": "{path}", "text": "1\n"}}}}"#)
        };
        let told = refusal(&act(&sandbox, &write("b")).await.outcome);
        assert_eq!(told, pair("open", "EROFS"));
        assert_eq!(
            refusal(&act(&sandbox, &write("host")).await.outcome),
            pair("", "")
        );
        // An empty directory cannot be written to either.
        let into = r#"{"write": {"in": "b", "path": "/proc/irq/x", "text": "x"}}"#;
        assert_eq!(
            refusal(&act(&sandbox, into).await.outcome),
            pair("open", "EROFS")
        );
        let facts = sandbox.observe().await.unwrap();
        let is_there = |actor: &str| {
            let mounts = &facts.actors[actor].mounts;
            mounts
                .iter()
                .any(|mount| mount.target == "/proc/interrupts")
        };
        assert!(is_there("b") && !is_there("host"));
    });
}

#[test]
fn a_log_keeps_what_programs_print_one_after_the_other() {
    with_host(|sandbox| async move {
        for word in ["one", "two"] {
            let spawn = format!(
                r#"{{"spawn": {{"name": "{word}", "program": ["sh", "-c", "echo {word}; echo {word} wrong >&2"], "log": "/lab/log"}}}}"#
            );
            assert_eq!(refusal(&act(&sandbox, &spawn).await.outcome), pair("", ""));
            act(&sandbox, &format!(r#"{{"wait": {{"program": "{word}"}}}}"#)).await;
        }
        let log = sh(&sandbox, "cat /lab/log").await;
        assert_eq!(log, "one\none wrong\ntwo\ntwo wrong\n");
        let nowhere = r#"{"spawn": {"name": "x", "program": ["true"], "log": "/lab/none/log"}}"#;
        let told = refusal(&act(&sandbox, nowhere).await.outcome);
        assert_eq!(told, pair("open", "ENOENT"));
    });
}
