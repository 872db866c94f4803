//! A lab for one person: guide, panel and shells on one screen.

use ratatui::Frame;

use super::keymap::Context;
use super::layout::Areas;
use super::view::LabView;
use super::{Geometry, Theme, footer, guide, header, panel, popup, shells};

/// Draws the lab for one person.
pub(super) fn draw(
    view: &LabView<'_>,
    theme: Theme,
    frame: &mut Frame<'_>,
    geometry: &mut Geometry,
) {
    let areas = Areas::of(frame.area(), view);
    let context = Context::lab(view.session, view.state);
    let is_split = areas.guide.is_some() && areas.panel.is_some();
    geometry.edges = (
        areas.panel.filter(|_| is_split).map(|panel| panel.x),
        areas
            .shells
            .first()
            .filter(|_| is_split)
            .map(|(_, shell)| shell.y),
    );
    header::draw(view, theme, frame, areas.header);
    if let Some(area) = areas.guide {
        guide::draw(view, theme, frame, area, geometry);
    }
    if let Some(area) = areas.panel {
        panel::draw(view, theme, frame, area, geometry);
    }
    shells::draw(view, theme, frame, &areas.shells, geometry);
    footer::draw(&context, theme, frame, areas.footer, geometry);
    popup::draw(view.state, Some(view.session), theme, frame, geometry);
}
