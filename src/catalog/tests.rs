//! Names and near names; files are read in `tests/pure/catalog.rs`.

use super::{CatalogError, Source, all, find, id_of, search};
use crate::lab::{Lab, Problem, Translation};
use crate::{check, fuzz};
use std::path::Path;

#[test]
fn an_id_comes_from_the_path() {
    let id = |path: &str| id_of(Path::new(path));
    assert_eq!(id("labs/04-uts-ipc.yaml").as_deref(), Some("04-uts-ipc"));
    assert_eq!(id("labs/04-uts-ipc.zh-CN.yaml"), None);
    assert_eq!(id("labs/README.md"), None);
    assert_eq!(id("labs/.yaml"), None);
}

#[test]
fn a_lab_answers_to_its_number_and_its_name() {
    for name in ["04-uts-ipc", "04", "4", "uts-ipc"] {
        let found = find(name, None).map(|found| found.id);
        assert!(
            found.as_deref().is_ok_and(|id| id == "04-uts-ipc"),
            "{name}: {found:?}"
        );
    }
}

#[test]
fn an_unknown_name_suggests_near_ones() {
    let near = |name: &str| match find(name, None) {
        Err(CatalogError::Unknown { near, .. }) => near,
        other => vec![format!("{other:?}")],
    };
    for name in ["uts", "utsipc", "04-uts-icp", "UTS-IPC", "ipc"] {
        assert_eq!(near(name), ["04-uts-ipc"], "{name}");
    }
    assert_eq!(near("chrot"), ["01-chroot"]);
    assert!(near("kubernetes").is_empty());
    let told = find("chrot", None).err().map(|error| error.to_string());
    assert_eq!(
        told.as_deref(),
        Some("there is no lab `chrot`; did you mean `01-chroot`?")
    );
}

#[test]
fn a_path_is_not_looked_up() {
    let found = find("./04.yaml", None).map(|found| found.source);
    assert!(found.is_ok_and(|source| source == Source::File("./04.yaml".into())));
}

#[test]
fn built_in_labs_come_in_order() {
    let ids: Vec<_> = all(None).into_iter().map(|found| found.id).collect();
    assert!(
        ids.is_sorted() && ids.contains(&"01-chroot".to_owned()),
        "{ids:?}"
    );
}

#[test]
fn a_misspelt_id_is_near_its_lab_alone() {
    assert!(search::looks_like("09-veth", "vetj"));
    assert!(search::looks_like("16-overlay", "ovrelay"));
    assert!(search::looks_like("01-名字", "名"));
    assert!(!search::looks_like("09-veth", "chroot"));
}

/// Each problem lies within the file, and its words move no cursor.
fn sound(problems: &[Problem], bytes: &[u8]) {
    let source = String::from_utf8_lossy(bytes);
    for problem in problems {
        assert!(problem.place.offset <= source.len(), "{problem:?}");
        let words = problem.render(&source, false) + &problem.to_string();
        let unseen = |c: char| c.is_control() && c != '\n';
        assert!(!words.contains(unseen), "{words:?}");
    }
}

#[test]
fn a_lab_file_may_be_anything() {
    fuzz::each("lab", |bytes| {
        let (lab, mut problems) = Lab::parse_bytes("x.yaml", bytes);
        problems.extend(lab.iter().flat_map(check::lint));
        sound(&problems, bytes);
        let _ = Lab::heading("x.yaml", bytes);
        let Some(lab) = lab else {
            assert!(problems.iter().any(Problem::is_error));
            return;
        };
        // Its own texts, read as a translation, leave a lab as it is.
        let printed = Translation::default().print(&lab, true);
        let read = Translation::parse("x.zh-CN.yaml", printed.as_bytes());
        let read = read.unwrap_or_else(|why| panic!("{why:?}\n{printed}"));
        let trimmed = |lab: &Lab| {
            let texts = lab.texts().into_iter();
            texts.map(|(path, text)| (path, text.trim_end().to_owned()))
        };
        assert!(trimmed(&read.apply(&lab)).eq(trimmed(&lab)), "{printed}");
        assert_eq!(read.print(&lab, false), printed);
    });
}

#[test]
fn a_translation_may_be_anything() {
    let bytes = fuzz::one("lab", "full.yaml");
    let lab = Lab::parse_bytes("x.yaml", &bytes).0.unwrap();
    fuzz::each("translation", move |bytes| {
        let _ = Translation::heading("x.zh-CN.yaml", bytes);
        match Translation::parse("x.zh-CN.yaml", bytes) {
            Err(problems) => sound(&problems, bytes),
            Ok(translation) => {
                sound(&translation.lint(&lab), bytes);
                let told = translation.apply(&lab);
                assert_eq!(told.actions().count(), lab.actions().count());
                let printed = translation.print(&lab, false);
                let read = Translation::parse("x.zh-CN.yaml", printed.as_bytes());
                let read = read.unwrap_or_else(|why| panic!("{why:?}\n{printed}"));
                assert_eq!(read.print(&lab, false), printed);
            }
        }
    });
}
