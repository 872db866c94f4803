//! The capability family: setpriv(1), setcap(8), and isolab's own `refuse`, because no common
//! program installs a filter.

use super::{lines, quote};
use crate::lab::action::{DropCapabilities, NoNewPrivs, Seccomp, Setcap};

lines! {
    DropCapabilities: |a, _| drop(a),
    Setcap: |a, _| setcap(a),
    NoNewPrivs: |_, _| "setpriv --no-new-privs bash".to_owned(),
    Seccomp: |a, _| format!("refuse {} {} bash", a.errno, a.refuse.join(",")),
}

fn short(name: &str) -> String {
    name.trim_start_matches("CAP_").to_lowercase()
}

fn setcap(a: &Setcap) -> String {
    let names: Vec<String> = a
        .capabilities
        .iter()
        .map(|name| name.to_lowercase())
        .collect();
    format!("setcap {}+ep {}", names.join(","), quote(&a.path))
}

fn drop(a: &DropCapabilities) -> String {
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
