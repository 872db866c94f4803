//! Where in the frames of zstd a stream of bytes is (RFC 8878, 3.1.1): whether it ends
//! between two blocks, as it does where the writer was killed, or within one.

use std::io::{self, Read};

use super::MAGIC;

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// The magic number of a frame.
    Magic,
    /// The rest of a frame's header, once its first byte tells how long it is.
    Header,
    /// The header of a block.
    Block,
    /// A block's content, with so many bytes left; whether it is the last of its frame.
    Content { left: usize, last: bool },
    /// The frame's checksum.
    Sum,
    /// Nothing that is known.
    Lost,
}

/// Bytes as they are read, and where in a frame they are.
#[derive(Debug)]
pub(super) struct Frames<R> {
    from: R,
    next: Next,
    /// The bytes of what comes next that were read already, of all but a block's content.
    have: Vec<u8>,
    /// Whether the frame has a checksum.
    summed: bool,
    /// Whether a whole header was read.
    begun: bool,
}

impl<R: Read> Frames<R> {
    /// At the start of the bytes.
    pub(super) fn new(from: R) -> Self {
        Self {
            from,
            next: Next::Magic,
            have: Vec::new(),
            summed: false,
            begun: false,
        }
    }

    /// Whether the bytes so far end between two blocks.
    pub(super) fn is_between(&self) -> bool {
        self.begun
            && self.have.is_empty()
            && !matches!(self.next, Next::Content { .. } | Next::Lost)
    }

    /// Whether a frame has begun.
    pub(super) fn has_begun(&self) -> bool {
        self.begun
    }

    fn pass(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            bytes = match self.next {
                Next::Lost => return,
                Next::Content { left, last } => {
                    let (_, rest) = bytes.split_at(left.min(bytes.len()));
                    let left = left - (bytes.len() - rest.len());
                    self.next = match left {
                        0 => self.behind(last),
                        left => Next::Content { left, last },
                    };
                    rest
                }
                _ => {
                    self.have.push(bytes[0]);
                    self.settle();
                    &bytes[1..]
                }
            };
        }
    }

    /// What comes behind a block.
    fn behind(&self, last: bool) -> Next {
        match (last, self.summed) {
            (false, _) => Next::Block,
            (true, true) => Next::Sum,
            (true, false) => Next::Magic,
        }
    }

    /// Goes on once what comes next is whole.
    fn settle(&mut self) {
        let next = match (self.next, self.have.as_slice()) {
            (Next::Magic, have) if have.len() == MAGIC.len() => {
                if have == MAGIC {
                    Next::Header
                } else {
                    Next::Lost
                }
            }
            (Next::Header, have) if have.len() == header(have[0]) => {
                self.summed = have[0] & 0b100 != 0;
                self.begun = true;
                Next::Block
            }
            (Next::Block, &[a, b, c]) => self.block(u32::from_le_bytes([a, b, c, 0])),
            (Next::Sum, have) if have.len() == 4 => Next::Magic,
            _ => return,
        };
        self.next = next;
        self.have.clear();
    }

    /// What comes behind a block's header: its last three bits tell the kind.
    fn block(&self, header: u32) -> Next {
        let last = header & 1 != 0;
        let size = usize::try_from(header >> 3).unwrap_or(usize::MAX);
        let left = match (header >> 1) & 0b11 {
            // One byte that is repeated.
            1 => 1,
            0 | 2 => size,
            _ => return Next::Lost,
        };
        match left {
            0 => self.behind(last),
            left => Next::Content { left, last },
        }
    }
}

/// How long a frame's header is, as its first byte tells (RFC 8878, 3.1.1.1.1).
fn header(descriptor: u8) -> usize {
    let single = descriptor & 0b10_0000 != 0;
    let dictionary = [0, 1, 2, 4][usize::from(descriptor & 0b11)];
    let size = match descriptor >> 6 {
        0 => usize::from(single),
        power => 1 << power,
    };
    1 + usize::from(!single) + dictionary + size
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(buffer)?;
        self.pass(&buffer[..count]);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use super::Frames;

    /// Frames of all kinds: flushed or not, with a checksum or not, large and repeated blocks.
    fn written(summed: bool) -> (Vec<u8>, Vec<usize>) {
        let mut ends = Vec::new();
        let mut bytes = Vec::new();
        for part in 0..2 {
            let mut to = zstd::Encoder::new(bytes, 1).unwrap();
            to.include_checksum(summed).unwrap();
            for block in 0..20u32 {
                let noise =
                    (0..block * 40_000).map(|at| (at.wrapping_mul(at) >> 7).to_le_bytes()[0]);
                let same = vec![b'x'; 300_000];
                to.write_all(&noise.collect::<Vec<u8>>()).unwrap();
                to.write_all(&same).unwrap();
                to.flush().unwrap();
                ends.push(to.get_ref().len());
            }
            bytes = to.finish().unwrap();
            if part == 0 {
                ends.push(bytes.len());
            }
        }
        ends.push(bytes.len());
        (bytes, ends)
    }

    #[test]
    fn frames_end_between_their_blocks() {
        for summed in [false, true] {
            let (bytes, ends) = written(summed);
            for end in ends.iter().copied() {
                for (cut, wanted) in [(end, true), (end - 1, false)] {
                    let mut frames = Frames::new(&bytes[..cut]);
                    frames.read_to_end(&mut Vec::new()).unwrap();
                    assert_eq!(frames.is_between(), wanted, "{cut} of {}", bytes.len());
                }
            }
        }
    }
}
