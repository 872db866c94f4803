//! The file family: coreutils, mknod(1), and redirections of the shell.

use super::{lines, quote, words};
use crate::lab::action::{
    Append, Chmod, Copy, Mkdir, Mknod, NodeKind, Remove, Rename, Rootfs, Symlink, Write,
};

lines! {
    Mkdir: |a, _| format!("mkdir -p {}", quote(&a.path)),
    Write: |a, _| format!("{} > {}", print(&a.text), quote(&a.path)),
    Append: |a, _| format!("{} >> {}", print(&a.text), quote(&a.path)),
    Copy: |a, _| copy(a),
    Remove: |a, _| format!("rm -r {}", quote(&a.path)),
    Rename: |a, _| format!("mv {} {}", quote(&a.from), quote(&a.to)),
    Chmod: |a, _| format!("chmod {} {}", a.mode, quote(&a.path)),
    Symlink: |a, _| format!("ln -s {} {}", quote(&a.target), quote(&a.path)),
    Mknod: |a, _| mknod(a),
    Rootfs: |a, _| rootfs(a),
}

/// What prints a text and nothing else.
fn print(text: &str) -> String {
    match text.strip_suffix('\n') {
        Some(line) if !line.contains(['\n', '\\']) && !line.starts_with('-') => {
            format!("echo {}", quote(line))
        }
        _ if text.contains('\n') => {
            let escaped = text.replace('\\', "\\\\").replace('%', "%%");
            format!("printf -- {}", quote(&escaped.replace('\n', "\\n")))
        }
        _ => format!("printf %s {}", quote(text)),
    }
}

fn copy(a: &Copy) -> String {
    let copy = format!(
        "cp -rH --preserve=mode,timestamps,links {} {}",
        quote(&a.from),
        quote(&a.to)
    );
    match a.to.rsplit_once('/').map(|(above, _)| above) {
        None | Some("" | "/lab" | "/tmp") => copy,
        Some(above) => format!("mkdir -p {} && {copy}", quote(above)),
    }
}

fn mknod(a: &Mknod) -> String {
    let path = quote(&a.path);
    match a.kind {
        NodeKind::Fifo => format!("mknod {path} p"),
        NodeKind::Character => format!("mknod {path} c {} {}", a.major, a.minor),
        NodeKind::Block => format!("mknod {path} b {} {}", a.major, a.minor),
    }
}

fn rootfs(a: &Rootfs) -> String {
    let root = quote(&a.path);
    let mut programs = words(&a.programs);
    if !a.optional.is_empty() {
        programs.push_str(&format!(" $(ls {} 2> /dev/null)", words(&a.optional)));
    }
    format!(
        "mkdir -p {root}; for p in {programs}; do cp -L --parents $p $(ldd $p | grep -o '/[^ )]*') {root}; done"
    )
}
