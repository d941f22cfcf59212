#[test]
#[ignore]
#[expect(clippy::disallowed_methods, clippy::print_stderr)]
fn same_as_before() {
    let list = std::fs::read_to_string("/tmp/front/astfiles.txt").unwrap();
    let mut bad = 0;
    for f in list.lines() {
        let Ok(text) = std::fs::read_to_string(f) else { continue };
        let old = crate::tla::parse::parse_module(&text, "f");
        let new = super::parse_module(&text, "f");
        if old.diagnostics.is_empty() != new.diagnostics.is_empty() {
            eprintln!("DIAG {f}: old {:?} new {:?}", old.diagnostics.first().map(|d| d.to_string()), new.diagnostics.first().map(|d| d.to_string()));
            continue;
        }
        if !old.diagnostics.is_empty() { continue; }
        let (a, b) = (format!("{:#?}", old.module), format!("{:#?}", new.module));
        if a != b {
            bad += 1;
            let diff = similar::TextDiff::from_lines(&a, &b).unified_diff().context_radius(4).to_string();
            eprintln!("DIFF {f}\n{}", diff.chars().take(900).collect::<String>());
        }
    }
    eprintln!("{bad} different");
}
