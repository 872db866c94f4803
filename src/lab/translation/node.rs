//! Parses a translation file into a tree of texts.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};

use super::super::{Problem, shape, source::Source};

/// A text, or a list or map of nodes.
#[derive(Debug)]
pub(super) enum Node {
    /// A text; `at` is the place of its key.
    Text {
        /// The text.
        text: String,
        /// The place of its key, or of the list that contains it.
        at: Option<Location>,
    },
    /// A list.
    List(Vec<Self>),
    /// A map, in the order of the file.
    Map(Vec<(String, Self)>),
}

impl Node {
    /// Gives the texts in it that have no place yet this one.
    fn place(&mut self, here: Location) {
        match self {
            Self::Text { at, .. } => *at = at.or(Some(here)),
            Self::List(nodes) => nodes.iter_mut().for_each(|node| node.place(here)),
            Self::Map(entries) => entries.iter_mut().for_each(|(_, node)| node.place(here)),
        }
    }

    fn text(text: String) -> Self {
        Self::Text { text, at: None }
    }
}

/// Parses a file.
pub(super) fn parse(file: &str, text: &str, source: &Source<'_>) -> Result<Node, Problem> {
    let options = shape::options();
    let node: Result<Option<Node>, _> = serde_saphyr::from_str_with_options(text, options);
    let node = node.map_err(|error| shape::problem(file, &error, source))?;
    Ok(node.unwrap_or_else(|| Node::Map(Vec::new())))
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;
        impl<'de> Visitor<'de> for Texts {
            type Value = Node;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a list or a map of texts")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
                Ok(Node::text(text.to_owned()))
            }
            fn visit_i64<E: Error>(self, number: i64) -> Result<Node, E> {
                Ok(Node::text(number.to_string()))
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<Node, E> {
                Ok(Node::text(number.to_string()))
            }
            fn visit_f64<E: Error>(self, number: f64) -> Result<Node, E> {
                Ok(Node::text(number.to_string()))
            }
            fn visit_unit<E: Error>(self) -> Result<Node, E> {
                Ok(Node::text(String::new()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
                let mut nodes = Vec::new();
                while let Some(node) = list.next_element()? {
                    nodes.push(node);
                }
                Ok(Node::List(nodes))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
                let mut entries = Vec::new();
                while let Some((key, mut node)) = map.next_entry::<Spanned<String>, Node>()? {
                    node.place(key.referenced);
                    entries.push((key.value, node));
                }
                Ok(Node::Map(entries))
            }
        }
        deserializer.deserialize_any(Texts)
    }
}
