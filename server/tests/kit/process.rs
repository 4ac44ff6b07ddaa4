//! A server process of its own, so that it can be killed.

use super::http::Browser;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// `server serve` on a data folder. Killed when dropped.
pub struct ServerProcess {
    child: Child,
    pub url: String,
}

impl ServerProcess {
    /// Starts it on a free port and waits until it is ready. `demo`: with the demonstration's data.
    pub fn start(data: &Path, demo: bool) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
        command.args(["serve", "--addr", "127.0.0.1:0", "--data"]).arg(data);
        if demo {
            command.arg("--demo");
        }
        command
            .env("RUST_LOG", "error")
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = lines.find_map(|line| Some(line.unwrap().strip_prefix("listening on ")?.to_owned()));
        Self {
            child,
            url: url.expect("the server says where it listens"),
        }
    }

    /// SIGKILL, and waits until it is gone.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// A browser that is not signed in here.
    pub fn browser(&self) -> Browser {
        Browser::at(&self.url)
    }

    /// The same browser at another start of the server: its cookie is still good.
    pub fn again(&self, browser: &Browser) -> Browser {
        Browser {
            cookie: browser.cookie.clone(),
            ..self.browser()
        }
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
