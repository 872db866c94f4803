//! `isolab lens -- COMMAND…`

use anyhow::Result;

use super::{Status, speak_to_programs};
use crate::app;
use crate::snapshot::lens::Family;

/// Arguments of `lens`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only the calls of these families: namespace, mount, identity, process, file, ipc, network
    #[arg(long, value_name = "FAMILY", value_delimiter = ',', value_parser = family)]
    family: Vec<Family>,
    /// Name the other calls as well, with how often each was made
    #[arg(long)]
    all: bool,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
    /// The command and its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<String>,
}

fn family(name: &str) -> Result<Family, String> {
    let mut all = Family::ALL.into_iter();
    let names: Vec<&str> = Family::ALL.iter().map(|family| family.name()).collect();
    let found = all.find(|family| family.name() == name);
    found.ok_or_else(|| names.join(", "))
}

/// Runs a command under the lens.
pub(super) fn lens(args: &Args) -> Result<Status> {
    if args.json {
        speak_to_programs();
    }
    let asked = app::lens::Asked {
        command: args.command.clone(),
        families: args.family.clone(),
        all: args.all,
        json: args.json,
    };
    Ok(app::look_on(asked)?.into())
}
