//! The rules of address translation: the kernel's expressions (`linux/netfilter/nf_tables.h`)
//! turned back into the words of nft(8), whoever wrote them.

mod attribute;
mod field;
mod range;
mod rule;
mod set;
mod xt;

use std::collections::BTreeMap;

use crate::snapshot::NatRule;
use crate::sys::SysError;
use crate::sys::netlink::Netlink;
use crate::sys::number;
use attribute::{inside, number, of, text};
use field::Links;
use rule::{Told, told};
use set::Sets;

/// `NFT_MSG_GETCHAIN` of the nftables subsystem.
const GET_CHAIN: u16 = (10 << 8) | 4;
/// `NFT_MSG_GETRULE` of the nftables subsystem.
const GET_RULE: u16 = (10 << 8) | 7;
/// `struct nfgenmsg`: any family, version 0.
const ANY: [u8; 4] = [0; 4];
/// The hooks, by number.
const HOOKS: [&str; 5] = ["prerouting", "input", "forward", "output", "postrouting"];

/// A chain: its family, table and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Chain {
    family: u8,
    table: String,
    name: String,
}

/// All rules of nat chains, and of the chains that these jump to.
///
/// # Errors
/// A dump was refused. A kernel without nftables is not an error: it has no rules.
pub(super) fn read(
    netlink: &mut Netlink,
    links: &BTreeMap<u32, String>,
) -> Result<Vec<NatRule>, SysError> {
    let mut hooks = match hooks(netlink) {
        // A kernel without the nftables subsystem answers so.
        Err(e) if e.errno == number::EINVAL => return Ok(Vec::new()),
        hooks => hooks?,
    };
    if hooks.is_empty() {
        return Ok(Vec::new());
    }
    let rules = rules(netlink, links)?;
    follow(&rules, &mut hooks);
    let mut all: Vec<NatRule> = Vec::new();
    for (chain, told) in rules {
        if let Some(hook) = hooks.get(&chain) {
            add(&mut all, fact(&chain, hook, told));
        }
    }
    Ok(all)
}

/// Adds a rule; rules that are not understood are counted per chain.
fn add(all: &mut Vec<NatRule>, rule: NatRule) {
    let unknown = all
        .iter_mut()
        .find(|other| other.unknown > 0 && other.table == rule.table && other.chain == rule.chain);
    match unknown {
        Some(other) if rule.unknown > 0 => other.unknown += rule.unknown,
        _ => all.push(rule),
    }
}

fn fact(chain: &Chain, hook: &str, told: Told) -> NatRule {
    let family = match chain.family {
        1 => "inet",
        2 => "ip",
        10 => "ip6",
        _ => "",
    };
    NatRule {
        table: format!("{family} {}", chain.table).trim().to_owned(),
        chain: chain.name.clone(),
        hook: hook.to_owned(),
        unknown: i64::from(told.words.is_none()),
        rule: told.words.unwrap_or_default(),
    }
}

/// The chains of type nat, with their hooks.
fn hooks(netlink: &mut Netlink) -> Result<BTreeMap<Chain, &'static str>, SysError> {
    let mut hooks = BTreeMap::new();
    for answer in netlink.dump_raw(GET_CHAIN, &ANY)? {
        let told = of(answer.body.get(4..).unwrap_or_default());
        let hook = number(&inside(&told, 4), 1).and_then(|hook| HOOKS.get(hook as usize));
        if text(&told, 7) == "nat"
            && let Some(hook) = hook
        {
            let chain = Chain {
                family: answer.body.first().copied().unwrap_or_default(),
                table: text(&told, 1),
                name: text(&told, 3),
            };
            hooks.insert(chain, *hook);
        }
    }
    Ok(hooks)
}

/// All rules, each with its chain.
fn rules(netlink: &mut Netlink, links: &Links) -> Result<Vec<(Chain, Told)>, SysError> {
    let mut rules = Vec::new();
    for answer in netlink.dump_raw(GET_RULE, &ANY)? {
        let family = answer.body.first().copied().unwrap_or_default();
        let rule = of(answer.body.get(4..).unwrap_or_default());
        let chain = Chain {
            family,
            table: text(&rule, 1),
            name: text(&rule, 2),
        };
        let mut sets = Sets {
            netlink,
            family,
            table: &chain.table,
        };
        let expressions = rule.get(&4).copied().unwrap_or_default();
        let told = told(expressions, &mut sets, links);
        rules.push((chain, told));
    }
    Ok(rules)
}

/// Gives each chain that a rule jumps to the hook of the chain it is called from.
fn follow(rules: &[(Chain, Told)], hooks: &mut BTreeMap<Chain, &'static str>) {
    loop {
        let known = hooks.len();
        for (chain, told) in rules {
            let Some(hook) = hooks.get(chain).copied() else {
                continue;
            };
            for name in &told.jumps {
                let next = Chain {
                    name: name.clone(),
                    ..chain.clone()
                };
                hooks.entry(next).or_insert(hook);
            }
        }
        if hooks.len() == known {
            return;
        }
    }
}
