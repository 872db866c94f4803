//! The file of isolab itself, which a lab can run and find through /proc (as CVE-2019-5736 did with
//! another program).

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use serde_json::json;

use super::inside::{Attack, for_each};
use crate::kernel::host::{act, with_host};

fn state(program: &Path) -> String {
    let meta = fs::metadata(program).unwrap();
    let times = format!("{} {}.{}", meta.mtime(), meta.ctime(), meta.ctime_nsec());
    format!(
        "{:o} {}:{} {} {times}",
        meta.mode(),
        meta.uid(),
        meta.gid(),
        meta.size()
    )
}

#[test]
fn the_file_of_the_program_stays_as_it_is_though_it_runs_in_the_lab() {
    for_each(|uid| {
        let link = json!({"symlink": {"target": "/proc/self/exe", "path": "/lab/serve"}});
        let serve = json!({"spawn": {"name": "serve", "program": ["/lab/serve", "8080", "hi"]}});
        let attack = Attack::new("own-program.sh", uid).first(link).first(serve);
        let program = attack.program();
        let before = state(&program);
        let ended = attack.run();
        assert_eq!(state(&program), before);
        ended.assert_printed();
    });
}

#[test]
fn nor_does_isolab_itself_change_it_for_a_lab() {
    with_host(|sandbox| async move {
        let chmod = r#"{"chmod": {"path": "/proc/self/exe", "mode": "0700"}}"#;
        let refusal = act(&sandbox, chmod).await.outcome.refusal;
        assert_eq!(refusal.unwrap().errno, "EROFS");
    });
}
