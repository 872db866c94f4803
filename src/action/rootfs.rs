//! The verb `rootfs`: copies programs and exactly the files that they need below a directory.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::elf::{self, Needed};
use super::{Applied, Ctx, Refused, Then, applied, file};
use crate::lab::action::Rootfs;
use crate::sys::SysError;

applied! {
    Rootfs: rootfs,
}

/// Copies each program, its interpreter and its libraries to the same places below `path`.
fn rootfs(a: &Rootfs, ctx: &mut Ctx) -> Applied {
    let root = Path::new(&a.path);
    file::make_all(root, ctx)?;
    let mut done = BTreeSet::new();
    let there = a.optional.iter().filter(|path| Path::new(path).exists());
    for program in a.programs.iter().chain(there) {
        let needed = needs(Path::new(program), ctx)?;
        for need in needed {
            ctx.output.push_str(&format!("{need}\n"));
            if done.insert(need.path.clone()) {
                place(root, &need.path, ctx)?;
            }
        }
    }
    Ok(Then::Done)
}

fn needs(program: &Path, ctx: &mut Ctx) -> Result<Vec<Needed>, Refused> {
    elf::needs(program).map_err(|missing| {
        let error = SysError::new("open", "", missing.errno);
        ctx.refused("open", format!("{:?}", missing.path), &error)
    })
}

fn place(root: &Path, path: &Path, ctx: &mut Ctx) -> Result<(), Refused> {
    let inside: PathBuf = path.strip_prefix("/").unwrap_or(path).to_owned();
    let to = root.join(inside);
    if let Some(above) = to.parent() {
        file::make_all(above, ctx)?;
    }
    file::copy_file(path, &to, ctx)
}
