//! Going back: the generation before the live one made live again, and what happens where there is none or a broken one.

use std::fs;

use serde_json::Value;

use crate::harness::Desk;

/// A desk whose one article says "first", then "second".
fn twice() -> (Desk, Value, Value) {
    let desk = Desk::new();
    desk.article("turn", "title: Turn\ndate: 2024-03-26", "The first text.");
    let first = desk.indexed()["generation"].clone();
    desk.article("turn", "title: Turn\ndate: 2024-03-26", "The second text.");
    let second = desk.indexed()["generation"].clone();
    (desk, first, second)
}

#[test]
fn the_generation_before_answers_again_and_the_next_run_goes_forward() {
    let (desk, first, second) = twice();
    assert!(desk.get("/api/v1/search?q=second").body.contains("\"id\":\"turn\""));
    let done = desk.run(&["rollback", "--format", "json"]).ended(0).json();
    assert_eq!((&done["generation"], &done["left"]), (&first, &second));
    assert_eq!((desk.ids(&["first"]), desk.ids(&["second"])), (vec!["turn".to_owned()], vec![]));
    desk.reopen();
    assert!(desk.get("/api/v1/search?q=first").body.contains("\"id\":\"turn\""), "a running server follows");
    assert_eq!(desk.run(&["check", "--verify-index", "--format", "json"]).code, 0);
    // The corpus still has the second text.
    let again = desk.indexed();
    assert_eq!((&again["generation"], &again["changed"]), (&second, &Value::from(true)));
    assert_eq!(desk.ids(&["second"]), ["turn"]);
    // And back once more, in words.
    let told = desk.run(&["rollback"]).ended(0).out;
    assert!(told.contains(first.as_str().unwrap()) && told.contains("dossier index"), "{told}");
}

#[test]
fn without_an_earlier_generation_nothing_changes() {
    let desk = Desk::new();
    assert!(desk.run(&["rollback"]).ended(2).err.contains("there is no index"));
    desk.article("turn", "title: Turn\ndate: 2024-03-26", "The first text.");
    desk.indexed();
    let refused = desk.run(&["rollback"]).ended(2);
    assert!(refused.err.contains("nothing to go back to") && refused.out.is_empty(), "{refused:?}");
    assert_eq!(desk.ids(&["first"]), ["turn"]);
}

#[test]
fn a_damaged_generation_is_not_gone_back_to_and_a_damaged_live_one_is_left() {
    let (desk, first, second) = twice();
    let folder = |name: &Value| desk.index().join(name.as_str().unwrap());
    let ledger = folder(&first).join("ledger.json");
    let whole = fs::read_to_string(&ledger).unwrap();
    fs::write(&ledger, whole.replace("turn", "burn")).unwrap();
    let refused = desk.run(&["rollback"]).ended(2);
    assert!(refused.err.contains("damaged"), "{refused:?}");
    assert_eq!(desk.ids(&["second"]), ["turn"]);
    fs::write(&ledger, whole).unwrap();
    fs::write(folder(&second).join("manifest.json"), "no JSON").unwrap();
    desk.run(&["search", "second"]).ended(2);
    desk.run(&["rollback"]).ended(0);
    assert_eq!(desk.ids(&["first"]), ["turn"]);
}
