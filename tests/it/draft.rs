//! The syntax loop of the stage draft, with a script in place of the model: what is mended without it, what it is asked and
//! told, which of its edits are made, and when the loop ends.

use specgen::base::disk;

use crate::project::Project;
use crate::project::Ran;
use crate::project::tools;

const UP: &str = "    /\\ n' = n + 1      \\* counter.go:11";
const ATTEMPTS: &str = ".specgen/default/01-draft/attempts";
const PARTIAL: &str = ".specgen/default/01-draft.partial/attempts";

/// `specgen draft`; `None` without the tools.
fn draft(project: &Project, more: &[&str]) -> Option<Ran> {
    let jar = tools()?;
    Some(project.run(&[&["draft", "--tla-tools", jar.to_str().unwrap()], more].concat()))
}

/// A project whose model translates to the good spec with these changes.
fn translated(changes: &[(&str, &str)]) -> Project {
    let project = Project::new();
    let mut spec = project.text("Counter.tla");
    for (old, new) in changes {
        assert!(spec.contains(old), "{old}");
        spec = spec.replace(old, new);
    }
    project.translates(&spec);
    project
}

fn edit(old: &str, new: &str) -> String {
    format!("```edit\n<<<<<<< old\n{old}\n=======\n{new}\n>>>>>>> new\n```\n")
}

fn json(project: &Project, file: &str) -> serde_json::Value {
    serde_json::from_str(&project.text(file)).unwrap()
}

fn codes(diagnostics: &serde_json::Value) -> Vec<&str> {
    diagnostics.as_array().unwrap().iter().map(|d| d["code"].as_str().unwrap()).collect()
}

#[test]
fn what_can_be_mended_without_a_model_is_mended_before_it_is_asked() {
    let project =
        translated(&[("EXTENDS Naturals\n", ""), ("n < 3  ", "n != 3 "), ("Init == n = 0", "Init == (n = 0")]);
    let Some(ran) = draft(&project, &[]) else { return };
    assert_eq!(ran.exit, 0, "{ran:?}");
    assert_eq!(project.text("calls.log"), "draft\ntranslate\n");
    let fixes = json(&project, &format!("{ATTEMPTS}/00/fixes.json"));
    let fixes = fixes["fixes"].as_array().unwrap();
    assert!(fixes.len() >= 3, "{fixes:#?}");
    for fix in fixes {
        for field in ["code", "before", "after", "why"] {
            assert!(fix[field].is_string(), "{fix:#?}");
        }
    }
    let found = json(&project, &format!("{ATTEMPTS}/00/unfixed/diagnostics.json"));
    assert!(codes(&found).contains(&"tla/parse-unexpected"), "{found:#?}");
    assert!(project.text(&format!("{ATTEMPTS}/00/unfixed/Counter.tla")).contains("n != 3"));
    assert_eq!(json(&project, &format!("{ATTEMPTS}/00/diagnostics.json")), serde_json::json!([]));
    let spec = project.text(".specgen/default/01-draft/iispec/Counter.tla");
    assert!(spec.contains("EXTENDS Naturals") && spec.contains("n # 3") && spec.contains("(n = 0)"), "{spec}");
}

#[test]
fn a_text_that_sany_accepts_is_no_business_of_the_fixers() {
    let Some(ran) = draft(&translated(&[]), &[]) else { return };
    assert!(ran.err.contains("0 fix(es) without a model, 0 repair(s)"), "{ran:?}");
}

#[test]
fn the_model_is_asked_for_the_rest_and_its_edits_are_mended_too() {
    let project = translated(&[("n < 3  ", "n != 3 "), (UP, "    /\\ n' = n + one    \\* counter.go:11")]);
    // What the model writes breaks the form, which again needs no model.
    let broken = "    /\\ n' = n + 1 && TRUE     \\* counter.go:11";
    project.put("reply-repair.md", &edit("    /\\ n' = n + one    \\* counter.go:11", broken));
    let Some(ran) = draft(&project, &[]) else { return };
    assert_eq!(ran.exit, 0, "{ran:?}");
    assert_eq!(project.text("calls.log"), "draft\ntranslate\nrepair\n");
    assert!(ran.err.contains("2 fix(es) without a model, 1 repair(s)"), "{ran:?}");
    // The slip `one` was not made a constant.
    let left = json(&project, &format!("{ATTEMPTS}/00/diagnostics.json"));
    assert_eq!(codes(&left), ["tla/unknown-name"]);
    let prompt = project.text(&format!("{ATTEMPTS}/00/prompt.md"));
    for shown in [
        "error[tla/unknown-name]: `one` is not known here",
        " --> Counter.tla:16:17",
        "    /\\ n # 3",
        "### operator-used-before-definition (tla/unknown-name)",
        "# What was tried before\n\n(none)\n",
    ] {
        assert!(prompt.contains(shown), "no {shown:?} in {prompt}");
    }
    assert_eq!(prompt.matches("\n### ").count(), 3, "{prompt}");
    let edits = json(&project, &format!("{ATTEMPTS}/00/edits.json"));
    assert_eq!(edits["edits"][0]["refused"], serde_json::Value::Null);
    assert!(project.text(&format!("{ATTEMPTS}/00/reply.md")).contains("&& TRUE"));
    assert_eq!(json(&project, &format!("{ATTEMPTS}/01/fixes.json"))["fixes"].as_array().unwrap().len(), 1);
}

#[test]
fn a_constant_that_the_settings_give_a_value_is_declared_without_a_model() {
    let project = translated(&[("n' = n + 1 ", "n' = n + One")]);
    let settings = project.text("specgen.yaml");
    project.put("specgen.yaml", &format!("{settings}check:\n  constants: {{One: \"1\"}}\n"));
    let Some(ran) = draft(&project, &[]) else { return };
    assert_eq!((ran.exit, project.text("calls.log").as_str()), (0, "draft\ntranslate\n"), "{ran:?}");
}

#[test]
fn a_refused_edit_goes_into_the_next_attempt_with_its_reason() {
    let wrong = "    /\\ n' = n + one    \\* counter.go:11";
    let project = translated(&[(UP, wrong)]);
    project.put("reply-repair-1.md", &edit("Init == n = 0", "Init == n = 1"));
    project.put("reply-repair-2.md", &edit(wrong, UP));
    let Some(ran) = draft(&project, &[]) else { return };
    assert_eq!(ran.exit, 0, "{ran:?}");
    assert!(ran.err.contains("1 edit(s) refused"), "{ran:?}");
    let edits = json(&project, &format!("{ATTEMPTS}/00/edits.json"));
    assert_eq!(edits["edits"][0]["refused"]["code"], "draft/edit-out-of-reach");
    let prompt = project.text(&format!("{ATTEMPTS}/01/prompt.md"));
    assert!(prompt.contains("This edit was refused: edit 1 changes `Init`, which no diagnostic points at"), "{prompt}");
    assert!(project.text(".specgen/default/01-draft/iispec/Counter.tla").contains("Init == n = 0"));
}

#[test]
fn a_property_is_not_weakened_to_make_a_module_pass() {
    let project = translated(&[("n \\in 0..3", "n \\in 0..Limits")]);
    project.put("reply-repair.md", &edit("TypeOK == n \\in 0..Limits", "TypeOK == TRUE"));
    let Some(ran) = draft(&project, &[]) else { return };
    ran.failed(12, "draft/no-progress").says("attempts 1 and 2 left the same diagnostics");
    let refused = json(&project, &format!("{PARTIAL}/00/edits.json"));
    assert_eq!(codes(&refused["refused"]), ["draft/property-weaker"]);
    assert!(project.text(&format!("{PARTIAL}/02/Counter.tla")).contains("Limits"));
}

#[test]
fn two_attempts_that_leave_the_same_end_the_loop_and_what_was_done_is_kept() {
    let project = translated(&[("n < 3  ", "n != 3 "), ("n + 1  ", "n + one")]);
    // Moves the line, and leaves what is wrong with it.
    let old = "    /\\ n' = n + one    \\* counter.go:11";
    project.put("reply-repair-1.md", &edit(old, &format!("\n{old}")));
    project.put("reply-repair-2.md", "I do not know.\n");
    let Some(ran) = draft(&project, &[]) else { return };
    ran.failed(12, "draft/no-progress");
    assert_eq!(project.text("calls.log"), "draft\ntranslate\nrepair\nrepair\n");
    let json_of_run = ran.json();
    assert_eq!(codes(&json_of_run["diagnostics"]), ["draft/no-progress", "tla/unknown-name"]);
    for kept in ["00/fixes.json", "00/edits.json", "01/reply.md", "02/diagnostics.json", "02/Counter.tla"] {
        assert!(project.path(&format!("{PARTIAL}/{kept}")).exists(), "{kept}");
    }
    let second = json(&project, &format!("{PARTIAL}/01/edits.json"));
    assert_eq!(codes(&second["refused"]), ["llm/no-edits-in-reply"]);
}

#[test]
fn the_loop_ends_when_its_attempts_are_spent() {
    let project = translated(&[("n + 1  ", "n + one"), ("Init == n = 0", "Init == n = zero")]);
    project.put("reply-repair-1.md", &edit("Init == n = zero", "Init == n = nothing"));
    project.put("reply-repair-2.md", &edit("Init == n = nothing", "Init == n = 0"));
    let Some(ran) = draft(&project, &["--set", "draft.max_attempts=2"]) else { return };
    ran.failed(12, "draft/attempts-spent");
    assert_eq!(codes(&ran.json()["diagnostics"]), ["draft/attempts-spent", "tla/unknown-name"]);
}

#[test]
fn a_source_without_a_project_says_by_itself_what_a_draft_needs() {
    let project = Project::new();
    for file in ["specgen.yaml", "brief.md", "trace"] {
        disk::remove(&project.utf8(file)).unwrap();
    }
    let answers = ["src/counter.go", "--provider", "command", "--set", "llm.command=[sh, model.sh]"];
    let Some(ran) = draft(&project, &answers) else { return };
    assert_eq!(ran.exit, 0, "{ran:?}");
    assert!(ran.err.contains("no specgen.yaml in .") && ran.err.contains("specgen init --source"), "{ran:?}");
    assert_eq!(project.text("calls.log"), "draft\ntranslate\n");
    assert!(project.text(".specgen/Counter/01-draft/iispec/Counter.tla").contains("MODULE Counter"));
    assert!(project.text(".specgen/Counter/brief.md").contains("| `Up` | `(*Counter).Up`, counter.go:9-15 |"));
    assert!(!project.path("specgen.yaml").exists());
    let again = draft(&project, &answers).unwrap();
    assert!(again.err.contains("01-draft is fresh") && project.calls() == 2, "{again:?}");

    // Nothing is asked for nothing: the recorded calls have none for this source.
    let missed = draft(&project, &["src/counter.go", "--session", "other", "--provider", "replay"]).unwrap();
    missed.failed_once(20, "llm/replay-miss").says("draft");
    // What the environment and the flags say wins, and what a source cannot say is told by name.
    let named = draft(&project, &["src/counter.go", "--provider", "replay", "--set", "target.module=../Up"]).unwrap();
    named.failed_once(2, "config/module-name");
    for (source, exit, code) in
        [("absent.go", 13, "disk/not-found"), ("model.sh", 13, "source/unknown-language"), (".", 13, "disk/io")]
    {
        draft(&project, &[source]).unwrap().failed(exit, code);
    }
    draft(&project, &[]).unwrap().failed_once(2, "config/no-project").says("specgen draft FILE");
}
