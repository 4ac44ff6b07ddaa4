//! `server user …`: accounts. A password comes from standard input or is generated; never from the command line, where
//! every process of the machine could read it.

use std::io::{BufRead, Write};

use anyhow::{Context, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use shared::id::{PositionId, UnitCode, UserId};
use shared::position;
use shared::unit::UnitTree;
use uuid::Uuid;

use super::Data;
use crate::auth::argon::Memory;
use crate::auth::password::Password;
use crate::auth::users::{self, User, Users};
use crate::state::open_store;
use crate::store::{SqliteStore, StoreErrorKind};
use crate::{clock, units};

/// The shortest password an operator may choose, in characters.
const SHORTEST: usize = 10;

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Add an account
    Add {
        #[command(flatten)]
        data: Data,
        /// What is typed to sign in: a-z 0-9 . _ -
        username: String,
        /// The name colleagues see
        #[arg(long)]
        name: String,
        /// Code of the unit; without it the account is the system's own
        #[arg(long)]
        unit: Option<String>,
        /// The position, for example tu-phap-ho-tich
        #[arg(long)]
        position: String,
        #[command(flatten)]
        password: From,
    },
    /// List all accounts
    List {
        #[command(flatten)]
        data: Data,
    },
    /// Stop an account from signing in, and sign it out everywhere; what it wrote stays
    Disable {
        #[command(flatten)]
        data: Data,
        username: String,
    },
    /// Let a disabled account sign in again
    Enable {
        #[command(flatten)]
        data: Data,
        username: String,
    },
    /// Set a new password, and sign the account out everywhere
    Password {
        #[command(flatten)]
        data: Data,
        username: String,
        #[command(flatten)]
        password: From,
    },
}

/// Where a password comes from.
#[derive(clap::Args)]
pub(super) struct From {
    /// Read the password from the first line of standard input; without this one is generated and printed
    #[arg(long)]
    password_stdin: bool,
}

pub(super) async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Add {
            data,
            username,
            name,
            unit,
            position,
            password,
        } => {
            let store = open_store(&data.data).await?;
            let user = new_user(&units::load(store.pool()).await?, &username, &name, unit, &position)?;
            let (password, generated) = password.get()?;
            add(&store, &user, &password).await?;
            println!("added {}", user.username);
            tell(generated);
        }
        Command::List { data } => list(&open_store(&data.data).await?).await?,
        Command::Disable { data, username } => {
            let users = accounts(&data).await?;
            found(users.disable(&spelled(&username)?, clock::now_ms()).await?, &username)?;
            println!("disabled {username}, signed out everywhere");
        }
        Command::Enable { data, username } => {
            let users = accounts(&data).await?;
            found(users.enable(&spelled(&username)?).await?, &username)?;
            println!("enabled {username}");
        }
        Command::Password {
            data,
            username,
            password,
        } => {
            let users = accounts(&data).await?;
            let (password, generated) = password.get()?;
            let hash = Memory::default().hash(&password)?;
            found(users.set_password(&spelled(&username)?, &hash).await?, &username)?;
            println!("new password for {username}, signed out everywhere");
            tell(generated);
        }
    }
    Ok(())
}

fn new_user(
    units: &UnitTree,
    username: &str,
    name: &str,
    unit: Option<String>,
    position: &str,
) -> anyhow::Result<User> {
    let username = spelled(username)?;
    let position = PositionId::new(position);
    let unit = unit.map(UnitCode::new);
    let of = match &unit {
        Some(code) => Some(
            units
                .get(code)
                .with_context(|| format!("no unit {code}: `server unit list` shows all"))?,
        ),
        None => None,
    };
    let Some(known) = position::get(&position) else {
        let ids: Vec<&str> = position::all().iter().map(|position| position.id).collect();
        bail!("no position {position}: choose one of {}", ids.join(", "));
    };
    ensure!(
        known.fits(of),
        "the position {position} does not exist in that unit: its level is another"
    );
    ensure!(
        !name.trim().is_empty(),
        "a name is needed: colleagues see it beside every entry"
    );
    let id = UserId::new(Uuid::new_v4());
    Ok(User {
        id,
        username,
        name: name.trim().to_owned(),
        unit,
        position,
        disabled_ms: None,
    })
}

async fn add(store: &SqliteStore, user: &User, password: &Password) -> anyhow::Result<()> {
    let users = Users::new(store.pool().clone());
    match users
        .add(user, &Memory::default().hash(password)?, clock::now_ms())
        .await
    {
        Err(error) if error.kind == StoreErrorKind::Conflict => bail!("there is an account {} already", user.username),
        other => Ok(other?),
    }
}

async fn list(store: &SqliteStore) -> anyhow::Result<()> {
    let units = units::load(store.pool()).await?;
    let mut out = std::io::stdout().lock();
    for user in Users::new(store.pool().clone()).list().await? {
        let place = user
            .unit
            .as_ref()
            .and_then(|unit| units.path(unit))
            .unwrap_or_else(|| String::from("-"));
        let state = if user.disabled_ms.is_some() { "disabled" } else { "" };
        writeln!(
            out,
            "{:<28} {:<20} {place:<40} {} {state}",
            user.username, user.position, user.name
        )?;
    }
    Ok(())
}

async fn accounts(data: &Data) -> anyhow::Result<Users> {
    Ok(Users::new(open_store(&data.data).await?.pool().clone()))
}

fn spelled(username: &str) -> anyhow::Result<String> {
    users::username(username).with_context(|| format!("{username:?} is no username: 1 to 64 of a-z 0-9 . _ -"))
}

fn found(found: bool, username: &str) -> anyhow::Result<()> {
    ensure!(found, "no account {username}: `server user list` shows all");
    Ok(())
}

fn tell(generated: Option<String>) {
    if let Some(password) = generated {
        println!("password: {password}");
    }
}

impl From {
    /// The password; and its text, if it was made here and must be told.
    fn get(&self) -> anyhow::Result<(Password, Option<String>)> {
        if !self.password_stdin {
            let mut bytes = [0; 12];
            getrandom::fill(&mut bytes)?;
            let text = URL_SAFE_NO_PAD.encode(bytes);
            let password = Password::new(&text).context("no password could be made")?;
            return Ok((password, Some(text)));
        }
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line)?;
        let password = Password::new(line.trim_end_matches(['\r', '\n'])).context("no password on standard input")?;
        ensure!(
            password.characters() >= SHORTEST,
            "the password is too short: at least {SHORTEST} characters"
        );
        Ok((password, None))
    }
}
