//! The years of my commune: which dossiers were begun, and which one the bar of places leads to.

use crate::device::{Account, Device, ServerYear, Snapshot};
use leptos::prelude::*;
use std::sync::Arc;

/// Whether anybody has entered anything in a dossier; `None` while it is being read.
pub fn is_begun(snapshot: RwSignal<Option<Arc<Snapshot>>>) -> Option<bool> {
    snapshot.with(|snapshot| snapshot.as_ref().map(|snapshot| !snapshot.people.is_empty()))
}

/// The years of an account, newest first.
pub fn newest_first(account: &Account) -> Vec<ServerYear> {
    let mut years = account.years.clone();
    years.sort_by_key(|year| core::cmp::Reverse(year.year));
    years
}

/// The newest year with a dossier that was begun, else the newest that can begin; follows what becomes known. None for
/// accounts that are not of a commune.
pub fn current(device: Device) -> Memo<Option<u16>> {
    let dossiers = Memo::new(move |_| {
        let commune = |account: &&Account| account.unit.as_ref().is_some_and(|unit| unit.level == "commune");
        let years = device
            .session
            .with(|session| session.as_ref().filter(commune).map(newest_first));
        let open = years.into_iter().flatten().filter(|year| year.set.is_some());
        open.map(|year| (year.year, device.dossier(year.year).snapshot))
            .collect::<Vec<_>>()
    });
    Memo::new(move |_| {
        dossiers.with(|dossiers| {
            let begun = dossiers.iter().find(|(_, snapshot)| is_begun(*snapshot) == Some(true));
            begun.or(dossiers.first()).map(|(year, _)| *year)
        })
    })
}
