//! The link between a browser and the server, as bad as wanted.
//!
//! It stays on one port for its whole life, so that to the browser the origin never changes, whatever happens behind.

use anyhow::{Result, ensure};
use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinHandle,
    time::sleep,
};

/// The state of the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Everything passes.
    Up,
    /// Open connections are reset and new ones too.
    Down,
    /// Connections open and stay, but nothing passes any more: no signal, and nobody has noticed.
    Silent,
    /// So many bytes a second in each direction of each connection.
    Slow(u32),
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From the browser to the server.
    Up,
    /// From the server to the browser.
    Down,
}

struct Shared {
    target: Mutex<SocketAddr>,
    link: watch::Sender<Link>,
    /// Bytes still let through, by way; negative: no limit.
    left: [AtomicI64; 2],
    /// Replaced in what the server says.
    lie: Mutex<Option<Lie>>,
}

/// Bytes, and as many that take their place.
type Lie = (Vec<u8>, Vec<u8>);

impl Shared {
    fn left(&self, way: Way) -> &AtomicI64 {
        let [up, down] = &self.left;
        match way {
            Way::Up => up,
            Way::Down => down,
        }
    }

    fn distort(&self, bytes: &mut [u8]) {
        let Ok(held) = self.lie.lock() else { return };
        let Some((truth, lie)) = held.as_ref() else { return };
        let found = bytes.windows(truth.len()).position(|window| window == truth);
        if let Some(place) = found.and_then(|at| bytes.get_mut(at..at + lie.len())) {
            place.copy_from_slice(lie);
        }
    }

    /// How many of `wanted` bytes may pass.
    fn take(&self, way: Way, wanted: usize) -> usize {
        let wanted_bytes = i64::try_from(wanted).unwrap_or(i64::MAX);
        let before = self.left(way).fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
            (left >= 0).then(|| (left - wanted_bytes).max(0))
        });
        match before {
            Ok(left) => usize::try_from(left.min(wanted_bytes)).unwrap_or(0),
            Err(_) => wanted,
        }
    }
}

/// The link; gone with all its connections when dropped.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: JoinHandle<()>,
}

impl Proxy {
    /// A link to `target` on a port of its own, up.
    ///
    /// # Errors
    /// When no port can be taken.
    pub async fn start(target: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            target: Mutex::new(target),
            link: watch::Sender::new(Link::Up),
            left: [AtomicI64::new(-1), AtomicI64::new(-1)],
            lie: Mutex::default(),
        });
        let listening = tokio::spawn(listen(listener, shared.clone()));
        Ok(Self {
            address,
            shared,
            listening,
        })
    }

    /// What the browser is given, for example `http://127.0.0.1:40001`.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sets the link, for open connections too.
    pub fn set(&self, link: Link) {
        self.shared.link.send_replace(link);
    }

    /// Lets `bytes` more pass on this way, over all connections together, then resets: in the middle of a frame,
    /// of a file, of anything.
    pub fn cut_after(&self, way: Way, bytes: u32) {
        self.shared.left(way).store(i64::from(bytes), Ordering::SeqCst);
    }

    /// Takes [`Proxy::cut_after`] back and sets the link up.
    pub fn mend(&self) {
        for left in &self.shared.left {
            left.store(-1, Ordering::SeqCst);
        }
        self.set(Link::Up);
    }

    /// From now on, wherever the server says `truth` (within one read), the browser hears `lie`.
    ///
    /// # Errors
    /// When the two differ in length: then no length in the protocol would be right any more.
    pub fn lie(&self, truth: &[u8], lie: &[u8]) -> Result<()> {
        ensure!(truth.len() == lie.len(), "a lie must be as long as the truth");
        if let Ok(mut held) = self.shared.lie.lock() {
            *held = Some((truth.to_vec(), lie.to_vec()));
        }
        Ok(())
    }

    /// Whether [`Proxy::cut_after`] has been reached.
    #[must_use]
    pub fn was_cut(&self) -> bool {
        self.shared.left.iter().any(|left| left.load(Ordering::SeqCst) == 0)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.set(Link::Down);
        self.listening.abort();
    }
}

async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((browser, _)) = listener.accept().await {
        tokio::spawn(connect(browser, shared.clone()));
    }
}

/// One connection, until both ends are done or the link resets it.
async fn connect(browser: TcpStream, shared: Arc<Shared>) {
    let target = match shared.target.lock() {
        Ok(target) => *target,
        Err(_) => return,
    };
    if *shared.link.borrow() == Link::Down {
        let _ = browser.set_zero_linger();
        return;
    }
    let Ok(server) = TcpStream::connect(target).await else {
        let _ = browser.set_zero_linger();
        return;
    };
    let (_, _) = (browser.set_nodelay(true), server.set_nodelay(true));
    let (mut from_browser, mut to_browser) = browser.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let both = tokio::try_join!(
        pump(&mut from_browser, &mut to_server, &shared, Way::Up),
        pump(&mut from_server, &mut to_browser, &shared, Way::Down),
    );
    if both.is_err() {
        // A lost link says no goodbye: no FIN, an RST.
        let _ = (
            from_browser.as_ref().set_zero_linger(),
            from_server.as_ref().set_zero_linger(),
        );
        to_browser.forget();
        to_server.forget();
    }
}

/// The connection is to be reset, not closed.
struct Reset;

/// Passes bytes on until the sender is done, which is passed on too.
async fn pump(from: &mut OwnedReadHalf, to: &mut OwnedWriteHalf, shared: &Shared, way: Way) -> Result<(), Reset> {
    let mut link = shared.link.subscribe();
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let state = *link.borrow_and_update();
        let most = match state {
            Link::Down => return Err(Reset),
            Link::Silent => {
                link.changed().await.map_err(|_| Reset)?;
                continue;
            }
            Link::Up => buffer.len(),
            // A tenth of a second's worth at a time.
            Link::Slow(rate) => usize::try_from(rate / 10).unwrap_or(1).clamp(1, buffer.len()),
        };
        let space = buffer.get_mut(..most).ok_or(Reset)?;
        let count = tokio::select! {
            read = from.read(space) => read.map_err(|_| Reset)?,
            _ = link.changed() => continue,
        };
        if count == 0 {
            return to.shutdown().await.map_err(|_| Reset);
        }
        if way == Way::Down {
            shared.distort(buffer.get_mut(..count).ok_or(Reset)?);
        }
        let passed = shared.take(way, count);
        let part = buffer.get(..passed).ok_or(Reset)?;
        to.write_all(part).await.map_err(|_| Reset)?;
        if passed < count {
            return Err(Reset);
        }
        if let Link::Slow(_) = state {
            sleep(Duration::from_millis(100)).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limit::within;

    /// A server that answers every byte with itself.
    async fn echo() -> Result<SocketAddr> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut from, mut to) = stream.split();
                    let _ = tokio::io::copy(&mut from, &mut to).await;
                });
            }
        });
        Ok(address)
    }

    async fn ask(stream: &mut TcpStream, text: &[u8]) -> Result<Vec<u8>> {
        stream.write_all(text).await?;
        let mut answer = vec![0; text.len()];
        stream.read_exact(&mut answer).await?;
        Ok(answer)
    }

    const SHORT: Duration = Duration::from_secs(10);

    #[tokio::test]
    async fn down_resets_open_and_new_connections_and_up_lets_pass() -> Result<()> {
        within(SHORT, "test", async {
            let proxy = Proxy::start(echo().await?).await?;
            let mut stream = TcpStream::connect(proxy.address()).await?;
            assert_eq!(ask(&mut stream, b"one").await?, b"one");
            proxy.set(Link::Down);
            assert!(ask(&mut stream, b"two").await.is_err());
            let mut late = TcpStream::connect(proxy.address()).await?;
            assert!(ask(&mut late, b"three").await.is_err());
            proxy.set(Link::Up);
            let mut again = TcpStream::connect(proxy.address()).await?;
            assert_eq!(ask(&mut again, b"four").await?, b"four");
            Ok(())
        })
        .await
    }

    #[tokio::test]
    async fn silent_keeps_the_connection_and_passes_nothing() -> Result<()> {
        within(SHORT, "test", async {
            let proxy = Proxy::start(echo().await?).await?;
            let mut stream = TcpStream::connect(proxy.address()).await?;
            assert_eq!(ask(&mut stream, b"one").await?, b"one");
            proxy.set(Link::Silent);
            let quiet = within(Duration::from_millis(200), "silence", ask(&mut stream, b"two")).await;
            assert!(quiet.is_err());
            proxy.set(Link::Up);
            let mut answer = [0; 3];
            stream.read_exact(&mut answer).await?;
            assert_eq!(&answer, b"two");
            Ok(())
        })
        .await
    }

    #[tokio::test]
    async fn a_cut_comes_after_exactly_so_many_bytes() -> Result<()> {
        within(SHORT, "test", async {
            let proxy = Proxy::start(echo().await?).await?;
            let mut stream = TcpStream::connect(proxy.address()).await?;
            proxy.cut_after(Way::Down, 5);
            stream.write_all(b"12345678").await?;
            let mut answer = [0; 5];
            stream.read_exact(&mut answer).await?;
            assert_eq!(&answer, b"12345");
            assert!(stream.read_u8().await.is_err());
            assert!(proxy.was_cut());
            proxy.mend();
            let mut again = TcpStream::connect(proxy.address()).await?;
            assert_eq!(ask(&mut again, b"whole again").await?, b"whole again");
            Ok(())
        })
        .await
    }

    #[tokio::test]
    async fn slow_takes_its_time() -> Result<()> {
        within(SHORT, "test", async {
            let proxy = Proxy::start(echo().await?).await?;
            proxy.set(Link::Slow(1000));
            let mut stream = TcpStream::connect(proxy.address()).await?;
            let begin = tokio::time::Instant::now();
            ask(&mut stream, &[7; 300]).await?;
            assert!(begin.elapsed() >= Duration::from_millis(200), "{:?}", begin.elapsed());
            Ok(())
        })
        .await
    }

    #[tokio::test]
    async fn a_lie_is_heard_in_place_of_the_truth() -> Result<()> {
        within(SHORT, "test", async {
            let proxy = Proxy::start(echo().await?).await?;
            assert!(proxy.lie(b"version 1", b"version 22").is_err());
            proxy.lie(b"version 1", b"version 2")?;
            let mut stream = TcpStream::connect(proxy.address()).await?;
            assert_eq!(ask(&mut stream, b"my version 1!").await?, b"my version 2!");
            Ok(())
        })
        .await
    }
}
