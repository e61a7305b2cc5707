//! Hands each input of the fuzzing engine to `dossier_fuzz::text_cleaning`, which says what must hold.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dossier_fuzz::text_cleaning::hold(bytes));
