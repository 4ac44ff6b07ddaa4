//! The decision, from the table and the tree of units.

use super::place::{DocumentKind, Place};
use super::table::{Right, Standing};
use crate::id::{PositionId, UnitCode, UserId};
use crate::position::{self, Part, PositionLevel};
use crate::unit::{Level, UnitTree};
use crate::workflow::Status;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The account.
    pub user: UserId,
    /// Its unit; `None` for the installation's own accounts.
    pub unit: Option<UnitCode>,
    /// Its position.
    pub position: PositionId,
}

/// What is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// The kind of document.
    pub kind: DocumentKind,
    /// The commune it belongs to.
    pub unit: UnitCode,
    /// The assessment year.
    pub year: u16,
    /// Where it stands in the procedure, as the server knows it.
    pub state: Status,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// See it in lists and boards.
    List,
    /// Read it, with all its history.
    Read,
    /// Take it away as a file.
    Export,
    /// Write at a place.
    Write(Place),
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Allow,
    /// No, and why.
    Deny(Reason),
}

impl Decision {
    /// Whether it is yes.
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Allow)
    }
}

/// Why not. The text is for the person; asking again helps only where it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Reason {
    /// The unit is not above, and not the person's own.
    #[error("Hồ sơ này thuộc đơn vị khác. Hãy đăng nhập bằng tài khoản của đơn vị đó hoặc cấp trên.")]
    OtherUnit,
    /// Those above read only.
    #[error("Cấp trên chỉ xem hồ sơ của xã, không sửa. Hãy ghi nhận xét trong phần rà soát.")]
    AboveReadsOnly,
    /// MTTQ, mass organisations and the radio only add evidence.
    #[error("Chức danh này chỉ bổ sung tài liệu của chỉ tiêu được phân công phối hợp. Hãy báo công chức đầu mối.")]
    EvidenceOnly,
    /// Evidence of an indicator the person does not coordinate.
    #[error("Chưa được phân công phối hợp chỉ tiêu này. Hãy báo công chức đầu mối phân công.")]
    NotAssigned,
    /// Somebody else's name.
    #[error("Chỉ được ghi tên và chức danh của chính mình.")]
    OtherPerson,
    /// The status does not let the commune write.
    #[error("Hồ sơ đã gửi nên không sửa được. Muốn sửa, hãy chờ yêu cầu bổ sung.")]
    Locked,
    /// The administrator has no dossiers.
    #[error("Tài khoản quản trị không xem hồ sơ. Hãy đăng nhập bằng tài khoản của đơn vị.")]
    System,
    /// The account's position does not exist, or not in its unit.
    #[error("Chức danh của tài khoản không hợp với đơn vị. Hãy báo quản trị hệ thống.")]
    Account,
    /// No commune has this code.
    #[error("Không có xã, phường, thị trấn này. Hãy kiểm tra lại địa chỉ.")]
    NoSuchUnit,
}

impl Reason {
    /// Its stable name in answers of the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::OtherUnit => "other-unit",
            Self::AboveReadsOnly => "above-reads-only",
            Self::EvidenceOnly => "evidence-only",
            Self::NotAssigned => "not-assigned",
            Self::OtherPerson => "other-person",
            Self::Locked => "locked",
            Self::System => "system",
            Self::Account => "account",
            Self::NoSuchUnit => "no-such-unit",
        }
    }
}

/// Whether a person may do something. Pure: the tree and the state are passed in.
pub fn decide(tree: &UnitTree, principal: &Principal, resource: &Resource, action: &Action) -> Decision {
    let standing = match standing(tree, principal, resource) {
        Ok(standing) => standing,
        Err(reason) => return Decision::Deny(reason),
    };
    let row = standing.row();
    let (right, place) = match action {
        Action::List => (row.list, None),
        Action::Read => (row.read, None),
        Action::Export => (row.export, None),
        Action::Write(place) => (row.write_at(place.kind()), Some(place)),
    };
    let open = resource.state.commune_writes();
    match right {
        Right::No => Decision::Deny(refusal(standing)),
        Right::Yes => Decision::Allow,
        Right::OwnWhileOpen if place != Some(&Place::Person(principal.user)) => Decision::Deny(Reason::OtherPerson),
        Right::CoordinatedWhileOpen => Decision::Deny(Reason::NotAssigned),
        Right::WhileOpen | Right::OwnWhileOpen if open => Decision::Allow,
        Right::WhileOpen | Right::OwnWhileOpen => Decision::Deny(Reason::Locked),
    }
}

/// Whether there is any place in it the person may write at present: a connection of anybody else is read-only from its
/// first message.
pub fn writes_anything(tree: &UnitTree, principal: &Principal, resource: &Resource) -> bool {
    decide(tree, principal, resource, &Action::Write(Place::Person(principal.user))).is_allowed()
}

fn standing(tree: &UnitTree, principal: &Principal, resource: &Resource) -> Result<Standing, Reason> {
    let position = position::get(&principal.position).ok_or(Reason::Account)?;
    let own = match &principal.unit {
        Some(code) => Some(tree.get(code).ok_or(Reason::Account)?),
        None => None,
    };
    if !position.fits(own) {
        return Err(Reason::Account);
    }
    let commune = tree
        .get(&resource.unit)
        .filter(|unit| unit.level == Level::Commune)
        .ok_or(Reason::NoSuchUnit)?;
    Ok(match (own, position.level, position.part) {
        (None, _, _) | (_, PositionLevel::System, _) => Standing::System,
        (Some(own), _, Part::Official) if own.code == commune.code => Standing::OwnOfficial,
        (Some(own), _, Part::Associate) if own.code == commune.code => Standing::OwnAssociate,
        (Some(own), _, Part::None) if tree.is_above(&own.code, &commune.code) => Standing::Above,
        _ => Standing::Elsewhere,
    })
}

const fn refusal(standing: Standing) -> Reason {
    match standing {
        Standing::OwnOfficial | Standing::OwnAssociate => Reason::EvidenceOnly,
        Standing::Above => Reason::AboveReadsOnly,
        Standing::Elsewhere => Reason::OtherUnit,
        Standing::System => Reason::System,
    }
}
