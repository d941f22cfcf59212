//! # Draft: from source to an IISpec that SANY accepts
//!
//! | reads  | the target's source, the brief, the trace mapping's action names; an IISpec of one's own (`draft.from`) |
//! | writes | `outline.json`, `analysis.md` or `given.json`, `iispec/<Module>.tla`, `citations.json`, `attempts/NN/` |
//! | calls  | the model (analysis and translation, unless an IISpec is given; repairs), SANY, the knowledge base    |
//! | never  | changes a definition no diagnostic points at; drops, empties or weakens a property                    |
//! | stops  | clean · `draft.max_attempts`, of replies too · two attempts that leave the same diagnostics            |

mod behind;
pub mod given;
mod reach;
mod repair;
mod reply;
mod shown;
mod usable;

use camino::Utf8Path;

use super::Desk;
use super::shared::asking::IISPEC;
use super::shared::asking::Material;
use super::shared::citations;
use super::shared::cited;
use super::shared::layout::laid_out;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::llm;
use crate::llm::prompt::Fields;
use crate::provenance;
use crate::session::Inputs;

/// Changes when the stage would write something else from the same inputs.
const FORMAT: u32 = 2;

const DRAFT_PROMPT: &str = include_str!("../../../prompts/draft.md");
const TRANSLATE_PROMPT: &str = include_str!("../../../prompts/translate.md");
const REPAIR_PROMPT: &str = include_str!("../../../prompts/repair.md");

/// What the stage depends on.
pub fn inputs(desk: &Desk<'_>) -> Result<Inputs, Failure> {
    let config = &desk.settings.config;
    let mut inputs = Inputs::new();
    inputs.insert("source".to_owned(), desk.source.digest.clone());
    inputs.extend(desk.brief_if_named()?.map(|brief| ("brief".to_owned(), disk::sha256(brief.as_bytes()))));
    inputs.insert("TLA+ tools".to_owned(), desk.tools_digest.to_owned());
    let prompts = [DRAFT_PROMPT, TRANSLATE_PROMPT, REPAIR_PROMPT, IISPEC].concat();
    inputs.insert("prompts".to_owned(), disk::sha256(prompts.as_bytes()));
    let target = &config.target;
    super::setting_inputs(
        &mut inputs,
        "target",
        &(&target.system, &target.module, &target.language, &target.files, &target.show, &target.properties),
    );
    let draft = &config.draft;
    super::setting_inputs(&mut inputs, "draft", &(draft.max_attempts, draft.cards, config.llm.max_tokens));
    // The draft has to define them, and to say which of their functions it translates.
    super::setting_inputs(&mut inputs, "actions", &cited::functions_of_actions(desk)?);
    // Fixers declare constants that have a value.
    super::setting_inputs(&mut inputs, "constants", &config.check.constants.keys().collect::<Vec<_>>());
    if let Some((_, given)) = given::given(desk)? {
        inputs.insert("given IISpec".to_owned(), given.sha256);
    }
    inputs.insert("stage format".to_owned(), FORMAT.to_string());
    Ok(inputs)
}

/// Runs the stage into `folder`; the sentence says what it did.
pub async fn run(desk: &Desk<'_>, folder: &Utf8Path) -> Result<String, Failure> {
    desk.ui.waiting("the survey of the sources");
    let material = Material::gather(desk)?;
    super::write_json(&folder.join("outline.json"), &material.outline)?;
    let given = given::given(desk)?;
    let (spec, origin) = match given {
        Some((spec, given)) => {
            super::write_json(&folder.join(given::FILE), &given)?;
            (spec, format!("given as {}, not drafted", given.file))
        }
        None => {
            let spec = translate(desk, folder, &material).await?;
            (spec, format!("from {} source files", material.outline.files.len()))
        }
    };
    let repaired = repair::until_clean(desk, folder, &material, spec).await?;
    let spec = laid_out(desk, &repaired.spec, "IISpec.tla");
    let uncited = citations::uncited(&material, &spec, "IISpec.tla").len();
    if uncited > 0 {
        desk.ui.say(&format!(
            "  {uncited} place(s) of the given IISpec do not say which source line they translate; nothing will be shown beside them"
        ));
    }
    disk::put(&super::iispec(folder, desk.module()?), &spec)?;
    super::write_json(&folder.join("citations.json"), &provenance::blocks(&spec))?;
    let lines = spec.lines().count();
    Ok(format!(
        "{lines} lines of IISpec {origin}, {} fix(es) without a model, {} repair(s)",
        repaired.fixes, repaired.repairs
    ))
}

/// The model's translation, after an analysis that is kept in `folder`.
async fn translate(desk: &Desk<'_>, folder: &Utf8Path, material: &Material) -> Result<String, Failure> {
    let brief = desk.brief()?;
    let (system, module) = (desk.system()?, desk.module()?);
    let common = || {
        Fields::new()
            .set("system", system)
            .set("language", &material.language)
            .set("brief", &brief)
            .set("source", &material.source)
    };
    let fields = common().set("survey", &material.survey);
    let what = "the analysis of the source";
    let analysis = usable::ask(desk, "draft", what, DRAFT_PROMPT, &fields, usable::analysis).await?;
    disk::put(&folder.join("analysis.md"), &analysis)?;

    let fields = common().set("module", module).set("iispec", IISPEC).set("analysis", &analysis);
    let what = "the translation to IISpec";
    usable::ask(desk, "translate", what, TRANSLATE_PROMPT, &fields, |text| llm::blocks::only_block(text, "tla")).await
}
