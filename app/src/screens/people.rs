//! Names of those who wrote, as short as they can be told apart.

use shared::dossier::read::Person;
use shared::id::UserId;
use shared::sorted::SortedMap;

/// What a change without an account is shown as: written by another program.
const OTHER_PROGRAM: &str = "qua phần mềm khác";
/// What an account is shown as whose name has not arrived yet.
const UNKNOWN: &str = "một tài khoản khác";

/// The name an author is shown under where there is room: the name, and the position where the name does not say it.
pub fn full_name(author: Option<UserId>, people: &SortedMap<UserId, Person>) -> String {
    match author {
        None => OTHER_PROGRAM.to_owned(),
        Some(user) => match people.get(&user) {
            None => UNKNOWN.to_owned(),
            Some(person) if person.position.is_empty() || person.name.contains(&person.position) => person.name.clone(),
            Some(person) => format!("{} · {}", person.name, person.position),
        },
    }
}

/// The name where there is little room: the position without its kind, `Tư pháp - Hộ tịch`.
pub fn short_name(author: Option<UserId>, people: &SortedMap<UserId, Person>) -> String {
    match author.map(|user| people.get(&user)) {
        None => OTHER_PROGRAM.to_owned(),
        Some(None) => UNKNOWN.to_owned(),
        Some(Some(person)) if person.position.is_empty() => person.name.clone(),
        Some(Some(person)) => {
            let position = person.position.as_str();
            position.strip_prefix("Công chức ").unwrap_or(position).to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_the_position_once() {
        let (a, b) = (
            UserId::new(uuid::Uuid::from_u128(1)),
            UserId::new(uuid::Uuid::from_u128(2)),
        );
        let people = SortedMap::from([
            (
                a,
                Person::new(
                    "Công chức Tư pháp - Hộ tịch, phường Thượng Cát",
                    "Công chức Tư pháp - Hộ tịch",
                ),
            ),
            (b, Person::new("Nguyễn Thị Hoa", "Trưởng Công an phường")),
        ]);
        assert_eq!(
            full_name(Some(a), &people),
            "Công chức Tư pháp - Hộ tịch, phường Thượng Cát"
        );
        assert_eq!(full_name(Some(b), &people), "Nguyễn Thị Hoa · Trưởng Công an phường");
        assert_eq!(short_name(Some(a), &people), "Tư pháp - Hộ tịch");
        assert_eq!(short_name(Some(b), &people), "Trưởng Công an phường");
        assert_eq!(short_name(None, &people), OTHER_PROGRAM);
        assert_eq!(full_name(None, &people), OTHER_PROGRAM);
    }
}
