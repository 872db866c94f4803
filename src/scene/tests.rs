//! Journals, including those that no isolab has written.

use std::io::Write as _;

use super::Scene;
use super::journal::{MAGIC, Reader};
use super::record::Line;
use crate::fuzz;

/// Follows a journal to its end.
fn follow(journal: &[u8]) {
    let Ok((mut reader, head)) = Reader::new(journal) else {
        return;
    };
    let mut scene = Scene::new(head);
    for line in &mut reader {
        let Ok(line) = line else { break };
        let written = serde_json::to_string(&Line::from(&line)).unwrap();
        let read: Line = serde_json::from_str(&written).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), written);
        if let Ok(scene) = &mut scene {
            scene.take(line.moment);
        }
    }
    // What cannot be read is the last that is told.
    assert!(reader.next().is_none());
}

#[test]
fn a_journal_may_be_anything() {
    fuzz::each("journal", |bytes| {
        if bytes.starts_with(&MAGIC) {
            return follow(bytes);
        }
        let mut written = zstd::Encoder::new(Vec::new(), 1).unwrap();
        written.write_all(bytes).unwrap();
        follow(&written.finish().unwrap());
    });
}
