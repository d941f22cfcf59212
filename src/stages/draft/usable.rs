//! Asking until a reply can be used.
//!
//! A reply that cannot is recorded like any other, since it was paid for. The question is then asked as the next sample,
//! which is another request: the record of the bad reply does not answer it, and whoever is the provider by now does.

use super::Desk;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::llm::Reply;
use crate::llm::prompt::Fields;
use crate::stages::shared::asking;

/// Fewer characters than this are no analysis: even that of a counter of ten lines says what its variables, its actions
/// and its bounds are.
pub(super) const SHORTEST_ANALYSIS: usize = 200;

/// What `read` makes of the first reply that it can use.
///
/// A run asks at most `draft.max_attempts` times. Bad replies of earlier runs, or of a replayed session, do not count:
/// else they would be in the way of every later run.
pub(super) async fn ask<T>(
    desk: &Desk<'_>,
    stage: &str,
    what: &str,
    prompt: &str,
    fields: &Fields,
    read: impl Fn(&str) -> Result<T, Diagnostic>,
) -> Result<T, Failure> {
    let limit = desk.settings.config.draft.max_attempts.max(1);
    let (mut replies, mut attempts, mut sample) = (0, 0, 0);
    let mut last: Option<Diagnostic> = None;
    while attempts < limit {
        let wrong = match asking::sampled(desk, stage, what, prompt, fields, sample).await {
            Ok(reply) => match read(&reply.text) {
                Ok(usable) => return Ok(usable),
                Err(wrong) => {
                    attempts += u32::from(!reply.from_record);
                    sample += 1;
                    in_file(desk, &reply, wrong)
                }
            },
            // Nothing is recorded of it, so the same sample can be asked again.
            Err(failure) if failure.code() == "llm/empty-reply" => {
                attempts += 1;
                failure.diagnostics.into_iter().next().unwrap_or_else(|| Diagnostic::error("llm/empty-reply", "empty"))
            }
            // The end of what was recorded of a run that came to nothing.
            Err(failure) if failure.code() == "llm/replay-miss" && last.is_some() => break,
            Err(failure) => return Err(failure),
        };
        replies += 1;
        desk.ui.say(&format!("  {what}: {}", wrong.message));
        last = Some(wrong);
    }
    Err(gave_up(what, replies, last).into())
}

/// An analysis worth translating by.
pub(super) fn analysis(text: &str) -> Result<String, Diagnostic> {
    let length = text.trim().chars().count();
    if length >= SHORTEST_ANALYSIS {
        return Ok(text.to_owned());
    }
    Err(Diagnostic::error(
        "llm/short-reply",
        format!("{length} characters are no analysis (at least {SHORTEST_ANALYSIS})"),
    ))
}

/// What is wrong with a reply, for a person, who can read it.
fn in_file(desk: &Desk<'_>, reply: &Reply, wrong: Diagnostic) -> Diagnostic {
    let file = desk.session.root.join("calls").join(format!("{}.reply.md", reply.key));
    let message = format!("{}: {}", wrong.message, file);
    // The hints of the reader are meant for the model.
    Diagnostic { message, hints: Vec::new(), ..wrong }
}

fn gave_up(what: &str, replies: u32, last: Option<Diagnostic>) -> Diagnostic {
    let (places, why, cause) = last.map(|wrong| (wrong.places, wrong.message, wrong.code)).unwrap_or_default();
    let mut error = Diagnostic::error(
        "draft/no-usable-reply",
        format!("{what}: none of {replies} replies can be used; the last ({cause}): {why}"),
    )
    .hint("read it, then run `specgen resume`: it asks again, perhaps with another `--provider` or `--model`")
    .hint("draft.max_attempts says how often a run asks");
    error.places = places;
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_words_are_no_analysis() {
        assert_eq!(analysis("hello").unwrap_err().code, "llm/short-reply");
        assert_eq!(analysis(&" ".repeat(SHORTEST_ANALYSIS)).unwrap_err().code, "llm/short-reply");
        let long = "é".repeat(SHORTEST_ANALYSIS);
        assert_eq!(analysis(&long).unwrap(), long);
        assert!(analysis(&long[2..]).is_err());
    }
}
