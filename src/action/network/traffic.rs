//! Verbs of the network family that send packets, or change where they go.

use std::net::IpAddr;
use std::time::Duration;

use super::go;
use crate::action::{Applied, Ctx, Then, applied, process};
use crate::lab::action::{Connect, Exec, Listen, Nat, NatRule, Ping, Spawn};
use crate::sys::SysError;
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

/// The messages that add a rule of translation, in this order.
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
    let mut netlink = ctx.kept(Netlink::open(Family::Filter))?;
    batched(
        nat::new_nat(&mut netlink, wanted),
        [table, chain, rule],
        ctx,
    )
}

/// Records the messages of a batch with their words. They are done together or not at all, so a
/// refusal is recorded alone.
fn batched(made: Result<(), SysError>, words: [String; 3], ctx: &mut Ctx) -> Applied {
    let mut messages = MESSAGES.into_iter().zip(words);
    if let Err(error) = made {
        let refused = messages.find(|(name, _)| *name == error.call);
        let args = refused.map_or_else(|| error.args.clone(), |(_, words)| words);
        return Err(ctx.refused(error.call, args, &error));
    }
    for (name, words) in messages {
        ctx.call(Ok(()), name, words)?;
    }
    Ok(Then::Done)
}

/// Sends echo requests, and says what came of them as ping(8) does.
fn ping(a: &Ping, ctx: &mut Ctx) -> Applied {
    go(a.netns.as_deref(), ctx)?;
    let opened = icmp::parse(&a.to).and_then(|to| Ok((to, Pinger::open(to)?)));
    let (to, pinger) = ctx.kept(opened)?;
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

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;
    use crate::action::Refused;
    use crate::sys::{Code, number};

    /// What is recorded of a batch that is refused under this name: each call with its result, and
    /// the words of the refusal.
    fn refused(call: &'static str) -> (Vec<String>, String) {
        let (proc, null) = (
            File::open("/proc").unwrap(),
            File::open("/dev/null").unwrap(),
        );
        let mut ctx = Ctx::new(proc.into(), null.into(), Vec::new());
        let error = SysError::new(call, "own words", Code(number::EPERM));
        let words = ["a table", "a chain", "a rule"].map(str::to_owned);
        let Err(Refused(refusal)) = batched(Err(error), words, &mut ctx) else {
            panic!("{call} was done");
        };
        let calls = ctx.outcome(None).calls.into_iter();
        let calls = calls.map(|call| format!("{} {}", call.name, &call.result[..2]));
        (calls.collect(), refusal.args)
    }

    #[test]
    fn only_the_refused_message_of_a_batch_is_recorded() {
        for (call, args) in [
            ("NFT_MSG_NEWTABLE", "a table"),
            ("NFT_MSG_NEWCHAIN", "a chain"),
            ("NFT_MSG_NEWRULE", "a rule"),
            ("sendto", "own words"),
        ] {
            assert_eq!(refused(call), (vec![format!("{call} -1")], args.to_owned()));
        }
    }
}
