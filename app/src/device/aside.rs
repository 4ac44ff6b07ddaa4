//! *Set aside and go on*: the refused branch is kept, and what may be entered of it is entered again on the server's
//! version.

use super::edit::WriteError;
use super::handle::Device;
use super::held::Held;
use super::refusal::{LeftOverField, LeftOverRecord};
use super::space::Space;
use super::store::layout::meta;
use super::store::rows;
use super::store::{DossierStore, Write};
use super::time;
use super::wake::within_ms;
use super::{http, link};
use crate::screens::indicator::entry_text;
use automerge::{Automerge, Change};
use shared::access::{Action, Decision, Place, Principal, Reason, Resource, decide};
use shared::dossier::{DocumentId, LeftOver, Replayed, create, replay};
use shared::scoring::Entry;
use shared::sorted::SortedMap;
use shared::sync::Input;
use shared::unit::{Level, Unit, UnitTree};
use std::collections::BTreeSet;
use std::rc::Rc;

/// How long the server may take to say who is signed in, in ms.
const ANSWER_MS: u32 = 10_000;

/// Why a branch could not be set aside. Nothing has changed then. `Display` is Vietnamese.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AsideError {
    /// The server's version could not be fetched. A retry helps.
    #[error("Không lấy được bản của máy chủ. Cần có mạng và đăng nhập; hãy thử lại, chưa có gì thay đổi.")]
    Unreachable,
    /// The disk refused; a retry helps once there is room.
    #[error("Không lưu được trên máy ({0}). Chưa có gì thay đổi.")]
    Store(#[from] super::StoreError),
    /// The dossier cannot be taken apart.
    #[error(transparent)]
    Document(#[from] WriteError),
}

impl Device {
    /// Sets a refused branch aside and goes on from the server's version: see [`Device::refused`] for what is listed,
    /// and `left_over` for what remains afterwards.
    ///
    /// # Errors
    /// [`AsideError`]; nothing has changed.
    pub async fn set_aside(self, document: DocumentId) -> Result<(), AsideError> {
        let space = self.core().space().ok_or(AsideError::Document(WriteError::NotOpen))?;
        self.core().flush();
        space.set_aside(document).await
    }

    /// Lets go of what was left over of a branch, and of the branch itself.
    ///
    /// # Errors
    /// [`AsideError::Store`]; it is still there.
    pub async fn let_go(self, record: &LeftOverRecord) -> Result<(), AsideError> {
        let (Some(space), Some(branch)) = (self.core().space(), record.branch()) else {
            return Ok(());
        };
        let rows = space.store.row_keys(branch).await?;
        let write = Write {
            drop_rows: rows.into_iter().map(|row| (branch, row)).collect(),
            meta: SortedMap::from([(meta::left_over(&branch), None)]),
            ..Write::default()
        };
        space.store.write(&write).await?;
        space.small.borrow_mut().note(&write);
        space.show_refusals();
        Ok(())
    }
}

impl Space {
    async fn set_aside(self: &Rc<Self>, document: DocumentId) -> Result<(), AsideError> {
        // Under another account's session the server may give another version, or none.
        let answer = within_ms(ANSWER_MS, http::who_am_i()).await;
        let signed_in = answer.is_some_and(|answer| answer.is_ok_and(|answer| answer.account.user.id == self.user()));
        let server = if signed_in {
            link::server_version(document, &self.build()).await
        } else {
            None
        };
        let server = server.ok_or(AsideError::Unreachable)?;
        while self.saver.state().saving > 0 {
            time::sleep_ms(10).await;
        }
        if self.saver.state().not_stored > 0 {
            return Err(AsideError::Store(super::StoreError::Closed));
        }
        // From here on without a pause, until the disk is asked: nobody enters anything in between.
        let (next, write) = self.branch_off(document, server)?;
        self.shelf.borrow_mut().put(next);
        if let Err(problem) = self.store.write(&write).await {
            // The old branch is what the disk has.
            self.reload(document).await;
            return Err(problem.into());
        }
        self.small.borrow_mut().note(&write);
        self.small
            .borrow_mut()
            .unsent
            .retain(|change| !write.sent.contains(change));
        // On the present connection the server refuses whatever comes of this dossier.
        self.link.hang_up();
        self.feed(Input::Forget { doc: document });
        self.feed(Input::Open {
            doc: document,
            saved_state: None,
        });
        self.tabs.reload(document);
        self.refresh_soon(document);
        self.read_refusals();
        Ok(())
    }

    /// The dossier on the server's version, with what could be entered again, and the one write that makes it so.
    fn branch_off(&self, document: DocumentId, mut server: Automerge) -> Result<(Held, Write), AsideError> {
        let shelf = self.shelf.borrow();
        let held = shelf.get(&document).ok_or(WriteError::NotOpen)?;
        if server.get_heads().is_empty() {
            server = create(&held.identity).map_err(WriteError::from)?;
        }
        let author = self.account.borrow().author(&held.set.version);
        let allowed = |place: &Place| self.may_write(held, place);
        let replayed = replay(&held.doc, &mut server, &author, allowed).map_err(WriteError::from)?;
        let branch = held.branch.next();
        let compacted = rows::compact(&server, &BTreeSet::new()).ok_or(WriteError::Document)?;
        let new = replayed
            .written
            .iter()
            .filter_map(|bytes| Some(Change::try_from(bytes.as_slice()).ok()?.hash()));
        let mut next = held.branched_off(server);
        next.keys.insert(compacted.snapshot.key);
        next.unsent.extend(new);
        let record = self.record(held, &replayed);
        let mut write = Write {
            unsent: next.unsent.iter().map(|change| (branch, *change)).collect(),
            sent: held.unsent.iter().map(|change| (held.branch, *change)).collect(),
            rows: vec![(branch, compacted.snapshot)],
            meta: SortedMap::from([
                (meta::refused(&held.branch), None),
                (meta::left_over(&held.branch), serde_json::to_string(&record).ok()),
            ]),
            strict: true,
            ..Write::default()
        };
        let own = self.account.borrow().dossier_of_year(held.identity.year).as_ref() == Some(&held.identity);
        write.join(next.announce(own, &self.small.borrow()));
        Ok((next, write))
    }

    fn record(&self, held: &Held, replayed: &Replayed) -> LeftOverRecord {
        let refused = self.refused.borrow();
        LeftOverRecord {
            id: held.branch.to_string(),
            identity: held.identity.clone(),
            time_s: time::now_s(),
            reason: refused
                .get(&held.branch.document)
                .map(|refusal| refusal.reason.clone())
                .unwrap_or_default(),
            written: replayed.places.len(),
            fields: replayed.left_over.iter().map(field).collect(),
        }
    }

    /// What the access table says, as far as this machine knows the units: the account's own commune.
    fn may_write(&self, held: &Held, place: &Place) -> Result<(), Reason> {
        let account = self.account.borrow();
        let unit = account.unit.as_ref().ok_or(Reason::OtherUnit)?;
        let above = shared::id::UnitCode::new("x");
        let units = [
            Unit::new(above.clone(), Level::Province, "", "x", None),
            Unit::new(unit.code.clone(), Level::Commune, &unit.kind, &unit.name, Some(above)),
        ];
        let tree = UnitTree::new(units).map_err(|_| Reason::Account)?;
        let principal = Principal {
            user: account.user.id,
            unit: Some(unit.code.clone()),
            position: account.position.id.clone(),
        };
        let resource = Resource {
            kind: shared::access::DocumentKind::Dossier,
            unit: held.identity.unit.clone(),
            year: held.identity.year,
            state: shared::workflow::Status::default(),
        };
        match decide(&tree, &principal, &resource, &Action::Write(place.clone())) {
            Decision::Allow => Ok(()),
            Decision::Deny(reason) => Err(reason),
        }
    }

    fn build(&self) -> String {
        self.core.upgrade().map(|core| core.build.clone()).unwrap_or_default()
    }
}

/// What was left over, for people.
fn field(left: &LeftOver) -> LeftOverField {
    let words = |stored: &str| match Entry::decode(stored) {
        Ok(entry) => entry_text::entered(&entry),
        Err(_) => stored.to_owned(),
    };
    let place = match &left.place {
        Some(Place::Score(number)) if left.key == "*" => format!("Chỉ tiêu {number}"),
        Some(Place::Score(number)) => format!("Chỉ tiêu {number}, nội dung {}", left.key),
        Some(Place::Explanation(number)) => format!("Chỉ tiêu {number}, giải trình"),
        Some(Place::Declaration(head)) => format!("Kê khai về người đứng đầu ({head})"),
        Some(Place::Evidence(number)) => format!("Chỉ tiêu {number}, tài liệu"),
        Some(Place::Person(_)) => "Tên và chức danh người ghi".to_owned(),
        Some(Place::CriteriaVersion) => "Phiên bản bộ tiêu chí".to_owned(),
        None => format!("Ngoài mẫu hồ sơ ({})", left.key),
    };
    let said = |stored: &str| (!stored.is_empty()).then(|| words(stored));
    LeftOverField {
        place,
        here: said(&left.mine),
        server: said(&left.theirs),
        reason: left.why.to_string(),
    }
}
