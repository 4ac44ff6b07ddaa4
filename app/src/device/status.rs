//! The one status line: what the screens may say about saving and synchronising, and in which words.

use core::fmt;

/// What is known about the way to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Network {
    /// Nothing was tried yet in this page.
    #[default]
    Starting,
    /// The server could not be reached; tried again by timer, on `online` and when the page is seen again.
    Offline,
    /// Connected, and something is still on its way.
    Syncing,
    /// Connected, and the server has said *durable* of everything this account wrote. The device's time of day then.
    Synced {
        /// Hour, 0–23, on this device's clock.
        hour: u8,
        /// Minute, 0–59.
        minute: u8,
    },
    /// The session ended: the official must sign in to synchronise. Scoring goes on.
    SignInNeeded,
    /// The server speaks a newer protocol than this build. Everything stays on the device until the app is updated.
    AppTooOld,
}

/// The status line. `Display` gives the exact words.
///
/// It never says synced before the server said *durable*, and never says saved before the transaction was committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncStatus {
    /// A save is in flight. Shown between the tap and the commit, so that the line never claims more than is true.
    Saving,
    /// Everything entered is committed to this machine's disk.
    Saved,
    /// On the way to or from the server.
    Syncing,
    /// The server has everything on its disk.
    Synced {
        /// Hour, 0–23, on this device's clock.
        hour: u8,
        /// Minute, 0–59.
        minute: u8,
    },
    /// The server is out of reach; so many changes of this account wait on this machine.
    Offline {
        /// Changes of this account that the server has not called durable.
        waiting: usize,
    },
    /// The server refused changes of this account; the line leads to the page that explains them.
    Refused {
        /// Refused changes of this account.
        changes: usize,
    },
    /// The browser does not store; what is entered goes to the server only.
    NotStored,
    /// The session ended: sign in to synchronise. Scoring goes on.
    SignInNeeded {
        /// Changes of this account that wait on this machine.
        waiting: usize,
    },
    /// This build is older than the server's protocol; nothing is lost.
    AppTooOld {
        /// Changes of this account that wait on this machine.
        waiting: usize,
    },
}

impl fmt::Display for SyncStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Saving => f.write_str("Đang lưu…"),
            Self::Saved => f.write_str("Đã lưu trên máy"),
            Self::Syncing => f.write_str("Đang đồng bộ…"),
            Self::Synced { hour, minute } => write!(f, "Đã đồng bộ lúc {hour:02}:{minute:02}"),
            Self::Offline { waiting: 0 } => f.write_str("Ngoại tuyến – không có thay đổi chờ gửi"),
            Self::Offline { waiting } => write!(f, "Ngoại tuyến – {waiting} thay đổi chờ gửi"),
            Self::Refused { changes } => write!(f, "Máy chủ từ chối {changes} thay đổi – xem"),
            Self::NotStored => f.write_str("Chưa lưu được trên máy – đang gửi thẳng lên máy chủ"),
            Self::SignInNeeded { waiting: 0 } => f.write_str("Đăng nhập lại để đồng bộ"),
            Self::SignInNeeded { waiting } => write!(f, "Đăng nhập lại để đồng bộ – {waiting} thay đổi chờ gửi"),
            Self::AppTooOld { waiting: 0 } => f.write_str("Ứng dụng cũ hơn máy chủ – cần cập nhật"),
            Self::AppTooOld { waiting } => {
                write!(
                    f,
                    "Ứng dụng cũ hơn máy chủ – cần cập nhật, {waiting} thay đổi giữ trên máy"
                )
            }
        }
    }
}

/// Everything the status line is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// Edits whose transaction has not been committed.
    pub saving: usize,
    /// Edits the browser refused to store and that are kept in memory only.
    pub not_stored: usize,
    /// A save was committed less than a moment ago (the shell's timer clears it).
    pub just_saved: bool,
    /// Changes of this account that the server has not called durable.
    pub waiting: usize,
    /// Changes of this account that the server refused.
    pub refused: usize,
    /// The way to the server.
    pub network: Network,
}

impl Facts {
    /// The line these facts allow: what is at risk first, then what just happened, then the network. A refusal waits until
    /// the official has signed in again: without that nothing can be done about it.
    pub fn line(&self) -> SyncStatus {
        let waiting = self.waiting;
        if self.not_stored > 0 {
            return SyncStatus::NotStored;
        }
        if self.saving > 0 {
            return SyncStatus::Saving;
        }
        if self.just_saved {
            return SyncStatus::Saved;
        }
        if self.refused > 0 && self.network != Network::SignInNeeded {
            return SyncStatus::Refused { changes: self.refused };
        }
        match self.network {
            Network::Starting => SyncStatus::Saved,
            Network::Offline => SyncStatus::Offline { waiting },
            Network::Synced { hour, minute } if waiting == 0 => SyncStatus::Synced { hour, minute },
            Network::Syncing | Network::Synced { .. } => SyncStatus::Syncing,
            Network::SignInNeeded => SyncStatus::SignInNeeded { waiting },
            Network::AppTooOld => SyncStatus::AppTooOld { waiting },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYNCED: Network = Network::Synced { hour: 14, minute: 5 };

    #[test]
    fn the_lines_are_word_for_word() {
        let said = |status: SyncStatus| status.to_string();
        assert_eq!(said(SyncStatus::Saved), "Đã lưu trên máy");
        assert_eq!(said(SyncStatus::Syncing), "Đang đồng bộ…");
        assert_eq!(said(SyncStatus::Synced { hour: 14, minute: 5 }), "Đã đồng bộ lúc 14:05");
        assert_eq!(
            said(SyncStatus::Offline { waiting: 12 }),
            "Ngoại tuyến – 12 thay đổi chờ gửi"
        );
        assert_eq!(
            said(SyncStatus::Refused { changes: 1 }),
            "Máy chủ từ chối 1 thay đổi – xem"
        );
        assert_eq!(
            said(SyncStatus::NotStored),
            "Chưa lưu được trên máy – đang gửi thẳng lên máy chủ"
        );
    }

    #[test]
    fn never_synced_while_something_waits() {
        let facts = Facts {
            waiting: 1,
            network: SYNCED,
            ..Facts::default()
        };
        assert_eq!(facts.line(), SyncStatus::Syncing);
    }

    #[test]
    fn never_saved_before_the_commit() {
        let facts = Facts {
            saving: 1,
            just_saved: true,
            network: SYNCED,
            ..Facts::default()
        };
        assert_eq!(facts.line(), SyncStatus::Saving);
    }

    #[test]
    fn what_the_browser_did_not_store_comes_before_everything() {
        let facts = Facts {
            not_stored: 1,
            saving: 1,
            refused: 1,
            just_saved: true,
            ..Facts::default()
        };
        assert_eq!(facts.line(), SyncStatus::NotStored);
    }

    #[test]
    fn a_refusal_is_not_hidden_by_the_network() {
        let facts = Facts {
            refused: 1,
            network: SYNCED,
            ..Facts::default()
        };
        assert_eq!(facts.line(), SyncStatus::Refused { changes: 1 });
    }

    #[test]
    fn a_refusal_does_not_hide_that_one_must_sign_in() {
        let facts = Facts {
            refused: 1,
            waiting: 2,
            network: Network::SignInNeeded,
            ..Facts::default()
        };
        assert_eq!(facts.line(), SyncStatus::SignInNeeded { waiting: 2 });
    }
}
