//! `specgen init`: a project for a source of one's own, so far filled in that `specgen draft` can begin.

use std::fmt::Write as _;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use schemars::JsonSchema;
use serde::Serialize;

use super::Answer;
use super::Context;
use super::args::InitArgs;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::base::template;
use crate::config;
use crate::config::Environment;
use crate::config::Origin;
use crate::config::Setting;
use crate::config::Settings;
use crate::config::model::Source;
use crate::config::model::SourceKind;
use crate::fetch;
use crate::source;
use crate::source::FileOutline;
use crate::source::LanguageName;
use crate::source::Outline;

/// The files of a project and their templates.
const FILES: [(&str, &str, &str); 4] = [
    ("specgen.yaml", "specgen.yaml.j2", include_str!("../../templates/project/specgen.yaml.j2")),
    ("brief.md", "brief.md.j2", include_str!("../../templates/project/brief.md.j2")),
    ("trace/trace.yaml", "trace.yaml.j2", include_str!("../../templates/project/trace.yaml.j2")),
    ("harness/README.md", "harness.md.j2", include_str!("../../templates/project/harness.md.j2")),
];

/// What marks the root of what a language's client builds.
const MANIFESTS: [&str; 3] = ["go.mod", "Cargo.toml", "pyproject.toml"];

/// What was written.
#[derive(Serialize, JsonSchema)]
pub(super) struct Written {
    /// The project's folder.
    #[schemars(with = "String")]
    project: Utf8PathBuf,
    /// The files in it.
    #[schemars(with = "Vec<String>")]
    files: Vec<Utf8PathBuf>,
}

/// Writes a new project. Nothing that is there is written over, and nothing is written where something is wrong.
pub(super) async fn init(context: &Context, args: InitArgs) -> Result<Answer, Failure> {
    let folder = args.dir.clone().unwrap_or_else(|| context.settings.project.clone());
    let there: Vec<&str> = FILES.iter().map(|(name, ..)| *name).filter(|n| disk::exists(&folder.join(n))).collect();
    if !there.is_empty() {
        return Err(Diagnostic::error("config/exists", format!("{folder} already has {}", there.join(", ")))
            .hint("name another folder: `specgen init DIR --source FILE`; or remove these first")
            .into());
    }
    let found = match &args.module {
        Some(module) => of_package(context, module, &args).await?,
        None => of_files(&folder, &args)?,
    };
    for (name, text) in texts(&fields(&found, &args))? {
        disk::put(&folder.join(name), text)?;
    }
    let written: Vec<Utf8PathBuf> = FILES.iter().map(|(name, ..)| folder.join(name)).collect();
    let at = if folder == "." { String::new() } else { format!(" -C {folder}") };
    let mut text: String = written.iter().map(|file| format!("wrote {file}\n")).collect();
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "next: read {}, then `specgen draft{at}`: it writes the prompt for a model to a file and waits for the reply \
         (`--provider` names another way to ask)",
        folder.join("brief.md")
    );
    Ok(Answer::of(&Written { project: folder, files: written }, text))
}

/// Settings for sources in a folder without a project: those that `init` would write, and the brief that it would write
/// beside them in a session that is named after the module.
pub(super) fn derived(
    folder: &Utf8Path,
    sources: Vec<Utf8PathBuf>,
    environment: &Environment,
    flags: &[(String, String)],
) -> Result<Settings, Failure> {
    let args = InitArgs { dir: None, sources, module: None, language: None };
    let mut fields = fields(&of_files(folder, &args)?, &args);
    fields.session = Some(fields.module.clone());
    let [(_, settings), (_, brief), ..] = texts(&fields)?;
    let mut settings = config::with_text(folder, environment, flags, &settings)?;
    let by_sources = |setting: &Setting| matches!(setting.origin, Origin::File(_));
    if settings.leaves.get("target.brief").is_some_and(by_sources) {
        let file = Utf8Path::new(".specgen").join(&settings.config.session).join("brief.md");
        disk::put(&folder.join(&file), brief)?;
        settings.config.target.brief = Some(file);
    }
    Ok(settings)
}

/// The name and the text of each file of a project.
fn texts(fields: &Fields) -> Result<[(&'static str, String); 4], Diagnostic> {
    let mut texts = FILES.map(|(name, ..)| (name, String::new()));
    for ((_, text), (_, template, source)) in texts.iter_mut().zip(FILES) {
        *text = template::render(template, source, fields)?;
    }
    Ok(texts)
}

/// What `init` writes into `harness/README.md`, which gives way to a harness.
pub(super) fn harness_notes(language: LanguageName) -> Option<String> {
    #[derive(Serialize)]
    struct Language {
        language: String,
    }
    let (_, name, text) = FILES.into_iter().find(|(file, ..)| file.starts_with("harness/"))?;
    template::render(name, text, &Language { language: language.to_string().to_lowercase() }).ok()
}

/// The source that was found, and what the survey says about it.
struct Found {
    source: Source,
    files: Vec<String>,
    outline: Option<Outline>,
    language: LanguageName,
}

/// Files of one's own: their root is that of the module or crate they belong to, else their folder.
fn of_files(folder: &Utf8Path, args: &InitArgs) -> Result<Found, Failure> {
    let paths: Vec<Utf8PathBuf> = args.sources.iter().map(|file| plain(&disk::absolute(file))).collect();
    for path in &paths {
        // A folder, or nothing, is told here; the survey would speak of a path that nobody has typed.
        disk::read_text(path)?;
    }
    let project = plain(&disk::absolute(folder));
    let first = paths.first().and_then(|path| path.parent()).unwrap_or(&project).to_owned();
    let has_manifest = |folder: &Utf8Path| MANIFESTS.iter().any(|name| disk::exists(&folder.join(name)));
    let root = first.ancestors().find(|folder| has_manifest(folder)).unwrap_or(&first).to_owned();
    let relative: Option<Vec<Utf8PathBuf>> =
        paths.iter().map(|path| path.strip_prefix(&root).ok().map(Utf8Path::to_owned)).collect();
    let Some(files) = relative else {
        let message = format!("not all of these files are in {root}");
        return Err(Diagnostic::error("config/sources-apart", message)
            .hint("name files of one module or crate; where there is none, files of one folder")
            .into());
    };
    let source =
        Source { kind: SourceKind::Path, name: from_to(&project, &root).into_string(), version: None, sum: None };
    surveyed(source, &root, files, args)
}

/// A published package at one version, with its sum as the client finds it now.
async fn of_package(context: &Context, module: &str, args: &InitArgs) -> Result<Found, Failure> {
    let Some((name, version)) =
        module.rsplit_once('@').filter(|(name, version)| !name.is_empty() && !version.is_empty())
    else {
        return Err(Diagnostic::error("config/source-not-pinned", format!("`{module}` has no version"))
            .hint(format!("write it as NAME@VERSION, for example `--module {module}@v1.2.3`"))
            .into());
    };
    // A Go module is named after a place, a crate never is.
    let go = args.language.as_deref().map_or(name.contains('/'), |language| language == "go");
    let kind = if go { SourceKind::GoModule } else { SourceKind::CargoCrate };
    let mut source = Source { kind, name: name.to_owned(), version: Some(version.to_owned()), sum: None };
    context.ui.begin("init");
    context.ui.waiting(module);
    let tree = fetch::unpinned(&source).await?;
    context.ui.end(&format!("{module} is in {}", tree.root));
    source.sum = Some(tree.digest.trim_start_matches("sha256:").to_owned());
    surveyed(source, &tree.root, args.sources.clone(), args)
}

fn surveyed(source: Source, root: &Utf8Path, files: Vec<Utf8PathBuf>, args: &InitArgs) -> Result<Found, Failure> {
    let empty = || Diagnostic::error("source/empty", "the survey found nothing");
    let outline = match files.is_empty() {
        true => None,
        false => Some(source::survey(root, &files).map_err(|d| Failure::of(d, empty()))?),
    };
    let named = match args.language.as_deref() {
        Some("rust") => Some(LanguageName::Rust),
        Some("python") => Some(LanguageName::Python),
        Some(_) => Some(LanguageName::Go),
        None => outline.as_ref().and_then(|o| o.files.first()).map(|file| file.language),
    };
    let by_kind = if source.kind == SourceKind::CargoCrate { LanguageName::Rust } else { LanguageName::Go };
    let files = files.into_iter().map(Utf8PathBuf::into_string).collect();
    Ok(Found { source, files, outline, language: named.unwrap_or(by_kind) })
}

/// A path without `.` and `..`, as far as its text tells.
fn plain(path: &Utf8Path) -> Utf8PathBuf {
    let mut plain = Utf8PathBuf::new();
    for part in path.components() {
        match part.as_str() {
            "." => {}
            ".." => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// The way from one folder to another, both from the root on.
fn from_to(from: &Utf8Path, to: &Utf8Path) -> Utf8PathBuf {
    let common = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let mut way: Utf8PathBuf = from.components().skip(common).map(|_| "..").collect();
    way.extend(to.components().skip(common).map(|part| part.as_str()));
    if way.as_str().is_empty() { Utf8PathBuf::from(".") } else { way }
}

#[derive(Serialize)]
struct Fields {
    session: Option<String>,
    system: String,
    word: String,
    module: String,
    language: String,
    kind: &'static str,
    name_means: &'static str,
    name: String,
    version: Option<String>,
    sum: Option<String>,
    client: &'static str,
    files: String,
    build: &'static str,
    trigger: &'static str,
    package: Option<String>,
    types: Vec<Type>,
    functions: Vec<Function>,
}

#[derive(Serialize)]
struct Type {
    name: String,
    fields: String,
    place: String,
}

#[derive(Serialize)]
struct Function {
    name: String,
    action: String,
    file: String,
    place: String,
}

fn fields(found: &Found, args: &InitArgs) -> Fields {
    let Source { kind, name, version, sum } = &found.source;
    let first = found.files.first().map(Utf8Path::new);
    let stem = first.and_then(Utf8Path::file_stem).or_else(|| name.rsplit('/').find(|part| *part != "."));
    let what = match (&args.module, found.files.is_empty()) {
        (Some(module), true) => module.clone(),
        (Some(module), false) => format!("{} of {module}", found.files.join(", ")),
        (None, false) => found.files.join(", "),
        (None, true) => "the system".to_owned(),
    };
    let rust = found.language == LanguageName::Rust;
    let files = found.outline.iter().flat_map(|outline| &outline.files);
    Fields {
        session: None,
        system: quoted(&what),
        word: quoted(stem.unwrap_or("system")),
        module: module_name(stem.unwrap_or_default()),
        language: found.language.to_string().to_lowercase(),
        kind: match kind {
            SourceKind::Path => "path",
            SourceKind::GoModule => "go-module",
            SourceKind::CargoCrate => "cargo-crate",
        },
        name_means: match kind {
            SourceKind::Path => {
                "The source's root, relative to this file. All in it is an input and is copied, but for .git and marked caches."
            }
            _ => "The package; its source is only read.",
        },
        name: quoted(name),
        version: version.as_deref().map(quoted),
        sum: sum.as_deref().map(quoted),
        client: if rust { "cargo" } else { "go" },
        files: format!("[{}]", found.files.iter().map(|file| quoted(file)).collect::<Vec<_>>().join(", ")),
        build: if rust {
            "[cargo, build, --quiet, --target-dir, \"{out}\", --config, 'patch.crates-io.CRATE.path=\"{tree}\"']"
        } else {
            "[go, build, -o, \"{out}/harness\", .]"
        },
        trigger: if rust { "before_return" } else { "exit" },
        package: files.clone().find_map(|file| file.package.clone()),
        types: files.clone().flat_map(types).collect(),
        functions: functions(&files.collect::<Vec<_>>()),
    }
}

/// As YAML and Markdown take it: plain where that is text, else in quotes.
fn quoted(text: &str) -> String {
    let safe = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '.' | '_' | '/' | '-' | '(' | ')' | '@' | '+' | '=');
    let begins = text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '.' | '/'));
    let is_text = serde_yaml::from_str::<serde_yaml::Value>(text).is_ok_and(|value| value.is_string());
    if begins && is_text && text.chars().all(safe) {
        text.to_owned()
    } else {
        serde_json::to_string(text).unwrap_or_default()
    }
}

/// `two-phase_queue` becomes `TwoPhaseQueue`.
fn module_name(stem: &str) -> String {
    let words = stem.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name: String = words.map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect();
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
    if begins && !config::TAKEN.contains(&name.as_str()) {
        name
    } else {
        format!("{name}Spec").replace(char::is_numeric, "")
    }
}

fn types(file: &FileOutline) -> Vec<Type> {
    let named =
        |name: &str| name.chars().all(|c| c.is_alphanumeric() || c == '_') && !name.starts_with(char::is_numeric);
    let shown = file.types.iter().map(|t| Type {
        name: t.name.clone(),
        fields: t
            .fields
            .iter()
            .filter(|f| named(&f.name))
            .map(|f| format!("`{}`", f.name))
            .collect::<Vec<_>>()
            .join(", "),
        place: format!("{}:{}", file.path, t.line),
    });
    shown.filter(|shown| !shown.fields.is_empty()).collect()
}

/// The functions that others may call, as far as the names tell; all of them where that is none.
fn functions(files: &[&FileOutline]) -> Vec<Function> {
    let all = || files.iter().flat_map(|file| file.functions.iter().map(move |f| (*file, f)));
    let open = |file: &FileOutline, f: &source::Function| match file.language {
        LanguageName::Go => f.name.starts_with(char::is_uppercase),
        // What a trait asks for is seldom a step of the system, but for the end of a guard.
        LanguageName::Rust => {
            let (test, of_trait) = (f.qualified.starts_with("tests::"), f.qualified.starts_with('<'));
            !test && (!of_trait || f.qualified.ends_with(" as Drop>::drop"))
        }
        LanguageName::Python => !f.name.starts_with('_'),
    };
    let with_body = all().filter(|(_, f)| f.body.is_some());
    let mut chosen: Vec<_> = with_body.clone().filter(|(file, f)| open(file, f)).collect();
    if chosen.is_empty() {
        chosen = with_body.collect();
    }
    let capital = |name: &str| module_name(name);
    let names: Vec<String> = chosen.iter().map(|(_, f)| capital(&f.name)).collect();
    let action = |at: usize, owner: Option<&str>| match names.iter().filter(|n| **n == names[at]).count() {
        1 => names[at].clone(),
        _ => format!("{}{}", owner.map(capital).unwrap_or_default(), names[at]),
    };
    let row = |(at, (file, f)): (usize, &(&FileOutline, &source::Function))| Function {
        name: f.qualified.clone(),
        action: action(at, f.owner.as_deref()),
        file: file.path.clone(),
        place: format!("{}:{}-{}", file.path, f.first_line, f.last_line),
    };
    chosen.iter().enumerate().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_between_folders_is_relative() {
        let way = |from: &str, to: &str| from_to(Utf8Path::new(from), Utf8Path::new(to)).into_string();
        assert_eq!(way("/a/b", "/a/b"), ".");
        assert_eq!(way("/a/b", "/a/c/d"), "../c/d");
        assert_eq!(way("/a", "/a/b"), "b");
        assert_eq!(way("/a/b", "/a"), "..");
        assert_eq!(plain(Utf8Path::new("/a/./b/../c")), "/a/c");
    }

    #[test]
    fn a_module_gets_a_name_of_its_own() {
        assert_eq!(module_name("two-phase_queue"), "TwoPhaseQueue");
        assert_eq!(module_name("bags"), "BagsSpec");
        assert_eq!(module_name("9p"), "pSpec");
        assert_eq!(module_name(""), "Spec");
    }

    #[test]
    fn text_is_quoted_where_yaml_would_read_something_else() {
        for text in [
            "queue.go",
            "go.etcd.io/raft/v3",
            "..",
            "null",
            "1.0",
            "a: b",
            "x #y",
            "é",
            "[a]",
            "- x",
            "h1:5N=",
            "\"q\"",
        ] {
            let value: serde_yaml::Value = serde_yaml::from_str(&format!("a: {}", quoted(text))).unwrap();
            assert_eq!(value["a"], serde_yaml::Value::String(text.to_owned()), "{text}");
        }
        assert_eq!(quoted("queue.go"), "queue.go");
    }
}
