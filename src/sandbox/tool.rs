//! Small programs for labs, so that labs do not depend on what the machine has: `serve PORT TEXT`
//! answers every HTTP request with a page, `fetch ADDRESS:PORT` asks for one, `load KIND AMOUNT`
//! uses up a resource, `refuse ERRNO CALL,… PROGRAM` runs a program for which calls fail
//! (seccomp(2)). They are this program under other names.

mod load;

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::time::Duration;

use crate::sys::exec::{Program, exec};
use crate::sys::seccomp;

/// Their directory in the lab host.
pub(super) const FOLDER: &str = "opt/isolab";

/// The timeout of a connection.
const PATIENCE: Duration = Duration::from_secs(3);

/// Runs one of them; false if the name is not one of theirs.
pub(super) fn run(name: &str, words: &[String]) -> bool {
    let usage = |words| Err(std::io::Error::other(words));
    let done = match (name, words) {
        ("serve", [port, text @ ..]) => serve(port, &text.join(" ")),
        ("fetch", [address]) => fetch(address),
        ("load", [kind, amount]) => load::run(kind, amount, None),
        ("load", [kind, amount, more]) => load::run(kind, amount, Some(more)),
        ("refuse", [errno, calls, program @ ..]) if !program.is_empty() => {
            refuse(errno, calls, program)
        }
        ("refuse", _) => usage("usage: refuse ERRNO CALL,CALL… PROGRAM [ARGUMENT]…"),
        ("load", _) => usage(load::USAGE),
        ("serve", _) => usage("usage: serve PORT [TEXT]"),
        ("fetch", _) => usage("usage: fetch ADDRESS:PORT"),
        _ => return false,
    };
    if let Err(error) = done {
        let _ = writeln!(std::io::stderr(), "{name}: {error}");
        crate::sys::process::exit(1);
    }
    true
}

/// The environment of this process, `proc_pid_environ(5)`.
fn environment() -> std::io::Result<Vec<String>> {
    let text = std::fs::read_to_string("/proc/self/environ")?;
    Ok(text.split_terminator('\0').map(str::to_owned).collect())
}

/// Executes a program under a filter that refuses calls.
fn refuse(errno: &str, calls: &str, program: &[String]) -> std::io::Result<()> {
    let calls: Vec<String> = calls.split(',').map(str::to_owned).collect();
    let program = Program {
        argv: program.to_vec(),
        env: environment()?,
    };
    let refused = seccomp::refuse(&calls, errno).err();
    Err(std::io::Error::other(
        refused.unwrap_or_else(|| exec(&program)),
    ))
}

fn serve(port: &str, text: &str) -> std::io::Result<()> {
    let port: u16 = port.parse().map_err(std::io::Error::other)?;
    // An IPv6 socket takes IPv4 connections too; where there is no IPv6, an IPv4 socket has to do.
    let any = [
        SocketAddr::new(IpAddr::V6(Ipv6Addr::UNSPECIFIED), port),
        SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port),
    ];
    let listener = TcpListener::bind(&any[..])?;
    // Standard output may be closed.
    let _ = writeln!(std::io::stdout(), "listening on port {port}");
    for client in listener.incoming() {
        // A client that goes away does not stop the server.
        let _ = client.and_then(|client| answer(client, text));
    }
    Ok(())
}

fn answer(mut client: TcpStream, text: &str) -> std::io::Result<()> {
    client.set_read_timeout(Some(PATIENCE))?;
    let mut request = Vec::new();
    let mut chunk = [0; 1024];
    while !request.windows(4).any(|end| end == b"\r\n\r\n") && request.len() < 16 * 1024 {
        match client.read(&mut chunk)? {
            0 => break,
            n => request.extend_from_slice(&chunk[..n]),
        }
    }
    let length = text.len() + 1;
    write!(
        client,
        "HTTP/1.0 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {length}\r\n\r\n{text}\n"
    )
}

fn fetch(address: &str) -> std::io::Result<()> {
    let address = address.trim_start_matches("http://").trim_end_matches('/');
    let to = address.to_socket_addrs()?.next();
    let to = to.ok_or_else(|| std::io::Error::other("no such address"))?;
    let mut server = TcpStream::connect_timeout(&to, PATIENCE)?;
    server.set_read_timeout(Some(PATIENCE))?;
    write!(server, "GET / HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
    let mut answer = String::new();
    server.read_to_string(&mut answer)?;
    let page = answer.split_once("\r\n\r\n");
    std::io::stdout().write_all(page.map_or(answer.as_str(), |(_, page)| page).as_bytes())
}
