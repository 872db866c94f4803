//! Rules of address translation: isolab writes what nft(8) would write, and tells what nft(8) and
//! iptables(8) have written in the words of nft(8).

mod dice;

use isolab::lab::Action;
use isolab::sandbox::Sandbox;
use isolab::snapshot::{Hierarchy, NatRule};
use isolab::typed;

use super::host::{act, sh, with_host};
use super::network::done;
use crate::skip::lacks;
use dice::Dice;

/// The rules that nft(8) lists.
async fn listed(sandbox: &Sandbox) -> Vec<String> {
    // Without this file nft(8) prints protocols as numbers.
    let names = "printf 'tcp 6 TCP\\nudp 17 UDP\\n' > /etc/protocols";
    let text = sh(sandbox, &format!("{names}; nft -s list ruleset")).await;
    let lines = text.lines().filter(|line| line.starts_with("\t\t"));
    let rules = lines.filter(|line| !line.contains(" hook "));
    rules.map(|line| line.trim().to_owned()).collect()
}

async fn shown(sandbox: &Sandbox) -> Vec<NatRule> {
    let snapshot = sandbox.observe().await.unwrap();
    snapshot.actors["host"].net.nat.clone()
}

/// Makes a table with a chain for each hook and puts these rules in.
async fn write(sandbox: &Sandbox, rules: &[(&str, String)]) {
    let mut script = String::from(
        "add table ip t\n\
         add chain ip t prerouting { type nat hook prerouting priority dstnat; }\n\
         add chain ip t postrouting { type nat hook postrouting priority srcnat; }\n",
    );
    for (chain, rule) in rules {
        script.push_str(&format!("add rule ip t {chain} {rule}\n"));
    }
    let said = sh(sandbox, &format!("nft -f - 2>&1 <<'END'\n{script}END")).await;
    assert!(said.is_empty(), "{said}\n{script}");
}

#[test]
fn rules_are_written_as_nft_writes_them() {
    if lacks("rules_are_written_as_nft_writes_them", &["nft"]) {
        return;
    }
    with_host(|sandbox| async move {
        let mut dice = Dice(34);
        for name in ["ours", "theirs"] {
            done(&sandbox, &format!(r#"{{"netns": {{"name": "{name}"}}}}"#)).await;
        }
        for _ in 0..60 {
            let rule = dice.ours();
            let json =
                |netns: &str| format!(r#"{{"nat": {{"netns": "{netns}", "rule": {rule}}}}}"#);
            done(&sandbox, &json("ours")).await;
            let action: Action = serde_json::from_str(&json("theirs")).unwrap();
            let line = typed::line(&action, &|_| None, &Hierarchy::default()).unwrap();
            let said = sh(&sandbox, &format!("{line} 2>&1")).await;
            assert!(said.is_empty(), "{line}: {said}");
        }
        let list = |netns: &str| format!("ip netns exec {netns} nft -j list ruleset");
        let (ours, theirs) = (
            sh(&sandbox, &list("ours")).await,
            sh(&sandbox, &list("theirs")).await,
        );
        assert!(ours.len() > 5000, "{ours}");
        assert_eq!(ours, theirs);
        let snapshot = sandbox.observe().await.unwrap();
        let (ours, theirs) = (
            snapshot.netns("ours").unwrap(),
            snapshot.netns("theirs").unwrap(),
        );
        assert_eq!(ours.nat, theirs.nat);
        assert!(ours.nat.iter().all(|rule| rule.unknown == 0));
    });
}

#[test]
fn rules_of_nft_are_told_in_its_words() {
    if lacks("rules_of_nft_are_told_in_its_words", &["nft"]) {
        return;
    }
    with_host(|sandbox| async move {
        let mut dice = Dice(11);
        let mut rules = Vec::new();
        for _ in 0..150 {
            rules.push(("prerouting", dice.coming()));
            rules.push(("postrouting", dice.going()));
        }
        write(&sandbox, &rules).await;
        let ours: Vec<String> = shown(&sandbox).await.into_iter().map(|r| r.rule).collect();
        let theirs = listed(&sandbox).await;
        for (our, their) in ours.iter().zip(&theirs) {
            assert_eq!(our, their);
        }
        assert_eq!(ours.len(), theirs.len());
    });
}

/// Arguments for iptables(8), each with the words expected; empty if the rule is unknown.
const OLD: [(&str, &str); 9] = [
    (
        "POSTROUTING -o to-world -j MASQUERADE",
        "oifname \"to-world\" counter masquerade",
    ),
    (
        "POSTROUTING ! -s 10.0.0.0/24 -o to+ -j MASQUERADE --random",
        "oifname \"to*\" ip saddr != 10.0.0.0/24 counter masquerade random",
    ),
    (
        "POSTROUTING -p tcp -j SNAT --to-source 10.0.0.2-10.0.0.4:7-9",
        "meta l4proto tcp counter snat to 10.0.0.2-10.0.0.4:7-9",
    ),
    (
        "PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.0.0.2:80",
        "tcp dport 8080 counter dnat to 10.0.0.2:80",
    ),
    (
        "PREROUTING -p tcp -m comment --comment hey --dport 9 -j DNAT --to-destination 10.0.0.2",
        "tcp dport 9 counter dnat to 10.0.0.2",
    ),
    (
        "PREROUTING -p udp --sport 5 -i lo -j REDIRECT --to-ports 8",
        "iifname \"lo\" udp sport 5 counter redirect to :8",
    ),
    ("PREROUTING -m addrtype --dst-type LOCAL -j ACCEPT", ""),
    (
        "PREROUTING -p tcp -m multiport --dports 1,2 -j REDIRECT",
        "",
    ),
    ("POSTROUTING -m addrtype --src-type LOCAL -j MASQUERADE", ""),
];

#[test]
fn rules_of_iptables_are_told_where_they_are_plain() {
    let name = "rules_of_iptables_are_told_where_they_are_plain";
    if lacks(name, &["iptables", "nft"]) {
        return;
    }
    with_host(|sandbox| async move {
        for (line, _) in OLD {
            let said = sh(&sandbox, &format!("iptables -t nat -A {line} 2>&1")).await;
            assert!(said.is_empty(), "{line}: {said}");
        }
        let rules = shown(&sandbox).await;
        for (line, told) in OLD {
            let chain = line.split(' ').next().unwrap();
            let mut same = rules.iter().filter(|rule| rule.chain == chain);
            assert!(same.any(|rule| rule.rule == told), "{line}: {rules:?}");
        }
        let unknown = |chain: &str| {
            let found = rules.iter().find(|r| r.chain == chain && r.unknown > 0);
            found.map(|r| (r.table.clone(), r.unknown)).unwrap()
        };
        assert_eq!(unknown("PREROUTING"), ("ip nat".to_owned(), 2));
        assert_eq!(unknown("POSTROUTING"), ("ip nat".to_owned(), 1));
        // nft(8) says the same about the others. For a match of iptables that it translates, it
        // prints the protocol twice.
        let theirs = listed(&sandbox).await;
        let theirs = theirs
            .iter()
            .map(|their| their.replace("meta l4proto tcp  tcp", "tcp"));
        let theirs: Vec<String> = theirs.collect();
        for (_, told) in OLD.iter().filter(|(_, told)| !told.is_empty()) {
            assert!(
                theirs.iter().any(|their| their == told),
                "{told}: {theirs:?}"
            );
        }
    });
}

#[test]
fn what_is_not_understood_is_unknown_and_nothing_else() {
    let name = "what_is_not_understood_is_unknown_and_nothing_else";
    if lacks(name, &["nft"]) {
        return;
    }
    let rules = [
        "ct state new redirect",
        "dnat to tcp dport map { 80 : 10.0.0.1, 81 : 10.0.0.2 }",
        "ip daddr . tcp dport { 10.0.0.1 . 80 } redirect",
        "ip saddr & 255.0.255.0 == 10.0.1.0 redirect",
        "ip ttl 5 redirect",
        "tcp dport vmap { 1 : accept, 2 : drop }",
        "meta skuid 0 redirect",
        "@th,0,32 7 redirect",
        "limit rate 5/second redirect",
        "log prefix \"x\" redirect",
        // Protocols without ports.
        "meta l4proto esp esp spi 100 redirect",
        "meta l4proto 47 @th,16,16 2048 redirect",
        "icmp type echo-request redirect",
    ];
    with_host(|sandbox| async move {
        let all: Vec<(&str, String)> = rules.map(|rule| ("prerouting", rule.to_owned())).into();
        write(&sandbox, &all).await;
        let told = shown(&sandbox).await;
        let whole = NatRule {
            table: "ip t".to_owned(),
            chain: "prerouting".to_owned(),
            hook: "prerouting".to_owned(),
            rule: String::new(),
            unknown: 13,
        };
        assert_eq!(told, [whole]);
    });
}

#[test]
fn chains_that_others_lead_to_and_named_sets_are_told() {
    let name = "chains_that_others_lead_to_and_named_sets_are_told";
    if lacks(name, &["nft"]) {
        return;
    }
    let script = "add table inet t\n\
         add chain inet t pre { type nat hook prerouting priority dstnat; }\n\
         add chain inet t own\n\
         add chain inet t aside\n\
         add set inet t ports { type inet_service; elements = { 80, 81 } }\n\
         add rule inet t pre tcp dport @ports jump own\n\
         add rule inet t own ip saddr 10.0.0.1 dnat ip to 10.0.0.2\n\
         add rule inet t own ip6 daddr fd00::/64 tcp dport 7 dnat ip6 to [fd00::1]:8\n\
         add rule inet t aside redirect\n";
    with_host(|sandbox| async move {
        let said = sh(&sandbox, &format!("nft -f - 2>&1 <<'END'\n{script}END")).await;
        assert!(said.is_empty(), "{said}");
        let rules = shown(&sandbox).await;
        let told: Vec<_> = rules
            .iter()
            .map(|r| (r.hook.as_str(), r.rule.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("prerouting", "tcp dport @ports jump own"),
                ("prerouting", "ip saddr 10.0.0.1 dnat ip to 10.0.0.2"),
                (
                    "prerouting",
                    "ip6 daddr fd00::/64 tcp dport 7 dnat ip6 to [fd00::1]:8"
                ),
            ]
        );
    });
}

#[test]
fn what_is_no_target_is_refused() {
    with_host(|sandbox| async move {
        let rule = r#"{"nat": {"rule": {"publish": {"port": 80, "to": "there"}}}}"#;
        let outcome = act(&sandbox, rule).await.outcome;
        let refusal = outcome.refusal.unwrap();
        assert_eq!(
            (refusal.call.as_str(), refusal.errno.as_str()),
            ("NFT_MSG_NEWRULE", "EINVAL")
        );
        assert!(shown(&sandbox).await.is_empty());
    });
}

#[test]
fn of_a_batch_that_is_refused_nothing_is_done_and_only_the_refusal_is_recorded() {
    with_host(|sandbox| async move {
        // The value is longer than all registers together.
        let rule = format!(
            r#"{{"nat": {{"rule": {{"masquerade": {{"out": "{}"}}}}}}}}"#,
            "x".repeat(70)
        );
        let outcome = act(&sandbox, &rule).await.outcome;
        let called: Vec<_> = outcome
            .calls
            .iter()
            .map(|call| call.name.as_str())
            .collect();
        assert_eq!(called, ["NFT_MSG_NEWRULE"], "{:?}", outcome.calls);
        assert_eq!(outcome.refusal.unwrap().call, "NFT_MSG_NEWRULE");
        assert!(shown(&sandbox).await.is_empty());
    });
}
