//! Verdicts as JUnit XML, which services for continuous integration show.

use std::fmt::Write as _;

use crate::base::text::in_xml;
use crate::validate::model::Judged;
use crate::validate::model::Verdict;
use crate::validate::render::render;

/// One suite with a case for each trace: a rejected trace is a failure, one without a verdict an error.
pub fn junit(module: &str, traces: &[Judged]) -> String {
    let count = |fits: fn(&Verdict) -> bool| traces.iter().filter(|judged| fits(&judged.verdict)).count();
    let failures = count(|verdict| matches!(verdict, Verdict::Rejected(_)));
    let errors = count(|verdict| matches!(verdict, Verdict::Unknown { .. }));
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\"", traces.len());
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a String cannot fail.
    let _ = writeln!(text, "<testsuites {counts}>\n  <testsuite name=\"specgen validate\" {counts}>");
    for judged in traces {
        let _ = write!(text, "    <testcase classname=\"{}\" name=\"{}\"", escaped(module), escaped(&judged.trace));
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
            Verdict::Unknown { why } => {
                writeln!(text, ">\n      <error type=\"unknown\" message=\"{}\"/>\n    </testcase>", escaped(why))
            }
        };
    }
    text.push_str("  </testsuite>\n</testsuites>\n");
    text
}

/// Also within quotes.
fn escaped(text: &str) -> String {
    in_xml(text).replace('"', "&quot;").replace('\n', "&#10;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::model::By;

    #[test]
    fn each_trace_is_a_case_and_nothing_breaks_out_of_its_text() {
        let traces = [Judged {
            trace: "a\"<&>\u{1b}.ndjson".to_owned(),
            verdict: Verdict::Unknown { why: "line one\nline <two>".to_owned() },
            by: By::Native,
        }];
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
            <testsuites tests=\"1\" failures=\"0\" errors=\"1\">\n  \
              <testsuite name=\"specgen validate\" tests=\"1\" failures=\"0\" errors=\"1\">\n    \
                <testcase classname=\"Raft\" name=\"a&quot;&lt;&amp;&gt;\u{fffd}.ndjson\">\n      \
                  <error type=\"unknown\" message=\"line one&#10;line &lt;two&gt;\"/>\n    \
                </testcase>\n  \
              </testsuite>\n\
            </testsuites>\n";
        assert_eq!(junit("Raft", &traces), expected);
    }
}
