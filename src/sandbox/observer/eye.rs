//! What the observer sees: all facts when it is asked, otherwise only whether something has
//! changed.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::glance::Glances;
use crate::probe::Reader;
use crate::probe::overlay::All;
use crate::probe::watch::Watch;
use crate::sandbox::wire::{self, FromObserver, Look};
use crate::snapshot::{Cut, Snapshot, cut};
use crate::sys::wait::For;
use crate::sys::{SysError, process};

/// Reads the facts, and tells when they have to be read again.
pub(super) struct Eye {
    reader: Reader,
    watch: Watch,
    told: Told,
    /// The last request.
    asked: Option<Look>,
    /// When a fact may change by the mere passing of time.
    ripe: Option<Instant>,
    glances: Glances,
}

/// Whether only the host name file woke: it comes first after the socket.
fn only_names(watch: &Watch, ready: &[bool]) -> bool {
    watch.has_names() && ready.get(1) == Some(&true) && ready.iter().filter(|r| **r).count() == 1
}

/// What was last sent.
#[derive(Default)]
struct Told {
    /// The overlays that were last sent, which are not sent again while they are the same.
    overlays: All,
    cut: Cut,
    /// The other facts without those that change all the time, to notice a change.
    calm: Snapshot,
}

/// A snapshot that fits into one message, however much a lab has made.
fn fitting(snapshot: Snapshot) -> Snapshot {
    match serde_json::to_vec(&snapshot) {
        Ok(json) if json.len() > cut::LARGEST => Snapshot::cut_to_fit(&json),
        _ => snapshot,
    }
}

/// The length of the message, in bytes.
fn size(told: &impl serde::Serialize) -> usize {
    serde_json::to_vec(told).map_or(usize::MAX, |json| json.len())
}

impl Eye {
    pub(super) fn new(reader: Reader) -> Self {
        Self {
            reader,
            watch: Watch::default(),
            told: Told::default(),
            asked: None,
            ripe: None,
            glances: Glances::default(),
        }
    }

    /// The descriptors that wake on a change; the host name file comes first if there is one.
    pub(super) fn events(&self) -> impl Iterator<Item = (BorrowedFd<'_>, For)> {
        let others = self.reader.events().map(|fd| (fd, For::Input));
        self.watch.list().into_iter().chain(others)
    }

    /// How long until it has to look although nothing woke it.
    pub(super) fn due(&self) -> Option<Duration> {
        let due = self.ripe.into_iter().chain(self.glances.due()).min();
        due.map(|due| due.saturating_duration_since(Instant::now()))
    }

    /// Whether something has changed. `ready` tells which descriptors woke, after the socket.
    pub(super) fn has_seen(&mut self, ready: &[bool]) -> bool {
        let now = Instant::now();
        let ripe = self.ripe.is_some_and(|due| due <= now);
        let due = self.glances.due().is_some_and(|due| due <= now);
        // This file wakes for every host name on the machine: it may not be this lab host's.
        let named = only_names(&self.watch, ready) && !self.reader.renamed();
        let told = !named && ready.iter().any(|ready| *ready);
        let seen = told || ripe || due && self.glance();
        if seen {
            self.watch.forget_ended();
        }
        seen
    }

    /// Reads once more and tells whether a fact has changed.
    fn glance(&mut self) -> bool {
        if !self.glances.is_wanted(self.reader.has_run()) {
            self.glances.pass();
            return false;
        }
        let Some(asked) = self.asked.take() else {
            return false;
        };
        let begun = Instant::now();
        let (snapshot, overlays) = self.read(&asked);
        self.asked = Some(asked);
        self.glances.looked(self.reader.stirs(), begun.elapsed());
        !Arc::ptr_eq(&overlays, &self.told.overlays) || snapshot.calm() != self.told.calm
    }

    /// Reads all facts; the overlays separately.
    fn read(&mut self, asked: &Look) -> (Snapshot, All) {
        let (mut snapshot, watched) = self.reader.read(&asked.subjects, &asked.wanted);
        self.watch.set(self.reader.proc(), &watched);
        let ripens = self.reader.ripens();
        self.ripe = ripens.map(|time| Instant::now() + time);
        let overlays = std::mem::take(&mut snapshot.overlays);
        (snapshot, overlays)
    }

    /// Reads the facts and sends them.
    pub(super) fn answer(&mut self, socket: &OwnedFd, asked: Look) -> Result<(), SysError> {
        let begun = process::cpu_time();
        let (snapshot, overlays) = self.read(&asked);
        let detail = self.reader.detail(&snapshot).map(Box::new);
        let stirs = self.reader.stirs();
        if stirs {
            self.told.calm = snapshot.clone().calm();
        }
        let (fit, same_overlays) = self.told.fitting(snapshot, overlays);
        let facts = FromObserver::Facts {
            id: asked.id,
            snapshot: Box::new(fit),
            same_overlays,
            detail: detail.filter(|detail| size(detail) <= cut::LARGEST),
            cost: u64::try_from(process::cpu_time().saturating_sub(begun).as_micros())
                .unwrap_or(u64::MAX),
        };
        self.asked = Some(asked);
        self.glances.begin(stirs);
        wire::send(socket.as_fd(), &facts, &[])
    }
}

impl Told {
    /// The snapshot to send, and whether the overlays are the same as last time (then left out).
    fn fitting(&mut self, mut snapshot: Snapshot, overlays: All) -> (Snapshot, bool) {
        let same_overlays = Arc::ptr_eq(&self.overlays, &overlays);
        if !same_overlays {
            self.overlays = Arc::clone(&overlays);
            snapshot.overlays = overlays;
        }
        let mut fit = fitting(snapshot);
        if same_overlays {
            fit.cut.extend(self.cut.clone());
        } else {
            let cut = fit.cut.iter();
            let of_overlays = cut.filter(|(what, _)| what.starts_with("overlays."));
            self.cut = of_overlays.map(|(what, n)| (what.clone(), *n)).collect();
        }
        (fit, same_overlays)
    }
}
