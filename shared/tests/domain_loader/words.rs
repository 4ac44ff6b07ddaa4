//! Words of the format, texts for the screen, and what is no criteria file at all.

use super::{PASS_FAIL, POINTS, refused};
use shared::criteria::load;

#[test]
fn words_that_do_not_exist() {
    let error = refused(
        POINTS,
        "rule = \"all_or_nothing\"",
        "rule = \"tat_ca\"",
        "rule = \"tat_ca\"",
        "“tat_ca”",
    );
    assert_eq!(
        error.cure,
        "Hãy dùng một trong: all_or_nothing, tiers, ratio_times_max, penalty, judged."
    );
    refused(
        POINTS,
        "rule = \"judged\"",
        "rule = \"pass_fail\"",
        "rule = \"pass_fail\"",
        "Không có cách chấm",
    );
    refused(
        PASS_FAIL,
        "rule = \"ratio_at_least\"",
        "rule = \"judged\"",
        "rule = \"judged\"",
        "Không có cách chấm",
    );
    refused(
        POINTS,
        "model = \"points\"",
        "model = \"diem\"",
        "model",
        "Không có cách đánh giá",
    );
    refused(
        POINTS,
        "status = \"estimated\"",
        "status = \"tạm\"",
        "status = \"tạm\"",
        "Không có trạng thái nguồn",
    );
    refused(
        POINTS,
        "title_status = \"paraphrase\"",
        "title_status = \"x\"",
        "title_status = \"x\"",
        "trạng thái tên gọi",
    );
    refused(
        POINTS,
        "test = \"total\"",
        "test = \"tong\"",
        "test = \"tong\"",
        "Không có điều kiện",
    );
    refused(POINTS, "commune_sends", "xa_gui", "step", "Không có bước có thời hạn");
    refused(
        POINTS,
        "source = [\"goc\"]",
        "source = [\"khac\"]",
        "source = [",
        "Nguồn “khac” chưa có",
    );
}

#[test]
fn texts_an_official_should_not_see() {
    let error = refused(
        POINTS,
        "\"Nội dung hai\"",
        "\"ratio, not seen\"",
        "text = \"ratio",
        "có từ tiếng Anh",
    );
    assert_eq!(error.cure, "Hãy thay “ratio” bằng tiếng Việt.");
    refused(POINTS, "\"Chỉ tiêu hai\"", "\"\"", "title = \"\"", "để trống");
    refused(
        POINTS,
        "\"Chỉ tiêu hai\"",
        "\"Chỉ tiêu  hai\"",
        "title = \"Chỉ tiêu  hai\"",
        "dấu cách thừa",
    );
    refused(
        POINTS,
        "\"Bộ thử\"",
        "\"Bo\u{302}\u{323} thử\"",
        "short_name",
        "dấu tổ hợp",
    );
    refused(POINTS, "\"Ông A\"", "\"The A\"", "heads", "có từ tiếng Anh");
    refused(
        POINTS,
        "text = \"Không phát sinh\"",
        "text = \"Không phát sinh\\n\"",
        "no_case",
        "dấu cách thừa",
    );
}

#[test]
fn what_is_not_toml_or_not_of_our_shape() {
    let error = refused(POINTS, "version = 1", "version = ", "version", "như TOML");
    assert!(error.detail.is_some());
    refused(
        POINTS,
        "version = 1",
        "version = 1\nversion = 2",
        "version = 2",
        "ghi hai lần",
    );
    refused(
        POINTS,
        "version = 1",
        "phien_ban = 1",
        "phien_ban",
        "Có khóa không được dùng",
    );
    refused(
        POINTS,
        "rule = \"judged\"",
        "rule = \"judged\"\nlimit = 3",
        "limit",
        "Có khóa không được dùng",
    );
    refused(
        POINTS,
        "title = \"Chỉ tiêu hai\"\n",
        "",
        "[[criteria.indicators]]\nnumber = \"1.2\"",
        "Thiếu một khóa",
    );
    refused(POINTS, "version = 1", "version = \"1\"", "version", "không đúng kiểu");
    refused(
        POINTS,
        "max_points = 6",
        "max_points = true",
        "max_points = true",
        "không đúng kiểu",
    );
    let error = load("rong.toml", "").unwrap_err();
    assert_eq!((error.file.as_str(), error.line), ("rong.toml", 1));
    let none = format!("criteria = []\n{}", &POINTS[..POINTS.find("[sources]").unwrap()]);
    assert!(
        load("thu.toml", &none)
            .unwrap_err()
            .what
            .contains("Chưa có tiêu chí nào")
    );
}
