//! What the footer offers: lines of the table that mean something now.

use super::table::{self, At, Place};
use super::{Context, on};
use crate::lab::PanelName;
use crate::session::{Phase, Session};
use crate::ui::command::Command;
use crate::ui::state::{Focus, Mode, Present, asking, by_hand, hints_left};
use crate::word;

/// A key that works now.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::ui) struct Offer {
    /// What it is about, with a blank behind it; may be empty.
    pub(in crate::ui) about: String,
    /// The key, as if nothing were set.
    pub(in crate::ui) key: String,
    /// A word for what it does.
    pub(in crate::ui) word: String,
    /// What it asks for.
    pub(in crate::ui) command: Command,
}

impl Offer {
    fn new(key: &str, word: String, command: Command) -> Self {
        Self {
            about: String::new(),
            key: key.to_owned(),
            word,
            command,
        }
    }

    /// The key of this name in a place, if it means something now.
    fn of(place: Place, name: &str, context: &Context<'_>) -> Option<Self> {
        let all = table::of(place).flat_map(|binding| {
            let keys = binding.keys.iter().zip(binding.short);
            keys.map(move |(press, short)| (binding, press, short))
        });
        let mut named = all.filter(|(_, press, _)| press.name() == name);
        let (binding, press, short) = named.next()?;
        let event = *press.events().first()?;
        let at = At {
            event,
            key: event.code,
            context: *context,
        };
        let command = (binding.command)(&at)?;
        Some(Self::new(name, word::tell(short, &[]), command))
    }

    /// The same with another word.
    fn called(self, word: String) -> Self {
        Self { word, ..self }
    }

    /// The same with words before the key that say what it is about.
    fn about(self, words: &str) -> Self {
        Self {
            about: format!("{words} "),
            ..self
        }
    }

    /// The same as it is pressed in a shell.
    fn led(self) -> Self {
        Self {
            key: format!("Ctrl-] {}", self.key),
            ..self
        }
    }
}

/// The keys of these names in a place, as far as they mean something now.
fn some(place: Place, names: &[&str], context: &Context<'_>) -> Vec<Offer> {
    let offers = names.iter().map(|name| Offer::of(place, name, context));
    offers.flatten().collect()
}

/// The keys that work now, the most useful first.
pub(in crate::ui) fn offers(context: &Context<'_>) -> Vec<Offer> {
    let state = context.state;
    let Some(session) = context.session else {
        return if state.search.typing {
            some(Place::Search, &["Enter", "Esc"], context)
        } else {
            some(
                Place::Catalog,
                &["Enter", "Esc", "i", "↑", "↓", "/", "L", "?", "q"],
                context,
            )
        };
    };
    match &state.mode {
        Mode::Study => study(session, context),
        Mode::Present(present) => class(session, context, present),
    }
}

/// What is offered where one person reads.
fn study(session: &Session, context: &Context<'_>) -> Vec<Offer> {
    match context.state.focus {
        _ if context.state.leader => led(session, context),
        Focus::Shell(index) => shell(index, session, context),
        Focus::Panel if context.state.panel == PanelName::Overlay => {
            let mut offers = layers(context);
            offers.extend(guide(session, context));
            offers
        }
        Focus::Panel if context.state.panel == PanelName::Mount => {
            let key = if context.state.mounts_open {
                "←"
            } else {
                "→"
            };
            let mut offers = some(Place::Mounts, &[key], context);
            offers.extend(guide(session, context));
            offers
        }
        Focus::Guide | Focus::Panel => guide(session, context),
    }
}

/// What is offered in a shell: how the step stands and what leads on, the shell that it is about
/// if that is another one, a hint, and the ways out.
fn shell(index: usize, session: &Session, context: &Context<'_>) -> Vec<Offer> {
    let onward = onward(Place::Led, session, context).map(|offer| match standing(session) {
        Some(words) => offer.led().about(&words),
        None => offer.led(),
    });
    let about = elsewhere(index, session);
    let (first, second) = match session.strayed() {
        Some(_) => (about, onward),
        None => (onward, about),
    };
    let mut offers: Vec<Offer> = first.into_iter().chain(second).collect();
    let names: &[&str] = if session.phase().is_open() && hints_left(session) {
        &["h", "z", "g"]
    } else {
        &["z", "g"]
    };
    offers.extend(some(Place::Led, names, context).into_iter().map(Offer::led));
    offers
}

/// Whether the step is done, in words; nothing of one that is only read, or that is not there.
fn standing(session: &Session) -> Option<String> {
    match session.phase() {
        Phase::Judged | Phase::Finished => Some(word!("key-done")),
        _ if session.step().is_text() || !session.phase().is_open() => None,
        _ => Some(word!("key-not-done")),
    }
}

/// The way to the shell that the step is about, from another one.
fn elsewhere(index: usize, session: &Session) -> Option<Offer> {
    let acting = session.upcoming().and(session.acting())?;
    let mut actors = session.lab().actors.iter();
    let there = actors.position(|actor| actor.name == acting);
    let there = there.filter(|there| *there != index)?;
    let words = match session.strayed() {
        Some(_) => word!("key-line-was-for"),
        None => word!("key-shell-of-step"),
    };
    let to = Command::Focus(Focus::Shell(there));
    let offer = Offer::new(&(there + 1).to_string(), acting.to_owned(), to);
    Some(offer.led().about(&words))
}

fn layers(context: &Context<'_>) -> Vec<Offer> {
    if context.state.layers.filtering {
        return some(Place::Filter, &["Enter", "Esc"], context);
    }
    some(Place::Layers, &["↑", "↓", "→", "←", "/"], context)
}

/// What is offered after the leader.
fn led(session: &Session, context: &Context<'_>) -> Vec<Offer> {
    let mut offers = some(Place::Led, &["g", "Tab"], context);
    offers.extend(onward(Place::Led, session, context));
    if can_show(session) {
        offers.extend(some(Place::Led, &["t"], context));
    }
    offers.extend(some(Place::Led, &["z", "?", "q"], context));
    offers
}

/// Enter, with the word for what it does now.
fn onward(place: Place, session: &Session, context: &Context<'_>) -> Option<Offer> {
    let word = match on(session)? {
        Command::Run if session.passed(session.index()).is_some() => word!("key-run-again"),
        Command::Run if *session.phase() == Phase::Predicting => word!("key-choose-first"),
        Command::Run => word!("key-run"),
        Command::Next => word!("key-next"),
        Command::Leave => word!("key-finish"),
        Command::Rebuild => word!("key-build-again"),
        _ => return None,
    };
    Some(Offer::of(place, "Enter", context)?.called(word))
}

fn guide(session: &Session, context: &Context<'_>) -> Vec<Offer> {
    let typing = context.state.focus == Focus::Guide && asking(session, context.state);
    let mut offers = Vec::new();
    if typing {
        let enter = Offer::of(Place::Answer, "Enter", context);
        let answer = enter.filter(|_| !context.state.input.is_empty());
        offers.extend(answer.or_else(|| onward(Place::Guide, session, context)));
        offers.extend(some(Place::Answer, &["Esc"], context));
    } else {
        offers.extend(onward(Place::Guide, session, context));
        offers.extend(in_step(session, context));
    }
    offers.extend(some(Place::Guide, &["Tab"], context));
    if !typing {
        offers.extend(some(Place::Guide, &["z", "?", "r", "q"], context));
    }
    offers
}

/// The keys in front of a class.
fn class(session: &Session, context: &Context<'_>, present: &Present) -> Vec<Offer> {
    if context.state.leader {
        return led_in_class(context);
    }
    if let Focus::Shell(_) = context.state.focus {
        return some(Place::Shell, &["Ctrl-]"], context);
    }
    if !present.jump.is_empty() {
        return vec![
            Offer::new("Enter", word!("key-to-step"), Command::Onward),
            Offer::new("Esc", word!("key-not-now"), Command::Jump(None)),
        ];
    }
    if present.auto {
        return vec![Offer::new("Esc", word!("key-auto-ends"), Command::Auto)];
    }
    let onward = if *session.phase() == Phase::Observing {
        "s"
    } else {
        "→"
    };
    let names = [onward, "←", "b", "a", "Tab", "r", "?", "q", "P"];
    some(Place::Class, &names, context)
}

/// What is offered after the leader in front of a class.
fn led_in_class(context: &Context<'_>) -> Vec<Offer> {
    let mut offers = some(Place::LedInClass, &["r"], context);
    offers.extend(some(Place::Led, &["g", "Tab"], context));
    offers
}

/// Whether the next line of the step can be put into its prompt. In a step that the person has to
/// do, only after all hints.
fn can_show(session: &Session) -> bool {
    let scripted = !session.step().script().is_empty();
    session.phase().is_open() && scripted && !(by_hand(session) && hints_left(session))
}

/// What can be done in the step now.
fn in_step(session: &Session, context: &Context<'_>) -> Vec<Offer> {
    let shown = [
        ("e", *session.phase() == Phase::Finished),
        ("t", can_show(session)),
        ("h", session.phase().is_open() && hints_left(session)),
        ("b", session.spoilt().is_some()),
        ("u", session.index() > 0),
    ];
    let names = shown.iter().filter(|(_, now)| *now).map(|(name, _)| *name);
    some(Place::Guide, &names.collect::<Vec<_>>(), context)
}
