//! Random networks: namespaces, veth pairs, bridges, addresses and states by chance; in each of
//! them the facts are what `ip`, `bridge` and `ss` say.

use std::fmt::Write as _;

use isolab::sandbox::Sandbox;
use isolab::snapshot::{FdbEntry, Link, Network, Snapshot};

use super::beside::{compare_all, json, sorted, text};
use super::host::{sh, with_host};
use crate::skip::lacks;

/// How many random networks are made.
const TOPOLOGIES: u64 = 30;

/// Random numbers that are the same for the same seed: a linear congruential generator.
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn half(&mut self) -> bool {
        self.below(2) == 0
    }
}

/// A link and its namespace, by number; 0 is the host's.
type End = (usize, String);

fn name(place: usize) -> String {
    format!("n{place}")
}

/// The command `ip` for a namespace.
fn ip(place: usize) -> String {
    if place == 0 {
        "ip".to_owned()
    } else {
        format!("ip -n {}", name(place))
    }
}

/// The shell lines that make a network.
fn lines(chance: &mut Chance) -> String {
    let mut script = String::from("set -e\n");
    let places = 2 + chance.below(4);
    for place in 1..places {
        writeln!(script, "ip netns add {}", name(place)).unwrap();
    }
    let mut ends: Vec<End> = Vec::new();
    for pair in 0..=chance.below(5) {
        let (near, far) = (chance.below(places), chance.below(places));
        // Process 1 is in the host's namespace.
        let to = if far == 0 { "1".to_owned() } else { name(far) };
        let add = format!("link add v{pair}a type veth peer name v{pair}b netns {to}");
        writeln!(script, "{} {add}", ip(near)).unwrap();
        ends.extend([(near, format!("v{pair}a")), (far, format!("v{pair}b"))]);
    }
    for number in 0..chance.below(3) {
        let (place, bridge) = (chance.below(places), format!("br{number}"));
        writeln!(script, "{} link add {bridge} type bridge", ip(place)).unwrap();
        for (_, port) in ends.iter().filter(|(at, _)| *at == place) {
            // A bridge cannot be a port of another one.
            if port.starts_with('v') && chance.half() {
                writeln!(script, "{} link set {port} master {bridge}", ip(place)).unwrap();
            }
        }
        ends.push((place, bridge));
    }
    for (number, (place, link)) in ends.iter().enumerate() {
        script.push_str(&dress(chance, number, &ip(*place), link));
    }
    for place in 0..places {
        script.push_str(&listen(chance, place));
    }
    script
}

/// Lines that set the state, MTU and addresses of a link, and a route by it.
fn dress(chance: &mut Chance, number: usize, ip: &str, link: &str) -> String {
    let mut script = String::new();
    let mut say = |words: String| writeln!(script, "{ip} {words}").unwrap();
    if chance.half() {
        let mtu = 1280 + chance.below(200);
        say(format!("link set {link} mtu {mtu}"));
    }
    for address in 0..chance.below(3) {
        say(format!("address add 10.{number}.{address}.1/24 dev {link}"));
    }
    if chance.half() {
        say(format!(
            "address add fd00:{number}::1/64 dev {link} nodad scope link"
        ));
    }
    if chance.below(3) > 0 {
        say(format!("link set {link} up"));
        if chance.half() {
            say(format!("route add 192.168.{number}.0/24 dev {link}"));
        }
    }
    script
}

/// Lines that start listening sockets of every kind.
fn listen(chance: &mut Chance, place: usize) -> String {
    let netns = if place == 0 {
        String::new()
    } else {
        format!("ip netns exec {} ", name(place))
    };
    let mut script = String::new();
    for (family, any) in [("INET", "INADDR_ANY"), ("INET6", "IN6ADDR_ANY")] {
        for (kind, then) in [("STREAM", "listen S,1 or die;"), ("DGRAM", "")] {
            if chance.half() {
                continue;
            }
            let port = 2000 + chance.below(60_000);
            let at = if family == "INET" {
                "sockaddr_in"
            } else {
                "sockaddr_in6"
            };
            let perl = format!(
                "use Socket qw(:DEFAULT IPPROTO_IPV6 IPV6_V6ONLY IN6ADDR_ANY); \
                 socket S,PF_{family},SOCK_{kind},0 or die; \
                 setsockopt S,IPPROTO_IPV6,IPV6_V6ONLY,1 if \"{family}\" eq \"INET6\"; \
                 bind S,{at}({port},{any}) or die; {then} \
                 fork and exit; close STDOUT; close STDERR; sleep 60"
            );
            // The line ends once the socket listens; a child keeps it open.
            writeln!(script, "{netns}perl -e '{perl}'").unwrap();
        }
    }
    script
}

/// An entry of a forwarding table: the link, the hardware address, whether it was learnt.
type Entry = (String, String, bool);

/// The forwarding tables of a namespace, as bridge(8) prints them.
async fn told_tables(sandbox: &Sandbox, netns: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    for entry in json(sandbox, netns, "bridge -j fdb").await {
        if !entry["master"].is_null() {
            let learnt = text(&entry, "state") != "permanent";
            let (link, mac) = (text(&entry, "ifname"), text(&entry, "mac"));
            entries.push((link.to_owned(), mac.to_owned(), learnt));
        }
    }
    entries.sort();
    entries.dedup();
    entries
}

async fn own_tables(sandbox: &Sandbox, at: usize) -> Vec<Entry> {
    let snapshot = sandbox.observe().await.unwrap();
    let entries = |(name, link): (&String, &Link)| {
        let entry = |e: &FdbEntry| (name.clone(), e.mac.clone(), e.learnt);
        link.fdb.iter().map(entry).collect::<Vec<_>>()
    };
    sorted(snapshot.networks[at].links.iter().flat_map(entries))
}

/// Compares forwarding tables. A bridge learns at any time: ours must be the same before and after
/// theirs are read.
async fn compare_tables(sandbox: &Sandbox, netns: &str, at: usize) {
    for _ in 0..20 {
        let before = own_tables(sandbox, at).await;
        let theirs = told_tables(sandbox, netns).await;
        if before == own_tables(sandbox, at).await {
            return assert_eq!(before, theirs, "bridge -j fdb in {netns}");
        }
    }
    panic!("the tables never stood still");
}

async fn compare_sockets(sandbox: &Sandbox, netns: &str, network: &Network) {
    let prefix = if netns.is_empty() {
        String::new()
    } else {
        format!("ip netns exec {netns} ")
    };
    let told = sh(sandbox, &format!("{prefix}ss -Hlntu")).await;
    let theirs = told.lines().map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (address, port) = words[4].rsplit_once(':').unwrap();
        let address = address.trim_matches(['[', ']']);
        (words[0].to_owned(), address.to_owned(), port.to_owned())
    });
    let ours = network.listening.iter();
    let ours = ours.map(|s| (s.protocol.clone(), s.address.clone(), s.port.to_string()));
    assert_eq!(sorted(ours), sorted(theirs), "ss in {netns}");
}

/// Checks that the two ends of each veth pair name each other.
fn compare_ends(snapshot: &Snapshot) {
    for network in &snapshot.networks {
        for (name, link) in network.links.iter().filter(|(_, l)| l.kind == "veth") {
            let mut others = snapshot.networks.iter();
            let other = others.find(|other| other.inode == link.peer_netns).unwrap();
            let end = &other.links[&link.peer];
            assert_eq!((&end.peer, end.peer_netns), (name, network.inode));
            assert_eq!(end.index, link.peer_index);
            // The ends were named v0a and v0b.
            assert_eq!(name[..2], link.peer[..2]);
        }
    }
}

#[test]
fn networks_by_chance_are_shown_as_the_tools_show_them() {
    if lacks(
        "networks_by_chance_are_shown_as_the_tools_show_them",
        &["ip", "ss"],
    ) {
        return;
    }
    for seed in 0..TOPOLOGIES {
        let script = lines(&mut Chance(seed));
        with_host(|sandbox| async move {
            assert_eq!(sh(&sandbox, &script).await, "", "seed {seed}:\n{script}");
            let snapshot = compare_all(&sandbox).await;
            compare_ends(&snapshot);
            for (at, network) in snapshot.networks.iter().enumerate() {
                let netns = network.names.first().map_or("", String::as_str);
                compare_tables(&sandbox, netns, at).await;
                compare_sockets(&sandbox, netns, network).await;
            }
        });
    }
}

/// Link changes whose notifications exceed the buffer of a socket.
const BURST: &str = "
    for i in $(seq 250); do echo link add a$i type veth peer name b$i; done > add
    for i in $(seq 250); do for end in a b; do for n in 1 2 3 4; do
        echo address add 10.$((i / 200)).$((i % 200)).$n/32 dev $end$i
    done; done; done >> add
    for i in $(seq 1000); do
        [ $((i % 3)) = 0 ] && state=down || state=up
        echo link set a$((i % 250 + 1)) $state
    done > burst
    ip -batch add";

#[test]
fn a_burst_of_changes_loses_nothing() {
    if lacks("a_burst_of_changes_loses_nothing", &["ip"]) {
        return;
    }
    with_host(|sandbox| async move {
        assert_eq!(sh(&sandbox, BURST).await, "");
        let count = |snapshot: &Snapshot| {
            let links = &snapshot.actors["host"].net.links;
            let addresses: usize = links.values().map(|link| link.addresses.len()).sum();
            (links.len(), addresses)
        };
        let snapshot = sandbox.observe().await.unwrap();
        assert_eq!(count(&snapshot), (501, 2000));
        // Without anybody reading notifications meanwhile.
        assert_eq!(sh(&sandbox, "ip -batch burst").await, "");
        compare_states(&sandbox).await;
        // With facts being read all the time.
        let again = sh(&sandbox, "tac burst > tsrub; ip -batch tsrub");
        let reading = async {
            for _ in 0..20 {
                sandbox.observe().await.unwrap();
            }
        };
        assert_eq!(tokio::join!(again, reading).0, "");
        compare_states(&sandbox).await;
    });
}

/// Compares the states of all links with `ip -br link`.
async fn compare_states(sandbox: &Sandbox) {
    for _ in 0..50 {
        let snapshot = sandbox.observe().await.unwrap();
        let told = sh(sandbox, "ip -br link").await;
        let theirs = told.lines().map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let (name, _) = words[0].split_once('@').unwrap_or((words[0], ""));
            (name.to_owned(), words[1].to_owned())
        });
        let links = &snapshot.actors["host"].net.links;
        let ours: Vec<_> = links
            .iter()
            .map(|(n, l)| (n.clone(), l.state.clone()))
            .collect();
        // The state of a link follows its carrier some time after the burst.
        if sandbox.observe().await.unwrap().networks == snapshot.networks {
            return assert_eq!(sorted(ours), sorted(theirs));
        }
    }
    panic!("the states never stood still");
}
