//! What the build tool says about the app it built: `assets.json` in the folder of the app.

use std::path::Path;

use serde::Deserialize;

/// The content of `assets.json`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Assets {
    /// The address of the stylesheet, named after its content.
    pub style: String,
    /// The id of the build.
    pub build: String,
}

/// Read anew each time: a new build may be put in place while the server runs. `None` without a built app.
pub async fn read(dist: Option<&Path>) -> Option<Assets> {
    let text = tokio::fs::read_to_string(dist?.join("assets.json")).await.ok()?;
    serde_json::from_str(&text).ok()
}
