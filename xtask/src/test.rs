//! `cargo xtask test`: every check and test, in the order that finds mistakes soonest.

use crate::{HELP, args::Args, checks, e2e, process::cargo, setup, stages::Count, stages::Stages, suites, web};
use anyhow::Result;

/// All stages, or with a filter only the tests whose name contains it.
pub(crate) fn run(mut args: Args) -> Result<()> {
    let filter = args.word();
    args.finish(HELP)?;
    let mut stages = Stages::default();
    let ready = stages.check("setup", || {
        setup::wasm_target()?;
        setup::rust_components()?;
        setup::node_packages()?;
        setup::browser()?;
        Ok(Count::default())
    });
    if !ready {
        return stages.finish();
    }
    if filter.is_none() {
        checks::before(&mut stages);
    }
    tests(&mut stages, filter.as_deref().unwrap_or(""));
    if filter.is_none() {
        checks::after(&mut stages);
    }
    stages.finish()
}

fn tests(stages: &mut Stages, filter: &str) {
    let mut built = None;
    stages.check("build tests and server", || {
        built = Some(suites::build(suites::Scope::All)?);
        Ok(Count::default())
    });
    let Some(built) = built else {
        return stages.skip("tests, wasm, e2e", "not run: the build failed");
    };
    stages.check("tests", || {
        let mut count = Count::default();
        for suite in built.suites.iter().filter(|suite| !suite.e2e) {
            count.add(suite.run(filter, false, &[])?);
        }
        Ok(count)
    });
    if filter.is_empty() {
        stages.check("tests in documentation", || {
            let mut command = cargo()?;
            command.args([
                "test", "--doc", "-p", "shared", "-p", "server", "-p", "app", "-p", "tests",
            ]);
            suites::counted(&mut command, "doc")
        });
    } else if !built
        .suites
        .iter()
        .any(|suite| suite.e2e && suite.has(filter).unwrap_or(true))
    {
        return;
    }
    e2e::stages(stages, &built, filter, web::Profile::Release);
}
