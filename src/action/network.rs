//! Verbs of the network family: links, addresses, routes and address translation, by netlink
//! messages.

mod traffic;

use std::os::fd::{AsFd, OwnedFd};

use super::mount::{change, show_at};
use super::{Applied, Ctx, Refused, Then, applied};
use crate::lab::action::{
    Address, AddressRemove, Bridge, Forwarding, Link, LinkRemove, Macvlan, Netns, NetnsRemove,
    Place, Route, Veth,
};
use crate::sys::icmp;
use crate::sys::mount::{self, Flags};
use crate::sys::netlink::{Family, Netlink};
use crate::sys::network::{self, Change, NewLink, NewRoute, Prefix, Setting};
use crate::sys::{SysError, file, namespace};

applied! {
    Netns: netns,
    NetnsRemove: netns_remove,
    Veth: veth,
    Bridge: bridge,
    Macvlan: macvlan,
    Link: link,
    LinkRemove: link_remove,
    Address: address,
    AddressRemove: address_remove,
    Route: route,
    Forwarding: forwarding,
}

/// The directory of named network namespaces, ip-netns(8).
const NAMES: &str = "/run/netns";

/// Joins a named network namespace.
fn enter(name: &str, ctx: &mut Ctx) -> Result<(), Refused> {
    let fd = open_name(name, ctx)?;
    let joined = namespace::setns(fd.as_fd(), namespace::flag("net"));
    ctx.call(joined, "setns", format!("{NAMES}/{name}, CLONE_NEWNET"))
}

fn open_name(name: &str, ctx: &mut Ctx) -> Result<OwnedFd, Refused> {
    let path = format!("{NAMES}/{name}");
    file::open_read(file::here(), &path)
        .map_err(|e| ctx.refused("open", format!("\"{path}\", O_RDONLY"), &e))
}

/// Opens the network namespace that something is moved to; returns its file, and its name or pid
/// for the call's arguments.
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
    ctx.kept(Netlink::open(Family::Route))
}

/// Records the result of a message under the message's name.
fn told(result: Result<(), SysError>, name: &str, words: String, ctx: &mut Ctx) -> Applied {
    ctx.call(result, name, words)?;
    Ok(Then::Done)
}

fn index(netlink: &mut Netlink, name: &str, ctx: &mut Ctx) -> Result<u32, Refused> {
    network::index(netlink, name).map_err(|e| ctx.refused("RTM_GETLINK", name.to_owned(), &e))
}

/// Makes a named network namespace, or names that of an actor.
fn netns(a: &Netns, ctx: &mut Ctx) -> Applied {
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
    show_at(&source, &path, Flags::empty(), ctx)
}

/// Makes the directory of names as ip-netns(8) does: a shared mount of its own, so that other mount
/// namespaces get new names too.
fn share_names(ctx: &mut Ctx) -> Result<(), Refused> {
    if std::path::Path::new(NAMES).exists() {
        return Ok(());
    }
    ctx.io(
        std::fs::create_dir(NAMES),
        "mkdir",
        format!("\"{NAMES}\", 0777"),
    )?;
    show_at(NAMES, NAMES, Flags::empty(), ctx)?;
    change(NAMES, Flags::MS_SHARED | Flags::MS_REC, ctx).map(drop)
}

/// Removes the name of a network namespace.
fn netns_remove(a: &NetnsRemove, ctx: &mut Ctx) -> Applied {
    let path = format!("{NAMES}/{}", a.name);
    let args = format!("\"{path}\", MNT_DETACH");
    ctx.call(mount::umount(&path, true), "umount2", args)?;
    ctx.io(std::fs::remove_file(&path), "unlink", format!("\"{path}\""))?;
    Ok(Then::Done)
}

/// Makes a veth pair.
fn veth(a: &Veth, ctx: &mut Ctx) -> Applied {
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
    let made = network::new_veth(&mut netlink(ctx)?, &a.name, &a.peer, far);
    told(made, "RTM_NEWLINK", words, ctx)
}

fn go(netns: Option<&str>, ctx: &mut Ctx) -> Result<(), Refused> {
    netns.map_or(Ok(()), |name| enter(name, ctx))
}

/// Makes a bridge.
fn bridge(a: &Bridge, ctx: &mut Ctx) -> Applied {
    go(a.netns.as_deref(), ctx)?;
    let bridge = NewLink {
        name: &a.name,
        kind: "bridge",
        ..NewLink::default()
    };
    let made = network::new_link(&mut netlink(ctx)?, bridge);
    told(made, "RTM_NEWLINK", format!("{} type bridge", a.name), ctx)
}

/// Makes a link on top of another one, in mode bridge (`MACVLAN_MODE_BRIDGE` in
/// `IFLA_MACVLAN_MODE`, `linux/if_link.h`).
fn macvlan(a: &Macvlan, ctx: &mut Ctx) -> Applied {
    go(a.netns.as_deref(), ctx)?;
    let mut netlink = netlink(ctx)?;
    let wanted = NewLink {
        name: &a.name,
        kind: "macvlan",
        parent: Some(index(&mut netlink, &a.parent, ctx)?),
        settings: &[Setting {
            attribute: 1,
            value: 4,
        }],
    };
    let words = format!("{} link {} type macvlan mode bridge", a.name, a.parent);
    let made = network::new_link(&mut netlink, wanted);
    told(made, "RTM_NEWLINK", words, ctx)
}

/// Changes a link.
fn link(a: &Link, ctx: &mut Ctx) -> Applied {
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

/// The bytes of a hardware address; the kernel refuses one that is too short.
fn mac(text: &str) -> Vec<u8> {
    text.split(':')
        .filter_map(|byte| u8::from_str_radix(byte, 16).ok())
        .collect()
}

/// The changes in the words of `ip link set`.
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
fn link_remove(a: &LinkRemove, ctx: &mut Ctx) -> Applied {
    go(a.netns.as_deref(), ctx)?;
    let mut netlink = netlink(ctx)?;
    let index = index(&mut netlink, &a.name, ctx)?;
    let removed = network::delete_link(&mut netlink, index);
    told(removed, "RTM_DELLINK", a.name.clone(), ctx)
}

/// Adds an address to a link.
fn address(a: &Address, ctx: &mut Ctx) -> Applied {
    go(a.netns.as_deref(), ctx)?;
    let words = format!("{} dev {}", a.address, a.link);
    let prefix = prefix(&a.address, "RTM_NEWADDR", ctx)?;
    let mut netlink = netlink(ctx)?;
    let index = index(&mut netlink, &a.link, ctx)?;
    let given = network::new_address(&mut netlink, index, prefix);
    told(given, "RTM_NEWADDR", words, ctx)
}

/// Removes an address from a link.
fn address_remove(a: &AddressRemove, ctx: &mut Ctx) -> Applied {
    go(a.netns.as_deref(), ctx)?;
    let words = format!("{} dev {}", a.address, a.link);
    let prefix = prefix(&a.address, "RTM_DELADDR", ctx)?;
    let mut netlink = netlink(ctx)?;
    let index = index(&mut netlink, &a.link, ctx)?;
    let taken = network::delete_address(&mut netlink, index, prefix);
    told(taken, "RTM_DELADDR", words, ctx)
}

/// Parses an address with its prefix; any other text is refused as the message would be.
fn prefix(text: &str, call: &str, ctx: &mut Ctx) -> Result<Prefix, Refused> {
    Prefix::parse(text).map_err(|e| ctx.refused(call, text.to_owned(), &e))
}

/// The route that is asked for, over the link of an index.
fn wanted(a: &Route, dev: Option<u32>) -> Result<NewRoute, SysError> {
    let to = if a.to == "default" {
        None
    } else {
        Some(Prefix::parse(&a.to)?)
    };
    let via = a.via.as_deref().map(icmp::parse).transpose()?;
    Ok(NewRoute { to, via, dev })
}

/// Adds a route.
fn route(a: &Route, ctx: &mut Ctx) -> Applied {
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
    let added = wanted(a, dev).and_then(|route| network::new_route(&mut netlink, route));
    told(added, "RTM_NEWROUTE", words, ctx)
}

/// Turns forwarding on or off. The files in /proc/sys/net belong to the network namespace of the
/// writing process.
fn forwarding(a: &Forwarding, ctx: &mut Ctx) -> Applied {
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
