//! argon2id (RFC 9106) with PHC strings, computing in memory that is kept.

use std::fmt;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};

use super::password::{Password, PasswordError};

/// Memory for one hash, in KiB. With [`PASSES`] and one lane this is OWASP's second recommendation for argon2id
/// (19 MiB, 2 passes). Measured: 17 to 27 ms of one core (`docs/SECURITY.md`).
pub const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over the memory.
pub const PASSES: u32 = 2;

/// The memory hashes are computed in, one after the other. Allocated anew for each, glibc does not find the room again:
/// 350 MB were resident after twenty sign-ins, measured.
#[derive(Default)]
pub struct Memory(Vec<Block>);

impl Memory {
    /// The PHC string to store, with a salt of its own.
    ///
    /// # Errors
    /// [`PasswordError::Failed`] when there is no randomness or memory.
    pub fn hash(&mut self, password: &Password) -> Result<String, PasswordError> {
        let mut salt = [0; Salt::RECOMMENDED_LENGTH];
        getrandom::fill(&mut salt).map_err(failed)?;
        let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(failed)?;
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            salt: Some(Salt::new(&salt).map_err(failed)?),
            hash: Some(self.compute(password, &salt, Version::V0x13, &params)?),
            params: ParamsString::try_from(&params).map_err(failed)?,
        };
        Ok(hash.to_string())
    }

    /// Whether `password` is the one behind `stored`. Takes the parameters from `stored`, so that accounts older than a
    /// change of parameters still work; compares in constant time.
    ///
    /// # Errors
    /// [`PasswordError::Failed`] when `stored` is not a PHC string of argon2id, or there is no memory.
    pub fn verify(&mut self, password: &Password, stored: &str) -> Result<bool, PasswordError> {
        let parsed = PasswordHash::new(stored).map_err(failed)?;
        let (Some(salt), Some(hash)) = (&parsed.salt, &parsed.hash) else {
            return Err(failed("no salt or hash"));
        };
        if Algorithm::try_from(parsed.algorithm.as_str()) != Ok(Algorithm::Argon2id) {
            return Err(failed("not argon2id"));
        }
        let version = parsed
            .version
            .map_or(Ok(Version::V0x13), Version::try_from)
            .map_err(failed)?;
        let params = Params::try_from(&parsed).map_err(failed)?;
        Ok(self.compute(password, salt, version, &params)? == *hash)
    }

    fn compute(
        &mut self,
        password: &Password,
        salt: &[u8],
        version: Version,
        params: &Params,
    ) -> Result<Output, PasswordError> {
        self.0.resize(params.block_count(), Block::new());
        let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
        Argon2::new(Algorithm::Argon2id, version, params.clone())
            .hash_password_into_with_memory(password.as_bytes(), salt, &mut out, self.0.as_mut_slice())
            .map_err(failed)?;
        Output::new(&out).map_err(failed)
    }
}

fn failed(error: impl fmt::Display) -> PasswordError {
    PasswordError::Failed(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_come_from_the_stored_hash() {
        let mut memory = Memory::default();
        let password = Password::new("mật khẩu").unwrap();
        let ours = memory.hash(&password).unwrap();
        assert!(ours.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{ours}");
        let older = argon2::password_hash::PasswordHasher::hash_password(
            &Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8, 1, 1, None).unwrap()),
            password.as_bytes(),
        );
        let older: PasswordHash = older.unwrap();
        assert!(
            memory.verify(&password, &older.to_string()).unwrap(),
            "the crate's own hash"
        );
        assert!(
            memory.verify(&password, &ours).unwrap(),
            "and ours, in the memory the other one left"
        );
        assert!(!memory.verify(&Password::new("khác").unwrap(), &ours).unwrap());
        assert_ne!(memory.hash(&password).unwrap(), ours, "a salt of its own");
        for stored in [
            "",
            "plain",
            "$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
            "$argon2id$v=19$m=8,t=1,p=1",
        ] {
            assert!(memory.verify(&password, stored).is_err(), "{stored}");
        }
    }
}
