//! Rules, tiers and conditions.

use super::{PASS_FAIL, POINTS, refused};

#[test]
fn tiers_out_of_order() {
    let second = "    { from = 50";
    refused(POINTS, "from = 50", "from = 60", "    { from = 60", "không nối tiếp");
    refused(
        POINTS,
        "from = 0, below = 50",
        "from = 10, below = 50",
        "    { from = 10",
        "không nối tiếp",
    );
    refused(POINTS, "below = 50, points = 0", "points = 0", second, "không nối tiếp");
    refused(POINTS, "below = 90", "below = 50", second, "kết thúc trước khi bắt đầu");
    refused(
        POINTS,
        "below = 50, points = 0",
        "below = 50, points = 1",
        second,
        "Bậc cao hơn lại được ít điểm",
    );
    refused(POINTS, "points = \"0,25\"", "points = 4", second, "cao hơn điểm tối đa");
    refused(
        POINTS,
        "status = \"derived\"",
        "status = \"not_applicable\"",
        second,
        "Có ghi số",
    );
}

#[test]
fn rules_with_too_little_or_too_much() {
    let nd2 = "max_points = 1\nstatus = \"sourced\"\nrule = \"all_or_nothing\"";
    let without = "status = \"not_applicable\"\nrule = \"all_or_nothing\"";
    refused(POINTS, nd2, without, "rule = \"all_or_nothing\"", "cần có “max_points”");
    refused(
        POINTS,
        "rule = \"all_or_nothing\"",
        "rule = \"tiers\"",
        "rule = \"tiers\"\n\n",
        "cần có “tiers”",
    );
    refused(POINTS, "each = \"0,25\"\n", "", "rule = \"penalty\"", "cần có “each”");
    refused(
        POINTS,
        "rule = \"judged\"",
        "rule = \"judged\"\neach = 1",
        "each = 1",
        "không dùng “each”",
    );
    refused(
        POINTS,
        "rule = \"judged\"",
        "rule = \"judged\"\nat_most = 1",
        "at_most",
        "không dùng “at_most”",
    );
    refused(
        POINTS,
        "rule = \"judged\"",
        "rule = \"judged\"\ntiers = []",
        "tiers = []",
        "không dùng “tiers”",
    );
    refused(
        POINTS,
        "rule = \"judged\"",
        "rule = \"judged\"\nat_least = 1",
        "at_least = 1",
        "không dùng “at_least”",
    );
    let ratio = "rule = \"judged\"\nratio = { done = \"Số a\", total = \"Số b\" }";
    refused(POINTS, "rule = \"judged\"", ratio, "ratio = {", "không dùng “ratio”");
    refused(
        POINTS,
        "each = \"0,25\"",
        "each = \"0,25\"\nmax_points = 1",
        "max_points = 1\n\n[[criteria.indicators.sub_items]]\nid = \"con",
        "không dùng “max_points”",
    );
    refused(
        PASS_FAIL,
        "at_least = 1\n",
        "",
        "rule = \"count_at_least\"",
        "cần có “at_least”",
    );
}

#[test]
fn conditions_with_too_little_or_too_much() {
    refused(POINTS, "at_least = 8\n", "", "test = \"total\"", "thiếu hoặc thừa");
    refused(
        POINTS,
        "at_least = 8\n",
        "at_least = 8\npercent = 50\n",
        "test = \"total\"",
        "thiếu hoặc thừa",
    );
    refused(
        POINTS,
        "test = \"total\"\nat_least = 8",
        "test = \"total_by_class\"\nat_least = [9, 8]",
        "test = \"total_by",
        "đúng ba mức",
    );
    refused(
        POINTS,
        "test = \"total\"\nat_least = 8",
        "test = \"each_criterion\"\npercent = 0",
        "percent",
        "từ 1 đến 100",
    );
    let twice = "[[deadlines]]\nstep = \"commune_sends\"\nbefore = \"05/01\"\ntext = \"Khác\"\nstatus = \"sourced\"\n\n[[deadlines]]\nstep = \"commune_sends\" # lại";
    refused(
        POINTS,
        "[[deadlines]]\nstep = \"commune_sends\"",
        twice,
        "step = \"commune_sends\" # lại",
        "bị ghi hai lần",
    );
}
