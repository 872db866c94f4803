//! The process family: programs, kill(1).

use super::{There, background, lines, quote, words};
use crate::lab::action::{Exec, OpenActor, Signal, SignalTarget, Spawn, TypeLine, Wait};

lines! {
    Spawn: |a, _| spawn(a),
    Exec: |a, _| words(&a.program),
    TypeLine: |a, _| a.line.clone(),
    Signal: signal,
    // The shell numbers its last background program so.
    Wait: |_, _| "wait $!".to_owned(),
}

// No line opens another terminal.
impl super::Line for OpenActor {
    fn line(&self, _: &There<'_>) -> Option<String> {
        None
    }
}

fn spawn(a: &Spawn) -> String {
    match &a.log {
        Some(log) => format!("{} >> {} 2>&1 &", words(&a.program), quote(log)),
        None => background(&a.program),
    }
}

fn signal(a: &Signal, there: &There<'_>) -> String {
    let target = match &a.target {
        SignalTarget::Face(name) => there.pid(name),
        SignalTarget::Program(_) => "%1".to_owned(),
        SignalTarget::Pid(pid) => pid.to_string(),
    };
    format!("kill -{} {target}", a.signal)
}
