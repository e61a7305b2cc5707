//! A panic made a message: so that a mistake of ours or of a library costs one file and not the run.
//!
//! Helps against panics only. What hangs, overflows the stack or eats all memory needs a process of its own.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook, take_hook};
use std::sync::Once;

/// Longest message of a panic that is told, in characters.
const MESSAGE_CHARS_MAX: usize = 200;

static HOOK: Once = Once::new();
thread_local! {
    /// How many guards this thread is under.
    static GUARDS: Cell<usize> = const { Cell::new(0) };
    /// What the last panic under a guard said.
    static TOLD: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// A panic that was caught.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the program failed on it ({0}), a mistake of the program; report it, and take the file out until then")]
pub struct Failure(pub String);

/// Does some work, and makes a panic in it an error that says what and where. Nothing is printed for it.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Failure> {
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            if GUARDS.get() == 0 {
                before(panic);
            } else {
                TOLD.set(Some(told(panic)));
            }
        }));
    });
    GUARDS.set(GUARDS.get() + 1);
    // The work is given up as a whole: nobody sees what it left half done.
    let done = catch_unwind(AssertUnwindSafe(work));
    GUARDS.set(GUARDS.get() - 1);
    done.map_err(|_| {
        let failure = Failure(TOLD.take().unwrap_or_else(|| "a panic without words".to_owned()));
        tracing::debug!(%failure, "a panic was caught");
        failure
    })
}

/// What a panic says and where, by the name of the source file only: full paths are of the machine that built it.
fn told(panic: &PanicHookInfo<'_>) -> String {
    let words: String = panic.payload_as_str().unwrap_or("a panic").chars().take(MESSAGE_CHARS_MAX).collect();
    match panic.location() {
        Some(place) => {
            let file = place.file().rsplit(['/', '\\']).next().unwrap_or_default();
            format!("{words}, {file} line {}", place.line())
        }
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_words_with_its_place_and_work_goes_on() {
        let failure = guarded(|| [1, 2][std::hint::black_box(4)]).unwrap_err();
        assert!(failure.0.contains("out of bounds") && failure.0.contains("guard.rs line "), "{failure}");
        assert_eq!(guarded(|| 3), Ok(3));
        let inner = guarded(|| guarded(|| panic!("inner")).map(|()| 1).unwrap_or(2));
        assert_eq!(inner, Ok(2));
    }
}
