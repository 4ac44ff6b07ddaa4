//! Several fields that are saved together as one text. Each has its own [`Typing`]: only the one the official is in is
//! kept from a colleague's news, so that typing a reason never saves old points over newer ones.

use super::typing::{Edit, SEPARATOR, Typing};

/// The fields, in the order of the joined text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedFields(Vec<Typing>);

/// What to write into a field: its place from 0, and the text.
pub type News = (usize, String);

impl TypedFields {
    /// `count` fields that show `saved`; in those that `draft` changed, what was typed earlier on this machine and never
    /// saved.
    pub fn new(count: usize, saved: &str, draft: Option<&Edit>) -> Self {
        let of = |place| {
            let part = |text: &str| parts(text, count).nth(place).map(str::to_owned);
            draft.and_then(|edit| {
                Some(Edit {
                    base: part(&edit.base)?,
                    new: part(&edit.new)?,
                })
            })
        };
        let mut saved = parts(saved, count);
        Self(
            (0..count)
                .map(|place| Typing::new(saved.next().unwrap_or_default(), of(place)))
                .collect(),
        )
    }

    /// What the fields show, joined.
    pub fn text(&self) -> String {
        joined(self.0.iter().map(Typing::text))
    }

    /// The official typed into the field at `place`; `composing` is true in the middle of a Telex or VNI word.
    pub fn typed(&mut self, place: usize, text: &str, composing: bool) {
        if let Some(field) = self.0.get_mut(place) {
            field.typed(text, composing);
        }
    }

    /// The word is finished.
    pub fn composed(&mut self) {
        self.0.iter_mut().for_each(Typing::composed);
    }

    /// Whether a Telex or VNI word is half typed.
    pub fn is_composing(&self) -> bool {
        self.0.iter().any(Typing::is_composing)
    }

    /// What is not saved yet, with the other fields as the official sees them.
    pub fn unsaved(&self) -> Option<Edit> {
        self.0.iter().any(|field| field.unsaved().is_some()).then(|| Edit {
            base: joined(self.0.iter().map(Typing::base)),
            new: self.text(),
        })
    }

    /// The edit is being saved: what was typed becomes what the official saw.
    pub fn take(&mut self) -> Option<Edit> {
        let edit = self.unsaved()?;
        for field in &mut self.0 {
            field.take();
        }
        Some(edit)
    }

    /// The save of `edit` did not happen: what it changed is unsaved again, unless more was typed since.
    pub fn failed(&mut self, edit: &Edit) {
        let count = self.0.len();
        let (bases, news) = (parts(&edit.base, count), parts(&edit.new, count));
        for (field, (base, new)) in self.0.iter_mut().zip(bases.zip(news)) {
            if base != new {
                field.failed(&Edit {
                    base: base.to_owned(),
                    new: new.to_owned(),
                });
            }
        }
    }

    /// The saved text is now `saved`, and the official is in the field at `focused`. Gives what to write into the others.
    pub fn arrives(&mut self, saved: &str, focused: Option<usize>) -> Vec<News> {
        let count = self.0.len();
        let fields = self.0.iter_mut().enumerate().zip(parts(saved, count));
        fields
            .filter_map(|((place, field), text)| Some((place, field.arrives(text, focused == Some(place))?)))
            .collect()
    }

    /// The official has left a field for the one at `focused`, or for something else. Gives what waited to be shown.
    pub fn left(&mut self, focused: Option<usize>) -> Vec<News> {
        let fields = self.0.iter_mut().enumerate();
        fields
            .filter(|(place, _)| focused != Some(*place))
            .filter_map(|(place, field)| Some((place, field.left()?)))
            .collect()
    }
}

/// The last of `count` parts takes whatever is left, so that no text is cut.
fn parts(text: &str, count: usize) -> impl Iterator<Item = &str> {
    text.splitn(count, SEPARATOR)
}

fn joined<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    parts.collect::<Vec<_>>().join(&SEPARATOR.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const REASON: usize = 1;

    fn text(points: &str, reason: &str) -> String {
        joined([points, reason].into_iter())
    }

    fn fields(points: &str, reason: &str) -> TypedFields {
        TypedFields::new(2, &text(points, reason), None)
    }

    fn edit(base: (&str, &str), new: (&str, &str)) -> Edit {
        Edit {
            base: text(base.0, base.1),
            new: text(new.0, new.1),
        }
    }

    #[test]
    fn a_colleagues_points_are_shown_and_saved_while_the_reason_is_typed() {
        let mut fields = fields("5", "cũ");
        assert_eq!(fields.arrives(&text("4", "cũ"), Some(REASON)), [(0, "4".to_owned())]);
        fields.typed(REASON, "mới", false);
        assert_eq!(fields.arrives(&text("3", "cũ"), Some(REASON)), [(0, "3".to_owned())]);
        assert_eq!(fields.take(), Some(edit(("3", "cũ"), ("3", "mới"))));
    }

    #[test]
    fn the_field_the_official_is_in_is_left_alone_until_they_leave_it() {
        let mut fields = fields("5", "cũ");
        assert_eq!(fields.arrives(&text("5", "của bạn"), Some(REASON)), []);
        assert_eq!(fields.text(), text("5", "cũ"));
        assert_eq!(fields.left(Some(REASON)), [], "still in it");
        assert_eq!(fields.left(Some(0)), [(REASON, "của bạn".to_owned())]);
    }

    #[test]
    fn a_half_composed_word_is_never_written_over() {
        let mut fields = fields("5", "");
        fields.typed(REASON, "tie", true);
        assert!(fields.is_composing());
        assert_eq!(fields.arrives(&text("4", "của bạn"), None), [(0, "4".to_owned())]);
        assert_eq!(fields.text(), text("4", "tie"));
    }

    #[test]
    fn a_draft_brings_back_only_the_fields_it_changed() {
        let draft = edit(("5", "cũ"), ("5", "cũ và"));
        let mut fields = TypedFields::new(2, &text("3", "cũ"), Some(&draft));
        assert_eq!(fields.take(), Some(edit(("3", "cũ"), ("3", "cũ và"))));
    }

    #[test]
    fn a_failed_save_brings_back_only_the_fields_it_changed() {
        let mut fields = fields("5", "cũ");
        fields.typed(REASON, "mới", false);
        let lost = fields.take().unwrap();
        assert_eq!(fields.arrives(&text("4", "cũ"), Some(REASON)), [(0, "4".to_owned())]);
        fields.failed(&lost);
        assert_eq!(fields.unsaved(), Some(edit(("4", "cũ"), ("4", "mới"))));
    }

    #[test]
    fn one_field_keeps_every_character() {
        let odd = text("một", "hai");
        let mut field = TypedFields::new(1, &odd, None);
        assert_eq!(field.text(), odd);
        assert_eq!(field.arrives(&text("ba", "bốn"), None), [(0, text("ba", "bốn"))]);
    }
}
