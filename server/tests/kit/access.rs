//! What every account of the demonstration may do with every dossier, as `shared::access` says: the expectation of the
//! tests over HTTP and over `/sync`.

use server::App;
use server::demo::{Demo, DemoAccount};
use server::store::{ChangeRow, DocumentWrite, Store};
use shared::access::{self, Action, Place, Principal, Resource};
use shared::criteria::{self, Setting2025};
use shared::dossier::{Identity, migrations};
use shared::id::UserId;
use shared::workflow::Status;
use uuid::Uuid;

/// A dossier of each unit an account of the demonstration is of or above, of another district and another province,
/// and a second year of one.
const DOSSIERS: [(&str, u16); 6] = [
    ("x-ha-noi-bac-tu-liem-thuong-cat", 2024),
    ("x-ha-noi-bac-tu-liem-thuong-cat", 2022),
    ("x-ha-noi-bac-tu-liem-lien-mac", 2024),
    ("x-ha-noi-nam-tu-liem-my-dinh-1", 2024),
    ("x-thanh-hoa-nhu-thanh-xuan-phuc", 2024),
    ("x-cao-bang-ha-quang-soc-ha", 2024),
];

/// Puts those dossiers into the server's database; the first is there already.
pub async fn dossiers(app: &App) -> Vec<Identity> {
    let mut identities = Vec::new();
    for (unit, year) in DOSSIERS {
        let set = criteria::for_year(year, Setting2025::Suspended).set().unwrap().clone();
        let identity = Identity::dossier(unit.into(), year, set);
        if app.store.find(identity.document_id()).await.unwrap().is_none() {
            app.store.commit(&[begun(&identity)]).await.unwrap();
        }
        identities.push(identity);
    }
    identities
}

/// A dossier that holds nothing but its beginning.
fn begun(identity: &Identity) -> DocumentWrite {
    let changes = migrations::chain(identity).unwrap();
    let row = |change: &automerge::Change| ChangeRow {
        hash: change.hash(),
        actor: change.actor_id().clone(),
        sender: None,
        received_ms: 0,
        bytes: change.raw_bytes().into(),
    };
    DocumentWrite {
        document: identity.document_id(),
        identity: identity.clone(),
        first_seq: 0,
        heads: vec![changes.last().unwrap().hash()],
        changes: changes.iter().map(row).collect(),
        actors: Vec::new(),
        summary: None,
        now_ms: 0,
        seen: false,
    }
}

/// The accounts of the demonstration.
pub fn accounts() -> Vec<DemoAccount> {
    Demo::load().unwrap().accounts
}

/// Every kind of place, with a name for the docs; the last is somebody else's name.
pub fn places(account: &DemoAccount) -> Vec<(&'static str, Place)> {
    vec![
        ("scores", Place::Score("5.4".into())),
        ("explanations", Place::Explanation("5.4".into())),
        ("declarations", Place::Declaration("chu-tich-ubnd".into())),
        ("own name", Place::Person(account.id())),
        ("evidence", Place::Evidence("5.4".into())),
        ("criteria version", Place::CriteriaVersion),
        ("others' names", Place::Person(UserId::new(Uuid::from_u128(1)))),
    ]
}

/// What `shared::access` says.
pub fn allows(app: &App, account: &DemoAccount, identity: &Identity, action: &Action) -> bool {
    let principal = Principal {
        user: account.id(),
        unit: account.unit.clone(),
        position: account.position.clone(),
    };
    let resource = Resource {
        kind: access::DocumentKind::Dossier,
        unit: identity.unit.clone(),
        year: identity.year,
        state: Status::default(),
    };
    access::decide(&app.units, &principal, &resource, action).is_allowed()
}
