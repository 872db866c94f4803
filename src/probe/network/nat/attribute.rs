//! Parses the attributes of nftables messages, whose numbers are in network order.

use std::collections::BTreeMap;

use crate::sys::netlink::attributes;

/// Attributes by number.
pub(super) type Attributes<'a> = BTreeMap<u16, &'a [u8]>;

pub(super) fn of(bytes: &[u8]) -> Attributes<'_> {
    attributes(bytes).collect()
}

/// The attributes inside an attribute; empty if that is missing.
pub(super) fn inside<'a>(attributes: &Attributes<'a>, kind: u16) -> Attributes<'a> {
    attributes
        .get(&kind)
        .map(|bytes| of(bytes))
        .unwrap_or_default()
}

pub(super) fn text(attributes: &Attributes<'_>, kind: u16) -> String {
    let bytes = attributes.get(&kind).copied().unwrap_or_default();
    crate::sys::netlink::text(bytes)
}

pub(super) fn number(attributes: &Attributes<'_>, kind: u16) -> Option<u32> {
    let bytes = attributes.get(&kind)?;
    Some(u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?))
}

/// The bytes of a value (`NFTA_DATA_VALUE`).
pub(super) fn value(attributes: &Attributes<'_>, kind: u16) -> Option<Vec<u8>> {
    inside(attributes, kind).get(&1).map(|bytes| bytes.to_vec())
}
