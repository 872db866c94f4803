//! Verbs of the ipc family. Keys are chosen at random, as ipcmk(1) does.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::critic::Critic;
use super::host;
use super::table::{family, outlines};

family! { ($)
    /// Makes a System V message queue.
    "message_queue" MessageQueue(MessageQueue),
    /// Makes a System V shared memory segment.
    "shared_memory" SharedMemory(SharedMemory),
    /// Makes a System V semaphore set.
    "semaphore" Semaphore(Semaphore),
    /// Makes a POSIX message queue.
    "posix_queue" PosixQueue(PosixQueue),
    /// Removes a System V object.
    "ipc_remove" IpcRemove(IpcRemove),
}

outlines! { |a|
    MessageQueue {},
    SharedMemory {},
    Semaphore {},
    PosixQueue {} => judge,
    IpcRemove {},
}

/// Makes a System V message queue, msgget(2). Example: `message_queue: {in: host}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageQueue {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
}

/// Makes a System V shared memory segment, shmget(2). Example: `shared_memory: {in: host, bytes: 4096}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SharedMemory {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The size in bytes.
    pub bytes: u32,
}

/// Makes a System V semaphore set, semget(2). Example: `semaphore: {in: host, count: 1}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Semaphore {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// How many semaphores are in the set.
    pub count: u16,
}

/// Makes a POSIX message queue as a file of the mounted mqueue file system; it
/// belongs to the ipc namespace that the file system was mounted in,
/// `mq_overview(7)`. Example: `posix_queue: {in: host, name: jobs}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PosixQueue {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The queue's name, without a slash.
    pub name: String,
}

impl PosixQueue {
    /// Tells what is wrong with its words.
    fn judge(&self, critic: &mut Critic<'_>) {
        if self.name.is_empty() || self.name.contains('/') {
            let message = format!("`{}` cannot be a queue's name", self.name);
            critic.word("name", &self.name, message, "no slash: `jobs`");
        }
    }
}

/// The kinds of System V objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IpcKind {
    /// A message queue.
    MessageQueue,
    /// A shared memory segment.
    SharedMemory,
    /// A semaphore set.
    Semaphore,
}

/// Removes a System V object by its id, msgctl(2) with `IPC_RMID` and its like.
/// Example: `ipc_remove: {kind: message_queue, id: 0}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IpcRemove {
    /// The actor; the host where it is left out.
    #[serde(rename = "in", default = "host")]
    pub actor: String,
    /// The kind of object.
    pub kind: IpcKind,
    /// Its id, as ipcs(1) shows it.
    pub id: i32,
}
