//! The limits of what is read of a journal, and so of what is written.

/// The longest line, in bytes: enough for one snapshot.
pub(super) const LONGEST: u64 = 32 << 20;
/// The most bytes of all lines together.
pub(super) const LARGEST: u64 = 256 << 20;
/// The most lines: enough for some eventful hours.
pub(super) const LINES: usize = 500_000;
/// The most memory of one line, in bytes.
const HEAVIEST: u64 = 128 << 20;
/// The memory of an object, in bytes, however short it is written.
const OBJECT: u64 = 300;
/// How many objects each moment has: the line, the moment, and its contents.
const FEW: u64 = 4;
/// The memory that a written byte usually takes, in bytes.
const USUAL: u64 = 4;
/// The most memory of all lines together beyond the usual, in bytes.
const EXCESS: u64 = 128 << 20;

/// The limits of a journal.
#[derive(Clone, Copy, Debug)]
pub struct Most {
    /// Bytes of all lines.
    pub bytes: u64,
    /// Lines.
    pub lines: usize,
    /// Bytes of memory beyond the usual.
    pub excess: u64,
}

impl Most {
    /// The limits for reading.
    pub const READ: Self = Self {
        bytes: LARGEST,
        lines: LINES,
        excess: EXCESS,
    };
    /// The limits for writing, which leave room for a last line.
    pub const WRITTEN: Self = Self {
        bytes: LARGEST - LONGEST,
        lines: LINES - 1,
        excess: EXCESS - (EXCESS >> 4),
    };
}

/// What was counted of a journal so far.
#[derive(Clone, Debug, Default)]
pub struct Budget {
    bytes: u64,
    lines: usize,
    excess: u64,
    /// A line exceeded the limits of one line.
    burst: bool,
}

impl Budget {
    /// Counts a line; false once a line has exceeded the limits of one line.
    pub fn take(&mut self, line: &[u8]) -> bool {
        let bytes = line.len() as u64;
        let objects = line.split(|byte| *byte == b'{').count() as u64 - 1;
        let weight = bytes + objects.saturating_sub(FEW) * OBJECT;
        self.bytes += bytes;
        self.lines += 1;
        self.excess += weight.saturating_sub(bytes * USUAL);
        self.burst |= bytes > LONGEST || weight > HEAVIEST;
        !self.burst
    }

    /// Whether the counts are within the limits.
    pub fn is_within(&self, most: &Most) -> bool {
        let counted = self.bytes <= most.bytes && self.lines <= most.lines;
        counted && self.excess <= most.excess && !self.burst
    }

    /// How many lines were counted.
    pub(super) fn lines(&self) -> usize {
        self.lines
    }
}
