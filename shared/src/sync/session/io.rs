//! What goes in and out of a session.

use crate::sync::DocumentId;
use crate::sync::wire::Refusal;
use automerge::{Automerge, ChangeHash};

/// What the shell tells the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The socket is open.
    Opened,
    /// A binary frame has come.
    Frame(Vec<u8>),
    /// A document is to be kept in sync from now on. [`Documents::get`] must have it, be it empty.
    Open {
        /// Its id.
        doc: DocumentId,
        /// What [`Output::StateToSave`] gave last for this document and this server.
        saved_state: Option<Vec<u8>>,
    },
    /// A document has new changes, made here and safe on this device.
    Changed {
        /// Its id.
        doc: DocumentId,
    },
    /// A document is no longer to be kept in sync. To begin again with it, for example after setting a refused branch
    /// aside, close the connection and open a new one: the server still remembers what it refused on this one.
    Forget {
        /// Its id.
        doc: DocumentId,
    },
    /// The socket is gone. The session can be used again with the next [`Input::Opened`].
    Closed,
}

/// What the shell has to do, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Send this as one binary frame.
    Send(Vec<u8>),
    /// The document in memory has been changed by what has come: store these changes, show the new values.
    DocumentChanged {
        /// The document.
        doc: DocumentId,
        /// The raw bytes of each change, each after those it depends on.
        new_changes: Vec<Vec<u8>>,
    },
    /// These changes and all before them are on the server's disk.
    Durable {
        /// The document.
        doc: DocumentId,
        /// Heads, all of them known to the document here.
        heads: Vec<ChangeHash>,
    },
    /// Worth keeping for the next connection to this server; to be stored after the changes given before it.
    StateToSave {
        /// The document.
        doc: DocumentId,
        /// An encoded `sync::State`.
        bytes: Vec<u8>,
    },
    /// The server refuses changes. They stay here; see *set aside and go on*.
    Refused {
        /// The document.
        doc: DocumentId,
        /// The refused changes; empty where the server could not even read the message.
        hashes: Vec<ChangeHash>,
        /// Why.
        refusal: Refusal,
    },
    /// The server does not have the document or does not give it.
    Unavailable {
        /// The document.
        doc: DocumentId,
    },
    /// Whether the server takes changes to this document on this connection has changed.
    ReadOnly {
        /// The document.
        doc: DocumentId,
        /// Whether it is read-only now.
        on: bool,
    },
    /// The server has introduced itself.
    ServerInfo {
        /// Its build; empty if it does not say.
        build: String,
        /// The version of our additions it speaks; 0 if none.
        protocol: u32,
    },
    /// What the server has cannot be put together with what is here: an actor's number was used twice. The document is not
    /// synchronised any more on this connection; load the server's version apart and set the branch aside.
    Unmergeable {
        /// The document.
        doc: DocumentId,
        /// For the log.
        what: String,
    },
    /// Close the socket.
    Close {
        /// For the log.
        reason: &'static str,
    },
}

/// Where the session finds the documents. They live with the shell, which also shows and edits them.
pub trait Documents {
    /// The document in memory.
    fn get(&mut self, doc: &DocumentId) -> Option<&mut Automerge>;
}
