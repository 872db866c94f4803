//! isolab teaches how containers work by building one on the real kernel.

pub mod snapshot;

pub mod lab;

pub mod check;
pub mod typed;

pub mod catalog;
pub mod session;

pub mod app;
pub mod sandbox;

pub mod cli;
