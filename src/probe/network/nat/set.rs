//! The sets that rules look values up in: an anonymous set is written out in the rule's words.

use super::attribute::{Attributes, number, of, text, value};
use super::field::{Field, Kind, Links};
use super::range::address;
use crate::sys::netlink::{Netlink, attribute, attributes};

/// `NFT_MSG_GETSET` of the nftables subsystem.
const GET_SET: u16 = (10 << 8) + 10;
/// `NFT_MSG_GETSETELEM` of the nftables subsystem.
const GET_ELEMENTS: u16 = (10 << 8) + 13;
/// `NFT_SET_ANONYMOUS`.
const ANONYMOUS: u32 = 1;
/// `NFT_SET_INTERVAL`.
const INTERVAL: u32 = 4;

/// Where the sets of a table are looked up.
#[derive(Debug)]
pub(super) struct Sets<'a> {
    pub(super) netlink: &'a mut Netlink,
    pub(super) family: u8,
    pub(super) table: &'a str,
}

/// An element: a value, the begin of an interval, or (`begins` false) the value after its end.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Element {
    value: Vec<u8>,
    begins: bool,
}

impl Sets<'_> {
    /// A set as nft(8) writes it: its name, or its elements.
    pub(super) fn words(&mut self, name: &str, field: &Field, links: &Links) -> Option<String> {
        let flags = self.flags(name)?;
        if flags & ANONYMOUS == 0 {
            return Some(format!("@{name}"));
        }
        let mut elements = self.elements(name)?;
        // A value of another length is not one of this field: it joins several fields.
        let fits = |element: &Element| element.value.len() == field.length;
        elements.iter().all(fits).then_some(())?;
        elements.sort();
        let shown = if flags & INTERVAL == 0 {
            let shown = elements.iter();
            let shown = shown.map(|element| field.shown(&element.value, links));
            shown.collect::<Option<Vec<String>>>()?
        } else {
            intervals(field, &elements)?
        };
        let begun = elements.iter().filter(|element| element.begins).count();
        (begun == shown.len() && begun > 0).then(|| format!("{{ {} }}", shown.join(", ")))
    }

    fn ask(&mut self, kind: u16, more: &[u8]) -> Vec<Vec<u8>> {
        let table = attribute(1, &[self.table.as_bytes(), &[0]].concat());
        let body = [&[self.family, 0, 0, 0], &table[..], more].concat();
        let answers = self.netlink.dump_raw(kind, &body).unwrap_or_default();
        answers
            .into_iter()
            .filter_map(|answer| Some(answer.body.get(4..)?.to_vec()))
            .collect()
    }

    fn flags(&mut self, name: &str) -> Option<u32> {
        let sets = self.ask(GET_SET, &[]);
        let mut sets = sets.iter().map(|set| of(set));
        let set = sets.find(|set| text(set, 1) == self.table && text(set, 2) == name)?;
        Some(number(&set, 3).unwrap_or_default())
    }

    fn elements(&mut self, name: &str) -> Option<Vec<Element>> {
        let name = attribute(2, &[name.as_bytes(), &[0]].concat());
        let lists = self.ask(GET_ELEMENTS, &name);
        let mut all = Vec::new();
        for list in &lists {
            let elements = of(list).get(&3).copied().unwrap_or_default();
            for (_, one) in attributes(elements) {
                all.push(element(&of(one))?);
            }
        }
        Some(all)
    }
}

/// Parses an element. One with data (`NFTA_SET_ELEM_DATA`) or an end of its own has no words here.
fn element(element: &Attributes<'_>) -> Option<Element> {
    if element.contains_key(&2) || element.contains_key(&10) {
        return None;
    }
    Some(Element {
        value: value(element, 1)?,
        begins: number(element, 3).unwrap_or_default() & 1 == 0,
    })
}

/// Intervals in words; `None` if a value is not as long as the field.
fn intervals(field: &Field, sorted: &[Element]) -> Option<Vec<String>> {
    // Values are calculated with as `u128`.
    let fits = |element: &Element| element.value.len() == field.length;
    if !(1..=16).contains(&field.length) || !sorted.iter().all(fits) {
        return None;
    }
    let most = u128::MAX >> (128 - 8 * field.length);
    let mut shown = Vec::new();
    for (at, first) in sorted.iter().enumerate().filter(|(_, e)| e.begins) {
        let behind = sorted.get(at + 1).map(|element| whole(&element.value));
        let last = behind.map_or(most, |behind| behind.saturating_sub(1));
        shown.push(interval(field, &first.value, last)?);
    }
    Some(shown)
}

fn whole(bytes: &[u8]) -> u128 {
    bytes
        .iter()
        .fold(0, |all, byte| (all << 8) | u128::from(*byte))
}

/// An interval in words; addresses with a common prefix are a network.
fn interval(field: &Field, first: &[u8], last: u128) -> Option<String> {
    let start = whole(first);
    let many = last.checked_sub(start)?;
    let end = last.to_be_bytes()[16 - first.len()..].to_vec();
    let network = many.wrapping_add(1).is_power_of_two() && start & many == 0;
    match field.kind {
        Kind::Address if many > 0 && network => {
            let bits = 8 * field.length - many.count_ones() as usize;
            field.prefix(first, bits)
        }
        Kind::Address if many > 0 => Some(format!("{}-{}", address(first)?, address(&end)?)),
        Kind::Address | Kind::Port => {
            let links = Links::new();
            let (first, last) = (field.shown(first, &links)?, field.shown(&end, &links)?);
            Some(if many == 0 {
                first
            } else {
                format!("{first}-{last}")
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(value: &[u8], begins: bool) -> Element {
        let value = value.to_vec();
        Element { value, begins }
    }

    #[test]
    fn intervals_are_told_as_they_are() {
        let field = Field::new("tcp dport", Kind::Port, 2);
        let all = [
            element(&[0, 80], true),
            element(&[0, 91], false),
            element(&[255, 0], true),
        ];
        let shown = intervals(&field, &all).unwrap_or_default();
        assert_eq!(shown, ["80-90", "65280-65535"]);
    }

    #[test]
    fn keys_of_another_length_are_unknown() {
        for (kind, length) in [(Kind::Port, 2), (Kind::Address, 4), (Kind::Address, 16)] {
            let field = Field::new("x", kind, length);
            for other in [0, 1, 3, 17, 20, 64] {
                let all = [element(&vec![1; other], true)];
                assert_eq!(intervals(&field, &all), None, "{length} {other}");
            }
        }
    }
}
