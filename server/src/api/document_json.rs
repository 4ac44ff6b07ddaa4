//! A dossier as JSON, for programs that do not speak Automerge.

use std::collections::BTreeMap;

use automerge::{Automerge, ChangeHash};
use serde::Serialize;
use shared::board::Figures;
use shared::criteria;
use shared::dossier::{DossierError, Register, Stamped, genesis, read};
use shared::id::{SetId, UserId};
use shared::scoring::{Context, Entry, HeadDeclaration};
use utoipa::ToSchema;

use super::Problem;
use super::view::UnitView;
use crate::store::StoredDocument;

/// A dossier.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DocumentView {
    /// `automerge:…`, as automerge-repo addresses it.
    document_url: String,
    /// `dossier`.
    kind: &'static str,
    unit: UnitView,
    /// The assessment year.
    year: u16,
    #[schema(value_type = String)]
    criteria_set: SetId,
    /// The version of the criteria the entries were made under.
    criteria_version: Option<String>,
    /// The heads this answer shows, in hexadecimal.
    heads: Vec<String>,
    /// By the indicator's number, all of the set.
    indicators: BTreeMap<String, IndicatorView>,
    /// By head (`bi-thu-cap-uy`, `chu-tich-ubnd`); a head that is missing is undeclared.
    declarations: BTreeMap<String, RegisterView>,
    /// Who wrote, by account.
    people: BTreeMap<String, PersonView>,
    /// Points, counts and conditions.
    #[schema(value_type = Option<Object>)]
    figures: Option<Figures>,
}

/// One indicator.
#[derive(Debug, Serialize, ToSchema)]
struct IndicatorView {
    /// By sub-item, `*` for the whole indicator; what nobody entered is missing.
    registers: BTreeMap<String, RegisterView>,
    explanation: String,
}

/// One field: the value that counts, and those written at the same time that differ from it.
#[derive(Debug, Serialize, ToSchema)]
struct RegisterView {
    current: ValueView,
    others: Vec<ValueView>,
}

/// A value with who wrote it and when.
#[derive(Debug, Serialize, ToSchema)]
struct ValueView {
    /// As encoded in the document; the documentation of the data model says how.
    value: String,
    /// The account; `null` for a change of a program that does not name its author.
    #[schema(value_type = Option<String>, format = Uuid)]
    author: Option<UserId>,
    /// What the writing device's clock said, in seconds since 1970. To be shown, never to be compared.
    time_s: i64,
    /// The change, in hexadecimal.
    change: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct PersonView {
    name: String,
    position: String,
}

/// The whole document as stored.
pub(super) fn whole(stored: StoredDocument) -> Result<Automerge, Problem> {
    let mut doc = stored.base.unwrap_or_default();
    doc.apply_changes_batch(stored.changes).map_err(|error| {
        tracing::error!(document = %stored.row.document, %error, "stored changes do not fit together");
        Problem::Internal
    })?;
    Ok(doc)
}

/// The view at some heads, or of everything.
pub(super) fn view(
    stored: StoredDocument,
    unit: UnitView,
    heads: Option<&[ChangeHash]>,
) -> Result<DocumentView, Problem> {
    let (document, identity) = (stored.row.document, stored.row.identity.clone());
    let mut doc = whole(stored)?;
    if let Some(heads) = heads {
        if heads.iter().any(|head| doc.get_change_meta_by_hash(head).is_none()) {
            return Err(Problem::UnknownHeads);
        }
        doc = doc.fork_at(heads).map_err(|_| Problem::UnknownHeads)?;
    }
    let unreadable = |error: DossierError| {
        tracing::error!(%document, %error, "a dossier cannot be read");
        Problem::Internal
    };
    let mut indicators = BTreeMap::new();
    for number in genesis::numbers(&identity.set).map_err(unreadable)? {
        let entries = read::indicator(&doc, &(*number).into()).map_err(unreadable)?;
        let registers = entries
            .registers
            .into_iter()
            .map(|(key, register)| (key, field(register, Entry::encode)));
        indicators.insert(
            (*number).to_owned(),
            IndicatorView {
                registers: registers.collect(),
                explanation: entries.explanation,
            },
        );
    }
    let declarations = read::declarations(&doc).map_err(unreadable)?.into_iter();
    let people = read::people(&doc).map_err(unreadable)?.into_iter();
    let version = read::criteria_version(&doc).map_err(unreadable)?;
    Ok(DocumentView {
        document_url: document.url(),
        kind: identity.kind.as_str(),
        unit,
        year: identity.year,
        criteria_version: version.map(|register| register.current.value),
        heads: doc.get_heads().iter().map(ToString::to_string).collect(),
        indicators,
        declarations: declarations
            .map(|(head, register)| (head.to_string(), field(register, HeadDeclaration::encode)))
            .collect(),
        people: people
            .map(|(user, person)| {
                (
                    user.to_string(),
                    PersonView {
                        name: person.name,
                        position: person.position,
                    },
                )
            })
            .collect(),
        figures: match criteria::set(&identity.set) {
            Some(set) => Some(Figures::of(&doc, set, Context::default()).map_err(unreadable)?),
            None => None,
        },
        criteria_set: identity.set,
    })
}

fn field<T>(register: Register<T>, encode: impl Fn(&T) -> String) -> RegisterView {
    let value = |stamped: Stamped<T>| ValueView {
        value: encode(&stamped.value),
        author: stamped.author,
        time_s: stamped.time_s,
        change: stamped.hash.to_string(),
    };
    RegisterView {
        others: register.others.into_iter().map(&value).collect(),
        current: value(register.current),
    }
}
