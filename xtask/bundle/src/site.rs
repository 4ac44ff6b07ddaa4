//! Every file of `dist/`, with its final name and content, before it is written.

use crate::{hash, module::Module, script::compact};
use anyhow::{Context, Result, bail, ensure};
use std::{collections::BTreeMap, fs, path::Path};

/// One file as it is served.
pub(crate) struct File {
    /// Path below `dist/`, with `/`; no leading slash.
    pub(crate) name: String,
    pub(crate) content: Vec<u8>,
    /// Needed to start and score offline: on the precache list, and counted against the budget.
    pub(crate) offline: bool,
}

/// All of `dist/`.
pub(crate) struct Site {
    pub(crate) files: Vec<File>,
    /// The build id: a hash of everything served, and of the stamp.
    pub(crate) build: String,
}

/// Puts the names, the precache list and the build id in. `stamp` makes another build id of the same files.
pub(crate) fn assemble(module: &Module, style: &str, public: &Path, stamp: &str) -> Result<Site> {
    let mut public = read_public(public)?;
    let mut take = |name: &str| {
        let content = public
            .remove(name)
            .with_context(|| format!("app/public/{name} is missing"))?;
        String::from_utf8(content).with_context(|| format!("app/public/{name} is not UTF-8"))
    };
    let (index, worker) = (take("index.html")?, take("sw.js")?);

    let mut hashed = Hashed::default();
    hashed.add("app_bg.wasm", module.wasm.clone());
    // The script's own default address for the module; the boot script passes the right one all the same.
    let script = module
        .script
        .replace("app_bg.wasm", hashed.address("app_bg.wasm")?.trim_start_matches('/'));
    hashed.add("app.js", compact(&script).into_bytes());
    hashed.add("style.css", style.as_bytes().to_vec());
    // Scripts may name each other as long as there is no circle: each round takes those whose names are known.
    let mut scripts: BTreeMap<String, String> = BTreeMap::new();
    for name in public
        .keys()
        .filter(|name| name.ends_with(".js"))
        .cloned()
        .collect::<Vec<_>>()
    {
        let content = public.remove(&name).unwrap_or_default();
        scripts.insert(
            name.clone(),
            String::from_utf8(content).with_context(|| format!("{name} is not UTF-8"))?,
        );
    }
    while !scripts.is_empty() {
        let ready = scripts
            .iter()
            .find_map(|(name, text)| Some((name.clone(), hashed.fill(text).ok()?)));
        let Some((name, text)) = ready else {
            let (name, text) = scripts.iter().next().context("no script left")?;
            return Err(hashed
                .fill(text)
                .err()
                .unwrap_or_else(|| anyhow::anyhow!("circle"))
                .context(name.clone()));
        };
        hashed.add(&name, compact(&text).into_bytes());
        scripts.remove(&name);
    }

    let mut files = hashed.files;
    files.extend(public.into_iter().map(|(name, content)| File {
        // The browser itself fetches the pictures of the manifest, when the app is installed; no page shows them.
        offline: !name.ends_with(".png"),
        name,
        content,
    }));
    let needed = files.iter().filter(|file| file.offline);
    let addresses: Vec<String> = std::iter::once("\"/\"".to_owned())
        .chain(needed.map(|file| format!("\"/{}\"", file.name)))
        .collect();
    let index = fill(&hashed.addresses, &index).context("app/public/index.html")?;
    let worker = worker.replace("\"{{precache}}\"", &format!("[{}]", addresses.join(", ")));
    let worker = compact(&fill(&hashed.addresses, &worker).context("app/public/sw.js")?);

    let build = hash::of(
        files
            .iter()
            .flat_map(|file| [file.name.as_bytes(), &file.content])
            .chain([index.as_bytes(), worker.as_bytes(), stamp.as_bytes()]),
    );
    for (name, text) in [("index.html", index), ("sw.js", worker)] {
        ensure!(
            text.contains("{{build}}"),
            "app/public/{name} does not carry {{{{build}}}}"
        );
        files.push(File {
            name: name.to_owned(),
            content: text.replace("{{build}}", &build).into_bytes(),
            offline: true,
        });
    }
    let style = hashed.addresses.get("style.css").cloned().unwrap_or_default();
    let assets = format!("{{\"style\":\"{style}\",\"build\":\"{build}\"}}\n");
    files.push(File {
        name: "assets.json".to_owned(),
        content: assets.into_bytes(),
        offline: false,
    });
    Ok(Site { files, build })
}

/// Files whose name carries a hash of their content.
#[derive(Default)]
struct Hashed {
    files: Vec<File>,
    /// `app.js` → `/app-0123456789abcdef.js`
    addresses: BTreeMap<String, String>,
}

impl Hashed {
    fn add(&mut self, name: &str, content: Vec<u8>) {
        let hash = hash::of([content.as_slice()]);
        let named = match name.rsplit_once('.') {
            Some((stem, extension)) => format!("{stem}-{hash}.{extension}"),
            None => format!("{name}-{hash}"),
        };
        self.addresses.insert(name.to_owned(), format!("/{named}"));
        self.files.push(File {
            name: named,
            content,
            offline: true,
        });
    }

    fn address(&self, name: &str) -> Result<&str> {
        self.addresses
            .get(name)
            .map(String::as_str)
            .with_context(|| format!("no file {name}"))
    }

    fn fill(&self, text: &str) -> Result<String> {
        ensure!(
            !text.contains("{{build}}"),
            "the build id goes into index.html and sw.js only"
        );
        fill(&self.addresses, text)
    }
}

/// Replaces `{{name}}` by the address of that file; `{{build}}` stays for later.
fn fill(addresses: &BTreeMap<String, String>, text: &str) -> Result<String> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, next) = after.split_once("}}").context("a {{ without }}")?;
        filled.push_str(before);
        match addresses.get(name) {
            Some(address) => filled.push_str(address),
            None if name == "build" => filled.push_str("{{build}}"),
            None => bail!("{{{{{name}}}}} names no file of the build"),
        }
        rest = next;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// Every file below `folder`, by its path with `/`.
fn read_public(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![(folder.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("no folder {}", folder.display()))? {
            let entry = entry?;
            let name = entry
                .file_name()
                .into_string()
                .ok()
                .context("a file name in app/public is not UTF-8")?;
            let name = format!("{prefix}{name}");
            if entry.file_type()?.is_dir() {
                folders.push((entry.path(), format!("{name}/")));
            } else {
                found.insert(name, fs::read(entry.path())?);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(files: &[(&str, &str)]) -> Result<tempfile::TempDir> {
        let folder = tempfile::tempdir()?;
        fs::create_dir(folder.path().join("icons"))?;
        for (name, text) in files {
            fs::write(folder.path().join(name), text)?;
        }
        Ok(folder)
    }

    fn module() -> Module {
        Module {
            wasm: b"\0asm".to_vec(),
            script: "new URL('app_bg.wasm', import.meta.url)".to_owned(),
        }
    }

    const FILES: &[(&str, &str)] = &[
        (
            "index.html",
            "<meta name=build content={{build}}><script src={{boot.js}}></script>",
        ),
        ("sw.js", "const build = '{{build}}', list = \"{{precache}}\";"),
        ("boot.js", "import('{{app.js}}'); '{{app_bg.wasm}}'; '{{worker.js}}'"),
        ("worker.js", "1"),
        ("icons/a.svg", "<svg/>"),
        ("icons/large.png", ""),
    ];

    fn text<'a>(site: &'a Site, start: &str) -> &'a str {
        let file = site.files.iter().find(|file| file.name.starts_with(start));
        file.and_then(|file| std::str::from_utf8(&file.content).ok())
            .unwrap_or_default()
    }

    #[test]
    fn names_the_precache_list_and_the_build_id_are_filled_in() -> Result<()> {
        let folder = public(FILES)?;
        let site = assemble(&module(), "a{}", folder.path(), "")?;
        for file in &site.files {
            assert!(
                !String::from_utf8_lossy(&file.content).contains("{{"),
                "{} has a placeholder left",
                file.name
            );
        }
        let listed = text(&site, "sw.js");
        for file in site
            .files
            .iter()
            .filter(|file| !["index.html", "sw.js"].contains(&&*file.name))
        {
            assert_eq!(
                listed.contains(&format!("\"/{}\"", file.name)),
                !["assets.json", "icons/large.png"].contains(&&*file.name),
                "{}",
                file.name
            );
        }
        assert!(listed.contains("[\"/\", "), "{listed}");
        assert!(text(&site, "index.html").contains(&site.build));
        assert!(text(&site, "app-").contains("'app_bg-"));
        assert!(text(&site, "assets.json").contains("{\"style\":\"/style-"));
        Ok(())
    }

    #[test]
    fn a_stamp_changes_the_build_and_no_hashed_file() -> Result<()> {
        let folder = public(FILES)?;
        let (one, two) = (
            assemble(&module(), "", folder.path(), "")?,
            assemble(&module(), "", folder.path(), "b")?,
        );
        assert_ne!(one.build, two.build);
        let names = |site: &Site| site.files.iter().map(|file| file.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&one), names(&two));
        assert_ne!(text(&one, "sw.js"), text(&two, "sw.js"));
        assert_eq!(text(&one, "boot-"), text(&two, "boot-"));
        Ok(())
    }

    #[test]
    fn an_unknown_placeholder_is_an_error_that_names_the_file() -> Result<()> {
        let mut files = FILES.to_vec();
        files.push(("late.js", "{{nothing.js}}"));
        let folder = public(&files)?;
        let problem = assemble(&module(), "", folder.path(), "").err().context("must fail")?;
        let problem = format!("{problem:#}");
        assert!(
            problem.contains("late.js") && problem.contains("nothing.js"),
            "{problem}"
        );
        Ok(())
    }
}
