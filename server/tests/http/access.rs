//! Every account of the demonstration × every dossier × what can be asked over HTTP and over `/sync`: allowed exactly
//! as `shared::access` says. What was observed is printed into `docs/ACCESS.md`.

use crate::access_sync::{self, OverSync};
use crate::kit::access::{accounts, allows, dossiers, places};
use crate::kit::http::{Browser, Server};
use reqwest::Method;
use server::demo::DemoAccount;
use shared::access::Action;
use shared::dossier::Identity;
use std::fmt::Write;

/// What the server let one account do with one dossier over HTTP.
struct Observed {
    list: bool,
    read: bool,
    export: bool,
}

async fn observe(browser: &Browser, identity: &Identity) -> Observed {
    let id = identity.document_id();
    let list = browser.json("/api/v1/documents").await;
    let listed = list
        .as_array()
        .unwrap()
        .iter()
        .any(|item| item["document_url"] == id.url());
    let board = browser.json(&format!("/api/v1/board?year={}", identity.year)).await;
    let rows = board["rows"].as_array().unwrap();
    let on_board = rows.iter().any(|row| row["document_id"] == id.to_string());
    assert_eq!(listed, on_board, "the list and the board agree");
    let path = format!("/api/v1/documents/{id}");
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let status = browser.request(method, &path).body("{}").send().await.unwrap().status();
        assert_eq!(status, 405, "nobody writes a dossier over HTTP");
    }
    Observed {
        list: listed,
        read: found(browser, &path).await,
        export: found(browser, &format!("{path}/export")).await,
    }
}

async fn found(browser: &Browser, path: &str) -> bool {
    match browser.get(path).await.status().as_u16() {
        200 => true,
        404 => false,
        status => panic!("{path}: {status}"),
    }
}

/// Places where this version knows no values yet: nobody can write there, whatever the table says.
const EMPTY: [&str; 1] = ["evidence"];

/// One cell of the table.
fn cell(observed: &Observed, over_sync: &OverSync, all_places: usize) -> String {
    let mut rights = match observed {
        Observed {
            list: true,
            read: true,
            export: true,
        } if over_sync.read => vec!["read"],
        Observed { list, read, export } => {
            let single = [
                ("list", *list),
                ("read", *read),
                ("export", *export),
                ("sync", over_sync.read),
            ];
            single
                .into_iter()
                .filter(|(_, allowed)| *allowed)
                .map(|(name, _)| name)
                .collect()
        }
    };
    let everything = all_places - EMPTY.len() - 1;
    if over_sync.writes.len() == everything && !over_sync.writes.contains(&"others' names") {
        rights.push("**write**");
    } else {
        rights.extend(&over_sync.writes);
    }
    if rights.is_empty() {
        String::from("–")
    } else {
        rights.join(", ")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_account_and_every_dossier() {
    let server = Server::demo().await;
    let dossiers = dossiers(&server.app).await;
    let mut table = String::from("| account |");
    for identity in &dossiers {
        let path = server.app.units.path(&identity.unit).unwrap();
        write!(table, " {path} {} |", identity.year).unwrap();
    }
    write!(table, "\n|---|{}", "---|".repeat(dossiers.len())).unwrap();
    for account in accounts() {
        let browser = server.signed_in(&account.username).await;
        let over_sync = access_sync::observe(&server, &account, &browser, &dossiers).await;
        write!(table, "\n| `{}` ({}) |", account.username, account.position).unwrap();
        for (identity, over_sync) in dossiers.iter().zip(&over_sync) {
            let observed = observe(&browser, identity).await;
            as_the_table_says(&server, &account, identity, &observed, over_sync);
            write!(table, " {} |", cell(&observed, over_sync, places(&account).len())).unwrap();
        }
    }
    in_the_docs(&table);
}

fn as_the_table_says(
    server: &Server,
    account: &DemoAccount,
    identity: &Identity,
    observed: &Observed,
    over_sync: &OverSync,
) {
    let mut asked = vec![
        (Action::List, observed.list),
        (Action::Read, observed.read),
        (Action::Read, over_sync.read),
        (Action::Export, observed.export),
    ];
    for (name, place) in places(account) {
        let wrote = over_sync.writes.contains(&name);
        if EMPTY.contains(&name) {
            assert!(!wrote, "{name} can be written: take it out of EMPTY");
        } else {
            asked.push((Action::Write(place), wrote));
        }
    }
    for (action, allowed) in asked {
        let said = allows(&server.app, account, identity, &action);
        assert_eq!(allowed, said, "{} {action:?} {identity:?}", account.username);
    }
}

/// Compares with the docs, or rewrites them with `UPDATE_DOCS=1`.
fn in_the_docs(observed: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/ACCESS.md");
    let text = format!(
        "# Who may do what\n\n\
         Written by the test `access::every_account_and_every_dossier` of the server (`UPDATE_DOCS=1` rewrites it); \
         it fails when the server does anything else than this page says.\n\n\
         ## The rule\n\n\
         The one table of `shared::access`. How a person stands to a dossier is read from the position and the tree of \
         units. *Open* is a dossier that the commune has not sent, or was asked to supplement.\n\n{}\n\
         ## Every account of the demonstration, every dossier\n\n\
         Observed: lists, the board, reading and export over HTTP, reading over `/sync` (*read* stands for all of them; \
         what may not be seen is answered as if it did not exist). Dossiers are written over `/sync` only; *write* stands \
         for scores, explanations, declarations, the criteria version and the account's own name, each tried with a change of \
         its own that was stored exactly when it was promised. Evidence has its places but no values yet: nobody can write there.\n\n{observed}\n",
        shared::access::markdown()
    );
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == text,
        "docs/ACCESS.md is old: run the tests once with UPDATE_DOCS=1 and look at the diff"
    );
}
