//! Tests of reading files.

use std::io::Write as _;

use super::*;

#[test]
fn what_is_longer_than_a_page_is_read_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long");
    for length in [0, 1, 4095, 4096, 4097, 20_000] {
        let text = vec![b'x'; length];
        std::fs::File::create(&path)
            .and_then(|mut file| file.write_all(&text))
            .unwrap();
        let path = path.to_string_lossy();
        assert_eq!(read_page(here(), &path).unwrap(), text);
        let open = open_read(here(), &path).unwrap();
        assert_eq!(read_at_start(open.as_fd()).unwrap(), text);
    }
}
