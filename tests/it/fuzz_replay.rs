//! The fuzz targets without a fuzzing engine: what they hold is held for every kept input and some changes of it.
//!
//! The inputs are those of `fuzz/seeds`: small ones written by hand, and what fuzzing found, mended since. How to look for
//! more: `fuzz/README.md`.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::fuzz_targets::{Hold, TARGETS};
use crate::harness::project;
use crate::wreckage::Random;

/// Most bytes of all kept inputs.
const SEEDS_BYTES_MAX: u64 = 200 * 1024;
/// Changed copies of each kept input that are tried.
const CHANGES: usize = 12;

/// The kept inputs of a target, in the order of their names.
fn seeds(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = project().join("fuzz/seeds").join(target);
    let files: BTreeSet<PathBuf> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.into_iter().map(|file| (file.clone(), fs::read(file).unwrap())).collect()
}

/// Names the input of a promise that is broken.
struct Named<'a>(&'a str, &'a [u8]);

impl Drop for Named<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the target does not hold for {}: {:?}", self.0, String::from_utf8_lossy(self.1));
        }
    }
}

fn try_out(hold: Hold, name: &str, bytes: &[u8]) {
    let _named = Named(name, bytes);
    hold(bytes);
}

/// A copy of bytes with a cut, a repetition, or some others in the place of some.
fn changed(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    let from = random.below(bytes.len() + 1);
    let to = from + random.below(bytes.len() - from + 1);
    match random.below(4) {
        0 => changed.truncate(from),
        1 => drop(changed.drain(from..to)),
        2 => changed.splice(from..from, bytes[from..to].iter().copied()).for_each(drop),
        _ => {
            for _ in 0..=random.below(4) {
                if let Some(byte) = changed.get_mut(random.below(bytes.len().max(1))) {
                    *byte = random.below(256) as u8;
                }
            }
        }
    }
    changed
}

fn replay(target: &str) {
    let (_, hold) = TARGETS.iter().find(|(name, _)| *name == target).unwrap();
    let mut random = Random::new(1);
    for (file, bytes) in seeds(target) {
        let name = file.display().to_string();
        try_out(*hold, &name, &bytes);
        for _ in 0..CHANGES {
            try_out(*hold, &format!("a change of {name}"), &changed(&bytes, &mut random));
        }
    }
    try_out(*hold, "nothing", b"");
}

#[test]
fn front_matter() {
    replay("front_matter");
}

#[test]
fn html() {
    replay("html");
}

#[test]
fn http_parameters() {
    replay("http_parameters");
}

#[test]
fn jsonl() {
    replay("jsonl");
}

#[test]
fn query() {
    replay("query");
}

#[test]
fn taxonomy() {
    replay("taxonomy");
}

#[test]
fn text_cleaning() {
    replay("text_cleaning");
}

#[test]
fn every_target_has_a_program_seeds_and_a_replay_and_seeds_stay_small() {
    let own = include_str!("fuzz_replay.rs");
    let manifest = fs::read_to_string(project().join("fuzz/Cargo.toml")).unwrap();
    let mut bytes = 0;
    let listed = |folder: &str| -> BTreeSet<String> {
        let files = fs::read_dir(project().join("fuzz").join(folder)).unwrap();
        files.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()).collect()
    };
    let names: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!((&listed("fuzz_targets"), &listed("seeds")), (&names, &names));
    for name in &names {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name} is no program");
        assert!(own.contains(&format!("replay(\"{name}\")")), "{name} is not replayed");
        bytes += seeds(name).iter().map(|(_, seed)| seed.len() as u64).sum::<u64>();
    }
    assert!(bytes <= SEEDS_BYTES_MAX, "the kept inputs are {bytes} bytes: keep fewer or smaller ones");
}
