//! Control groups: the kernel enforces limits in the lab host's own group and nowhere else, and the
//! facts are what the files say.

mod left;

use std::time::{Duration, Instant};

use isolab::sandbox::{Sandbox, Wants, await_burials};
use isolab::snapshot::Cgroup;

use super::host::{SIZE, act, sh, start};
use super::network::done;
use crate::skip::lacks;
pub(crate) use left::{of_name, wait_gone};

/// A lab host with groups, and the shells host and b.
pub(super) fn with_groups<F: Future<Output = ()>>(test: impl FnOnce(Sandbox) -> F) {
    with(None, test);
}

/// Like `with_groups`, with a limit on processes.
pub(super) fn with<F: Future<Output = ()>>(
    processes: Option<u64>,
    test: impl FnOnce(Sandbox) -> F,
) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let wants = Wants {
            tools: true,
            groups: true,
            processes,
            ..Wants::default()
        };
        let (sandbox, _notices) = start(wants).await;
        let host = sandbox.open("host", SIZE).await.unwrap();
        let b = sandbox.open("b", SIZE).await.unwrap();
        test(sandbox).await;
        drop((host, b));
    });
    await_burials();
}

async fn group(sandbox: &Sandbox, name: &str) -> Cgroup {
    sandbox.observe().await.unwrap().cgroups[name].clone()
}

/// Waits until a group is as it should be; a busy machine gives what is in it little time.
pub(super) async fn wait_group(
    sandbox: &Sandbox,
    name: &str,
    is: impl Fn(&Cgroup) -> bool,
) -> Cgroup {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        let group = group(sandbox, name).await;
        if is(&group) {
            return group;
        }
        assert!(Instant::now() < end, "{group:#?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn refused(sandbox: &Sandbox, json: &str) -> String {
    let outcome = act(sandbox, json).await.outcome;
    outcome.refusal.map(|r| r.errno).unwrap_or_default()
}

#[test]
fn too_much_memory_is_killed_in_its_group_alone() {
    with_groups(|sandbox| async move {
        done(&sandbox, r#"{"cgroup": {"name": "demo", "limits": {"memory.max": "20M", "pids.max": "30", "cpu.weight": 300}}}"#).await;
        compare(&sandbox, "demo").await;
        done(&sandbox, r#"{"attach": {"in": "b", "group": "demo"}}"#).await;
        let snapshot = sandbox.observe().await.unwrap();
        let b = snapshot.actors["b"].pid;
        assert_eq!(snapshot.cgroups["demo"].processes, [b]);
        // What b starts begins in b's group.
        done(
            &sandbox,
            r#"{"load": {"in": "b", "name": "hog", "use": {"memory": {"mib": 60}}}}"#,
        )
        .await;
        let ended = act(&sandbox, r#"{"wait": {"in": "b", "program": "hog"}}"#).await;
        assert_eq!(ended.outcome.exit, Some(137));
        let demo = group(&sandbox, "demo").await;
        assert!(
            demo.memory.oom_kills >= 1 && demo.memory.hits > 0,
            "{demo:?}"
        );
        assert!(demo.memory.peak <= demo.memory.max);
        let host = group(&sandbox, "host").await;
        assert_eq!(host.memory.oom_kills, 0);
        // A group with a process in it cannot be removed.
        let remove = r#"{"remove_group": {"group": "demo"}}"#;
        assert_eq!(refused(&sandbox, remove).await, "EBUSY");
        done(&sandbox, r#"{"attach": {"in": "b", "group": "host"}}"#).await;
        done(&sandbox, remove).await;
        assert!(
            !sandbox
                .observe()
                .await
                .unwrap()
                .cgroups
                .contains_key("demo")
        );
    });
}

#[test]
fn a_lab_cannot_take_its_own_limits_away() {
    with_groups(|sandbox| async move {
        let unified = sandbox.observe().await.unwrap().hierarchy.unified;
        let files = if unified {
            ["memory.max", "pids.max"]
        } else {
            ["memory/memory.limit_in_bytes", "pids/pids.max"]
        };
        for file in files {
            let path = format!("/sys/fs/cgroup/{file}");
            let before = sh(&sandbox, &format!("cat {path}")).await;
            let told = sh(&sandbox, &format!("echo 123456789 > {path}")).await;
            assert!(told.contains("Permission denied"), "{told}");
            assert_eq!(sh(&sandbox, &format!("cat {path}")).await, before);
        }
        // A new mount still shows only what is in the lab host's own group.
        let mount = if unified {
            "mount -t cgroup2 x /mnt"
        } else {
            "mount -t cgroup -o pids x /mnt"
        };
        let listed = format!("{mount} && find /mnt -mindepth 1 -type d");
        assert_eq!(sh(&sandbox, &listed).await, "/mnt/host\n");
    });
}

/// Compares every number of a group in which nothing runs with its files.
async fn compare(sandbox: &Sandbox, name: &str) {
    let snapshot = sandbox.observe().await.unwrap();
    let group = &snapshot.cgroups[name];
    let (cpu, memory, pids) = (&group.cpu, &group.memory, &group.pids);
    let shown = if snapshot.hierarchy.unified {
        vec![
            ("cpu.stat", "usage_usec ", cpu.usage_usec),
            ("cpu.stat", "nr_throttled ", cpu.throttled_count),
            ("cpu.stat", "throttled_usec ", cpu.throttled_usec),
            ("cpu.max", "", cpu.quota_usec),
            ("memory.events", "oom_kill ", memory.oom_kills),
            ("memory.events", "max ", memory.hits),
            ("memory.peak", "", memory.peak),
            ("memory.max", "", memory.max),
            ("cpu.weight", "", cpu.weight),
            ("pids.max", "", pids.max),
            ("pids.current", "", pids.current),
            ("pids.events", "max ", pids.refused),
        ]
    } else {
        vec![
            ("cpu.stat", "nr_throttled ", cpu.throttled_count),
            ("cpu.cfs_quota_us", "", cpu.quota_usec),
            ("cpu.cfs_period_us", "", cpu.period_usec),
            ("memory.oom_control", "oom_kill ", memory.oom_kills),
            ("memory.failcnt", "", memory.hits),
            ("memory.max_usage_in_bytes", "", memory.peak),
            ("memory.limit_in_bytes", "", memory.max),
            ("cpu.shares", "", cpu.weight * 1024 / 100),
            ("pids.max", "", pids.max),
            ("pids.current", "", pids.current),
            ("pids.events", "max ", pids.refused),
        ]
    };
    for (file, word, shown) in shown {
        let hierarchy = match file.split_once('.') {
            Some((controller, _)) if !snapshot.hierarchy.unified => format!("{controller}/"),
            _ => String::new(),
        };
        let told = sh(
            sandbox,
            &format!("cat /sys/fs/cgroup/{hierarchy}{name}/{file}"),
        )
        .await;
        let line = told.lines().find_map(|line| line.strip_prefix(word));
        let first = line.unwrap().split_whitespace().next().unwrap();
        let told = first
            .parse::<i64>()
            .ok()
            .filter(|n| *n >= 0)
            .unwrap_or(i64::MAX);
        assert_eq!(shown, told, "{file} {word}");
    }
}

#[test]
fn every_number_is_the_kernels_and_systemd_sees_the_same_groups() {
    if lacks(
        "every_number_is_the_kernels_and_systemd_sees_the_same_groups",
        &["systemd-cgls"],
    ) {
        return;
    }
    with_groups(|sandbox| async move {
        done(&sandbox, r#"{"cgroup": {"name": "demo", "limits": {"memory.max": "20M", "pids.max": "8", "cpu.max": "20000 100000"}}}"#).await;
        // On version 2 a group that passes controllers on has no processes itself.
        done(&sandbox, r#"{"cgroup": {"name": "outer"}}"#).await;
        done(&sandbox, r#"{"cgroup": {"name": "outer/inner"}}"#).await;
        let unified = sandbox.observe().await.unwrap().hierarchy.unified;
        let top = if unified {
            "/sys/fs/cgroup"
        } else {
            "memory:/"
        };
        let tree = std::process::Command::new("systemd-cgls")
            .args(["--no-pager", "-l", "--all", top])
            .output();
        let tree = String::from_utf8_lossy(&tree.unwrap().stdout).into_owned();
        let has = |part: &str| {
            ["demo", "outer", "inner", "host"]
                .iter()
                .all(|name| part.contains(name))
        };
        assert!(tree.split("isolab-").any(has), "{tree}");
        done(&sandbox, r#"{"attach": {"in": "b", "group": "demo"}}"#).await;
        done(
            &sandbox,
            r#"{"load": {"in": "b", "name": "busy", "use": {"cpu": {"threads": 1}}}}"#,
        )
        .await;
        done(
            &sandbox,
            r#"{"load": {"in": "b", "name": "bomb", "use": {"fork": 12}}}"#,
        )
        .await;
        wait_group(&sandbox, "demo", |demo| demo.pids.refused > 0).await;
        done(&sandbox, r#"{"attach": {"in": "b", "group": "host"}}"#).await;
        done(&sandbox, r#"{"kill_group": {"group": "demo"}}"#).await;
        done(&sandbox, r#"{"attach": {"in": "b", "group": "demo"}}"#).await;
        done(
            &sandbox,
            r#"{"load": {"in": "b", "name": "hog", "use": {"memory": {"mib": 40}}}}"#,
        )
        .await;
        wait_group(&sandbox, "demo", |demo| demo.memory.oom_kills > 0).await;
        done(&sandbox, r#"{"attach": {"in": "b", "group": "host"}}"#).await;
        wait_group(&sandbox, "demo", |demo| demo.processes.is_empty()).await;
        compare(&sandbox, "demo").await;
    });
}

#[test]
fn forks_are_refused_and_processes_frozen_and_killed() {
    with_groups(|sandbox| async move {
        done(
            &sandbox,
            r#"{"cgroup": {"name": "few", "limits": {"pids.max": "6"}}}"#,
        )
        .await;
        done(&sandbox, r#"{"attach": {"in": "b", "group": "few"}}"#).await;
        done(
            &sandbox,
            r#"{"load": {"in": "b", "name": "bomb", "use": {"fork": 20}}}"#,
        )
        .await;
        // The worker that started it was briefly in the group too.
        let full = |few: &Cgroup| few.pids.refused > 0 && few.pids.current == 6;
        assert_eq!(wait_group(&sandbox, "few", full).await.pids.max, 6);
        done(&sandbox, r#"{"attach": {"in": "b", "group": "host"}}"#).await;
        done(&sandbox, r#"{"freeze": {"group": "few"}}"#).await;
        wait_group(&sandbox, "few", |few| few.frozen).await;
        // A worker cannot join a frozen shell: that is refused at once.
        done(&sandbox, r#"{"attach": {"in": "b", "group": "few"}}"#).await;
        let act = r#"{"mkdir": {"in": "b", "path": "/lab/x"}}"#;
        assert_eq!(refused(&sandbox, act).await, "EBUSY");
        done(&sandbox, r#"{"thaw": {"group": "few"}}"#).await;
        wait_group(&sandbox, "few", |few| !few.frozen).await;
        done(&sandbox, r#"{"kill_group": {"group": "few"}}"#).await;
        wait_group(&sandbox, "few", |few| few.processes.is_empty()).await;
        done(&sandbox, r#"{"remove_group": {"group": "few"}}"#).await;
    });
}

/// A tenth: so much gets a group in which something runs even on a machine that is very busy.
#[test]
fn a_tenth_of_a_processor_is_a_tenth_of_a_processor() {
    with_groups(|sandbox| async move {
        done(
            &sandbox,
            r#"{"cgroup": {"name": "tenth", "limits": {"cpu.max": "10000 100000"}}}"#,
        )
        .await;
        done(&sandbox, r#"{"attach": {"in": "b", "group": "tenth"}}"#).await;
        done(
            &sandbox,
            r#"{"load": {"in": "b", "name": "busy", "use": {"cpu": {"threads": 1}}}}"#,
        )
        .await;
        let before = wait_group(&sandbox, "tenth", |tenth| tenth.cpu.throttled_count > 2).await;
        let begun = Instant::now();
        let later = before.cpu.throttled_count + 20;
        let after = wait_group(&sandbox, "tenth", |tenth| tenth.cpu.throttled_count > later).await;
        let used = after.cpu.usage_usec - before.cpu.usage_usec;
        let share = used * 100 / i64::try_from(begun.elapsed().as_micros()).unwrap();
        // A busy machine may give less, never much more; and each time it was throttled it had
        // used 10 ms.
        assert!(share <= 15, "{share} %");
        assert!(used >= 20 * 8_000, "{used}");
        done(&sandbox, r#"{"kill_group": {"group": "tenth"}}"#).await;
    });
}
