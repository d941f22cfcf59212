//! `specgen doctor`: what is there, what is missing, and the command that installs it.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use super::Answer;
use super::Context;
use super::exit::ExitCode;
use crate::base::diag::Failure;
use crate::toolchain::Toolchain;
use crate::toolchain::doctor;
use crate::toolchain::doctor::Check;
use crate::toolchain::doctor::Places;
use crate::toolchain::doctor::Status;

/// What was found on this machine.
#[derive(Serialize, JsonSchema)]
pub(super) struct Shown {
    /// One a thing that is needed.
    checks: Vec<Check>,
}

/// Looks at everything; something required that is missing makes the exit code one of the toolchain.
pub(super) async fn doctor(context: &Context) -> Result<Answer, Failure> {
    let path = |text: &str| camino::Utf8PathBuf::from(text);
    let places = Places {
        named: super::setup::named(context),
        java_home: context.environment.get("JAVA_HOME").map(path),
        library: super::setup::library(context),
        work: context.settings.project.clone(),
    };
    let checks = doctor::examine(&Toolchain::built_in(), &places).await;
    let bad = |c: &&Check| c.required && matches!(c.status, Status::Missing | Status::TooOld);
    let exit = if checks.iter().any(|c| bad(&c)) { ExitCode::Toolchain } else { ExitCode::Success };
    let text = text(&checks);
    Ok(Answer::of(&Shown { checks }, text).exit(exit))
}

fn text(checks: &[Check]) -> String {
    let mut text = String::new();
    for check in checks {
        let status = match check.status {
            Status::Ok => "ok",
            Status::Missing => "missing",
            Status::TooOld => "too old",
            Status::Warning => "warning",
        };
        let found = [check.version.as_deref(), check.path.as_ref().map(|p| p.as_str())]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", ");
        let found = if found.is_empty() { check.detail.clone() } else { found };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{status:<8} {:<12} {found}", check.name);
        if !matches!(check.status, Status::Ok) {
            let _ = writeln!(text, "         for: {}", check.purpose);
            if !check.detail.is_empty() && check.detail != found {
                let _ = writeln!(text, "         {}", check.detail);
            }
            if let Some(install) = &check.install {
                let ways = if install.debian == install.brew {
                    install.debian.to_owned()
                } else {
                    format!("{}   or   {}", install.debian, install.brew)
                };
                let _ = writeln!(text, "         install it: {ways}");
            }
        }
    }
    text
}
