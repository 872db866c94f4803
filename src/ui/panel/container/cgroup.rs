//! The limits of a container: its control group.

use super::super::bytes;
use super::super::cgroup::limit;
use super::subject::{Item, Subject};
use crate::snapshot::Cgroup;
use crate::snapshot::cgroup::{HOST, UNLIMITED};
use crate::word;

/// The innermost group with an actor's shell in it; `None` if it is the one in which all begin.
pub(super) fn group<'a>(subject: &Subject<'a>) -> Option<(&'a String, &'a Cgroup)> {
    let groups = subject.state.cgroups.iter();
    let own = groups.filter(|(_, group)| group.processes.contains(&subject.actor.pid));
    let innermost = own.max_by_key(|(name, _)| name.len());
    innermost.filter(|(name, _)| *name != HOST)
}

/// The items of a group of the container's own.
pub(super) fn items(subject: &Subject<'_>) -> Vec<Item> {
    let Some((name, group)) = group(subject) else {
        return Vec::new();
    };
    let mut items = vec![Item::fixed(word!("ct-group", name = name))];
    let (memory, cpu, pids) = (&group.memory, &group.cpu, &group.pids);
    if memory.enabled {
        let most = limit(memory.max, bytes);
        items.push(used("memory", bytes(memory.current), most));
    }
    if cpu.enabled {
        let words = match cpu.quota_usec {
            UNLIMITED => word!("cg-weight", weight = cpu.weight),
            quota => format!("{} %", quota.saturating_mul(100) / cpu.period_usec.max(1)),
        };
        items.push(Item::fixed(format!("cpu {words}")));
    }
    if pids.enabled {
        let most = limit(pids.max, |n| n.to_string());
        items.push(used("pids", pids.current.to_string(), most));
    }
    if group.frozen {
        items.push(Item::fixed(word!("cg-frozen")));
    }
    items
}

/// The usage and the limit of a resource. Only a new limit counts as a change.
fn used(name: &str, used: String, most: String) -> Item {
    let key = format!("{name} {most}");
    Item::live(
        format!("{name} {}", word!("cg-of", used = used, most = most)),
        key,
    )
}
