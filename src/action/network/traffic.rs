//! Verbs of the network family that send packets, or change where they go.

use std::net::IpAddr;
use std::time::Duration;

use super::go;
use crate::action::{Applied, Ctx, Then, applied, process};
use crate::lab::action::{Connect, Exec, Listen, Nat, NatRule, Ping, Spawn};
use crate::sys::icmp::{self, Echo, Pinger};
use crate::sys::nat::{self, NewNat, Target};
use crate::sys::netlink::{Family, Netlink};
use crate::sys::wait::pause;

applied! {
    Nat: nat,
    Ping: ping,
    Listen: listen,
    Connect: connect,
}

/// What a rule of translation is added by, in this order.
const MESSAGES: [&str; 3] = ["NFT_MSG_NEWTABLE", "NFT_MSG_NEWCHAIN", "NFT_MSG_NEWRULE"];
/// How long a reply is waited for.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long between two requests.
const PAUSE: Duration = Duration::from_millis(1);

/// Adds a rule: what nft(8) would be told, as one batch of messages.
fn nat(a: &Nat, ctx: &mut Ctx) -> Applied {
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
fn ping(a: &Ping, ctx: &mut Ctx) -> Applied {
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
fn listen(a: &Listen, ctx: &mut Ctx) -> Applied {
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
fn connect(a: &Connect, ctx: &mut Ctx) -> Applied {
    go(a.netns.as_deref(), ctx)?;
    process::exec(
        &Exec {
            actor: a.actor.clone(),
            program: a.program(),
        },
        ctx,
    )
}
