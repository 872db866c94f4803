//! What each verb says of itself: one line for each verb, in one table that has no line for
//! "all others", so that nobody forgets what a new verb mentions.

use super::{Action, Place, TOOLS};

/// What a verb says of itself, whatever it does.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row<'a> {
    /// See [`Action::actor`].
    pub(super) actor: &'a str,
    /// See [`Action::mentions`].
    pub(super) mentions: Option<&'a str>,
    /// See [`Action::netns`].
    pub(super) netns: Option<&'a str>,
    /// See [`Action::tool`].
    pub(super) tool: Option<&'a str>,
    /// See [`Action::starts`].
    pub(super) starts: Option<&'a str>,
    /// See [`Action::stacks_shell`].
    pub(super) stacks_shell: bool,
}

/// A verb that acts in this actor's place.
fn acts(actor: &str) -> Row<'_> {
    Row {
        actor,
        ..Row::default()
    }
}

impl<'a> Row<'a> {
    fn mentions(self, mentions: Option<&'a str>) -> Self {
        Self { mentions, ..self }
    }

    fn within(self, netns: Option<&'a str>) -> Self {
        Self { netns, ..self }
    }

    fn tool(self, tool: Option<&'a str>) -> Self {
        Self { tool, ..self }
    }

    fn starts(self, name: &'a str) -> Self {
        Self {
            starts: Some(name),
            ..self
        }
    }

    fn stacks_shell(self) -> Self {
        Self {
            stacks_shell: true,
            ..self
        }
    }
}

/// The small program of isolab's own that is started, if it is one.
fn own(program: &[String]) -> Option<&str> {
    let name = program.first()?;
    TOOLS.into_iter().find(|tool| tool == name)
}

impl Action {
    /// The line of this verb.
    #[allow(clippy::too_many_lines, reason = "a table: one line for each verb")]
    pub(super) fn row(&self) -> Row<'_> {
        match self {
            Self::Actor(a) => acts(&a.name),
            Self::Spawn(a) => acts(&a.actor).tool(own(&a.program)).starts(&a.name),
            Self::Exec(a) => acts(&a.actor).tool(own(&a.program)),
            Self::Type(a) => acts(&a.actor),
            Self::Signal(a) => acts(&a.actor).mentions(a.target.actor()),
            Self::Wait(a) => acts(&a.actor),
            Self::Unshare(a) => acts(&a.actor).stacks_shell(),
            Self::Setns(a) => acts(&a.actor).mentions(Some(&a.target)).stacks_shell(),
            Self::Pin(a) => acts(&a.actor).mentions(a.of.as_deref()),
            Self::Unpin(a) => acts(&a.actor),
            Self::Hostname(a) => acts(&a.actor),
            Self::UidMap(a) | Self::GidMap(a) => acts(&a.actor).mentions(Some(&a.of)),
            Self::Setgroups(a) => acts(&a.actor).mentions(Some(&a.of)),
            Self::Setuid(a) => acts(&a.actor).stacks_shell(),
            Self::TimeOffset(a) => acts(&a.actor).stacks_shell(),
            Self::Mount(a) => acts(&a.actor),
            Self::Bind(a) => acts(&a.actor),
            Self::Remount(a) => acts(&a.actor),
            Self::Propagation(a) => acts(&a.actor),
            Self::Umount(a) => acts(&a.actor),
            Self::PivotRoot(a) => acts(&a.actor),
            Self::Chroot(a) => acts(&a.actor).stacks_shell(),
            Self::Mkdir(a) => acts(&a.actor),
            Self::Write(a) => acts(&a.actor),
            Self::Append(a) => acts(&a.actor),
            Self::Copy(a) => acts(&a.actor),
            Self::Remove(a) => acts(&a.actor),
            Self::Rename(a) => acts(&a.actor),
            Self::Chmod(a) => acts(&a.actor),
            Self::Symlink(a) => acts(&a.actor),
            Self::Mknod(a) => acts(&a.actor),
            Self::Rootfs(a) => acts(&a.actor),
            Self::Overlay(a) => acts(&a.actor),
            Self::Unpack(a) => acts(&a.actor),
            Self::Pack(a) => acts(&a.actor),
            Self::Import(a) => acts(&a.actor),
            Self::Commit(a) => acts(&a.actor),
            Self::MessageQueue(a) => acts(&a.actor),
            Self::SharedMemory(a) => acts(&a.actor),
            Self::Semaphore(a) => acts(&a.actor),
            Self::PosixQueue(a) => acts(&a.actor),
            Self::IpcRemove(a) => acts(&a.actor),
            Self::Netns(a) => acts(&a.actor).mentions(a.of.as_deref()),
            Self::NetnsRemove(a) => acts(&a.actor),
            Self::Veth(a) => acts(&a.actor)
                .mentions(a.to.as_ref().and_then(Place::actor))
                .within(a.netns.as_deref()),
            Self::Bridge(a) => acts(&a.actor).within(a.netns.as_deref()),
            Self::Link(a) => acts(&a.actor)
                .mentions(a.to.as_ref().and_then(Place::actor))
                .within(a.netns.as_deref()),
            Self::LinkRemove(a) => acts(&a.actor).within(a.netns.as_deref()),
            Self::Address(a) => acts(&a.actor).within(a.netns.as_deref()),
            Self::AddressRemove(a) => acts(&a.actor).within(a.netns.as_deref()),
            Self::Route(a) => acts(&a.actor).within(a.netns.as_deref()),
            Self::Forwarding(a) => acts(&a.actor).within(a.netns.as_deref()),
            Self::Nat(a) => acts(&a.actor).within(a.netns.as_deref()),
            Self::Ping(a) => acts(&a.actor).within(a.netns.as_deref()),
            Self::Listen(a) => acts(&a.actor)
                .within(a.netns.as_deref())
                .tool(Some("serve"))
                .starts(&a.name),
            Self::Connect(a) => acts(&a.actor)
                .within(a.netns.as_deref())
                .tool(Some("fetch")),
            Self::Cgroup(a) => acts(&a.actor),
            Self::Limit(a) => acts(&a.actor),
            Self::Attach(a) => acts(&a.actor),
            Self::Load(a) => acts(&a.actor).tool(Some("load")).starts(&a.name),
            Self::Freeze(a) => acts(&a.actor),
            Self::Thaw(a) => acts(&a.actor),
            Self::KillGroup(a) => acts(&a.actor),
            Self::RemoveGroup(a) => acts(&a.actor),
            Self::DropCapabilities(a) => acts(&a.actor).stacks_shell(),
            Self::Setcap(a) => acts(&a.actor),
            Self::NoNewPrivs(a) => acts(&a.actor).stacks_shell(),
            Self::Seccomp(a) => acts(&a.actor).tool(Some("refuse")).stacks_shell(),
            Self::Mask(a) => acts(&a.actor),
        }
    }
}
