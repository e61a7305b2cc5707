//! Hands each input of the fuzzing engine to `dossier_fuzz::taxonomy`, which says what must hold.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dossier_fuzz::taxonomy::hold(bytes));
