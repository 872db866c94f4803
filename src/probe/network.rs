//! Networks: a set of sockets in each network namespace of the lab host. They report changes, and
//! only then is the namespace read again.

mod facts;
mod links;
mod names;
mod nat;
mod sockets;

use std::collections::BTreeMap;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;

use super::process::Table;
use crate::snapshot::{Actor, Echo, Network};
use crate::sys::netlink::{Family, Netlink, subscribe, told};
use crate::sys::packet::{next_echo, watch_echoes};
use crate::sys::{SysError, file, namespace, network};
use names::FOREIGN;
use sockets::Files;

/// The groups of links, neighbours, addresses, routes, namespace ids and forwarding (`RTNLGRP_…` of
/// linux/rtnetlink.h).
const GROUPS: [i32; 9] = [1, 3, 5, 7, 9, 11, 24, 25, 28];
/// The group of nftables tables, chains and rules (`NFNLGRP_NFTABLES`).
const FILTER_GROUPS: [i32; 1] = [7];
/// The directory of named network namespaces, ip-netns(8).
const NAMES: &str = "/run/netns";

/// The network namespaces of one lab host. Each is held by sockets while a process is in it or it
/// has a name, and released then: so its inode number is nobody else's while it is a key here.
#[derive(Debug, Default)]
pub struct Networks {
    known: BTreeMap<i64, Known>,
    /// The inodes in the order in which they were first seen.
    order: Vec<i64>,
    /// The reader's own network namespace, to return to.
    home: Option<OwnedFd>,
}

/// What is kept open and known of one namespace.
#[derive(Debug)]
struct Known {
    /// The file of the namespace.
    file: OwnedFd,
    route: Netlink,
    filter: Option<Netlink>,
    events: Vec<OwnedFd>,
    /// The socket that receives every echo request and reply.
    echoes: Option<OwnedFd>,
    /// The echoes seen so far, by the index of the link.
    passed: BTreeMap<i64, Echo>,
    files: Files,
    /// Whether an event came since it was last read.
    stale: bool,
    facts: Network,
    /// The other namespaces, by their id in this one.
    ids: BTreeMap<i32, i64>,
    told: Arc<Network>,
}

/// The processes and names of a namespace.
#[derive(Debug, Default)]
struct Found {
    /// A path to its file: absolute if it is a name, else below proc.
    path: String,
    named: bool,
    names: Vec<String>,
    pids: Vec<i64>,
    /// The pid of a process in it, in the reader's proc; 0 if it only has names.
    outer: i64,
    /// Whether a process in it has run since the last reading.
    busy: bool,
}

impl Networks {
    /// Reads all networks. The second value has one process of each, to be watched for its end.
    pub fn read(
        &mut self,
        proc: BorrowedFd<'_>,
        table: &Table,
        actors: &BTreeMap<String, Actor>,
    ) -> (Vec<Arc<Network>>, Vec<i64>) {
        let found = find(table);
        self.known.retain(|inode, _| found.contains_key(inode));
        self.order.retain(|inode| found.contains_key(inode));
        let mut new: Vec<(&i64, &Found)> = found.iter().collect();
        // The first process's pid gives the order in which they came into being; those with only a
        // name come last.
        new.sort_by_key(|(_, found)| (found.outer == 0, found.outer, &found.names));
        for (inode, found) in new {
            if !self.known.contains_key(inode) && self.meet(proc, *inode, found).is_ok() {
                self.order.push(*inode);
            }
        }
        for (inode, known) in &mut self.known {
            known.refresh(found.get(inode).is_some_and(|found| !found.busy));
        }
        self.resolve();
        let guards = found
            .values()
            .map(|found| found.outer)
            .filter(|pid| *pid > 0)
            .collect();
        (self.tell(found, actors), guards)
    }

    /// The descriptors that wake on changes.
    pub fn events(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        self.known
            .values()
            .flat_map(|known| known.events.iter().chain(&known.echoes).map(AsFd::as_fd))
    }

    /// Joins a namespace, opens sockets and files there, and comes back: staying would keep it
    /// alive.
    fn meet(&mut self, proc: BorrowedFd<'_>, inode: i64, found: &Found) -> Result<(), SysError> {
        if self.home.is_none() {
            self.home = Some(file::open_read(proc, "self/ns/net")?);
        }
        let file = if found.named {
            file::open_read(file::here(), &found.path)?
        } else {
            file::open_read(proc, &found.path)?
        };
        let flag = namespace::flag("net");
        namespace::setns(file.as_fd(), flag)?;
        let opened = open(proc, file);
        if let Some(home) = &self.home {
            namespace::setns(home.as_fd(), flag)?;
        }
        self.known.insert(inode, opened?);
        Ok(())
    }

    /// Finds the namespace of the other end of each veth pair that crosses namespaces.
    fn resolve(&mut self) {
        let inodes = self.order.clone();
        for inode in &inodes {
            for id in self.wanted(*inode) {
                let others = inodes.iter().filter(|other| *other != inode);
                let found = others
                    .copied()
                    .find(|other| self.is_called(*inode, id, *other));
                if let (Some(other), Some(known)) = (found, self.known.get_mut(inode)) {
                    known.ids.insert(id, other);
                }
            }
        }
    }

    /// The ids of other namespaces that the links of this one name and that are not resolved yet.
    fn wanted(&self, inode: i64) -> Vec<i32> {
        let Some(known) = self.known.get(&inode) else {
            return Vec::new();
        };
        let named = known
            .facts
            .links
            .values()
            .filter(|link| link.peer_index > 0 && link.peer_netns != 0);
        let ids = named.filter_map(|link| i32::try_from(link.peer_netns - FOREIGN).ok());
        ids.filter(|id| {
            known
                .ids
                .get(id)
                .is_none_or(|inode| !self.known.contains_key(inode))
        })
        .collect()
    }

    fn is_called(&mut self, inode: i64, id: i32, other: i64) -> bool {
        let Some(file) = self
            .known
            .get(&other)
            .and_then(|known| known.file.try_clone().ok())
        else {
            return false;
        };
        let Some(known) = self.known.get_mut(&inode) else {
            return false;
        };
        network::nsid(&mut known.route, file.as_fd()).is_ok_and(|called| called == id)
    }

    /// The facts of all networks, with the peers of links resolved across namespaces, and who is in
    /// each.
    fn tell(
        &mut self,
        mut found: BTreeMap<i64, Found>,
        actors: &BTreeMap<String, Actor>,
    ) -> Vec<Arc<Network>> {
        let names: BTreeMap<(i64, i64), String> = self.link_names();
        let mut all = Vec::new();
        for inode in &self.order {
            let (Some(known), Some(found)) = (self.known.get_mut(inode), found.remove(inode))
            else {
                continue;
            };
            let mut network = known.facts.clone();
            for link in network.links.values_mut() {
                link.peer_netns = match link.peer_netns {
                    _ if link.peer_index == 0 => 0,
                    0 => *inode,
                    foreign => i32::try_from(foreign - FOREIGN)
                        .ok()
                        .and_then(|id| known.ids.get(&id).copied())
                        .unwrap_or(0),
                };
                let end = names.get(&(link.peer_netns, link.peer_index));
                link.peer = end.cloned().unwrap_or_default();
            }
            network.inode = *inode;
            network.names = found.names;
            network.pids = found.pids;
            let inside = actors
                .iter()
                .filter(|(_, actor)| actor.alive && actor.ns.net == *inode);
            network.actors = inside.map(|(name, _)| name.clone()).collect();
            // Unchanged facts stay the same object, so that a comparison need not look inside.
            if *known.told != network {
                known.told = Arc::new(network);
            }
            all.push(Arc::clone(&known.told));
        }
        all
    }

    /// The name of each link, by its namespace and its index there.
    fn link_names(&self) -> BTreeMap<(i64, i64), String> {
        let mut names = BTreeMap::new();
        for (inode, known) in &self.known {
            for (name, link) in &known.facts.links {
                names.insert((*inode, link.index), name.clone());
            }
        }
        names
    }
}

impl Known {
    /// Reads what may have changed. Order: events are taken first, so that a change during the
    /// reading causes another one.
    fn refresh(&mut self, at_rest: bool) {
        for events in &self.events {
            self.stale |= told(events.as_fd());
        }
        if self.stale {
            // If this fails, the facts stay and are read again next time.
            let read = facts::read(&mut self.route, &mut self.facts);
            self.stale = read.and_then(|()| self.read_rules()).is_err();
        }
        self.count_echoes();
        // No event reports a new listening socket.
        (self.facts.listening, self.facts.forwarding) = self.files.read(at_rest);
    }

    fn read_rules(&mut self) -> Result<(), SysError> {
        let links = self.numbers();
        if let Some(filter) = &mut self.filter {
            self.facts.nat = nat::read(filter, &links)?;
        }
        Ok(())
    }

    /// The names of links by index, which is how a rule may refer to them.
    fn numbers(&self) -> BTreeMap<u32, String> {
        let links = self.facts.links.iter();
        links
            .filter_map(|(name, link)| Some((u32::try_from(link.index).ok()?, name.clone())))
            .collect()
    }

    fn count_echoes(&mut self) {
        while let Some(passed) = self.echoes.as_ref().and_then(|fd| next_echo(fd.as_fd())) {
            let link = self.facts.links.values().find(|l| l.index == passed.index);
            // A packet that leaves by the loopback also arrives by it: count it once.
            if !passed.outgoing && link.is_some_and(|link| link.kind == "loopback") {
                continue;
            }
            let echo = self.passed.entry(passed.index).or_default();
            if passed.request {
                echo.requests += 1;
                echo.last = i64::try_from(passed.at.as_nanos()).unwrap_or(i64::MAX);
            } else {
                echo.replies += 1;
            }
        }
        for link in self.facts.links.values_mut() {
            link.echo = self.passed.get(&link.index).copied().unwrap_or_default();
        }
    }
}

fn open(proc: BorrowedFd<'_>, file: OwnedFd) -> Result<Known, SysError> {
    let mut events = vec![subscribe(Family::Route, &GROUPS)?];
    // A kernel without nftables has no rules to report either.
    events.extend(subscribe(Family::Filter, &FILTER_GROUPS).ok());
    Ok(Known {
        file,
        route: Netlink::open(Family::Route)?,
        filter: Netlink::open(Family::Filter).ok(),
        events,
        echoes: watch_echoes().ok(),
        passed: BTreeMap::new(),
        files: Files::open(proc),
        stale: true,
        facts: Network::default(),
        ids: BTreeMap::new(),
        told: Arc::default(),
    })
}

/// All network namespaces that a process is in or that have a name.
fn find(table: &Table) -> BTreeMap<i64, Found> {
    let mut all: BTreeMap<i64, Found> = BTreeMap::new();
    for raw in table.all() {
        let path = format!("{}/ns/net", raw.outer);
        let number = raw.ns.net;
        // A zombie has no namespace, and init's cannot be read.
        if number == 0 {
            continue;
        }
        let found = all.entry(number).or_default();
        found.pids.push(raw.pid());
        found.busy |= !raw.rested;
        if found.path.is_empty() {
            (found.path, found.outer) = (path, raw.outer);
        }
    }
    for name in file::names(file::here(), NAMES).unwrap_or_default() {
        let path = format!("{NAMES}/{name}");
        let Some(number) = namespace::file_inode(&path) else {
            continue;
        };
        let found = all.entry(number).or_default();
        found.names.push(name);
        if found.path.is_empty() {
            (found.path, found.named) = (path, true);
        }
    }
    all
}

#[cfg(test)]
mod tests;
