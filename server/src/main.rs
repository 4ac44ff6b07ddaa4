//! The server's binary: the command line, and nothing else.

fn main() -> anyhow::Result<()> {
    server::cli::main()
}
