//! Capability sets, capabilities(7).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The five sets of a process, each a list of kernel names (`CAP_SYS_ADMIN`) in the order of their
/// numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[allow(missing_docs, reason = "each field is the set of the same name")]
pub struct Capabilities {
    pub effective: Vec<String>,
    pub permitted: Vec<String>,
    pub inheritable: Vec<String>,
    pub bounding: Vec<String>,
    pub ambient: Vec<String>,
}
