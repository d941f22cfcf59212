//! Templates filled strictly: a field that is missing is an error with the template's name and line.

use serde::Serialize;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;

/// Fills `template`, the contents of the file `name`. HTML is escaped where the name says so (`.html`).
pub fn render(name: &str, template: &str, fields: &impl Serialize) -> Result<String, Diagnostic> {
    let mut environment = minijinja::Environment::new();
    let syntax = minijinja::syntax::SyntaxConfig::builder().keep_trailing_newline(true).build();
    environment.set_syntax(syntax.map_err(|e| Diagnostic::error("internal/template", e.to_string()))?);
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|name| {
        if name.trim_end_matches(".j2").ends_with(".html") {
            minijinja::AutoEscape::Html
        } else {
            minijinja::AutoEscape::None
        }
    });
    environment.render_named_str(name, template, minijinja::value::Serde(fields)).map_err(|error| {
        let message = error.detail().map_or_else(|| error.kind().to_string(), |d| format!("{}: {d}", error.kind()));
        Diagnostic::error("internal/template", format!("fill {name}: {message}"))
            .at(error.line().map(|line| Place::at(name, line, 1, Some(template))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_field_is_an_error_with_its_line() {
        let fields = std::collections::BTreeMap::from([("a", "1")]);
        assert_eq!(render("x.tla.j2", "{{ a }}<\n", &fields).unwrap(), "1<\n");
        let error = render("x.tla.j2", "{{ a }}\n{{ b }}\n", &fields).unwrap_err();
        assert_eq!((error.code.as_str(), error.places[0].line), ("internal/template", 2));
    }

    #[test]
    fn html_is_escaped() {
        let fields = std::collections::BTreeMap::from([("a", "<&>")]);
        assert_eq!(render("x.html.j2", "{{ a }}", &fields).unwrap(), "&lt;&amp;&gt;");
    }
}
