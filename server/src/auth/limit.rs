//! How often a sign-in may fail: tightly by account, loosely by address, because a whole commune shares one address.
//!
//! Each key has a bucket of failures that refills with time. An attempt takes its failure *before* the password is
//! computed and gets it back when the password was right: attempts made at the same moment cannot all slip through.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// How many failures are free, and how long one takes to be forgotten.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Failures in a row before the first refusal.
    pub failures: u32,
    /// Milliseconds until one of them is forgotten.
    pub forget_one_ms: i64,
}

/// Five wrong passwords, then one a minute.
pub const BY_ACCOUNT: Rule = Rule {
    failures: 5,
    forget_one_ms: 60_000,
};
/// A hundred, then one every three seconds.
pub const BY_ADDRESS: Rule = Rule {
    failures: 100,
    forget_one_ms: 3_000,
};
/// Keys remembered of each sort. An attacker who fills the table pushes out the entries nearest to being forgotten.
const REMEMBERED: usize = 20_000;

/// Counts failed sign-ins in memory. A restart forgets them, which costs an attacker more than it gives.
#[derive(Default)]
pub struct Limits {
    tables: Mutex<Tables>,
}

#[derive(Default)]
struct Tables {
    accounts: HashMap<String, i64>,
    addresses: HashMap<IpAddr, i64>,
}

/// Too many failures: how long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany {
    /// Whole seconds until one attempt is free again, at least 1. For `Retry-After`.
    pub retry_after_s: u64,
}

impl Limits {
    /// Takes one failure from both buckets, or says how long to wait and takes none.
    ///
    /// # Errors
    /// [`TooMany`] when either bucket is empty.
    pub fn take(&self, username: &str, address: IpAddr, now_ms: i64) -> Result<(), TooMany> {
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        let Tables { accounts, addresses } = &mut *tables;
        let account = BY_ACCOUNT.after_one(accounts.get(username).copied(), now_ms)?;
        let by_address = BY_ADDRESS.after_one(addresses.get(&network(address)).copied(), now_ms)?;
        make_room(accounts, now_ms);
        accounts.insert(username.to_owned(), account);
        make_room(addresses, now_ms);
        addresses.insert(network(address), by_address);
        Ok(())
    }

    /// The password was right: this account's failures are forgotten, and the address gets its one back.
    pub fn succeeded(&self, username: &str, address: IpAddr) {
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        tables.accounts.remove(username);
        if let Some(forgotten_ms) = tables.addresses.get_mut(&network(address)) {
            *forgotten_ms = forgotten_ms.saturating_sub(BY_ADDRESS.forget_one_ms);
        }
    }

    /// The attempt came to no verdict (the server was busy or failed): both get it back.
    pub fn undecided(&self, username: &str, address: IpAddr) {
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(forgotten_ms) = tables.accounts.get_mut(username) {
            *forgotten_ms = forgotten_ms.saturating_sub(BY_ACCOUNT.forget_one_ms);
        }
        if let Some(forgotten_ms) = tables.addresses.get_mut(&network(address)) {
            *forgotten_ms = forgotten_ms.saturating_sub(BY_ADDRESS.forget_one_ms);
        }
    }
}

impl Rule {
    /// A bucket is one number: the time at which all its failures will be forgotten. Returns it with one more.
    fn after_one(self, forgotten_ms: Option<i64>, now_ms: i64) -> Result<i64, TooMany> {
        let next = forgotten_ms
            .unwrap_or(now_ms)
            .max(now_ms)
            .saturating_add(self.forget_one_ms);
        let furthest = now_ms.saturating_add(i64::from(self.failures).saturating_mul(self.forget_one_ms));
        if next <= furthest {
            return Ok(next);
        }
        let wait_ms = next.saturating_sub(furthest);
        Err(TooMany {
            retry_after_s: u64::try_from(wait_ms).unwrap_or(0).div_ceil(1000).max(1),
        })
    }
}

/// One household or office has a whole IPv6 /64; an IPv4 address written as IPv6 is the IPv4 address.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

fn make_room<K: std::hash::Hash + Eq + Clone>(table: &mut HashMap<K, i64>, now_ms: i64) {
    if table.len() < REMEMBERED {
        return;
    }
    table.retain(|_, forgotten_ms| *forgotten_ms > now_ms);
    while table.len() >= REMEMBERED {
        let Some(first) = table
            .iter()
            .min_by_key(|(_, forgotten_ms)| **forgotten_ms)
            .map(|(key, _)| key.clone())
        else {
            return;
        };
        table.remove(&first);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(last: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, last])
    }

    #[test]
    fn five_failures_then_one_a_minute() {
        let limits = Limits::default();
        for _ in 0..5 {
            assert_eq!(limits.take("a", at(1), 0), Ok(()));
        }
        assert_eq!(
            limits.take("a", at(2), 0),
            Err(TooMany { retry_after_s: 60 }),
            "another address does not help"
        );
        assert_eq!(
            limits.take("b", at(1), 0),
            Ok(()),
            "another account of the same office goes on"
        );
        assert_eq!(limits.take("a", at(1), 59_001), Err(TooMany { retry_after_s: 1 }));
        assert_eq!(limits.take("a", at(1), 60_000), Ok(()));
        assert_eq!(limits.take("a", at(1), 60_000), Err(TooMany { retry_after_s: 60 }));
    }

    #[test]
    fn a_right_password_clears_the_account_and_costs_the_address_nothing() {
        let limits = Limits::default();
        for _ in 0..1_000 {
            assert_eq!(limits.take("a", at(1), 0), Ok(()));
            limits.succeeded("a", at(1));
        }
        for _ in 0..4 {
            limits.take("a", at(1), 0).unwrap();
        }
        limits.take("a", at(1), 0).unwrap();
        limits.succeeded("a", at(1));
        assert_eq!(limits.take("a", at(1), 0), Ok(()));
    }

    #[test]
    fn an_undecided_attempt_counts_for_nothing() {
        let limits = Limits::default();
        for _ in 0..1_000 {
            limits.take("a", at(1), 0).unwrap();
            limits.undecided("a", at(1));
        }
    }

    #[test]
    fn an_address_that_tries_many_accounts_is_slowed() {
        let limits = Limits::default();
        for n in 0..100 {
            assert_eq!(limits.take(&format!("user{n}"), at(1), 0), Ok(()));
        }
        assert_eq!(limits.take("user100", at(1), 0), Err(TooMany { retry_after_s: 3 }));
        assert_eq!(limits.take("user100", at(2), 0), Ok(()));
    }

    #[test]
    fn one_ipv6_network_is_one_address() {
        let one: IpAddr = "2001:db8::1".parse().unwrap();
        let other: IpAddr = "2001:db8::ffff:1".parse().unwrap();
        let elsewhere: IpAddr = "2001:db8:0:1::1".parse().unwrap();
        assert_eq!(network(one), network(other));
        assert_ne!(network(one), network(elsewhere));
        assert_eq!(network("::ffff:10.0.0.1".parse().unwrap()), at(1));
    }

    #[test]
    fn the_table_is_bounded_and_keeps_the_worst() {
        let limits = Limits::default();
        for _ in 0..5 {
            limits.take("worst", at(1), 0).unwrap();
        }
        for n in 0..(REMEMBERED as u32 + 50) {
            let address = IpAddr::from((n + 0x0b00_0000).to_be_bytes());
            limits.take(&format!("user{n}"), address, 0).unwrap();
        }
        let tables = limits.tables.lock().unwrap();
        assert!(tables.accounts.len() <= REMEMBERED && tables.addresses.len() <= REMEMBERED);
        assert!(tables.accounts.contains_key("worst"));
    }
}
