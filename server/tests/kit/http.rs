//! A real server on a port of its own, and clients that speak HTTP to it as a browser does.

use reqwest::header::{COOKIE, ORIGIN, SET_COOKIE};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use server::config::Config;
use server::demo::Demo;
use server::state::open_store;
use server::{App, serve};
use shared::criteria::Setting2025;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The longest any answer may take in a test.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running server with the demonstration's data; gone with its folder when dropped.
pub struct Server {
    pub app: App,
    pub url: String,
    pub data: TempDir,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
}

impl Server {
    pub async fn demo() -> Self {
        Self::with(|_| {}).await
    }

    /// With settings of its own.
    pub async fn with(set: impl FnOnce(&mut Config)) -> Self {
        let data = tempfile::tempdir().unwrap();
        let store = open_store(data.path()).await.unwrap();
        Demo::load().unwrap().seed(&store).await.unwrap();
        let mut config = config(data.path());
        set(&mut config);
        let app = App::new(config, store).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let serving = app.clone();
        let task = tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            serve::serve(serving, listener, stopped).await.unwrap();
        });
        Self {
            app,
            url,
            data,
            stop: Some(stop),
            task: Some(task),
        }
    }

    /// A browser that is not signed in.
    pub fn browser(&self) -> Browser {
        Browser::at(&self.url)
    }

    /// A browser that is.
    pub async fn signed_in(&self, username: &str) -> Browser {
        let mut browser = self.browser();
        let answer = browser.sign_in(username, "demo-2024").await;
        assert_eq!(answer.status(), 200, "{username}");
        browser
    }

    /// Stops it as a signal would, and waits for the end.
    pub async fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(task) = self.task.take() {
            tokio::time::timeout(PATIENCE, task)
                .await
                .expect("stops in time")
                .unwrap();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

/// Settings for a test: plain http on loopback, no app.
pub fn config(data: &Path) -> Config {
    Config {
        addr: "127.0.0.1:0".parse().unwrap(),
        data: data.to_owned(),
        dist: None,
        public_origin: None,
        year_2025: Setting2025::Suspended,
    }
}

/// Sends what a browser would: the page's origin, and the cookie it was given.
#[derive(Clone)]
pub struct Browser {
    pub http: reqwest::Client,
    pub url: String,
    pub origin: Option<String>,
    /// `name=value`, as the server set it.
    pub cookie: Option<String>,
}

impl Browser {
    /// One that is not signed in.
    pub fn at(url: &str) -> Self {
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            http,
            url: url.to_owned(),
            origin: Some(url.to_owned()),
            cookie: None,
        }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(origin) = &self.origin {
            request = request.header(ORIGIN, origin);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        request
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// GET that must succeed, as JSON.
    pub async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    pub async fn post(&self, path: &str) -> Response {
        self.request(Method::POST, path).send().await.unwrap()
    }

    /// A ticket for `/sync`.
    pub async fn ticket(&self) -> String {
        let answer = self.post("/api/v1/sync-ticket").await;
        assert_eq!(answer.status(), 200);
        let body: Value = answer.json().await.unwrap();
        body["ticket"].as_str().unwrap().to_owned()
    }

    pub async fn sign_in(&mut self, username: &str, password: &str) -> Response {
        let body = json!({ "username": username, "password": password, "device_name": "Máy thử" });
        let answer = self
            .request(Method::POST, "/api/v1/session")
            .json(&body)
            .send()
            .await
            .unwrap();
        if let Some(cookie) = answer.headers().get(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            self.cookie = Some(pair.to_owned());
        }
        answer
    }
}

/// The `type` of a problem answer, after checking that it is one.
pub async fn problem(answer: Response) -> String {
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap();
    assert_eq!(kind, "application/problem+json", "{body}");
    assert_eq!(body["status"], status, "{body}");
    assert!(body["title"].as_str().is_some_and(|title| !title.is_empty()), "{body}");
    let name = body["type"].as_str().unwrap().strip_prefix("urn:chuan-tcpl:problem:");
    name.expect("a stable type").to_owned()
}
