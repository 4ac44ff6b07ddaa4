//! Dates as they are typed here: `03/05/2024`, `3.5.2024`, `03052024`.

use shared::workflow::Date;

/// What to type instead.
pub const HELP: &str = "Hãy nhập ngày theo dạng ngày/tháng/năm, ví dụ 03/05/2024.";

/// Reads a typed date. `None` for a day that does not exist or another form; see [`HELP`].
pub fn parse(text: &str) -> Option<Date> {
    let text = text.trim();
    let parts: Vec<&str> = if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        vec![text.get(..2)?, text.get(2..4)?, text.get(4..)?]
    } else {
        text.split(['/', '-', '.', ' '])
            .filter(|part| !part.is_empty())
            .collect()
    };
    match parts.as_slice() {
        [day, month, year] if year.len() == 4 => Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_a_date_is_typed() {
        let third_of_may = Date::new(2024, 5, 3);
        for text in [
            "03/05/2024",
            "3/5/2024",
            "03-05-2024",
            "3.5.2024",
            " 03 05 2024 ",
            "03052024",
        ] {
            assert_eq!(parse(text), third_of_may, "{text}");
        }
        for text in ["", "3/5", "2024-05-03", "31/02/2024", "03/05/24", "ngày 3"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
