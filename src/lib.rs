//! isolab teaches how containers work by building one on the real kernel.

pub mod lab;
pub mod snapshot;
pub mod sys;

pub mod action;
pub mod catalog;
pub mod check;
pub mod probe;
pub mod typed;

pub mod sandbox;
pub mod session;

pub mod ui;

pub mod app;

pub mod cli;
