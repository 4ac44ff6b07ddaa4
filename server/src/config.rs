//! What the operator sets when the server starts.

use std::net::SocketAddr;
use std::path::PathBuf;

use shared::criteria::Setting2025;

use crate::auth::cookie::CookieRule;
use crate::auth::origin::Origin;

/// The settings of a running server.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where it listens.
    pub addr: SocketAddr,
    /// The folder of the database.
    pub data: PathBuf,
    /// The folder of the built app; `None` serves the API alone.
    pub dist: Option<PathBuf>,
    /// How browsers reach the server, when a proxy in front of it speaks https.
    pub public_origin: Option<Origin>,
    /// What is done with assessment year 2025.
    pub year_2025: Setting2025,
}

/// Settings that cannot be served safely.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Cookies would travel in the clear.
    #[error(
        "--public-origin {0} is neither https nor a loopback address: browsers would send the session in the clear; put https in front"
    )]
    PlainHttp(String),
}

impl Config {
    /// Refuses settings under which a session would cross a network in the clear.
    ///
    /// # Errors
    /// [`ConfigError`]; change the setting it names.
    pub fn check(&self) -> Result<(), ConfigError> {
        match &self.public_origin {
            Some(origin) if !origin.https && !is_loopback(&origin.host) => Err(ConfigError::PlainHttp(origin.text())),
            _ => Ok(()),
        }
    }

    /// Whether browsers reach this server over https: always, but for a plain-http loopback address.
    pub fn https(&self) -> bool {
        match &self.public_origin {
            Some(origin) => origin.https,
            None => !self.addr.ip().is_loopback(),
        }
    }

    /// How the session cookie is written.
    pub fn cookie(&self) -> CookieRule {
        CookieRule { secure: self.https() }
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(addr: &str, origin: Option<&str>) -> Config {
        Config {
            addr: addr.parse().unwrap(),
            data: PathBuf::new(),
            dist: None,
            public_origin: origin.map(|text| Origin::parse(text).unwrap()),
            year_2025: Setting2025::default(),
        }
    }

    #[test]
    fn the_cookie_is_secure_unless_on_plain_loopback() {
        assert!(!config("127.0.0.1:0", None).https());
        assert!(!config("[::1]:0", None).https());
        assert!(!config("127.0.0.1:0", Some("http://localhost:8080")).https());
        assert!(config("127.0.0.1:0", Some("https://tcpl.example")).https());
        assert!(config("0.0.0.0:0", None).https());
    }

    #[test]
    fn plain_http_over_a_network_is_refused() {
        assert!(config("127.0.0.1:0", Some("http://tcpl.example")).check().is_err());
        assert!(config("127.0.0.1:0", Some("http://127.0.0.1:4000")).check().is_ok());
        assert!(config("127.0.0.1:0", Some("http://[::1]:4000")).check().is_ok());
        assert!(config("0.0.0.0:0", Some("https://tcpl.example")).check().is_ok());
    }
}
