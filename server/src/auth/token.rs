//! Secrets handed to a client: 256 random bits, of which the server keeps only the SHA-256.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A session token or a ticket. Only its owner holds it; it is never stored or logged.
pub struct Token([u8; 32]);

/// What the server stores of a [`Token`]. No salt and no slow hash are needed: the token is random in all 256 bits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenHash([u8; 32]);

impl Token {
    /// A new one from the system's randomness.
    ///
    /// # Errors
    /// When the system has no randomness to give; nothing can be signed in then.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// As text for a cookie or a query: base64url without padding, 43 characters.
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Back from text; `None` for anything [`Token::encode`] cannot have made.
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// What to store or to look for.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0).into())
    }
}

impl TokenHash {
    /// The 32 bytes of the column.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back_and_nothing_else() {
        let token = Token::random().unwrap();
        let text = token.encode();
        assert_eq!(text.len(), 43);
        assert!(Token::parse(&text).unwrap().hash() == token.hash());
        for wrong in [
            "",
            "x",
            &text[..42],
            &format!("{text}A"),
            &text.replacen(&text[..1], "=", 1),
        ] {
            assert!(Token::parse(wrong).is_none(), "{wrong}");
        }
        assert!(Token::random().unwrap().hash() != token.hash());
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Token::random().unwrap()), "Token(…)");
    }
}
