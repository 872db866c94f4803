//! A run as it is written down: the head first, then each moment with when it was, in the
//! format that [`record`](super::record) tells of. What was written before a break is read.
//!
//! A journal may come from anybody, and a few bytes can stand for very many: there is an end
//! to what is read.

mod budget;
mod frame;
mod reader;
mod writer;

use super::moment::Moment;
use crate::word;
use budget::{LARGEST, LINES, LONGEST};

pub use budget::{Budget, Most};
pub use reader::{Kept, Reader};
pub use writer::Writer;

/// The first bytes of a journal, as of anything that zstd compressed (RFC 8878, 3.1.1).
pub const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// How far back the compression looks, as a power of two: it spans many snapshots.
const WINDOW: u32 = 23;
/// The most bytes of a compressed journal that are read.
pub const COMPRESSED: u64 = LARGEST;

/// A moment and its time.
#[derive(Clone, Debug)]
pub struct Line {
    /// Milliseconds since the journal was begun.
    pub at: u64,
    /// What happened.
    pub moment: Moment,
}

/// Why a journal cannot be read, or not to its end. A line's number counts from 1; the
/// head is the first.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// The file is no journal.
    #[error("{}", word!("journal-none"))]
    None,
    /// A later version wrote the journal, in this format.
    #[error("{}", word!("journal-newer", version = *.0))]
    Newer(u32),
    /// The journal has more than is read.
    #[error("{}", word!("journal-too-much", bytes = LARGEST >> 20, lines = LINES, line = LONGEST >> 20))]
    TooMuch,
    /// The line with this number is no moment, or is damaged.
    #[error("{}", word!("journal-line", line = *.0))]
    Line(usize),
    /// The journal ends in the middle of the line with this number, where no writer that was
    /// killed ends.
    #[error("{}", word!("journal-torn", line = *.0))]
    Torn(usize),
    /// A checksum behind the line with this number does not fit what was read before.
    #[error("{}", word!("journal-sum", line = *.0))]
    Sum(usize),
    /// The lab in the head is none: what is wrong with it.
    #[error("{}", word!("journal-lab", why = .0))]
    Lab(String),
    /// The file cannot be read at all: why.
    #[error("{0}")]
    Io(String),
}

impl Unread {
    /// Whether the file is a journal that is damaged, or has more than is read.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::None | Self::Newer(_) | Self::Io(_) => false,
            Self::TooMuch | Self::Line(_) | Self::Torn(_) | Self::Sum(_) | Self::Lab(_) => true,
        }
    }
}

impl From<std::io::Error> for Unread {
    fn from(why: std::io::Error) -> Self {
        Self::Io(why.to_string())
    }
}

/// How far a journal goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// To the end of the run.
    Whole,
    /// The program was killed while it wrote: all before is there, up to and with the line
    /// with this number.
    CutShort(usize),
}
