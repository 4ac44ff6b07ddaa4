//! The server's version of one document, apart from what is here: on a connection of its own, into an empty document.

use super::super::time;
use super::connection::{Connection, Happened, socket_address};
use automerge::Automerge;
use shared::dossier::DocumentId;
use shared::sync::{Documents, Input, Output, PeerId, Session};

/// How long the server may be silent, in ms.
const PATIENCE_MS: i64 = 15_000;

struct Only(DocumentId, Automerge);

impl Documents for Only {
    fn get(&mut self, document: &DocumentId) -> Option<&mut Automerge> {
        (*document == self.0).then_some(&mut self.1)
    }
}

/// Fetches a document; an empty one if the server does not have it. `None` if the server is out of reach.
pub(in super::super) async fn server_version(document: DocumentId, build: &str) -> Option<Automerge> {
    let (mut connection, sender) = Connection::open(&socket_address()?)?;
    let mut session = Session::client(PeerId::from_random(time::random()), build);
    let mut only = Only(document, Automerge::new());
    session.handle(
        Input::Open {
            doc: document,
            saved_state: None,
        },
        &mut only,
    );
    let mut outputs = session.handle(Input::Opened, &mut only);
    loop {
        for output in outputs {
            match output {
                Output::Send(frame) => sender.unbounded_send(frame).ok()?,
                Output::Unavailable { .. } => return Some(only.1),
                Output::Close { .. } | Output::Unmergeable { .. } => return None,
                _ => {}
            }
        }
        if session.is_in_step(&document, &only.1) {
            return Some(only.1);
        }
        outputs = match connection.next().await {
            Happened::Frame(frame) => session.handle(Input::Frame(frame), &mut only),
            Happened::Quiet if time::machine_ms() - connection.heard_ms < PATIENCE_MS => Vec::new(),
            Happened::Quiet | Happened::Gone => return None,
        };
    }
}
