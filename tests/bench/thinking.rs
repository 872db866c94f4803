//! What needs no kernel: parsing a lab file, finding the catalogue.

use criterion::Criterion;
use isolab::lab::Lab;

const LAB: &str = include_str!("../../labs/04-uts-ipc.yaml");

pub(crate) fn all(c: &mut Criterion) {
    c.bench_function("read a lab file", |b| {
        b.iter(|| Lab::parse("04-uts-ipc.yaml", LAB));
    });
}
