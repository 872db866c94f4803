//! `isolab reference`

use std::fmt::Write as _;
use std::io::Write;

use anyhow::Result;
use serde_json::Value;

use super::Status;
use crate::lab;
use crate::lab::reference::{forms, verbs};
use crate::snapshot::{Actor, Roots};

/// Prints all fields, verbs and facts as Markdown.
pub(super) fn reference(out: &mut impl Write) -> Result<Status> {
    write!(out, "{}", markdown())?;
    Ok(Status::Pass)
}

/// The reference. A test compares it with the end of `labs/AUTHORING.md`.
fn markdown() -> String {
    let mut page = String::new();
    let schema: Value = serde_json::from_str(&lab::schema()).unwrap_or_default();
    heading(&mut page, 2, "Fields of a lab file");
    fields(&mut page, &schema, &schema);
    for (name, title) in [
        ("Needs", "`needs`"),
        ("RawActor", "An actor (`actors`)"),
        ("RawStep", "A step (`steps`)"),
        ("RawAsk", "A question before a step (`ask`)"),
        ("RawChoice", "An answer (`choices`)"),
        ("RawCheck", "A check (`check`)"),
        ("RawInvariant", "An invariant (`invariant`)"),
        ("RawOffer", "A hint that is offered (`hints`)"),
        ("RawThenAsk", "A question after a step (`then_ask`)"),
    ] {
        heading(&mut page, 3, title);
        fields(&mut page, &schema, &schema["$defs"][name]);
    }
    heading(&mut page, 2, "Verbs");
    for verb in verbs() {
        heading(&mut page, 3, &format!("`{}`", verb.name));
        // Writing to a string cannot fail.
        let _ = writeln!(page, "{} {}\n", verb.text, verb.details);
        for field in &verb.fields {
            let must = if field.required {
                ""
            } else {
                " (may be left out)"
            };
            let forms = listed(&field.forms);
            let _ = writeln!(page, "- `{}`{must}: {}{forms}", field.name, field.text);
        }
    }
    facts(&mut page);
    page
}

fn heading(page: &mut String, level: usize, title: &str) {
    let _ = writeln!(page, "\n{} {title}\n", "#".repeat(level));
}

/// The forms of a field; nothing if the list is too long for a line.
fn listed(forms: &[String]) -> String {
    let forms: Vec<String> = forms.iter().map(|form| format!("`{form}`")).collect();
    match forms.as_slice() {
        forms if forms.is_empty() || forms.concat().len() > 240 => String::new(),
        forms => format!(" Forms: {}.", forms.join(", ")),
    }
}

fn text(value: &Value) -> String {
    let text = value["description"].as_str().unwrap_or_default();
    text.lines().collect::<Vec<_>>().join(" ")
}

/// Whether an object must have a field.
fn is_required(object: &Value, name: &str) -> bool {
    let mut all = object["required"].as_array().into_iter().flatten();
    all.any(|field| field.as_str() == Some(name))
}

fn fields(page: &mut String, schema: &Value, body: &Value) {
    for (name, field) in body["properties"].as_object().into_iter().flatten() {
        let must = if is_required(body, name) {
            ""
        } else {
            " (may be left out)"
        };
        let own = Some(text(field)).filter(|words| !words.is_empty());
        let there = field["$ref"]
            .as_str()
            .and_then(|at| schema.pointer(at.strip_prefix('#')?));
        let said = own
            .or_else(|| there.map(text))
            .filter(|words| !words.is_empty());
        let words = said.map_or_else(String::new, |words| format!(": {words}"));
        let forms = listed(&forms(schema, field));
        let _ = writeln!(page, "- `{name}`{must}{words}{forms}");
    }
}

/// A type of facts, and where in an expression it is found.
struct Section {
    name: String,
    places: Vec<String>,
}

/// The types of all facts, in the order in which they are found.
fn sections(schema: &Value) -> Vec<Section> {
    let mut found = Vec::new();
    let actor = serde_json::json!({ "$ref": "#/$defs/Actor" });
    collect(&mut found, schema, &actor, "ACTOR");
    let roots = &schema["$defs"]["Roots"]["properties"];
    for root in Roots::ALL {
        let facts = &roots[root.name];
        // The table says the place of one of them.
        let each = [&facts["additionalProperties"], &facts["items"]];
        let one = each.into_iter().find(|each| each.is_object());
        collect(&mut found, schema, one.unwrap_or(facts), root.place);
    }
    found
}

fn collect(found: &mut Vec<Section>, schema: &Value, facts: &Value, place: &str) {
    let target = facts["$ref"].as_str();
    if let Some(name) = target.and_then(|target| target.strip_prefix("#/$defs/")) {
        match found.iter_mut().find(|section| section.name == name) {
            Some(section) => section.places.push(place.to_owned()),
            None => begin(found, schema, name, place),
        }
    } else if facts["items"].is_object() {
        collect(found, schema, &facts["items"], &format!("{place}[]"));
    } else if facts["additionalProperties"].is_object() {
        let each = &facts["additionalProperties"];
        collect(found, schema, each, &format!("{place}.NAME"));
    }
}

/// A type that was not found before, and those of its fields.
fn begin(found: &mut Vec<Section>, schema: &Value, name: &str, place: &str) {
    let Some(fields) = schema["$defs"][name]["properties"].as_object() else {
        return;
    };
    found.push(Section {
        name: name.to_owned(),
        places: vec![place.to_owned()],
    });
    for (field, facts) in fields {
        collect(found, schema, facts, &format!("{place}.{field}"));
    }
}

fn facts(page: &mut String) {
    let schema = schemars::schema_for!((Actor, Roots)).to_value();
    heading(page, 2, "Facts");
    let _ = writeln!(
        page,
        "What a check can ask for. An `ACTOR` is `host` or one that the lab declares. `before` has the same facts of the moment when the step began: `before.b.hostname`."
    );
    for section in sections(&schema) {
        let places: Vec<String> = section.places.iter().map(|p| format!("`{p}`")).collect();
        heading(page, 3, &places.join(", "));
        let body = &schema["$defs"][section.name]["properties"];
        for (name, field) in body.as_object().into_iter().flatten() {
            let words = text(field);
            let gap = if words.is_empty() { "" } else { ": " };
            let forms = listed(&forms(&schema, field));
            let _ = writeln!(page, "- `{name}`{gap}{words}{forms}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_of_facts_is_there() {
        let page = markdown();
        let schema = schemars::schema_for!((Actor, Roots)).to_value();
        let all = sections(&schema);
        for (name, body) in schema["$defs"].as_object().into_iter().flatten() {
            let is_told = all.iter().any(|section| section.name == *name);
            let has_fields = body["properties"].is_object() && name != "Roots";
            assert_eq!(is_told, has_fields, "{name}");
        }
        for root in Roots::ALL {
            assert!(page.contains(&format!("`{}`", root.place)), "{root:?}");
        }
        assert!(page.contains("- `hostname`") && page.contains("### `unshare`"));
        assert!(!page.contains(": \n"), "a field says nothing");
    }

    #[test]
    fn the_authors_reference_is_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/labs/AUTHORING.md");
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let end = text
            .split_once("<!-- isolab reference -->\n")
            .map(|(_, end)| end);
        assert_eq!(
            end,
            Some(markdown().as_str()),
            "isolab reference tells what belongs there"
        );
    }
}
