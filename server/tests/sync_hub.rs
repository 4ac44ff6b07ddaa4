//! The hub over a store that can fail, without sockets.

mod kit;

use kit::client::{Client, account, dossier_of, principal};
use kit::hub::hub;
use kit::lossy::LossyStore;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn many_changes_one_by_one() {
    let hub = hub(Arc::new(LossyStore::new()));
    let (a, b) = (account("thuongcat.tuphap"), account("thuongcat.vanphong"));
    let identity = dossier_of(&a, 2023);
    let (mut ha, mut binh) = (Client::new(&a.username), Client::new(&b.username));
    for (client, account) in [(&mut ha, &a), (&mut binh, &b)] {
        client.connect_to(&hub, principal(account)).await;
        client.begin(&identity).await;
    }
    let doc = identity.document_id();
    let task = async |client: &mut Client| {
        for n in 0..150 {
            client.score(doc, ["2.1", "2.2", "3.1"][n % 3], 100).await;
            client.until_durable(doc).await;
        }
    };
    tokio::join!(task(&mut ha), task(&mut binh));
}
