//! Why a change is refused.

use thiserror::Error;

/// Why a change may not enter a dossier, in words for the official. Sending it again never helps: the change stays on the
/// device, and *set aside and go on* enters what may be entered again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Error)]
pub enum Refusal {
    /// It names another account as its author, or an author where none may be.
    #[error("Thay đổi này mang tên người khác. Hãy đăng nhập bằng tài khoản đã nhập nó.")]
    Author,
    /// Its actor belongs to another account.
    #[error("Thay đổi này nối tiếp thay đổi của người khác. Hãy đăng nhập bằng tài khoản đã nhập nó.")]
    ForeignActor,
    /// It goes on from an actor nobody knows.
    #[error("Thiếu thay đổi đầu tiên của máy này. Hãy để riêng thay đổi này và nhập lại.")]
    UnknownActor,
    /// It does not follow from what it says it follows from.
    #[error("Thứ tự thay đổi của máy này bị lặp hoặc thiếu. Hãy để riêng thay đổi này và nhập lại.")]
    Order,
    /// It is not the genesis of this document, or pretends to be one.
    #[error("Không phải hồ sơ của đơn vị và năm này.")]
    Genesis,
    /// It cannot be taken apart.
    #[error("Dữ liệu gửi lên không đọc được.")]
    Malformed,
    /// It writes to something that is not in the dossier.
    #[error("Thay đổi này ghi vào chỗ không có trong hồ sơ.")]
    UnknownObject,
    /// It replaces or deletes a part every dossier has.
    #[error("Thay đổi này thay thế hoặc xóa một mục cố định của hồ sơ.")]
    ReplacedContainer,
    /// The place does not take such a value: another kind of value, a mark, a counter, a new container.
    #[error("Giá trị không đúng kiểu của mục này.")]
    WrongKind,
    /// The register's key cannot be one.
    #[error("Thay đổi này ghi vào nội dung không có trong chỉ tiêu.")]
    UnknownKey,
    /// The value is not one this version can read.
    #[error("Không đọc được giá trị đã nhập. Hãy nhập lại.")]
    Unreadable,
    /// The name of another account.
    #[error("Chỉ được ghi tên và chức danh của chính mình.")]
    OtherPerson,
    /// It overwrites something in another place than the one it writes.
    #[error("Thay đổi này ghi đè giá trị của mục khác.")]
    WrongReference,
    /// More operations or text than one edit can have.
    #[error("Thay đổi này quá lớn.")]
    TooLarge,
}

impl Refusal {
    /// The stable code, for logs, tests and other programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::ForeignActor => "foreign-actor",
            Self::UnknownActor => "unknown-actor",
            Self::Order => "order",
            Self::Genesis => "genesis",
            Self::Malformed => "malformed",
            Self::UnknownObject => "unknown-object",
            Self::ReplacedContainer => "replaced-container",
            Self::WrongKind => "wrong-kind",
            Self::UnknownKey => "unknown-key",
            Self::Unreadable => "unreadable",
            Self::OtherPerson => "other-person",
            Self::WrongReference => "wrong-reference",
            Self::TooLarge => "too-large",
        }
    }
}

impl From<Refusal> for crate::sync::Refusal {
    /// What is told to the peer: the code of the protocol, and our words.
    fn from(refusal: Refusal) -> Self {
        use crate::sync::RefusalCode as Code;
        let code = match refusal {
            Refusal::Author | Refusal::ForeignActor => Code::Author,
            Refusal::UnknownActor | Refusal::Order => Code::Order,
            Refusal::Genesis => Code::Genesis,
            Refusal::Malformed => Code::Malformed,
            Refusal::OtherPerson => Code::Access,
            Refusal::TooLarge => Code::TooLarge,
            Refusal::UnknownObject
            | Refusal::ReplacedContainer
            | Refusal::WrongKind
            | Refusal::UnknownKey
            | Refusal::Unreadable
            | Refusal::WrongReference => Code::Shape,
        };
        Self {
            code,
            text: refusal.to_string(),
        }
    }
}
