//! The lines that a person would type; pids come from the snapshot.

use crate::session::Session;
use crate::typed;

pub use typed::line_now as line;

/// The lines of the current step, each with the shell that it is for: `b$ hostname x`.
pub fn lines(session: &Session) -> Vec<String> {
    let script = session.step().script().iter().enumerate();
    script
        .filter_map(|(index, action)| {
            // What it names may be called otherwise since it was run.
            let ran = session.ran(index).map(str::to_owned);
            let line = ran.or_else(|| line(session.now(), action))?;
            Some(format!("{}$ {line}", action.actor()))
        })
        .collect()
}
