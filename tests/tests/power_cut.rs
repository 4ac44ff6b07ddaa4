//! Acceptance 2, the part a kill cannot show: a power cut takes nothing that was called saved.
//!
//! The browser's profile lies on a file system in a file. The file is copied the moment the line says saved, and the copy
//! is what the next start finds: what only sat in memory is gone. Needs root and loop devices; says so and passes where
//! there are none.

use anyhow::{Result, ensure};
use std::time::Duration;
use tests::{
    browser::{Browser, Look, Profile},
    limit::within,
    moment, official,
    page::PATIENCE,
    proxy::Proxy,
    world::{Visitor, World},
};

const POINTS: &str = "Điểm tự chấm";

async fn points(visitor: &Visitor) -> Result<String> {
    official::open_indicator(visitor, 2024, "5.4").await?;
    let page = visitor.browser.page();
    page.find("textbox", POINTS).await?;
    page.run("return document.querySelector('input[inputmode=decimal]').value")
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_takes_nothing_that_was_called_saved() -> Result<()> {
    within(Duration::from_secs(420), "test", async {
        let disk = match power::Disk::new()? {
            Ok(disk) => disk,
            Err(problem) => {
                eprintln!("NOT RUN: no loop device can be mounted here ({problem:#})");
                return Ok(());
            }
        };
        let mut world = World::demo().await?;
        let link = Proxy::start(world.server.address()).await?;
        let profile = Profile::below(disk.folder())?;
        let mut visitor = Visitor {
            browser: Browser::start(&profile, Look::PHONE).await?,
            link,
        };
        official::sign_in(&visitor, "thuongcat.congan").await?;
        official::ready_offline(visitor.browser.page()).await?;
        ensure!(points(&visitor).await? == "5", "the demo's points");
        official::status_says(visitor.browser.page(), "Đã đồng bộ", PATIENCE).await?;
        visitor.browser.quit().await?;
        world.server.kill().await?;
        // What the browser leaves to the system for half a minute (the worker's files) is no matter of this test.
        disk.flush()?;
        let mut link = visitor.link;
        for round in 1..=5 {
            let browser = Browser::start(&profile, Look::PHONE).await?;
            visitor = Visitor { browser, link };
            let before = ((round + 4) % 5).to_string();
            let kept = points(&visitor).await?;
            ensure!(
                round == 1 || kept == before,
                "round {round}: {before} was called saved, {kept} was on the disk"
            );
            let field = visitor.browser.page().find("textbox", POINTS).await?;
            moment::save(&visitor.browser, &field, &(round % 5).to_string()).await?;
            visitor.browser.kill();
            disk.cut_power()?;
            power::remove_torn_settings(profile.folder())?;
            link = visitor.link;
        }
        Ok(())
    })
    .await
}

mod power {
    //! A disk whose power can be cut: an ext4 file system in a file, mounted through a loop device.

    use anyhow::{Context, Result, ensure};
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::process::Command;
    use tempfile::TempDir;

    const MEBIBYTES: u64 = 256;

    pub(super) struct Disk {
        folder: TempDir,
        mounted: PathBuf,
    }

    impl Disk {
        /// A mounted disk; inside, the reason where this process may not mount one.
        pub(super) fn new() -> Result<Result<Self>> {
            let folder = TempDir::new()?;
            let disk = Self {
                mounted: folder.path().join("mounted"),
                folder,
            };
            fs::create_dir(disk.folder())?;
            fs::File::create(disk.image())?.set_len(MEBIBYTES << 20)?;
            let made = run("mkfs.ext4", &["-q".as_ref(), disk.image().as_ref()]).and_then(|()| disk.mount());
            Ok(made.map(|()| disk))
        }

        fn image(&self) -> PathBuf {
            self.folder.path().join("disk")
        }

        /// Where it is mounted.
        pub(super) fn folder(&self) -> &Path {
            &self.mounted
        }

        fn mount(&self) -> Result<()> {
            let options = ["-o".as_ref(), "loop,commit=30".as_ref()];
            run(
                "mount",
                &[&options[..], &[self.image().as_ref(), self.folder().as_ref()]].concat(),
            )
        }

        /// Everything goes to the disk.
        pub(super) fn flush(&self) -> Result<()> {
            run("umount", &[self.folder().as_ref()])?;
            self.mount()
        }

        /// The disk as it is at this moment, without what only the memory had, mounted in the place of the old one.
        pub(super) fn cut_power(&self) -> Result<()> {
            let copy = self.image().with_extension("copy");
            fs::copy(self.image(), &copy)?;
            run("umount", &[self.folder().as_ref()])?;
            fs::rename(copy, self.image())?;
            self.mount()
        }
    }

    impl Drop for Disk {
        fn drop(&mut self) {
            // Not mounted (any more): nothing to do.
            let _ = run("umount", &[self.folder().as_ref()]);
        }
    }

    /// Chromium's own settings can be empty after a power cut, and its driver refuses such a profile; it makes new ones.
    pub(super) fn remove_torn_settings(profile: &Path) -> Result<()> {
        for name in ["Local State", "Default/Preferences"] {
            let file = profile.join(name);
            let torn =
                fs::read_to_string(&file).is_ok_and(|text| serde_json::from_str::<serde_json::Value>(&text).is_err());
            if torn {
                fs::remove_file(file)?;
            }
        }
        Ok(())
    }

    fn run(program: &str, arguments: &[&std::ffi::OsStr]) -> Result<()> {
        let output = Command::new(program)
            .args(arguments)
            .output()
            .context(program.to_owned())?;
        ensure!(
            output.status.success(),
            "{program}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(())
    }
}
