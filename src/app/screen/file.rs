//! The person's own files: the script that is exported, the image that is brought.

use std::path::Path;
use std::sync::Arc;

use super::{Conductor, Stage};
use crate::app::learner;
use crate::export;
use crate::lab::Lab;
use crate::sandbox::OwnImage;
use crate::sys::identity::person;
use crate::ui::Popup;
use crate::word;

/// Exports a lab as a script into the current directory; the result, in words.
pub(super) fn exported(lab: &Lab) -> String {
    let (file, text) = match export::script(lab) {
        Ok(text) => (format!("{}.sh", lab.id), text),
        Err(why) => return why.to_string(),
    };
    match learner::keep(Path::new(&file), text.as_bytes()) {
        Ok(path) => word!("export-done", file = path.display().to_string()),
        Err(why) => word!("export-refused", file = file, why = why.to_string()),
    }
}

/// Gives the run an image of the person's own; asks again if it cannot be opened.
pub(super) fn bring(stage: &mut Stage, run: &mut Conductor, path: &str) {
    let to = run.session.lab().takes_image().unwrap_or_default();
    match person::act(|| OwnImage::open(Path::new(path.trim()), to)) {
        Ok(image) => {
            stage.show.forget();
            run.bring(Arc::new(image));
        }
        Err(why) => {
            stage.state.popup = Some(Popup::Message(why.to_string()));
            stage.state.after = Some(Popup::Image);
        }
    }
}
