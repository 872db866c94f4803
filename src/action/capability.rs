//! Verbs of the capability family: dropping rights, and giving some to a file.

use super::{Applied, Ctx, Then, applied};
use crate::lab::action::{DropCapabilities, NoNewPrivs, Seccomp, Setcap};
use crate::sys::{capability, process, seccomp};

applied! {
    DropCapabilities: drop,
    Setcap: setcap,
    NoNewPrivs: no_new_privs,
    Seccomp: seccomp,
}

/// Drops capabilities of the worker and of the shell that it becomes. Order: the bounding set
/// first, because changing it needs `CAP_SETPCAP` (prctl(2)).
fn drop(a: &DropCapabilities, ctx: &mut Ctx) -> Applied {
    let mut mask = 0;
    for number in capability::all() {
        let name = capability::name(number);
        if !is_lost(&name, a) {
            continue;
        }
        let dropped = capability::drop_from_bounding(number);
        ctx.call(dropped, "prctl", format!("PR_CAPBSET_DROP, {name}"))?;
        mask |= 1 << number;
    }
    // With `keep` the inheritable set is emptied too: the kept capabilities do not need it.
    let inheritable = if a.keep.is_some() { 0 } else { !mask };
    let args = format!("effective, permitted &= ~0x{mask:x}");
    ctx.call(capability::keep(!mask, inheritable), "capset", args)?;
    Ok(Then::becomes(ctx.shell()))
}

/// Whether a capability is dropped.
fn is_lost(name: &str, a: &DropCapabilities) -> bool {
    match &a.keep {
        Some(keep) => !keep.iter().any(|kept| kept == name),
        None => a.drop.iter().any(|dropped| dropped == name),
    }
}

/// Sets the capabilities of a file.
fn setcap(a: &Setcap, ctx: &mut Ctx) -> Applied {
    let mask = capability::all()
        .filter(|number| a.capabilities.contains(&capability::name(*number)))
        .fold(0, |mask, n| mask | 1 << n);
    let args = format!(
        "\"{}\", \"{}\": {}",
        a.path,
        capability::ATTRIBUTE,
        a.capabilities.join(" ")
    );
    ctx.call(capability::put_on(&a.path, mask), "setxattr", args)?;
    Ok(Then::Done)
}

/// Sets `no_new_privs`.
fn no_new_privs(_: &NoNewPrivs, ctx: &mut Ctx) -> Applied {
    let set = process::set_no_new_privs();
    ctx.call(set, "prctl", "PR_SET_NO_NEW_PRIVS, 1".to_owned())?;
    Ok(Then::becomes(ctx.shell()))
}

/// Installs a seccomp filter.
fn seccomp(a: &Seccomp, ctx: &mut Ctx) -> Applied {
    let args = format!(
        "SECCOMP_SET_MODE_FILTER, {}: {}",
        a.errno,
        a.refuse.join(" ")
    );
    ctx.call(seccomp::refuse(&a.refuse, &a.errno), "seccomp", args)?;
    Ok(Then::becomes(ctx.shell()))
}
