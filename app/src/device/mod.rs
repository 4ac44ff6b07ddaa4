//! The device: what is kept on this machine, who is signed in, how it reaches the server.
//!
//! The screens see `Device` (from the Leptos context) and the handles it gives; nothing below is theirs to touch.
//!
//! ```text
//! API the screens get (being built; signatures will hold; everything Copy, usable in any closure):
//!
//! let device = expect_context::<Device>();            // Copy
//! device.session: RwSignal<Option<Account>>           // None: show sign-in (/dang-nhap)
//! device.accounts: RwSignal<Vec<KnownAccount>>        // sign-in page: accounts with data on this machine {username,name,unsent}; KnownAccount::line() = "Máy này còn 5 thay đổi chưa gửi của …"
//! device.status: Signal<SyncStatus>                   // Display = the exact line; match on Refused to link to /thiet-bi
//! device.offline_ready: RwSignal<bool>                // shell is in the cache, checked at each start
//! device.update: RwSignal<Update>                     // Update::{None, Offered, TooOld}; banner "Có bản mới – Cập nhật" -> device.accept_update()
//! device.advice: RwSignal<Option<Advice>>             // InAppBrowser ("Mở bằng Chrome/Safari") | InstallFirst (iOS) ; Advice::text()
//! device.notices: RwSignal<Vec<Notice>>               // problems to show until dismissed: quota full, IndexedDB closed, damaged rows, clock wrong, another account signed in. Notice{text, safe, next}
//! device.storage: RwSignal<Option<StorageUse>>        // {used_bytes, quota_bytes, persisted}
//! device.now_s() -> i64                               // device clock, corrected by what the server said
//! async device.sign_in(&str username, &str password) -> Result<(), SignInError>   // Display is Vietnamese
//! async device.sign_out()
//! async device.switch_to_sign_in()                    // another official takes the tablet: data stays
//! device.dossier(year: u16) -> DossierHandle          // own unit
//! device.dossier_of(identity: Identity) -> DossierHandle  // reviewers: read-only
//! device.board(year: u16) -> BoardHandle              // {rows: RwSignal<Option<Vec<BoardRow>>>, live: RwSignal<bool>, problem: RwSignal<Option<String>>}; cached, kept live by SSE
//! device.refused: RwSignal<Vec<RefusedDossier>>       // {document, unit, year, changes, reason (Vietnamese)}
//! async device.set_aside(document) -> Result<(), WriteError>   // set aside and go on
//! device.left_over: RwSignal<Vec<LeftOverRecord>>     // fields with both values; export via record.download(); async device.let_go(id)
//!
//! DossierHandle (Copy):
//!   .state: RwSignal<Opening>        // Reading | Ready | NoYear (server has not settled the set) | NotHere (reviewer, not downloaded, offline) | Problem(String)
//!   .snapshot: RwSignal<Option<Arc<Snapshot>>>   // new Arc after each change
//!   .indicator(&IndicatorNumber) -> Option<Arc<IndicatorEntries>>  (reads snapshot; tracked)
//!   .can_write() -> bool
//!   async set_entry(&IndicatorNumber, key: &str, Entry) -> Result<Saved, WriteError>
//!   async edit_explanation(&IndicatorNumber, base: &str, new: &str) -> Result<Saved, WriteError>
//!   async declare_head(Head, HeadDeclaration) -> Result<Saved, WriteError>
//!   async settle(conflict, chosen) -> Result<Saved, WriteError>
//!   history(&IndicatorNumber) -> Vec<HistoryEntry>      // walked when asked
//!   draft(field: &str) -> Option<String>; keep_draft(field: &str, text: Option<String>)   // half-typed text: survives reload, update, crash (relaxed, debounced by device)
//! Saved::{Committed, NotStored} ; the document in memory has the change when the future is created is awaited first.
//! Text being typed: device.on_flush(callback) -> Flush guard: called before update reload / hide, so that the screen commits what is typed.
//! Snapshot { identity, indicators: BTreeMap<IndicatorNumber, Arc<IndicatorEntries>>, summary: Summary, people, declarations, conflicts, damaged: usize }
//! ```

mod account;
mod status;
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
mod storage;
pub mod store;

pub use account::{Account, AccountPosition, AccountUnit, AccountUser, ServerYear};
pub use status::{Facts, Network, SyncStatus};
