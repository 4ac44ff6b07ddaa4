//! Explanations in documents: what colleagues write at the same time is never lost, whatever the script.

mod dossier_kit;

use automerge::{Automerge, ReadDoc};
use dossier_kit::*;
use proptest::prelude::*;
use shared::dossier::layout::Layout;
use shared::dossier::{DossierError, read, write};
use std::collections::BTreeSet;

fn edit(doc: &mut Automerge, who: u128, base: &str, new: &str) -> Option<Vec<u8>> {
    write::edit_explanation(doc, &official(who), &number("5.4"), base, new, 1).unwrap()
}

fn text(doc: &Automerge) -> String {
    read::explanation(doc, &number("5.4")).unwrap()
}

#[test]
fn words_that_arrived_while_typing_stay() {
    let mut doc = device();
    edit(&mut doc, 1, "", "Đã niêm yết tại trụ sở.");
    let shown = text(&doc);
    // a colleague's words arrive while the official types, from another device
    let mut colleague = doc.fork();
    edit(&mut colleague, 2, &shown, "Đã niêm yết tại trụ sở và nhà văn hóa.");
    doc.merge(&mut colleague).unwrap();
    edit(&mut doc, 1, &shown, "Đã niêm yết 05 ngày tại trụ sở.");
    assert_eq!(text(&doc), "Đã niêm yết 05 ngày tại trụ sở và nhà văn hóa.");
    // the same base once more (the screen was not refreshed): nothing is doubled
    assert_eq!(edit(&mut doc, 1, &shown, "Đã niêm yết 05 ngày tại trụ sở."), None);
    assert_eq!(text(&doc), "Đã niêm yết 05 ngày tại trụ sở và nhà văn hóa.");
}

#[test]
fn an_edit_is_small_and_a_text_that_stands_is_no_edit() {
    let mut doc = device();
    edit(&mut doc, 1, "", "Tiếp cận pháp luật");
    let one = one_change(&edit(&mut doc, 1, "Tiếp cận pháp luật", "Tiếp cận pháp luật 2024").unwrap());
    assert_eq!(one.len(), " 2024".len());
    assert_eq!(
        edit(&mut doc, 1, "Tiếp cận pháp luật 2024", "Tiếp cận pháp luật 2024"),
        None
    );
    // decomposed, as some keyboards send it, is the same text
    assert_eq!(
        edit(
            &mut doc,
            1,
            "Tiếp cận pháp luật 2024",
            "Tie\u{302}\u{301}p cận pháp luật 2024"
        ),
        None
    );
    let object = Layout::of_document(&doc).unwrap().explanation(&number("5.4")).unwrap();
    assert_eq!(doc.length(&object), "Tiếp cận pháp luật 2024".chars().count());
}

#[test]
fn a_text_too_long_is_refused_and_can_still_be_shortened() {
    let mut doc = device();
    let long = "ộ".repeat(20_000);
    edit(&mut doc, 1, "", &long);
    let heads = doc.get_heads();
    let more = format!("{long}x");
    let refused = write::edit_explanation(&mut doc, &official(1), &number("5.4"), &long, &more, 1);
    assert!(matches!(refused, Err(DossierError::BadValue(_))));
    assert_eq!(doc.get_heads(), heads);
    // two apart may exceed it together: nothing is cut, and shortening works
    let mut other = doc.fork();
    edit(&mut doc, 1, &long, "a");
    edit(&mut other, 2, &long, &format!("{}bb", &long["ộ".len() * 2..]));
    meet(&mut doc, &mut other);
    let both = text(&doc);
    assert!(both.contains('a') && both.contains("bb"));
    edit(&mut doc, 1, &both, "");
    assert_eq!(text(&doc), "");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Two officials edit for a while; they hear of each other now and then, and one of the two screens is never
    /// refreshed, so that its base is always behind. Every character is put in once: in the end there is what was put in
    /// and what nobody took out of a text they were looking at.
    #[test]
    fn what_was_not_seen_is_never_deleted(
        edits in proptest::collection::vec((any::<bool>(), 0..30_usize, 0..5_usize, 0..5_u32, any::<bool>()), 1..40),
    ) {
        let mut docs = [device(), device()];
        let mut shown = [String::new(), String::new()];
        let mut fresh = 0x4e00;
        let mut expected = BTreeSet::new();
        for (second, from, drop, put, meets) in edits {
            let who = usize::from(second);
            let put: Vec<char> = (fresh..fresh + put).filter_map(char::from_u32).collect();
            fresh += 5;
            let mut new: Vec<char> = shown[who].chars().collect();
            let from = from.min(new.len());
            let to = (from + drop).min(new.len());
            for taken_out in new.splice(from..to, put.iter().copied()) {
                expected.remove(&taken_out);
            }
            expected.extend(&put);
            let new: String = new.into_iter().collect();
            edit(&mut docs[who], who as u128, &shown[who], &new);
            shown[who] = new;
            if meets {
                let [a, b] = &mut docs;
                meet(a, b);
                shown[0] = text(a);
            }
        }
        let [a, b] = &mut docs;
        meet(a, b);
        let merged = text(a);
        prop_assert_eq!(merged.chars().collect::<BTreeSet<_>>(), expected.clone());
        prop_assert_eq!(merged.chars().count(), expected.len(), "nothing is there twice");
        let loaded = Automerge::load(&a.save()).unwrap();
        prop_assert_eq!(text(&loaded), text(b));
    }
}
