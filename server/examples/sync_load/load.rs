//! The clients: each sends its next change when the last is durable.

use crate::client::Client;
use crate::seed::{self, Seed, enter};
use anyhow::{Context as _, ensure};
use automerge::Automerge;
use shared::dossier::{Author, Person};
use shared::sync::DocumentId;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// A client at its dossier.
pub(crate) struct Writer {
    client: Client,
    author: Author,
    doc: DocumentId,
    written: usize,
}

/// How long one change took, in milliseconds.
struct Change {
    /// From going to the socket to the word that it is durable being there.
    came: f64,
    /// From being there to be sent to that word being taken.
    taken: f64,
}

/// Times in milliseconds, ascending.
#[derive(Default)]
pub(crate) struct Latencies(Vec<f64>);

impl Latencies {
    pub(crate) fn new(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        Self(times)
    }

    /// How many.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The time below which so many percent are.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let at = (self.0.len() * percent / 100).min(self.0.len().saturating_sub(1));
        (self.0.get(at).copied().unwrap_or_default() * 100.0).round() / 100.0
    }
}

/// What the writing took.
pub(crate) struct Written {
    /// From the change going to the client's socket to the word *durable* being there.
    pub(crate) latencies: Latencies,
    /// From a change being there to be sent to the client having taken that word, after whatever came before it: one of many
    /// clients that share the machine's processors with each other and the server, which a phone does not.
    pub(crate) taken: Latencies,
    /// Bytes on the sockets, both directions.
    pub(crate) wire_bytes: usize,
}

/// Connects every official to the dossier of their commune, each holding it as it is. The sockets are worked by
/// `sockets`, whatever the clients are doing.
pub(crate) async fn connect(seed: &Seed, url: &str, sockets: &Handle) -> anyhow::Result<Vec<Writer>> {
    let mut writers = Vec::new();
    for (n, official) in seed.officials.iter().enumerate() {
        let (identity, document) = &seed.dossiers[n % seed.dossiers.len()];
        let mut client = Client::of(official.id, Person::new(&official.name, ""));
        let doc = identity.document_id();
        let (url, ticket) = (url.to_owned(), seed.ticket(official).await?);
        let connecting = sockets.spawn(async move {
            let connected = client.connect(&url, &ticket).await;
            client.note_times();
            connected.then_some(client)
        });
        let mut client = connecting.await?.context("the server does not answer")?;
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

/// A reviewer who holds many dossiers as they are on the server, so that it need not load them.
pub(crate) async fn follow(seed: &Seed, url: &str, followed: &[(DocumentId, Automerge)]) -> anyhow::Result<Client> {
    let reviewer = &seed.reviewer;
    let mut client = Client::of(reviewer.id, Person::new(&reviewer.name, ""));
    ensure!(
        client.connect(url, &seed.ticket(reviewer).await?).await,
        "the server does not answer"
    );
    for (doc, document) in followed {
        client.hold(*doc, document.clone()).await;
    }
    for (doc, _) in followed {
        client.until("in step", |client| client.heard(*doc).came > 0).await;
    }
    Ok(client)
}

/// One change in each of these dossiers, one after the other: the server has to load it first. The times in milliseconds.
pub(crate) async fn first_changes(writers: &mut [Writer]) -> anyhow::Result<Vec<f64>> {
    let mut times = Vec::new();
    for writer in writers {
        times.push(writer.once().await?.came);
    }
    Ok(times)
}

/// All clients together write so many changes.
pub(crate) async fn write(writers: &mut Vec<Writer>, changes: usize) -> anyhow::Result<Written> {
    let each = changes.div_ceil(writers.len().max(1));
    let mut tasks = JoinSet::new();
    for writer in writers.drain(..) {
        tasks.spawn(one(writer, each));
    }
    let (mut times, mut taken, mut wire_bytes) = (Vec::new(), Vec::new(), 0);
    while let Some(done) = tasks.join_next().await {
        let (writer, each, bytes) = done??;
        times.extend(each.iter().map(|change| change.came));
        taken.extend(each.iter().map(|change| change.taken));
        wire_bytes += bytes;
        writers.push(writer);
    }
    Ok(Written {
        latencies: Latencies::new(times),
        taken: Latencies::new(taken),
        wire_bytes,
    })
}

async fn one(mut writer: Writer, changes: usize) -> anyhow::Result<(Writer, Vec<Change>, usize)> {
    let bytes = |writer: &Writer| writer.client.wire.0 + writer.client.wire.1;
    let before = bytes(&writer);
    let mut times = Vec::with_capacity(changes);
    for _ in 0..changes {
        times.push(writer.once().await?);
    }
    let wire_bytes = bytes(&writer) - before;
    Ok((writer, times, wire_bytes))
}

impl Writer {
    async fn once(&mut self) -> anyhow::Result<Change> {
        let (client, doc) = (&mut self.client, self.doc);
        loop {
            self.written += 1;
            // What stands there already is not entered again.
            if !enter(client.doc_mut(doc), &self.author, self.written)?.is_empty() {
                break;
            }
        }
        // The change alone: whatever came before it is behind it.
        let heads = client.doc(doc).get_heads();
        client.went_out();
        let entered = Instant::now();
        client.changed(doc).await;
        let is_durable = |client: &Client| heads.iter().all(|head| client.heard(doc).durable.contains(head));
        client.until("the change is durable", is_durable).await;
        let sent = client.went_out().context("nothing was sent")?;
        let came = client.heard(doc).durable_at.context("the client notes no times")?;
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        Ok(Change {
            came: ms(came - sent),
            taken: ms(entered.elapsed()),
        })
    }
}
