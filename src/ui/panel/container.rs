//! Container: the parts of each container, what several have in common, and in which step each part
//! changed last.

mod cgroup;
mod mark;
mod mount;
mod network;
mod part;
mod shared;
mod subject;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::session::Session;
use crate::snapshot::{Actor, HOST, NamespaceKind, Snapshot};
use crate::ui::text::{Page, clean, width, wrap};
use crate::word;
use mark::Mark;
use part::Part;
use subject::{Subject, is_own};

/// The fewest columns of a container beside another one, including the line between them.
const COLUMN: usize = 38;
/// The line between two of them.
const BETWEEN: &str = "│ ";
/// The most columns in which containers stand one below the other.
pub(super) const ONE: usize = 2 * COLUMN - 1;

/// A container, and who is in it.
struct Container<'a> {
    /// The actor whose facts describe it.
    subject: Subject<'a>,
    /// The other actors in the very same namespaces and root.
    guests: Vec<&'a str>,
}

/// All containers, side by side where there is room, and what they share.
pub(super) fn add(page: &mut Page, session: &Session) -> String {
    let containers = containers(session);
    if containers.is_empty() {
        page.say(&word!("ct-none"), page.theme.dim(), 0);
        return String::new();
    }
    let beside = (page.width / COLUMN).clamp(1, containers.len());
    for row in containers.chunks(beside) {
        page.gap();
        side_by_side(page, session, row);
    }
    if containers.len() > 1 {
        page.gap();
        let subjects: Vec<Subject<'_>> = containers.iter().map(|one| one.subject).collect();
        shared::add(page, &subjects);
    }
    word!("ct-source")
}

/// Whether there is no container.
pub(super) fn is_empty(session: &Session) -> bool {
    containers(session).is_empty()
}

/// The current containers, in the order of the lab's actors.
fn containers(session: &Session) -> Vec<Container<'_>> {
    let now = session.now();
    let mut all: Vec<Container<'_>> = Vec::new();
    for actor in &session.lab().actors {
        let Some(subject) = subject(now, &actor.name).filter(is_container) else {
            continue;
        };
        let here = place(subject.actor);
        match all.iter_mut().find(|one| place(one.subject.actor) == here) {
            Some(container) => container.guests.push(&actor.name),
            None => all.push(Container {
                subject,
                guests: Vec::new(),
            }),
        }
    }
    all
}

/// An actor in a state; `None` without a live shell.
fn subject<'a>(state: &'a Snapshot, name: &'a str) -> Option<Subject<'a>> {
    Some(Subject {
        name,
        actor: living(state, name)?,
        host: living(state, HOST)?,
        state,
    })
}

/// The actor of this name, if its shell is alive.
fn living<'a>(state: &'a Snapshot, name: &str) -> Option<&'a Actor> {
    state.actors.get(name).filter(|actor| actor.alive)
}

/// Whether an actor has a namespace or a root of its own.
fn is_container(subject: &Subject<'_>) -> bool {
    let mut kinds = NamespaceKind::ALL.into_iter();
    subject.name != HOST && (kinds.any(|kind| is_own(subject, kind)) || mount::is_own(subject))
}

/// What is equal for two actors in one container: the namespaces and the root.
fn place(actor: &Actor) -> (Vec<i64>, &str, Option<i64>) {
    let kinds = NamespaceKind::ALL.into_iter();
    let spaces = kinds.map(|kind| actor.ns.get(kind)).collect();
    let root = mount::root(actor).map(|mount| mount.id);
    (spaces, &actor.root, root)
}

/// Containers in columns of one width.
fn side_by_side(page: &mut Page, session: &Session, row: &[Container<'_>]) {
    let gaps = (row.len() - 1) * width(BETWEEN);
    let columns = (page.width - gaps) / row.len();
    let pages: Vec<Page> = row
        .iter()
        .map(|container| {
            let mut page = Page::new(columns, page.theme);
            column(&mut page, session, container);
            page
        })
        .collect();
    let height = pages.iter().map(|page| page.lines.len()).max();
    let above = page.lines.len();
    for news in pages.iter().flat_map(|one| &one.news) {
        page.news.push(above + news.start..above + news.end);
    }
    for at in 0..height.unwrap_or(0) {
        let mut spans: Vec<Span<'static>> = Vec::new();
        for (index, one) in pages.iter().enumerate() {
            if index > 0 {
                spans.push(Span::styled(BETWEEN, page.theme.frame()));
            }
            let line = one.lines.get(at).cloned().unwrap_or_default();
            let missing = columns.saturating_sub(line.width());
            spans.extend(line.spans);
            if index + 1 < pages.len() {
                spans.push(Span::raw(" ".repeat(missing)));
            }
        }
        page.lines.push(Line::from(spans));
    }
}

/// Draws a container: the parts of its own, then those that it shares with the host.
fn column(page: &mut Page, session: &Session, container: &Container<'_>) {
    let theme = page.theme;
    let Container { subject, guests } = container;
    let mut head = vec![Span::styled(clean(subject.name), theme.strong())];
    if !guests.is_empty() {
        let names: Vec<String> = guests.iter().map(|name| clean(name)).collect();
        let words = word!("ct-guests", names = names.join(", "));
        head.push(Span::styled(format!("  {words}"), theme.plain()));
    }
    page.spans(&head, 2);
    let mut of_host = Vec::new();
    for part in Part::ALL {
        let items = part.items(subject);
        if items.is_empty() {
            // Without logs, there is no part to share with the host.
            of_host.extend((part != Part::Log).then(|| part.name()));
            continue;
        }
        let texts: Vec<String> = items.into_iter().map(|item| item.text).collect();
        let mark = Mark::of(session, subject.name, part);
        let mut head = vec![Span::styled(part.name(), theme.strong())];
        head.extend(mark.map(|mark| mark.span(theme)));
        let first = page.lines.len();
        flow(page, &head, &texts);
        if mark.is_some_and(Mark::is_present) {
            page.is_news(first);
        }
    }
    if !of_host.is_empty() {
        let head = [Span::styled(word!("ct-of-host"), theme.dim())];
        flow_in(page, &head, &of_host, theme.dim());
    }
}

/// A heading and its items, as many on each line as fit.
fn flow(page: &mut Page, head: &[Span<'static>], items: &[String]) {
    flow_in(page, head, items, page.theme.plain());
}

fn flow_in(page: &mut Page, head: &[Span<'static>], items: &[String], style: Style) {
    let mut line = Line::from(head.to_vec());
    let mut between = "  ";
    for item in items {
        let item = clean(item);
        if line.width() + width(between) + width(&item) <= page.width {
            line.push_span(Span::styled(format!("{between}{item}"), style));
        } else {
            page.lines.push(std::mem::take(&mut line));
            let item = Span::styled(format!("  {item}"), style);
            let mut lines = wrap(&[item], page.width, 4);
            line = lines.pop().unwrap_or_default();
            page.lines.extend(lines);
        }
        between = " · ";
    }
    page.lines.push(line);
}
