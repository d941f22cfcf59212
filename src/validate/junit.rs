//! Verdicts as JUnit XML, which services for continuous integration show.

use std::fmt::Write as _;

use camino::Utf8PathBuf;

use crate::base::diag::Failure;
use crate::base::text::in_xml;
use crate::validate::judge::LEFT_OUT;
use crate::validate::model::Judged;
use crate::validate::model::Verdict;
use crate::validate::render::render;

/// One suite with a case for each trace: a rejected trace is a failure, one without a verdict and one that cannot be read an
/// error; one that was left out is skipped.
pub fn junit(module: &str, traces: &[Judged], unreadable: &[(Utf8PathBuf, Failure)]) -> String {
    let count = |fits: fn(&Verdict) -> bool| traces.iter().filter(|judged| fits(&judged.verdict)).count();
    let failures = count(|verdict| matches!(verdict, Verdict::Rejected(_)));
    let skipped = count(is_skipped);
    let errors = count(|verdict| matches!(verdict, Verdict::Unknown { .. })) - skipped + unreadable.len();
    let tests = traces.len() + unreadable.len();
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\"");
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a String cannot fail.
    let _ = writeln!(text, "<testsuites {counts}>\n  <testsuite name=\"specgen validate\" {counts}>");
    let case = |trace: &str| format!("    <testcase classname=\"{}\" name=\"{}\"", escaped(module), escaped(trace));
    for judged in traces {
        text.push_str(&case(&judged.trace));
        let _ = match &judged.verdict {
            Verdict::Accepted { .. } => writeln!(text, "/>"),
            Verdict::Rejected(divergence) => {
                let (number, event) = (divergence.event_index + 1, escaped(&divergence.event));
                let told = escaped(&render(divergence));
                writeln!(
                    text,
                    ">\n      <failure type=\"rejected\" message=\"event {number} of {}, {event}, has no explanation\">{told}</failure>\n    </testcase>",
                    divergence.events
                )
            }
            Verdict::Unknown { why } if is_skipped(&judged.verdict) => {
                writeln!(text, ">\n      <skipped message=\"{}\"/>\n    </testcase>", escaped(why))
            }
            Verdict::Unknown { why } => {
                writeln!(text, ">\n      <error type=\"unknown\" message=\"{}\"/>\n    </testcase>", escaped(why))
            }
        };
    }
    for (trace, failure) in unreadable {
        let told: Vec<String> = failure.diagnostics.iter().map(|diagnostic| diagnostic.render(false)).collect();
        let (code, message, told) = (failure.code(), escaped(&failure.to_string()), escaped(&told.join("\n\n")));
        let error = format!("<error type=\"{code}\" message=\"{message}\">{told}</error>");
        let _ = writeln!(text, "{}>\n      {error}\n    </testcase>", case(trace.as_str()));
    }
    text.push_str("  </testsuite>\n</testsuites>\n");
    text
}

/// Whether nobody judged it, as another was rejected.
fn is_skipped(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Unknown { why } if why == LEFT_OUT)
}

/// Also within quotes.
fn escaped(text: &str) -> String {
    in_xml(text).replace('"', "&quot;").replace('\n', "&#10;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::diag::Diagnostic;
    use crate::base::diag::Place;
    use crate::validate::model::By;

    #[test]
    fn each_trace_is_a_case_and_nothing_breaks_out_of_its_text() {
        let traces = [Judged {
            trace: "a\"<&>\u{1b}.ndjson".to_owned(),
            verdict: Verdict::Unknown { why: "line one\nline <two>".to_owned() },
            by: By::Native,
            cached: false,
        }];
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
            <testsuites tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\">\n  \
              <testsuite name=\"specgen validate\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\">\n    \
                <testcase classname=\"Raft\" name=\"a&quot;&lt;&amp;&gt;\u{fffd}.ndjson\">\n      \
                  <error type=\"unknown\" message=\"line one&#10;line &lt;two&gt;\"/>\n    \
                </testcase>\n  \
              </testsuite>\n\
            </testsuites>\n";
        assert_eq!(junit("Raft", &traces, &[]), expected);
    }

    #[test]
    fn a_trace_that_was_left_out_is_skipped_and_no_error() {
        let judged = |why: &str| Judged {
            trace: "a.ndjson".to_owned(),
            verdict: Verdict::Unknown { why: why.to_owned() },
            by: By::Native,
            cached: false,
        };
        let text = junit("Raft", &[judged(LEFT_OUT), judged("a budget was used up")], &[]);
        assert!(text.contains("<testsuites tests=\"2\" failures=\"0\" errors=\"1\" skipped=\"1\">"), "{text}");
        assert!(text.contains("<skipped message=\"not judged: ") && text.contains("<error type=\"unknown\""), "{text}");
    }

    #[test]
    fn a_trace_that_cannot_be_read_is_an_error_with_its_diagnostics() {
        let wrong = Diagnostic::error("trace/not-json", "the line is no JSON: expected `\"` & more")
            .at(Place::at("b.ndjson", 3, 1, None));
        let text = junit("Raft", &[], &[("b.ndjson".into(), wrong.into())]);
        let case = "<testcase classname=\"Raft\" name=\"b.ndjson\">\n      \
            <error type=\"trace/not-json\" message=\"trace/not-json: the line is no JSON: expected `&quot;` &amp; more (b.ndjson:3:1)\">";
        assert!(text.contains(case) && text.ends_with("</testsuites>\n"), "{text}");
        assert!(text.contains("<testsuites tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\">"), "{text}");
    }
}
