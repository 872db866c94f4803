//! Parsing the files of a group, including content that no kernel writes.

use super::*;

#[test]
fn no_limit_has_many_spellings() {
    for text in ["max\n", "-1\n", "9223372036854771712\n"] {
        assert_eq!(number(text), UNLIMITED, "{text}");
    }
    assert_eq!(number("52428800\n"), 52_428_800);
    assert_eq!(field("low 0\noom_kill 3\noom 4\n", "oom_kill"), 3);
}

/// A group whose files have these contents, each after a line `== NAME`.
fn group(text: &str) -> Open {
    let names = FILES.iter().map(|(name, _, _)| *name).chain(PRESSURE);
    let mut open = Open::default();
    for part in text.split("== ") {
        let (name, content) = part.split_once('\n').unwrap_or((part, ""));
        let Some(name) = names.clone().find(|known| *known == name) else {
            continue;
        };
        let fd = file::in_memory(name).unwrap();
        file::write_all(fd.as_fd(), content.as_bytes()).unwrap();
        open.files.insert(name, fd);
    }
    open
}

#[test]
fn the_files_of_a_group_may_say_anything() {
    crate::fuzz::each("cgroup", |bytes| {
        let open = group(&String::from_utf8_lossy(bytes));
        for unified in [true, false] {
            let group = open.read(unified, &Table::default());
            let (memory, cpu, pids) = (&group.memory, &group.cpu, &group.pids);
            let limits = [memory.max, memory.high, cpu.quota_usec, pids.max];
            assert!(limits.iter().all(|limit| *limit >= 0), "{group:?}");
            // A counter is what a file says; an unreadable file counts 0.
            let used = [memory.current, memory.file, memory.peak, memory.hits];
            let counts = [
                cpu.usage_usec,
                cpu.throttled_count,
                pids.current,
                pids.refused,
            ];
            let counts = used.iter().chain(&counts).chain([&memory.oom_kills]);
            for count in counts {
                assert!((0..UNLIMITED).contains(count), "{group:?}");
            }
            assert!(group.processes.is_empty());
        }
    });
}

#[test]
fn what_cannot_be_read_is_no_count_and_no_limit() {
    let open = group("== memory.current\nx\n== pids.current\n7\n== pids.max\n\n");
    let group = open.read(true, &Table::default());
    assert_eq!(group.controllers, ["pids"]);
    assert!(!group.memory.enabled && group.memory.current == 0);
    assert_eq!((group.pids.current, group.pids.max), (7, UNLIMITED));
}
