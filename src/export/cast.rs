//! A film of a run, for the players of asciinema: a whole screen first, then the differences from
//! frame to frame.
//!
//! See <https://docs.asciinema.org/manual/asciicast/v2/> and `…/v3/`.

mod clock;
mod frame;

use serde_json::{Value, json};

use self::clock::Clock;
use self::frame::Screen;
use super::paint::{Ground, ground};
use super::reel::{Reel, Unmade, Wanted, through};
use crate::scene::Head;
use crate::scene::journal::Line;

/// The version of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// Times since the start.
    Two,
    /// Times since the event before.
    Three,
}

/// The codes of events, in both versions.
const OUTPUT: &str = "o";
const RESIZE: &str = "r";
const MARK: &str = "m";
const EXIT: &str = "x";

/// The film of a run.
pub(super) fn film(
    version: Version,
    head: Head,
    lines: impl Iterator<Item = Line>,
    wanted: Wanted,
) -> Result<String, Unmade> {
    let began = head.began;
    let mut reel = Reel::new(head, wanted)?;
    let mut film = Film {
        version,
        clock: Clock::default(),
        screen: None,
        began,
        marked: None,
        last: 0,
        out: String::new(),
    };
    through(&mut reel, lines, |reel, line| {
        film.clock.tick(line.at);
        let drawn = reel.take(line.moment);
        film.clock.enter(reel.session());
        if drawn {
            film.draw(reel);
        }
    })?;
    reel.draw();
    film.end(&reel);
    Ok(film.out)
}

struct Film {
    version: Version,
    clock: Clock,
    /// `None` before the first frame.
    screen: Option<Screen>,
    /// When the run began, in seconds since 1970.
    began: u64,
    /// The step whose beginning was marked last.
    marked: Option<usize>,
    /// The time of the last event, in milliseconds of the film.
    last: u64,
    out: String,
}

impl Film {
    fn draw(&mut self, reel: &Reel) {
        let size = reel.size;
        if self.screen.is_none() {
            self.begin(reel);
        }
        let screen = self.screen.get_or_insert_with(|| Screen::new(size));
        let resized = screen.size() != size;
        if resized {
            *screen = Screen::new(size);
        }
        let output = screen.draw(reel.buffer(), reel.scene.cursor());
        if resized {
            self.event(RESIZE, &format!("{}x{}", size.0, size.1));
        }
        if !output.is_empty() {
            self.event(OUTPUT, &output);
        }
        self.mark(reel);
    }

    /// Holds the last frame like any other, and ends the film.
    fn end(&mut self, reel: &Reel) {
        self.draw(reel);
        self.clock.leave();
        self.event(OUTPUT, frame::LAST);
        if self.version == Version::Three {
            self.event(EXIT, "0");
        }
    }

    fn begin(&mut self, reel: &Reel) {
        let (columns, rows) = reel.size;
        let title = &reel.session().lab().title;
        let (theme, kind) = (theme(ground(reel.look)), "xterm-256color");
        let head = match self.version {
            Version::Two => json!({
                "version": 2, "width": columns, "height": rows, "timestamp": self.began,
                "title": title, "env": {"TERM": kind}, "theme": theme,
            }),
            Version::Three => json!({
                "version": 3,
                "term": {"cols": columns, "rows": rows, "type": kind, "theme": theme},
                "timestamp": self.began, "title": title,
            }),
        };
        self.line(&head);
    }

    /// Marks the beginning of a step, to which players can jump.
    fn mark(&mut self, reel: &Reel) {
        let session = reel.session();
        let begun = !session.journal().is_empty();
        if begun && self.marked != Some(session.index()) {
            self.marked = Some(session.index());
            let title = &session.step().title;
            self.event(MARK, &format!("{} {title}", session.index() + 1));
        }
    }

    fn event(&mut self, code: &str, data: &str) {
        let now = self.clock.now();
        let at = match self.version {
            Version::Two => now,
            Version::Three => now.saturating_sub(self.last),
        };
        self.last = now;
        let seconds = std::time::Duration::from_millis(at).as_secs_f64();
        self.line(&json!([seconds, code, data]));
    }

    fn line(&mut self, value: &Value) {
        self.out.push_str(&value.to_string());
        self.out.push('\n');
    }
}

/// The colours in which the run was seen.
fn theme(ground: &Ground) -> Value {
    json!({"fg": ground.text, "bg": ground.back, "palette": ground.sixteen.join(":")})
}
