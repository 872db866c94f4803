//! Strings and lists of a process, bounded and without control characters.

use std::fmt::Write as _;

use super::Still;

/// How much of a string is shown, in bytes.
pub(super) const SHOWN: usize = 80;
/// How many elements of a list are shown.
pub(super) const LIST: usize = 16;
/// The longest text of all arguments, in bytes.
pub(super) const ARGS: usize = 2000;
/// The longest path that is looked at, in bytes (`PATH_MAX` of linux/limits.h).
const PATH: usize = 4096;
/// How much of a string is read first.
const PART: usize = 256;

/// The bytes of a string at an address, up to its zero, and whether that was found.
struct Read {
    bytes: Vec<u8>,
    is_whole: bool,
}

fn read(at: &impl Still, address: u64, most: usize) -> Read {
    let mut bytes = Vec::new();
    while bytes.len() < most {
        let from = address.saturating_add(bytes.len() as u64);
        let part = at.bytes(from, PART.min(most - bytes.len()));
        if part.is_empty() {
            break;
        }
        if let Some(end) = part.iter().position(|byte| *byte == 0) {
            bytes.extend_from_slice(&part[..end]);
            return Read {
                bytes,
                is_whole: true,
            };
        }
        bytes.extend(part);
    }
    Read {
        bytes,
        is_whole: false,
    }
}

/// A string at an address, as it is shown: `"x"`, `NULL`, or the address if nothing is there.
pub(super) fn string(at: &impl Still, address: u64) -> String {
    if address == 0 {
        return "NULL".to_owned();
    }
    let read = read(at, address, SHOWN + 1);
    if read.bytes.is_empty() && !read.is_whole {
        return format!("{address:#x}");
    }
    quoted(&read.bytes, !read.is_whole)
}

/// A path at an address, to look where it leads.
pub(super) fn path(at: &impl Still, address: u64) -> Option<String> {
    let read = read(at, address, PATH);
    let is_path = address != 0 && read.is_whole;
    is_path.then(|| String::from_utf8_lossy(&read.bytes).into_owned())
}

/// Bytes in quotes, the first of them; what is no printable ASCII character or UTF-8 letter is
/// escaped as in C.
pub(super) fn quoted(bytes: &[u8], is_cut: bool) -> String {
    let shown = &bytes[..bytes.len().min(SHOWN)];
    let mut text = "\"".to_owned();
    for chunk in shown.utf8_chunks() {
        for letter in chunk.valid().chars() {
            escape(letter, &mut text);
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "\\{byte:03o}");
        }
    }
    text.push('"');
    if is_cut || bytes.len() > SHOWN {
        text.push('…');
    }
    text
}

/// The same without quotes.
pub(super) fn bare(bytes: &[u8]) -> String {
    let quoted = quoted(bytes, false);
    let bare = quoted.strip_prefix('"').unwrap_or(&quoted);
    match bare.strip_suffix("\"…") {
        Some(short) => format!("{short}…"),
        None => bare.strip_suffix('"').unwrap_or(bare).to_owned(),
    }
}

fn escape(letter: char, text: &mut String) {
    match letter {
        '"' => text.push_str("\\\""),
        '\\' => text.push_str("\\\\"),
        '\n' => text.push_str("\\n"),
        '\r' => text.push_str("\\r"),
        '\t' => text.push_str("\\t"),
        c if crate::word::clean::steers(c) => {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                let _ = write!(text, "\\{byte:03o}");
            }
        }
        c => text.push(c),
    }
}

/// The strings of a list of addresses that ends with 0, as for execve(2).
pub(super) fn strings(at: &impl Still, address: u64) -> String {
    if address == 0 {
        return "NULL".to_owned();
    }
    let mut all = Vec::new();
    for pointer in numbers(at, address, LIST + 1) {
        if pointer == 0 {
            return format!("[{}]", all.join(", "));
        }
        if all.len() < LIST {
            all.push(string(at, pointer));
        }
    }
    all.push("…".to_owned());
    format!("[{}]", all.join(", "))
}

/// How many addresses a list has before its 0.
pub(super) fn count(at: &impl Still, address: u64) -> usize {
    const MOST: usize = 1000;
    let all = numbers(at, address, MOST);
    all.iter().position(|pointer| *pointer == 0).unwrap_or(MOST)
}

/// Numbers of 8 bytes, one after the other.
pub(super) fn numbers(at: &impl Still, address: u64, most: usize) -> Vec<u64> {
    let bytes = at.bytes(address, most * 8);
    let chunks = bytes.chunks_exact(8);
    chunks
        .filter_map(|chunk| Some(u64::from_ne_bytes(chunk.try_into().ok()?)))
        .collect()
}

/// A text that is at most so many bytes long; `…` at its end if something is missing.
pub(super) fn bounded(mut text: String, most: usize) -> String {
    if text.len() > most {
        let end = (0..=most).rev().find(|at| text.is_char_boundary(*at));
        text.truncate(end.unwrap_or(0));
        text.push('…');
    }
    text
}

/// The number of 4 bytes at a place of some bytes; 0 beyond their end.
pub(super) fn u32_at(bytes: &[u8], place: usize) -> u32 {
    let part = bytes.get(place..place.saturating_add(4));
    part.and_then(|part| part.try_into().ok())
        .map_or(0, u32::from_ne_bytes)
}

/// The same of 8 bytes.
pub(super) fn u64_at(bytes: &[u8], place: usize) -> u64 {
    let part = bytes.get(place..place.saturating_add(8));
    part.and_then(|part| part.try_into().ok())
        .map_or(0, u64::from_ne_bytes)
}

/// The same of 2 bytes.
pub(super) fn u16_at(bytes: &[u8], place: usize) -> u16 {
    let part = bytes.get(place..place.saturating_add(2));
    part.and_then(|part| part.try_into().ok())
        .map_or(0, u16::from_ne_bytes)
}
