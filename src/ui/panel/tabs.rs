//! The tabs: a number and a name for each panel.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use ratatui::widgets::Clear;

use super::idle::is_idle;
use super::names;
use crate::lab::PanelName;
use crate::ui::state::Focus;
use crate::ui::text::width;
use crate::ui::view::LabView;
use crate::ui::{Command, Geometry, Theme};

/// What marks the panel that the step asks for.
const ASKED: &str = "•";

/// A panel's tab.
#[derive(Clone, Copy, Debug)]
struct Tab {
    panel: PanelName,
    /// Whether the panel is in front.
    front: bool,
    /// Whether the step asks for it.
    asked: bool,
    /// Whether the lab has no use for it.
    idle: bool,
    naming: Naming,
}

/// How much of its name a tab shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Naming {
    /// All, with spaces around it.
    Long,
    /// The short one, with spaces around it.
    Short,
    /// The short one, behind a space.
    Tight,
    /// Only the number; with the short name in front.
    Number,
}

impl Tab {
    /// The tab of a panel, with its whole name.
    fn of(panel: PanelName, view: &LabView<'_>) -> Self {
        Self {
            panel,
            front: view.state.panel == panel,
            asked: view.session.panel() == Some(panel),
            idle: is_idle(panel, view.session),
            naming: Naming::Long,
        }
    }

    fn named(self, naming: Naming) -> Self {
        Self { naming, ..self }
    }

    fn text(self) -> String {
        let (long, short) = names(self.panel);
        let key = self.panel.key();
        let mark = if self.asked { ASKED } else { " " };
        match self.naming {
            Naming::Number if self.front => format!("[{key}{mark}{short}]"),
            _ if self.front => format!("[{key}{mark}{long}]"),
            Naming::Long => format!(" {key}{mark}{long} "),
            Naming::Short => format!(" {key}{mark}{short} "),
            Naming::Tight => format!(" {key}{mark}{short}"),
            Naming::Number => format!("{mark}{key}"),
        }
    }

    fn columns(self) -> usize {
        width(&self.text())
    }

    fn style(self, theme: Theme) -> Style {
        match self {
            Self { front: true, .. } => theme.strong(),
            Self { idle: true, .. } => theme.dim(),
            _ => theme.plain(),
        }
    }

    /// How soon it gets a name where there is not room for all names.
    fn rank(self) -> usize {
        match self {
            Self { asked: true, .. } => 0,
            Self { idle: false, .. } => 1,
            Self { idle: true, .. } => 2,
        }
    }
}

/// Gives the tabs names that are as long as the room allows.
fn fitted(tabs: &[Tab], room: usize) -> Vec<Tab> {
    for naming in [Naming::Long, Naming::Short, Naming::Tight] {
        let named: Vec<Tab> = tabs.iter().map(|tab| tab.named(naming)).collect();
        if columns(&named) <= room {
            return named;
        }
    }
    some_named(tabs, room)
}

/// Gives as many tabs a short name as fit, and the others only their number.
fn some_named(tabs: &[Tab], room: usize) -> Vec<Tab> {
    let mut named: Vec<Tab> = tabs.iter().map(|tab| tab.named(Naming::Number)).collect();
    let mut order: Vec<usize> = (0..tabs.len()).collect();
    order.retain(|index| !tabs[*index].front);
    order.sort_by_key(|index| tabs[*index].rank());
    for index in order {
        let number = named[index];
        named[index] = number.named(Naming::Tight);
        if columns(&named) > room {
            named[index] = number;
        }
    }
    named
}

fn columns(tabs: &[Tab]) -> usize {
    tabs.iter().map(|tab| tab.columns()).sum()
}

/// Draws the tabs over the frame's first line.
pub(super) fn draw(
    view: &LabView<'_>,
    theme: Theme,
    frame: &mut Frame<'_>,
    area: Rect,
    geometry: &mut Geometry,
) {
    let mark = if view.state.focus == Focus::Panel {
        "▶"
    } else {
        " "
    };
    let mut rest = Rect { height: 1, ..area };
    rest = after(rest, 1);
    frame.render_widget(Span::styled(mark, theme.strong()), rest);
    rest = after(rest, 1);
    let tabs = PanelName::ALL.map(|panel| Tab::of(panel, view));
    // A space stands between the last tab and the line.
    let room = usize::from(rest.width.saturating_sub(1));
    for tab in fitted(&tabs, room) {
        let text = tab.text();
        let columns = u16::try_from(width(&text)).unwrap_or(u16::MAX);
        let place = Rect {
            width: columns.min(rest.width),
            ..rest
        };
        // Without the style of the line below.
        frame.render_widget(Clear, place);
        frame.render_widget(Span::styled(text, tab.style(theme)), place);
        geometry.hits.push((place, Command::Panel(tab.panel)));
        rest = after(rest, columns);
    }
    frame.render_widget(Span::raw(" "), rest);
}

/// An area without its first columns.
fn after(area: Rect, columns: u16) -> Rect {
    let columns = columns.min(area.width);
    Rect {
        x: area.x + columns,
        width: area.width - columns,
        ..area
    }
}
