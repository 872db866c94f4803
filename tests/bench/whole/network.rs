//! Networks, compared with the tools that show and make them.

use std::fmt::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use isolab::lab::Action;
use isolab::sandbox::{Sandbox, Wants};
use isolab::snapshot::overlay::Wanted;
use isolab::sys::process::cpu_time;
use isolab::sys::pty::Size;

use crate::measure::{ISOLAB, tell};

pub(crate) const SIZE: Size = Size {
    rows: 24,
    columns: 80,
};
/// How many times each is measured.
pub(crate) const TIMES: u32 = 20;

/// The commands that lab 09 shows, as a script.
const SCRIPT: &str = "
    mount -t tmpfs none /run; ip link set lo up
    unshare --net sleep 60 & box=$!
    until [ $(readlink /proc/$box/ns/net) != $(readlink /proc/$$/ns/net) ]; do :; done
    box() { nsenter --target $box --net \"$@\"; }
    box ping -c 1 -i 0.2 -W 1 127.0.0.1
    box ip link set lo up; box ping -c 1 -i 0.2 -W 1 127.0.0.1
    ip link add veth0 type veth peer name veth1; ip link set veth1 netns $box
    ip address add 10.2.2.1/24 dev veth0; box ip address add 10.2.2.3/24 dev veth1
    ip link set veth0 up; box ip link set veth1 up
    ping -c 2 -i 0.2 -W 1 10.2.2.3; box ping -c 2 -i 0.2 -W 1 10.2.2.1
    ip link set lo netns $box; ip netns add r1; ip netns add r2
    ip -n r1 link add eth0 type veth peer name eth0 netns r2
    ip -n r1 address add 172.18.0.11/24 dev eth0; ip -n r2 address add 172.18.0.12/24 dev eth0
    ip -n r1 link set eth0 up; ip -n r2 link set eth0 up
    ip netns exec r1 ping -c 2 -i 0.2 -W 1 172.18.0.12
    ip link delete veth0
    box ip link add up0 type veth peer name down0 netns $$; ip link set down0 netns r1
    box ip address add 10.9.0.1/24 dev up0; ip -n r1 address add 10.9.0.2/24 dev down0
    box ip link set up0 up; ip -n r1 link set down0 up
    box ping -c 2 -i 0.2 -W 1 10.9.0.2; kill $box";

/// Lab 09 from its start to its end, beside the same commands in a script.
pub(crate) fn cable() {
    let once = |program: &str, args: &[&str]| {
        let begun = Instant::now();
        let done = Command::new(program).args(args).output().unwrap();
        assert!(done.status.success(), "{done:?}");
        begun.elapsed()
    };
    let lab = || once(ISOLAB, &["run", "09"]);
    let script = || {
        let apart = [
            "--user",
            "--map-root-user",
            "--net",
            "--mount",
            "bash",
            "-c",
        ];
        once("unshare", &[&apart[..], &[SCRIPT]].concat())
    };
    let times = |measure: &dyn Fn() -> Duration| (0..7).map(|_| measure()).collect();
    tell("lab 09, lab host and checks included", times(&lab));
    tell("lab 09 as a bash script", times(&script));
}

/// Lines for `ip -batch`: 500 links with four addresses each.
fn batch() -> String {
    let mut lines = String::new();
    for pair in 0..250 {
        writeln!(lines, "link add a{pair} type veth peer name b{pair}").unwrap();
        for (end, side) in [("a", 0), ("b", 1)] {
            for n in 1..5 {
                let net = pair * 2 + side;
                let (high, low) = (net / 250, net % 250);
                writeln!(lines, "address add 10.{high}.{low}.{n}/24 dev {end}{pair}").unwrap();
            }
        }
    }
    lines
}

pub(crate) async fn act(sandbox: &Sandbox, json: &str) -> String {
    let action: Action = serde_json::from_str(json).unwrap();
    sandbox.act(&action, SIZE).await.unwrap().outcome.output
}

pub(crate) async fn sh(sandbox: &Sandbox, line: &str) -> String {
    let line = serde_json::to_string(line).unwrap();
    let program = format!(r#"{{"exec": {{"program": ["bash", "-c", {line}]}}}}"#);
    act(sandbox, &program).await
}

/// The CPU time of a bash's children in seconds, from the output of `times`.
pub(crate) fn of_children(times: &str) -> f64 {
    let words = times.lines().last().unwrap().split_whitespace();
    let seconds = |word: &str| -> f64 {
        let (minutes, seconds) = word.trim_end_matches('s').split_once('m').unwrap();
        minutes.parse::<f64>().unwrap() * 60.0 + seconds.parse::<f64>().unwrap()
    };
    words.map(seconds).sum()
}

/// A snapshot of 500 links with 2,000 addresses, beside `ip -j address`.
pub(crate) fn crowd() {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    runtime.block_on(async {
        let (sandbox, _notices) = Sandbox::start_from(ISOLAB, Wants::default()).await.unwrap();
        let _terminal = sandbox.open("host", SIZE).await.unwrap();
        let made = sh(&sandbox, &format!("ip -batch - <<'END'\n{}END\n", batch())).await;
        assert_eq!(made, "");
        let _ = sandbox.observe().await.unwrap();
        let (mut read, own) = (Duration::ZERO, cpu_time());
        for mtu in 0..TIMES {
            let change = format!(r#"{{"link": {{"name": "a7", "mtu": {}}}}}"#, 1300 + mtu);
            act(&sandbox, &change).await;
            let observed = sandbox.observe_more(&Wanted::default()).await.unwrap();
            let (snapshot, cost) = (observed.snapshot, observed.cost);
            assert_eq!(snapshot.actors["host"].net.links.len(), 501);
            read += cost;
        }
        let all = read + cpu_time().checked_sub(own).unwrap();
        let line = format!("for i in {{1..{TIMES}}}; do ip -j address > /dev/null; done; times");
        let theirs = of_children(&sh(&sandbox, &line).await) * 1000.0 / f64::from(TIMES);
        let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0 / f64::from(TIMES);
        println!(
            "500 links, 2,000 addresses, ms of CPU: read {:.2}, until they are in the program {:.2}; ip -j address {theirs:.2}",
            milliseconds(read),
            milliseconds(all),
        );
    });
}
