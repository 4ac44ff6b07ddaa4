//! The client's end of one connection to a server, for all documents of the device.

mod io;

pub use io::{Documents, Input, Output};

use super::DocumentId;
use super::incoming;
use super::inflate::DOSSIER;
use super::link::Link;
use super::order;
use super::wire::{self, Message, Metadata, PROTOCOL, PeerId};
use crate::sorted::SortedMap;
use automerge::sync::State;
use automerge::{Automerge, Change, ChangeHash, ReadDoc};

/// The client's end of one connection.
#[derive(Debug)]
pub struct Session {
    me: PeerId,
    build: String,
    server: Option<Server>,
    documents: SortedMap<DocumentId, Document>,
    unreadable: u32,
}

#[derive(Debug)]
struct Server {
    id: PeerId,
    ours: bool,
}

#[derive(Debug, Default)]
struct Document {
    link: Link,
    /// The common heads that were last given to be saved.
    saved: Vec<ChangeHash>,
    read_only: bool,
    unmergeable: bool,
    /// How much news the server was not yet told has come; `None` before it knows that both have the same.
    unanswered: Option<u32>,
}

impl Document {
    /// Begins with the server, of which only what both had last is known.
    fn begin(&mut self) {
        self.link = Link::begun_with(core::mem::take(&mut self.link.state.shared_heads));
        self.unanswered = None;
    }
}

/// How much news may come before the server is told that it did. What this device writes next says so too, and until
/// then the server only repeats in its filter what it has sent.
const MAX_UNANSWERED: u32 = 16;

/// Frames that cannot be read, until the connection is closed.
const MAX_UNREADABLE: u32 = 20;

impl Session {
    /// A session that is not connected. `me` must be new for each connection at the latest when two may live at once;
    /// `build` is told to servers of ours.
    pub fn client(me: PeerId, build: &str) -> Self {
        Self {
            me,
            build: build.to_owned(),
            server: None,
            documents: SortedMap::new(),
            unreadable: 0,
        }
    }

    /// Takes one input and says what to do.
    pub fn handle(&mut self, input: Input, documents: &mut dyn Documents) -> Vec<Output> {
        let mut out = Vec::new();
        match input {
            Input::Opened => out.push(Output::Send(wire::encode(
                &Message::join(self.me.clone(), &self.build),
                false,
            ))),
            Input::Frame(frame) => self.frame(&frame, documents, &mut out),
            Input::Open { doc, saved_state } => self.open(doc, saved_state.as_deref(), documents, &mut out),
            Input::Changed { doc } => self.speak(doc, documents, &mut out),
            Input::Forget { doc } => {
                self.documents.remove(&doc);
            }
            Input::Closed => self.closed(),
        }
        out
    }

    /// Whether the server has said on this connection that it has exactly what the document has.
    pub fn is_in_step(&self, doc: &DocumentId, document: &Automerge) -> bool {
        let their_heads = self.documents.get(doc).and_then(|d| d.link.state.their_heads.as_ref());
        self.server.is_some() && their_heads == Some(&document.get_heads())
    }

    fn closed(&mut self) {
        self.server = None;
        self.unreadable = 0;
        for document in self.documents.values_mut() {
            document.begin();
            document.read_only = false;
            document.unmergeable = false;
        }
    }

    fn open(&mut self, id: DocumentId, saved: Option<&[u8]>, documents: &mut dyn Documents, out: &mut Vec<Output>) {
        let mut state = saved.and_then(|bytes| State::decode(bytes).ok()).unwrap_or_default();
        // What was saved may be ahead of the document: a device that lost its last writes must not claim to have them.
        let ahead = match documents.get(&id) {
            Some(document) => !document.get_missing_deps(&state.shared_heads).is_empty(),
            None => true,
        };
        if ahead {
            state = State::new();
        }
        let document = Document {
            saved: state.shared_heads.clone(),
            link: Link::begun_with(state.shared_heads),
            ..Document::default()
        };
        self.documents.insert(id, document);
        self.speak(id, documents, out);
    }

    /// Sends the next message about a document, if there is anything to say.
    fn speak(&mut self, id: DocumentId, documents: &mut dyn Documents, out: &mut Vec<Output>) {
        let (Some(server), Some(entry)) = (&self.server, self.documents.get_mut(&id)) else {
            return;
        };
        let Some(document) = documents.get(&id).filter(|_| !entry.unmergeable) else {
            return;
        };
        // Until the first answer it is not known what the server lacks: another message would only say again what this
        // device has, with a filter over its whole history, and many of them look like a loop. The answer is replied to.
        if entry.link.state.in_flight && entry.link.state.their_heads.is_none() {
            return;
        }
        let heads = document.get_heads();
        let first = !entry.link.state.have_responded;
        let unsent = entry.link.unsent(&mut document.into());
        let news: Option<Vec<_>> = unsent.as_ref().map(|changes| {
            changes
                .iter()
                .map(|change| (change.hash(), change.raw_bytes()))
                .collect()
        });
        let message = entry.link.generate(&mut document.into(), &heads, news.as_deref());
        if entry.link.is_in_step(&heads) {
            entry.unanswered = Some(0);
        } else if !entry.link.is_told(&heads) {
            entry.unanswered = None;
        } else if message.is_some() {
            entry.unanswered = entry.unanswered.map(|_| 0);
        }
        if let Some(message) = message {
            let message = Message::Sync {
                document: id,
                sender: self.me.clone(),
                target: server.id.clone(),
                request: first && heads.is_empty(),
                payload: message.encode(),
                durable: Vec::new(),
            };
            out.push(Output::Send(wire::encode(&message, server.ours)));
        }
    }

    fn frame(&mut self, frame: &[u8], documents: &mut dyn Documents, out: &mut Vec<Output>) {
        let Ok(message) = wire::decode(frame) else {
            return self.cannot_read(out);
        };
        match message {
            Message::Peer {
                sender,
                version,
                metadata,
                ..
            } => self.introduced(sender, &version, &metadata, documents, out),
            Message::Sync {
                document,
                payload,
                durable,
                ..
            } => self.sync(document, &payload, durable, documents, out),
            Message::Unavailable { document, .. } => {
                if let Some(entry) = self.documents.get_mut(&document) {
                    // What was sent may not have been looked at. The next change, or news, begins anew.
                    entry.begin();
                    out.push(Output::Unavailable { doc: document });
                }
            }
            Message::Refused {
                document,
                hashes,
                refusal,
            } => out.push(Output::Refused {
                doc: document,
                hashes,
                refusal,
            }),
            Message::Leave => out.push(Output::Close {
                reason: "the server is going away",
            }),
            Message::Error { .. } | Message::Join { .. } | Message::Ignored => {}
        }
    }

    /// Something of the server's could not be read. The next connection may do better; this one is given up after some.
    fn cannot_read(&mut self, out: &mut Vec<Output>) {
        self.unreadable += 1;
        if self.unreadable > MAX_UNREADABLE {
            out.push(Output::Close {
                reason: "the server sends what cannot be read",
            });
        }
    }

    fn introduced(
        &mut self,
        id: PeerId,
        version: &str,
        metadata: &Metadata,
        documents: &mut dyn Documents,
        out: &mut Vec<Output>,
    ) {
        if version != PROTOCOL || self.server.is_some() {
            out.push(Output::Close {
                reason: "the server speaks another version of the protocol",
            });
            return;
        }
        let ours = metadata.ours.as_ref();
        out.push(Output::ServerInfo {
            build: ours.map(|ours| ours.build.clone()).unwrap_or_default(),
            protocol: ours.map_or(0, |ours| ours.version),
        });
        self.server = Some(Server {
            id,
            ours: ours.is_some(),
        });
        let ids: Vec<DocumentId> = self.documents.keys().copied().collect();
        for id in ids {
            self.speak(id, documents, out);
        }
    }

    fn sync(
        &mut self,
        id: DocumentId,
        payload: &[u8],
        durable: Vec<ChangeHash>,
        documents: &mut dyn Documents,
        out: &mut Vec<Output>,
    ) {
        let (Some(server), Some(entry)) = (&self.server, self.documents.get_mut(&id)) else {
            return;
        };
        let Some(document) = documents.get(&id).filter(|_| !entry.unmergeable) else {
            return;
        };
        let Ok(incoming) = incoming::read(payload, &DOSSIER) else {
            return self.cannot_read(out);
        };
        let Ok(changes) = incoming.changes else {
            return self.cannot_read(out);
        };
        match apply(document, &mut entry.link, changes) {
            Ok(new_changes) if new_changes.is_empty() => {}
            Ok(new_changes) => out.push(Output::DocumentChanged { doc: id, new_changes }),
            Err(error) => {
                entry.unmergeable = true;
                out.push(Output::Unmergeable {
                    doc: id,
                    what: error.to_string(),
                });
                return;
            }
        }
        // Our server speaks of nothing that is not on its disk: its own heads are as good as what it confirms.
        let mut safe = durable;
        safe.extend(&incoming.header.heads);
        let unknown = document.get_missing_deps(&safe);
        safe.retain(|hash| !unknown.contains(hash));
        safe.sort_unstable();
        safe.dedup();

        let heads = document.get_heads();
        entry.link.receive(&mut document.into(), &heads, incoming.header);
        if server.ours && !safe.is_empty() {
            out.push(Output::Durable { doc: id, heads: safe });
        }
        let read_only = entry.link.state.peer_read_only;
        if core::mem::replace(&mut entry.read_only, read_only) != read_only {
            out.push(Output::ReadOnly { doc: id, on: read_only });
        }
        let shared = &entry.link.state.shared_heads;
        if entry.link.state.their_heads.as_ref() == Some(&heads) && entry.saved != *shared {
            entry.saved.clone_from(shared);
            out.push(Output::StateToSave {
                doc: id,
                bytes: entry.link.state.encode(),
            });
        }
        let link = &entry.link;
        match &mut entry.unanswered {
            Some(unanswered)
                if server.ours
                    && *unanswered < MAX_UNANSWERED
                    && (link.is_level(&heads) || link.is_all_told(&heads)) =>
            {
                *unanswered += 1;
            }
            _ => self.speak(id, documents, out),
        }
    }
}

/// Applies what can be applied in one piece, and holds the rest. Gives the raw bytes of what is new.
fn apply(
    document: &mut Automerge,
    link: &mut Link,
    mut changes: Vec<Change>,
) -> Result<Vec<Vec<u8>>, automerge::AutomergeError> {
    changes.extend(link.orphans.take());
    let sorted = order::sort(changes, |hash| super::link::has(document, hash));
    for orphan in sorted.orphans {
        // What is too much to hold is asked for again.
        let _ = link.orphans.hold(orphan);
    }
    let raw = sorted.ready.iter().map(|change| change.raw_bytes().to_vec()).collect();
    document.apply_changes_batch(sorted.ready)?;
    Ok(raw)
}
