//! Links, addresses, routes and rules of the machine's own network.

use serde_json::Value;

use super::{Facts, printed};

/// The commands whose output is compared.
const ASKED: [&[&str]; 6] = [
    &["ip", "-d", "-j", "link"],
    &["ip", "-j", "address"],
    &["ip", "-j", "route", "show", "table", "all"],
    &["ip", "-6", "-j", "route", "show", "table", "all"],
    &["ip", "-j", "rule"],
    &["nft", "-j", "list", "ruleset"],
];
/// Fields that change by themselves: remaining times and counters.
const RESTLESS: [&str; 8] = [
    "valid_life_time",
    "preferred_life_time",
    "expires",
    "age",
    "hold_timer",
    "gc_timer",
    "counter",
    "metainfo",
];

pub(super) fn all() -> Facts {
    let mut facts = Facts::new();
    for asked in ASKED {
        let name = asked.join(" ");
        match printed(asked[0], &asked[1..]) {
            Some(text) => {
                let mut value = serde_json::from_str(&text).unwrap_or(Value::Null);
                calm(&mut value);
                facts.insert(name, value.to_string());
            }
            None if rustix::process::geteuid().is_root() => crate::skip::skip(&name, asked[0]),
            // Only root may list the rules.
            None => {}
        }
    }
    facts
}

/// Removes fields that differ at each call.
fn calm(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !RESTLESS.contains(&name.as_str()));
            fields.values_mut().for_each(calm);
        }
        Value::Array(items) => items.iter_mut().for_each(calm),
        _ => {}
    }
}
