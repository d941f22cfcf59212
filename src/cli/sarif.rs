//! Diagnostics as a SARIF 2.1.0 log (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/>).

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::json;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::diag::Severity;
use crate::knowledge::codes;

/// One log of one run.
pub(super) fn log(diagnostics: &[&Diagnostic]) -> Value {
    let entries = codes::all().unwrap_or_default();
    let meanings: BTreeMap<&str, &str> = entries.iter().map(|e| (e.code.as_str(), e.means.as_str())).collect();
    let used: std::collections::BTreeSet<&str> = diagnostics.iter().map(|d| d.code.as_str()).collect();
    let rules: Vec<Value> = used
        .iter()
        .map(|code| json!({"id": code, "shortDescription": {"text": meanings.get(code).unwrap_or(code)}}))
        .collect();
    let results: Vec<Value> = diagnostics.iter().map(|diagnostic| result(diagnostic)).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "specgen", "version": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn result(diagnostic: &Diagnostic) -> Value {
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let hints = diagnostic.hints.iter().map(|hint| format!("\nhelp: {hint}"));
    let text: String = std::iter::once(diagnostic.message.clone()).chain(hints).collect();
    let mut places = diagnostic.places.iter().map(location);
    json!({
        "ruleId": diagnostic.code,
        "level": level,
        "message": {"text": text},
        "locations": places.next().into_iter().collect::<Vec<_>>(),
        "relatedLocations": places.collect::<Vec<_>>(),
    })
}

fn location(place: &Place) -> Value {
    // A path from the root is no URI by itself.
    let uri = if place.file.starts_with('/') { format!("file://{}", place.file) } else { place.file.clone() };
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": {"uri": uri},
            "region": {
                "startLine": place.line,
                "startColumn": place.column,
                "endColumn": place.column + place.width,
            },
        },
    });
    if !place.label.is_empty() {
        location["message"] = json!({"text": place.label});
    }
    location
}
