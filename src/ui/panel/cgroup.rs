//! Limits: how much of its limits each control group uses.

use ratatui::style::Style;
use ratatui::text::Span;

use super::bytes;
use crate::snapshot::cgroup::{Cpu, HOST, UNLIMITED};
use crate::snapshot::{Cgroup, Hierarchy, Process, Snapshot};
use crate::ui::Theme;
use crate::ui::history::{History, Mishap};
use crate::ui::text::{Page, clean, column};
use crate::word;

/// The most columns of a gauge.
const GAUGE: usize = 16;
/// Where a row's words begin.
const INDENT: usize = 9;
/// The most processes that are named.
const NAMED: usize = 6;
/// The least CPU usage that gets a curve, in percent of one CPU.
const VISIBLE: i64 = 5;
/// The eighths of a column.
const BARS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// Adds a section for each group; returns the source of the facts.
pub(super) fn add(page: &mut Page, now: &Snapshot, before: &Snapshot, history: &History) -> String {
    if !now.hierarchy.there {
        page.say(&word!("cg-none"), page.theme.dim(), 0);
        return String::new();
    }
    page.say(&heading(&now.hierarchy), page.theme.dim(), 2);
    let free = Cgroup::unlimited();
    // The group in which all shells begin comes last.
    let mut groups: Vec<(&String, &Cgroup)> = now.cgroups.iter().collect();
    groups.sort_by_key(|(name, _)| (*name == HOST, *name));
    for (name, group) in groups {
        let then = before.cgroups.get(name).unwrap_or(&free);
        let shown = Shown {
            name,
            group,
            then,
            history,
        };
        shown.add(page, now);
    }
    if now.hierarchy.unified {
        word!("cg-source-2")
    } else {
        word!("cg-source-1")
    }
}

fn heading(hierarchy: &Hierarchy) -> String {
    let controllers = hierarchy.controllers.join(" ");
    if hierarchy.unified {
        word!("cg-v2", controllers = controllers)
    } else {
        word!("cg-v1", controllers = controllers)
    }
}

struct Shown<'a> {
    name: &'a str,
    group: &'a Cgroup,
    then: &'a Cgroup,
    history: &'a History,
}

impl Shown<'_> {
    fn add(&self, page: &mut Page, now: &Snapshot) {
        let theme = page.theme;
        page.gap();
        let state = if self.group.frozen {
            format!("  {}", word!("cg-frozen"))
        } else {
            String::new()
        };
        let first = page.lines.len();
        let is_news =
            self.then.processes != self.group.processes || self.then.frozen != self.group.frozen;
        page.spans(
            &[
                Span::styled(clean(self.name), theme.strong()),
                Span::styled(state, theme.notice()),
                Span::styled(processes(self.group, now), theme.plain()),
                Span::styled(if is_news { " ◀" } else { "" }, theme.own()),
            ],
            2,
        );
        if is_news {
            page.is_news(first);
        }
        self.memory(page);
        self.cpu(page);
        self.pids(page);
        let pressure = &self.group.pressure;
        if pressure.enabled && pressure.cpu + pressure.memory > 0 {
            let words = word!(
                "cg-pressure",
                cpu = seconds(pressure.cpu),
                memory = seconds(pressure.memory)
            );
            page.say(&format!("  {words}"), theme.dim(), 4);
        }
    }

    fn memory(&self, page: &mut Page) {
        let memory = &self.group.memory;
        let mut words = word!(
            "cg-of",
            used = bytes(memory.current),
            most = limit(memory.max, bytes)
        );
        if memory.file >= 1 << 20 {
            let files = word!("cg-files", bytes = bytes(memory.file));
            words = format!("{words}, {files}");
        }
        let events = &[Mishap::Killed, Mishap::AtTheLimit];
        self.row(
            page,
            &Row {
                name: "memory",
                enabled: memory.enabled,
                used: memory.current,
                max: memory.max,
                is_set: memory.max != self.then.memory.max,
                words,
                events,
            },
        );
        // Without a limit, the curve has no height.
        if memory.enabled && memory.max != UNLIMITED {
            curve(page, &self.history.memory(self.name), memory.max);
        }
    }

    fn cpu(&self, page: &mut Page) {
        let cpu = &self.group.cpu;
        let used = self.history.cpu_percent(self.name);
        let most = limit(cpu.quota_usec, |quota| format!("{} %", percent(quota, cpu)));
        let now = used.map_or_else(|| "…".to_owned(), |used| format!("{used} %"));
        let usage = word!("cg-of", used = now, most = most);
        let words = format!("{usage}, {}", word!("cg-weight", weight = cpu.weight));
        let allowed = match cpu.quota_usec {
            UNLIMITED => 100,
            quota => percent(quota, cpu),
        };
        self.row(
            page,
            &Row {
                name: "cpu",
                enabled: cpu.enabled,
                used: used.unwrap_or(0),
                max: allowed,
                is_set: (cpu.quota_usec, cpu.weight)
                    != (self.then.cpu.quota_usec, self.then.cpu.weight),
                words,
                events: &[Mishap::Throttled],
            },
        );
        let past = self.history.cpu(self.name);
        if cpu.enabled && past.iter().any(|used| *used >= VISIBLE) {
            let highest = past.iter().copied().max().unwrap_or(0).max(allowed);
            curve(page, &past, highest);
        }
    }

    fn pids(&self, page: &mut Page) {
        let pids = &self.group.pids;
        let most = limit(pids.max, |n| n.to_string());
        let words = word!("cg-of", used = pids.current, most = most);
        self.row(
            page,
            &Row {
                name: "pids",
                enabled: pids.enabled,
                used: pids.current,
                max: pids.max,
                is_set: pids.max != self.then.pids.max,
                words,
                events: &[Mishap::Refused],
            },
        );
    }

    /// A gauge with its words. Mishaps of this step are marked; the latest ones flash.
    fn row(&self, page: &mut Page, row: &Row<'_>) {
        let theme = page.theme;
        let name = Span::styled(format!("  {}", column(row.name, 7)), theme.plain());
        if !row.enabled {
            let words = word!("cg-no-controller");
            return page.spans(&[name, Span::styled(words, theme.dim())], 4);
        }
        let mut spans = vec![name];
        if row.max != UNLIMITED {
            let columns = (page.width / 5).clamp(6, GAUGE);
            let (bar, style) = gauge(row.used, row.max, columns);
            spans.push(Span::styled(format!("{bar} "), style(theme)));
        }
        spans.push(Span::styled(row.words.clone(), theme.plain()));
        if row.is_set {
            spans.push(Span::styled(" ◀", theme.own()));
        }
        let first = page.lines.len();
        let happened = row.events.iter().filter(|m| m.count(self.group) > 0);
        spans.extend(happened.map(|mishap| self.mishap(*mishap, theme)));
        page.spans(&spans, 4);
        let mut events = row.events.iter();
        if row.is_set || events.any(|event| event.count(self.group) > event.count(self.then)) {
            page.is_news(first);
        }
    }

    fn mishap(&self, mishap: Mishap, theme: Theme) -> Span<'static> {
        let count = mishap.count(self.group);
        let then = mishap.count(self.then);
        let style = match count > then {
            _ if self.history.flashes(self.name, mishap) => theme.selected(),
            true => theme.own(),
            false => theme.plain(),
        };
        let new = match count - then {
            more if more > 0 && then > 0 => format!(" (+{more}) ◀"),
            more if more > 0 => " ◀".to_owned(),
            _ => String::new(),
        };
        Span::styled(format!(" · {} {count}×{new}", mishap.word()), style)
    }
}

/// The usage of one resource of a group.
struct Row<'a> {
    name: &'a str,
    enabled: bool,
    used: i64,
    max: i64,
    /// Whether its limit is another than when the step began.
    is_set: bool,
    words: String,
    /// The mishaps of the resource.
    events: &'a [Mishap],
}

/// Microseconds in seconds, with tenths.
fn seconds(usec: i64) -> String {
    format!("{}.{}", usec / 1_000_000, usec / 100_000 % 10)
}

/// A quota in percent of one CPU.
fn percent(quota: i64, cpu: &Cpu) -> i64 {
    quota * 100 / cpu.period_usec.max(1)
}

fn curve(page: &mut Page, values: &[i64], most: i64) {
    let room = page.width.saturating_sub(INDENT);
    let newest = values.get(values.len().saturating_sub(room)..);
    let values = newest.unwrap_or_default().iter();
    let curve: String = values.map(|value| bar(*value, most)).collect();
    if !curve.is_empty() {
        let words = format!("{}{curve}", " ".repeat(INDENT));
        page.say(&words, page.theme.dim(), INDENT);
    }
}

/// A value as a bar, which is full at `most`.
fn bar(value: i64, most: i64) -> &'static str {
    let eighths = (value * 8).checked_div(most.max(1)).unwrap_or(0);
    BARS[usize::try_from(eighths.clamp(0, 7)).unwrap_or(0)]
}

/// The processes of a group, by number and name.
fn processes(group: &Cgroup, now: &Snapshot) -> String {
    let known = now
        .actors
        .get("host")
        .map_or(&[][..], |host| host.processes.as_slice());
    let shown = group.processes.iter().take(NAMED);
    let named: Vec<String> = shown.map(|pid| numbered(*pid, known)).collect();
    match group.processes.len() {
        0 => format!("  {}", word!("cg-no-processes")),
        n if n > NAMED => {
            let words = word!("cg-and-more", named = named.join(", "), more = n - NAMED);
            format!("  {words}")
        }
        _ => format!("  {}", named.join(", ")),
    }
}

/// The number and the name of a process.
fn numbered(pid: i64, known: &[Process]) -> String {
    let process = known.iter().find(|p| p.pids.first() == Some(&pid));
    let name = process.map_or("", |process| process.name.as_str());
    format!("{pid} {}", clean(name))
}

/// A bar that is full at the limit, and its style.
fn gauge(used: i64, max: i64, columns: usize) -> (String, fn(Theme) -> Style) {
    let share = used.saturating_mul(100) / max.max(1);
    let wanted = usize::try_from(share).unwrap_or(0) * columns / 100;
    let full = wanted.min(columns);
    let bar = format!("{}{}", "█".repeat(full), "░".repeat(columns - full));
    let style = match share {
        90.. => Theme::notice,
        _ => Theme::good,
    };
    (bar, style)
}

/// A limit in words; `∞` if there is none.
pub(super) fn limit(max: i64, words: impl Fn(i64) -> String) -> String {
    if max == UNLIMITED {
        "∞".to_owned()
    } else {
        words(max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_units() {
        assert_eq!(bytes(52_428_800), "50.0 MiB");
        assert_eq!(bytes(512), "512 bytes");
        assert_eq!(limit(UNLIMITED, bytes), "∞");
    }

    #[test]
    fn a_gauge_is_full_at_the_limit() {
        let bar = |used, max| gauge(used, max, GAUGE).0;
        assert_eq!(bar(50, 50), "█".repeat(GAUGE));
        assert_eq!(bar(70, 50), "█".repeat(GAUGE));
        assert_eq!(bar(25, 50).matches('█').count(), GAUGE / 2);
    }
}
