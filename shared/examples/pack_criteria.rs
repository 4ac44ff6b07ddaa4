//! Writes the packed criteria sets from the TOML files in `shared/criteria/`; to be run after every change of those.
//!
//! `cargo run -p shared --example pack_criteria`

use std::{fs, path::Path};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("criteria");
    for (file, _) in shared::criteria::files() {
        let source = folder.join(file);
        // From the disk, not as compiled in: the file may have changed since.
        let set = shared::criteria::load(file, &fs::read_to_string(&source)?)?;
        let target = folder.join("packed").join(file).with_extension("bin");
        let packed = shared::criteria::pack(&set);
        println!("{} ({} bytes)", target.display(), packed.len());
        fs::write(target, packed)?;
    }
    Ok(())
}
