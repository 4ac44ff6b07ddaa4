//! `/api/v1/session`: sign in, who am I, sign out.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use shared::id::DeviceId;
use utoipa::ToSchema;
use uuid::Uuid;

use super::view::{PositionView, UnitView};
use super::{Problem, ProblemBody, json};
use crate::auth::password::Password;
use crate::auth::sessions::SignIn;
use crate::auth::token::Token;
use crate::auth::users::{self, User};
use crate::auth::{Caller, ClientAddress};
use crate::years::YearView;
use crate::{App, assets, clock, years};

/// What is typed to sign in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignInBody {
    /// The account's username; case does not matter.
    username: String,
    /// The password.
    #[schema(format = Password)]
    password: String,
    /// What to call this device in lists: `Điện thoại Android`.
    device_name: String,
    /// The `device_id` of the last answer, so that one device stays one device.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Uuid)]
    device_id: Option<Uuid>,
}

/// Who is signed in, where, and which years there are.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionView {
    user: UserView,
    /// `null` for the system's own accounts.
    unit: Option<UnitView>,
    position: PositionView,
    #[schema(value_type = String, format = Uuid)]
    device_id: DeviceId,
    /// The assessment years, oldest first.
    years: Vec<YearView>,
    server: ServerView,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UserView {
    /// The account's id: the Automerge author of everything it writes.
    #[schema(value_type = String, format = Uuid)]
    id: shared::id::UserId,
    username: String,
    name: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ServerView {
    /// The build of the app this server hands out; `null` when it hands out none.
    build: Option<String>,
}

/// Sign in.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", request_body = SignInBody, responses(
    (status = 200, description = "Signed in; the session is in the cookie", body = SessionView),
    (status = 401, description = "Username and password do not fit", body = ProblemBody),
    (status = 429, description = "Too many failures; see Retry-After", body = ProblemBody),
))]
pub(super) async fn sign_in(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    json::Body(body): json::Body<SignInBody>,
) -> Result<Response, Problem> {
    let now_ms = clock::now_ms();
    let username = users::username(&body.username);
    // A name that cannot exist is counted and takes as long as any other.
    let counted = username
        .clone()
        .unwrap_or_else(|| body.username.chars().take(64).collect());
    let limits = &app.accounts.limits;
    limits.take(&counted, address, now_ms).map_err(|too_many| {
        app.metrics.limited.up();
        tracing::warn!(%address, "too many failed sign-ins");
        Problem::TooManyFailures {
            retry_after_s: too_many.retry_after_s,
        }
    })?;
    let user = match verified(&app, username.as_deref(), &body.password).await {
        Ok(Some(user)) => user,
        Ok(None) => {
            app.metrics.wrong_password.up();
            return Err(Problem::WrongPassword);
        }
        Err(problem) => {
            limits.undecided(&counted, address);
            return Err(problem);
        }
    };
    limits.succeeded(&counted, address);
    app.metrics.signed_in.up();
    let token = Token::random().map_err(|error| {
        tracing::error!(%error, "no randomness");
        Problem::Internal
    })?;
    let device_name: String = body.device_name.chars().filter(|c| !c.is_control()).take(80).collect();
    let sign_in = SignIn {
        user: user.id,
        device: body.device_id.map(DeviceId::new),
        device_name: device_name.trim(),
        token: token.hash(),
    };
    let device = app.accounts.sessions.start(sign_in, now_ms).await?;
    let view = view(&app, user, device, now_ms).await;
    Ok(([(header::SET_COOKIE, app.config.cookie().set(&token))], Json(view)).into_response())
}

/// The account, if the password is its own and it is not disabled. Takes equally long whatever is wrong.
async fn verified(app: &App, username: Option<&str>, password: &str) -> Result<Option<User>, Problem> {
    let found = match username {
        Some(username) => app.accounts.users.find(username).await?,
        None => None,
    };
    let (user, stored) = found.filter(|(user, _)| user.disabled_ms.is_none()).unzip();
    let (password, stored) = match Password::new(password) {
        Some(password) => (password, stored),
        None => (Password::decoy(), None),
    };
    let right = app.accounts.passwords.verify(password, stored).await?;
    Ok(user.filter(|_| right))
}

/// Who am I.
#[utoipa::path(get, path = "/api/v1/session", tag = "session", responses(
    (status = 200, description = "Signed in", body = SessionView),
    (status = 401, description = "Not signed in", body = ProblemBody),
))]
pub(super) async fn who_am_i(State(app): State<App>, caller: Caller) -> Json<SessionView> {
    Json(view(&app, caller.user, caller.device, clock::now_ms()).await)
}

/// Sign out: the token is dead at once, its tickets and open sockets with it.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session", responses(
    (status = 204, description = "Signed out"),
    (status = 401, description = "Not signed in", body = ProblemBody),
))]
pub(super) async fn sign_out(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    app.accounts.sessions.end(caller.session).await?;
    Ok((
        StatusCode::NO_CONTENT,
        [(header::SET_COOKIE, app.config.cookie().clear())],
    )
        .into_response())
}

async fn view(app: &App, user: User, device_id: DeviceId, now_ms: i64) -> SessionView {
    let unit = user.unit.as_ref().and_then(|code| UnitView::of(&app.units, code));
    SessionView {
        position: PositionView::of(&user.position, unit.as_ref()),
        unit,
        user: UserView {
            id: user.id,
            username: user.username,
            name: user.name,
        },
        device_id,
        years: years::offered(app.config.year_2025, now_ms),
        server: ServerView {
            build: assets::read(app.config.dist.as_deref())
                .await
                .map(|assets| assets.build),
        },
    }
}
