//! What is unfolded and selected of overlays, as it is written.

use serde::{Deserialize, Deserializer, Serialize};

use crate::ui::layers;

/// What is unfolded and selected of overlays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Layers {
    /// The directories that the person folded or unfolded.
    #[serde(deserialize_with = "folds")]
    pub folds: Vec<Fold>,
    /// The selected entry: the overlay's name and the path below it.
    pub selected: Option<layers::Place>,
    /// Only names with these letters are shown.
    pub filter: String,
    /// Whether letters are typed into the filter.
    pub filtering: bool,
}

/// A directory that the person folded or unfolded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fold {
    /// The overlay's name.
    pub overlay: String,
    /// The path below it.
    pub path: String,
    /// Whether it is unfolded.
    pub open: bool,
}

/// Reads a list of folds, or the empty object that version 1 wrote in its place.
fn folds<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Fold>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        List(Vec<Fold>),
        Empty {},
    }
    Ok(match Either::deserialize(from)? {
        Either::List(folds) => folds,
        Either::Empty {} => Vec::new(),
    })
}

impl From<&layers::Layers> for Layers {
    fn from(layers: &layers::Layers) -> Self {
        let folds = layers.folds.iter().map(|((overlay, path), open)| Fold {
            overlay: overlay.clone(),
            path: path.clone(),
            open: *open,
        });
        Self {
            folds: folds.collect(),
            selected: layers.selected.clone(),
            filter: layers.filter.clone(),
            filtering: layers.filtering,
        }
    }
}

impl From<Layers> for layers::Layers {
    fn from(layers: Layers) -> Self {
        let folds = layers.folds.into_iter();
        Self {
            folds: folds
                .map(|fold| ((fold.overlay, fold.path), fold.open))
                .collect(),
            selected: layers.selected,
            filter: layers.filter,
            filtering: layers.filtering,
        }
    }
}
