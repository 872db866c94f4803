//! Consecutive ids: of a user namespace, or of a line of `/etc/sub{uid,gid}`.

/// Consecutive ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Extent {
    /// The first one.
    pub(super) first: u32,
    /// How many.
    pub(super) count: u32,
}

impl Extent {
    /// Whether an id is in both.
    pub(super) fn overlaps(self, other: Self) -> bool {
        other.first < self.first.saturating_add(self.count)
            && self.first < other.first + other.count
    }

    /// Whether all ids of the other one are in this one.
    pub(super) fn contains(self, other: Self) -> bool {
        other.first >= self.first
            && other.first + (other.count - 1) <= self.first + (self.count - 1)
    }

    /// Its upper half, without id 0: that may be empty.
    pub(super) fn upper_half(self) -> Self {
        match (self.first, self.count) {
            (0, count) => Self {
                first: count / 2 + count % 2,
                count: count / 2,
            },
            (_, 1) => self,
            (first, count) => Self {
                first: first + count / 2,
                count: count - count / 2,
            },
        }
    }
}

/// Joins extents that follow each other.
pub(super) fn joined(have: &[Extent]) -> Vec<Extent> {
    let mut sorted = have.to_vec();
    sorted.sort_unstable();
    let mut all: Vec<Extent> = Vec::new();
    for extent in sorted {
        match all.last_mut() {
            Some(last) if last.first.checked_add(last.count) == Some(extent.first) => {
                last.count += extent.count;
            }
            _ => all.push(extent),
        }
    }
    all
}

/// The extents of this process's own id map, in ids of its own user namespace.
pub(super) fn extents(map: &str) -> Vec<Extent> {
    map.lines()
        .filter_map(extent)
        .filter(|extent| extent.count > 0)
        .collect()
}

/// The extent of a line of an id map.
fn extent(line: &str) -> Option<Extent> {
    let numbers: Vec<u32> = line
        .split_ascii_whitespace()
        .filter_map(|n| n.parse().ok())
        .collect();
    Some(Extent {
        first: *numbers.first()?,
        count: *numbers.get(2)?,
    })
}

/// The extents of the lines `name:first:count`, subuid(5).
pub(super) fn ranges(text: &str) -> Vec<Extent> {
    text.lines()
        .filter_map(|line| range(line).map(|(_, range)| range))
        .collect()
}

/// The name and the extent of such a line.
pub(super) fn range(line: &str) -> Option<(&str, Extent)> {
    let mut fields = line.trim().split(':');
    let name = fields.next()?;
    let extent = Extent {
        first: fields.next()?.parse().ok()?,
        count: fields.next()?.parse().ok()?,
    };
    Some((name, extent))
}
