//! Errors as `application/problem+json` (RFC 9457), each with a `type` that programs may rely on.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::password::PasswordError;
use crate::store::{StoreError, StoreErrorKind};

/// Everything that can be wrong with a request. The `type` of each never changes; the texts may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// Not signed in, or the session is over.
    SignInNeeded,
    /// Username and password do not fit (or the account is disabled: not told apart).
    WrongPassword,
    /// Too many failed sign-ins.
    TooManyFailures {
        /// Seconds to wait.
        retry_after_s: u64,
    },
    /// The ticket is unknown, used or expired.
    BadTicket,
    /// The request comes from another site's page, or states no origin where it must.
    ForeignOrigin,
    /// The body or the query cannot be read.
    BadRequest(String),
    /// The body is longer than the server reads.
    TooLarge,
    /// There is no such thing, or this account may not see it (not told apart).
    NotFound,
    /// This address takes other methods.
    MethodNotAllowed,
    /// `heads` are not heads of this document's history as stored here.
    UnknownHeads,
    /// The request took too long.
    TimedOut,
    /// Overloaded, or the database cannot be written now.
    Unavailable {
        /// Seconds after which trying again makes sense.
        retry_after_s: u64,
    },
    /// A fault of the server; it is in the log under the request's id.
    Internal,
}

/// The body of a problem response.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemBody {
    /// Names the kind of problem, for ever: `urn:chuan-tcpl:problem:…`.
    #[serde(rename = "type")]
    kind: String,
    /// The HTTP status.
    status: u16,
    /// What happened, in Vietnamese, for the screen.
    title: &'static str,
    /// What exactly, for whoever writes the client; in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl Problem {
    /// The last part of `type`, the status, and the sentence for the screen: what happened and what to do.
    fn parts(&self) -> (&'static str, StatusCode, &'static str) {
        match self {
            Self::SignInNeeded => (
                "sign-in-needed",
                StatusCode::UNAUTHORIZED,
                "Cần đăng nhập lại để đồng bộ. Dữ liệu trên máy vẫn còn.",
            ),
            Self::WrongPassword => (
                "wrong-password",
                StatusCode::UNAUTHORIZED,
                "Tên đăng nhập hoặc mật khẩu không đúng.",
            ),
            Self::TooManyFailures { .. } => (
                "too-many-failures",
                StatusCode::TOO_MANY_REQUESTS,
                "Đăng nhập sai quá nhiều lần. Hãy chờ một lúc rồi thử lại.",
            ),
            Self::BadTicket => (
                "bad-ticket",
                StatusCode::UNAUTHORIZED,
                "Vé đồng bộ không dùng được nữa. Hãy xin vé mới.",
            ),
            Self::ForeignOrigin => (
                "foreign-origin",
                StatusCode::FORBIDDEN,
                "Yêu cầu không đến từ trang này nên không được thực hiện.",
            ),
            Self::BadRequest(_) => (
                "bad-request",
                StatusCode::BAD_REQUEST,
                "Máy chủ không đọc được yêu cầu.",
            ),
            Self::TooLarge => ("too-large", StatusCode::PAYLOAD_TOO_LARGE, "Yêu cầu quá lớn."),
            Self::NotFound => (
                "not-found",
                StatusCode::NOT_FOUND,
                "Không có, hoặc tài khoản này không được xem.",
            ),
            Self::MethodNotAllowed => (
                "method-not-allowed",
                StatusCode::METHOD_NOT_ALLOWED,
                "Địa chỉ này không nhận cách gọi đó.",
            ),
            Self::UnknownHeads => (
                "unknown-heads",
                StatusCode::NOT_FOUND,
                "Máy chủ chưa có phiên bản này của hồ sơ.",
            ),
            Self::TimedOut => (
                "timed-out",
                StatusCode::REQUEST_TIMEOUT,
                "Yêu cầu mất quá nhiều thời gian. Hãy thử lại.",
            ),
            Self::Unavailable { .. } => (
                "unavailable",
                StatusCode::SERVICE_UNAVAILABLE,
                "Máy chủ đang bận. Hãy thử lại sau ít giây.",
            ),
            Self::Internal => (
                "internal",
                StatusCode::INTERNAL_SERVER_ERROR,
                "Máy chủ gặp lỗi. Dữ liệu đã lưu vẫn còn; hãy thử lại, nếu còn lỗi xin báo quản trị.",
            ),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (name, status, title) = self.parts();
        let detail = match &self {
            Self::BadRequest(detail) => Some(detail.clone()),
            _ => None,
        };
        let body = ProblemBody {
            kind: format!("urn:chuan-tcpl:problem:{name}"),
            status: status.as_u16(),
            title,
            detail,
        };
        let mut response = (status, axum::Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Self::TooManyFailures { retry_after_s } | Self::Unavailable { retry_after_s } = self {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(retry_after_s));
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "storage failed");
        match error.kind {
            StoreErrorKind::Busy | StoreErrorKind::Full | StoreErrorKind::Closed => {
                Self::Unavailable { retry_after_s: 5 }
            }
            _ => Self::Internal,
        }
    }
}

impl From<PasswordError> for Problem {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => Self::Unavailable { retry_after_s: 3 },
            PasswordError::Failed(_) => {
                tracing::error!(%error, "password hash failed");
                Self::Internal
            }
        }
    }
}
