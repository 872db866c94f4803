//! Verbs of the namespace family.

use std::os::fd::AsFd;

use super::mount::show_at;
use super::{Applied, Ctx, Shell, Then, applied};
use crate::lab::action::{
    GidMap, Hostname, Pin, Setgroups, Setns, Setuid, TimeOffset, UidMap, Unpin, Unshare,
};
use crate::snapshot::NamespaceKind;
use crate::sys::exec::Program;
use crate::sys::mount::Flags;
use crate::sys::{file, identity, mount, namespace};

applied! {
    Unshare: unshare,
    Setns: setns,
    Pin: pin,
    Unpin: unpin,
    Hostname: hostname,
    UidMap: uid_map,
    GidMap: gid_map,
    Setgroups: setgroups,
    Setuid: setuid,
    TimeOffset: |a, ctx| Ok(time_offset(a, ctx)),
}

/// Unshares namespaces.
fn unshare(a: &Unshare, ctx: &mut Ctx) -> Applied {
    let flags = a
        .namespaces
        .iter()
        .fold(0, |flags, kind| flags | namespace::flag(kind.name()));
    ctx.call(
        namespace::unshare(flags),
        "unshare",
        namespace::flag_names(flags),
    )?;
    Ok(shell(ctx, &a.namespaces))
}

/// Joins another actor's namespaces, through the files under its `/proc/PID/ns`.
fn setns(a: &Setns, ctx: &mut Ctx) -> Applied {
    let pid = ctx.face(&a.target)?;
    // Order: all files are opened before the first namespace is joined: /proc may be another one in
    // another mount namespace (setns(2), NOTES).
    let mut files = Vec::new();
    for kind in &a.namespaces {
        let opened = namespace::open(ctx.proc.as_fd(), pid, kind.name());
        let path = format!("\"/proc/{pid}/ns/{}\", O_RDONLY", kind.name());
        match opened {
            Ok(file) => files.push((*kind, file)),
            Err(e) => return Err(ctx.refused("open", path, &e)),
        }
    }
    for (kind, file) in files {
        let args = format!("/proc/{pid}/ns/{}, {}", kind.name(), kind.flag());
        let joined = namespace::setns(file.as_fd(), namespace::flag(kind.name()));
        ctx.call(joined, "setns", args)?;
    }
    Ok(shell(ctx, &a.namespaces))
}

fn shell(ctx: &Ctx, kinds: &[NamespaceKind]) -> Then {
    Then::Shell(Shell {
        program: ctx.shell(),
        fork: kinds.contains(&NamespaceKind::Pid),
        starts_it: false,
    })
}

/// Bind mounts the file of a namespace.
fn pin(a: &Pin, ctx: &mut Ctx) -> Applied {
    let actor = a.of.as_ref().unwrap_or(&a.actor);
    let pid = ctx.face(actor)?;
    if !std::path::Path::new(&a.path).exists() {
        ctx.io(
            std::fs::File::create(&a.path),
            "open",
            format!("\"{}\", O_CREAT", a.path),
        )?;
    }
    let source = format!("/proc/{pid}/ns/{}", a.namespace.name());
    show_at(&source, &a.path, Flags::empty(), ctx)
}

/// Unmounts the file of a namespace and removes the mount point.
fn unpin(a: &Unpin, ctx: &mut Ctx) -> Applied {
    let args = format!("\"{}\", 0", a.path);
    ctx.call(mount::umount(&a.path, false), "umount2", args)?;
    ctx.io(
        std::fs::remove_file(&a.path),
        "unlink",
        format!("\"{}\"", a.path),
    )?;
    Ok(Then::Done)
}

/// Sets the host name.
fn hostname(a: &Hostname, ctx: &mut Ctx) -> Applied {
    ctx.call(
        namespace::sethostname(&a.name),
        "sethostname",
        format!("\"{}\"", a.name),
    )?;
    Ok(Then::Done)
}

/// Writes a line of a map of user ids.
fn uid_map(a: &UidMap, ctx: &mut Ctx) -> Applied {
    let line = format!("{} {} {}", a.inside, a.outside, a.count);
    tell(&a.of, "uid_map", &line, ctx)
}

/// Writes a line of a map of group ids.
fn gid_map(a: &GidMap, ctx: &mut Ctx) -> Applied {
    let line = format!("{} {} {}", a.inside, a.outside, a.count);
    tell(&a.of, "gid_map", &line, ctx)
}

/// Allows or denies setgroups(2).
fn setgroups(a: &Setgroups, ctx: &mut Ctx) -> Applied {
    let word = if a.allow { "allow" } else { "deny" };
    tell(&a.of, "setgroups", word, ctx)
}

/// Becomes another user, with a new shell.
fn setuid(a: &Setuid, ctx: &mut Ctx) -> Applied {
    let args = format!("{0}, {0}, {0}", a.uid);
    ctx.call(identity::set_uid(a.uid), "setresuid", args)?;
    Ok(Then::becomes(ctx.shell()))
}

/// Writes a file in the `/proc/PID` directory of an actor's face.
fn tell(actor: &str, name: &str, text: &str, ctx: &mut Ctx) -> Applied {
    let pid = ctx.face(actor)?;
    let path = format!("{pid}/{name}");
    let written = file::write_below(&ctx.proc, &path, text);
    ctx.call(written, "write", format!("\"/proc/{path}\", \"{text}\""))?;
    Ok(Then::Done)
}

/// Enters a new time namespace by running unshare(1). Order: the offsets must be written before the
/// first process enters, to a file in `/proc/self`, which only a dumpable process may write
/// (`PR_SET_DUMPABLE`, proc(5)). A worker must not be dumpable; a program that it executes is.
fn time_offset(a: &TimeOffset, ctx: &Ctx) -> Then {
    let shell = ctx.shell();
    let offset = a.boottime.to_string();
    let unshare = ["unshare", "--time", "--boottime", &offset, "--fork"];
    let mut argv: Vec<String> = unshare.map(str::to_owned).into();
    argv.extend(shell.argv);
    let program = Program { argv, ..shell };
    Then::Shell(Shell {
        program,
        fork: true,
        starts_it: true,
    })
}
