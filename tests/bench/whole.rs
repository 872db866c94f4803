//! The whole program on a terminal, beside its peers: `cargo bench --bench whole`.
//! The machine is noisy: compare figures of one run with each other.
//!
//! `cargo bench --bench whole -- start echo` measures only what is named.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench that panics stops, as it should, and it prints its figures"
)]

#[path = "whole/container.rs"]
mod container;
#[path = "whole/group.rs"]
mod group;
#[path = "whole/measure.rs"]
mod measure;
#[path = "whole/network.rs"]
mod network;
#[path = "whole/overlay.rs"]
mod overlay;
#[path = "whole/space.rs"]
mod space;
#[path = "../e2e/terminal.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod terminal;

/// The measurements by name.
const ALL: [(&str, fn()); 12] = [
    ("start", measure::start),
    ("echo", measure::echo),
    ("change", measure::change),
    ("undo", measure::undo),
    ("flood", measure::flood),
    ("idle", measure::idle),
    ("cable", network::cable),
    ("crowd", network::crowd),
    ("groups", group::groups),
    ("container", container::container),
    ("layers", overlay::layers),
    ("spaces", space::spaces),
];

fn main() {
    let named: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with('-'))
        .collect();
    for (name, measure) in ALL {
        if named.is_empty() || named.iter().any(|n| n == name) {
            measure();
        }
    }
}
