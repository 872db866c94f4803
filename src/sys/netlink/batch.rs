//! Many messages to netfilter that are done together or not at all
//! (`linux/netfilter/nfnetlink.h`).

use rtnetlink::packet_core::{NLM_F_ACK, NLM_F_REQUEST};

use super::super::SysError;
use super::{ENDS, Netlink, end, first, packet};

/// `NFNL_MSG_BATCH_BEGIN` and `NFNL_MSG_BATCH_END`.
const BATCH: [u16; 2] = [16, 17];

/// A message to be sent as one of many.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its type in the kernel's words.
    pub name: &'static str,
    /// Its type.
    pub kind: u16,
    /// Flags beside `NLM_F_REQUEST` and `NLM_F_ACK`.
    pub flags: u16,
    /// What follows its header.
    pub body: Vec<u8>,
}

/// What came of the request with this number.
struct End {
    sequence: u32,
    done: Result<(), SysError>,
}

impl Netlink {
    /// Has all messages of a subsystem of netfilter done, or none of them. A
    /// refusal has the name of the message that was refused.
    pub fn batch(&mut self, subsystem: u16, messages: &[Message]) -> Result<(), SysError> {
        // `struct nfgenmsg` of both ends, in network order.
        let [high, low] = subsystem.to_be_bytes();
        let edge = [0, 0, high, low];
        let mut sent = packet(BATCH[0], NLM_F_REQUEST, self.next(), &edge);
        let first = self.sequence + 1;
        for m in messages {
            let flags = NLM_F_REQUEST | NLM_F_ACK | m.flags;
            sent.extend(packet(m.kind, flags, self.next(), &m.body));
        }
        let last = self.sequence;
        sent.extend(packet(BATCH[1], NLM_F_REQUEST, self.next(), &edge));
        self.send(&sent)?;
        loop {
            for End { sequence, done } in self.ends()? {
                let at = sequence.checked_sub(first).map(|at| at as usize);
                let message = at.and_then(|at| messages.get(at)).or(messages.first());
                let name = message.map_or("netlink", |message| message.name);
                done.map_err(|e| SysError { call: name, ..e })?;
                if sequence == last {
                    return Ok(());
                }
            }
        }
    }

    /// The ends of answers that come next.
    fn ends(&mut self) -> Result<Vec<End>, SysError> {
        let mut rest = self.receive()?;
        let mut ends = Vec::new();
        while let Some((message, after)) = first(rest) {
            rest = after;
            if ENDS.contains(&message.kind) {
                ends.push(End {
                    sequence: message.sequence,
                    done: end(message.body, message.flags),
                });
            }
        }
        Ok(ends)
    }
}
