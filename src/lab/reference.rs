//! What there is to say about each verb, from the types themselves: the editor's
//! schema, the cards on the screen and the author's reference say the same.

use std::sync::OnceLock;

use serde_json::Value;

use super::Action;

/// A verb.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verb {
    /// Its name in a lab file.
    pub name: String,
    /// What it does, in a sentence.
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
    /// What it means.
    pub text: String,
    /// Whether it must be there.
    pub required: bool,
}

/// All verbs, in the order of their families.
pub fn verbs() -> &'static [Verb] {
    static VERBS: OnceLock<Vec<Verb>> = OnceLock::new();
    VERBS.get_or_init(|| {
        let schema = schemars::schema_for!(Action).to_value();
        let all = schema["oneOf"].as_array().into_iter().flatten();
        all.filter_map(|verb| read(&schema, verb)).collect()
    })
}

impl Action {
    /// The verb, as a lab file has it.
    pub fn verb(&self) -> String {
        let value = serde_json::to_value(self).unwrap_or_default();
        let name = value.as_object().and_then(|map| map.keys().next().cloned());
        name.unwrap_or_default()
    }
}

fn text(value: &Value) -> String {
    let text = value["description"].as_str().unwrap_or_default();
    text.lines().collect::<Vec<_>>().join(" ")
}

fn read(schema: &Value, verb: &Value) -> Option<Verb> {
    let (name, body) = verb["properties"].as_object()?.iter().next()?;
    let pointer = body["$ref"].as_str()?.strip_prefix('#')?;
    let body = schema.pointer(pointer)?;
    let required = |name: &str| {
        let mut all = body["required"].as_array().into_iter().flatten();
        all.any(|field| field.as_str() == Some(name))
    };
    let fields = body["properties"].as_object().into_iter().flatten();
    let field = |(name, field): (&String, &Value)| Field {
        name: name.clone(),
        text: text(field),
        required: required(name),
    };
    Some(Verb {
        name: name.clone(),
        text: text(verb),
        details: text(body),
        fields: fields.map(field).collect(),
    })
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
