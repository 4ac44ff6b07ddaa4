//! The clients: each sends its next change when the last is durable.

use crate::client::Client;
use crate::seed::{self, Seed, enter};
use anyhow::ensure;
use shared::dossier::{Author, Person};
use shared::sync::DocumentId;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// A client at its dossier.
pub(crate) struct Writer {
    client: Client,
    author: Author,
    doc: DocumentId,
    written: usize,
}

/// What the writing took.
#[derive(Default)]
pub(crate) struct Written {
    /// From sending a change to hearing that it is durable, in milliseconds.
    pub(crate) latencies: Vec<f64>,
    /// Bytes on the sockets, both directions.
    pub(crate) wire_bytes: usize,
}

impl Written {
    /// The latency below which so many percent of the changes are.
    pub(crate) fn percentile(&mut self, percent: usize) -> f64 {
        self.latencies.sort_by(f64::total_cmp);
        let at = (self.latencies.len() * percent / 100).min(self.latencies.len().saturating_sub(1));
        (self.latencies.get(at).copied().unwrap_or_default() * 100.0).round() / 100.0
    }
}

/// Connects every official to the dossier of their commune, each holding it as it is.
pub(crate) async fn connect(seed: &Seed, url: &str) -> anyhow::Result<Vec<Writer>> {
    let mut writers = Vec::new();
    for (n, official) in seed.officials.iter().enumerate() {
        let (identity, document) = &seed.dossiers[n % seed.dossiers.len()];
        let mut client = Client::of(official.id, Person::new(&official.name, ""));
        let doc = identity.document_id();
        ensure!(
            client.connect(url, &seed.ticket(official).await?).await,
            "the server does not answer"
        );
        client.hold(doc, document.fork()).await;
        client
            .until("the server is in step", |client| {
                client.heard(doc).saved_state.is_some()
            })
            .await;
        writers.push(Writer {
            client,
            author: seed::author(official),
            doc,
            written: n * 31,
        });
    }
    Ok(writers)
}

/// All clients write for this long.
pub(crate) async fn write(writers: &mut Vec<Writer>, duration: Duration) -> anyhow::Result<Written> {
    let until = Instant::now() + duration;
    let mut tasks = JoinSet::new();
    for writer in writers.drain(..) {
        tasks.spawn(one(writer, until));
    }
    let mut all = Written::default();
    while let Some(done) = tasks.join_next().await {
        let (writer, written) = done??;
        all.latencies.extend(written.latencies);
        all.wire_bytes += written.wire_bytes;
        writers.push(writer);
    }
    Ok(all)
}

async fn one(mut writer: Writer, until: Instant) -> anyhow::Result<(Writer, Written)> {
    let mut written = Written::default();
    let before = writer.client.wire.0 + writer.client.wire.1;
    while Instant::now() < until {
        writer.written += 1;
        let raw = enter(writer.client.doc_mut(writer.doc), &writer.author, writer.written)?;
        if raw.is_empty() {
            continue;
        }
        let sent = Instant::now();
        writer.client.changed(writer.doc).await;
        let doc = writer.doc;
        writer
            .client
            .until("the change is durable", |client| client.is_durable(doc))
            .await;
        written.latencies.push(sent.elapsed().as_secs_f64() * 1e3);
    }
    written.wire_bytes = writer.client.wire.0 + writer.client.wire.1 - before;
    Ok((writer, written))
}
