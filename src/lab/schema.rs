//! The JSON schema of lab files: it accepts what `Lab::parse` accepts.

use serde_json::{Map, Value, json};

use super::raw::RawLab;

/// The schema as text, for editors.
pub(super) fn text() -> String {
    let mut value = schemars::schema_for!(RawLab).to_value();
    as_it_is_read(&mut value);
    // `Schema` prints its keys in the usual order.
    let schema = schemars::Schema::try_from(value).unwrap_or_default();
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// Widens a schema to what the YAML reader accepts: a number in quotes counts as a number, and a
/// text needs no quotes if YAML would read it as a number or a boolean.
fn as_it_is_read(schema: &mut Value) {
    match schema {
        Value::Array(all) => all.iter_mut().for_each(as_it_is_read),
        Value::Object(map) => {
            map.values_mut().for_each(as_it_is_read);
            widen(map);
        }
        _ => {}
    }
}

fn widen(map: &mut Map<String, Value>) {
    let has = |map: &Map<String, Value>, kind: &str| match map.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(|one| one == kind),
        Some(one) => one == kind,
        None => false,
    };
    if map.contains_key("enum") {
        return;
    }
    if has(map, "integer") {
        also(map, "string");
        let least = map.get("minimum").and_then(Value::as_f64);
        let sign = if least.is_some_and(|least| least >= 0.0) {
            "[+]?"
        } else {
            "[-+]?"
        };
        let pattern = json!(format!("^ *{sign}[0-9]+ *$"));
        map.insert("pattern".to_owned(), pattern);
    } else if has(map, "string") {
        also(map, "number");
        also(map, "boolean");
    }
}

/// Adds a type to those that a value may have.
fn also(map: &mut Map<String, Value>, kind: &str) {
    let Some(known) = map.get_mut("type") else {
        return;
    };
    let mut kinds = match known.take() {
        Value::Array(kinds) => kinds,
        one => vec![one],
    };
    if !kinds.iter().any(|one| one == kind) {
        kinds.push(json!(kind));
    }
    *known = kinds.into();
}
