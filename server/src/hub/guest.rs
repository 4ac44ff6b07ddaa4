//! One connection at one document.

use super::client::Client;
use super::{Inner, gate, locked};
use crate::clock;
use crate::store::DocumentRow;
use shared::access::{self, Action};
use shared::dossier::Identity;
use shared::sync::{Conn, Peer, Resting};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

/// `last_seen_ms` is not written more often than this without a change.
const SEEN_EVERY_MS: i64 = 60_000;

/// One connection that may read the document.
pub(super) struct Guest {
    pub(super) client: Arc<Client>,
    /// Whether the account may write anything in it.
    pub(super) writes: bool,
    /// Whether it is an account of the document's own unit.
    pub(super) own: bool,
    /// What the room gave back when the document left memory.
    pub(super) resting: Option<Resting>,
}

impl Guest {
    /// The guest this connection is, let in at its first message; `None` if it may not read the document.
    pub(super) fn admit<'a>(
        guests: &'a mut BTreeMap<Conn, Self>,
        hub: &Inner,
        identity: &Identity,
        client: &Arc<Client>,
    ) -> Option<&'a mut Self> {
        let newcomer = match guests.entry(client.conn) {
            Entry::Occupied(known) => return Some(known.into_mut()),
            Entry::Vacant(newcomer) => newcomer,
        };
        let (units, principal) = (&hub.settings.units, &client.who.principal);
        let resource = gate::resource(identity);
        if !access::decide(units, principal, &resource, &Action::Read).is_allowed() {
            return None;
        }
        Some(newcomer.insert(Self {
            client: client.clone(),
            writes: access::writes_anything(units, principal, &resource),
            own: principal.unit.as_ref() == Some(&identity.unit),
            resting: None,
        }))
    }

    /// As the room knows it.
    pub(super) fn peer(&self) -> Peer {
        let client = &self.client;
        Peer {
            id: client.peer.clone(),
            user: client.who.principal.user,
            device: client.who.device,
            writes: self.writes,
            ours: client.ours,
        }
    }

    /// Notes now and then that a device of the unit is here; it goes to disk with the next sweep.
    pub(super) fn note_seen(&self, hub: &Inner, row: &mut DocumentRow) {
        let now_ms = clock::now_ms();
        let recently = row.last_seen_ms.is_some_and(|seen| now_ms - seen < SEEN_EVERY_MS);
        if self.own && row.changes > 0 && !recently {
            row.last_seen_ms = Some(now_ms);
            locked(&hub.seen).insert(row.document, now_ms);
        }
    }
}
