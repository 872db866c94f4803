//! The mount family: mount(8).

use super::{lines, quote as q, words};
use crate::lab::action::{Bind, Chroot, Mask, Mount, PivotRoot, Propagation, Remount, Umount};

lines! {
    Mount: |a, _| mount(a),
    Bind: |a, _| bind(a),
    Remount: |a, _| remount(a),
    Propagation: |a, _| propagation(a),
    Umount: |a, _| format!("umount {}{}", if a.lazy { "-l " } else { "" }, q(&a.target)),
    PivotRoot: |a, _| format!("pivot_root {} {}", q(&a.new_root), q(&a.put_old)),
    Chroot: |a, _| format!("chroot {} {}", q(&a.path), words(&a.program)),
    Mask: |a, _| mask(a),
}

fn mount(a: &Mount) -> String {
    let options = match a.options.as_slice() {
        [] => String::new(),
        list => format!(" -o {}", q(&list.join(","))),
    };
    let source = q(a.source.as_deref().unwrap_or(&a.kind));
    format!("mount -t {}{options} {source} {}", q(&a.kind), q(&a.target))
}

fn bind(a: &Bind) -> String {
    let how = if a.recursive { "--rbind" } else { "--bind" };
    format!("mount {how} {} {}", q(&a.source), q(&a.target))
}

fn remount(a: &Remount) -> String {
    let options: Vec<&str> = a.options.iter().map(|option| option.name()).collect();
    let (options, target) = (options.join(","), q(&a.target));
    format!("mount -o remount,bind,{options} {target}")
}

fn propagation(a: &Propagation) -> String {
    let r = if a.recursive { "r" } else { "" };
    format!("mount --make-{r}{} {}", a.mode.name(), q(&a.target))
}

fn list(paths: &[String]) -> String {
    let paths: Vec<String> = paths.iter().map(|path| q(path)).collect();
    paths.join(" ")
}

fn mask(a: &Mask) -> String {
    let hide = format!(
        "for p in {}; do if [ -d $p ]; then mount -t tmpfs -o ro,size=0 tmpfs $p; \
         elif [ -e $p ]; then mount --bind -o ro,nosuid,noexec /dev/null $p; fi; done",
        list(&a.hide)
    );
    let seal = format!(
        "for p in {}; do if [ -e $p ]; then mount --rbind $p $p && mount -o remount,bind,ro $p; fi; done",
        list(&a.read_only)
    );
    let parts = [(&a.hide, hide), (&a.read_only, seal)];
    let said = parts.into_iter().filter(|(paths, _)| !paths.is_empty());
    said.map(|(_, line)| line).collect::<Vec<_>>().join("; ")
}
