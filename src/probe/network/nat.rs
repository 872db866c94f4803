//! The rules of address translation: the expressions that the kernel keeps
//! (`linux/netfilter/nf_tables.h`), put back into the words of nft(8).

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::snapshot::NatRule;
use crate::sys::netlink::{Netlink, attributes};

/// `NFT_MSG_GETCHAIN` and `NFT_MSG_GETRULE` of the subsystem nftables.
const GET_CHAIN: u16 = (10 << 8) | 4;
/// See `GET_CHAIN`.
const GET_RULE: u16 = (10 << 8) | 7;
/// `struct nfgenmsg`: any family, version 0.
const ANY: [u8; 4] = [0; 4];
/// The hooks by their numbers.
const HOOKS: [&str; 5] = ["prerouting", "input", "forward", "output", "postrouting"];

type Attributes<'a> = BTreeMap<u16, &'a [u8]>;

fn of(bytes: &[u8]) -> Attributes<'_> {
    attributes(bytes).collect()
}

fn text(attributes: &Attributes<'_>, kind: u16) -> String {
    let bytes = attributes.get(&kind).copied().unwrap_or_default();
    String::from_utf8_lossy(bytes)
        .trim_end_matches('\0')
        .to_owned()
}

fn number(attributes: &Attributes<'_>, kind: u16) -> Option<u32> {
    let bytes = attributes.get(&kind)?;
    Some(u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?))
}

/// All rules of chains of type nat.
pub(super) fn read(netlink: &mut Netlink) -> Vec<NatRule> {
    let mut hooks = BTreeMap::new();
    for chain in netlink.dump_raw(GET_CHAIN, &ANY).unwrap_or_default() {
        let (family, chain) = (
            chain.body.first().copied(),
            of(chain.body.get(4..).unwrap_or_default()),
        );
        if text(&chain, 7) == "nat"
            && let Some(hook) = chain.get(&4).and_then(|hook| number(&of(hook), 1))
        {
            let hook = HOOKS.get(hook as usize).copied().unwrap_or_default();
            hooks.insert((family, text(&chain, 1), text(&chain, 3)), hook);
        }
    }
    let mut rules = Vec::new();
    for rule in netlink.dump_raw(GET_RULE, &ANY).unwrap_or_default() {
        let (family, rule) = (
            rule.body.first().copied(),
            of(rule.body.get(4..).unwrap_or_default()),
        );
        let chain = text(&rule, 2);
        if let Some(hook) = hooks.get(&(family, text(&rule, 1), chain.clone())) {
            let expressions = rule.get(&4).copied().unwrap_or_default();
            rules.push(NatRule {
                chain,
                hook: (*hook).to_owned(),
                rule: words(expressions),
            });
        }
    }
    rules
}

/// What a register holds.
#[derive(Clone, Debug)]
enum Held {
    /// A field of the packet, in words.
    Field(String),
    /// Bytes.
    Value(Vec<u8>),
}

/// The expressions of a rule, read in their order.
#[derive(Default)]
struct Rule {
    registers: BTreeMap<u32, Held>,
    /// The transport protocol that was compared.
    protocol: Option<&'static str>,
    /// The mask that was laid over a register.
    masks: BTreeMap<u32, Vec<u8>>,
    words: Vec<String>,
}

fn words(expressions: &[u8]) -> String {
    let mut rule = Rule::default();
    for (_, expression) in attributes(expressions) {
        let expression = of(expression);
        let data = expression.get(&2).map(|data| of(data)).unwrap_or_default();
        let name = text(&expression, 1);
        if rule.read(&name, &data).is_none() {
            rule.words.push(format!("[{name}]"));
        }
    }
    rule.words.join(" ")
}

impl Rule {
    fn read(&mut self, name: &str, data: &Attributes<'_>) -> Option<()> {
        match name {
            "meta" => self.hold(number(data, 1)?, meta(number(data, 2)?)?),
            "payload" => {
                let field = self.payload(number(data, 2)?, number(data, 3)?, number(data, 4)?)?;
                self.hold(number(data, 1)?, &field);
            }
            "bitwise" => {
                let mask = value(data.get(&4)?)?;
                let (from, to) = (number(data, 1)?, number(data, 2)?);
                let held = self.registers.get(&from)?.clone();
                self.registers.insert(to, held);
                self.masks.insert(to, mask);
            }
            "cmp" => self.compare(number(data, 1)?, number(data, 2)?, &value(data.get(&3)?)?)?,
            "immediate" => {
                let held = Held::Value(value(data.get(&2)?)?);
                self.registers.insert(number(data, 1)?, held);
            }
            "masq" => self.words.push("masquerade".to_owned()),
            "nat" => self.translate(data)?,
            "redir" => self.words.push("redirect".to_owned()),
            "counter" => self.words.push("counter".to_owned()),
            _ => return None,
        }
        Some(())
    }

    fn hold(&mut self, register: u32, field: &str) {
        self.registers
            .insert(register, Held::Field(field.to_owned()));
        self.masks.remove(&register);
    }

    fn payload(&self, base: u32, offset: u32, length: u32) -> Option<String> {
        let protocol = self.protocol.unwrap_or("th");
        Some(match (base, offset, length) {
            (1, 12, 1..=4) => "ip saddr".to_owned(),
            (1, 16, 1..=4) => "ip daddr".to_owned(),
            (1, 8, 16) => "ip6 saddr".to_owned(),
            (1, 24, 16) => "ip6 daddr".to_owned(),
            (2, 0, 2) => format!("{protocol} sport"),
            (2, 2, 2) => format!("{protocol} dport"),
            _ => return None,
        })
    }

    fn compare(&mut self, register: u32, operator: u32, with: &[u8]) -> Option<()> {
        let Held::Field(field) = self.registers.get(&register)?.clone() else {
            return None;
        };
        if field == "meta l4proto" && operator == 0 {
            let protocol = match with.first()? {
                6 => "tcp",
                17 => "udp",
                _ => return None,
            };
            // `tcp dport` says it again.
            self.protocol = Some(protocol);
            return Some(());
        }
        let operator = ["", "!= ", "< ", "<= ", "> ", ">= "].get(operator as usize)?;
        let mask = self.masks.get(&register);
        let shown = shown(&field, with, mask.map(Vec::as_slice))?;
        self.words.push(format!("{field} {operator}{shown}"));
        Some(())
    }

    fn translate(&mut self, data: &Attributes<'_>) -> Option<()> {
        let kind = if number(data, 1)? == 0 {
            "snat"
        } else {
            "dnat"
        };
        let held = |kind: u16| match self.registers.get(&number(data, kind)?)? {
            Held::Value(bytes) => Some(bytes.clone()),
            Held::Field(_) => None,
        };
        let address = held(3).and_then(|bytes| address(&bytes));
        let port = held(5).and_then(|bytes| port(&bytes));
        let to = match (address, port) {
            (Some(address), Some(port)) if address.contains(':') => format!("[{address}]:{port}"),
            (Some(address), Some(port)) => format!("{address}:{port}"),
            (Some(address), None) => address,
            (None, Some(port)) => format!(":{port}"),
            (None, None) => return None,
        };
        self.words.push(format!("{kind} to {to}"));
        Some(())
    }
}

fn meta(key: u32) -> Option<&'static str> {
    Some(match key {
        6 => "iifname",
        7 => "oifname",
        16 => "meta l4proto",
        15 => "meta nfproto",
        3 => "meta mark",
        _ => return None,
    })
}

/// The bytes in a nested value.
fn value(nested: &[u8]) -> Option<Vec<u8>> {
    of(nested).get(&1).map(|bytes| bytes.to_vec())
}

fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(bytes) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(bytes).to_string());
    }
    let bytes = <[u8; 16]>::try_from(bytes).ok()?;
    Some(Ipv6Addr::from(bytes).to_string())
}

fn port(bytes: &[u8]) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(..2)?.try_into().ok()?))
}

/// A value as nft(8) would write it beside this field.
fn shown(field: &str, bytes: &[u8], mask: Option<&[u8]>) -> Option<String> {
    if field.ends_with("name") {
        let name = String::from_utf8_lossy(bytes);
        let wild = if bytes.ends_with(&[0]) { "" } else { "*" };
        return Some(format!("\"{}{wild}\"", name.trim_end_matches('\0')));
    }
    if field.ends_with("port") {
        return port(bytes).map(|port| port.to_string());
    }
    if field.ends_with("addr") {
        // A prefix of whole bytes is compared without a mask.
        let full = if field.starts_with("ip6") { 16 } else { 4 };
        let bits = mask.map_or(bytes.len() * 8, |mask| {
            mask.iter().map(|byte| byte.count_ones() as usize).sum()
        });
        let mut whole = bytes.to_vec();
        whole.resize(full, 0);
        let length = if bits == full * 8 {
            String::new()
        } else {
            format!("/{bits}")
        };
        return address(&whole).map(|address| address + &length);
    }
    let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Some(format!("0x{}", bytes.concat()))
}
