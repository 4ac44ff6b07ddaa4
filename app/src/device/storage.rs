//! How much room the browser gives this site, and whether it promised to keep the data.

use wasm_bindgen_futures::JsFuture;

/// Room on this machine, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StorageUse {
    /// Used by this site.
    pub used: u64,
    /// What the browser allows this site.
    pub quota: u64,
    /// The browser promised not to delete the data when the machine runs short.
    pub persisted: bool,
}

fn manager() -> Option<web_sys::StorageManager> {
    Some(web_sys::window()?.navigator().storage())
}

/// Asks the browser how much is used. `None` where it does not say.
pub async fn storage_use() -> Option<StorageUse> {
    let manager = manager()?;
    let estimate = JsFuture::from(manager.estimate().ok()?).await.ok()?;
    let number = |name: &str| js_sys::Reflect::get(&estimate, &name.into()).ok()?.as_f64();
    let persisted = match manager.persisted() {
        Ok(promise) => JsFuture::from(promise)
            .await
            .ok()
            .and_then(|is| is.as_bool())
            .unwrap_or(false),
        Err(_) => false,
    };
    Some(StorageUse {
        used: number("usage")? as u64,
        quota: number("quota")? as u64,
        persisted,
    })
}

/// Asks the browser to keep the data when the machine runs short of space. Asked once the official has signed in.
pub(super) async fn ask_to_persist() -> bool {
    let Some(asked) = manager().and_then(|manager| manager.persist().ok()) else {
        return false;
    };
    JsFuture::from(asked)
        .await
        .ok()
        .and_then(|is| is.as_bool())
        .unwrap_or(false)
}
