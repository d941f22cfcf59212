use super::*;

fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
    (folder, path)
}

#[test]
#[cfg(unix)]
fn a_link_and_a_device_are_written_through() {
    let (_keep, root) = folder();
    let (file, link) = (root.join("a.txt"), root.join("link"));
    put(&file, "first").unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    put(&link, "second").unwrap();
    assert!(link.is_symlink());
    assert_eq!(read_text(&file).unwrap(), "second");
    put(Utf8Path::new("/dev/null"), "nothing").unwrap();
    assert!(is_special(Utf8Path::new("/dev/null")));
    assert!(Whole::begin(Utf8Path::new("/dev/null")).is_err());
}

#[test]
fn put_replaces_the_whole_file() {
    let (_keep, root) = folder();
    let file = root.join("a/b.txt");
    put(&file, "first, and long").unwrap();
    put(&file, "second").unwrap();
    assert_eq!(read_text(&file).unwrap(), "second");
    assert_eq!(files_under(&root).unwrap(), ["a/b.txt"]);
}

#[test]
fn an_error_names_its_path_and_hints() {
    let error = read_text(Utf8Path::new("no/such/file")).unwrap_err();
    assert!(error.to_string().starts_with("read no/such/file: "));
    assert_eq!(error.diagnostic().code, "disk/not-found");
}

#[test]
fn text_that_is_not_utf8_has_its_place_and_a_way_out() {
    let (_keep, root) = folder();
    let file = root.join("Latin.tla");
    put(&file, b"A == 1\n\\* \xe9t\xe9\n").unwrap();
    let found = read_text(&file).unwrap_err().diagnostic();
    let Place { line, column, text, .. } = &found.places[0];
    assert_eq!((*line, *column, text.as_str()), (2, 4, "\\* \u{fffd}t\u{fffd}"));
    assert!(found.hints[0].contains("iconv -f latin1 -t utf8"), "{found:?}");
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let (_keep, root) = folder();
    put(&root.join("x"), "12345").unwrap();
    assert_eq!(read_text_at_most(&root.join("x"), 5).unwrap(), "12345");
    assert_eq!(read_text_at_most(&root.join("x"), 4).unwrap_err().diagnostic().code, "disk/too-large");
}

#[test]
fn a_device_that_never_ends_is_too_large() {
    let error = read_at_most(Utf8Path::new("/dev/zero"), 1000).unwrap_err();
    assert_eq!(error.diagnostic().code, "disk/too-large");
    assert!(read_at_most(Utf8Path::new("/dev/null"), 1000).unwrap().is_empty());
}

#[test]
fn the_digest_of_a_tree_sees_names_and_contents() {
    let (_keep, root) = folder();
    put(&root.join("x"), "1").unwrap();
    let first = sha256_tree(&root).unwrap();
    rename(&root.join("x"), &root.join("y")).unwrap();
    assert_ne!(first, sha256_tree(&root).unwrap());
}
