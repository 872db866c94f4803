//! Control groups, compared with the tool that lists them.

use std::process::Command;

use isolab::sandbox::{Sandbox, Wants, await_burials};
use isolab::snapshot::overlay::Wanted;
use isolab::sys::process::cpu_time;

use crate::measure::ISOLAB;
use crate::network::{SIZE, TIMES, act, of_children};

/// A snapshot with 200 control groups, beside `systemd-cgtop -b -n 1` of the same.
pub(crate) fn groups() {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    runtime.block_on(async {
        let wants = Wants {
            groups: true,
            ..Wants::default()
        };
        let (sandbox, _notices) = Sandbox::start_from(ISOLAB, wants).await.unwrap();
        let _terminal = sandbox.open("host", SIZE).await.unwrap();
        for number in 0..200 {
            act(
                &sandbox,
                &format!(r#"{{"cgroup": {{"name": "g{number}"}}}}"#),
            )
            .await;
        }
        let _ = sandbox.observe().await.unwrap();
        let (mut read, own) = (std::time::Duration::ZERO, cpu_time());
        for _ in 0..TIMES {
            let observed = sandbox.observe_more(&Wanted::default()).await.unwrap();
            let (snapshot, cost) = (observed.snapshot, observed.cost);
            assert_eq!(snapshot.cgroups.len(), 201);
            read += cost;
        }
        let all = read + cpu_time().checked_sub(own).unwrap();
        let milliseconds =
            |time: std::time::Duration| time.as_secs_f64() * 1000.0 / f64::from(TIMES);
        println!(
            "200 control groups, ms of CPU: read {:.2}, until they are in the program {:.2}",
            milliseconds(read),
            milliseconds(all),
        );
        // The tool lists the machine's own tree, which contains the 200 groups.
        if Command::new("systemd-cgtop")
            .arg("--version")
            .output()
            .is_ok()
        {
            let line = format!(
                "for i in {{1..{TIMES}}}; do systemd-cgtop -b -n 1 > /dev/null; done; times"
            );
            let told = Command::new("bash").args(["-c", &line]).output().unwrap();
            let theirs = of_children(&String::from_utf8_lossy(&told.stdout));
            println!(
                "systemd-cgtop -b -n 1: {:.2}",
                theirs * 1000.0 / f64::from(TIMES)
            );
        }
    });
    await_burials();
}
