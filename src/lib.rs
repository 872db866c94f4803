//! isolab teaches how containers work by building one on the real kernel.
//!
//! This page is the map: what each room does, which way things go through the house, and what a
//! new thing needs. `labs/AUTHORING.md` is the guide for labs, `.github/CONTRIBUTING.md` says how
//! to work on the program, `.github/SECURITY.md` what a lab host keeps in.
//!
//! # The picture
//!
//! ```text
//!            cli        arguments, sub-commands, what is printed
//!             │
//!            app        the hall: waits for keys, the lab host, the kernel, time
//!      ┌──────┼──────────────────────────────┐
//!  thinking   │ hands                        │ paper
//!    ui ──────┤   sandbox   the lab host     │   export   a run for somebody else
//!    session  │   action    verbs, played    │   scene    a run as its moments
//!    typed    │   probe     facts, read      │   class    hand-ins, added up
//!    check    │   sys       system calls     │   progress what the learner did
//!    lab      │                              │   catalog  labs, found and read
//!  snapshot, word, config: the ground, which all stand on
//! ```
//!
//! The *thinking wing* decides and never touches the machine: it has no clock, no file, no
//! process. The *hands wing* touches the kernel and never decides. The *paper wing* keeps what
//! outlives a run. Only the hall knows all three. Imports go down only, between rooms and between
//! the files of a room (`tests/pure/tidy`).
//!
//! | room | what lives there |
//! |---|---|
//! | [`snapshot`] | all facts about one instant, with the kernel's names, and the difference of two |
//! | [`word`] | the program's own words, in each language; messages that are data until they are drawn |
//! | [`config`] | what a person has set |
//! | [`lab`] | what a lab file may say, and every mistake in one with its place; the verbs |
//! | [`sys`] | system calls: the only room that is `unsafe`, and that calls the kernel |
//! | [`check`] | compares facts with what a lab expects, and says what is missing |
//! | [`typed`] | the command that a person would type for a verb |
//! | [`action`] | the calls, in their order, that make a verb true |
//! | [`lens`] | the system calls of what a person types, seen and said in words |
//! | [`probe`] | bytes of `/proc`, `/sys` and netlink, made into facts |
//! | [`catalog`] | the labs there are, the built-in ones and a person's own |
//! | [`session`] | where a run is: takes events, returns effects; undo, answers, hints |
//! | [`sandbox`] | starts, asks and ends a lab host; the doctor |
//! | [`ui`] | keys to commands, and everything that is drawn |
//! | [`progress`] | what the learner did, on their disk |
//! | [`scene`] | a run as the moments that it was made of: journals, and what is seen of a run |
//! | [`class`] | what a class handed in, added up |
//! | [`export`] | a run as Markdown, HTML, a film, a picture, a script |
//! | [`app`] | the hall, in rooms of its own: `run`, `screen`, `auto`, `share` |
//! | [`cli`] | the sub-commands |
//!
//! A kernel subject has the same file name in every room: `process`, `namespace`, `mount`,
//! `overlay`, `network`, `cgroup`, `file`, `ipc`, `capability`.
//!
//! # The ways
//!
//! *A lab's text.* `catalog` reads the file; `lab` parses it (`text`, `shape`, `raw`, `validate`,
//! `convert`), and keeps the place of each word for its problems; `check` compiles its expressions.
//!
//! *A key.* The terminal gives it to `app::screen`; `ui::keymap` finds the command in its one table
//! of keys; the command changes what is shown (`ui::state`), or becomes an event of the session.
//!
//! *An action.* `session` asks for it by an effect; `app::run` gives it to the sandbox; a message
//! goes to init, pid 1 of the lab host; init forks a worker, which enters the place of the actor and
//! plays it (`action`, `sys`); what the kernel said comes back as an outcome, and is an event.
//!
//! *A fact.* The observer, outside the pid namespace of the lab host, wakes when the kernel tells of
//! a change, or looks again where it tells nothing; `probe` reads; the snapshot comes back as an
//! event; the panels and the checks read the same one.
//!
//! *A check.* `check` compiles it once, and judges it on each snapshot; its verdict holds a message,
//! which `ui` says in the language of the screen.
//!
//! *A moment.* What a run is made of (an event, bytes of a terminal, what the screen knows) goes to
//! whoever listens: `app::share` writes it to a journal and hands it to followers; `scene` makes the
//! same screens of it again, and `export` draws them for others. [`scene::record`] documents the format.
//!
//! *The lab host.* `sandbox` starts this program again. It builds the lab host around itself: what
//! the lab host has of the machine is put ready outside, where its root cannot change it (`stage`,
//! and `outer` for an ordinary user); `init` is its first process; the observer stays outside; a
//! keeper outlives all of them and removes what is left.
//!
//! # Where a new thing goes
//!
//! - **A verb**: its type in its family's file of `lab::action`, a line in that family's list and one
//!   in its outlines; its calls in `action`, its line in `typed` (neither compiles without it); its words in
//!   `assets/verbs`; a test under `tests/kernel`.
//! - **A fact**: its type in `snapshot`, its reading in `probe`. Checks, the schema and the
//!   reference know it from the type.
//! - **A root of facts** (`images`, `files`): a field of `Snapshot` and a line in its table
//!   `roots!`; its reading in `probe`; a test under `tests/kernel`.
//! - **A panel**: a file in `ui::panel`, a line in the list of panels, its words, a picture in
//!   `tests/pure/screens.rs`.
//! - **A key**: a line in the table of `ui::keymap`; footer, help and settings read it.
//! - **An export**: a file in `export`, and a name in its list of forms.
//! - **A language**: a line in `word`, a file in each folder of `assets` (`words`, `verbs`,
//!   `glossary`, `help`), and a folder below `labs`.
//! - **A lab**: one file in `labs`, and one in the folder of each other language; `isolab test`
//!   proves it.
//! - **A reader of words from outside** (a file, an archive, what the kernel says): small inputs in
//!   a folder of `tests/data/outside`, and a test with `fuzz::each` beside it, which
//!   `ISOLAB_FUZZ_MINUTES=30` has try longer.
//! - **A moment**, or more that one tells: its type in `scene::moment`, and its name in
//!   `scene::record`, which says what may change; a line in `tests/data/journals/names.jsonl`.
//! - **Something that waits** (for a file, for another thread) in the hall: it takes an `Aside`, so
//!   that it cannot be called on the loop (`app::aside`).
//! - **A word on the screen or the command line**: a message in each file of `assets/words`, and
//!   `word!("its-name")` where it is said.
//!
//! # Words
//!
//! *actor*: a named place to act in, with a pane. *face*: the process that a student would call
//! "this shell". *outcome*: what an action came to; a refusal by the kernel is one. *snapshot*: all
//! facts about one instant. *verdict*: what a check came to on a snapshot. *event*: what happened;
//! *effect*: what the session asks the hall to do; *command*: what a person asks for. *moment*: what
//! is written down of a run; *journal*: a file of moments; *replay*: a journal, seen again.
//! *present*: in front of a class. *keeper*: the process that removes what a lab host leaves.
//! *place*: where something stands in a lab file.

pub mod config;
#[cfg(test)]
mod fuzz;
pub mod lab;
pub mod snapshot;
pub mod sys;
pub mod word;

pub mod action;
pub mod catalog;
pub mod check;
pub mod lens;
pub mod probe;
pub mod typed;

pub mod sandbox;
pub mod session;

pub mod progress;
pub mod ui;

pub mod class;
pub mod export;
pub mod scene;

pub mod app;

pub mod cli;
