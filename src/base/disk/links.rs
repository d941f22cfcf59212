//! Symbolic links of a tree of files, which copies and digests leave out.

use camino::Utf8Path;
use camino::Utf8PathBuf;

use super::DiskError;
use super::exists;
use super::names_in;

/// A symbolic link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it is, relative to the root that was looked through.
    pub path: Utf8PathBuf,
    /// What it leads to.
    pub leads: Leads,
}

/// What a symbolic link leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leads {
    /// A file inside the same root.
    ToFile,
    /// A folder inside the same root.
    ToFolder,
    /// Out of the root, to this.
    Outside(String),
    /// To nothing.
    Nowhere,
}

/// The symbolic links under `root`, sorted; folders are left out as `files_under` leaves them out.
pub fn links_under(root: &Utf8Path) -> Result<Vec<Link>, DiskError> {
    let mut found = Vec::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(directory) = waiting.pop() {
        for name in names_in(&directory)? {
            let path = directory.join(&name);
            if path.is_symlink() {
                let relative = path.strip_prefix(root).unwrap_or(&path).to_owned();
                found.push(Link { leads: leads(root, &path), path: relative });
            } else if path.is_dir()
                && ![".specgen", ".git"].contains(&name.as_str())
                && !exists(&path.join("CACHEDIR.TAG"))
            {
                waiting.push(path);
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn leads(root: &Utf8Path, link: &Utf8Path) -> Leads {
    let (Ok(root), Ok(target)) = (root.canonicalize_utf8(), link.canonicalize_utf8()) else { return Leads::Nowhere };
    match target {
        target if !target.starts_with(&root) => Leads::Outside(target.into_string()),
        target if target.is_dir() => Leads::ToFolder,
        _ => Leads::ToFile,
    }
}

/// Whether something is at the path, and a link on the way to it leads out of `root`.
pub fn leads_outside(root: &Utf8Path, file: &Utf8Path) -> bool {
    matches!(leads(root, &root.join(file)), Leads::Outside(_))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::base::disk;

    #[test]
    fn links_are_told_by_where_they_lead() {
        let (inside, outside) = (disk::Scratch::new().unwrap(), disk::Scratch::new().unwrap());
        let root = inside.path();
        disk::put(&root.join("a/f"), "x").unwrap();
        disk::put(&outside.path().join("g"), "y").unwrap();
        for (to, at) in [
            (root.join("a/f"), "b"),
            (root.join("a"), "c"),
            (outside.path().join("g"), "a/d"),
            (root.join("nothing"), "e"),
            (root.to_owned(), "a/round"),
        ] {
            symlink(to, root.join(at)).unwrap();
        }
        let leads: Vec<_> = links_under(root).unwrap().into_iter().map(|l| (l.path.into_string(), l.leads)).collect();
        let out = Leads::Outside(outside.path().join("g").canonicalize_utf8().unwrap().into_string());
        let named = |at: &str, leads: Leads| (at.to_owned(), leads);
        let expected = [
            named("a/d", out),
            named("a/round", Leads::ToFolder),
            named("b", Leads::ToFile),
            named("c", Leads::ToFolder),
            named("e", Leads::Nowhere),
        ];
        assert_eq!(leads, expected);
        assert!(leads_outside(root, Utf8Path::new("a/d")));
        assert!(!leads_outside(root, Utf8Path::new("b")) && !leads_outside(root, Utf8Path::new("none")));
    }
}
