//! The capability family: setpriv(1), and `refuse`, one of isolab's own small programs,
//! as no common one installs a filter.

use super::quote as q;
use crate::lab::action::{DropCapabilities, Mask, Seccomp};

pub(super) fn drop(a: &DropCapabilities) -> String {
    let short = |name: &String| name.trim_start_matches("CAP_").to_lowercase();
    let (bounding, inheritable) = if let Some(keep) = &a.keep {
        let kept: Vec<String> = keep
            .iter()
            .map(|name| format!(",+{}", short(name)))
            .collect();
        (format!("-all{}", kept.concat()), "-all".to_owned())
    } else {
        let lost: Vec<String> = a
            .drop
            .iter()
            .map(|name| format!("-{}", short(name)))
            .collect();
        (lost.join(","), lost.join(","))
    };
    format!("setpriv --bounding-set={bounding} --inh-caps={inheritable} bash")
}

pub(super) fn seccomp(a: &Seccomp) -> String {
    format!("refuse {} {} bash", a.errno, a.refuse.join(","))
}

pub(super) fn mask(a: &Mask) -> String {
    let list = |paths: &[String]| {
        paths
            .iter()
            .map(|path| q(path))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let hide = format!(
        "for p in {}; do if [ -d $p ]; then mount -t tmpfs -o ro,size=0 tmpfs $p; \
         elif [ -e $p ]; then mount --bind -o ro /dev/null $p; fi; done",
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
