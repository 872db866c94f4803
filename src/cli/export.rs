//! `isolab export LAB|JOURNAL --to FORM`

use ratatui::layout::Size;
use std::fs::File;
use std::io::{ErrorKind, Read as _, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::status::UsageError;
use super::{Status, plain, say, target};
use crate::app::{self, Filmed, learner};
use crate::export::{self, Wanted};
use crate::lab::Lab;
use crate::scene::Head;
use crate::scene::journal::{Extent, Line, MAGIC, Reader, Unread, Writer};
use crate::sys::file;
use crate::sys::identity::person;
use crate::{catalog, word};

/// Arguments of `export`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A lab, which is played for it: an id, a number, a name, or the path of a file; or a run
    /// that was written down with --journal
    #[arg(value_name = "LAB|JOURNAL")]
    lab: String,
    /// As what
    #[arg(long, value_enum)]
    to: Form,
    /// Into this new file, and not to the standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Up to the end of this step, given by its number or id
    #[arg(long, value_name = "STEP")]
    step: Option<String>,
    /// Columns and rows of the screen; of a run that was written down, its own if nothing is said
    #[arg(long, value_name = "SIZE", value_parser = target::size)]
    size: Option<Size>,
}

/// What a lab or a run can be made into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// A commented shell script that does the same without isolab
    Sh,
    /// A hand-out in Markdown
    Md,
    /// A hand-out in HTML, in one file
    Html,
    /// A film for asciinema: asciicast v2
    Cast,
    /// The same as asciicast v3
    Cast3,
    /// A picture of the screen
    Svg,
    /// A run to be played back by isolab replay
    Journal,
}

/// The columns and rows of the screen for a lab that is played for the export.
const SIZE: Size = Size::new(120, 40);

/// What an export is made from.
enum From {
    Lab(app::Script),
    Journal(PathBuf),
}

/// Exports a lab or a run.
pub(super) fn export(args: &Args, out: &mut impl Write) -> Result<Status> {
    let size = args.size;
    if let Some(file) = args
        .out
        .as_ref()
        .filter(|file| person::act(|| file.exists()))
    {
        return Err(there(file));
    }
    let Some(from) = from(&args.lab)? else {
        return Ok(Status::Failed);
    };
    let text = match (form(args.to), from) {
        (None, From::Lab(script)) if args.to == Form::Journal => return run(args, &script, out),
        (None, From::Journal(path)) if args.to == Form::Journal => return Err(there(&path)),
        (None, from) => script(args, from)?,
        (Some(form), From::Journal(path)) => {
            let (head, reader) = app::journal(&path)?;
            let until = until(args, &lab(&path, &head)?)?;
            let mut lines = Readable::of(reader);
            let made = made(form, head, &mut lines, Wanted { until, size });
            match lines.extent() {
                Ok(Extent::Whole) => made?,
                Ok(Extent::CutShort(line)) => {
                    say(&app::cut_short(&path, line));
                    made?
                }
                // If the journal breaks off, that is the error, not a step that was not read.
                Err(why) => {
                    if let Ok(text) = made {
                        put(args.out.as_deref(), text.as_bytes(), out)?;
                    }
                    return Err(damaged(&path, why));
                }
            }
        }
        (Some(form), From::Lab(script)) => {
            let until = until(args, &script.lab)?;
            let size = size.unwrap_or(SIZE);
            match app::film(&script, until, size)? {
                Filmed::Run(head, lines) => {
                    let wanted = Wanted { until, size: None };
                    made(form, *head, lines.into_iter(), wanted)?
                }
                other => return Ok(unplayed(other)),
            }
        }
    };
    put(args.out.as_deref(), text.as_bytes(), out)?;
    Ok(Status::Pass)
}

/// Plays a lab, and writes down the run.
fn run(args: &Args, script: &app::Script, out: &mut impl Write) -> Result<Status> {
    let until = until(args, &script.lab)?;
    let (head, lines) = match app::film(script, until, args.size.unwrap_or(SIZE))? {
        Filmed::Run(head, lines) => (head, lines),
        other => return Ok(unplayed(other)),
    };
    let mut journal = Writer::new(Vec::new(), &head)?;
    for line in &lines {
        journal.write(line)?;
    }
    put(args.out.as_deref(), &journal.finish()?, out)?;
    Ok(Status::Pass)
}

/// The lines of a journal up to the first that cannot be read.
struct Readable {
    reader: Reader<File>,
    /// Why the rest cannot be read.
    why: Option<Unread>,
}

impl Readable {
    fn of(reader: Reader<File>) -> Self {
        Self { reader, why: None }
    }

    /// How far the lines went.
    fn extent(self) -> Result<Extent, Unread> {
        match self.why {
            Some(why) => Err(why),
            None => Ok(self.reader.extent()),
        }
    }
}

impl Iterator for Readable {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        match self.reader.next()? {
            Ok(line) => Some(line),
            Err(why) => {
                self.why = Some(why);
                None
            }
        }
    }
}

fn form(to: Form) -> Option<export::Form> {
    match to {
        Form::Sh | Form::Journal => None,
        Form::Md => Some(export::Form::Markdown),
        Form::Html => Some(export::Form::Html),
        Form::Cast => Some(export::Form::Cast2),
        Form::Cast3 => Some(export::Form::Cast3),
        Form::Svg => Some(export::Form::Svg),
    }
}

fn made(
    form: export::Form,
    head: Head,
    lines: impl Iterator<Item = Line>,
    wanted: Wanted,
) -> Result<String> {
    let made = export::file(form, head, lines, wanted);
    Ok(made.map_err(|why| UsageError(plain(&why.to_string())))?)
}

/// What the argument means; `None` if the lab has problems, which are printed.
fn from(name: &str) -> Result<Option<From>> {
    let path = Path::new(name);
    if is_journal(path) {
        return Ok(Some(From::Journal(path.to_owned())));
    }
    let found = catalog::find(name, catalog::user_folder().as_deref())?;
    let lab = target::in_order(&found)?;
    Ok(lab.map(|lab| From::Lab(app::Script::new(found, lab))))
}

/// Whether a path is a plain file that begins as journals do.
fn is_journal(path: &Path) -> bool {
    let mut first = [0; 4];
    let file = person::act(|| file::open_plain(path)).ok().flatten();
    file.is_some_and(|mut file| file.read_exact(&mut first).is_ok()) && first == MAGIC
}

/// The lab that a run was of.
fn lab(path: &Path, head: &Head) -> Result<Lab> {
    let lab = head.lab().map_err(|why| Unread::Lab(plain(&why)));
    lab.map_err(|why| damaged(path, why))
}

fn damaged(path: &Path, why: Unread) -> anyhow::Error {
    anyhow::Error::new(why).context(path.display().to_string())
}

fn script(args: &Args, from: From) -> Result<String> {
    let option = [
        ("--step", args.step.is_some()),
        ("--size", args.size.is_some()),
    ];
    if let Some((option, _)) = option.into_iter().find(|(_, given)| *given) {
        return Err(UsageError(word!("export-screenless", option = option)).into());
    }
    let script = match from {
        From::Lab(script) => export::script(&script.lab),
        From::Journal(path) => export::script(&lab(&path, &app::journal(&path)?.0)?),
    };
    Ok(script.map_err(|why| UsageError(why.to_string()))?)
}

fn until(args: &Args, lab: &Lab) -> Result<Option<usize>> {
    let step = args.step.as_ref();
    step.map(|step| target::step(lab, step)).transpose()
}

/// Prints why there is no export.
fn unplayed(filmed: Filmed) -> Status {
    let (words, status) = match filmed {
        Filmed::Lacking(what) => (what, Status::Lacking),
        Filmed::Failed(why) => (why, Status::Failed),
        Filmed::Run(..) => return Status::Pass,
    };
    say(&format!("isolab: {}", plain(&words)));
    if status == Status::Lacking {
        say(&word!("export-instead"));
    }
    status
}

fn there(file: &Path) -> anyhow::Error {
    UsageError(word!("file-there", path = file.display().to_string())).into()
}

/// Writes what was made to the file, or else to the standard output.
fn put(file: Option<&Path>, bytes: &[u8], out: &mut impl Write) -> Result<()> {
    let Some(path) = file else {
        return Ok(out.write_all(bytes)?);
    };
    match learner::keep(path, bytes) {
        Err(why) if why.kind() == ErrorKind::AlreadyExists => Err(there(path)),
        Err(why) => Err(target::unwritable(path, &why).into()),
        Ok(_) => Ok(()),
    }
}
