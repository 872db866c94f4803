//! The shells in the panes: what is done there by hand shows in the panels, and
//! full-screen programs, signals and sizes work.

use std::time::Duration;

use super::play::{CALM, ISOLAB, LEADER, lab, shell};
use super::terminal::Terminal;
use crate::skip::lacks;

const LARGE: (u16, u16) = (120, 40);

#[test]
fn what_is_done_by_hand_shows_in_the_panel() {
    let mut terminal = lab("04", LARGE);
    // The panel of ids names the host.
    terminal.send("\t4");
    terminal.wait_word("host name");
    terminal.send("\thostname by-hand\r");
    terminal.wait_for("the new name in the panel", |text| {
        text.lines()
            .any(|line| line.contains("host name") && line.contains("by-hand"))
    });
    terminal.send(&format!("{LEADER}\t{LEADER}\t{LEADER}g"));
}

#[test]
fn the_prompt_names_the_actor_until_the_host_has_another_name() {
    let mut terminal = shell("04", LARGE);
    terminal.wait_for("the name of each actor", |text| {
        text.contains("[host]root@lab:/lab#") && text.contains("[b]root@lab:/lab#")
    });
    terminal.send("unshare --uts bash\r");
    terminal.wait_calm(CALM);
    terminal.send("hostname other; exec bash\r");
    terminal.wait_for("the name of the host alone", |text| {
        text.contains("root@other:/lab#") && !text.contains("]root@other")
    });
}

#[test]
fn a_namespace_left_by_hand_is_marked() {
    let mut terminal = shell("04", LARGE);
    terminal.send("unshare -iu bash\r");
    terminal.wait_for("another uts namespace", |text| {
        let uts = text.lines().find(|line| line.contains("│ uts "));
        uts.is_some_and(|line| line.contains('◀'))
    });
    terminal.send("exit\r");
    terminal.wait_for("the old one again", |text| {
        let uts = text.lines().find(|line| line.contains("│ uts "));
        uts.is_some_and(|line| !line.contains('◀'))
    });
}

#[test]
fn full_screen_programs_come_and_go() {
    if lacks("full_screen_programs_come_and_go", &["less", "vi"]) {
        return;
    }
    let mut terminal = shell("04", LARGE);
    terminal.send("for i in $(seq 1 300); do echo line-$i; done > f; less f\r");
    terminal.wait_word("line-1 ");
    terminal.send("G");
    terminal.wait_word("line-300");
    terminal.send("q");
    terminal.wait_word("less f");
    terminal.send("clear; vi new\r");
    terminal.wait_word("~");
    terminal.send("ihello from vi\x1b");
    terminal.wait_word("hello from vi");
    terminal.send(":wq\r");
    terminal.wait_for("vi's end", |text| !text.contains("~ "));
    terminal.send("clear; cat new; echo 'o''k'\r");
    terminal.wait_for("what vi wrote", |text| {
        text.contains("ok") && text.contains("hello from vi")
    });
    terminal.send("top\r");
    terminal.wait_word("Tasks:");
    terminal.send("q");
    terminal.wait_calm(Duration::from_millis(300));
    terminal.send("clear; printf '\\e[31m容器\\e[0m-%s\\n' wide\r");
    terminal.wait_word("容器-wide");
}

#[test]
fn a_shell_that_has_ended_says_so_takes_nothing_silently_and_is_begun_anew() {
    let mut terminal = shell("04", (80, 24));
    terminal.send("echo kept-$((40 + 2)); kill -9 $$\r");
    terminal.wait_for("how it ended", |text| {
        text.contains("ended with status 137") && text.contains("kept-42")
    });
    terminal.send("l");
    terminal.wait_word("nothing was typed");
    terminal.send("\r");
    terminal.wait_for("no popup", |text| !text.contains("nothing was typed"));
    terminal.send("\r");
    terminal.wait_for("another shell", |text| {
        !text.contains("ended with") && text.contains("A new shell in the lab host")
    });
    terminal.send("clear; echo ali''ve\r");
    terminal.wait_word("alive");
}

#[test]
fn a_shell_is_scrolled_by_keys_and_a_word_leads_back_down() {
    let mut terminal = shell("04", (80, 24));
    terminal.send("seq -f 'line %g.' 100; echo do''ne\r");
    terminal.wait_word("done");
    terminal.wait_calm(CALM);
    terminal.send(LEADER);
    terminal.wait_word("Tab next area");
    for (keys, line) in [
        ("\x1b[5~", "line 90."),
        ("\x1b[5~", "line 80."),
        ("\x1b[1~", "line 3."),
    ] {
        terminal.send(keys);
        terminal.wait_for(line, |text| {
            text.contains(line) && text.contains("lines up")
        });
    }
    terminal.send("\x1b[4~");
    terminal.wait_for("the end", |text| {
        text.contains("done") && !text.contains("lines up")
    });
    terminal.send("\x1b[5;2~");
    terminal.wait_word("lines up");
}

#[test]
fn what_the_mouse_marks_in_a_shell_is_copied() {
    let mut terminal = shell("04", (80, 24));
    terminal.send("clear; echo mark''ed\r");
    terminal.wait_for("the word", |text| {
        text.lines().any(|line| line.starts_with("marked"))
    });
    terminal.wait_calm(CALM);
    let text = terminal.screen.text();
    let row = text.lines().position(|line| line.starts_with("marked"));
    let row = row.unwrap() + 1;
    // SGR mouse reports, ctlseqs: pressed, dragged, released.
    for report in [
        format!("\x1b[<0;1;{row}M"),
        format!("\x1b[<32;6;{row}M"),
        format!("\x1b[<0;6;{row}m"),
    ] {
        terminal.send(&report);
        terminal.wait_calm(CALM);
    }
    let all = String::from_utf8_lossy(&terminal.all).into_owned();
    // The same in base64, RFC 4648.
    assert!(all.contains("\x1b]52;c;bWFya2Vk"), "{all:?}");
}

#[test]
fn ctrl_c_and_job_control_belong_to_the_shell() {
    let mut terminal = shell("04", LARGE);
    terminal.send("sleep 1000; echo ended-$?\r");
    terminal.wait_calm(Duration::from_millis(300));
    terminal.send("\x03");
    terminal.wait_for("the prompt", |text| text.contains("^C"));
    terminal.send("clear; cat\r");
    terminal.wait_calm(Duration::from_millis(300));
    terminal.send("\x1a");
    terminal.wait_word("Stopped");
    terminal.send("fg\r");
    terminal.wait_calm(Duration::from_millis(300));
    terminal.send("still here\r");
    terminal.wait_for("cat's echo", |text| text.matches("still here").count() >= 2);
    terminal.send("\x04");
    terminal.wait_calm(CALM);
    terminal.send("echo don''e\r");
    terminal.wait_word("done");
}

#[test]
fn the_screen_follows_its_terminal() {
    let mut terminal = shell("04", LARGE);
    terminal.resize(80, 24);
    // At this size only, there is no room for the marks of the steps.
    terminal.wait_word("step 1/12  lab host");
    terminal.send("clear; stty size\r");
    terminal.wait_word("7 40");
    terminal.resize(60, 10);
    terminal.wait_word("needed: 80 x 24");
    terminal.resize(LARGE.0, LARGE.1);
    terminal.wait_word("isolab · 04");
    terminal.wait_for("the shell's text", |text| text.contains("7 40"));
}

#[test]
fn without_a_terminal_it_says_what_to_do() {
    let output = std::process::Command::new(ISOLAB)
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("isolab run LAB"), "{said}");
    assert!(!output.status.success() && output.stdout.is_empty());
}

#[test]
fn leaving_asks_first() {
    let mut terminal: Terminal = lab("04", LARGE);
    terminal.send("q");
    terminal.wait_word("its shells end");
    terminal.send("n");
    terminal.wait_for("no question", |text| !text.contains("its shells end"));
    terminal.send("q\r");
    assert!(terminal.wait_end(Duration::from_secs(5)).unwrap().success());
}

/// How often the program's threads went to sleep and woke up.
fn switches(pid: u32) -> u64 {
    let mut sum = 0;
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    for task in tasks.flatten() {
        let status = std::fs::read_to_string(task.path().join("status")).unwrap_or_default();
        let lines = &mut status.lines();
        let count = lines.find_map(|l| l.strip_prefix("voluntary_ctxt_switches:"));
        sum += count.map_or(0, |count| count.trim().parse::<u64>().unwrap());
    }
    sum
}

#[test]
fn nothing_wakes_while_nothing_happens() {
    let mut terminal = lab("04", LARGE);
    // The needs of the lab are tried meanwhile, which takes some time on a busy machine.
    terminal.wait_calm(Duration::from_secs(2));
    let before = switches(terminal.child.id());
    let quiet = !terminal.wait_bytes(Duration::from_secs(3));
    let printed = String::from_utf8_lossy(&terminal.last).into_owned();
    assert!(quiet, "printed: {printed:?}");
    assert_eq!(switches(terminal.child.id()), before);
}
