//! All integration tests, in one crate: `pure` tests need nothing of the machine, `kernel` tests
//! use the real kernel, `e2e` tests drive the binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that panics fails, as it should"
)]

mod skip;

mod pure {
    mod book;
    mod catalog;
    mod class;
    mod cli;
    mod journals;
    mod labs;
    mod languages;
    mod present;
    mod release;
    mod screens;
    mod settings;
    mod tidy;
    mod turned;
    mod usage;
    mod verbs;
}

mod kernel {
    mod archive;
    mod attributes;
    mod beside;
    mod capability;
    mod chain;
    mod challenges;
    mod container;
    mod crowd;
    mod crun;
    mod ends;
    mod facts;
    mod file;
    pub(crate) mod group;
    mod hardening;
    mod host;
    mod hostile;
    mod images;
    mod kills;
    mod labs;
    mod layers;
    mod lens;
    mod machine;
    mod needs;
    mod network;
    mod oracle;
    mod overlay;
    mod player;
    mod present;
    mod residue;
    mod setup;
    mod spaces;
    mod stale;
    mod surroundings;
    mod topologies;
    mod translation;
    mod typed;
    mod user;
}

mod e2e {
    mod author;
    mod end;
    mod escape;
    mod export;
    mod few;
    mod fix;
    mod flood;
    mod full;
    mod handout;
    mod image;
    pub(crate) mod language;
    mod lead;
    mod lens;
    mod person;
    mod plain;
    mod play;
    mod present;
    mod replay;
    mod report;
    mod setup;
    mod share;
    mod shell;
    mod slow;
    mod steer;
    mod taken;
    mod terminal;
    mod typist;
}
