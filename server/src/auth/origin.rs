//! The same-origin rule: what keeps a foreign page from using an official's cookie.

use axum::http::uri::Authority;
use axum::http::{HeaderMap, header};

/// Scheme, host and port, as a browser states them in `Origin`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// `https` rather than `http`.
    pub https: bool,
    /// The host, in lower case, as in a URL (IPv6 in brackets).
    pub host: String,
    /// The port, also where it is the scheme's own.
    pub port: u16,
}

/// What a request's `Origin` header says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// A page of this server.
    Ours,
    /// No `Origin`: another program, or a browser's plain navigation.
    NotSaid,
    /// A foreign page, or an origin that hides itself (`null`).
    Foreign,
}

impl Origin {
    /// Parses `scheme://host[:port]`; `None` for anything else, `null` included.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let https = match scheme {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        Self::from_authority(https, rest)
    }

    fn from_authority(https: bool, text: &str) -> Option<Self> {
        if text.contains('@') {
            return None;
        }
        let authority: Authority = text.parse().ok()?;
        // RFC 3986 allows `;` and the like in a host; no real one has them, and this text goes into a header.
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '[' | ']' | ':');
        if !authority.host().chars().all(plain) {
            return None;
        }
        let port = match authority.port() {
            Some(port) => port.as_u16(),
            // Also what is no port number reads as none.
            None if authority.as_str() != authority.host() => return None,
            None if https => 443,
            None => 80,
        };
        Some(Self {
            https,
            host: authority.host().to_ascii_lowercase(),
            port,
        })
    }

    /// As text, the port left out where it is the scheme's own.
    pub fn text(&self) -> String {
        let scheme = if self.https { "https" } else { "http" };
        format!("{scheme}://{}", self.authority())
    }

    /// The same place for a WebSocket.
    pub fn socket(&self) -> String {
        let scheme = if self.https { "wss" } else { "ws" };
        format!("{scheme}://{}", self.authority())
    }

    fn authority(&self) -> String {
        match (self.https, self.port) {
            (true, 443) | (false, 80) => self.host.clone(),
            (_, port) => format!("{}:{port}", self.host),
        }
    }

    /// The origin the request was sent to, by its `Host`. `https` is how browsers reach this server.
    pub fn of_host(headers: &HeaderMap, https: bool) -> Option<Self> {
        Self::from_authority(https, headers.get(header::HOST)?.to_str().ok()?)
    }
}

/// Compares `Origin` with `Host` and with the configured public address: host, port and scheme must agree.
pub fn from(headers: &HeaderMap, https: bool, public: Option<&Origin>) -> From {
    let mut stated = headers.get_all(header::ORIGIN).iter();
    let Some(first) = stated.next() else {
        return From::NotSaid;
    };
    let origin = first.to_str().ok().and_then(Origin::parse);
    let (Some(origin), None) = (origin, stated.next()) else {
        return From::Foreign;
    };
    let ours = Origin::of_host(headers, https).as_ref() == Some(&origin) || public == Some(&origin);
    if ours { From::Ours } else { From::Foreign }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(host: &str, origin: Option<&str>, https: bool, public: Option<&str>) -> From {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        from(
            &headers,
            https,
            public.map(|text| Origin::parse(text).unwrap()).as_ref(),
        )
    }

    #[test]
    fn same_host_and_port() {
        assert_eq!(
            ask("127.0.0.1:8080", Some("http://127.0.0.1:8080"), false, None),
            From::Ours
        );
        assert_eq!(ask("[::1]:8080", Some("http://[::1]:8080"), false, None), From::Ours);
        assert_eq!(
            ask("Tcpl.example", Some("https://tcpl.example"), true, None),
            From::Ours
        );
        assert_eq!(
            ask("tcpl.example:443", Some("https://tcpl.example"), true, None),
            From::Ours
        );
        assert_eq!(ask("127.0.0.1:8080", None, false, None), From::NotSaid);
    }

    #[test]
    fn anything_else_is_foreign() {
        for origin in [
            "http://127.0.0.1:8081",
            "http://localhost:8080",
            "https://127.0.0.1:8080",
            "http://127.0.0.1:8080.example",
            "http://user@127.0.0.1:8080",
            "http://127.0.0.1:8080/",
            "http://127.0.0.1",
            "null",
            "",
        ] {
            assert_eq!(
                ask("127.0.0.1:8080", Some(origin), false, None),
                From::Foreign,
                "{origin}"
            );
        }
        assert_eq!(
            ask("tcpl.example", Some("http://tcpl.example"), true, None),
            From::Foreign,
            "downgraded page"
        );
    }

    #[test]
    fn the_public_address_behind_a_proxy() {
        let public = Some("https://tcpl.example");
        assert_eq!(
            ask("127.0.0.1:8080", Some("https://tcpl.example"), true, public),
            From::Ours
        );
        assert_eq!(
            ask("127.0.0.1:8080", Some("https://other.example"), true, public),
            From::Foreign
        );
    }

    #[test]
    fn as_text() {
        let text = |text: &str| Origin::parse(text).map(|origin| (origin.text(), origin.socket()));
        assert_eq!(
            text("https://a.example:443"),
            Some(("https://a.example".into(), "wss://a.example".into()))
        );
        assert_eq!(
            text("http://[::1]:80"),
            Some(("http://[::1]".into(), "ws://[::1]".into()))
        );
        assert_eq!(text("http://a:1"), Some(("http://a:1".into(), "ws://a:1".into())));
        for wrong in [
            "ftp://a",
            "a",
            "http://",
            "http://a:99999",
            "http://a b",
            "http://a:",
            "http://a;b",
        ] {
            assert_eq!(text(wrong), None, "{wrong}");
        }
    }
}
