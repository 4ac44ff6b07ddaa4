//! Makes `dist/` from the compiled module, `app/public/` and `style/`.
//!
//! A program of its own, so that the everyday `cargo xtask` does not wait for wasm-bindgen and brotli to compile.
//! Everything it does is a pure function of its inputs: the same module, files and stamp give the same bytes.
//!
//! ## What a file in `app/public/` may contain
//!
//! | placeholder | becomes |
//! |---|---|
//! | `{{build}}` | the build id, 16 hexadecimal characters (index.html and sw.js only, so that nothing else changes its name with it) |
//! | `{{app.js}}`, `{{app_bg.wasm}}`, `{{style.css}}`, `{{boot.js}}`, `{{any other .js}}` | the address of that file with its hash: `/app-0123456789abcdef.js` |
//! | `"{{precache}}"` (with the quotes) | a JSON array of every address the app needs to start offline, `/` first (sw.js only) |
//!
//! Scripts get hashed names, except `sw.js`, whose address must never change. Other files (manifest, icons) keep theirs.

mod compress;
mod hash;
mod module;
mod site;
mod size;
mod style;

use anyhow::{Context, Result, bail};
use std::path::PathBuf;

const USAGE: &str =
    "bundle --wasm FILE --public DIR --style DIR --out DIR [--cache DIR] [--stamp TEXT] [--release] [--budget BYTES]";

struct Options {
    wasm: PathBuf,
    public: PathBuf,
    style: PathBuf,
    out: PathBuf,
    cache: Option<PathBuf>,
    stamp: String,
    release: bool,
    budget: Option<u64>,
}

impl Options {
    fn from_args(mut args: impl Iterator<Item = String>) -> Result<Self> {
        let (mut wasm, mut public, mut style, mut out, mut cache) = (None, None, None, None, None);
        let (mut stamp, mut release, mut budget) = (String::new(), false, None);
        while let Some(name) = args.next() {
            let mut value = || args.next().with_context(|| format!("{name} needs a value\n{USAGE}"));
            match name.as_str() {
                "--wasm" => wasm = Some(value()?.into()),
                "--public" => public = Some(value()?.into()),
                "--style" => style = Some(value()?.into()),
                "--out" => out = Some(value()?.into()),
                "--cache" => cache = Some(value()?.into()),
                "--stamp" => stamp = value()?,
                "--release" => release = true,
                "--budget" => budget = Some(value()?.parse().context("--budget is a number of bytes")?),
                _ => bail!("unknown option {name}\n{USAGE}"),
            }
        }
        let needed = |value: Option<PathBuf>, name: &str| value.with_context(|| format!("{name} is missing\n{USAGE}"));
        Ok(Self {
            wasm: needed(wasm, "--wasm")?,
            public: needed(public, "--public")?,
            style: needed(style, "--style")?,
            out: needed(out, "--out")?,
            cache,
            stamp,
            release,
            budget,
        })
    }
}

fn main() -> Result<()> {
    let options = Options::from_args(std::env::args().skip(1))?;
    let module = module::bind(&options.wasm, options.release)?;
    let style = style::concatenate(&options.style)?;
    let site = site::assemble(module, style, &options.public, &options.stamp)?;
    let level = if options.release {
        compress::Level::Best
    } else {
        compress::Level::Quick
    };
    let sizes = compress::write(&site, &options.out, options.cache.as_deref(), level)?;
    println!("{}", size::table(&sizes));
    println!("build {}  ->  {}", site.build, options.out.display());
    match options.budget {
        Some(budget) => size::check(&sizes, budget),
        None => Ok(()),
    }
}
