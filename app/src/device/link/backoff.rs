//! How long to wait before the server is tried again.

/// Milliseconds before attempt `attempt` (0 for the first try after a loss). Doubles from half a second to fifteen
/// seconds; `random` (any value) spreads it between half and the whole, so that a district's phones do not come back
/// in the same instant.
pub(super) fn delay_ms(attempt: u32, random: u32) -> u32 {
    let whole = 500_u32
        .saturating_mul(2_u32.saturating_pow(attempt.min(10)))
        .min(15_000);
    let half = whole / 2;
    half.saturating_add(random % half.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_to_a_ceiling_and_never_past_it() {
        for random in [0, 1, 77_777, u32::MAX] {
            assert!((250..500).contains(&delay_ms(0, random)));
            assert!((500..1000).contains(&delay_ms(1, random)));
            for attempt in [5, 20, u32::MAX] {
                assert!((7_500..15_000).contains(&delay_ms(attempt, random)));
            }
        }
    }

    #[test]
    fn is_spread() {
        assert_ne!(delay_ms(4, 1), delay_ms(4, 2_000));
    }
}
