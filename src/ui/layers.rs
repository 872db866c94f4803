//! What the screen knows of the overlays that it shows: what is unfolded,
//! selected, searched for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::snapshot::overlay::{Overlay, Wanted};

/// An overlay's name and a path below it.
pub type Place = (String, String);

/// How many entries an overlay may have whose directories are all unfolded at first.
const SMALL: usize = 60;

/// What is unfolded, selected, searched for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layers {
    /// The directories that a person folded or unfolded.
    folds: BTreeMap<Place, bool>,
    /// The selected entry.
    pub selected: Option<Place>,
    /// Only names with these letters are shown.
    pub filter: String,
    /// Whether letters are typed into the filter.
    pub filtering: bool,
}

impl Layers {
    /// Whether the names in a directory are shown. At first that is so of all in
    /// a small overlay, and else of those that the upper layer has.
    pub(super) fn is_open(&self, name: &str, overlay: &Overlay, path: &str) -> bool {
        if let Some(open) = self.folds.get(&(name.to_owned(), path.to_owned())) {
            return *open;
        }
        let entry = overlay.entries.get(path);
        overlay.entries.len() <= SMALL
            || entry.is_some_and(|e| e.layers.iter().any(|version| version.layer == 0))
    }

    /// Folds or unfolds the selected directory.
    pub(super) fn fold(&mut self, open: bool) {
        if let Some(place) = &self.selected {
            self.folds.insert(place.clone(), open);
        }
    }

    /// What has to be read for it.
    pub fn wanted(&self) -> Wanted {
        let open = self.folds.iter().filter(|(_, open)| **open);
        Wanted {
            unfolded: open.map(|(place, _)| place.clone()).collect(),
            selected: self.selected.clone(),
            ..Wanted::default()
        }
    }
}
