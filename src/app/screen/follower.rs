//! Follows a lab's file while its author writes it.

use std::borrow::Cow;
use std::os::fd::AsFd as _;
use std::path::Path;
use std::time::Duration;

use tokio::sync::mpsc;

use super::Script;
use crate::catalog::{self, Source};
use crate::sys::identity::person;
use crate::sys::inotify::Inotify;
use crate::sys::thread;
use crate::sys::wait::{For, ready};

/// How often the file is read although no event came. inotify(7) tells nothing of the target of a
/// link, of writes by another machine, or beyond the limit of watches.
const LOOK: Duration = Duration::from_millis(500);

/// Tells when the lab's file was saved; never if it is not followed.
pub(super) struct Follower(Option<mpsc::Receiver<()>>);

impl Follower {
    /// A follower of the lab's file. Editors write another file and rename it, so the directory is
    /// watched.
    pub(super) fn of(script: &Script) -> Self {
        let Source::File(path) = &script.found.source else {
            return Self(None);
        };
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        let folder = folder.unwrap_or(Path::new(".")).to_owned();
        let path = path.clone();
        Self(script.watched.then(|| {
            let (tell, told) = mpsc::channel(1);
            // Without a thread, the file is played as it is.
            let _ = thread::start("saved", move || follow(&folder, &path, &tell));
            told
        }))
    }

    /// Waits until the file is saved.
    pub(super) async fn saved(&mut self) {
        let told = match &mut self.0 {
            Some(saved) => saved.recv().await,
            None => None,
        };
        if told.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

fn follow(folder: &Path, path: &Path, tell: &mpsc::Sender<()>) {
    person::stay();
    // Without a watch, the file is only read again and again.
    let inotify = Inotify::open().and_then(|inotify| {
        inotify.watch_all(folder)?;
        Ok(inotify)
    });
    let inotify = inotify.ok();
    let source = Source::File(path.to_owned());
    let text = || catalog::bytes(&source).map_or_else(|_| Vec::new(), Cow::into_owned);
    let mut known = text();
    loop {
        let watched = inotify.iter().map(|inotify| (inotify.as_fd(), For::Input));
        if ready(&watched.collect::<Vec<_>>(), Some(LOOK)).is_err() {
            return;
        }
        if let Some(inotify) = &inotify {
            inotify.told();
        }
        let now = text();
        // An empty file is still being written.
        if now != known && !now.is_empty() {
            known = now;
            if tell.blocking_send(()).is_err() {
                return;
            }
        }
        if tell.is_closed() {
            return;
        }
    }
}
