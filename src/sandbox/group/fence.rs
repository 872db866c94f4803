//! Groups that set no limits. If a user may write to the group in which isolab was started, the lab
//! host's root, who has that user's rights, could control everything in it. So the lab host is put
//! into a group below, which is all that it sees.

use std::fs;
use std::path::Path;

use super::{Dir, Group, place};
use crate::probe::mount::parse;
use crate::sandbox::keeper::Keeper;
use crate::sandbox::owner;
use crate::sys::{SysError, identity};

/// Makes a v2 fence, if this user may.
pub(super) fn make(keeper: &mut Keeper) -> Option<Group> {
    let mounts = parse(&place::read(Path::new("/proc/self/mountinfo")));
    let mount = mounts.iter().find(|m| m.kind == "cgroup2")?;
    let (_, path) = place::own_groups().remove("")?;
    let own = Path::new(&mount.target).join(path.trim_start_matches('/'));
    place::may_move_from(&own).ok()?;
    let group = place::make_dir(&own, keeper).ok()?;
    // The owner of the group may lift these limits again: they stop mistakes, not attacks.
    let _ = place::bound(Path::new(&group.plan.dirs[0].path));
    Some(group)
}

/// Adds a fence in each v1 hierarchy in which the group has no directory yet. Not for root: the ids
/// of its lab host own nothing on the machine.
pub(super) fn add_to(group: &mut Option<Group>, keeper: &mut Keeper) {
    if identity::effective().0 == 0 {
        return;
    }
    let own = place::own_groups();
    let mounts = parse(&place::read(Path::new("/proc/self/mountinfo")));
    for mount in mounts.iter().filter(|mount| mount.kind == "cgroup") {
        let mut names = mount.super_options.iter();
        let Some((controllers, path)) = names.find_map(|name| own.get(name)) else {
            continue;
        };
        let dir = Path::new(&mount.target).join(path.trim_start_matches('/'));
        let is_there = group
            .iter()
            .flat_map(|group| group.plan.all())
            .any(|dir| dir.controllers == *controllers);
        if !is_there && may_come_back(&dir) {
            // If this user may not make a group there, neither may the lab host: no fence is
            // needed.
            let _ = fence(&dir, controllers, group, keeper);
        }
    }
}

/// Whether this process may move itself back into a group.
fn may_come_back(group: &Path) -> bool {
    let tasks = fs::OpenOptions::new().write(true).open(group.join("tasks"));
    tasks.is_ok()
}

fn fence(
    dir: &Path,
    controllers: &str,
    group: &mut Option<Group>,
    keeper: &mut Keeper,
) -> Result<(), SysError> {
    let made = place::below(dir, &owner::own_name(), keeper)?;
    let group = group.get_or_insert_default();
    group.plan.fences.push(Dir {
        path: made.path.display().to_string(),
        controllers: controllers.to_owned(),
    });
    group.held.push(made.held);
    place::limit_legacy(&made.path)
}
