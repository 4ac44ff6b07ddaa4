//! The session cookie (RFC 6265bis).

use axum::http::{HeaderMap, HeaderValue, header};

use super::token::Token;

/// Over https. The prefix makes browsers insist on `Secure`, `Path=/` and no `Domain`: a neighbouring host cannot set
/// it.
const SECURE_NAME: &str = "__Host-tcpl";
/// On a plain-http loopback address, where browsers differ about `Secure`.
const LOOPBACK_NAME: &str = "tcpl";

/// How long a browser keeps it, in seconds: as long as a session can live at most. The server's row decides when the
/// session is over.
pub const KEPT_S: i64 = 180 * 24 * 60 * 60;

/// How this server writes its cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CookieRule {
    /// Whether browsers reach the server over https.
    pub secure: bool,
}

impl CookieRule {
    fn name(self) -> &'static str {
        if self.secure { SECURE_NAME } else { LOOPBACK_NAME }
    }

    fn write(self, value: &str, max_age_s: i64) -> HeaderValue {
        let secure = if self.secure { "; Secure" } else { "" };
        let name = self.name();
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_s}{secure}");
        // Nothing but ASCII letters, digits and punctuation is in it.
        let mut cookie = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
        cookie.set_sensitive(true);
        cookie
    }

    /// The `Set-Cookie` that hands over a token.
    pub fn set(self, token: &Token) -> HeaderValue {
        self.write(&token.encode(), KEPT_S)
    }

    /// The `Set-Cookie` that takes the token away.
    pub fn clear(self) -> HeaderValue {
        self.write("", 0)
    }

    /// Whether the request carries our cookie, well-formed or not.
    pub fn is_in(self, headers: &HeaderMap) -> bool {
        self.value(headers).is_some()
    }

    /// The token in the request's cookie.
    pub fn token(self, headers: &HeaderMap) -> Option<Token> {
        self.value(headers).and_then(Token::parse)
    }

    fn value(self, headers: &HeaderMap) -> Option<&str> {
        let lines = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok());
        let pairs = lines
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        pairs
            .filter(|(name, _)| *name == self.name())
            .map(|(_, value)| value)
            .next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_and_read() {
        let token = Token::random().unwrap();
        let rule = CookieRule { secure: true };
        let set = rule.set(&token).to_str().unwrap().to_owned();
        assert!(set.starts_with("__Host-tcpl="), "{set}");
        assert!(
            set.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=15552000; Secure"),
            "{set}"
        );
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; tcpl=x"));
        assert!(
            rule.token(&headers).is_none() && !rule.is_in(&headers),
            "the plain name is not the secure one"
        );
        let sent = format!("a=b; {}", set.split(';').next().unwrap());
        headers.append(header::COOKIE, HeaderValue::from_str(&sent).unwrap());
        assert!(rule.token(&headers).unwrap().hash() == token.hash());
        let plain = CookieRule { secure: false }.clear();
        assert_eq!(plain, "tcpl=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
        assert!(plain.is_sensitive());
    }
}
