//! What a step changed is in view on its panel: each lab is played by the program, and the run is
//! drawn again in both sizes and both languages.

use std::path::Path;
use std::process::Command;

use isolab::lab::PanelName;
use isolab::scene::journal::Reader;
use isolab::scene::{Moment, Scene};
use isolab::session::{Event, Telling};
use isolab::snapshot::{Actor, NamespaceKind};
use isolab::ui::Geometry;
use ratatui::buffer::Buffer;
use ratatui::layout::Size;

use crate::skip::lacks;

/// The run of a lab that the program plays.
fn journal(lab: &Path) -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_isolab"))
        .arg("export")
        .arg(lab)
        .args(["--to", "journal"])
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    let why = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {why}", lab.display());
    output.stdout
}

/// The labs that are built in.
fn labs() -> Vec<std::path::PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/labs");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let is_lab = |path: &std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.split_once('.').is_some_and(|(_, rest)| rest == "yaml")
    };
    let mut labs: Vec<std::path::PathBuf> = files.filter(is_lab).collect();
    labs.sort();
    labs
}

fn row(buffer: &Buffer, y: u16) -> String {
    (0..buffer.area.width)
        .map(|x| buffer[(x, y)].symbol())
        .collect()
}

/// How many screens of a panel were looked at, and on how many something new was in view.
#[derive(Default)]
struct Count {
    looks: usize,
    news: usize,
}

#[test]
fn what_the_first_labs_change_is_in_view() {
    are_in_view("what_the_first_labs_change_is_in_view", 0);
}

#[test]
fn what_the_labs_about_networks_change_is_in_view() {
    are_in_view("what_the_labs_about_networks_change_is_in_view", 1);
}

#[test]
fn what_the_labs_about_layers_change_is_in_view() {
    are_in_view("what_the_labs_about_layers_change_is_in_view", 2);
}

#[test]
fn what_the_labs_about_containers_change_is_in_view() {
    are_in_view("what_the_labs_about_containers_change_is_in_view", 3);
}

/// How many parts the labs are played in.
const PARTS: usize = 4;

/// Plays one part of the labs, and looks at the end of each step.
fn are_in_view(test: &str, part: usize) {
    if lacks(test, &["ip", "nft", "ping", "setcap", "sysctl"]) {
        return;
    }
    let mut count = Count::default();
    let labs = labs();
    let each = labs.len().div_ceil(PARTS);
    for lab in labs.iter().skip(part * each).take(each) {
        let bytes = journal(lab);
        let (reader, head) = Reader::new(bytes.as_slice()).unwrap();
        let mut scene = Scene::new(head).unwrap();
        for line in reader {
            let moment = line.unwrap().moment;
            if is_next(&moment) && scene.session().phase().is_passed() {
                look(&mut scene, &mut count);
            }
            scene.take(moment);
        }
        look(&mut scene, &mut count);
    }
    let Count { looks, news } = count;
    assert!(looks > 150 && news * 2 > looks, "{looks} {news}");
}

fn is_next(moment: &Moment) -> bool {
    matches!(
        moment,
        Moment::Event {
            event: Event::Next,
            ..
        }
    )
}

/// Draws the end of a step in both sizes and both languages.
fn look(scene: &mut Scene, count: &mut Count) {
    for size in [Size::new(80, 24), Size::new(120, 40)] {
        for language in ["en", "zh-CN"] {
            let telling = Telling {
                language: language.to_owned(),
                lab: None,
            };
            let event = Event::Retell(telling);
            scene.take(Moment::Event { at: 0, event });
            let all = tall(scene, size.width);
            scene.take(Moment::Screen(size));
            scene.draw();
            let drawn = Drawn::of(scene, all);
            drawn.shows_the_news();
            drawn.shows_what_the_snapshot_has();
            count.looks += 1;
            count.news += usize::from(!drawn.seen.is_empty());
        }
    }
}

/// What is new on the panel, each with the text of its row, on a screen that has room for all.
fn tall(scene: &mut Scene, width: u16) -> Vec<String> {
    scene.take(Moment::Screen(Size::new(width, 600)));
    scene.draw();
    let news = scene.geometry().news.iter();
    let rows = news.map(|(_, row)| row.expect("a panel is longer than 300 rows"));
    rows.map(|row| panel_row(scene.buffer(), scene.geometry(), row))
        .collect()
}

/// The panel's part of a row.
fn panel_row(buffer: &Buffer, geometry: &Geometry, y: u16) -> String {
    let left = geometry.edges.0.unwrap_or(0);
    (left..buffer.area.width)
        .map(|x| buffer[(x, y)].symbol())
        .collect()
}

/// The end of a step as it was drawn.
struct Drawn<'a> {
    scene: &'a Scene,
    panel: PanelName,
    /// The rows of what is new and in view.
    seen: Vec<String>,
    /// What is new and not in view.
    hidden: Vec<String>,
    /// How many rows the panel has.
    rows: usize,
}

impl<'a> Drawn<'a> {
    fn of(scene: &'a mut Scene, all: Vec<String>) -> Self {
        let panel = scene.state().panel;
        let scene = &*scene;
        let (buffer, geometry) = (scene.buffer(), scene.geometry());
        assert_eq!(geometry.news.len(), all.len());
        let mut seen = Vec::new();
        let mut hidden = Vec::new();
        for ((_, row), text) in geometry.news.iter().zip(all) {
            match row {
                Some(row) => seen.push(panel_row(buffer, geometry, *row)),
                None => hidden.push(text),
            }
        }
        let rows = geometry.panel_rows;
        Self {
            scene,
            panel,
            seen,
            hidden,
            rows,
        }
    }

    fn place(&self) -> String {
        let session = self.scene.session();
        let (lab, step) = (&session.lab().id, session.index() + 1);
        let screen: Vec<String> = (0..self.scene.buffer().area.height)
            .map(|y| row(self.scene.buffer(), y))
            .collect();
        format!("{lab} step {step}, {:?}\n{}", self.panel, screen.join("\n"))
    }

    /// All that is new is in view; of more than there are rows, as much as there are rows, and
    /// all that the checks name.
    fn shows_the_news(&self) {
        if self.hidden.is_empty() {
            return;
        }
        assert!(self.seen.len() >= self.rows, "{}", self.place());
        let checks = &self.scene.session().step().checks;
        let named: Vec<&str> = checks
            .iter()
            .flat_map(|check| check.expect.split('"').skip(1).step_by(2))
            .collect();
        for text in &self.hidden {
            let told = text.split_whitespace().find(|word| named.contains(word));
            assert_eq!(told, None, "{text} in {}", self.place());
        }
    }

    /// What the snapshots say is new is in view.
    fn shows_what_the_snapshot_has(&self) {
        let session = self.scene.session();
        let (before, now) = (session.before(), session.now());
        let seen = self.seen.join("\n");
        for (name, actor) in &now.actors {
            let Some(then) = before.actors.get(name).filter(|then| then.alive) else {
                continue;
            };
            let wanted: Vec<String> = match self.panel {
                PanelName::Namespace => spaces(then, actor),
                PanelName::Process => processes(then, actor),
                PanelName::Mount if self.hidden.is_empty() => mounts(then, actor),
                _ => Vec::new(),
            };
            for words in wanted {
                assert!(seen.contains(&words), "{words} in {}", self.place());
            }
        }
    }
}

/// The namespaces that an actor has come into.
fn spaces(then: &Actor, now: &Actor) -> Vec<String> {
    let kinds = NamespaceKind::ALL.into_iter().filter(|_| now.alive);
    let other = kinds.filter(|kind| then.ns.get(*kind) != now.ns.get(*kind));
    other
        .map(|kind| format!("{} ◀", now.ns.get(kind)))
        .collect()
}

/// The processes that were started.
fn processes(then: &Actor, now: &Actor) -> Vec<String> {
    let known: Vec<i64> = then.processes.iter().map(|known| known.outer_pid).collect();
    let is_same_space = then.ns.pid == now.ns.pid;
    let new = now
        .processes
        .iter()
        .filter(|process| is_same_space && !known.contains(&process.outer_pid));
    new.map(|process| format!(" {} ", process.outer_pid))
        .collect()
}

/// The mounts that were made.
fn mounts(then: &Actor, now: &Actor) -> Vec<String> {
    if then.ns.mnt != now.ns.mnt || then.root != now.root {
        return Vec::new();
    }
    let known: Vec<i64> = then.mounts.iter().map(|known| known.id).collect();
    let new = now.mounts.iter().filter(|mount| !known.contains(&mount.id));
    new.map(|mount| mount.target.clone()).collect()
}
