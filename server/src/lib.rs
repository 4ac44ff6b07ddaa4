//! The sync server of Chuẩn TCPL: checks, stores and merges dossiers.
