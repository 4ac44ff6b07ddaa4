//! Counts what the columns of a chunk would unroll to, without unrolling them.

use super::inflate::InflateError;
use super::leb::Reader;

/// The bit of a column's specification that says its bytes are deflated.
pub(crate) const DEFLATED: u32 = 0b1000;

/// What is left to unroll.
pub(crate) struct Budget {
    items: u64,
    bytes: usize,
}

impl Budget {
    /// `items` for each column, `bytes` for all of them together.
    pub(crate) fn new(items: u64, bytes: usize) -> Self {
        Self { items, bytes }
    }

    pub(crate) fn bytes_left(&self) -> usize {
        self.bytes
    }

    fn spend(&mut self, bytes: u64) -> Result<(), InflateError> {
        let bytes = usize::try_from(bytes).map_err(|_| InflateError::TooLarge)?;
        self.bytes = self.bytes.checked_sub(bytes).ok_or(InflateError::TooLarge)?;
        Ok(())
    }
}

/// The specifications and lengths of the columns that follow.
pub(crate) fn specs(r: &mut Reader<'_>) -> Result<Vec<(u32, usize)>, InflateError> {
    let count = r.length()?;
    // A column of a kind appears once, and there are fewer than twenty kinds; unknown ones must be carried along.
    if count > 64 {
        return Err(InflateError::TooLarge);
    }
    let mut specs = Vec::new();
    for _ in 0..count {
        let spec = u32::try_from(r.unsigned()?).map_err(|_| InflateError::Malformed("a column's kind"))?;
        specs.push((spec, r.length()?));
    }
    Ok(specs)
}

/// Measures one column, inflated.
pub(crate) fn measure(spec: u32, column: &[u8], budget: &mut Budget) -> Result<(), InflateError> {
    budget.spend(column.len() as u64)?;
    let r = &mut Reader::new(column);
    match spec & 0b111 {
        4 => booleans(r, budget.items),
        3 => runs(r, budget, |r| r.signed().map(|_| 0)),
        5 => runs(r, budget, |r| {
            let length = r.length()?;
            r.take(length)?;
            Ok(length as u64)
        }),
        7 => Ok(()), // raw values: as many bytes as they are
        _ => runs(r, budget, |r| r.unsigned().map(|_| 0)),
    }
}

/// Alternating counts of `false` and `true`.
fn booleans(r: &mut Reader<'_>, most: u64) -> Result<(), InflateError> {
    let mut items = 0_u64;
    while !r.is_empty() {
        items = items.saturating_add(r.unsigned()?);
        if items > most {
            return Err(InflateError::TooLarge);
        }
    }
    Ok(())
}

/// Run-length encoding: a positive count and one value, a negative count and so many values, zero and a count of nulls.
/// `value` reads one value and says how many bytes each repetition of it costs.
fn runs<'a>(
    r: &mut Reader<'a>,
    budget: &mut Budget,
    mut value: impl FnMut(&mut Reader<'a>) -> Result<u64, InflateError>,
) -> Result<(), InflateError> {
    let mut items = 0_u64;
    while !r.is_empty() {
        let count = r.signed()?;
        let repeated = match count {
            0 => r.unsigned()?,
            1.. => {
                let bytes = value(r)?;
                budget.spend(bytes.saturating_mul(count.unsigned_abs()))?;
                count.unsigned_abs()
            }
            _ => {
                for _ in 0..count.unsigned_abs() {
                    value(r)?;
                }
                count.unsigned_abs()
            }
        };
        items = items.saturating_add(repeated);
        if items > budget.items {
            return Err(InflateError::TooLarge);
        }
    }
    Ok(())
}
