//! The way of a ping: which links its requests and replies passed in this step, and where it
//! stopped.

use ratatui::text::Span;

use super::{Named, earlier, named};
use crate::snapshot::{Network, Snapshot};
use crate::ui::Theme;
use crate::ui::panel::Facts;

/// What passed a link in this step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Trace {
    requests: i64,
    replies: i64,
    /// No request came further than here, and no reply came back.
    stops: bool,
}

impl Trace {
    /// What passed a link.
    pub(super) fn of(facts: &Facts<'_>, network: &Network, named: Named<'_>) -> Self {
        let (requests, replies) = since(facts.before, network, named);
        let stops = requests > replies && furthest(facts) == Some(named.link.echo.last);
        Self {
            requests,
            replies,
            stops,
        }
    }

    /// Whether anything passed.
    pub(super) fn is_any(self) -> bool {
        self.requests + self.replies > 0
    }

    /// In words and marks: requests, replies, and where it stops.
    pub(super) fn span(self, theme: Theme) -> Option<Span<'static>> {
        let Self {
            requests, replies, ..
        } = self;
        let end = if self.stops { " ✕" } else { "" };
        let style = if requests > replies {
            theme.notice()
        } else {
            theme.good()
        };
        self.is_any()
            .then(|| Span::styled(format!(" ping →{requests} ←{replies}{end}"), style))
    }
}

/// Requests and replies that passed since the step began.
fn since(before: &Snapshot, network: &Network, named: Named<'_>) -> (i64, i64) {
    let Named { name, link } = named;
    let then = earlier(before, network).and_then(|then| then.links.get(name));
    let same = then.filter(|then| then.index == link.index);
    let base = same.map(|then| then.echo).unwrap_or_default();
    (
        link.echo.requests - base.requests,
        link.echo.replies - base.replies,
    )
}

/// When a request without a reply was last seen on any link.
fn furthest(facts: &Facts<'_>) -> Option<i64> {
    let mut last = None;
    for network in facts.networks {
        for named in named(network) {
            let (requests, replies) = since(facts.before, network, named);
            if requests > replies {
                last = last.max(Some(named.link.echo.last));
            }
        }
    }
    last
}
