//! The demonstration's dossier: written as its officials would, each with an actor of their own, then stored as if they
//! had synced.

use std::collections::HashMap;

use automerge::{ActorId, Automerge, Change};
use shared::board::Figures;
use shared::criteria::{self, CriteriaSet, Indicator, Rule, SubItem};
use shared::dossier::{Author, Identity, Person, create, write};
use shared::id::{DeviceId, UserId};
use shared::points::Points;
use shared::position;
use shared::scoring::{Context, Entry, HeadDeclaration, Judged};

use super::{Demo, DemoAccount, DemoError, data};
use crate::store::{ActorOwner, ChangeRow, DocumentWrite};

/// What the officials' clocks said: 06/01/2025, 08:00 in Vietnam, then one entry a minute.
const BEGAN_S: i64 = 1_736_125_200;
const MINUTE_S: i64 = 60;

/// The whole dossier, as one write to storage.
pub(super) fn write(demo: &Demo, identity: Identity, now_ms: i64) -> Result<DocumentWrite, DemoError> {
    let set = criteria::set(&identity.set).ok_or_else(|| data("unknown criteria set"))?;
    let mut doc = create(&identity)?;
    let mut clock = (0..).map(|entry| BEGAN_S + entry * MINUTE_S);
    let mut time_s = || clock.next().unwrap_or(BEGAN_S);
    for part in &demo.dossier.entered_by {
        let author = author(demo, &part.username, set)?;
        for number in &part.indicators {
            let indicator = set
                .indicator(number)
                .ok_or_else(|| data(format!("no indicator {number}")))?;
            for (sub_item, entry) in entries(demo, indicator)? {
                write::set_entry(&mut doc, &author, number, sub_item.id.as_str(), &entry, time_s())?;
            }
        }
    }
    let author = author(demo, &demo.dossier.declared_by, set)?;
    for head in &demo.dossier.heads {
        write::declare_head(&mut doc, &author, head, &HeadDeclaration::None, time_s())?;
    }
    stored(demo, &doc, identity, set, now_ms)
}

fn account<'a>(demo: &'a Demo, username: &str) -> Result<&'a DemoAccount, DemoError> {
    let found = demo.accounts.iter().find(|account| account.username == username);
    found.ok_or_else(|| data(format!("no account {username}")))
}

fn author(demo: &Demo, username: &str, set: &CriteriaSet) -> Result<Author, DemoError> {
    let account = account(demo, username)?;
    let units = demo.units();
    let kind = units
        .iter()
        .find(|unit| Some(&unit.code) == account.unit.as_ref())
        .map(|unit| unit.kind.as_str());
    let position = position::get(&account.position).ok_or_else(|| data(format!("no position of {username}")))?;
    Ok(Author {
        user: account.id(),
        person: Person::new(&account.name, &position.title_for(kind.unwrap_or_default())),
        criteria_version: set.version.to_string(),
    })
}

/// An entry for each sub-item: the maximum, less what is missing from the first that is judged.
fn entries<'a>(demo: &Demo, indicator: &'a Indicator) -> Result<Vec<(&'a SubItem, Entry)>, DemoError> {
    let missing = demo
        .dossier
        .below_max_by
        .get(&indicator.number)
        .copied()
        .unwrap_or_default();
    let mut missing = Points::whole(missing);
    let mut entries = Vec::new();
    for sub_item in &indicator.sub_items {
        let max = sub_item
            .max_points
            .ok_or_else(|| data(format!("no maximum in {}", indicator.number)))?;
        let judged =
            |missing: Points| Judged::new(max - missing, &demo.dossier.reason).map_err(|error| data(error.to_string()));
        let entry = match &sub_item.rule {
            Rule::AllOrNothing => Entry::Pass,
            Rule::Tiers { .. } => Entry::Ratio {
                done: 10,
                total: 10,
                judged: Some(judged(Points::ZERO)?),
            },
            Rule::Judged => Entry::Judged(judged(std::mem::replace(&mut missing, Points::ZERO))?),
            _ => return Err(data(format!("no example for the rule of {}", indicator.number))),
        };
        entries.push((sub_item, entry));
    }
    if missing == Points::ZERO {
        Ok(entries)
    } else {
        Err(data(format!("{} has nothing judged", indicator.number)))
    }
}

/// The document as rows, each change with the account and device that "brought" it.
fn stored(
    demo: &Demo,
    doc: &Automerge,
    identity: Identity,
    set: &CriteriaSet,
    now_ms: i64,
) -> Result<DocumentWrite, DemoError> {
    let mut owners: HashMap<ActorId, (UserId, DeviceId)> = HashMap::new();
    let mut actors = Vec::new();
    let mut changes = Vec::new();
    for change in doc.get_changes(&[]) {
        if let Some(owner) = owner(demo, &change) {
            owners.insert(change.actor_id().clone(), owner);
            let (user, device) = owner;
            actors.push(ActorOwner {
                actor: change.actor_id().clone(),
                user,
                device,
            });
        }
        changes.push(ChangeRow {
            hash: change.hash(),
            actor: change.actor_id().clone(),
            sender: owners.get(change.actor_id()).copied(),
            received_ms: now_ms,
            bytes: change.raw_bytes().into(),
        });
    }
    let figures = Figures::of(doc, set, Context::default())?;
    let mut heads = doc.get_heads();
    heads.sort();
    Ok(DocumentWrite {
        document: identity.document_id(),
        identity,
        first_seq: 0,
        changes,
        actors,
        heads,
        summary: Some(
            serde_json::to_string(&figures)
                .map_err(|error| data(error.to_string()))?
                .into(),
        ),
        now_ms,
        seen: true,
    })
}

/// The account a change names as its author: only an actor's first change names one.
fn owner(demo: &Demo, change: &Change) -> Option<(UserId, DeviceId)> {
    let author = change.author()?;
    let account = demo
        .accounts
        .iter()
        .find(|account| account.id().as_bytes() == author.as_bytes())?;
    Some((account.id(), account.device()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn the_figures_of_the_report_come_out_exactly() {
        let demo = Demo::load().unwrap();
        let identity = Identity::dossier(
            demo.dossier.unit.clone(),
            demo.dossier.year,
            demo.dossier.criteria_set.clone(),
        );
        let write = write(&demo, identity, 0).unwrap();
        let figures: Figures = serde_json::from_str(&write.summary.unwrap()).unwrap();
        let text = include_str!("../../demo/demo.json");
        let data: Value = serde_json::from_str(text).unwrap();
        let expected = &data["dossier"]["figures"];
        let summary = &figures.summary;
        assert_eq!(summary.total, Points::whole(expected["total"].as_i64().unwrap()));
        assert_eq!(
            u64::from(summary.met_count),
            expected["conditions_met"].as_u64().unwrap()
        );
        for (criterion, expected) in summary.criteria.iter().zip(expected["criteria"].as_array().unwrap()) {
            assert_eq!(criterion.points, Points::whole(expected["points"].as_i64().unwrap()));
            assert_eq!(criterion.max, Some(Points::whole(expected["max"].as_i64().unwrap())));
            assert_eq!(u64::from(criterion.at_max), expected["at_max"].as_u64().unwrap());
            assert_eq!(
                u64::from(criterion.indicators),
                expected["indicators"].as_u64().unwrap()
            );
        }
        assert_eq!(summary.criteria.len(), 5);
        assert_eq!(write.actors.len(), 3, "each official wrote with an actor of their own");
        let unowned = write.changes.iter().filter(|change| change.sender.is_none()).count();
        assert_eq!(unowned, 2, "only the genesis and the migration are nobody's");
    }
}
