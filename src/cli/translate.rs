//! `isolab translate LAB LANGUAGE`

use std::io::Write;

use anyhow::{Result, bail};

use super::{Status, plain, say, target};
use crate::catalog;
use crate::lab::Translation;
use crate::word;

/// Arguments of `translate`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The lab: an id, a number, a name, or the path of a file
    #[arg(value_name = "LAB")]
    lab: String,
    /// The language, as in a web page: zh-CN, de, pt-BR
    #[arg(value_name = "LANGUAGE")]
    language: String,
    /// Say that everything is translated as it is in the lab now
    #[arg(long)]
    fresh: bool,
}

/// Prints a lab's translation file. What is not translated yet stands there in the original.
pub(super) fn translate(args: &Args, out: &mut impl Write) -> Result<Status> {
    let found = catalog::find(&args.lab, catalog::user_folder().as_deref())?;
    let Some(lab) = target::in_order(&found)? else {
        return Ok(Status::Failed);
    };
    let known = match catalog::translation(&found, &args.language)? {
        None => Translation::default(),
        Some(Ok(known)) => known,
        Some(Err(problems)) => {
            for problem in problems {
                say(&plain(&problem.to_string()));
            }
            bail!(word!("translation-wrong"));
        }
    };
    write!(out, "{}", known.print(&lab, args.fresh))?;
    Ok(Status::Pass)
}
