//! Entering something: into the document at once, onto the disk in the next transaction, then to the other tabs and the
//! server.

use super::snapshot::Touched;
use super::space::Space;
use super::store::saver::Saved as Stored;
use super::time;
use automerge::Automerge;
use core::pin::pin;
use futures::channel::oneshot;
use futures::future::{Either, select};
use shared::dossier::write::Written;
use shared::dossier::{Author, DocumentId, DossierError};
use shared::sync::Input;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// How long the points wait for the disk, in ms; no one sees so little.
const SLOW_DISK_MS: u32 = 100;

/// What became of something entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It is on this machine's disk (or stood there already).
    Committed,
    /// The browser refused to store it. It is in this page and on its way to the server; it is tried again.
    NotStored,
}

/// Why something could not be entered at all. `Display` is Vietnamese.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// Nobody is signed in, or the dossier is not open.
    #[error("Hồ sơ chưa mở xong. Hãy đợi một lát rồi nhập lại.")]
    NotOpen,
    /// This account does not enter scores here.
    #[error("Tài khoản này chỉ được xem hồ sơ này.")]
    ReadOnly,
    /// A colleague's value has arrived since the values were shown.
    #[error("Vừa có giá trị mới của người khác. Hãy xem lại rồi chọn.")]
    ValuesChanged,
    /// The text is longer than what can be stored, or the value is not one that may stand there.
    #[error("Không nhập được giá trị này (quá dài hoặc không hợp lệ). Nội dung đang gõ vẫn còn, hãy sửa lại.")]
    BadValue,
    /// The dossier is damaged or of a later build.
    #[error("Không ghi được vào hồ sơ này. Hãy cập nhật ứng dụng; dữ liệu đã lưu vẫn còn.")]
    Document,
}

impl From<DossierError> for WriteError {
    fn from(problem: DossierError) -> Self {
        match problem {
            DossierError::ValuesChanged => Self::ValuesChanged,
            DossierError::BadValue(_) => Self::BadValue,
            _ => Self::Document,
        }
    }
}

/// Something entered, on its way to the disk.
pub(super) enum Entered {
    /// Just that stood there already.
    Nothing,
    /// In the document; the answer comes from the disk.
    Saving(oneshot::Receiver<Stored>),
}

impl Entered {
    /// Waits for the disk.
    pub(super) async fn saved(self) -> Saved {
        match self {
            Self::Nothing => Saved::Committed,
            Self::Saving(answer) => match answer.await {
                Ok(Ok(())) => Saved::Committed,
                Ok(Err(_)) | Err(oneshot::Canceled) => Saved::NotStored,
            },
        }
    }
}

impl Space {
    /// Makes one change in a dossier. It is in the document when this returns; the rest follows by itself, also if the
    /// caller goes away.
    pub(super) fn enter(
        self: &Rc<Self>,
        document: DocumentId,
        touched: Touched,
        change: impl FnOnce(&mut Automerge, &Author, i64) -> Written,
    ) -> Result<Entered, WriteError> {
        let write = {
            let mut shelf = self.shelf.borrow_mut();
            let held = shelf.get_mut(&document).ok_or(WriteError::NotOpen)?;
            if !self.writes(&held.identity) {
                return Err(WriteError::ReadOnly);
            }
            held.begin()?;
            let author = self.account.borrow().author(&held.set.version);
            match change(&mut held.doc, &author, time::now_s())? {
                Some(bytes) => {
                    let write = held.wrote(bytes);
                    self.announced(held, write)
                }
                None => return Ok(Entered::Nothing),
            }
        };
        self.small.borrow_mut().note(&write);
        // Asked for first, so that the transaction is under way before anything is drawn.
        let space = Rc::clone(self);
        spawn_local(async move { space.saver.run().await });
        let (rows, answer) = (write.clone(), self.saver.push(write));
        let (told, caller) = oneshot::channel();
        let space = Rc::clone(self);
        spawn_local(async move {
            let show = || {
                space.refresh(&document, &touched);
                space.count();
            };
            // Drawing would keep the answer of the disk waiting. What was tapped shows it by itself until then.
            let (stored, shown) = match select(answer, pin!(time::sleep_ms(SLOW_DISK_MS))).await {
                Either::Left((stored, _)) => (stored, false),
                Either::Right(((), answer)) => {
                    show();
                    (answer.await, true)
                }
            };
            let stored = stored.unwrap_or(Ok(()));
            if let Err(problem) = &stored {
                space.notify(super::notice::Notice::store(problem));
            }
            let on_disk = stored.is_ok();
            // The screen that asked may have gone.
            let _ = told.send(stored);
            if !shown {
                show();
            }
            // After it is on the screen: the other tabs, and the server.
            time::sleep_ms(0).await;
            if on_disk {
                space.tabs.rows(&rows);
            }
            space.feed(Input::Changed { doc: document });
        });
        Ok(Entered::Saving(caller))
    }
}
