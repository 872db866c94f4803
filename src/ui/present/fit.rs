//! Whether all texts of a step fit on a screen of some size.

use ratatui::layout::{Rect, Size};

use super::{Areas, column, slide, stage};
use crate::lab::{Lab, Step};
use crate::ui::Theme;
use crate::ui::state::Slide;
use crate::ui::text::{Page, width};

/// The rows that must be left for a panel.
const PANEL: u16 = 4;

/// What does not fit, with what it takes and what there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The title, in columns.
    Title(usize, usize),
    /// The text of a slide, in rows.
    Text(Slide, usize, usize),
    /// A line that is typed, in rows.
    Line(String, usize, usize),
    /// The recap of the lab, in rows.
    Recap(usize, usize),
}

/// The room on a screen.
struct Room {
    /// Columns of a text.
    columns: usize,
    /// Rows of a text that is alone.
    alone: usize,
    /// Rows of a text above a panel.
    above: usize,
    /// Rows of a shell.
    shell: usize,
}

impl Room {
    fn of(size: Size, needed: usize) -> Self {
        let body = Areas::of(Rect::new(0, 0, size.width, size.height)).body;
        let shells = stage::shells_height(body.height, needed);
        Self {
            columns: usize::from(column(body).width),
            alone: usize::from(body.height),
            above: usize::from(body.height.saturating_sub(shells + PANEL)),
            shell: usize::from(shells - 1),
        }
    }

    fn page(&self) -> Page {
        Page::new(self.columns, Theme::new(false))
    }
}

/// What of a step does not fit on a screen of so many columns and rows. `lines` are typed in the
/// step, each with its shell: `b$ hostname x`.
pub fn step(step: &Step, lines: &[String], size: Size) -> Vec<Cut> {
    let columns = usize::from(size.width);
    let shells = stage::beside_each_other(step, columns);
    let measured: Vec<(&String, usize)> = lines
        .iter()
        .map(|line| (line, stage::line_rows(line, columns, shells)))
        .collect();
    let longest = measured.iter().map(|(_, rows)| *rows).max();
    let room = Room::of(size, longest.unwrap_or(0));
    let mut cuts = Vec::new();
    let (title, most) = (width(&step.title), columns.saturating_sub(2));
    if title > most {
        cuts.push(Cut::Title(title, most));
    }
    texts(step, &room, &mut cuts);
    for (line, rows) in measured {
        if rows > room.shell {
            cuts.push(Cut::Line(line.clone(), rows, room.shell));
        }
    }
    cuts
}

/// The recap of a lab, if it does not fit.
pub fn recap(lab: &Lab, size: Size) -> Option<Cut> {
    let room = Room::of(size, 0);
    let mut page = room.page();
    page.markdown(&lab.recap);
    let rows = rows(&page);
    (rows > room.alone).then_some(Cut::Recap(rows, room.alone))
}

fn texts(step: &Step, room: &Room, cuts: &mut Vec<Cut>) {
    if step.is_text() || step.goal.is_some() {
        let mut page = room.page();
        slide::text(&mut page, step);
        cuts.extend(cut(Slide::Opening, &page, room.alone));
    } else {
        let page = slide::lead(step, room.columns, Theme::new(false));
        cuts.extend(cut(Slide::Opening, &page, room.above));
    }
    if let Some(ask) = &step.ask {
        let mut page = room.page();
        slide::question(&mut page, ask, None);
        cuts.extend(cut(Slide::Question, &page, room.alone));
        let answers = (0..ask.choices.len()).map(|right| {
            let mut page = room.page();
            slide::answer(&mut page, ask, &[right], None);
            page
        });
        let longest = answers.max_by_key(rows);
        if let Some(page) = longest {
            cuts.extend(cut(Slide::Answer, &page, room.alone));
        }
    }
    let mut page = room.page();
    slide::explanation(&mut page, step);
    cuts.extend(cut(Slide::Explanation, &page, room.alone));
}

/// The text of a slide, if it has more than `most` rows.
fn cut(slide: Slide, page: &Page, most: usize) -> Option<Cut> {
    let rows = rows(page);
    (rows > most).then_some(Cut::Text(slide, rows, most))
}

/// The rows of a page, without empty ones at its end.
fn rows(page: &Page) -> usize {
    let last = page.lines.iter().rposition(|line| line.width() > 0);
    last.map_or(0, |last| last + 1)
}
