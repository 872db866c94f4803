//! Names and near names; files are read in `tests/pure/catalog.rs`.

use super::{CatalogError, Source, all, find, id_of, search};
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
fn distance_counts_letters() {
    assert_eq!(search::distance("", "abc"), 3);
    assert_eq!(search::distance("kitten", "sitting"), 3);
    assert_eq!(search::distance("名", "名字"), 1);
}
