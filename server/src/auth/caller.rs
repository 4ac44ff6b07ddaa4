//! The extractors: a handler that names [`Caller`] cannot run without a live session, and what reads documents asks
//! for the caller's principal. So a handler cannot forget either.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::Deserialize;
use shared::access::Principal;
use shared::id::DeviceId;

use super::origin;
use super::sessions::SessionId;
use super::token::Token;
use super::users::User;
use crate::api::Problem;
use crate::{App, clock};

/// Who is asking, from the session cookie.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The account.
    pub user: User,
    /// The session.
    pub session: SessionId,
    /// The session's device.
    pub device: DeviceId,
}

impl Caller {
    /// What `shared::access` decides about.
    pub fn principal(&self) -> Principal {
        Principal {
            user: self.user.id,
            unit: self.user.unit.clone(),
            position: self.user.position.clone(),
        }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let token = app.config.cookie().token(&parts.headers).ok_or(Problem::SignInNeeded)?;
        app.accounts
            .sessions
            .find(token.hash(), clock::now_ms())
            .await?
            .ok_or(Problem::SignInNeeded)
    }
}

/// Who opens a sync socket: by ticket from anywhere, or by cookie from a page of this server.
#[derive(Debug, Clone)]
pub struct SyncCaller(pub Caller);

#[derive(Deserialize)]
struct TicketQuery {
    ticket: Option<String>,
}

impl FromRequestParts<App> for SyncCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Query(query) = Query::<TicketQuery>::try_from_uri(&parts.uri).map_err(|_| Problem::BadTicket)?;
        if let Some(ticket) = query.ticket {
            return by_ticket(app, &ticket).await.map(Self);
        }
        // A browser always states the origin of a WebSocket; a program without a browser uses a ticket.
        match origin::from(&parts.headers, app.config.https(), app.config.public_origin.as_ref()) {
            origin::From::Ours => Caller::from_request_parts(parts, app).await.map(Self),
            origin::From::NotSaid | origin::From::Foreign => Err(Problem::ForeignOrigin),
        }
    }
}

async fn by_ticket(app: &App, ticket: &str) -> Result<Caller, Problem> {
    let now_ms = clock::now_ms();
    let ticket = Token::parse(ticket).ok_or(Problem::BadTicket)?;
    let consumed = app
        .accounts
        .tickets
        .consume(ticket.hash(), now_ms)
        .await?
        .ok_or(Problem::BadTicket)?;
    let caller = app
        .accounts
        .sessions
        .find_by_id(consumed.session, now_ms)
        .await?
        .ok_or(Problem::BadTicket)?;
    if caller.user.id == consumed.user && caller.device == consumed.device {
        Ok(caller)
    } else {
        Err(Problem::BadTicket)
    }
}
