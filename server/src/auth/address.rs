//! Where a request comes from, for the limit on failed sign-ins.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

use crate::App;
use crate::api::Problem;

/// The client's address: the connection's, or what the proxy on this machine says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl FromRequestParts<App> for ClientAddress {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let ConnectInfo(peer) = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .ok_or(Problem::Internal)?;
        let said = parts
            .headers
            .get_all("x-forwarded-for")
            .iter()
            .next_back()
            .and_then(|line| line.to_str().ok());
        Ok(Self(client(peer.ip(), app.config.public_origin.is_some(), said)))
    }
}

/// `X-Forwarded-For` counts only from a proxy on this machine, and only when there is one (a public address is
/// configured); of its list only the last entry, which that proxy wrote itself.
fn client(peer: IpAddr, proxied: bool, said: Option<&str>) -> IpAddr {
    if !(proxied && peer.to_canonical().is_loopback()) {
        return peer;
    }
    said.and_then(|list| list.rsplit(',').next())
        .and_then(|last| last.trim().parse().ok())
        .unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_proxy_is_believed_and_only_its_last_word() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let said = Some("6.6.6.6, 10.0.0.7");
        assert_eq!(client(ip("127.0.0.1"), true, said), ip("10.0.0.7"));
        assert_eq!(client(ip("::ffff:127.0.0.1"), true, said), ip("10.0.0.7"));
        assert_eq!(client(ip("127.0.0.1"), false, said), ip("127.0.0.1"));
        assert_eq!(client(ip("10.0.0.9"), true, said), ip("10.0.0.9"));
        assert_eq!(client(ip("127.0.0.1"), true, Some("nonsense")), ip("127.0.0.1"));
        assert_eq!(client(ip("127.0.0.1"), true, None), ip("127.0.0.1"));
    }
}
