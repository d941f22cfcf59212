//! What a command works with: a session that is open, a client of the model, the TLA+ tools, the target's source.

use super::Context;
use super::setup;
use super::stages;
use crate::base::diag::Failure;
use crate::base::ui::Ui;
use crate::config::Settings;
use crate::engine::Tla2Tools;
use crate::fetch;
use crate::fetch::SourceTree;
use crate::llm::Client;
use crate::session::Session;
use crate::stages::Desk;
use crate::toolchain::jar;

/// Owns what a [`Desk`] lends to the stages.
pub(super) struct Workplace<'a> {
    settings: &'a Settings,
    ui: &'a Ui,
    session: Session,
    client: Client,
    tools: Tla2Tools,
    tools_digest: String,
    source: SourceTree,
}

impl<'a> Workplace<'a> {
    /// Around `session`. One that may be written to says who answers, and keeps what the tools need while they run.
    pub(super) async fn around(
        context: &'a Context,
        settings: &'a Settings,
        session: Session,
    ) -> Result<Self, Failure> {
        let tools = setup::tools(context).await?;
        Self::with(context, settings, session, tools).await
    }

    /// Around `session`, for work that may not need the TLA+ tools.
    pub(super) async fn without_tools(
        context: &'a Context,
        settings: &'a Settings,
        session: Session,
    ) -> Result<Self, Failure> {
        Self::with(context, settings, session, setup::tools_at_hand(context)).await
    }

    /// Around `session`, only to look at its digests: where there are no tools, the stages that run them are not fresh.
    pub(super) async fn to_look_at(
        context: &'a Context,
        settings: &'a Settings,
        session: Session,
    ) -> Result<Self, Failure> {
        let tools = match setup::tools(context).await {
            Ok(tools) => tools,
            Err(failure) => {
                let why = failure.diagnostics.first().map(ToString::to_string).unwrap_or_default();
                context.ui.say(&format!("without the TLA+ tools, what they made counts as changed: {why}"));
                (Tla2Tools::new("java", jar::FILE_NAME), "none".to_owned())
            }
        };
        Self::with(context, settings, session, tools).await
    }

    async fn with(
        context: &'a Context,
        settings: &'a Settings,
        session: Session,
        (mut tools, tools_digest): (Tla2Tools, String),
    ) -> Result<Self, Failure> {
        let client = stages::client(context, settings, &session.root)?;
        if session.is_writer() {
            tools = tools.scratch_in(session.scratch());
            context.ui.say(&format!("session {}, model calls: {}", session.root, client.provider()));
        }
        let source = fetch::fetch(settings).await?;
        Ok(Self { settings, ui: &context.ui, session, client, tools, tools_digest, source })
    }

    /// For the stages.
    pub(super) fn desk(&self) -> Desk<'_> {
        Desk {
            settings: self.settings,
            ui: self.ui,
            session: &self.session,
            client: &self.client,
            tools: &self.tools,
            tools_digest: &self.tools_digest,
            source: &self.source,
        }
    }
}
