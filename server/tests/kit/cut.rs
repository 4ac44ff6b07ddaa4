//! A link that breaks after so many bytes: in the middle of a frame, as links do.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// Listens on a port of its own and passes bytes on to `to` (`http://host:port`), until so many have passed in both
/// directions together. Then the connection is gone, without a word.
pub async fn link(to: &str, bytes: i64) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let to = to.strip_prefix("http://").unwrap().to_owned();
    tokio::spawn(async move {
        let Ok((client, _)) = listener.accept().await else {
            return;
        };
        let Ok(server) = TcpStream::connect(to).await else {
            return;
        };
        let left = Arc::new(AtomicI64::new(bytes));
        let (client, server) = (client.into_split(), server.into_split());
        tokio::select! {
            () = pass(client.0, server.1, &left) => {}
            () = pass(server.0, client.1, &left) => {}
        }
    });
    url
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, left: &AtomicI64) {
    let mut buffer = [0; 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let before = left.fetch_sub(i64::try_from(read).unwrap(), Ordering::Relaxed);
        let pass = usize::try_from(before.max(0)).unwrap().min(read);
        if to.write_all(&buffer[..pass]).await.is_err() || pass < read {
            return;
        }
    }
}
