//! Compares the container of lab 19 with what crun(1) makes of an equal bundle in the same lab
//! host: namespaces, mounts, rights, limits, environment.

use std::collections::{BTreeMap, BTreeSet};

use isolab::lab::Lab;
use isolab::sandbox::{Sandbox, Wants, await_burials};
use isolab::snapshot::Cgroup;

use super::host::{act, sh, start};
use super::network::done;
use super::player::Panes;
use crate::skip::lacks;

/// The bundle's configuration, which does what the lab does (OCI runtime specification).
const CONFIG: &str = include_str!("../data/bundle/config.json");
/// The last step played: after it c1 is a container.
const LAST: &str = "power";

/// The compared properties of a process.
#[derive(Debug, Default)]
struct Container {
    namespaces: BTreeMap<String, String>,
    mounts: BTreeSet<String>,
    status: BTreeMap<String, String>,
    environment: BTreeSet<String>,
    uid_map: String,
    groups: BTreeSet<String>,
}

/// The lines of `/proc/PID/status` about rights.
const STATUS: [&str; 10] = [
    "Uid",
    "Gid",
    "CapInh",
    "CapPrm",
    "CapEff",
    "CapBnd",
    "CapAmb",
    "NoNewPrivs",
    "Seccomp",
    "Seccomp_filters",
];

async fn container(sandbox: &Sandbox, pid: &str) -> Container {
    let read =
        async |name: &str| sh(sandbox, &format!("tr '\\0' '\\n' < /proc/{pid}/{name}")).await;
    let links = sh(
        sandbox,
        &format!("cd /proc/{pid}/ns; for n in *; do echo $n $(readlink $n); done"),
    )
    .await;
    let pairs = |text: &str, by: &str| -> BTreeMap<String, String> {
        let lines = text.lines().filter_map(|line| line.split_once(by));
        lines
            .map(|(key, value)| (key.to_owned(), value.trim().to_owned()))
            .collect()
    };
    let mut status = pairs(&read("status").await, ":");
    status.retain(|key, _| STATUS.contains(&key.as_str()));
    let environment = read("environ").await;
    Container {
        namespaces: pairs(&links, " "),
        mounts: read("mountinfo").await.lines().map(mount).collect(),
        status,
        environment: environment.lines().map(str::to_owned).collect(),
        uid_map: read("uid_map")
            .await
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
        groups: read("cgroup").await.lines().map(str::to_owned).collect(),
    }
}

/// A line of mountinfo without ids: mount point, type, root and mount options.
fn mount(line: &str) -> String {
    let fields: Vec<&str> = line.split(' ').collect();
    let kind = fields
        .iter()
        .position(|field| *field == "-")
        .map_or("", |at| fields[at + 1]);
    let root = if kind == "overlay" { "/" } else { fields[3] };
    let options: BTreeSet<&str> = fields[5].split(',').collect();
    format!(
        "{} {kind} {root} {}",
        fields[4],
        options.into_iter().collect::<Vec<_>>().join(",")
    )
}

async fn lab_19(sandbox: &Sandbox) -> String {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/labs/19-run.yaml"));
    let (lab, problems) = Lab::parse("19-run.yaml", &text.unwrap());
    let lab = lab.unwrap_or_else(|| panic!("{problems:?}"));
    let mut panes = Panes::open(sandbox, &lab).await;
    let last = lab.steps.iter().position(|step| step.id == LAST).unwrap();
    for step in &lab.steps[..=last] {
        for action in step.script() {
            panes.play(action).await;
        }
    }
    let c1 = sandbox.observe().await.unwrap().actors["c1"].clone();
    std::mem::forget(panes);
    c1.pid.to_string()
}

/// The same container made by crun, on the same image.
async fn by_crun(sandbox: &Sandbox) -> String {
    for dir in ["upper", "work", "rootfs"] {
        done(
            sandbox,
            &format!(r#"{{"mkdir": {{"path": "/lab/bundle/{dir}"}}}}"#),
        )
        .await;
    }
    let overlay = r#"{"overlay": {"image": "base", "upper": "/lab/bundle/upper", "work": "/lab/bundle/work", "target": "/lab/bundle/rootfs"}}"#;
    done(sandbox, overlay).await;
    let unified = sandbox.observe().await.unwrap().hierarchy.unified;
    // On version 2 crun would convert the shares to another weight.
    let weight = CONFIG.replace(
        r#""cpu": {"shares": 512}"#,
        r#""unified": {"cpu.weight": "50"}"#,
    );
    let config = if unified { &weight } else { CONFIG };
    let config = serde_json::to_string(config).unwrap();
    let write = format!(r#"{{"write": {{"path": "/lab/bundle/config.json", "text": {config}}}}}"#);
    act(sandbox, &write).await;
    let run = "cd /lab/bundle && crun --root /lab/crun --cgroup-manager=cgroupfs run --detach \
               --pid-file /lab/bundle/pid box > /lab/bundle/said 2>&1 < /dev/null; cat /lab/bundle/said; cat /lab/bundle/pid";
    let said = sh(sandbox, run).await;
    assert!(said.trim().parse::<i64>().is_ok(), "{said}");
    said.trim().to_owned()
}

#[test]
fn the_container_of_lab_19_is_what_crun_makes() {
    if lacks("the_container_of_lab_19_is_what_crun_makes", &["crun"]) {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let wants = Wants {
            groups: true,
            ..Wants::default()
        };
        let (sandbox, _notices) = start(wants).await;
        let ours = lab_19(&sandbox).await;
        let theirs = by_crun(&sandbox).await;
        let (ours, theirs) = (
            container(&sandbox, &ours).await,
            container(&sandbox, &theirs).await,
        );
        compare(&ours, &theirs);
        let groups = sandbox.observe().await.unwrap().cgroups;
        let limits = |group: &Cgroup| (group.memory.max, group.cpu.weight, group.pids.max);
        assert_eq!(limits(&groups["c1"]), limits(&groups["box"]));
        assert_eq!(limits(&groups["c1"]), (64 << 20, 50, 64));
        sh(
            &sandbox,
            "crun --root /lab/crun --cgroup-manager=cgroupfs delete --force box",
        )
        .await;
    });
    await_burials();
}

/// Compares everything except for what the lab itself says differs.
fn compare(ours: &Container, theirs: &Container) {
    let kinds = |container: &Container| container.namespaces.keys().cloned().collect::<Vec<_>>();
    assert_eq!(kinds(ours), kinds(theirs));
    let alike = |(kind, link): &(&String, &String)| theirs.namespaces[*kind] == **link;
    let shared: Vec<&String> = ours
        .namespaces
        .iter()
        .filter(alike)
        .map(|(kind, _)| kind)
        .collect();
    assert_eq!(shared, ["time", "time_for_children"]);
    assert_eq!(
        (&ours.status, &ours.uid_map),
        (&theirs.status, &theirs.uid_map)
    );
    // Step `mask`: sealed paths keep the options of /proc, and what covers a file there is noexec
    // and nosuid.
    let sealed = |mount: &String| {
        let plain = " relatime,ro";
        let less = mount.replace(" nodev,noexec,nosuid,relatime,ro", plain);
        let less = less.replace(" noexec,nosuid,relatime,ro", plain);
        if mount.starts_with("/proc/") {
            less
        } else {
            mount.clone()
        }
    };
    let mounts: BTreeSet<String> = ours.mounts.iter().map(sealed).collect();
    assert_eq!(mounts, theirs.mounts);
    // Step `power`: a shell adds three variables, and those of a lab have one more: the actor, for
    // their prompts.
    let own = |variable: &&String| !theirs.environment.contains(*variable);
    let added = ours.environment.iter().filter(own);
    let added: Vec<&str> = added.filter_map(|v| Some(v.split_once('=')?.0)).collect();
    assert_eq!(added, ["ISOLAB_ACTOR", "OLDPWD", "PWD", "SHLVL"]);
    assert!(theirs.environment.is_subset(&ours.environment));
    let path = |line: &String| line.rsplit(':').next().unwrap().to_owned();
    let groups: BTreeSet<String> = theirs
        .groups
        .iter()
        .map(path)
        .map(|p| p.replace("/box", "/c1"))
        .collect();
    assert_eq!(
        ours.groups.iter().map(path).collect::<BTreeSet<_>>(),
        groups
    );
}
