//! The build tool of Chuẩn TCPL: run, test, build, bench, e2e.
fn main() {}
