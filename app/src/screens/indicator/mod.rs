//! Chỉ tiêu: one indicator, its inputs, the points as they come out and why, explanation, history.

pub mod entry_text;
pub mod form;
