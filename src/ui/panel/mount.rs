//! Mounts: the table of each mount namespace. What belongs to the lab host itself and is the same
//! for all who have its root is folded into one line.

mod alike;

use ratatui::text::Span;

use super::{Facts, titled};
use crate::snapshot::{Actor, Mount};
use crate::ui::text::{Page, clean};
use crate::ui::{Command, UiState};
use crate::word;
use alike::{Table, is_alike, of_host};

/// Whether mounts of the lab host are folded, or could be.
pub(super) fn has_folded(facts: &Facts<'_>) -> bool {
    of_host(facts).is_some()
}

/// A section for each mount namespace and root, with who is in it; then the mounts of the lab host.
pub(super) fn add(page: &mut Page, facts: &Facts<'_>, state: &UiState) -> String {
    let shared = of_host(facts);
    let mut seen: Vec<(i64, &str)> = Vec::new();
    for (name, actor) in facts.actors {
        if !seen.contains(&place(actor)) {
            seen.push(place(actor));
            heading(page, facts, actor);
            let tree = Tree {
                mounts: &actor.mounts,
                before: facts.before.actors.get(*name),
                same_place: has_same_place(facts, name, actor),
                shared: shared.as_ref(),
            };
            tree.add_all(page);
        }
    }
    if let Some(shared) = shared {
        folded(page, &shared, state);
    }
    word!("mnt-source")
}

/// The mounts of the lab host, in one line or one by one.
fn folded(page: &mut Page, shared: &Table<'_>, state: &UiState) {
    let open = state.mounts_open;
    let mark = match open {
        // On paper nothing opens.
        _ if state.paper => " ",
        true => "▾",
        false => "▸",
    };
    let words = word!("mnt-of-host", count = shared.mounts.len());
    page.gap();
    let first = page.lines.len();
    page.say(&format!("{mark} {words}"), page.theme.plain(), 2);
    page.hit(first, &Command::HostMounts(!open));
    if open {
        let tree = Tree {
            mounts: shared.all,
            before: None,
            same_place: true,
            shared: None,
        };
        for mount in &shared.mounts {
            let above = alike::above(shared.all, mount).len();
            tree.row(page, mount, above);
        }
    }
}

/// What decides which mounts a process sees: its namespace and its root.
fn place(actor: &Actor) -> (i64, &str) {
    (actor.ns.mnt, actor.root.as_str())
}

/// The namespace, and who is in it.
fn heading(page: &mut Page, facts: &Facts<'_>, actor: &Actor) {
    let inside = facts
        .actors
        .iter()
        .filter(|(_, other)| place(other) == place(actor));
    let names: Vec<String> = inside.map(|(name, _)| clean(name)).collect();
    let mut head = format!("mnt:[{}]  {}", actor.ns.mnt, names.join(", "));
    if actor.root != "/" && !actor.root.is_empty() {
        head = format!("{head}  {}", word!("mnt-root", path = clean(&actor.root)));
    }
    page.gap();
    let first = page.lines.len();
    let is_news = facts.actors.iter().any(|(name, other)| {
        place(other) == place(actor) && facts.is_news(name, |then| place(then) != place(other))
    });
    page.spans(&titled(&head, is_news, page.theme), 2);
    if is_news {
        page.is_news(first);
    }
}

/// Whether an actor had the same mount namespace and root directory when the step began.
fn has_same_place(facts: &Facts<'_>, name: &str, actor: &Actor) -> bool {
    let before = facts.before.actors.get(name);
    before.is_some_and(|before| place(before) == place(actor))
}

/// The mounts of a namespace as a tree.
struct Tree<'a> {
    mounts: &'a [Mount],
    /// Who sees them, when the step began.
    before: Option<&'a Actor>,
    /// Whether they are of the same namespace and told from the same root directory as then.
    same_place: bool,
    /// The mounts that are folded.
    shared: Option<&'a Table<'a>>,
}

impl Tree<'_> {
    fn add_all(&self, page: &mut Page) {
        let first = page.lines.len();
        for mount in self.mounts {
            if !self.mounts.iter().any(|other| mount.is_on(other)) {
                self.add(page, mount, 0);
            }
        }
        for mount in self.gone() {
            Self::gone_row(page, mount);
        }
        if page.lines.len() == first {
            let words = if self.mounts.is_empty() {
                word!("mnt-none")
            } else {
                word!("mnt-only-host")
            };
            page.say(&format!("  {words}"), page.theme.dim(), 2);
        }
    }

    fn add(&self, page: &mut Page, mount: &Mount, depth: usize) {
        let mut inner = self.on(mount);
        // Mounts that every lab host has come last.
        inner.sort_by_key(|other| other.is_of_every_host());
        let mut below = depth;
        if !self.is_folded(mount) {
            self.row(page, mount, depth);
            below += 1;
        }
        for other in inner {
            self.add(page, other, below);
        }
    }

    /// The mounts that are gone since the step began, without those that stood on others of them.
    fn gone(&self) -> Vec<&Mount> {
        let then = self.before.filter(|_| self.same_place);
        let then = then.map_or(&[][..], |then| then.mounts.as_slice());
        let is_gone = |mount: &&Mount| !self.mounts.iter().any(|own| own.id == mount.id);
        let gone: Vec<&Mount> = then.iter().filter(is_gone).collect();
        let mut lowest = gone.clone();
        lowest.retain(|mount| !gone.iter().any(|other| mount.is_on(other)));
        lowest
    }

    fn gone_row(page: &mut Page, mount: &Mount) {
        let theme = page.theme;
        let words = format!("- {}  {}", clean(&mount.target), clean(&mount.kind));
        let first = page.lines.len();
        let spans = [
            Span::styled(words, theme.own()),
            Span::styled(format!("  {}", word!("mnt-gone")), theme.dim()),
        ];
        page.spans(&spans, 4);
        page.is_news(first);
    }

    /// The mounts on a mount.
    fn on(&self, mount: &Mount) -> Vec<&Mount> {
        let all = self.mounts.iter();
        all.filter(|other| other.is_on(mount)).collect()
    }

    fn is_folded(&self, mount: &Mount) -> bool {
        let is_as_before = !self.is_new(mount) && !self.is_changed(mount);
        let shared = self.shared.filter(|_| is_as_before);
        shared.is_some_and(|shared| shared.has(self.mounts, mount))
    }

    /// Whether it was not there when the step began. Another mount namespace has a table of its
    /// own: its copies are not new.
    fn is_new(&self, mount: &Mount) -> bool {
        self.before.is_some_and(|before| {
            let mut known = before.mounts.iter();
            let is_known = known
                .any(|old| old.id == mount.id || is_alike(self.mounts, mount, &before.mounts, old));
            !is_known
        })
    }

    /// Whether it is mounted otherwise than when the step began.
    fn is_changed(&self, mount: &Mount) -> bool {
        self.before.is_some_and(|before| {
            let mut known = before.mounts.iter();
            known.any(|old| {
                let has_moved = self.same_place && old.target != mount.target;
                let is_same = old.options == mount.options && old.propagation == mount.propagation;
                old.id == mount.id && (has_moved || !is_same)
            })
        })
    }

    fn row(&self, page: &mut Page, mount: &Mount, depth: usize) {
        let theme = page.theme;
        // A mount on the very same place hides this one and all below it.
        let on = self.on(mount);
        let covered = on.iter().any(|other| other.target == mount.target);
        let (mark, style) = match covered {
            _ if self.is_new(mount) => ("+ ", theme.own()),
            _ if self.is_changed(mount) => ("◀ ", theme.own()),
            true => ("  ", theme.dim()),
            false => ("  ", theme.plain()),
        };
        let mut rest = format!("  {} {}", clean(&mount.kind), clean(&mount.source));
        if mount.root != "/" && !mount.root.is_empty() {
            rest = format!("{rest} [{}]", clean(&mount.root));
        }
        let options: Vec<String> = mount.options.iter().map(|option| clean(option)).collect();
        let propagation: Vec<String> = mount.propagation.iter().map(|word| clean(word)).collect();
        let travels = match propagation.as_slice() {
            [] => String::new(),
            words => format!("  {}", words.join(" ")),
        };
        let hidden = if covered {
            format!("  {}", word!("mnt-covered"))
        } else {
            String::new()
        };
        let spans = [
            Span::styled(mark, style),
            Span::styled(
                format!("{}{}", "  ".repeat(depth), clean(&mount.target)),
                style,
            ),
            Span::styled(rest, theme.plain()),
            Span::styled(format!("  {}", options.join(",")), theme.dim()),
            Span::styled(travels, theme.notice()),
            Span::styled(hidden, theme.dim()),
        ];
        let first = page.lines.len();
        page.spans(&spans, 2 * depth + 6);
        if self.is_new(mount) || self.is_changed(mount) {
            page.is_news(first);
        }
    }
}
