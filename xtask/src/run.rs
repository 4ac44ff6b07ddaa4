//! `cargo xtask run`: build, then become the server.

use crate::{
    HELP,
    args::Args,
    process::{cargo, must, say},
    project, setup, web,
};
use anyhow::{Result, bail};
use std::process::Command;

/// Builds app and server and serves them; ends when the server ends.
pub(crate) fn run(mut args: Args) -> Result<()> {
    let port = args.number("--port")?.unwrap_or(8080);
    let data = args.value("--data")?;
    let (release, empty) = (args.flag("--release"), args.flag("--empty"));
    args.finish(HELP)?;
    let root = project::root()?;
    let data = match data {
        Some(folder) => std::env::current_dir()?.join(folder),
        None => root.join("data").join(if empty { "empty" } else { "demo" }),
    };

    setup::wasm_target()?;
    let order = web::Order::new(if release {
        web::Profile::Release
    } else {
        web::Profile::Dev
    });
    web::compile(order.profile)?;
    web::bundle(&order)?;
    say("the server");
    let mut build = cargo()?;
    build.args(["build", "-p", "server", "--bin", "server"]);
    if release {
        build.arg("--release");
    }
    must(&mut build, "The compiler's messages above say where.")?;

    say(&format!("serving, data in {}; stop with ctrl-c", data.display()));
    let program = project::target()?
        .join(if release { "release" } else { "debug" })
        .join("server");
    let mut server = Command::new(program);
    server
        .current_dir(&root)
        .arg("serve")
        .arg("--addr")
        .arg(format!("127.0.0.1:{port}"));
    server.arg("--data").arg(&data).arg("--dist").arg(&order.out);
    if !empty {
        server.arg("--demo");
    }
    become_it(server)
}

/// Replaces this process, so that signals reach the server itself.
#[cfg(unix)]
fn become_it(mut server: Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    bail!("the server does not start: {}", server.exec())
}

#[cfg(not(unix))]
fn become_it(mut server: Command) -> Result<()> {
    must(&mut server, "The server's messages above say why.")
}
