//! The store over IndexedDB.
//!
//! Inside a transaction only requests and synchronous work: awaiting anything else ends it. A transaction that is
//! dropped rolls back; only `commit` makes it last, and only its completion may be shown as saved.

use super::layout::{self, Branch, META, ROWS, UNSENT};
use super::rows::{Row, RowKey};
use super::{DossierStore, Small, StoreError, Write};
use core::cell::{Cell, RefCell};
use futures::lock::Mutex;
use indexed_db_futures::KeyRange;
use indexed_db_futures::database::Database;
use indexed_db_futures::error::{DomException, Error, OpenDbError, UnexpectedDataError};
use indexed_db_futures::internals::SystemRepr;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{Transaction, TransactionDurability, TransactionMode, TransactionOptions};
use indexed_db_futures::typed_array::{Uint8Array, Uint8ArraySlice};
use std::rc::Rc;
use wasm_bindgen::JsCast;

/// One account's database. Opened when first needed, and again when the browser closed it.
pub struct IdbStore {
    name: String,
    database: Rc<RefCell<Option<Database>>>,
    opening: Mutex<()>,
    /// Counts the connections, so that the end of an old one does not take the present one away.
    connection: Rc<Cell<u32>>,
    was_open: Cell<bool>,
    reopened: Rc<dyn Fn()>,
}

impl IdbStore {
    /// The database `name`. `reopened` is called after a database that had been open was opened once more: what was in
    /// it may be gone.
    pub fn new(name: String, reopened: Rc<dyn Fn()>) -> Self {
        Self {
            name,
            database: Rc::default(),
            opening: Mutex::new(()),
            connection: Rc::default(),
            was_open: Cell::new(false),
            reopened,
        }
    }

    /// Opens the database if it is not open.
    pub async fn open(&self) -> Result<Database, StoreError> {
        let _alone = self.opening.lock().await;
        if let Some(database) = self.database.borrow().as_ref() {
            return Ok(database.clone());
        }
        let opened = Database::open(self.name.as_str())
            .with_version(layout::VERSION)
            .with_on_upgrade_needed(|event, database| {
                if event.old_version() < 1.0 {
                    for store in [ROWS, UNSENT, META] {
                        database.create_object_store(store).build()?;
                    }
                }
                Ok(())
            })
            .await
            .map_err(|problem| open_problem(&problem))?;
        *self.database.borrow_mut() = Some(opened.clone());
        self.watch(&opened);
        if self.was_open.replace(true) {
            (self.reopened)();
        }
        Ok(opened)
    }

    /// Lets go when the browser closes the database, or when a newer build wants to change its layout.
    fn watch(&self, database: &Database) {
        let Ok(mut changes) = database.version_changes() else {
            return;
        };
        let (held, database) = (Rc::clone(&self.database), database.clone());
        let (connection, this) = (Rc::clone(&self.connection), self.connection.get().wrapping_add(1));
        connection.set(this);
        wasm_bindgen_futures::spawn_local(async move {
            changes.recv().await;
            if connection.get() == this {
                held.borrow_mut().take();
            }
            database.close();
        });
    }

    /// Closes the database; the next call opens it again.
    pub fn close(&self) {
        self.was_open.set(false);
        if let Some(database) = self.database.borrow_mut().take() {
            database.close();
        }
    }

    /// Starts a transaction, on a newly opened connection if the present one turns out to be closed.
    async fn with<T>(
        &self,
        stores: &[&'static str],
        mode: TransactionMode,
        strict: bool,
        run: impl AsyncFn(&Transaction<'_>) -> Result<T, Error>,
    ) -> Result<T, StoreError> {
        let mut last = StoreError::Closed;
        for _ in 0..2 {
            let database = self.open().await?;
            let durability = if strict {
                TransactionDurability::Strict
            } else {
                TransactionDurability::Relaxed
            };
            let started = database
                .transaction(stores.to_vec())
                .with_mode(mode)
                .with_options(TransactionOptions::new().with_durability(durability))
                .build();
            let (problem, reason) = match started {
                Ok(transaction) => {
                    // The library does not say why a transaction was aborted; the browser's own object does.
                    let raw: web_sys::IdbTransaction = transaction.as_sys().clone().unchecked_into();
                    let problem = match run(&transaction).await {
                        Ok(value) if mode == TransactionMode::Readonly => return Ok(value),
                        Ok(value) => match transaction.commit().await {
                            Ok(()) => return Ok(value),
                            Err(problem) => problem,
                        },
                        Err(problem) => problem,
                    };
                    (problem, raw.error())
                }
                Err(problem) => (problem, None),
            };
            last = write_problem(&problem, reason);
            if last != StoreError::Closed {
                return Err(last);
            }
            self.database.borrow_mut().take();
        }
        Err(last)
    }
}

impl DossierStore for IdbStore {
    async fn small(&self) -> Result<Small, StoreError> {
        let (names, values, unsent) = self
            .with(&[UNSENT, META], TransactionMode::Readonly, false, async |transaction| {
                let (meta, unsent) = (transaction.object_store(META)?, transaction.object_store(UNSENT)?);
                let names = meta.get_all_keys::<String>().primitive()?;
                let values = meta.get_all::<String>().primitive()?;
                let unsent = unsent.get_all_keys::<String>().primitive()?;
                let names: Vec<Option<String>> = names.await?.map(Result::ok).collect();
                let values: Vec<Option<String>> = values.await?.map(Result::ok).collect();
                let unsent: Vec<String> = unsent.await?.flatten().collect();
                Ok((names, values, unsent))
            })
            .await?;
        Ok(Small {
            meta: names
                .into_iter()
                .zip(values)
                .filter_map(|(name, value)| Some((name?, value?)))
                .collect(),
            unsent: unsent.iter().filter_map(|key| layout::parse_unsent(key)).collect(),
        })
    }

    async fn rows(&self, branch: Branch) -> Result<Vec<Row>, StoreError> {
        let (keys, bytes) = self
            .with(&[ROWS], TransactionMode::Readonly, false, async |transaction| {
                let rows = transaction.object_store(ROWS)?;
                let (low, high) = branch.range();
                let range = KeyRange::Bound(low, false, high, false);
                let keys = rows
                    .get_all_keys::<String>()
                    .with_query::<String, _>(range.clone())
                    .primitive()?;
                let bytes = rows
                    .get_all::<Uint8Array>()
                    .with_query::<String, _>(range)
                    .primitive()?;
                let keys: Vec<Option<String>> = keys.await?.map(Result::ok).collect();
                // A value that is no byte array becomes an empty row: damaged, and counted as such.
                let bytes: Vec<Uint8Array> = bytes.await?.map(Result::unwrap_or_default).collect();
                Ok((keys, bytes))
            })
            .await?;
        let rows = keys.into_iter().zip(bytes).filter_map(|(key, bytes)| {
            let (_, key) = layout::parse_row(&key?)?;
            Some(Row {
                key,
                bytes: bytes.into(),
            })
        });
        Ok(rows.collect())
    }

    async fn row_keys(&self, branch: Branch) -> Result<Vec<RowKey>, StoreError> {
        let keys = self
            .with(&[ROWS], TransactionMode::Readonly, false, async |transaction| {
                let (low, high) = branch.range();
                let rows = transaction.object_store(ROWS)?;
                let range = KeyRange::Bound(low, false, high, false);
                let keys = rows
                    .get_all_keys::<String>()
                    .with_query::<String, _>(range)
                    .primitive()?;
                Ok(keys.await?.flatten().collect::<Vec<String>>())
            })
            .await?;
        Ok(keys.iter().filter_map(|key| Some(layout::parse_row(key)?.1)).collect())
    }

    async fn rows_named(&self, branch: Branch, keys: &[RowKey]) -> Result<Vec<Row>, StoreError> {
        self.with(&[ROWS], TransactionMode::Readonly, false, async |transaction| {
            let rows = transaction.object_store(ROWS)?;
            let mut asked = Vec::with_capacity(keys.len());
            for key in keys {
                asked.push((*key, rows.get::<Uint8Array, String, _>(branch.row(key)).primitive()?));
            }
            let mut found = Vec::with_capacity(keys.len());
            for (key, request) in asked {
                if let Some(bytes) = request.await? {
                    found.push(Row {
                        key,
                        bytes: bytes.into(),
                    });
                }
            }
            Ok(found)
        })
        .await
    }

    async fn write(&self, write: &Write) -> Result<(), StoreError> {
        if write.is_empty() {
            return Ok(());
        }
        let mut stores = Vec::with_capacity(3);
        let wanted = [
            (ROWS, !write.rows.is_empty() || !write.drop_rows.is_empty()),
            (UNSENT, !write.unsent.is_empty() || !write.sent.is_empty()),
            (META, !write.meta.is_empty()),
        ];
        stores.extend(wanted.into_iter().filter(|(_, wanted)| *wanted).map(|(store, _)| store));
        self.with(&stores, TransactionMode::Readwrite, write.strict, async |transaction| {
            put(transaction, write)
        })
        .await
    }
}

/// Sends every request of a write; nothing is awaited, the commit reports what failed.
fn put(transaction: &Transaction<'_>, write: &Write) -> Result<(), Error> {
    if !write.rows.is_empty() || !write.drop_rows.is_empty() {
        let rows = transaction.object_store(ROWS)?;
        for (branch, row) in &write.rows {
            rows.put(Uint8ArraySlice::new(&row.bytes))
                .with_key(branch.row(&row.key))
                .primitive()?;
        }
        for (branch, key) in &write.drop_rows {
            rows.delete::<String, _>(branch.row(key)).primitive()?;
        }
    }
    if !write.unsent.is_empty() || !write.sent.is_empty() {
        let unsent = transaction.object_store(UNSENT)?;
        for (branch, change) in &write.unsent {
            unsent.put("").with_key(branch.unsent(change)).primitive()?;
        }
        for (branch, change) in &write.sent {
            unsent.delete::<String, _>(branch.unsent(change)).primitive()?;
        }
    }
    if !write.meta.is_empty() {
        let meta = transaction.object_store(META)?;
        for (key, value) in &write.meta {
            match value {
                Some(value) => drop(meta.put(value.as_str()).with_key(key.as_str()).primitive()?),
                None => drop(meta.delete::<String, _>(key.clone()).primitive()?),
            }
        }
    }
    Ok(())
}

fn open_problem(problem: &OpenDbError) -> StoreError {
    match problem {
        OpenDbError::Base(Error::DomException(exception)) => match exception_name(exception).as_str() {
            "VersionError" => StoreError::NewerApp,
            "QuotaExceededError" => StoreError::Full,
            name => StoreError::Refused(name.to_owned()),
        },
        other => StoreError::Refused(other.to_string()),
    }
}

/// What a failed transaction means. Only a connection that is gone is worth opening anew.
fn write_problem(problem: &Error, reason: Option<web_sys::DomException>) -> StoreError {
    let named = match problem {
        Error::DomException(exception) => Some(exception_name(exception)),
        _ => None,
    };
    match reason.map(|reason| reason.name()).or(named).as_deref() {
        Some("QuotaExceededError") => StoreError::Full,
        Some("InvalidStateError") => StoreError::Closed,
        Some(name) => StoreError::Refused(name.to_owned()),
        None if *problem == Error::MissingData(UnexpectedDataError::TransactionAborted) => {
            StoreError::Refused("AbortError".to_owned())
        }
        None => StoreError::Refused(problem.to_string()),
    }
}

fn exception_name(exception: &DomException) -> String {
    web_sys::DomException::from(exception.clone()).name()
}
