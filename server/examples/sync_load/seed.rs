//! A data folder: one district, its communes, their officials, and a dossier of each commune.

use anyhow::{Context as _, ensure};
use automerge::{Automerge, Change};
use server::auth::Accounts;
use server::auth::sessions::SignIn;
use server::auth::token::Token;
use server::auth::users::User;
use server::state::open_store;
use server::store::{ActorOwner, ChangeRow, DocumentWrite, Snapshot, SqliteStore, Store as _};
use server::{clock, units};
use shared::board::Figures;
use shared::criteria;
use shared::dossier::{self, Author, DocumentId, Identity, Person, write};
use shared::id::{DeviceId, IndicatorNumber, UnitCode, UserId};
use shared::points::Points;
use shared::scoring::{Context, Entry, Judged};
use shared::unit::{Level, Unit};
use std::collections::HashMap;
use std::path::Path;
use uuid::Uuid;

/// What the clients start from.
pub(crate) struct Seed {
    store: SqliteStore,
    accounts: Accounts,
    /// An official of the district.
    pub(crate) reviewer: User,
    pub(crate) dossiers: Vec<(Identity, Automerge)>,
    pub(crate) officials: Vec<User>,
}

/// Indicators that are judged as a whole, so that any points may be entered.
pub(crate) const JUDGED: [&str; 12] = [
    "2.1", "2.2", "2.3", "2.4", "2.6", "3.1", "3.2", "3.3", "4.1", "4.2", "4.3", "4.4",
];

/// Enters another value; the raw change.
pub(crate) fn enter(doc: &mut Automerge, author: &Author, n: usize) -> anyhow::Result<Vec<u8>> {
    let points = Points::from_hundredths((n / JUDGED.len() % 400) as i64);
    let entry = Entry::Judged(Judged::new(points, "theo hồ sơ")?);
    let number = IndicatorNumber::from(JUDGED[n % JUDGED.len()]);
    let written = write::set_entry(doc, author, &number, "diem", &entry, 1_700_000_000 + n as i64)?;
    Ok(written.unwrap_or_default())
}

pub(crate) fn author(user: &User) -> Author {
    let person = Person::new(&user.name, "Công chức Tư pháp - Hộ tịch");
    Author {
        user: user.id,
        person,
        criteria_version: "1".to_owned(),
    }
}

impl Seed {
    /// Fills a new data folder.
    pub(crate) async fn make(folder: &Path, dossiers: usize, clients: usize, history: usize) -> anyhow::Result<Self> {
        let store = open_store(folder).await?;
        let province = UnitCode::from("x-tinh");
        let district = UnitCode::from("x-huyen");
        let mut tree = vec![
            Unit::new(province.clone(), Level::Province, "tỉnh", "Tỉnh", None),
            Unit::new(district.clone(), Level::District, "huyện", "Huyện", Some(province)),
        ];
        let commune = |n: usize| UnitCode::new(format!("x-xa-{n}"));
        tree.extend((0..dossiers).map(|n| {
            Unit::new(
                commune(n),
                Level::Commune,
                "xã",
                &format!("Xã {n}"),
                Some(district.clone()),
            )
        }));
        tree.extend((0..SMALL).map(|n| {
            Unit::new(
                small(n),
                Level::Commune,
                "xã",
                &format!("Xã nhỏ {n}"),
                Some(district.clone()),
            )
        }));
        units::add(store.pool(), &tree).await?;

        let accounts = Accounts::new(store.pool())?;
        let mut officials = Vec::new();
        for n in 0..clients {
            let user = User {
                id: UserId::new(Uuid::from_u128(0x1000 + n as u128)),
                username: format!("xa{n}"),
                name: format!("Công chức {n}"),
                unit: Some(commune(n % dossiers)),
                position: "tu-phap-ho-tich".into(),
                disabled_ms: None,
            };
            accounts.users.add(&user, "", clock::now_ms()).await?;
            officials.push(user);
        }
        let reviewer = User {
            id: UserId::new(Uuid::from_u128(1)),
            username: "huyen".into(),
            name: "Phòng Tư pháp".into(),
            unit: Some(district),
            position: "phong-tu-phap".into(),
            disabled_ms: None,
        };
        accounts.users.add(&reviewer, "", clock::now_ms()).await?;
        let mut made = Vec::new();
        for n in 0..dossiers {
            let identity = Identity::dossier(commune(n), 2024, "QD25_2021".into());
            let authors: Vec<Author> = officials.iter().skip(n).step_by(dossiers).map(author).collect();
            made.push(tokio::task::spawn_blocking(move || grown(identity, &authors, history)));
        }
        let mut dossiers = Vec::new();
        for made in made {
            let (identity, doc) = made.await??;
            keep(&store, &identity, &doc).await?;
            dossiers.push((identity, doc));
        }
        Ok(Self {
            store,
            accounts,
            reviewer,
            dossiers,
            officials,
        })
    }

    /// Dossiers of one change each, of other communes, for a reviewer to follow.
    pub(crate) async fn small(&mut self, count: usize) -> anyhow::Result<Vec<(DocumentId, Automerge)>> {
        ensure!(count <= SMALL, "at most {SMALL} small dossiers");
        let mut made = Vec::new();
        for n in 0..count {
            let identity = Identity::dossier(small(n), 2024, "QD25_2021".into());
            let (identity, doc) = grown(identity, &[author(&self.officials[0])], 1)?;
            keep(&self.store, &identity, &doc).await?;
            made.push((identity.document_id(), doc));
        }
        Ok(made)
    }

    /// A ticket for one connection of an official.
    pub(crate) async fn ticket(&self, official: &User) -> anyhow::Result<String> {
        let (token, ticket) = (Token::random()?, Token::random()?);
        let sign_in = SignIn {
            user: official.id,
            device: None,
            device_name: "bench",
            token: token.hash(),
        };
        self.accounts.sessions.start(sign_in, clock::now_ms()).await?;
        let caller = self.accounts.sessions.find(token.hash(), clock::now_ms()).await?;
        let caller = caller.ok_or_else(|| anyhow::anyhow!("the session was not found"))?;
        self.accounts
            .tickets
            .issue(&caller, ticket.hash(), clock::now_ms())
            .await?;
        Ok(ticket.encode())
    }
}

/// The most small dossiers.
const SMALL: usize = 2_000;

fn small(n: usize) -> UnitCode {
    UnitCode::new(format!("x-xa-nho-{n}"))
}

/// A dossier of so many changes by eight tabs of its officials.
fn grown(identity: Identity, authors: &[Author], history: usize) -> anyhow::Result<(Identity, Automerge)> {
    let mut doc = dossier::create(&identity)?;
    let tabs = 8;
    for n in 0..history {
        let tab = n * tabs / history;
        if n == tab * history / tabs {
            // Another author gives a new actor; the same one again would not.
            doc.set_author(None);
        }
        enter(&mut doc, &authors[tab % authors.len()], n)?;
    }
    Ok((identity, doc))
}

/// Stores a dossier as the server would have.
async fn keep(store: &SqliteStore, identity: &Identity, doc: &Automerge) -> anyhow::Result<()> {
    let device = DeviceId::new(Uuid::from_u128(1));
    let mut owners: HashMap<_, UserId> = HashMap::new();
    let mut rows = Vec::new();
    for change in doc.get_changes(&[]) {
        if let Some(author) = change.author()
            && let Some(user) = UserId::from_slice(author.as_bytes())
        {
            owners.insert(change.actor_id().clone(), user);
        }
        rows.push(row(&change, &owners, device));
    }
    let (count, document) = (rows.len() as u64, identity.document_id());
    let set = criteria::set(&identity.set).context("no such criteria set")?;
    let figures = Figures::of(doc, set, Context::default())?;
    let write = DocumentWrite {
        document,
        identity: identity.clone(),
        first_seq: 0,
        changes: rows,
        actors: owners
            .into_iter()
            .map(|(actor, user)| ActorOwner { actor, user, device })
            .collect(),
        heads: doc.get_heads(),
        summary: Some(serde_json::to_string(&figures)?.into()),
        now_ms: clock::now_ms(),
        seen: true,
    };
    store.commit(&[write]).await?;
    let snapshot = Snapshot {
        changes: count,
        heads: doc.get_heads(),
        bytes: doc.save(),
    };
    store.put_snapshot(document, snapshot).await?;
    Ok(())
}

fn row(change: &Change, owners: &HashMap<automerge::ActorId, UserId>, device: DeviceId) -> ChangeRow {
    ChangeRow {
        hash: change.hash(),
        actor: change.actor_id().clone(),
        sender: owners.get(change.actor_id()).map(|user| (*user, device)),
        received_ms: clock::now_ms(),
        bytes: change.raw_bytes().into(),
    }
}
