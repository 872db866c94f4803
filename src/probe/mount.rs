//! The mount table. A parser of our own: it undoes octal escapes and keeps every `lowerdir+` of an
//! overlay, in order.

use crate::snapshot::Mount;

/// Parses the lines of `/proc/PID/mountinfo`, `proc_pid_mountinfo(5)`.
pub fn parse(text: &str) -> Vec<Mount> {
    text.lines().filter_map(line).collect()
}

fn line(line: &str) -> Option<Mount> {
    // The optional fields end at a lone hyphen. No path is one, because paths begin with a slash.
    let (left, right) = line.split_once(" - ")?;
    let left: Vec<&str> = left.split(' ').collect();
    let mut right = right.split(' ');
    let kind = right.next()?;
    // Only the source may be empty.
    if kind.is_empty() || left.iter().any(|field| field.is_empty()) {
        return None;
    }
    Some(Mount {
        id: left.first()?.parse().ok()?,
        parent: left.get(1)?.parse().ok()?,
        root: unescape(left.get(3)?),
        target: unescape(left.get(4)?),
        options: list(left.get(5)?),
        propagation: left
            .get(6..)?
            .iter()
            .map(|field| (*field).to_owned())
            .collect(),
        kind: unescape(kind),
        source: unescape(right.next().unwrap_or("")),
        super_options: list(right.next().unwrap_or("")),
    })
}

fn list(options: &str) -> Vec<String> {
    options
        .split(',')
        .filter(|o| !o.is_empty())
        .map(unescape)
        .collect()
}

/// Undoes the octal escapes of space, tab, newline, backslash and hash.
fn unescape(field: &str) -> String {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        if let Some(byte) = octal(rest) {
            bytes.push(byte);
            rest = &rest[4..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn octal(bytes: &[u8]) -> Option<u8> {
    let digits = bytes.strip_prefix(b"\\")?.get(..3)?;
    // `from_str_radix` would accept a sign.
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_optional_fields_and_repeated_options() {
        let text = "36 35 98:0 /a\\040b /mnt\\134x rw,noatime shared:1 master:2 - overlay my\\011src rw,lowerdir+=/a,lowerdir+=/b\n";
        let mounts = parse(text);
        let mount = mounts.first().cloned().unwrap_or_default();
        assert_eq!(
            (mount.root.as_str(), mount.target.as_str()),
            ("/a b", "/mnt\\x")
        );
        assert_eq!(mount.propagation, ["shared:1", "master:2"]);
        assert_eq!(mount.source, "my\tsrc");
        assert_eq!(mount.super_options, ["rw", "lowerdir+=/a", "lowerdir+=/b"]);
    }

    #[test]
    fn an_empty_source_and_a_broken_line() {
        let text = "1 0 0:1 / / rw - tmpfs  rw\nnonsense\n";
        assert_eq!(parse(text).len(), 1);
        for broken in [
            "1 0 0:1 / / rw -  - tmpfs rw",
            "1 0 0:1 / / rw  - tmpfs x rw",
            "1 0 0:1  / rw - tmpfs x rw",
        ] {
            assert_eq!(parse(broken), [], "{broken}");
        }
        assert_eq!(unescape("a\\+12b\\777"), "a\\+12b\\777");
    }

    /// A line as the kernel writes it (`show_mountinfo`, `fs/proc_namespace.c`).
    fn print(mount: &Mount) -> String {
        let list = |list: &[String]| list.iter().map(|o| escape(o)).collect::<Vec<_>>().join(",");
        let words = [
            format!("{} {} 0:1", mount.id, mount.parent),
            escape(&mount.root),
            escape(&mount.target),
            list(&mount.options),
            mount.propagation.join(" "),
            format!("- {} {}", escape(&mount.kind), escape(&mount.source)),
            list(&mount.super_options),
        ];
        words.join(" ").replace("  - ", " - ")
    }

    fn escape(text: &str) -> String {
        let one = |c: char| match c {
            ' ' | '\t' | '\n' | '\\' | '#' | ',' => format!("\\{:03o}", u32::from(c)),
            c => c.to_string(),
        };
        text.chars().map(one).collect()
    }

    #[test]
    fn a_mount_table_may_be_anything() {
        crate::fuzz::each("mountinfo", |bytes| {
            let text = String::from_utf8_lossy(bytes);
            let mounts = parse(&text);
            assert!(mounts.len() <= text.lines().count());
            for mount in mounts {
                let line = print(&mount);
                assert_eq!(parse(&line), [mount], "{line}");
            }
        });
    }
}
