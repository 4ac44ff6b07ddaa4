//! Bảng chỉ tiêu: the list of a dossier, by criterion.

pub mod row;
