//! One question to the model, and what its edits make of the IISpec.

use camino::Utf8Path;

use super::Desk;
use super::guard::Guard;
use super::problem::Problem;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::llm;
use crate::llm::prompt::Fields;
use crate::stages::shared::asking;
use crate::stages::shared::citations;
use crate::stages::shared::layout::laid_out;
use crate::stages::shared::mending;

/// What is asked, and all that an answer is held against.
pub(super) struct Question<'a> {
    pub(super) desk: &'a Desk<'a>,
    pub(super) guard: &'a Guard,
    /// The folder of the attempt.
    pub(super) place: &'a Utf8Path,
    pub(super) iispec: &'a str,
    pub(super) problem: &'a Problem,
    /// What was tried before, as text for the model.
    pub(super) tried: &'a [String],
    pub(super) material: asking::Material,
}

impl Question<'_> {
    /// Asks with the prompt of this kind; the reply, which the attempt keeps.
    pub(super) async fn ask(&self, kind: &str, prompt: &str) -> Result<String, Failure> {
        let desk = self.desk;
        let tried = if self.tried.is_empty() { "(nothing yet)".to_owned() } else { self.tried.join("\n\n") };
        let fields = Fields::new()
            .set("system", desk.system()?)
            .set("module", desk.module()?)
            .set("iispec", asking::IISPEC)
            .set("brief", desk.brief()?)
            .set("properties", desk.settings.config.target.properties.join(", "))
            .set("problem", &self.problem.text)
            .set("tried", tried)
            .set("spec", self.iispec)
            .set("source", &self.material.source);
        let reply = asking::ask(desk, kind, &self.problem.title, prompt, &fields).await?;
        disk::put(&self.place.join("reply.md"), &reply)?;
        Ok(reply)
    }

    /// The IISpec with the edits of a reply, or why they are refused.
    pub(super) fn edited(&self, reply: &str) -> Result<Result<String, String>, Failure> {
        let desk = self.desk;
        let edited = llm::edits::parse_edits(reply)
            .map_err(|d| vec![d])
            .and_then(|edits| llm::edits::apply_edits(self.iispec, &edits))
            .map_err(words);
        let edited = match edited {
            Ok(text) => Ok(mended(desk, self.place, self.iispec, text)?),
            refused => refused,
        };
        let allowed = edited.and_then(|text| self.guard.allows(&text, self.problem).map(|()| text).map_err(words));
        Ok(allowed.and_then(|text| {
            let text = citations::with_true_heads(&self.material.outline, &text);
            let wrong = citations::found_in(desk, &self.material, &text, "IISpec.tla");
            if wrong.is_empty() { Ok(laid_out(desk, &text, "IISpec.tla")) } else { Err(words(wrong)) }
        }))
    }
}

/// Why something is refused, for the next attempt.
pub(super) fn words(wrong: Vec<Diagnostic>) -> String {
    wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// `edited` with the slips of form that the edits brought in mended without a model, if that is all that is wrong with it.
/// The guard judges what comes of it like any text.
fn mended(desk: &Desk<'_>, place: &Utf8Path, before: &str, edited: String) -> Result<String, Failure> {
    let name = format!("{}.tla", desk.module()?);
    if mending::is_clean(&name, &edited) || !mending::is_clean(&name, before) {
        return Ok(edited);
    }
    let fixed = mending::mend(desk.ui, &name, &edited, &desk.settings.config.check.constants);
    if !mending::is_clean(&name, &fixed.text) {
        return Ok(edited);
    }
    mending::record(place, &fixed.fixes)?;
    Ok(fixed.text)
}
