//! The documentation of each verb, taken from the types themselves: the schema for editors, the
//! cards on the screen and the author's reference all use it.

use std::sync::OnceLock;

use serde_json::Value;

use super::Action;

/// A verb.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verb {
    /// Its name in a lab file.
    pub name: String,
    /// What it does, in one sentence.
    pub text: String,
    /// The call behind it, and an example.
    pub details: String,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// A field of a verb.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its meaning.
    pub text: String,
    /// What it may contain, if that is more than a plain value: `{memory: {mib, rate}}`.
    pub forms: Vec<String>,
    /// Whether it is required.
    pub required: bool,
}

/// All verbs, by family.
pub fn verbs() -> &'static [Verb] {
    static VERBS: OnceLock<Vec<Verb>> = OnceLock::new();
    VERBS.get_or_init(|| {
        let schema = schemars::schema_for!(Action).to_value();
        let all = schema["oneOf"].as_array().into_iter().flatten();
        all.filter_map(|verb| read(&schema, verb)).collect()
    })
}

/// The forms that a field may have, if it is one of several words or a map.
pub fn forms(schema: &Value, field: &Value) -> Vec<String> {
    let inner = [&field["items"], &field["additionalProperties"]];
    if let Some(inner) = inner.into_iter().find(|inner| inner.is_object()) {
        return forms(schema, inner);
    }
    let target = field["$ref"].as_str().and_then(|at| at.strip_prefix('#'));
    if let Some(there) = target.and_then(|at| schema.pointer(at)) {
        return forms(schema, there);
    }
    let either = ["oneOf", "anyOf"].map(|word| field[word].as_array());
    if let Some(either) = either.into_iter().flatten().next() {
        return either.iter().flat_map(|form| forms(schema, form)).collect();
    }
    if let Some(words) = field["enum"].as_array() {
        let words = words.iter().filter_map(Value::as_str);
        return words.map(str::to_owned).collect();
    }
    if let Some(word) = field["const"].as_str() {
        return vec![word.to_owned()];
    }
    let Some(fields) = field["properties"].as_object() else {
        return Vec::new();
    };
    let entries = fields
        .iter()
        .map(|(name, field)| match forms(schema, field).as_slice() {
            [form] if form.starts_with('{') => format!("{name}: {form}"),
            _ => name.clone(),
        });
    vec![format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))]
}

fn text(value: &Value) -> String {
    let text = value["description"].as_str().unwrap_or_default();
    text.lines().collect::<Vec<_>>().join(" ")
}

fn read(schema: &Value, verb: &Value) -> Option<Verb> {
    let (name, body) = verb["properties"].as_object()?.iter().next()?;
    let pointer = body["$ref"].as_str()?.strip_prefix('#')?;
    let body = schema.pointer(pointer)?;
    let fields = body["properties"].as_object().into_iter().flatten();
    let fields = fields.map(|(name, field)| Field {
        name: name.clone(),
        text: text(field),
        forms: forms(schema, field),
        required: is_required(body, name),
    });
    Some(Verb {
        name: name.clone(),
        text: text(verb),
        details: text(body),
        fields: fields.collect(),
    })
}

/// Whether a type cannot be without a field.
fn is_required(body: &Value, name: &str) -> bool {
    let mut all = body["required"].as_array().into_iter().flatten();
    all.any(|field| field == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verb_says_what_it_does() {
        assert!(verbs().len() > 60);
        for verb in verbs() {
            assert!(verb.text.ends_with('.'), "{}: {}", verb.name, verb.text);
            assert!(verb.details.contains("Example: `"), "{}", verb.name);
            let silent = verb.fields.iter().find(|field| field.text.is_empty());
            assert_eq!(silent, None, "{}", verb.name);
        }
    }
}
