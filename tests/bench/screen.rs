//! The screen: drawing a frame of a lab with two full shells, and the terminal emulator.

use std::sync::Arc;

use criterion::{Criterion, Throughput};
use isolab::lab::Lab;
use isolab::session::{Event, Session};
use isolab::snapshot::Snapshot;
use isolab::ui::widget::terminal::Emulator;
use isolab::ui::{LabView, Pane, Screen, Theme, UiState, View, draw};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const LAB: &str = include_str!("../../labs/04-uts-ipc.yaml");

struct Shell(Emulator);

impl Screen for Shell {
    fn render(&self, area: Rect, buf: &mut Buffer, _focused: bool) {
        self.0.render(area, buf, true);
    }
    fn cursor(&self) -> Option<(u16, u16)> {
        self.0.cursor()
    }
}

/// Text as programs print it: plain, coloured, wide, or redrawing the whole screen.
fn text(kind: &str, bytes: usize) -> Vec<u8> {
    let line = match kind {
        "plain" => {
            "drwxr-xr-x  2 root root 4096 Nov  1 12:00 a directory with a name\r\n".to_owned()
        }
        "colours" => {
            "\x1b[1;32mroot@lab\x1b[0m:\x1b[34m/lab\x1b[0m \x1b[38;5;208mls\x1b[0m\r\n".to_owned()
        }
        "wide" => "容器是由命名空间和控制组做成的，一步一步来看\r\n".to_owned(),
        _ => format!("\x1b[H{}", ["\x1b[33m top \x1b[0m"; 800].concat()),
    };
    line.bytes().cycle().take(bytes).collect()
}

fn session(snapshot: Snapshot) -> Session {
    let (lab, _) = Lab::parse("04-uts-ipc.yaml", LAB);
    let mut session = Session::new(Arc::new(lab.unwrap()), 0);
    for event in [
        Event::Open,
        Event::HostReady,
        Event::Observed(Arc::new(snapshot)),
    ] {
        session.handle(1, event);
    }
    session
}

fn frame(c: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let snapshot = runtime.block_on(async {
        let (sandbox, _terminals) = super::host::two_actors().await;
        sandbox.observe().await.unwrap()
    });
    let session = session(snapshot);
    let mut shells = [
        Shell(Emulator::new(98, 20, 100)),
        Shell(Emulator::new(98, 20, 100)),
    ];
    for shell in &mut shells {
        shell.0.feed(&text("colours", 20_000));
    }
    let pane = |at: usize, actor| Pane {
        actor,
        title: "",
        screen: Some(&shells[at]),
        ended: false,
    };
    let state = UiState::default();
    let view = View::Lab(Box::new(LabView {
        session: &session,
        state: &state,
        panes: vec![pane(0, "host"), pane(1, "b")],
        changes: &[],
        lines: &[],
        detail: None,
        stuck: false,
    }));
    let mut terminal = Terminal::new(TestBackend::new(200, 50)).unwrap();
    let theme = Theme::new(true);
    c.bench_function("a frame at 200x50", |b| {
        b.iter(|| {
            terminal
                .draw(|frame| drop(draw(&view, &theme, frame)))
                .unwrap();
        });
    });
}

fn emulator(c: &mut Criterion) {
    let mut group = c.benchmark_group("emulator 200x50");
    for kind in ["plain", "colours", "wide", "redraws"] {
        let bytes = text(kind, 1 << 20);
        group.throughput(Throughput::Bytes(1 << 20));
        let mut emulator = Emulator::new(200, 50, 5000);
        group.bench_function(kind, |b| b.iter(|| emulator.feed(&bytes)));
    }
    group.finish();
}

pub(crate) fn all(c: &mut Criterion) {
    frame(c);
    emulator(c);
}
