//! System V objects and POSIX message queues, sysvipc(7), `mq_overview(7)`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// All objects of one ipc namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Ipc {
    /// System V message queues.
    pub queues: Vec<Queue>,
    /// System V shared memory segments.
    pub segments: Vec<Segment>,
    /// System V semaphore sets.
    pub semaphores: Vec<Semaphores>,
    /// POSIX message queues.
    pub posix_queues: Vec<PosixQueue>,
}

/// A line of `/proc/sysvipc/msg`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Queue {
    /// The id that msgctl(2) takes.
    pub id: i64,
    /// The key.
    pub key: i64,
    /// The permission bits, as a number.
    pub mode: i64,
    /// How many messages wait in it.
    pub messages: i64,
    /// How many bytes they hold.
    pub bytes: i64,
}

/// A line of `/proc/sysvipc/shm`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Segment {
    /// The id that shmctl(2) takes.
    pub id: i64,
    /// The key.
    pub key: i64,
    /// The permission bits, as a number.
    pub mode: i64,
    /// The size in bytes.
    pub bytes: i64,
    /// How many processes have it attached.
    pub attached: i64,
}

/// A line of `/proc/sysvipc/sem`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Semaphores {
    /// The id that semctl(2) takes.
    pub id: i64,
    /// The key.
    pub key: i64,
    /// The permission bits, as a number.
    pub mode: i64,
    /// How many semaphores are in the set.
    pub count: i64,
}

/// A file of an mqueue file system.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PosixQueue {
    /// Its name, without a slash.
    pub name: String,
    /// How many bytes wait in it (`QSIZE`).
    pub bytes: i64,
}
