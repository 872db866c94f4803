//! The objects of the ipc namespace that the reader has joined.

use std::os::fd::BorrowedFd;

use crate::snapshot::{Ipc, PosixQueue, Queue, Segment, Semaphores};
use crate::sys::file;

/// Reads `/proc/sysvipc/*` (sysvipc(7)) and the given mqueue file system (`mq_overview(7)`).
pub fn read(proc: BorrowedFd<'_>, queues: Option<BorrowedFd<'_>>) -> Ipc {
    let table = |name: &str| {
        let bytes = file::read(proc, &format!("sysvipc/{name}")).unwrap_or_default();
        rows(&String::from_utf8_lossy(&bytes))
    };
    Ipc {
        queues: table("msg").iter().map(|row| queue(row)).collect(),
        segments: table("shm").iter().map(|row| segment(row)).collect(),
        semaphores: table("sem").iter().map(|row| semaphores(row)).collect(),
        posix_queues: queues.map(posix_queues).unwrap_or_default(),
    }
}

/// How many columns of a row are used.
const COLUMNS: usize = 7;

/// The rows below the heading; the permission bits are octal. A row with anything but numbers is
/// left out.
fn rows(text: &str) -> Vec<Vec<i64>> {
    let number = |(column, word): (usize, &str)| match column {
        2 => i64::from_str_radix(word, 8).ok(),
        _ => word.parse().ok(),
    };
    let row = |line: &str| {
        let words = line.split_ascii_whitespace().enumerate();
        let row: Vec<i64> = words.take(COLUMNS).map(number).collect::<Option<_>>()?;
        (row.len() == COLUMNS).then_some(row)
    };
    text.lines().skip(1).filter_map(row).collect()
}

fn at(row: &[i64], index: usize) -> i64 {
    row.get(index).copied().unwrap_or(0)
}

fn queue(row: &[i64]) -> Queue {
    let (key, id, mode) = (at(row, 0), at(row, 1), at(row, 2));
    Queue {
        id,
        key,
        mode,
        bytes: at(row, 3),
        messages: at(row, 4),
    }
}

fn segment(row: &[i64]) -> Segment {
    let (key, id, mode) = (at(row, 0), at(row, 1), at(row, 2) & 0o777);
    Segment {
        id,
        key,
        mode,
        bytes: at(row, 3),
        attached: at(row, 6),
    }
}

fn semaphores(row: &[i64]) -> Semaphores {
    Semaphores {
        id: at(row, 1),
        key: at(row, 0),
        mode: at(row, 2),
        count: at(row, 3),
    }
}

fn posix_queues(root: BorrowedFd<'_>) -> Vec<PosixQueue> {
    // Opened anew each time, because a descriptor keeps its read position in the directory.
    let names = file::names(root, ".").unwrap_or_default();
    let mut queues: Vec<PosixQueue> = names
        .into_iter()
        .map(|name| PosixQueue {
            bytes: queue_size(root, &name),
            name,
        })
        .collect();
    queues.sort_by(|a, b| a.name.cmp(&b.name));
    queues
}

/// The `QSIZE` value in the file of a queue, in bytes.
fn queue_size(root: BorrowedFd<'_>, name: &str) -> i64 {
    let bytes = file::read(root, name).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let size = text
        .split_ascii_whitespace()
        .find_map(|word| word.strip_prefix("QSIZE:"));
    size.and_then(|n| n.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_objects_may_be_anything() {
        crate::fuzz::each("sysvipc", |bytes| {
            let text = String::from_utf8_lossy(bytes);
            for row in rows(&text) {
                let (queue, segment, set) = (queue(&row), segment(&row), semaphores(&row));
                // Every number comes from the text.
                for number in [
                    queue.id,
                    segment.bytes,
                    segment.attached,
                    set.count,
                    set.key,
                ] {
                    let words = number.to_string();
                    let digits = words.trim_start_matches('-');
                    assert!(text.contains(digits), "{row:?}");
                }
            }
        });
        assert!(rows("h\n1 2 x 4 5 6 7\n1 2 3\n").is_empty());
    }

    #[test]
    fn a_row_of_msg() {
        let text = "       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime\n\
                    -1234567890          3   644           7          2     0     0     0     0     0     0          0          0 1600000000\n";
        let row = rows(text).into_iter().next().unwrap_or_default();
        let expected = Queue {
            id: 3,
            key: -1_234_567_890,
            mode: 0o644,
            bytes: 7,
            messages: 2,
        };
        assert_eq!(queue(&row), expected);
    }
}
