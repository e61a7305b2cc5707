//! A disk that is full, at any point of a run, of an export and of an import: what was there answers, and the message says where
//! room is wanted.
//!
//! A small file system of memory in a space of mounts of one's own. `DOSSIER_LONG=1` makes 20 runs of it.

use std::fs;
use std::path::Path;

use crate::faults::{EVERYTHING, assert_tidy, copy, files, found, private_mounts, runs, state, write_state};
use crate::harness::{Desk, Run, binary};

/// Fills a small disk with an index, runs over it, and asks it; then once more with room. `$1` is the binary, `$2` its place, `$3`
/// the index to start from, `$4` where to write what came, `$5` the room in KiB, the rest the flags of the run.
const SCRIPT: &str = r#"
binary=$1 place=$2 sound=$3 told=$4 room=$5; shift 5
mount -t tmpfs -o size=${room}k,mode=755 none "$place"
cp -R "$sound"/. "$place"
run() { name=$1; shift; set +e; "$binary" "$@" >"$told/$name.out" 2>"$told/$name.err"; echo $? >"$told/$name.code"; set -e; }
run full index "$@"
run asked search --format json --size 100 common
run verified check --verify-index --corpus nowhere
mount -o remount,size=64m "$place"
run again index
run answered search --format json --size 100 common
run whole check --verify-index --corpus nowhere
mkdir "$told/left"; cp -R "$place"/. "$told/left"
"#;

fn told(folder: &Path, name: &str) -> Run {
    let read = |ending: &str| fs::read_to_string(folder.join(format!("{name}.{ending}"))).unwrap();
    let run = Run { code: read("code").trim().parse().unwrap(), out: read("out"), err: read("err") };
    assert!(!run.err.contains("panicked"), "{name}: {run:?}");
    run
}

#[test]
fn a_full_disk_leaves_the_last_good_index_and_names_the_place() {
    let desk = Desk::new();
    write_state(&desk, 0);
    desk.indexed();
    let Some(shell) = private_mounts(SCRIPT) else { return };
    drop(shell);
    let sound = desk.folder().join("sound");
    copy(&desk.index(), &sound);
    let kibibytes = |folder: &Path| {
        files(folder).iter().map(|file| fs::metadata(file).unwrap().len().div_ceil(4096) * 4).sum::<u64>()
    };
    let held = kibibytes(&sound);
    write_state(&desk, 1);
    let place = desk.index();
    fs::remove_dir_all(&place).unwrap();
    fs::create_dir(&place).unwrap();
    let count = runs(6, 20);
    let (mut refused, mut done) = (0, 0);
    for number in 0..count {
        // From no room at all to more than a generation and what its making needs.
        let room = held + 8 + (held * 3 * number as u64) / count as u64;
        let folder = desk.folder().join(format!("told-{number}"));
        fs::create_dir(&folder).unwrap();
        let mut shell = private_mounts(SCRIPT).unwrap();
        shell.args(["sh".as_ref(), binary().as_os_str(), place.as_os_str(), sound.as_os_str(), folder.as_os_str()]);
        shell.arg(room.to_string()).args(if number % 2 == 1 { &["--full"][..] } else { &[] });
        shell.env("DOSSIER_CORPUS", desk.corpus()).env("DOSSIER_INDEX", &place).current_dir(desk.folder());
        let ran = shell.output().unwrap();
        let when = format!("{room} KiB for {held}, run {number}");
        assert!(ran.status.success(), "{when}: {}", String::from_utf8_lossy(&ran.stderr));

        let full = told(&folder, "full");
        let now = if full.code == 0 {
            done += 1;
            1
        } else {
            refused += 1;
            assert!(full.code == 2 && full.out.is_empty(), "{when}: {full:?}");
            assert!(full.err.contains(place.to_str().unwrap()), "{when}: {full:?}");
            assert!(full.err.contains("free some space") || full.err.contains("disk is full"), "{when}: {full:?}");
            0
        };
        assert_eq!(found(&told(&folder, "asked").ended(0)), state(now), "{when}");
        told(&folder, "verified").ended(0);
        told(&folder, "again").ended(0);
        assert_eq!(found(&told(&folder, "answered").ended(0)), state(1), "{when}");
        told(&folder, "whole").ended(0);
        assert_tidy(&folder.join("left"), &when);
    }
    println!("{count} full disks: {refused} runs refused, {done} had room enough");
    assert!(refused * 3 >= count && done > 0, "{refused} refused, {done} done");
}

/// Exports and imports into a small disk. `$1` is the binary, `$2` its place, `$3` where to write what came, `$4` a page.
const WRITERS: &str = r#"
binary=$1 place=$2 told=$3 page=$4
mount -t tmpfs -o size=16k,mode=755 none "$place"
run() { name=$1; shift; set +e; "$binary" "$@" >"$told/$name.out" 2>"$told/$name.err"; echo $? >"$told/$name.code"; set -e; }
run export export --format jsonl --output "$place/all.jsonl"
ls -A "$place" >"$told/export.left"
head -c 64k /dev/zero >"$place/filler" 2>/dev/null || true
run import import "$page" --to "$place/drafts"
find "$place" -type f ! -name filler -size +0 >"$told/import.left"
rm "$place/filler"
mount -o remount,size=8m "$place"
run again export --format jsonl --output "$place/all.jsonl"
run drafted import "$page" --to "$place/drafts"
set +e; "$binary" search --format json common >/dev/full 2>"$told/stdout.err"; echo $? >"$told/stdout.code"; : >"$told/stdout.out"
"#;

#[test]
fn an_export_and_an_import_on_a_full_disk_leave_nothing_half_written() {
    let desk = Desk::new();
    write_state(&desk, 0);
    desk.indexed();
    let Some(mut shell) = private_mounts(WRITERS) else { return };
    let (place, folder) = (desk.folder().join("small"), desk.folder().join("told"));
    for made in [&place, &folder] {
        fs::create_dir(made).unwrap();
    }
    let page = desk.folder().join("page.txt");
    fs::write(&page, format!("A headline of note\n\n{}\n", "The harbour master spoke for an hour. ".repeat(60)))
        .unwrap();
    shell.args(["sh".as_ref(), binary().as_os_str(), place.as_os_str(), folder.as_os_str(), page.as_os_str()]);
    shell.env("DOSSIER_CORPUS", desk.corpus()).env("DOSSIER_INDEX", desk.index()).current_dir(desk.folder());
    let ran = shell.output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));

    let export = told(&folder, "export").ended(2);
    assert!(export.err.contains("all.jsonl") && export.err.contains("free space"), "{export:?}");
    assert_eq!(fs::read_to_string(folder.join("export.left")).unwrap(), "", "nothing half-made remains");
    let import = told(&folder, "import");
    assert!(import.code == 2 || import.code == 3, "{import:?}");
    let said = format!("{}{}", import.out, import.err);
    assert!(said.contains("drafts") || said.contains("page.txt"), "{said}");
    assert_eq!(fs::read_to_string(folder.join("import.left")).unwrap(), "", "no half draft remains: {said}");
    told(&folder, "again").ended(0);
    assert!(told(&folder, "drafted").code != 2);
    let piped = told(&folder, "stdout").ended(2);
    assert!(piped.err.contains("No space left"), "{piped:?}");
    assert_eq!(found(&desk.run(&EVERYTHING).ended(0)), state(0));
}
