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
mod locals;
mod module;
mod names;
mod order;
mod script;
mod site;
mod size;
mod style;
mod wasm;

use anyhow::{Context, Result, bail, ensure};
use std::path::PathBuf;

const USAGE: &str = "bundle --wasm FILE --public DIR --style DIR (--out DIR [--stamp TEXT])… [--cache DIR] [--release] [--budget BYTES] [--sizes FILE]";

struct Options {
    wasm: PathBuf,
    public: PathBuf,
    style: PathBuf,
    /// Each folder to make, with the stamp of its build id.
    outs: Vec<(PathBuf, String)>,
    cache: Option<PathBuf>,
    release: bool,
    budget: Option<u64>,
    /// Where to write the table of sizes as JSON.
    sizes: Option<PathBuf>,
}

impl Options {
    fn from_args(mut args: impl Iterator<Item = String>) -> Result<Self> {
        let (mut wasm, mut public, mut style, mut cache) = (None, None, None, None);
        let (mut outs, mut release, mut budget, mut sizes) = (Vec::new(), false, None, None);
        while let Some(name) = args.next() {
            let mut value = || args.next().with_context(|| format!("{name} needs a value\n{USAGE}"));
            match name.as_str() {
                "--wasm" => wasm = Some(value()?.into()),
                "--public" => public = Some(value()?.into()),
                "--style" => style = Some(value()?.into()),
                "--out" => outs.push((value()?.into(), String::new())),
                "--cache" => cache = Some(value()?.into()),
                "--stamp" => outs.last_mut().context("--stamp belongs after an --out")?.1 = value()?,
                "--release" => release = true,
                "--budget" => budget = Some(value()?.parse().context("--budget is a number of bytes")?),
                "--sizes" => sizes = Some(value()?.into()),
                _ => bail!("unknown option {name}\n{USAGE}"),
            }
        }
        let needed = |value: Option<PathBuf>, name: &str| value.with_context(|| format!("{name} is missing\n{USAGE}"));
        ensure!(!outs.is_empty(), "--out is missing\n{USAGE}");
        Ok(Self {
            wasm: needed(wasm, "--wasm")?,
            public: needed(public, "--public")?,
            style: needed(style, "--style")?,
            outs,
            cache,
            release,
            budget,
            sizes,
        })
    }
}

fn main() -> Result<()> {
    let options = Options::from_args(std::env::args().skip(1))?;
    let module = module::bind(&options.wasm, options.release)?;
    let style = style::concatenate(&options.style)?;
    let level = if options.release {
        compress::Level::Best
    } else {
        compress::Level::Quick
    };
    for (place, (out, stamp)) in options.outs.iter().enumerate() {
        let site = site::assemble(&module, &style, &options.public, stamp)?;
        let sizes = compress::write(&site, out, options.cache.as_deref(), level)?;
        if place == 0 {
            println!("{}", size::table(&sizes));
            if let Some(file) = &options.sizes {
                std::fs::write(file, size::json(&sizes).to_string())?;
            }
            if let Some(budget) = options.budget {
                size::check(&sizes, budget)?;
            }
        }
        println!("build {}  ->  {}", site.build, out.display());
    }
    Ok(())
}
