//! How much of a journal is read, and so how much of one is written.

/// The most that a line may have, in bytes: one snapshot.
pub(super) const LONGEST: u64 = 32 << 20;
/// The most bytes of all lines.
pub(super) const LARGEST: u64 = 256 << 20;
/// The most lines: some hours with much to see.
pub(super) const LINES: usize = 500_000;
/// What a line may become in memory, in bytes.
const HEAVIEST: u64 = 128 << 20;
/// What an object becomes in memory, however little is written of it.
const OBJECT: u64 = 300;
/// How many objects each line has that is a moment: the line, the moment, and what it is of.
const FEW: u64 = 4;
/// How many bytes of memory a byte that is written stands for where nobody exaggerates.
const USUAL: u64 = 4;
/// What lines may become in memory beyond what is usual, all together.
const EXCESS: u64 = 128 << 20;

/// The most that there may be.
#[derive(Clone, Copy, Debug)]
pub struct Most {
    /// Bytes of all lines.
    pub bytes: u64,
    /// Lines.
    pub lines: usize,
    /// Bytes of memory beyond what is usual.
    pub excess: u64,
}

impl Most {
    /// That is read of a journal.
    pub const READ: Self = Self {
        bytes: LARGEST,
        lines: LINES,
        excess: EXCESS,
    };
    /// That is written of one: with room for a last line.
    pub const WRITTEN: Self = Self {
        bytes: LARGEST - LONGEST,
        lines: LINES - 1,
        excess: EXCESS - (EXCESS >> 4),
    };
}

/// What there is of a journal so far.
#[derive(Clone, Debug, Default)]
pub struct Budget {
    bytes: u64,
    lines: usize,
    excess: u64,
    /// A line was too long, or too heavy.
    burst: bool,
}

impl Budget {
    /// Counts a line; whether it alone is no more than one may be.
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

    /// Whether there is no more than may be.
    pub fn is_within(&self, most: &Most) -> bool {
        let counted = self.bytes <= most.bytes && self.lines <= most.lines;
        counted && self.excess <= most.excess && !self.burst
    }

    /// How many lines there are.
    pub(super) fn lines(&self) -> usize {
        self.lines
    }
}
