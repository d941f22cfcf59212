//! Whether what an IISpec cites is there: the file, the line, and the line within the function that its operator names.

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::provenance;
use crate::source::Found;
use crate::source::Outline;
use crate::source::find;
use crate::stages::Desk;
use crate::stages::shared::asking::Material;
use crate::stages::shared::cited;

/// All that is wrong with the citations of a module that parses: those that are there, and those that are missing.
///
/// Of an IISpec that somebody gave, none is demanded; [`uncited`] says how many are missing.
pub fn found_in(desk: &Desk<'_>, material: &Material, spec: &str, file: &str) -> Vec<Diagnostic> {
    let mut found = wrong(&material.outline, spec, file);
    if desk.settings.config.draft.from.is_none() {
        found.extend(uncited(material, spec, file));
    }
    found
}

/// The operators and statements that do not say where they come from.
pub fn uncited(material: &Material, spec: &str, file: &str) -> Vec<Diagnostic> {
    cited::missing_citations(spec, file, &material.actions, &material.outline)
}

/// Citations of files or lines that are not there, and of lines outside the function named above the operator.
fn wrong(outline: &Outline, spec: &str, file: &str) -> Vec<Diagnostic> {
    let mut wrong = Vec::new();
    for block in provenance::blocks(spec) {
        for citation in block.function.iter().chain(&block.citations) {
            let at = || Place::at(file, citation.spec_line, 1, Some(spec));
            wrong.extend(not_there(outline, &citation.file, (citation.first, citation.last)).map(|d| d.at(at())));
        }
        wrong.extend(outside_function(outline, spec, file, &block));
    }
    wrong
}

/// Why there are no such lines in the sources; `None` where there are.
pub fn not_there(outline: &Outline, cited: &str, (first, last): (usize, usize)) -> Option<Diagnostic> {
    let shown = format!("{cited}:{first}");
    let Some(source) = outline.file(cited) else {
        let files: Vec<_> = outline.files.iter().map(|f| f.path.as_str()).collect();
        return Some(
            Diagnostic::error("draft/citation-file", format!("{shown} cites a file that is not among the sources"))
                .hint(format!("the files are {}", files.join(", "))),
        );
    };
    let is_there = first > 0 && last >= first && last <= source.lines;
    let error = || {
        Diagnostic::error("draft/citation-line", format!("{shown} cites a line that {cited} does not have"))
            .hint(format!("it has {} lines", source.lines))
    };
    (!is_there).then(error)
}

/// The line range of a function named above an operator is known from the survey, and so is the spelling of its name: a
/// wrong one is no question for the model, it is put right.
pub fn with_true_heads(outline: &Outline, spec: &str) -> String {
    let mut lines: Vec<String> = spec.lines().map(str::to_owned).collect();
    for named in provenance::blocks(spec).into_iter().filter_map(|b| b.function) {
        let Some(name) = &named.function else { continue };
        let Found::One(_, function) = find(outline, Some(&named.file), name) else { continue };
        let line = &mut lines[named.spec_line - 1];
        let range = format!("{}:{}-{}", named.file, function.first_line, function.last_line);
        for old in [format!("{}:{}-{}", named.file, named.first, named.last), format!("{}:{}", named.file, named.first)]
        {
            if let Some(rest) = line.find(&old).map(|at| at + old.len()) {
                let tail = line[rest..].replacen(name.as_str(), &function.qualified, 1);
                *line = format!("{}{range}{tail}", &line[..rest - old.len()]);
                break;
            }
        }
    }
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

fn outside_function(outline: &Outline, spec: &str, file: &str, block: &provenance::Block) -> Vec<Diagnostic> {
    let at = |line| Place::at(file, line, 1, Some(spec));
    let Some((named, name)) = block.function.as_ref().and_then(|f| Some((f, f.function.as_ref()?))) else {
        // What the brief adds, or a helper: it may cite what it stands beside, if that is code.
        let nowhere = |c: &&provenance::Citation| {
            outline.file(&c.file).is_some() && outline.function_at(&c.file, c.first).is_none()
        };
        let error = |c: &provenance::Citation| {
            Diagnostic::error("draft/citation-outside", format!("{}:{} is not inside a function", c.file, c.first))
                .at(at(c.spec_line))
                .hint("cite the statement that says so, or write `\\* no source: REASON`")
        };
        return block.citations.iter().filter(nowhere).map(error).collect();
    };
    let Found::One(_, function) = find(outline, Some(&named.file), name) else {
        return vec![
            Diagnostic::error("draft/citation-function", format!("{} has no function `{name}`", named.file))
                .at(at(named.spec_line))
                .hint("name the function as the survey does"),
        ];
    };
    let inside = function.first_line..=function.last_line;
    let outside = block
        .citations
        .iter()
        .filter(|c| c.file == named.file && !(inside.contains(&c.first) && inside.contains(&c.last)));
    let error = |c: &provenance::Citation| {
        Diagnostic::error(
            "draft/citation-outside",
            format!(
                "{}:{}-{} is not inside `{name}`, the function named above `{}`",
                c.file, c.first, c.last, block.operator
            ),
        )
        .at(at(c.spec_line))
        .hint(format!("`{name}` is {}:{}-{}", c.file, function.first_line, function.last_line))
    };
    outside.map(error).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn range_and_spelling_of_a_named_function_are_put_right() {
        let go = "package q\n\nfunc (c Config) Index() int {\n\treturn 1\n}\n";
        let outline = Outline { format: 1, files: vec![crate::source::survey_text("q.go", go).unwrap()] };
        let spec = "---- MODULE M ----\n\\* q.go:2-5 (Config).Index\nIndex == 1  \\* q.go:4\n====\n";
        let mended = with_true_heads(&outline, spec);
        assert_eq!(mended, spec.replace("q.go:2-5 (Config).Index", "q.go:3-5 Config.Index"));
        let unknown = spec.replace("Index\n", "Nothing\n");
        assert_eq!(with_true_heads(&outline, &unknown), unknown);

        // Without a function above it, a line is held to be inside some function.
        let helper = |line: usize| format!("---- MODULE M ----\nOne == 1  \\* q.go:{line}\n====\n");
        assert!(wrong(&outline, &helper(4), "M.tla").is_empty());
        assert_eq!(wrong(&outline, &helper(2), "M.tla")[0].code, "draft/citation-outside");
    }
}
