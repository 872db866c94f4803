//! isolab teaches how containers work by building one on the real kernel.
//!
//! # The house
//!
//! Three wings and one hall. The *thinking wing* (`lab`, `snapshot`, `check`,
//! `typed`, `session`, `ui`) decides and never touches the machine. The *hands
//! wing* (`sys`, `action`, `probe`, `sandbox`) touches the kernel and never
//! decides. The *paper wing* (`catalog`, `progress`, `class`, `scene`, `export`) keeps what
//! outlives a run, makes it seen again, hands it out, and adds up what was handed in. Only the hall (`app`, and `cli` before it) knows all of
//! them. Imports go down only; a test holds the table (`tests/pure/tidy/floors.rs`).
//!
//! Each room's first lines say what lives there and what never does. A kernel
//! subject has the same file name in every room: `process`, `namespace`,
//! `mount`, `network`, `cgroup`, `file`, `ipc`, `capability`.
//!
//! # Where a new thing goes
//!
//! - **a verb**: its type in its family's file in `lab::action`, and a line in the family's
//!   list; its calls in `action` and its line in `typed`, which do not compile without them;
//!   its words in other languages in `assets/verbs`, a test under `tests/kernel`;
//! - **a fact**: its type in `snapshot`, its reading in `probe`; checks and
//!   schema know it from the type;
//! - **a root of facts** (`images`, `files`): a field of `Snapshot`, and a line in the table
//!   `roots!` beside it; its reading in `probe`, a test under `tests/kernel`;
//! - **a panel**: a file in `ui/panel`, a name in `lab::PanelName`, a test in
//!   `tests/pure/screens.rs`;
//! - **a form to hand out**: a file in `export`, a name in `export::Form` and one in `cli::export`;
//! - **a lab**: one file in `labs/`, and one beside it for each other language;
//!   `isolab test` proves it;
//! - **a reader of words from outside** (a file, an archive, what the kernel says): small
//!   inputs in a folder of `tests/data/outside`, and a test with `fuzz::each` beside it, which
//!   `ISOLAB_FUZZ_MINUTES=30` has try longer;
//! - **a word on the screen or the command line**: a message in each file of `assets/words`, and
//!   `word!("its-name")` where it is said.
//!
//! # Words
//!
//! *actor*: a named place to act, with a pane. *face*: the process a student
//! would call "this shell". *outcome*: what an action came to; a refusal by the
//! kernel is one. *snapshot*: all facts about one instant. *verdict*: what came
//! of a check on a snapshot. *effect*: what the session asks the hall to do.
//!
//! # A run
//!
//! `app` gives events to `session`, which returns effects: start a lab host,
//! perform an action, observe. `sandbox` starts this program again, which builds
//! the lab host around itself: what it has of the machine is put ready outside, where its root
//! cannot change it (`stage`, and `outer` for an ordinary user); `init` (pid 1 inside) forks workers that act where
//! an actor's face is; the observer, outside the lab host's pid namespace, reads
//! facts and tells when they change.
//!
//! All that is seen of a run is made of its moments (`scene`): written down they are a
//! journal, from which it is replayed and exported; told to others, they look on.

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
