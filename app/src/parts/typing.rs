//! What one text field remembers, so that typing and news from a colleague never get into each other's way.
//!
//! The element belongs to the official while it has the focus: nothing is written into it (Telex and VNI rewrite the
//! word at the caret, and a value set from outside breaks the composition and moves the caret). What arrives meanwhile
//! waits here and is shown when the official leaves the field with nothing of their own left unsaved.

/// Keeps the fields of one group apart in the text they are remembered as; it cannot be typed.
pub const SEPARATOR: char = '\u{1f}';

/// One field: what was saved when the official last saw it, and what they have typed since.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typing {
    base: String,
    typed: Option<String>,
    news: Option<String>,
    composing: bool,
}

/// An edit ready to be saved: from what the official saw, to what they typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The text the official started from.
    pub base: String,
    /// The text they want.
    pub new: String,
}

/// Between base and new in a kept draft; it cannot be typed.
const BETWEEN: char = '\u{1e}';

impl Edit {
    /// As one text, to be kept on this machine.
    pub fn encode(&self) -> String {
        format!(
            "{}{BETWEEN}{}",
            self.base.replace(BETWEEN, ""),
            self.new.replace(BETWEEN, "")
        )
    }

    /// From a kept text; `None` for anything else.
    pub fn decode(text: &str) -> Option<Self> {
        let (base, new) = text.split_once(BETWEEN)?;
        Some(Self {
            base: base.to_owned(),
            new: new.to_owned(),
        })
    }
}

impl Typing {
    /// A field that shows `saved`; `draft` is what was typed earlier on this machine and never saved.
    pub fn new(saved: &str, draft: Option<Edit>) -> Self {
        match draft {
            Some(edit) if edit.new != edit.base => Self {
                news: (edit.base != saved).then(|| saved.to_owned()),
                base: edit.base,
                typed: Some(edit.new),
                composing: false,
            },
            _ => Self {
                base: saved.to_owned(),
                ..Self::default()
            },
        }
    }

    /// What the field shows.
    pub fn text(&self) -> &str {
        self.typed.as_deref().unwrap_or(&self.base)
    }

    /// What was saved when the official last saw it.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The official typed; `composing` is true in the middle of a Telex or VNI word.
    pub fn typed(&mut self, text: &str, composing: bool) {
        self.composing = composing;
        self.typed = (text != self.base).then(|| text.to_owned());
    }

    /// The word is finished.
    pub fn composed(&mut self) {
        self.composing = false;
    }

    /// Whether a Telex or VNI word is half typed.
    pub fn is_composing(&self) -> bool {
        self.composing
    }

    /// The save of `edit` did not happen: it is unsaved again, unless more was typed since.
    pub fn failed(&mut self, edit: &Edit) {
        if self.typed.is_none() {
            self.typed = Some(edit.new.clone());
        }
        self.base.clone_from(&edit.base);
    }

    /// What is not saved yet.
    pub fn unsaved(&self) -> Option<Edit> {
        self.typed.as_ref().map(|typed| Edit {
            base: self.base.clone(),
            new: typed.clone(),
        })
    }

    /// The edit is being saved: what was typed becomes what the official saw. What waited is weighed by the save; what the
    /// dossier holds afterwards has to [arrive](Self::arrives).
    pub fn take(&mut self) -> Option<Edit> {
        let edit = self.unsaved()?;
        self.base.clone_from(&edit.new);
        self.typed = None;
        self.composing = false;
        self.news = None;
        Some(edit)
    }

    /// The saved text is now `saved` (a colleague's edit, or our own merged with one). Gives what to write into the
    /// element, or nothing while it has the focus or holds something unsaved.
    pub fn arrives(&mut self, saved: &str, focused: bool) -> Option<String> {
        if self.typed.is_none() && saved == self.base {
            self.news = None;
            return None;
        }
        if focused || self.typed.is_some() {
            self.news = Some(saved.to_owned());
            return None;
        }
        self.news = None;
        saved.clone_into(&mut self.base);
        Some(saved.to_owned())
    }

    /// The field lost the focus: what to write into the element, if news waited and nothing of our own is unsaved.
    pub fn left(&mut self) -> Option<String> {
        if self.typed.is_some() {
            return None;
        }
        let news = self.news.take()?;
        self.base.clone_from(&news);
        Some(news)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(base: &str, new: &str) -> Edit {
        Edit {
            base: base.into(),
            new: new.into(),
        }
    }

    #[test]
    fn nothing_is_written_into_a_field_that_has_the_focus() {
        let mut field = Typing::new("Hai lớp", None);
        assert_eq!(field.arrives("Ba lớp", true), None);
        assert_eq!(field.text(), "Hai lớp");
        assert_eq!(field.left().as_deref(), Some("Ba lớp"), "shown once the official left");
    }

    #[test]
    fn a_colleagues_text_never_replaces_what_is_unsaved() {
        let mut field = Typing::new("Hai lớp", None);
        field.typed("Hai lớp tập", false);
        assert_eq!(field.arrives("Ba lớp", false), None);
        assert_eq!(field.text(), "Hai lớp tập");
        assert_eq!(field.take(), Some(edit("Hai lớp", "Hai lớp tập")));
    }

    #[test]
    fn an_edit_is_saved_once_and_the_next_starts_from_it() {
        let mut field = Typing::new("", None);
        field.typed("tie", true);
        assert!(field.is_composing());
        assert_eq!(field.take(), Some(edit("", "tie")), "leaving saves even half a word");
        field.typed("tiếng", true);
        field.composed();
        assert!(!field.is_composing());
        assert_eq!(field.take(), Some(edit("tie", "tiếng")));
        assert_eq!(field.take(), None);
    }

    #[test]
    fn a_failed_save_is_unsaved_again() {
        let mut field = Typing::new("một", None);
        field.typed("một hai", false);
        let lost = field.take().unwrap();
        field.failed(&lost);
        assert_eq!(field.unsaved(), Some(edit("một", "một hai")));
        let lost = field.take().unwrap();
        field.typed("một hai ba", false);
        field.failed(&lost);
        assert_eq!(
            field.unsaved(),
            Some(edit("một", "một hai ba")),
            "what was typed since is kept"
        );
    }

    #[test]
    fn what_waited_arrives_again_after_the_save() {
        let mut field = Typing::new("một hai ba", None);
        assert_eq!(field.arrives("một", true), None);
        field.typed("một hai", false);
        let lost = field.take().unwrap();
        assert_eq!(field.left(), None, "weighed by the save");
        assert_eq!(
            field.clone().arrives("một", false).as_deref(),
            Some("một"),
            "nothing came of it"
        );
        field.failed(&lost);
        assert_eq!(field.arrives("một", false), None);
        field.typed("một hai ba", false);
        assert_eq!(field.left().as_deref(), Some("một"), "given up after it failed");
    }

    #[test]
    fn what_we_saw_is_the_base_even_after_a_merge() {
        let mut field = Typing::new("một", None);
        field.typed("một hai", false);
        assert!(field.take().is_some());
        // A colleague inserted "không " meanwhile; the document now holds both, the focused field does not.
        assert_eq!(field.arrives("không một hai", true), None);
        field.typed("một hai ba", false);
        assert_eq!(field.take(), Some(edit("một hai", "một hai ba")));
        assert_eq!(field.arrives("không một hai ba", true), None);
        assert_eq!(field.left().as_deref(), Some("không một hai ba"));
    }

    #[test]
    fn a_draft_of_an_earlier_page_is_unsaved_and_keeps_its_base() {
        let mut field = Typing::new("mới", Some(edit("cũ", "cũ thêm")));
        assert_eq!(field.text(), "cũ thêm");
        assert_eq!(field.take(), Some(edit("cũ", "cũ thêm")));
        assert_eq!(
            Typing::new("a", Some(edit("a", "a"))).unsaved(),
            None,
            "an equal draft is none"
        );
    }

    #[test]
    fn a_draft_is_kept_as_one_text() {
        let kept = edit("Hai lớp\u{1f}20", "Hai lớp, một").encode();
        assert_eq!(Edit::decode(&kept), Some(edit("Hai lớp\u{1f}20", "Hai lớp, một")));
        assert_eq!(Edit::decode("không phải"), None);
    }

    #[test]
    fn typing_back_to_what_was_saved_leaves_nothing_to_save() {
        let mut field = Typing::new("17", None);
        field.typed("175", false);
        field.typed("17", false);
        assert_eq!(field.take(), None);
    }
}
