//! The real program, started as an operator starts it.

use crate::kit::http::Server;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_server");

/// Runs a command to its end with `input` on its standard input.
fn run(args: &[&str], data: Option<&Path>, input: &str) -> Output {
    let mut command = Command::new(PROGRAM);
    command
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some(data) = data {
        command.arg("--data").arg(data);
    }
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that does not read it may be gone already.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().unwrap()
}

/// A started server that does not outlive its test.
struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts `server serve --demo`.
fn serve_demo(data: &Path) -> Started {
    let mut command = Command::new(PROGRAM);
    command
        .args(["serve", "--addr", "127.0.0.1:0", "--demo", "--data"])
        .arg(data);
    Started(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
}

fn ok(args: &[&str], data: Option<&Path>, input: &str) -> String {
    let output = run(args, data, input);
    let (out, err) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    );
    assert!(output.status.success(), "{args:?}: {err}");
    out
}

fn refused(args: &[&str], data: Option<&Path>, input: &str) -> String {
    let output = run(args, data, input);
    assert!(!output.status.success(), "{args:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn accounts_made_by_an_operator_sign_in() {
    let server = Server::demo().await;
    let data = Some(server.data.path());
    let add = [
        "user",
        "add",
        "lienmac.chutich",
        "--name",
        "Chủ tịch UBND phường Liên Mạc",
        "--position",
    ];
    let add = [&add[..], &["chu-tich-xa", "--unit", "x-ha-noi-bac-tu-liem-lien-mac"]].concat();
    let out = ok(&add, data, "");
    let generated = out
        .lines()
        .find_map(|line| line.strip_prefix("password: "))
        .expect(&out)
        .to_owned();
    assert_eq!(generated.len(), 16);
    let mut browser = server.browser();
    assert_eq!(browser.sign_in("lienmac.chutich", &generated).await.status(), 200);
    assert!(refused(&add, data, "").contains("already"));
    ok(
        &["user", "password", "lienmac.chutich", "--password-stdin"],
        data,
        "một mật khẩu mới\n",
    );
    assert_eq!(
        browser.get("/api/v1/session").await.status(),
        401,
        "signed out everywhere"
    );
    assert_eq!(browser.sign_in("lienmac.chutich", &generated).await.status(), 401);
    assert_eq!(
        browser.sign_in("lienmac.chutich", "một mật khẩu mới").await.status(),
        200
    );
    ok(&["user", "disable", "lienmac.chutich"], data, "");
    assert_eq!(browser.get("/api/v1/session").await.status(), 401);
    let list = ok(&["user", "list"], data, "");
    let line = list.lines().find(|line| line.starts_with("lienmac.chutich ")).unwrap();
    assert!(
        line.contains("ha-noi/bac-tu-liem/lien-mac") && line.ends_with("disabled"),
        "{line}"
    );
    ok(&["user", "enable", "lienmac.chutich"], data, "");
    assert_eq!(
        browser.sign_in("lienmac.chutich", "một mật khẩu mới").await.status(),
        200
    );
}

#[tokio::test]
async fn faults_of_the_operator_are_explained() {
    let server = Server::demo().await;
    let data = Some(server.data.path());
    let add = |unit: &'static str, position: &'static str| {
        refused(
            &[
                "user",
                "add",
                "x",
                "--name",
                "X",
                "--unit",
                unit,
                "--position",
                position,
            ],
            data,
            "",
        )
    };
    assert!(add("nowhere", "chu-tich-xa").contains("server unit list"));
    assert!(add("x-ha-noi", "chu-tich-xa").contains("level"));
    assert!(
        add("x-ha-noi", "vua").contains("so-tu-phap"),
        "names the positions there are"
    );
    assert!(refused(&["user", "disable", "nobody"], data, "").contains("no account nobody"));
    let short = refused(&["user", "password", "quantri", "--password-stdin"], data, "ngắn\n");
    assert!(short.contains("too short"), "{short}");
    let unit = [
        "unit", "add", "x-moi", "--level", "commune", "--kind", "xã", "--name", "Mới",
    ];
    assert!(
        refused(&unit, data, "").contains("x-moi"),
        "a commune without a unit above"
    );
    ok(&[&unit[..], &["--parent", "x-ca-mau"]].concat(), data, "");
    assert!(ok(&["unit", "list"], data, "").contains("ca-mau/moi"));
}

#[tokio::test]
async fn a_criteria_file_is_checked_with_line_and_cure() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("set.toml");
    let good = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/criteria/QD25_2021.toml");
    let text = std::fs::read_to_string(good).unwrap();
    std::fs::write(&file, &text).unwrap();
    let path = file.to_str().unwrap();
    assert!(ok(&["criteria", "check", path], None, "").contains("5 criteria, 20 indicators"));
    std::fs::write(&file, text.replacen("max_points = 3\n", "max_points = 4\n", 1)).unwrap();
    let said = refused(&["criteria", "check", path], None, "");
    assert!(said.contains("set.toml, dòng 41") && said.contains("1.1"), "{said}");
}

#[tokio::test]
async fn a_backup_taken_while_the_server_runs_serves_the_same() {
    let server = Server::demo().await;
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("tcpl.sqlite3");
    let args = ["backup", "--to", to.to_str().unwrap()];
    assert!(ok(&args, Some(server.data.path()), "").contains("checked"));
    assert!(refused(&args, Some(server.data.path()), "").contains("already"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let store = server::state::open_store(folder.path()).await.unwrap();
    let rows = server::store::Store::list(&store, server::store::DocumentFilter::default())
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
}

#[tokio::test]
async fn the_demonstration_starts_twice_and_never_over_real_work() {
    let data = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let mut started = serve_demo(data.path());
        let child = &mut started.0;
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut said = Vec::new();
        let url = loop {
            let line = lines.next().expect("says where it listens");
            if let Some(url) = line.strip_prefix("listening on ") {
                break url.to_owned();
            }
            said.push(line);
        };
        assert!(said[0].contains("demo-2024"), "{said:?}");
        assert!(
            said.iter()
                .any(|line| line.contains("bactuliem.tuphap") && line.contains("ha-noi/bac-tu-liem"))
        );
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        assert_eq!(http.get(format!("{url}/readyz")).send().await.unwrap().status(), 200);
        #[cfg(unix)]
        {
            let pid = child.id().to_string();
            assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
            assert!(child.wait().unwrap().success(), "an orderly stop at SIGTERM");
        }
    }
    let real = tempfile::tempdir().unwrap();
    ok(
        &[
            "user",
            "add",
            "quan.tri",
            "--name",
            "Quản trị",
            "--position",
            "quan-tri",
        ],
        Some(real.path()),
        "",
    );
    let mut started = serve_demo(real.path());
    let child = &mut started.0;
    assert!(!child.wait().unwrap().success());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains("quan.tri"), "{said}");
}
