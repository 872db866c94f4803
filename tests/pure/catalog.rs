//! Labs on disk: anything but a plain file is refused, by name and at once.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use isolab::catalog::{self, CatalogError, Found, LARGEST, Source};

/// A folder of a test's own, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("catalog")
        .join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The error when a file is loaded as a lab.
fn refused(path: &Path) -> String {
    let found = Found {
        id: "x".to_owned(),
        source: Source::File(path.to_owned()),
    };
    let error = catalog::load(&found)
        .map(|loaded| loaded.problems.len())
        .unwrap_err();
    error
        .to_string()
        .replace(&path.display().to_string(), "FILE")
}

#[test]
fn only_plain_files_are_read() {
    let folder = folder("kinds");
    let pipe = folder.join("pipe.yaml");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(
        refused(&pipe),
        "FILE: this is a named pipe, a lab is a plain file"
    );
    assert_eq!(
        refused(&folder),
        "FILE: this is a folder, a lab is a plain file"
    );
    let device = Path::new("/dev/zero");
    assert_eq!(
        refused(device),
        "FILE: this is a device, a lab is a plain file"
    );
    let socket = folder.join("socket.yaml");
    let _listener = UnixListener::bind(&socket).unwrap();
    assert_eq!(
        refused(&socket),
        "FILE: this is a socket, a lab is a plain file"
    );
}

#[test]
fn what_is_not_there_is_told_as_the_kernel_has_it() {
    let folder = folder("links");
    let (a, b) = (folder.join("a.yaml"), folder.join("b.yaml"));
    assert_eq!(refused(&a), "FILE: No such file or directory (os error 2)");
    symlink(&b, &a).unwrap();
    symlink(&a, &b).unwrap();
    assert!(
        refused(&a).contains("Too many levels of symbolic links"),
        "{}",
        refused(&a)
    );
}

#[test]
fn a_large_file_is_refused_unread() {
    let path = folder("large").join("large.yaml");
    fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
    assert_eq!(
        refused(&path),
        "FILE: larger than 1048576 bytes, which no lab is"
    );
    fs::write(&path, vec![b'#'; usize::try_from(LARGEST).unwrap() + 1]).unwrap();
    assert!(refused(&path).contains("larger than"));
}

#[test]
fn a_file_that_lies_about_its_size_is_capped() {
    // Files of /proc say that they are empty; this one has megabytes.
    let path = Path::new("/proc/kallsyms");
    assert_eq!(fs::metadata(path).unwrap().len(), 0);
    assert!(refused(path).contains("larger than"), "{}", refused(path));
}

#[test]
fn a_folder_gives_its_labs_in_order_and_no_translations() {
    let folder = folder("order");
    for name in ["20-b.yaml", "10-a.yaml", "10-a.zh-CN.yaml", "notes.md"] {
        fs::write(folder.join(name), "").unwrap();
    }
    let ids = |found: Vec<Found>| found.into_iter().map(|found| found.id).collect::<Vec<_>>();
    let named = catalog::named(folder.to_str().unwrap(), None).unwrap();
    assert_eq!(ids(named), ["10-a", "20-b"]);
    let all = ids(catalog::all(Some(&folder)));
    assert!(all.ends_with(&["10-a".to_owned(), "20-b".to_owned()]) && all.len() > 2);
    assert!(catalog::find("a", Some(&folder)).is_ok_and(|found| found.id == "10-a"));
    assert!(catalog::all(Some(&folder.join("none"))).len() == all.len() - 2);
}

#[test]
fn an_empty_folder_is_told() {
    let folder = folder("empty");
    let error = catalog::named(folder.to_str().unwrap(), None).unwrap_err();
    assert!(matches!(error, CatalogError::Empty { .. }), "{error}");
}
