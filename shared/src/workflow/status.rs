//! The statuses of a dossier: one list for board, chip and paper.

use crate::json::{Read, Value, field};
use core::fmt;
use serde::{Deserialize, Serialize};

/// Where a dossier stands in the procedure of QĐ 25/2021 Điều 5 and TT 09/2021 Điều 3.
///
/// Serialised by its stable name (`{"name":"supplement_requested","round":2}`); shown by [`Status::label`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Status {
    /// The commune's officials score (TT 09 Điều 3.1.a).
    #[default]
    Scoring,
    /// The draft is posted (Điều 3.1.c).
    Posting,
    /// The meeting has agreed (Điều 3.1.đ).
    Agreed,
    /// The request for recognition was sent (Điều 3.1.e, first paragraph).
    Sent,
    /// The report of a commune that does not meet the conditions was sent (Điều 3.1.e, second paragraph).
    ReportSent,
    /// Phòng Tư pháp has received it (Điều 3.2.a).
    Received,
    /// A supplement was asked for.
    SupplementRequested {
        /// Which time, from 1.
        round: u8,
    },
    /// The supplement was given.
    Supplemented {
        /// Which time, from 1.
        round: u8,
    },
    /// Checked by Phòng Tư pháp.
    Reviewed,
    /// Before the Hội đồng (Điều 3.2.b).
    Appraising,
    /// The Hội đồng has fixed the points: the only ones that count (Điều 2.2).
    Appraised,
    /// Recognised (Điều 3.2.d).
    Recognised,
    /// Not recognised.
    NotRecognised,
    /// The decision was published.
    Published,
    /// The recognition was withdrawn.
    Withdrawn,
}

impl Read for Status {
    fn read(json: &Value) -> Option<Self> {
        let round = || field(json, "round");
        Some(match json.get("name")?.as_str()? {
            "scoring" => Self::Scoring,
            "posting" => Self::Posting,
            "agreed" => Self::Agreed,
            "sent" => Self::Sent,
            "report_sent" => Self::ReportSent,
            "received" => Self::Received,
            "supplement_requested" => Self::SupplementRequested { round: round()? },
            "supplemented" => Self::Supplemented { round: round()? },
            "reviewed" => Self::Reviewed,
            "appraising" => Self::Appraising,
            "appraised" => Self::Appraised,
            "recognised" => Self::Recognised,
            "not_recognised" => Self::NotRecognised,
            "published" => Self::Published,
            "withdrawn" => Self::Withdrawn,
            _ => return None,
        })
    }
}

impl Status {
    /// The label on every screen and paper.
    pub fn label(self) -> String {
        let text = match self {
            Self::Scoring => "Đang tự chấm",
            Self::Posting => "Đang niêm yết",
            Self::Agreed => "Đã họp thống nhất",
            Self::Sent => "Đã gửi hồ sơ",
            Self::ReportSent => "Đã gửi báo cáo (chưa đủ điều kiện)",
            Self::Received => "Đã tiếp nhận",
            Self::SupplementRequested { round } => return format!("Yêu cầu bổ sung (lần {round})"),
            Self::Supplemented { round } => return format!("Đã bổ sung (lần {round})"),
            Self::Reviewed => "Đã rà soát",
            Self::Appraising => "Đang thẩm định",
            Self::Appraised => "Đã thẩm định",
            Self::Recognised => "Đạt chuẩn",
            Self::NotRecognised => "Chưa đạt chuẩn",
            Self::Published => "Đã công bố",
            Self::Withdrawn => "Đã hủy bỏ công nhận",
        };
        text.to_owned()
    }

    /// Whether the commune may still write in the dossier: before it is sent, and while a supplement is asked for.
    pub const fn commune_writes(self) -> bool {
        matches!(
            self,
            Self::Scoring | Self::Posting | Self::Agreed | Self::SupplementRequested { .. }
        )
    }

    /// Every status in the order of the procedure, with round 1 where there are rounds.
    pub const ALL: [Self; 15] = [
        Self::Scoring,
        Self::Posting,
        Self::Agreed,
        Self::Sent,
        Self::ReportSent,
        Self::Received,
        Self::SupplementRequested { round: 1 },
        Self::Supplemented { round: 1 },
        Self::Reviewed,
        Self::Appraising,
        Self::Appraised,
        Self::Recognised,
        Self::NotRecognised,
        Self::Published,
        Self::Withdrawn,
    ];
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label())
    }
}

/// The mark beside a status when a deadline has passed.
pub const LATE: &str = "muộn";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::agrees;

    #[test]
    fn labels_are_the_one_list() {
        assert_eq!(Status::default().label(), "Đang tự chấm");
        assert_eq!(
            Status::SupplementRequested { round: 2 }.label(),
            "Yêu cầu bổ sung (lần 2)"
        );
        assert_eq!(Status::ReportSent.to_string(), "Đã gửi báo cáo (chưa đủ điều kiện)");
        let mut labels: Vec<_> = Status::ALL.map(Status::label).to_vec();
        labels.sort();
        labels.dedup();
        assert_eq!(labels.len(), Status::ALL.len());
    }

    #[test]
    fn a_sent_dossier_is_locked_until_a_supplement_is_asked_for() {
        assert!(Status::Scoring.commune_writes());
        assert!(!Status::Sent.commune_writes());
        assert!(!Status::Received.commune_writes());
        assert!(Status::SupplementRequested { round: 1 }.commune_writes());
        assert!(!Status::Supplemented { round: 1 }.commune_writes());
    }

    #[test]
    fn json_is_read_as_serde_reads_it() {
        for status in Status::ALL {
            assert_eq!(agrees(&status), Ok(()));
        }
    }

    #[test]
    fn serialised_by_name() {
        let json = serde_json::to_string(&Status::SupplementRequested { round: 2 }).unwrap();
        assert_eq!(json, r#"{"name":"supplement_requested","round":2}"#);
        assert_eq!(
            serde_json::from_str::<Status>(&json).unwrap(),
            Status::SupplementRequested { round: 2 }
        );
        assert_eq!(
            serde_json::from_str::<Status>(r#"{"name":"scoring"}"#).unwrap(),
            Status::Scoring
        );
    }
}
