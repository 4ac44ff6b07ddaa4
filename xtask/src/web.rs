//! The app for the browser: the compiled module, then `dist/`.

use crate::{
    process::{cargo, must, say},
    project, setup, small,
};
use anyhow::Result;
use std::path::PathBuf;

/// What may be downloaded to score offline, in bytes of brotli. Never raised.
pub(crate) const BUDGET: u64 = 600_000;

/// Which of the two wasm profiles of Cargo.toml.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Profile {
    /// Quick to rebuild; dependencies optimised.
    Dev,
    /// Small; what is shipped, measured and tested.
    Release,
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Self::Dev => "wasm-dev",
            Self::Release => "wasm-release",
        }
    }
}

/// What to make.
pub(crate) struct Order {
    pub(crate) profile: Profile,
    /// The folder to make, replaced as a whole.
    pub(crate) out: PathBuf,
    /// Makes another build id of the same files: a "new release" without compiling again.
    pub(crate) stamp: String,
    /// Another folder, with the same files and the stamp `next`: the new release of the update tests.
    pub(crate) next: Option<PathBuf>,
    /// Fail above `BUDGET`: for a module that [`compile`] calls small.
    pub(crate) budget: bool,
    /// Where to write the sizes as JSON.
    pub(crate) sizes: Option<PathBuf>,
}

impl Order {
    /// `dist/` in the workspace, no stamp, no budget.
    pub(crate) fn new(profile: Profile) -> Self {
        let out = project::root().unwrap_or_default().join("dist");
        Self {
            profile,
            out,
            stamp: String::new(),
            next: None,
            budget: false,
            sizes: None,
        }
    }
}

/// Compiles the app's library as a browser module. True if it is as small as it can be, so that the budget holds for it.
pub(crate) fn compile(profile: Profile) -> Result<bool> {
    say(&format!(
        "the app for the browser ({}); the first time takes some minutes",
        profile.name()
    ));
    let mut command = cargo()?;
    command.args([
        "rustc",
        "-p",
        "app",
        "--lib",
        "--crate-type",
        "cdylib",
        "--target",
        setup::WASM,
    ]);
    command.args([
        "--no-default-features",
        "--features",
        "csr",
        "--profile",
        profile.name(),
    ]);
    let obstacle = match profile {
        Profile::Dev => None,
        Profile::Release => small::obstacle()?,
    };
    match obstacle {
        Some(why) => say(&format!(
            "built plainly and a tenth larger, the budget is not enforced: {why}"
        )),
        None if profile == Profile::Release => small::flags(&mut command),
        None => {}
    }
    must(&mut command, "The compiler's messages above say where.")?;
    Ok(profile == Profile::Release && obstacle.is_none())
}

/// Makes the folder to serve from the compiled module, `app/public` and `style`.
pub(crate) fn bundle(order: &Order) -> Result<()> {
    say("dist: bindings, hashed names, precache list, compressed copies");
    let (root, target) = (project::root()?, project::target()?);
    let mut command = cargo()?;
    command.args(["run", "--quiet", "-p", "bundle", "--"]);
    command
        .arg("--wasm")
        .arg(target.join(setup::WASM).join(order.profile.name()).join("app.wasm"));
    command.arg("--public").arg(root.join("app/public"));
    command.arg("--style").arg(root.join("style"));
    command.arg("--out").arg(&order.out).args(["--stamp", &order.stamp]);
    if let Some(next) = &order.next {
        command.arg("--out").arg(next).args(["--stamp", "next"]);
    }
    command.arg("--cache").arg(target.join("bundle-cache"));
    if order.profile == Profile::Release {
        command.arg("--release");
    }
    if let Some(sizes) = &order.sizes {
        command.arg("--sizes").arg(sizes);
    }
    if order.budget {
        command.args(["--budget", &BUDGET.to_string()]);
    }
    must(&mut command, "The message above says what to change.")
}
