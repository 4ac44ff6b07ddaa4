//! Điều kiện công nhận.

pub mod date;
