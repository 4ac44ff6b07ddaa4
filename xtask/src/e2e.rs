//! The tests in a real Chromium: what they need is made here, then they run one after the other.

use crate::{
    HELP,
    args::Args,
    project, setup,
    stages::{Count, Stages},
    suites::{self, Built, Scope},
    web::{self, Order, Profile},
};
use anyhow::Result;

/// `cargo xtask e2e [FILTER] [--dev]`
pub(crate) fn run(mut args: Args) -> Result<()> {
    let profile = if args.flag("--dev") {
        Profile::Dev
    } else {
        Profile::Release
    };
    let filter = args.word().unwrap_or_default();
    args.finish(HELP)?;
    setup::wasm_target()?;
    setup::node_packages()?;
    setup::browser()?;
    let built = suites::build(Scope::EndToEnd)?;
    let mut all = Stages::default();
    stages(&mut all, &built, &filter, profile);
    all.finish()
}

/// The module, `dist/` with the size budget, the same build with a second stamp, and the tests.
pub(crate) fn stages(stages: &mut Stages, built: &Built, filter: &str, profile: Profile) {
    let mut dists = None;
    let mut small = false;
    let compiled = stages.check("wasm", || {
        small = web::compile(profile)?;
        Ok(Count::default())
    });
    let bundled = compiled
        && stages.check("dist, size budget", || {
            // Beside `dist/`, so that the tests neither use nor disturb what `cargo xtask run` serves.
            let folder = project::target()?.join("e2e");
            let (now, next) = (folder.join("dist"), folder.join("dist-next"));
            web::bundle(&Order {
                out: now.clone(),
                next: Some(next.clone()),
                budget: small,
                ..Order::new(profile)
            })?;
            dists = Some((now, next));
            Ok(Count::default())
        });
    let (true, Some((now, next))) = (bundled, dists) else {
        return stages.skip("e2e", "not run: there is nothing to serve");
    };
    stages.check("e2e", || {
        let settings = [
            ("E2E_SERVER", built.server.clone()),
            ("E2E_DIST", now.clone()),
            ("E2E_DIST_NEXT", next.clone()),
        ];
        let mut count = Count::default();
        for suite in built.suites.iter().filter(|suite| suite.e2e) {
            if suite.has(filter)? {
                count.add(suite.run(filter, true, &settings)?);
            }
        }
        Ok(count)
    });
}
