//! The language is changed in the middle of a run: each screen is the one of a run that was
//! begun in that language.

use std::collections::BTreeSet;
use std::sync::Arc;

use isolab::lab::PanelName;
use isolab::scene::{Head, Moment, Scene};
use isolab::session::{Event, Phase, Telling};
use isolab::snapshot::{Actor, Outcome, Snapshot};
use isolab::ui::{Focus, Popup, UiState};
use isolab::word::later::Later;
use isolab::word::{Language, speak};
use ratatui::layout::Size;

use super::journals::golden;
use super::languages::shown;
use crate::e2e::language::english;

/// The runs that were written down.
const RUNS: [&[u8]; 2] = [
    include_bytes!("../data/journals/04-uts-ipc.journal"),
    include_bytes!("../data/journals/15-overlay.journal"),
];

/// A run without the changes of its language.
fn read(run: &[u8]) -> (Head, Vec<Moment>) {
    let (head, lines) = golden::read(run);
    let moments = lines.into_iter().map(|line| line.moment);
    let moments = moments.filter(|moment| !matches!(event(moment), Some(Event::Retell(_))));
    (head, moments.collect())
}

/// The event of a moment.
fn event(moment: &Moment) -> Option<&Event> {
    match moment {
        Moment::Event { event, .. } => Some(event),
        _ => None,
    }
}

/// A run that is begun in a language.
fn begun(head: &Head, language: Language) -> Scene {
    let head = Head {
        language: language.tag().to_owned(),
        ..head.clone()
    };
    Scene::new(head).unwrap()
}

fn turn(scene: &mut Scene, language: Language) {
    let event = Event::Retell(Telling {
        language: language.tag().to_owned(),
        lab: None,
    });
    scene.take(Moment::Event { at: 1, event });
}

/// What is on the screen of a run.
fn screen(scene: &Scene) -> String {
    let buffer = scene.buffer();
    let rows = buffer.content.chunks(usize::from(buffer.area.width));
    let rows = rows.map(|row| {
        row.iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect::<String>()
    });
    shown(&rows.collect::<Vec<_>>().join("\n"))
}

/// A run that is lived in one language, beside the same run in the other.
struct Pair {
    lived: Language,
    drawn: Language,
    turned: Scene,
    begun: Scene,
    /// The different screens that were compared.
    screens: BTreeSet<String>,
}

impl Pair {
    fn new(head: &Head, [lived, drawn]: [Language; 2]) -> Self {
        Self {
            lived,
            drawn,
            turned: begun(head, lived),
            begun: begun(head, drawn),
            screens: BTreeSet::new(),
        }
    }

    fn take(&mut self, moment: &Moment) {
        speak(self.lived);
        self.turned.take(moment.clone());
        speak(self.drawn);
        self.begun.take(moment.clone());
        if matches!(moment, Moment::Drawn { .. }) {
            self.compare();
        }
    }

    /// The language is changed for one screen, and changed back.
    fn compare(&mut self) {
        turn(&mut self.turned, self.drawn);
        self.turned.draw();
        let (turned, begun) = (screen(&self.turned), screen(&self.begun));
        alike(&turned, &begun);
        self.screens.insert(turned);
        turn(&mut self.turned, self.lived);
    }
}

#[track_caller]
fn alike(turned: &str, begun: &str) {
    assert!(turned == begun, "turned:\n{turned}\n\nbegun:\n{begun}");
}

#[test]
fn each_screen_of_a_run_is_in_the_language_that_is_spoken_now() {
    let [english, chinese] = Language::ALL;
    for run in RUNS {
        let (head, moments) = read(run);
        for languages in [[english, chinese], [chinese, english]] {
            let mut pair = Pair::new(&head, languages);
            for moment in &moments {
                pair.take(moment);
            }
            assert!(pair.screens.len() > 40, "{} screens", pair.screens.len());
        }
    }
    speak(english);
}

/// What has no other name in Chinese.
const NAMES: [&str; 11] = [
    "System V IPC",
    "no new privs",
    "cgroup",
    "ipc",
    "merged",
    "mnt",
    "net",
    "pid",
    "time",
    "user",
    "uts",
];

/// The English sentences on a screen; its areas stand beside each other.
fn left(screen: &str) -> Vec<String> {
    let named = |screen: String, name: &&str| screen.replace(name, "…");
    english(&NAMES.iter().fold(screen.replace('│', "\n"), named))
}

/// All of a run but its shells, one area after the other.
fn areas(scene: &mut Scene) -> Vec<String> {
    let guide = UiState {
        zoom: true,
        ..UiState::default()
    };
    let panel = |panel| UiState {
        focus: Focus::Panel,
        panel,
        ..guide.clone()
    };
    let card = UiState {
        popup: Some(Popup::Card),
        ..guide.clone()
    };
    let panels = PanelName::ALL.into_iter().map(panel);
    let states: Vec<UiState> = panels.chain([card]).collect();
    let kept = scene.state().clone();
    let mut draw = |state: &UiState| {
        *scene.state() = state.clone();
        scene.draw();
        screen(scene)
    };
    let screens = [guide].iter().chain(&states).map(&mut draw).collect();
    *scene.state() = kept;
    screens
}

#[test]
fn no_chinese_screen_of_a_run_has_english_left() {
    speak(Language::Chinese);
    for run in RUNS {
        let (head, moments) = read(run);
        let mut scene = begun(&head, Language::Chinese);
        let mut screens = BTreeSet::new();
        for moment in moments {
            let observed = matches!(event(&moment), Some(Event::Observed(_)));
            scene.take(moment);
            if observed {
                screens.extend(areas(&mut scene));
            }
        }
        assert!(screens.len() > 100, "{} screens", screens.len());
        let left: BTreeSet<String> = screens.iter().flat_map(|screen| left(screen)).collect();
        assert!(left.is_empty(), "{left:#?}");
    }
    speak(Language::English);
}

/// A lab in which nothing is as it should be, told in Chinese; NUMBERS are many.
const WRONG: &str = r#"
format: 1
title: 什么都不对
summary: 每项检查都有还不成立的原因。
minutes: 1
invariant:
  - {expect: "NUMBERS.all(a, NUMBERS.all(b, NUMBERS.all(c, true)))", else: 太多了。}
actors:
  b: {title: 还没有来, later: true}
steps:
  - id: one
    title: 第一步
    text: 什么都不对。
    do:
      - hostname: {in: host, name: x}
    refused: EPERM
    check:
      - {expect: "result.errno == 'ENOENT'", else: 没有运行。}
      - {expect: "b.pid == 1", else: 没有它。}
      - {expect: "before.b.pid == 1", else: 没有它。}
      - {expect: "steps.one.exit == 7", else: 没有它。}
      - {expect: "host.net.links.veth0.up", else: 没有它。}
      - {expect: "netns.blue.links.veth1.up", else: 没有它。}
      - {expect: "netns.red.forwarding.ipv4", else: 没有它。}
      - {expect: "cgroups.demo.memory.max == 1", else: 没有它。}
      - {expect: "overlays.merged.mounted", else: 没有它。}
      - {expect: "size(images.base.layers) == 1", else: 没有它。}
      - {expect: "host.ipc.queues[3].id == 1", else: 没有它。}
      - {expect: "host.processes.exists(p, p.name == 'x')", else: 没有它。}
      - {expect: "size(host.mounts) == 1 && host.mounts.exists(m, m.kind == host.hostname)", else: 没有它。}
    hints:
      - 没有提示。
  - id: late
    title: 第二步
    text: 后来。
"#;

/// A run of it: what its action was to be refused with did not come, and no check holds.
fn wrong() -> (Head, Vec<Event>) {
    let head = Head {
        lab: "wrong".to_owned(),
        text: WRONG.replace("NUMBERS", &format!("[{}1]", "1,".repeat(99))),
        screen: Size::new(100, 90),
        pane: Size::new(80, 24),
        ..Head::default()
    };
    let alive = Actor {
        alive: true,
        hostname: "lab".to_owned(),
        ..Actor::default()
    };
    let mut state = Snapshot::default();
    state.actors.insert("host".to_owned(), alive.clone());
    state.cut.insert("host.processes".to_owned(), 7);
    let mut there = state.clone();
    there.actors.insert("b".to_owned(), alive);
    let observed = |state: &Snapshot| Event::Observed(Arc::new(state.clone()));
    let why = Later::Message(
        "host-too-much-memory".into(),
        vec![("mib".into(), 300.into())],
    );
    let lost = Later::Message("host-is-gone-why".into(), vec![("why".into(), why)]);
    let events = vec![
        Event::Open,
        Event::HostReady,
        observed(&state),
        Event::Hint,
        observed(&state),
        observed(&there),
        Event::Run,
        Event::Performed(Outcome::default()),
        observed(&state),
        Event::HostLost(lost),
    ];
    (head, events)
}

#[test]
fn what_is_wrong_is_said_in_the_language_that_is_spoken_now() {
    let (head, events) = wrong();
    let [english, chinese] = Language::ALL;
    for languages in [[english, chinese], [chinese, english]] {
        let mut pair = Pair::new(&head, languages);
        let mut said = String::new();
        for event in &events {
            let event = event.clone();
            pair.take(&Moment::Event { at: 1, event });
            pair.take(&Moment::Drawn { stuck: true });
            if languages == [english, chinese] {
                speak(chinese);
                let areas = areas(&mut pair.begun);
                let left: Vec<String> = areas.iter().flat_map(|area| left(area)).collect();
                assert!(left.is_empty(), "{left:#?}");
                said.extend(areas);
                said.push_str(&screen(&pair.begun));
            }
        }
        assert!(matches!(pair.begun.session().phase(), Phase::Lost { .. }));
        let words = [
            "还什么都没有运行",
            "b 还不存在",
            "这一步之前 b 不存在",
            "步骤 `one` 还没有做",
            "host 还没有接口 veth0",
            "还没有网络命名空间 blue",
            "还没有控制组 demo",
            "还没有叠加文件系统 merged",
            "还没有镜像 base",
            "还没有网络命名空间 red",
            "还没有 host.ipc.queues[3]",
            "太长",
            "计算量过大",
            "却没有拒绝",
            "host.mounts = 无",
            "b 现在有 shell 了",
            "300",
        ];
        let unsaid = words.iter().filter(|words| !said.contains(**words));
        let unsaid: Vec<_> = unsaid.filter(|_| !said.is_empty()).collect();
        assert!(unsaid.is_empty(), "{unsaid:?} in\n{said}");
    }
    speak(english);
}
