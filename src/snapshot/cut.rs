//! Lists that a lab can make arbitrarily long are cut, and how many elements are missing is a fact
//! too. Each list has its own limit; if the snapshot is still too large, lists and texts of any
//! kind are cut further and further.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Snapshot;

/// The most mounts, processes and so on that an actor's facts list.
const MOST: usize = 4000;

/// The largest snapshot, in bytes of JSON.
pub const LARGEST: usize = 8 * 1024 * 1024;

/// The list lengths to try one after another, until everything fits.
const SHORTER: [usize; 4] = [2000, 400, 100, 20];

/// More entries than any struct has fields: a map with more has free names and may be cut.
const FIELDS: usize = 100;

/// The longest text once something has to be cut, in bytes.
const TEXT: usize = 64 * 1024;

/// What was cut: how many elements are missing, by the name of the fact in checks.
pub type Cut = BTreeMap<String, i64>;

impl Snapshot {
    /// Cuts each list that is too long by itself.
    pub fn cut_lists(&mut self) {
        let mut cut = Cut::new();
        for (name, actor) in &mut self.actors {
            let mut note = |list: &str, more: Option<i64>| {
                cut.extend(more.map(|more| (format!("{name}.{list}"), more)));
            };
            note("mounts", shorten(&mut actor.mounts, MOST));
            note("processes", shorten(&mut actor.processes, MOST));
            note("ipc.queues", shorten(&mut actor.ipc.queues, MOST));
            note("ipc.segments", shorten(&mut actor.ipc.segments, MOST));
            note("ipc.semaphores", shorten(&mut actor.ipc.semaphores, MOST));
            let posix = &mut actor.ipc.posix_queues;
            note("ipc.posix_queues", shorten(posix, MOST));
        }
        let spaces = shorten(&mut self.namespaces, MOST);
        cut.extend(spaces.map(|more| ("namespaces".to_owned(), more)));
        self.cut.extend(cut);
    }

    /// Cuts a snapshot that is too large, given as JSON. If it cannot be cut enough, nothing but
    /// that is left.
    pub fn cut_to_fit(json: &[u8]) -> Self {
        let Ok(mut value) = serde_json::from_slice::<Value>(json) else {
            return Self::nothing();
        };
        let mut cut = Cut::new();
        for most in SHORTER {
            walk(&mut value, "", most, &mut cut);
            let fits = serde_json::to_vec(&value).is_ok_and(|json| json.len() <= LARGEST);
            if fits {
                break;
            }
        }
        let Ok(mut snapshot) = serde_json::from_value::<Self>(value) else {
            return Self::nothing();
        };
        for (what, more) in cut {
            *snapshot.cut.entry(what).or_default() += more;
        }
        let fits = serde_json::to_vec(&snapshot).is_ok_and(|json| json.len() <= 2 * LARGEST);
        if fits { snapshot } else { Self::nothing() }
    }

    /// A snapshot with nothing but the note that something was cut.
    fn nothing() -> Self {
        Self {
            cut: [("host".to_owned(), 1)].into(),
            ..Self::default()
        }
    }
}

/// Shortens a list; returns how many elements were cut off.
fn shorten<T>(list: &mut Vec<T>, most: usize) -> Option<i64> {
    let more = list.len().checked_sub(most).filter(|more| *more > 0)?;
    list.truncate(most);
    i64::try_from(more).ok()
}

fn walk(value: &mut Value, name: &str, most: usize, cut: &mut Cut) {
    match value {
        Value::Array(list) => {
            if let Some(more) = shorten(list, most) {
                *cut.entry(name.to_owned()).or_default() += more;
            }
            for (index, one) in list.iter_mut().enumerate() {
                walk(one, &format!("{name}[{index}]"), most, cut);
            }
        }
        Value::Object(map) => {
            let most_names = most.max(FIELDS);
            let more = map.len().saturating_sub(most_names);
            if more > 0 {
                let last: Vec<String> = map.keys().skip(most_names).cloned().collect();
                for name in &last {
                    map.remove(name);
                }
                *cut.entry(name.to_owned()).or_default() += i64::try_from(more).unwrap_or(i64::MAX);
            }
            for (field, one) in map.iter_mut() {
                walk(one, &below(name, field), most, cut);
            }
        }
        Value::String(text) if text.len() > TEXT => {
            let whole = |at: &usize| text.is_char_boundary(*at);
            let end = (0..=TEXT).rev().find(whole).unwrap_or(0);
            let more = i64::try_from(text.len() - end).unwrap_or(i64::MAX);
            text.truncate(end);
            *cut.entry(name.to_owned()).or_default() += more;
        }
        _ => {}
    }
}

/// The name of a part in checks: an actor is at the root.
fn below(name: &str, field: &str) -> String {
    match name {
        "" if field == "actors" => String::new(),
        "" => field.to_owned(),
        name => format!("{name}.{field}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::{Actor, Mount};

    fn with_mounts(count: usize, options: usize) -> Snapshot {
        let mount = Mount {
            target: "/lab/x".to_owned(),
            super_options: vec!["lowerdir+=/usr/share/somewhere".to_owned(); options],
            ..Mount::default()
        };
        let host = Actor {
            alive: true,
            mounts: vec![mount; count],
            ..Actor::default()
        };
        let mut snapshot = Snapshot::default();
        snapshot.actors.insert("host".to_owned(), host);
        snapshot
    }

    #[test]
    fn a_long_list_is_cut_and_says_how_many_more_there_are() {
        let mut snapshot = with_mounts(65_556, 0);
        snapshot.cut_lists();
        assert_eq!(snapshot.actors["host"].mounts.len(), 4000);
        assert_eq!(
            snapshot.cut,
            Cut::from([("host.mounts".to_owned(), 61_556)])
        );
        let mut small = with_mounts(3, 0);
        small.cut_lists();
        assert_eq!(small, with_mounts(3, 0));
    }

    #[test]
    fn what_is_too_much_all_together_is_cut_until_it_fits() {
        let large = with_mounts(3000, 300);
        let json = serde_json::to_vec(&large).unwrap_or_default();
        assert!(json.len() > 3 * LARGEST);
        let fits = Snapshot::cut_to_fit(&json);
        let json = serde_json::to_vec(&fits).unwrap_or_default();
        assert!(json.len() <= LARGEST, "{}", json.len());
        assert!(fits.actors["host"].alive);
        assert!(fits.cut["host.mounts"] >= 1000);
        let nothing = Snapshot::cut_to_fit(b"no json");
        assert!(nothing.actors.is_empty() && nothing.cut.len() == 1);
    }
}
