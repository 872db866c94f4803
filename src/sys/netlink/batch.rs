//! A batch of netfilter messages, which take effect together or not at all
//! (`linux/netfilter/nfnetlink.h`).

use rtnetlink::packet_core::{NLM_F_ACK, NLM_F_REQUEST};

use super::super::SysError;
use super::{ENDS, Netlink, end, first, packet};

/// `NFNL_MSG_BATCH_BEGIN` and `NFNL_MSG_BATCH_END`.
const BATCH: [u16; 2] = [16, 17];

/// A message of a batch.
#[derive(Clone, Debug)]
pub struct Message {
    /// The name of its type, such as `NFT_MSG_NEWRULE`.
    pub name: &'static str,
    /// The number of its type, without the subsystem.
    pub kind: u16,
    /// Flags added to `NLM_F_REQUEST` and `NLM_F_ACK`.
    pub flags: u16,
    /// The bytes after its header.
    pub body: Vec<u8>,
}

/// The result of the request with this sequence number.
struct End {
    sequence: u32,
    done: Result<(), SysError>,
}

impl Netlink {
    /// Executes all messages of a netfilter subsystem, or none of them. A refusal has the name of
    /// the refused message.
    pub fn batch(&mut self, subsystem: u16, messages: &[Message]) -> Result<(), SysError> {
        // The `struct nfgenmsg` of the begin and end message, in network order.
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

    /// The end messages in the next packet.
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
