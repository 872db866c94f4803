//! The exports of a run, compared with the run itself, and shown by the programs that they are for:
//! a browser, a player.

mod film;
mod picture;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use isolab::scene::journal::{Reader, Writer};
use isolab::scene::moment::PaneChange;
use isolab::scene::{Moment, Scene};
use isolab::snapshot::diff::diff;
use isolab::word::{Language, speak};
use ratatui::layout::Rect;
use serde_json::Value;

use super::play::{CALM, ISOLAB, footer, key};
use super::terminal::Terminal;
use crate::skip::is_there;

const SIZE: (u16, u16) = (100, 30);

/// Plays the first steps of a lab as a person does; returns the journal.
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
    terminal.send("\r");
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

/// The run at its end, or before the first event that leaves a step, in a language.
fn scene(journal: &Path, language: Language, step: Option<usize>) -> Scene {
    let (reader, mut head) = Reader::new(File::open(journal).unwrap()).unwrap();
    head.language = language.tag().to_owned();
    let mut scene = Scene::new(head).unwrap();
    for line in reader {
        let line = line.unwrap();
        if let Moment::Event {
            event: isolab::session::Event::Next,
            ..
        } = line.moment
            && step == Some(scene.session().index())
        {
            break;
        }
        if !is_retold(&line.moment) {
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

/// Everything that the run did is in its hand-outs.
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
                assert!(text.contains(&said), "{said}");
                assert!(page.contains(&html(&said)), "{said}");
            }
        }
        if entry.how.is_some() {
            for change in diff(&entry.before, &entry.after) {
                changed += 1;
                assert!(
                    page.contains(&html(&change.words.to_string())),
                    "{}",
                    change.words
                );
            }
        }
    }
    assert!(calls > 3 && changed > 0, "{calls} {changed}");
    speak(Language::English);
    (page, text)
}

/// A page fetches nothing, runs nothing, and is well formed.
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
        let calls = match language {
            Language::English => "<h3>System calls</h3>",
            Language::Chinese => "<h3>系统调用</h3>",
        };
        assert!(page.contains(calls) && text.contains("$ "), "{text}");
        picture::picture(&journal, language);
        film::film(&journal, language);
        in_a_browser(folder.path(), &page);
    }
}

/// A browser shows the page and fetches nothing. It is too large to be required of every machine,
/// so leaving out this part is not counted as a skip.
fn in_a_browser(folder: &Path, page: &str) {
    if !is_there("chromium") {
        return;
    }
    let (dom, asked) = browsed(folder, page);
    let after = |text: &str| text.split_once("<main").map(|(_, rest)| rest.len());
    assert!(after(&dom) >= after(page).map(|length| length / 2), "{dom}");
    assert_eq!(asked, Vec::<String>::new());
    // A page that does fetch something is found out.
    let (_, asked) = browsed(folder, "<p><img src=\"http://127.0.0.1:9/x.png\">");
    assert!(asked.contains(&"http://127.0.0.1:9/x.png".to_owned()));
}

/// What a browser makes of a page, and what the page made it fetch. The browser itself can reach
/// nobody.
fn browsed(folder: &Path, page: &str) -> (String, Vec<String>) {
    let (path, log) = (folder.join("page.html"), folder.join("net.json"));
    std::fs::write(&path, page).unwrap();
    let done = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
        .args(["--disable-background-networking", "--no-first-run"])
        .arg("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
        .arg(format!(
            "--user-data-dir={}",
            folder.join("browser").display()
        ))
        .arg(format!("--log-net-log={}", log.display()))
        .arg(format!("file://{}", path.display()))
        .output()
        .unwrap();
    let log: Value = serde_json::from_slice(&std::fs::read(&log).unwrap()).unwrap();
    let by_the_page = |event: &Value| {
        let asked = &event["params"];
        let by = asked["initiator"].as_str();
        by.filter(|by| *by != "not an origin")?;
        asked["url"].as_str().map(str::to_owned)
    };
    let asked = log["events"].as_array().unwrap().iter();
    let dom = String::from_utf8_lossy(&done.stdout).into_owned();
    (dom, asked.filter_map(by_the_page).collect())
}

/// Whether another language is spoken from a moment on.
fn is_retold(moment: &Moment) -> bool {
    matches!(
        moment,
        Moment::Event {
            event: isolab::session::Event::Retell(_),
            ..
        }
    )
}

/// The same run, as a run without a screen would have written it.
fn screenless(journal: &Path) -> PathBuf {
    let (reader, head) = Reader::new(File::open(journal).unwrap()).unwrap();
    let blind = journal.with_extension("blind");
    let mut writer = Writer::new(File::create(&blind).unwrap(), &head).unwrap();
    for line in reader {
        let line = line.unwrap();
        let kept = match &line.moment {
            Moment::Event { .. } => !is_retold(&line.moment),
            Moment::Pane(_, change) => !matches!(change, PaneChange::Resized(..)),
            _ => false,
        };
        if kept {
            writer.write(&line).unwrap();
        }
    }
    writer.finish().unwrap();
    blind
}

#[test]
fn a_run_without_a_screen_is_drawn_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let journal = played(folder.path(), "04-uts-ipc", 2);
    let blind = screenless(&journal);
    let page = |journal: &Path| export(Language::English, journal, &["md", "--step", "2"]);
    assert_eq!(page(&blind), page(&journal));
    let size = ["--size", "120x40"];
    let picture = |step: &str| {
        let more = [&["svg", "--step", step], &size[..]].concat();
        let svg = export(Language::English, &blind, &more);
        picture::words(&picture::letters(&svg, Rect::new(0, 0, 120, 40))).join("\n")
    };
    // The panel of the step is in front, and the shells show what they printed.
    let queue = picture("queue");
    assert!(
        queue.contains("[3•IPC") && queue.contains("step 2/12"),
        "{queue}"
    );
    assert!(
        queue.contains("$ ipcmk -Q") || queue.contains("# ipcmk -Q"),
        "{queue}"
    );
    let film = export(Language::English, &blind, &[&["cast3"], &size[..]].concat());
    assert!(
        film.starts_with("{\"") && film.lines().count() > 10,
        "{film}"
    );
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
    let screen = picture::letters(&svg, Rect::new(0, 0, 110, 32));
    let shown = picture::words(&screen).join("\n");
    for part in ["2/14", "chroot(\"/lab/root\")", "ENOENT", "实验主机"] {
        assert!(
            shown.replace(' ', "").contains(&part.replace(' ', "")),
            "{part}: {shown}"
        );
    }
}
