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
        let client = stages::client(context, settings, &session.root)?;
        let (mut tools, tools_digest) = setup::tools(context).await?;
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
