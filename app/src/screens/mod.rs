//! The screens. Each folder or file is one address; the plain code behind them is tested everywhere.
#![allow(
    clippy::needless_pass_by_value,
    reason = "a Leptos component takes its properties by value"
)]

pub mod conditions;
pub mod indicator;
pub mod people;
pub mod score_table;
pub mod standing;
