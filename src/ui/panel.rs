//! The panels: facts of the snapshot, drawn.

mod cgroup;
mod change;
mod container;
mod identity;
mod idle;
mod ipc;
mod journal;
mod lead;
mod mount;
mod namespace;
mod network;
mod overlay;
mod process;
mod tabs;

pub(super) use change::ordered;
pub use journal::{how, refused};

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect, Size};
use ratatui::text::{Line, Span};

use super::layers::Place;
use super::shells::framed;
use super::state::{Focus, Popup};
use super::text::{Page, cut, stacked};
use super::view::LabView;
use super::{Command, Geometry, Theme};
use crate::config::KeyName;
use crate::lab::PanelName;
use crate::session::Session;
use crate::snapshot::{Actor, Network, Snapshot, Space};
use crate::word;
use lead::Lead;

/// The most lines about changes.
const CHANGES: usize = 3;

/// The fewest columns and rows of an area for two panels.
const ROOMY: Size = Size::new(70, 26);
/// The fewest rows of the second panel.
const SECOND: u16 = 8;

/// What a panel is drawn from.
#[derive(Clone, Copy)]
struct Facts<'a> {
    /// The actors that exist, in the lab's order.
    actors: &'a [(&'a str, &'a Actor)],
    /// All namespaces.
    namespaces: &'a [Space],
    /// The network namespaces.
    networks: &'a [Arc<Network>],
    /// The state when the step began.
    before: &'a Snapshot,
}

impl<'a> Facts<'a> {
    /// The facts of a state, and of the state before it.
    fn of(actors: &'a [(&'a str, &'a Actor)], states: States<'a>) -> Self {
        Self {
            actors,
            namespaces: &states.now.namespaces,
            networks: &states.now.networks,
            before: states.before,
        }
    }

    /// Whether an actor has got its shell since the step began, or had another state then.
    fn is_news(&self, name: &str, is_other: impl Fn(&Actor) -> bool) -> bool {
        let before = &self.before.actors;
        let then = before.get(name).filter(|then| then.alive);
        !before.is_empty() && then.is_none_or(is_other)
    }
}

/// A heading, and the mark of what is news.
fn titled(words: &str, is_news: bool, theme: Theme) -> [Span<'static>; 2] {
    let mark = if is_news { " ◀" } else { "" };
    [
        Span::styled(words.to_owned(), theme.strong()),
        Span::styled(mark, theme.own()),
    ]
}

/// The actors that are there, in the lab's order.
fn there<'a>(session: &'a Session, now: &'a Snapshot) -> Vec<(&'a str, &'a Actor)> {
    let names = session.lab().actors.iter().map(|actor| actor.name.as_str());
    let known = names.filter_map(|name| Some((name, now.actors.get(name)?)));
    known.collect()
}

/// Whether mounts of the lab host are folded on their panel, or could be.
pub(super) fn folds_mounts(session: &Session) -> bool {
    let (before, now) = (session.before(), session.now());
    let actors = there(session, now);
    mount::has_folded(&Facts::of(&actors, States { before, now }))
}

/// Draws the panel in front, and a second one below it where it leaves room.
pub(super) fn draw(
    view: &LabView<'_>,
    theme: Theme,
    frame: &mut Frame<'_>,
    area: Rect,
    geometry: &mut Geometry,
) {
    let columns = usize::from(within(area).width);
    let page = page(view, view.state.panel, columns, theme);
    let changed = changes(view, columns, theme);
    let (area, second) = if view.state.zoom {
        (area, None)
    } else {
        shared(area, page.lines.len() + changed.lines.len())
    };
    let focused = view.state.focus == Focus::Panel;
    frame.render_widget(framed(Line::default(), focused, area, theme), area);
    geometry.hits.push((area, Command::Focus(Focus::Panel)));
    tabs::draw(view, theme, frame, area, geometry);
    let (above, below) = apart(within(area), changed.lines.len());
    filled(view, &page, frame, above, geometry);
    listed(&changed, frame, below, geometry);
    if let Some(area) = second {
        draw_second(view, theme, frame, area, geometry);
    }
}

/// The most lists of which a panel says that they are cut.
const CUT: usize = 3;

/// The room within a panel's frame.
pub(super) fn within(area: Rect) -> Rect {
    let mut inner = framed(Line::default(), false, area, Theme::new(false)).inner(area);
    inner.x += 1;
    inner.width = inner.width.saturating_sub(1);
    inner
}

/// The area of the panel in front, which has so many lines, and of a second one if it fits.
fn shared(area: Rect, lines: usize) -> (Rect, Option<Rect>) {
    let needed = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(1);
    let front = needed.max(area.height * 3 / 5);
    let roomy = area.width >= ROOMY.width && area.height >= ROOMY.height;
    if !roomy || area.height < front.saturating_add(SECOND) {
        return (area, None);
    }
    let rows = [Constraint::Length(front), Constraint::Fill(1)];
    let [front, second] = Layout::vertical(rows).areas(area);
    (front, Some(second))
}

/// The areas of the page, and of the lines about changes below it.
fn apart(inner: Rect, lines: usize) -> (Rect, Rect) {
    let rows = u16::try_from(lines).unwrap_or(0).min(inner.height / 2);
    let above = Rect {
        height: inner.height - rows,
        ..inner
    };
    let below = Rect {
        y: above.bottom(),
        height: rows,
        ..inner
    };
    (above, below)
}

/// Draws the page: from where the person scrolled it to, or else so that what is new is in view.
fn filled(
    view: &LabView<'_>,
    page: &Page,
    frame: &mut Frame<'_>,
    area: Rect,
    geometry: &mut Geometry,
) {
    geometry.entries = entries(page);
    geometry.panel_rows = usize::from(area.height).saturating_sub(1);
    let lead = Lead::of(view, page, usize::from(area.height));
    geometry.panel_limit = lead.draw(page, frame, area, &mut geometry.hits);
    geometry.panel_scroll = lead.first().min(geometry.panel_limit);
    geometry.news = lead.news(page, area);
}

/// Draws the lines about changes. A click on them shows all.
fn listed(changed: &Page, frame: &mut Frame<'_>, area: Rect, geometry: &mut Geometry) {
    stacked(&changed.lines, frame, area);
    geometry.hits.push((area, Command::Popup(Popup::Changes)));
}

/// Draws the second panel, as far as it fits. A click brings it to the front.
fn draw_second(
    view: &LabView<'_>,
    theme: Theme,
    frame: &mut Frame<'_>,
    area: Rect,
    geometry: &mut Geometry,
) {
    let panel = view.state.second();
    let title = Line::styled(format!(" {} ", names(panel).0), theme.dim());
    frame.render_widget(framed(title, false, area, theme), area);
    geometry.second = Some(panel);
    let inner = within(area);
    let page = page(view, panel, usize::from(inner.width), theme);
    let lead = Lead::unscrolled(view, &page, usize::from(inner.height));
    lead.draw(&page, frame, inner, &mut Vec::new());
    geometry.hits.push((area, Command::Panel(panel)));
}

/// A panel as a page to be read line by line: no containers stand side by side.
pub(super) fn column(view: &LabView<'_>, columns: usize) -> Page {
    let panel = view.state.panel;
    let columns = match panel {
        PanelName::Container => columns.min(container::ONE),
        _ => columns,
    };
    page(view, panel, columns, Theme::new(false))
}

/// A panel as a page.
pub(super) fn page(view: &LabView<'_>, panel: PanelName, columns: usize, theme: Theme) -> Page {
    let session = view.session;
    let before = view.state.base().unwrap_or(session.before());
    let states = States {
        before,
        now: session.now(),
    };
    page_of(view, panel, states, columns, theme)
}

/// A state, and the state before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct States<'a> {
    pub(super) before: &'a Snapshot,
    pub(super) now: &'a Snapshot,
}

/// A panel as a page, of a state and the state before it.
pub(super) fn page_of(
    view: &LabView<'_>,
    panel: PanelName,
    states: States<'_>,
    columns: usize,
    theme: Theme,
) -> Page {
    let (session, States { before, now }) = (view.session, states);
    let mut page = Page::new(columns, theme);
    let actors = there(session, now);
    let facts = Facts::of(&actors, states);
    if actors.is_empty() && panel != PanelName::Journal {
        page.say(&word!("nothing-observed"), theme.dim(), 0);
        return page;
    }
    if let Some(why) = idle::why(panel, session) {
        page.say(&why, theme.dim(), 0);
        page.gap();
    }
    let source = match panel {
        PanelName::Namespace => namespace::add(&mut page, &facts),
        PanelName::Process => process::add(&mut page, &facts),
        PanelName::Ipc => ipc::add(&mut page, &facts),
        PanelName::Identity => identity::add(&mut page, &facts),
        PanelName::Mount => mount::add(&mut page, &facts, view.state),
        PanelName::Network => network::add(&mut page, &facts),
        PanelName::Cgroup => cgroup::add(&mut page, now, before, &view.state.history),
        PanelName::Overlay => overlay::add(&mut page, states, &view.state.layers, view.detail),
        PanelName::Journal => journal::add(&mut page, session, None),
        PanelName::Container => container::add(&mut page, session),
    };
    page.gap();
    for (what, more) in now.cut.iter().take(CUT) {
        let words = word!("panel-cut", what = what.as_str(), more = *more);
        page.say(&words, theme.notice(), 2);
    }
    page.say(&source, theme.dim(), 2);
    page
}

/// The journal panel as it was when `done` actions of the current step were done.
pub(super) fn journal_of(view: &LabView<'_>, done: usize, columns: usize, theme: Theme) -> Page {
    let mut page = Page::new(columns, theme);
    journal::add(&mut page, view.session, Some(done));
    page
}

/// The entries that can be selected, each with its line.
fn entries(page: &Page) -> Vec<(usize, Place)> {
    let mut entries = Vec::new();
    for (line, command) in &page.hits {
        if let Command::Entry(overlay, path) = command {
            entries.push((*line, (overlay.clone(), path.clone())));
        }
    }
    entries
}

/// The first changes since the step began, and how many more there are.
fn changes(view: &LabView<'_>, columns: usize, theme: Theme) -> Page {
    let mut page = Page::new(columns, theme);
    let all = view.changes.len();
    for change in ordered(view.session, view.changes).iter().take(CHANGES) {
        let words = cut(&word!("changed", what = &change.words), columns);
        page.lines.push(Line::styled(words, theme.own()));
    }
    if all > CHANGES {
        page.lines.pop();
        let more = word!("changed-more", count = all + 1 - CHANGES);
        let letter = KeyName::Changes.letter().to_string();
        // No key can be pressed on paper.
        let words = if view.state.paper {
            more
        } else {
            format!("{more}: {}", view.state.keys.label(&letter))
        };
        page.lines.push(Line::styled(words, theme.own()));
    }
    page
}

/// Bytes in the largest unit of which there is at least one.
fn bytes(count: i64) -> String {
    let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match units.iter().find(|(size, _)| count >= *size) {
        Some((size, unit)) => {
            let tenths = count / (size / 10);
            format!("{}.{} {unit}", tenths / 10, tenths % 10)
        }
        None => word!("bytes", count = count),
    }
}

/// What a panel is called.
pub fn title(panel: PanelName) -> String {
    names(panel).0
}

/// The long and the short name of a panel.
pub(super) fn names(panel: PanelName) -> (String, String) {
    match panel {
        PanelName::Namespace => (word!("panel-namespace"), word!("panel-namespace-short")),
        PanelName::Process => (word!("panel-process"), word!("panel-process-short")),
        PanelName::Ipc => (word!("panel-ipc"), word!("panel-ipc-short")),
        PanelName::Identity => (word!("panel-identity"), word!("panel-identity-short")),
        PanelName::Mount => (word!("panel-mount"), word!("panel-mount-short")),
        PanelName::Network => (word!("panel-network"), word!("panel-network-short")),
        PanelName::Cgroup => (word!("panel-cgroup"), word!("panel-cgroup-short")),
        PanelName::Overlay => (word!("panel-overlay"), word!("panel-overlay-short")),
        PanelName::Journal => (word!("panel-journal"), word!("panel-journal-short")),
        PanelName::Container => (word!("panel-container"), word!("panel-container-short")),
    }
}
