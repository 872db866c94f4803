//! What a run is made into, held against the run itself, and shown to those who are to
//! show it: a browser, a player.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use isolab::scene::journal::Reader;
use isolab::scene::{Moment, Scene};
use isolab::snapshot::diff::diff;
use isolab::ui::widget::terminal::Emulator;
use isolab::word::{Language, speak};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

use super::play::{CALM, ISOLAB, footer, key};
use super::replay::differences;
use super::terminal::Terminal;

const SIZE: (u16, u16) = (100, 30);

/// The first steps of a lab as a person plays them, written down.
fn played(folder: &Path, lab: &str, steps: usize) -> PathBuf {
    let journal = folder.join(format!("{lab}.run"));
    let path = journal.display().to_string();
    let line = [ISOLAB, "play", lab, "--step", "1", "--journal", &path];
    let mut terminal = Terminal::start(&line, SIZE);
    terminal.wait_word("root@lab:/lab#");
    let next = format!("step {}/", steps + 1);
    for _ in 0..steps * 8 {
        terminal.wait_for("what goes on", |text| key(footer(text)).is_some());
        terminal.wait_calm(CALM);
        let text = terminal.screen.text();
        if text.contains(&next) {
            break;
        }
        if let Some(key) = key(footer(&text)) {
            terminal.send(key);
            terminal.wait_calm(CALM);
        }
    }
    terminal.wait_word(&next);
    terminal.wait_calm(Duration::from_millis(300));
    terminal.send("q");
    terminal.wait_word("Leave?");
    terminal.send("y");
    let ended = terminal.wait_end(Duration::from_secs(20)).unwrap();
    assert!(ended.success());
    journal
}

/// What a command prints in a language.
fn told(language: Language, arguments: &[&str]) -> (i32, String, String) {
    let locale = match language {
        Language::English => "C.UTF-8",
        Language::Chinese => "zh_CN.UTF-8",
    };
    let done = Command::new(ISOLAB)
        .args(arguments)
        .env("LC_ALL", locale)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        done.status.code().unwrap(),
        text(done.stdout),
        text(done.stderr),
    )
}

fn export(language: Language, journal: &Path, more: &[&str]) -> String {
    let journal = journal.display().to_string();
    let arguments = [&["export", &journal, "--to"], more].concat();
    let (status, text, words) = told(language, &arguments);
    assert_eq!(status, 0, "{more:?}: {words}");
    text
}

/// The run at its end, in a language, or before the first event that leaves a step.
fn scene(journal: &Path, language: Language, step: Option<usize>) -> Scene {
    let (mut reader, mut head) = Reader::new(File::open(journal).unwrap()).unwrap();
    head.language = language.tag().to_owned();
    let mut scene = Scene::new(head).unwrap();
    while let Some(line) = reader.next() {
        if let Moment::Event {
            event: isolab::session::Event::Next,
            ..
        } = line.moment
            && step == Some(scene.session().index())
        {
            break;
        }
        if !matches!(line.moment, Moment::Language(_)) {
            scene.take(line.moment);
        }
    }
    scene.draw();
    scene
}

fn html(text: &str) -> String {
    let pairs = [
        ('&', "&amp;"),
        ('<', "&lt;"),
        ('>', "&gt;"),
        ('"', "&quot;"),
    ];
    pairs
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(*from, to))
}

/// Whatever the run did stands in its hand-outs.
fn complete(journal: &Path, language: Language) -> (String, String) {
    speak(language);
    let run = scene(journal, language, None);
    let page = export(language, journal, &["html"]);
    let text = export(language, journal, &["md"]);
    let (mut calls, mut changed) = (0, 0);
    for entry in run.session().journal() {
        let step = &run.session().lab().steps[entry.step];
        assert!(
            page.contains(&html(&step.title)) && text.contains("## "),
            "{}",
            step.title
        );
        for (_, outcome) in &entry.done {
            let said = outcome.calls.iter().map(ToString::to_string);
            for said in said.chain(outcome.output.lines().map(str::to_owned)) {
                calls += 1;
                let said = said.replace('\t', "\t");
                assert!(text.contains(&said), "{said}");
                assert!(page.contains(&html(&said)), "{said}");
            }
        }
        if entry.how.is_some() {
            for change in diff(&entry.before, &entry.after) {
                changed += 1;
                assert!(page.contains(&html(&change.words)), "{}", change.words);
            }
        }
    }
    assert!(calls > 3 && changed > 0, "{calls} {changed}");
    speak(Language::English);
    (page, text)
}

/// A page fetches nothing, runs nothing, and is put together as it should be.
fn sound(page: &str, language: Language) {
    assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
    assert!(page.contains(&format!("<html lang=\"{}\">", language.tag())));
    for never in [
        "<script",
        "src=",
        "url(",
        "@import",
        "<link",
        "<iframe",
        "javascript:",
    ] {
        assert!(!page.contains(never), "{never}");
    }
    let leads = page.split("href=\"").skip(1);
    for lead in leads.filter_map(|rest| rest.split('"').next()) {
        let inside = lead.strip_prefix('#');
        let there = inside.is_none_or(|id| page.contains(&format!("id=\"{id}\"")));
        assert!(
            there && (inside.is_some() || lead.starts_with("http")),
            "{lead}"
        );
    }
    for tag in [
        "section", "details", "figure", "pre", "span", "main", "nav", "header",
    ] {
        let opened =
            page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
        assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "{tag}");
    }
}

/// What a picture shows: each letter at its column.
fn letters(svg: &str, area: Rect) -> Buffer {
    let mut buffer = Buffer::empty(area);
    for line in svg.lines().filter(|line| line.starts_with("<text")) {
        let value = |name: &str| -> f32 {
            let rest = line.split_once(&format!(" {name}=\"")).unwrap().1;
            rest.split('"').next().unwrap().parse().unwrap()
        };
        let text = line
            .split_once('>')
            .unwrap()
            .1
            .strip_suffix("</text>")
            .unwrap();
        let text = [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&#39;", "'"),
            ("&amp;", "&"),
        ]
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
        let place = |of: f32, cell: f32| format!("{:.0}", of / cell).parse::<u16>().unwrap();
        let (x, y) = (place(value("x"), 8.4), place(value("y") - 13.4, 18.0));
        assert_eq!(
            usize::from(place(value("textLength"), 8.4)),
            text.width(),
            "{line}"
        );
        buffer.set_string(x, y, text, ratatui::style::Style::new());
    }
    buffer
}

/// The letters of a screen, without what is drawn as a shape.
fn words(buffer: &Buffer) -> Vec<String> {
    let shape = |symbol: &str| symbol.starts_with(|c| ('\u{2500}'..='\u{259f}').contains(&c));
    let rows = buffer.content.chunks(usize::from(buffer.area.width));
    let row = |cells: &[ratatui::buffer::Cell]| -> String {
        let symbols = cells.iter().map(ratatui::buffer::Cell::symbol);
        let text: String = symbols
            .map(|symbol| if shape(symbol) { " " } else { symbol })
            .collect();
        text.trim_end().to_owned()
    };
    rows.map(row).collect()
}

/// The screen that a film ends with, and how long it goes on.
fn end(film: &str, version: u64) -> (Emulator, f64) {
    let mut lines = film
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let head = lines.next().unwrap();
    assert_eq!(head["version"], version);
    let size = match version {
        2 => (&head["width"], &head["height"]),
        _ => (&head["term"]["cols"], &head["term"]["rows"]),
    };
    let size = (size.0.as_u64().unwrap(), size.1.as_u64().unwrap());
    assert_eq!(size, (u64::from(SIZE.0), u64::from(SIZE.1)));
    assert!(head["title"].is_string() && head["timestamp"].as_u64() > Some(1_600_000_000));
    let mut screen = Emulator::new(SIZE.0, SIZE.1, 0);
    let (mut now, mut marks) = (0.0, 0);
    for event in lines {
        let at = event[0].as_f64().unwrap();
        let before = now;
        now = if version == 2 { at } else { now + at };
        assert!((0.0..=15.0).contains(&(now - before)), "{event}");
        match event[1].as_str().unwrap() {
            "o" => drop(screen.feed(event[2].as_str().unwrap().as_bytes())),
            "m" => marks += 1,
            "x" => assert!(version == 3 && event[2] == "0"),
            other => panic!("{other}"),
        }
    }
    assert!(marks >= 3, "{marks}");
    (screen, now)
}

fn shown(screen: &Emulator) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
    screen.render(buffer.area, &mut buffer, true);
    buffer
}

#[test]
fn a_run_is_handed_out_in_every_form() {
    let folder = tempfile::tempdir().unwrap();
    for (lab, steps, language) in [
        ("04-uts-ipc", 4, Language::English),
        ("15-overlay", 3, Language::Chinese),
    ] {
        let journal = played(folder.path(), lab, steps);
        let (page, text) = complete(&journal, language);
        sound(&page, language);
        let wanted = match language {
            Language::English => "[System calls](",
            Language::Chinese => "系统调用",
        };
        assert!(
            page.contains(wanted.trim_matches(['[', ']', '('])) && text.contains("$ "),
            "{text}"
        );
        picture(&journal, language);
        film(&journal, language);
        in_a_browser(folder.path(), &page);
    }
}

fn picture(journal: &Path, language: Language) {
    for step in [None, Some(1)] {
        let scene = scene(journal, language, step);
        let number = step.map(|step| (step + 1).to_string());
        let more = number
            .as_ref()
            .map(|number| ["svg", "--step", number].to_vec());
        let svg = export(language, journal, &more.unwrap_or(vec!["svg"]));
        let area = scene.buffer().area;
        assert_eq!(
            words(&letters(&svg, area)),
            words(scene.buffer()),
            "{step:?}"
        );
    }
    speak(Language::English);
}

fn film(journal: &Path, language: Language) {
    let scene = scene(journal, language, None);
    speak(Language::English);
    let two = export(language, journal, &["cast"]);
    let three = export(language, journal, &["cast3"]);
    let (one, length) = end(&two, 2);
    let (other, same) = end(&three, 3);
    assert!(
        (length - same).abs() < 0.01 && length > 2.0,
        "{length} {same}"
    );
    for screen in [one, other] {
        let differ = differences(&shown(&screen), scene.buffer());
        assert!(differ.is_empty(), "{differ:?}");
    }
    in_a_player(&two, scene.buffer());
}

/// Whether a program is there; what is left out is said. CI has the player.
fn is_there(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output();
    let there = found.is_ok_and(|done| done.status.success());
    let must = program == "asciinema" && std::env::var_os("ISOLAB_REQUIRE_KERNEL").is_some();
    assert!(there || !must, "there is no {program} here");
    if !there {
        println!("skipped: there is no {program} here");
    }
    there
}

/// What the player of asciinema shows at the end of a film is what the run showed.
fn in_a_player(film: &str, wanted: &Buffer) {
    if !is_there("asciinema") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.cast");
    std::fs::write(&path, film).unwrap();
    let line = [
        "asciinema",
        "play",
        "--idle-time-limit",
        "0.01",
        &path.display().to_string(),
    ];
    let mut terminal = Terminal::start(&line, SIZE);
    let ended = terminal.wait_end(Duration::from_secs(60)).unwrap();
    assert!(ended.success(), "{}", terminal.screen.text());
    assert_eq!(
        differences(&shown(&terminal.screen), wanted),
        Vec::<String>::new()
    );
}

/// A browser shows the page, and asks nobody for anything.
fn in_a_browser(folder: &Path, page: &str) {
    if !is_there("chromium") {
        return;
    }
    let path = folder.join("page.html");
    std::fs::write(&path, page).unwrap();
    let log = folder.join("net.json");
    let done = Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
        ])
        .args(["--disable-component-update", "--no-first-run", "--dump-dom"])
        .arg(format!(
            "--user-data-dir={}",
            folder.join("browser").display()
        ))
        .arg(format!("--log-net-log={}", log.display()))
        .arg(format!("file://{}", path.display()))
        .output()
        .unwrap();
    let dom = String::from_utf8_lossy(&done.stdout);
    let after = |text: &str| text.split_once("<main").map(|(_, rest)| rest.len());
    assert!(after(&dom) >= after(page).map(|length| length / 2), "{dom}");
    let asked = std::fs::read_to_string(&log).unwrap_or_default();
    let asked: Vec<&str> = asked
        .split("\"url\":\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let ours = |url: &&&str| !url.starts_with("chrome") && !url.starts_with("devtools");
    let outside: Vec<_> = asked
        .iter()
        .filter(ours)
        .filter(|url| !url.starts_with("file:"))
        .collect();
    assert!(outside.is_empty(), "{outside:?}");
}

#[test]
fn what_cannot_be_handed_out_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let zstd = folder.path().join("zstd");
    std::fs::write(&zstd, b"\x28\xb5\x2f\xfd\x00").unwrap();
    let zstd = zstd.display().to_string();
    let there = folder.path().join("there");
    std::fs::write(&there, "kept").unwrap();
    let there = there.display().to_string();
    for (arguments, status, words) in [
        (&["export", &zstd, "--to", "md"][..], 2, "no journal"),
        (&["export", "4", "--to", "md", "--size", "20x5"], 2, "80x24"),
        (&["export", "4", "--to", "sh", "--step", "1"], 2, "--step"),
        (
            &["export", "4", "--to", "svg", "--step", "99"],
            2,
            "no step",
        ),
        (
            &["export", "4", "--to", "md", "--out", &there],
            2,
            "is there already",
        ),
        (&["export", "no-such", "--to", "md"], 2, "no lab"),
    ] {
        let (code, out, said) = told(Language::English, arguments);
        assert_eq!((code, out.as_str()), (status, ""), "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    assert_eq!(std::fs::read_to_string(&there).unwrap(), "kept");
}

#[test]
fn a_lab_plays_itself_for_its_picture() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("name.svg");
    let path = file.display().to_string();
    let lab = concat!(env!("CARGO_MANIFEST_DIR"), "/labs/01-chroot.yaml");
    let more = [
        "export",
        lab,
        "--to",
        "svg",
        "--step",
        "first-try",
        "--size",
        "110x32",
        "--out",
        &path,
    ];
    let (status, out, words) = told(Language::Chinese, &more);
    assert_eq!((status, out.as_str()), (0, ""), "{words}");
    let svg = std::fs::read_to_string(&file).unwrap();
    let screen = letters(&svg, Rect::new(0, 0, 110, 32));
    let shown = self::words(&screen).join("\n");
    for part in ["2/14", "chroot(\"/lab/root\")", "ENOENT", "实验主机"] {
        assert!(
            shown.replace(' ', "").contains(&part.replace(' ', "")),
            "{part}: {shown}"
        );
    }
}
