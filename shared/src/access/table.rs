//! The table of access. There is no other rule than these rows; [`markdown`] prints them for the docs.

use super::place::PlaceKind;
use core::fmt::Write as _;

/// How a person stands to a dossier: read from the position table and the tree of units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// An official of the commune itself.
    OwnOfficial,
    /// MTTQ, a mass organisation or the radio station of the commune itself.
    OwnAssociate,
    /// Somebody of a unit above the commune, as the tree says.
    Above,
    /// Somebody of a unit that is not above: another commune, another district, another province.
    Elsewhere,
    /// The installation's administrator.
    System,
}

/// What a standing has at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// Never.
    No,
    /// Always.
    Yes,
    /// While the dossier's status lets the commune write.
    WhileOpen,
    /// As `WhileOpen`, and only the person's own entry.
    OwnWhileOpen,
    /// As `WhileOpen`, and only for indicators the person coordinates, as the server's durable document says. Nobody is
    /// assigned yet, so this is never given at present.
    CoordinatedWhileOpen,
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Who.
    pub standing: Standing,
    /// In lists and boards.
    pub list: Right,
    /// The document, over HTTP and over `/sync`, with all its history.
    pub read: Right,
    /// As a file.
    pub export: Right,
    /// Writing, by [`PlaceKind::ALL`].
    pub write: [Right; PlaceKind::ALL.len()],
}

use Right::{CoordinatedWhileOpen, No, OwnWhileOpen, WhileOpen, Yes};

/// The table.
pub const TABLE: [Row; 5] = [
    Row {
        standing: Standing::OwnOfficial,
        list: Yes,
        read: Yes,
        export: Yes,
        write: [WhileOpen, WhileOpen, WhileOpen, OwnWhileOpen, WhileOpen, WhileOpen],
    },
    Row {
        standing: Standing::OwnAssociate,
        list: Yes,
        read: Yes,
        export: Yes,
        write: [No, No, No, OwnWhileOpen, CoordinatedWhileOpen, No],
    },
    Row {
        standing: Standing::Above,
        list: Yes,
        read: Yes,
        export: Yes,
        write: [No; 6],
    },
    Row {
        standing: Standing::Elsewhere,
        list: No,
        read: No,
        export: No,
        write: [No; 6],
    },
    Row {
        standing: Standing::System,
        list: No,
        read: No,
        export: No,
        write: [No; 6],
    },
];

impl Standing {
    /// Its row.
    pub(super) const fn row(self) -> &'static Row {
        match self {
            Self::OwnOfficial => &TABLE[0],
            Self::OwnAssociate => &TABLE[1],
            Self::Above => &TABLE[2],
            Self::Elsewhere => &TABLE[3],
            Self::System => &TABLE[4],
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::OwnOfficial => "official of the commune",
            Self::OwnAssociate => "MTTQ, mass organisation, radio of the commune",
            Self::Above => "of a unit above the commune (reviewers)",
            Self::Elsewhere => "of any other unit",
            Self::System => "administrator of the installation",
        }
    }
}

impl Row {
    /// The right to write at a kind of place.
    pub const fn write_at(&self, place: PlaceKind) -> Right {
        let [score, explanation, declaration, person, evidence, version] = self.write;
        match place {
            PlaceKind::Score => score,
            PlaceKind::Explanation => explanation,
            PlaceKind::Declaration => declaration,
            PlaceKind::Person => person,
            PlaceKind::Evidence => evidence,
            PlaceKind::CriteriaVersion => version,
        }
    }
}

impl Right {
    const fn label(self) -> &'static str {
        match self {
            No => "–",
            Yes => "yes",
            WhileOpen => "while open",
            OwnWhileOpen => "own, while open",
            CoordinatedWhileOpen => "of coordinated indicators, while open",
        }
    }
}

const fn heading(place: PlaceKind) -> &'static str {
    match place {
        PlaceKind::Score => "write scores",
        PlaceKind::Explanation => "write explanations",
        PlaceKind::Declaration => "declare (condition 3)",
        PlaceKind::Person => "write name and position",
        PlaceKind::Evidence => "write evidence",
        PlaceKind::CriteriaVersion => "write criteria version",
    }
}

/// The whole table as Markdown, for the docs.
pub fn markdown() -> String {
    let mut out = String::from("| standing to a dossier | list | read | export |");
    for place in PlaceKind::ALL {
        let _ = write!(out, " {} |", heading(place));
    }
    out.push_str("\n|---|");
    out.push_str(&"---|".repeat(3 + PlaceKind::ALL.len()));
    for row in TABLE {
        let _ = write!(out, "\n| {} |", row.standing.label());
        for right in [row.list, row.read, row.export].into_iter().chain(row.write) {
            let _ = write!(out, " {} |", right.label());
        }
    }
    out.push('\n');
    out
}
