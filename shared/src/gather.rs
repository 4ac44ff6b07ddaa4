//! Filling ordered maps and sets.

/// Puts the items into a map or set one after another.
///
/// `collect` sorts them first, and the compiler makes that sort anew for every type of item: four kilobytes of the app's
/// download each time, for a handful of items.
pub fn gather<C: Default + Extend<T>, T>(items: impl IntoIterator<Item = T>) -> C {
    let mut all = C::default();
    all.extend(items);
    all
}
