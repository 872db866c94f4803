//! Verbs of the network family: links, addresses and routes by netlink
//! messages, and translation too.

use std::net::IpAddr;
use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use super::{Applied, Ctx, Refused, Then, process};
use crate::lab::action::{
    Address, AddressRemove, Bridge, Connect, Exec, Forwarding, Link, LinkRemove, Listen, Nat,
    NatRule, Netns, NetnsRemove, Ping, Place, Route, Spawn, Veth,
};
use crate::sys::icmp::{self, Echo, Pinger};
use crate::sys::mount::{self, Mount};
use crate::sys::nat::{self, NewNat, Target};
use crate::sys::netlink::{Family, Netlink};
use crate::sys::network::{self, Change, NewRoute, Prefix};
use crate::sys::wait::pause;
use crate::sys::{SysError, file, namespace};

/// Where names are kept, ip-netns(8).
const NAMES: &str = "/run/netns";
/// What a rule of translation is added by, in this order.
const MESSAGES: [&str; 3] = ["NFT_MSG_NEWTABLE", "NFT_MSG_NEWCHAIN", "NFT_MSG_NEWRULE"];
/// How long a reply is waited for.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long between two requests.
const PAUSE: Duration = Duration::from_millis(1);

/// Goes to a named network namespace.
pub(super) fn enter(name: &str, ctx: &mut Ctx) -> Result<(), Refused> {
    let fd = open_name(name, ctx)?;
    let joined = namespace::setns(fd.as_fd(), namespace::flag("net"));
    ctx.call(joined, "setns", format!("{NAMES}/{name}, CLONE_NEWNET"))
}

fn open_name(name: &str, ctx: &mut Ctx) -> Result<OwnedFd, Refused> {
    let path = format!("{NAMES}/{name}");
    file::open_read(file::here(), &path)
        .map_err(|e| ctx.refused("open", format!("\"{path}\", O_RDONLY"), &e))
}

/// Opens the namespace that something is moved to: its file, and its name in words.
fn open_place(place: &Place, ctx: &mut Ctx) -> Result<(OwnedFd, String), Refused> {
    match place {
        Place::Netns(name) => Ok((open_name(name, ctx)?, name.clone())),
        Place::Actor(name) => {
            let pid = ctx.face(name)?;
            let opened = namespace::open(ctx.proc.as_fd(), pid, "net");
            let path = format!("\"/proc/{pid}/ns/net\", O_RDONLY");
            let fd = opened.map_err(|e| ctx.refused("open", path, &e))?;
            Ok((fd, pid.to_string()))
        }
    }
}

fn netlink(ctx: &mut Ctx) -> Result<Netlink, Refused> {
    Netlink::open(Family::Route).map_err(|e| ctx.refused(e.call, e.args.clone(), &e))
}

/// Keeps a message's result under its own name.
fn told(result: Result<(), SysError>, name: &str, words: String, ctx: &mut Ctx) -> Applied {
    ctx.call(result, name, words)?;
    Ok(Then::Done)
}

fn index(netlink: &mut Netlink, name: &str, ctx: &mut Ctx) -> Result<u32, Refused> {
    network::index(netlink, name).map_err(|e| ctx.refused("RTM_GETLINK", name.to_owned(), &e))
}

/// Makes a name for a new namespace, or for an actor's.
pub(super) fn netns(a: &Netns, ctx: &mut Ctx) -> Applied {
    share_names(ctx)?;
    let path = format!("{NAMES}/{}", a.name);
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path);
    ctx.io(made, "open", format!("\"{path}\", O_CREAT|O_EXCL"))?;
    let source = if let Some(actor) = &a.of {
        let pid = ctx.face(actor)?;
        format!("/proc/{pid}/ns/net")
    } else {
        let flags = namespace::flag("net");
        ctx.call(
            namespace::unshare(flags),
            "unshare",
            namespace::flag_names(flags),
        )?;
        "/proc/self/ns/net".to_owned()
    };
    bind(&source, &path, ctx)
}

fn bind(source: &str, target: &str, ctx: &mut Ctx) -> Applied {
    let flags = mount::Flags::MS_BIND.bits();
    let bind = Mount {
        source,
        target,
        flags,
        ..Mount::default()
    };
    told(mount::mount(&bind), "mount", bind.args(), ctx)
}

/// The directory of names is a mount of its own whose changes other mount
/// namespaces get too, as ip-netns(8) makes it.
fn share_names(ctx: &mut Ctx) -> Result<(), Refused> {
    if std::path::Path::new(NAMES).exists() {
        return Ok(());
    }
    ctx.io(
        std::fs::create_dir(NAMES),
        "mkdir",
        format!("\"{NAMES}\", 0777"),
    )?;
    bind(NAMES, NAMES, ctx)?;
    let flags = mount::Flags::MS_SHARED | mount::Flags::MS_REC;
    let share = Mount {
        target: NAMES,
        flags: flags.bits(),
        ..Mount::default()
    };
    ctx.call(mount::mount(&share), "mount", share.args())
}

/// Takes a name away.
pub(super) fn netns_remove(a: &NetnsRemove, ctx: &mut Ctx) -> Applied {
    let path = format!("{NAMES}/{}", a.name);
    let args = format!("\"{path}\", MNT_DETACH");
    ctx.call(mount::umount(&path, true), "umount2", args)?;
    ctx.io(std::fs::remove_file(&path), "unlink", format!("\"{path}\""))?;
    Ok(Then::Done)
}

/// Makes a pair.
pub(super) fn veth(a: &Veth, ctx: &mut Ctx) -> Applied {
    let to =
        a.to.as_ref()
            .map(|place| open_place(place, ctx))
            .transpose()?;
    go(a.netns.as_deref(), ctx)?;
    let mut words = format!("{} type veth peer {}", a.name, a.peer);
    if let Some((_, name)) = &to {
        words.push_str(&format!(" netns {name}"));
    }
    let far = to.as_ref().map(|(fd, _)| fd.as_fd());
    let made = network::new_veth(&mut netlink(ctx)?, (&a.name, &a.peer), far);
    told(made, "RTM_NEWLINK", words, ctx)
}

fn go(netns: Option<&str>, ctx: &mut Ctx) -> Result<(), Refused> {
    netns.map_or(Ok(()), |name| enter(name, ctx))
}

/// Makes a bridge.
pub(super) fn bridge(a: &Bridge, ctx: &mut Ctx) -> Applied {
    go(a.netns.as_deref(), ctx)?;
    let made = network::new_bridge(&mut netlink(ctx)?, &a.name);
    told(made, "RTM_NEWLINK", format!("{} type bridge", a.name), ctx)
}

/// Changes a link.
pub(super) fn link(a: &Link, ctx: &mut Ctx) -> Applied {
    let to =
        a.to.as_ref()
            .map(|place| open_place(place, ctx))
            .transpose()?;
    go(a.netns.as_deref(), ctx)?;
    let mut netlink = netlink(ctx)?;
    let index = index(&mut netlink, &a.name, ctx)?;
    let master = match a.master.as_deref() {
        Some("") => Some(0),
        Some(name) => Some(self::index(&mut netlink, name, ctx)?),
        None => None,
    };
    let wanted = Change {
        up: a.up,
        rename: a.rename.as_deref(),
        netns: to.as_ref().map(|(fd, _)| fd.as_fd()),
        master,
        mtu: a.mtu,
        mac: a.mac.as_deref().map(mac),
    };
    let place = to.as_ref().map(|(_, name)| name.as_str());
    let changed = network::set_link(&mut netlink, index, &wanted);
    told(changed, "RTM_NEWLINK", link_words(a, place), ctx)
}

/// A hardware address's bytes; the kernel refuses one that is too short.
fn mac(text: &str) -> Vec<u8> {
    text.split(':')
        .filter_map(|byte| u8::from_str_radix(byte, 16).ok())
        .collect()
}

/// What is changed, as `ip link set` names it.
fn link_words(a: &Link, place: Option<&str>) -> String {
    let mut words = vec![a.name.clone()];
    words.extend(place.map(|place| format!("netns {place}")));
    words.extend(a.rename.as_ref().map(|name| format!("name {name}")));
    words.extend(a.master.as_ref().map(|name| match name.as_str() {
        "" => "nomaster".to_owned(),
        name => format!("master {name}"),
    }));
    words.extend(a.mtu.map(|mtu| format!("mtu {mtu}")));
    words.extend(a.mac.as_ref().map(|mac| format!("address {mac}")));
    words.extend(a.up.map(|up| if up { "up" } else { "down" }.to_owned()));
    words.join(" ")
}

/// Removes a link.
pub(super) fn link_remove(a: &LinkRemove, ctx: &mut Ctx) -> Applied {
    go(a.netns.as_deref(), ctx)?;
    let mut netlink = netlink(ctx)?;
    let index = index(&mut netlink, &a.name, ctx)?;
    let removed = network::delete_link(&mut netlink, index);
    told(removed, "RTM_DELLINK", a.name.clone(), ctx)
}

/// Gives an address.
pub(super) fn address(a: &Address, ctx: &mut Ctx) -> Applied {
    go(a.netns.as_deref(), ctx)?;
    let words = format!("{} dev {}", a.address, a.link);
    let prefix = prefix(&a.address, "RTM_NEWADDR", ctx)?;
    let mut netlink = netlink(ctx)?;
    let index = index(&mut netlink, &a.link, ctx)?;
    let given = network::new_address(&mut netlink, index, prefix);
    told(given, "RTM_NEWADDR", words, ctx)
}

/// Takes one away.
pub(super) fn address_remove(a: &AddressRemove, ctx: &mut Ctx) -> Applied {
    go(a.netns.as_deref(), ctx)?;
    let words = format!("{} dev {}", a.address, a.link);
    let prefix = prefix(&a.address, "RTM_DELADDR", ctx)?;
    let mut netlink = netlink(ctx)?;
    let index = index(&mut netlink, &a.link, ctx)?;
    let taken = network::delete_address(&mut netlink, index, prefix);
    told(taken, "RTM_DELADDR", words, ctx)
}

/// An address with its prefix; what is none is refused as the message would be.
fn prefix(text: &str, call: &str, ctx: &mut Ctx) -> Result<Prefix, Refused> {
    Prefix::parse(text).map_err(|e| ctx.refused(call, text.to_owned(), &e))
}

/// Adds a route.
pub(super) fn route(a: &Route, ctx: &mut Ctx) -> Applied {
    go(a.netns.as_deref(), ctx)?;
    let mut words = a.to.clone();
    words.extend(a.via.iter().map(|via| format!(" via {via}")));
    words.extend(a.dev.iter().map(|dev| format!(" dev {dev}")));
    let mut netlink = netlink(ctx)?;
    let dev = a
        .dev
        .as_ref()
        .map(|name| index(&mut netlink, name, ctx))
        .transpose()?;
    let read = || -> Result<NewRoute, SysError> {
        let to = if a.to == "default" {
            None
        } else {
            Some(Prefix::parse(&a.to)?)
        };
        let via = a.via.as_deref().map(icmp::parse).transpose()?;
        Ok(NewRoute { to, via, dev })
    };
    let added = read().and_then(|route| network::new_route(&mut netlink, route));
    told(added, "RTM_NEWROUTE", words, ctx)
}

/// Turns forwarding on or off; the switches under /proc/sys/net are those of
/// the network namespace that the writer is in.
pub(super) fn forwarding(a: &Forwarding, ctx: &mut Ctx) -> Applied {
    go(a.netns.as_deref(), ctx)?;
    let value = if a.on { "1" } else { "0" };
    for path in ["ipv4/ip_forward", "ipv6/conf/all/forwarding"] {
        let path = format!("/proc/sys/net/{path}");
        ctx.io(
            std::fs::write(&path, value),
            "write",
            format!("{path}, \"{value}\""),
        )?;
    }
    Ok(Then::Done)
}

/// Adds a rule: what nft(8) would be told, as one batch of messages.
pub(super) fn nat(a: &Nat, ctx: &mut Ctx) -> Applied {
    go(a.netns.as_deref(), ctx)?;
    let [table, chain, rule] = a.rule.parts();
    let wanted = match &a.rule {
        NatRule::Masquerade { out } => NewNat::Masquerade(out),
        NatRule::Publish { port, to } => {
            let target =
                Target::parse(to).map_err(|e| ctx.refused(MESSAGES[2], rule.clone(), &e))?;
            NewNat::Publish(*port, target)
        }
    };
    let mut netlink =
        Netlink::open(Family::Filter).map_err(|e| ctx.refused(e.call, e.args.clone(), &e))?;
    let made = nat::new_nat(&mut netlink, wanted);
    for (name, words) in MESSAGES.into_iter().zip([table, chain, rule]) {
        // All are done or none: those before the refused one were well.
        match &made {
            Err(e) if e.call == name => return Err(ctx.refused(name, words, e)),
            _ => ctx.call(Ok(()), name, words)?,
        }
    }
    made.map_err(|e| ctx.refused(e.call, e.args.clone(), &e))?;
    Ok(Then::Done)
}

/// Sends echo requests, and says what came of them as ping(8) does.
pub(super) fn ping(a: &Ping, ctx: &mut Ctx) -> Applied {
    go(a.netns.as_deref(), ctx)?;
    let opened = icmp::parse(&a.to).and_then(|to| Ok((to, Pinger::open(to)?)));
    let (to, pinger) = opened.map_err(|e| ctx.refused(e.call, e.args.clone(), &e))?;
    let mut received = 0;
    for sequence in 1..=u16::from(a.count) {
        let echo = pinger.echo(sequence, PATIENCE);
        let args = format!("ICMP echo request, {to}, seq {sequence}");
        let echo = match echo {
            Ok(echo) => echo,
            Err(e) => return Err(ctx.refused(e.call, args, &e)),
        };
        ctx.call(Ok(()), "sendto", args)?;
        received += u32::from(matches!(echo, Echo::Reply(_)));
        ctx.output.push_str(&echo_words(to, sequence, &echo));
        if sequence < u16::from(a.count) {
            pause(PAUSE);
        }
    }
    let (sent, lost) = (u32::from(a.count), u32::from(a.count) - received);
    let percent = lost * 100 / sent.max(1);
    ctx.output.push_str(&format!(
        "{sent} packets transmitted, {received} received, {percent}% packet loss\n"
    ));
    ctx.exit = Some(i64::from(received == 0));
    Ok(Then::Done)
}

fn echo_words(to: IpAddr, sequence: u16, echo: &Echo) -> String {
    match echo {
        Echo::Reply(time) => format!(
            "56 bytes from {to}: icmp_seq={sequence} time={:.3} ms\n",
            time.as_secs_f64() * 1000.0
        ),
        Echo::Unreachable(from) => {
            format!("From {from} icmp_seq={sequence} Destination unreachable\n")
        }
        Echo::Nothing => String::new(),
    }
}

/// Serves a page: the lab host's own small program does, which says when it listens.
pub(super) fn listen(a: &Listen, ctx: &mut Ctx) -> Applied {
    go(a.netns.as_deref(), ctx)?;
    let program = a.program();
    process::spawn_until_said(
        &Spawn {
            log: None,
            actor: a.actor.clone(),
            name: a.name.clone(),
            program,
        },
        ctx,
    )
}

/// Fetches a page.
pub(super) fn connect(a: &Connect, ctx: &mut Ctx) -> Applied {
    go(a.netns.as_deref(), ctx)?;
    process::exec(
        &Exec {
            actor: a.actor.clone(),
            program: a.program(),
        },
        ctx,
    )
}
