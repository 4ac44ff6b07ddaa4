//! A hub in this process over any store, without sockets.

use server::demo::Demo;
use server::hub::{Hub, Settings};
use server::news::News;
use server::store::Store;
use shared::unit::{Level, Unit, UnitTree};
use std::sync::Arc;
use std::time::Duration;

/// The demonstration's units: the communes of its accounts, and what is above them.
pub fn units() -> UnitTree {
    let unit =
        |code: &str, level, parent: Option<&str>| Unit::new(code.into(), level, "x", code, parent.map(Into::into));
    let district = "x-ha-noi-bac-tu-liem";
    let mut units = vec![
        unit("x-ha-noi", Level::Province, None),
        unit(district, Level::District, Some("x-ha-noi")),
    ];
    let accounts = Demo::load().unwrap().accounts;
    let mut communes: Vec<_> = accounts.iter().filter_map(|account| account.unit.clone()).collect();
    communes.sort();
    communes.dedup();
    communes.retain(|code| {
        code.as_str()
            .strip_prefix(district)
            .is_some_and(|rest| rest.starts_with('-'))
    });
    units.extend(
        communes
            .iter()
            .map(|code| unit(code.as_str(), Level::Commune, Some(district))),
    );
    UnitTree::new(units).unwrap()
}

/// A hub over a store, with the years from 2022 on open.
pub fn hub(store: Arc<dyn Store>) -> Hub {
    resting_hub(store, Duration::from_secs(60))
}

/// The same; a document nobody wrote to for this long leaves memory.
pub fn resting_hub(store: Arc<dyn Store>, idle: Duration) -> Hub {
    Hub::start(Settings {
        store,
        units: Arc::new(units()),
        years: Arc::new(|| (2022..=2024).map(|year| (year, "QD25_2021".into())).collect()),
        news: News::default(),
        idle,
    })
}
