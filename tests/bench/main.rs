//! How long the parts take: `cargo bench --bench parts`. The machine is noisy: compare figures of
//! one run with each other.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a bench that panics stops, as it should"
)]

mod host;
mod lens;
mod screen;
mod thinking;

criterion::criterion_group!(benches, host::all, lens::all, screen::all, thinking::all);
criterion::criterion_main!(benches);
