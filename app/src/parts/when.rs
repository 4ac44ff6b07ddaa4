//! Points in time as people read them here: `03/01 14:05`, `hôm qua`, `3 ngày trước`.

use shared::workflow::Date;

/// A time of the wall clock of this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalTime {
    /// The day.
    pub date: Date,
    /// Hour, 0–23.
    pub hour: u8,
    /// Minute, 0–59.
    pub minute: u8,
}

impl LocalTime {
    /// `14:05` today, `03/01 14:05` this year, `03/01/2024` before.
    pub fn short(self, today: Date) -> String {
        let Self { date, hour, minute } = self;
        if date == today {
            format!("{hour:02}:{minute:02}")
        } else if date.year() == today.year() {
            format!("{:02}/{:02} {hour:02}:{minute:02}", date.day(), date.month())
        } else {
            date.to_string()
        }
    }

    /// `03/01/2024 14:05`: nothing left out.
    pub fn full(self) -> String {
        format!("{} {:02}:{:02}", self.date, self.hour, self.minute)
    }

    /// How long ago, for a table that is read at a glance: `14:05`, `hôm qua`, `3 ngày trước`, then the date.
    pub fn ago(self, today: Date) -> String {
        match self.date.days_until(today) {
            days if days <= 0 => format!("{:02}:{:02}", self.hour, self.minute),
            1 => "hôm qua".to_owned(),
            days if days <= 30 => format!("{days} ngày trước"),
            _ => self.date.to_string(),
        }
    }
}

/// The wall clock of this device at `seconds` since 1970, UTC; `None` for a time no calendar has.
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub fn local(seconds: i64) -> Option<LocalTime> {
    #[allow(clippy::cast_precision_loss, reason = "seconds of any century are exact in a double")]
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(seconds as f64 * 1000.0));
    let small = |number: u32| u8::try_from(number).ok();
    Some(LocalTime {
        date: Date::new(
            u16::try_from(date.get_full_year()).ok()?,
            small(date.get_month() + 1)?,
            small(date.get_date())?,
        )?,
        hour: small(date.get_hours())?,
        minute: small(date.get_minutes())?,
    })
}

/// `03/01/2024 14:05` on the wall clock of this device; empty for a time no calendar has.
#[cfg(all(feature = "csr", target_arch = "wasm32"))]
pub fn full(seconds: i64) -> String {
    local(seconds).map(LocalTime::full).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(year: u16, month: u8, day: u8) -> LocalTime {
        LocalTime {
            date: Date::new(year, month, day).unwrap(),
            hour: 14,
            minute: 5,
        }
    }

    #[test]
    fn as_short_as_can_be_without_being_ambiguous() {
        let today = Date::new(2025, 1, 3).unwrap();
        assert_eq!(at(2025, 1, 3).short(today), "14:05");
        assert_eq!(at(2025, 1, 2).short(today), "02/01 14:05");
        assert_eq!(at(2024, 12, 31).short(today), "31/12/2024");
        assert_eq!(at(2024, 12, 31).full(), "31/12/2024 14:05");
    }

    #[test]
    fn how_long_ago() {
        let today = Date::new(2025, 1, 3).unwrap();
        assert_eq!(at(2025, 1, 3).ago(today), "14:05");
        assert_eq!(
            at(2025, 1, 4).ago(today),
            "14:05",
            "a clock that runs ahead says nothing odd"
        );
        assert_eq!(at(2025, 1, 2).ago(today), "hôm qua");
        assert_eq!(at(2024, 12, 31).ago(today), "3 ngày trước");
        assert_eq!(at(2024, 1, 3).ago(today), "03/01/2024");
    }
}
