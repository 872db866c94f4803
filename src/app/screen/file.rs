//! Files of the person's own: the script that is written, the image that is brought.

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

/// Writes a lab as a script to the present directory; what came of it, in words.
pub(super) fn exported(lab: &Lab) -> String {
    let (file, text) = match export::script(lab) {
        Ok(text) => (format!("{}.sh", lab.id), text),
        Err(why) => return why.to_string(),
    };
    match learner::keep(Path::new(&file), &text) {
        Ok(path) => word!("export-done", file = path.display().to_string()),
        Err(why) => word!("export-refused", file = file, why = why.to_string()),
    }
}

/// Goes on with an image of the person's own; if that cannot be, they are asked again.
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
