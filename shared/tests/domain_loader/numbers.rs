//! Sums, numbers and ids.

use super::{PASS_FAIL, POINTS, refused};

#[test]
fn sums_that_do_not_add_up() {
    let error = refused(
        POINTS,
        "max_points = 10\n\n[sources]",
        "max_points = 11\n\n[sources]",
        "max_points = 11",
        "10",
    );
    assert_eq!(
        error.what,
        "Bộ tiêu chí: các tiêu chí cộng lại được 10 điểm, nhưng điểm tối đa ghi là 11."
    );
    let error = refused(
        POINTS,
        "max_points = 6",
        "max_points = \"5,75\"",
        "max_points = 10\nstatus",
        "9,75",
    );
    assert_eq!(
        error.what,
        "Tiêu chí 1: các chỉ tiêu cộng lại được 9,75 điểm, nhưng điểm tối đa ghi là 10."
    );
    assert_eq!(
        error.cure,
        "Hãy sửa điểm tối đa, hoặc điểm của một chỉ tiêu, để hai số bằng nhau."
    );
    refused(
        POINTS,
        "max_points = 3",
        "max_points = 2",
        "max_points = 4",
        "Chỉ tiêu 1.1: các nội dung cộng lại được 3",
    );
    // Known contents may leave something for unknown ones, but not exceed the indicator.
    let more = "max_points = 7\nstatus = \"sourced\"\nrule = \"judged\"";
    refused(
        POINTS,
        "status = \"not_applicable\"\nrule = \"judged\"",
        more,
        "max_points = 6",
        "Chỉ tiêu 1.2",
    );
}

#[test]
fn numbers_and_ids_that_repeat_or_skip() {
    refused(
        POINTS,
        "number = 1\n",
        "number = 2\n",
        "number = 2",
        "Tiêu chí số 2 bị trùng hoặc sai thứ tự",
    );
    let error = refused(
        POINTS,
        "number = \"1.2\"",
        "number = \"1.1\"",
        "number = \"1.1\"\ntitle = \"Chỉ tiêu hai\"",
        "1.1",
    );
    assert_eq!(error.cure, "Chỉ tiêu ở vị trí này phải là số 1.2.");
    refused(
        POINTS,
        "number = \"1.2\"",
        "number = \"1.3\"",
        "number = \"1.3\"",
        "sai thứ tự",
    );
    refused(
        POINTS,
        "id = \"nd2\"",
        "id = \"nd1\"",
        "id = \"nd1\"\ntext = \"Nội dung hai\"",
        "bị trùng",
    );
    refused(
        POINTS,
        "id = \"nd2\"",
        "id = \"*\"",
        "id = \"*\"",
        "Mã “*” không hợp lệ",
    );
    refused(
        POINTS,
        "id = \"nd2\"",
        "id = \"Nội dung\"",
        "id = \"Nội",
        "không hợp lệ",
    );
    refused(
        POINTS,
        "id = \"b\"",
        "id = \"a\"",
        "heads",
        "Mã “a” được kê khai hai lần",
    );
    refused(
        POINTS,
        "id = \"THU_1\"",
        "id = \"bộ 1\"",
        "id = \"bộ",
        "Mã bộ tiêu chí không hợp lệ",
    );
}

#[test]
fn numbers_that_are_no_points() {
    let error = refused(
        POINTS,
        "points = \"0,25\"",
        "points = 0.25",
        "{ from = 50",
        "phải đặt trong dấu nháy",
    );
    assert!(error.cure.contains("\"0,25\""));
    refused(
        POINTS,
        "points = \"0,25\"",
        "points = \"0,125\"",
        "{ from = 50",
        "“0,125” không phải là số điểm",
    );
    refused(
        POINTS,
        "points = \"0,25\"",
        "points = \"nửa\"",
        "{ from = 50",
        "“nửa” không phải là số điểm",
    );
    refused(
        POINTS,
        "max_points = 6",
        "max_points = -6",
        "max_points = -6",
        "ngoài khoảng",
    );
    refused(POINTS, "each = \"0,25\"", "each = 0", "each", "Mức trừ điểm bằng 0");
    refused(
        POINTS,
        "at_least = 8",
        "at_least = 11",
        "test = \"total\"",
        "cao hơn điểm tối đa",
    );
    refused(
        POINTS,
        "points = 4,",
        "points = 5,",
        "no_case",
        "Điểm khi không phát sinh cao hơn",
    );
    refused(POINTS, "below = 90", "below = 101", "{ from = 50", "Tỷ lệ lớn hơn 100%");
    refused(
        PASS_FAIL,
        "at_least = 80",
        "at_least = 800",
        "at_least = 800",
        "Tỷ lệ lớn hơn 100%",
    );
    refused(
        PASS_FAIL,
        "at_least = 1\n",
        "at_least = 0\n",
        "at_least = 0",
        "Số lượng tối thiểu không hợp lệ",
    );
    refused(
        PASS_FAIL,
        "at_least = 1\n",
        "at_least = \"1,5\"\n",
        "at_least = \"1,5\"",
        "không phải số nguyên",
    );
    refused(POINTS, "version = 1", "version = 0", "version", "Phiên bản phải từ 1");
    refused(
        POINTS,
        "last_year = 2024",
        "last_year = 2021",
        "last_year",
        "Năm cuối trước năm đầu",
    );
    refused(POINTS, "\"10/01\"", "\"31/02\"", "before", "không phải là ngày/tháng");
    refused(POINTS, "\"10/01\"", "\"1/1\"", "before", "không phải là ngày/tháng");
}

#[test]
fn points_where_there_are_none_and_none_where_there_are() {
    let of_1_2 = "max_points = 6\nstatus = \"estimated\"\n";
    refused(
        POINTS,
        of_1_2,
        "status = \"not_applicable\"\n",
        "[[criteria.indicators]]\nnumber = \"1.2\"",
        "Chưa ghi điểm tối đa của chỉ tiêu",
    );
    refused(
        POINTS,
        "status = \"not_applicable\"",
        "status = \"sourced\"",
        "status = \"sourced\"\nrule = \"judged\"",
        "Chưa ghi số",
    );
    refused(
        PASS_FAIL,
        "status = \"not_applicable\"\n\n[[criteria.indicators]]",
        "max_points = 3\nstatus = \"sourced\"\n\n[[criteria.indicators]]",
        "max_points",
        "không chấm điểm",
    );
    refused(
        POINTS,
        "no_case = { text = \"Không phát sinh\", points = 4, ",
        "no_case = { text = \"Không phát sinh\", ",
        "no_case",
        "chưa ghi điểm",
    );
    refused(
        PASS_FAIL,
        "no_case = { text = \"Không phát sinh\", ",
        "no_case = { text = \"Không phát sinh\", points = 1, ",
        "no_case",
        "không chấm điểm",
    );
    refused(
        PASS_FAIL,
        "no_case = { text = \"Không phát sinh\", status = \"estimated\" }",
        "no_case = { text = \"Không phát sinh\", status = \"not_applicable\" }",
        "no_case",
        "phải có trạng thái nguồn",
    );
    refused(
        PASS_FAIL,
        "at_least = 80\n",
        "",
        "status = \"estimated\"\nrule = \"ratio",
        "Chưa ghi số",
    );
}
