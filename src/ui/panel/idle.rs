//! The panels that a lab has no use for.

use super::container;
use crate::lab::PanelName;
use crate::session::Session;
use crate::snapshot::{HOST, Ipc, Snapshot};
use crate::word;

/// Whether a panel has nothing to tell: no step shows it, and none of its things are there.
pub(super) fn is_idle(panel: PanelName, session: &Session) -> bool {
    let now = session.now();
    let mut steps = session.lab().steps.iter();
    let is_shown = steps.any(|step| step.show == Some(panel));
    !is_shown && !now.actors.is_empty() && is_empty(panel, session)
}

/// Why a panel has nothing to tell, where it does not say so itself.
pub(super) fn why(panel: PanelName, session: &Session) -> Option<String> {
    if !is_idle(panel, session) {
        return None;
    }
    match panel {
        PanelName::Ipc => Some(word!("idle-ipc")),
        PanelName::Network => Some(word!("idle-network")),
        PanelName::Cgroup if session.now().hierarchy.there => Some(word!("idle-cgroup")),
        _ => None,
    }
}

/// Whether the things that a panel is about do not exist. What each process has always exists.
fn is_empty(panel: PanelName, session: &Session) -> bool {
    let now = session.now();
    match panel {
        PanelName::Ipc => now.actors.values().all(|actor| actor.ipc == Ipc::default()),
        PanelName::Network => !has_cable(now),
        PanelName::Cgroup => now.cgroups.keys().all(|name| name == HOST),
        PanelName::Overlay => now.overlays.is_empty() && now.images.is_empty(),
        PanelName::Container => container::is_empty(session),
        PanelName::Namespace
        | PanelName::Process
        | PanelName::Identity
        | PanelName::Mount
        | PanelName::Journal => false,
    }
}

/// Whether a network has more than its loopback device. The kernel adds some devices by itself,
/// which are down.
fn has_cable(now: &Snapshot) -> bool {
    let mut links = now.networks.iter().flat_map(|network| &network.links);
    links.any(|(name, link)| name != "lo" && link.up)
}
