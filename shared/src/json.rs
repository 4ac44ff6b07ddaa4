//! Reading JSON in the browser: what serde's `Deserialize` reads, in a quarter of the download.
//!
//! `derive(Deserialize)` makes a reader of its own for every type, as text and as a list, with an error for everything that may
//! be wrong. Here the text is read once into [`Value`], whatever it says, and a type takes its fields from there; what
//! is wrong with it nobody asks. Both read the same: the tests of each type compare them ([`agrees`]).

use crate::sorted::SortedMap;
pub use serde_json::Value;

/// What can be read from JSON.
pub trait Read: Sized {
    /// `None` for anything that is not one.
    fn read(json: &Value) -> Option<Self>;
}

/// Reads a text; `None` if it is no JSON, or not of this shape.
pub fn from_str<T: Read>(text: &str) -> Option<T> {
    T::read(&parse(text)?)
}

/// Reads a text as whatever it says; `None` if it is no JSON.
pub fn parse(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

/// Reads a field; one that is missing is as one that is `null`.
pub fn field<T: Read>(json: &Value, name: &str) -> Option<T> {
    T::read(json.as_object()?.get(name).unwrap_or(&Value::Null))
}

/// Reads a field; one that is missing is what it is by default.
pub fn field_or_default<T: Read + Default>(json: &Value, name: &str) -> Option<T> {
    match json.as_object()?.get(name) {
        Some(json) => T::read(json),
        None => Some(T::default()),
    }
}

/// Reads a type from its fields, each under its own name: `read_json!(Type { a, b; c })`, where `c` may be missing and is
/// then what it is by default.
#[macro_export]
macro_rules! read_json {
    ($type:ty { $($field:ident),+ $(; $($may_miss:ident),+)? }) => {
        impl $crate::json::Read for $type {
            fn read(json: &$crate::json::Value) -> Option<Self> {
                Some(Self {
                    $($field: $crate::json::field(json, stringify!($field))?,)+
                    $($($may_miss: $crate::json::field_or_default(json, stringify!($may_miss))?,)+)?
                })
            }
        }
    };
}

impl Read for bool {
    fn read(json: &Value) -> Option<Self> {
        json.as_bool()
    }
}

impl Read for String {
    fn read(json: &Value) -> Option<Self> {
        json.as_str().map(ToOwned::to_owned)
    }
}

impl Read for i64 {
    fn read(json: &Value) -> Option<Self> {
        json.as_i64()
    }
}

macro_rules! unsigned {
    ($($type:ty),+) => {
        $(impl Read for $type {
            fn read(json: &Value) -> Option<Self> {
                json.as_u64()?.try_into().ok()
            }
        })+
    };
}

unsigned!(u8, u16, u32, usize);

impl<T: Read> Read for Option<T> {
    fn read(json: &Value) -> Option<Self> {
        if json.is_null() {
            Some(None)
        } else {
            T::read(json).map(Some)
        }
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(json: &Value) -> Option<Self> {
        json.as_array()?.iter().map(T::read).collect()
    }
}

impl<A: Read, B: Read> Read for (A, B) {
    fn read(json: &Value) -> Option<Self> {
        match json.as_array()?.as_slice() {
            [a, b] => Some((A::read(a)?, B::read(b)?)),
            _ => None,
        }
    }
}

impl<K: for<'a> From<&'a str> + Ord, V: Read> Read for SortedMap<K, V> {
    fn read(json: &Value) -> Option<Self> {
        let mut map = Self::new();
        for (key, value) in json.as_object()? {
            map.insert(key.as_str().into(), V::read(value)?);
        }
        Some(map)
    }
}

/// For tests: whether a type reads what serde reads, and refuses what serde refuses. Tried with what `value` is written
/// as, and with every part of that left out, or replaced by each of several others.
///
/// # Errors
/// The JSON about which they do not agree.
pub fn agrees<T>(value: &T) -> Result<(), String>
where
    T: Read + PartialEq + serde::Serialize + for<'a> serde::Deserialize<'a>,
{
    let written = serde_json::to_value(value).map_err(|error| error.to_string())?;
    let mut all = damaged(&written);
    all.push(written);
    for json in all {
        let text = json.to_string();
        if from_str::<T>(&text) != serde_json::from_str(&text).ok() {
            return Err(text);
        }
    }
    Ok(())
}

/// The JSON with one part of it left out or replaced, in every way.
fn damaged(json: &Value) -> Vec<Value> {
    let others = [
        "null",
        "true",
        "-1",
        "7",
        "300",
        "5000000000",
        "1.5",
        "\"x\"",
        "\"7\"",
        "[]",
        "[7]",
    ];
    let mut all: Vec<Value> = others.iter().filter_map(|text| parse(text)).collect();
    match json {
        Value::Object(fields) => {
            for (name, field) in fields {
                let mut without = fields.clone();
                without.remove(name);
                all.push(without.into());
                for other in damaged(field) {
                    let mut with = fields.clone();
                    with.insert(name.clone(), other);
                    all.push(with.into());
                }
            }
            let mut more = fields.clone();
            more.insert("more".to_owned(), Value::Null);
            all.push(more.into());
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                for other in damaged(item) {
                    let with = items.iter().enumerate();
                    all.push(
                        with.map(|(at, item)| if at == place { &other } else { item }.clone())
                            .collect(),
                    );
                }
            }
            all.push(items.iter().chain(items).cloned().collect());
        }
        _ => {}
    }
    all
}
