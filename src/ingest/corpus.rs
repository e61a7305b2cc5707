//! The corpus folder: which files below it are articles, and their bytes.
//!
//! The one room of ingest that touches the disk, and only to read. May not look into a file: what its bytes mean is
//! `formats`' to say (from there it takes the list of endings and the shape of a file, nothing else). Whatever cannot
//! be read is reported and the rest goes on; only a missing folder stops a run.

mod walk;

use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use crate::ingest::formats::{Format, SourceFile};
use crate::model::FRONT_MATTER_BYTES_MAX;
use crate::model::document::Place;
use crate::model::report::{Quarantined, Warning};

pub use walk::{scan, single_file};

/// Why a corpus cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// There is no such folder.
    #[error("there is no corpus folder `{}`; name one that exists with --corpus", .0.display())]
    Missing(PathBuf),
    /// The path names something else than a folder.
    #[error("the corpus `{}` is not a folder; name the folder that holds the articles with --corpus", .0.display())]
    NoFolder(PathBuf),
    /// The folder itself cannot be opened.
    #[error("the corpus folder `{}` cannot be read: {error}; check its permissions", .path.display())]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

/// What lies in a corpus folder.
#[derive(Debug, Default)]
pub struct Scan {
    /// The files that are articles or hold them, in the byte order of their paths.
    pub files: Vec<CorpusFile>,
    /// What cannot be read as an article, in the order of paths.
    pub quarantined: Vec<Quarantined>,
    /// What was passed over and may be a mistake: links that leave the corpus, sidecars of nothing.
    pub warnings: Vec<Warning>,
    /// What was passed over by its name, and every link that was not followed.
    pub skipped: Vec<Quarantined>,
}

/// A file of the corpus, not yet read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorpusFile {
    /// Path inside the corpus folder, with `/`.
    pub path: String,
    /// Its size when the folder was walked, in bytes.
    pub bytes: u64,
    format: Format,
    file: PathBuf,
    sidecar: Option<PathBuf>,
}

/// A file of records with its hash, to be read record by record.
#[derive(Debug)]
pub struct RecordsFile {
    /// Path inside the corpus folder, with `/`.
    pub path: String,
    /// How it is read.
    pub format: Format,
    /// The bytes of its sidecar, if it has one.
    pub sidecar: Option<Vec<u8>>,
    /// Hash of its bytes and its sidecar's.
    pub hash: String,
    /// The open file, at its beginning.
    pub file: File,
}

impl CorpusFile {
    /// The file on the disk.
    pub fn location(&self) -> &Path {
        &self.file
    }

    /// How it is read.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Path of its sidecar inside the corpus folder, if it has one.
    pub fn sidecar_path(&self) -> Option<String> {
        let name = self.sidecar.as_ref()?.file_name()?.to_string_lossy().into_owned();
        Some(match self.path.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{name}"),
            None => name,
        })
    }

    /// Whether it holds records, which are read one by one.
    pub fn holds_records(&self) -> bool {
        self.format.holds_records()
    }

    /// Opens a file of records and hashes it, without holding it in memory.
    pub fn records(&self) -> Result<RecordsFile, Quarantined> {
        let bytes_max = self.format.bytes_max();
        let (mut file, bytes) = open_limited(&self.file, bytes_max).map_err(|reason| self.quarantined(reason))?;
        if bytes == 0 {
            return Err(self.quarantined(EMPTY.to_owned()));
        }
        let sidecar = self.sidecar()?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(&bytes.to_le_bytes());
        let hashed = io::copy(&mut (&file).take(bytes_max + 1), &mut hasher).and_then(|_| file.rewind());
        hashed.map_err(|error| self.quarantined(unreadable(&error)))?;
        if let Some(sidecar) = &sidecar {
            hash_part(&mut hasher, sidecar);
        }
        let hash = hasher.finalize().to_hex().to_string();
        Ok(RecordsFile { path: self.path.clone(), format: self.format, sidecar, hash, file })
    }

    fn quarantined(&self, reason: String) -> Quarantined {
        Quarantined { place: Place { file: self.path.clone(), line: None }, reason }
    }

    fn sidecar(&self) -> Result<Option<Vec<u8>>, Quarantined> {
        let read = |sidecar: &PathBuf| read_limited(sidecar, FRONT_MATTER_BYTES_MAX as u64);
        let bytes = self.sidecar.as_ref().map(read).transpose();
        bytes.map_err(|reason| self.quarantined(format!("its sidecar: {reason}")))
    }

    /// Reads the file and its sidecar. What is empty, too large, no longer there or no ordinary file is quarantined.
    pub fn read(&self) -> Result<SourceFile, Quarantined> {
        let bytes = read_limited(&self.file, self.format.bytes_max()).map_err(|reason| self.quarantined(reason))?;
        if bytes.is_empty() {
            return Err(self.quarantined(EMPTY.to_owned()));
        }
        let sidecar = self.sidecar()?;
        let hash = content_hash(&bytes, sidecar.as_deref());
        Ok(SourceFile { path: self.path.clone(), format: self.format, bytes, sidecar, hash })
    }
}

const EMPTY: &str = "is empty; write its text, or remove it";

fn unreadable(error: &io::Error) -> String {
    format!("cannot be read: {error}; correct its permissions, or remove it")
}

fn too_large(bytes_max: u64) -> String {
    format!("is larger than {bytes_max} bytes; split it")
}

/// An ordinary file with its size, or words for the report. Anything else is not even opened: a pipe would wait
/// forever.
fn open_limited(path: &Path, bytes_max: u64) -> Result<(File, u64), String> {
    let metadata = fs::metadata(path).map_err(|error| unreadable(&error))?;
    if !metadata.is_file() {
        return Err(format!("is {}, not an ordinary file; remove it", kind_of(&metadata)));
    }
    if metadata.len() > bytes_max {
        return Err(too_large(bytes_max));
    }
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    Ok((file, metadata.len()))
}

/// The bytes of an ordinary file, or words for the report.
fn read_limited(path: &Path, bytes_max: u64) -> Result<Vec<u8>, String> {
    let (file, _) = open_limited(path, bytes_max)?;
    let mut bytes = Vec::new();
    // The file may grow while it is read.
    file.take(bytes_max + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > bytes_max {
        return Err(too_large(bytes_max));
    }
    Ok(bytes)
}

/// What something is that is no ordinary file, in words.
fn kind_of(metadata: &fs::Metadata) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let kind = metadata.file_type();
        if kind.is_fifo() {
            return "a named pipe";
        }
        if kind.is_socket() {
            return "a socket";
        }
        if kind.is_block_device() || kind.is_char_device() {
            return "a device";
        }
    }
    if metadata.is_dir() { "a folder" } else { "a special file" }
}

/// BLAKE3 of a file and its sidecar, in hex. Lengths stand before the bytes, so that no byte can wander from one into
/// the other unnoticed; no sidecar and an empty one differ.
fn content_hash(bytes: &[u8], sidecar: Option<&[u8]>) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in std::iter::once(bytes).chain(sidecar) {
        hash_part(&mut hasher, part);
    }
    hasher.finalize().to_hex().to_string()
}

fn hash_part(hasher: &mut blake3::Hasher, part: &[u8]) {
    hasher.update(&(part.len() as u64).to_le_bytes());
    hasher.update(part);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FILE_BYTES_MAX;

    fn corpus(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn paths(scan: &Scan) -> Vec<&str> {
        scan.files.iter().map(|file| file.path.as_str()).collect()
    }

    fn told(scan: &Scan) -> Vec<(&str, &str)> {
        let quarantined = scan.quarantined.iter().map(|entry| (entry.place.file.as_str(), entry.reason.as_str()));
        quarantined
            .chain(scan.warnings.iter().map(|entry| (entry.place.file.as_str(), entry.message.as_str())))
            .collect()
    }

    #[test]
    fn articles_come_in_the_order_of_their_paths_and_the_rest_is_left_aside_or_told() {
        let folder = corpus(&[
            ("b/z.md", "x"),
            ("b.txt", "x"),
            ("b-c/a.HTML", "x"),
            ("a.jsonl.gz", "x"),
            ("README.md", "x"),
            ("b/README.md", "x"),
            ("taxonomy.toml", "x"),
            (".hidden.md", "x"),
            (".git/config.md", "x"),
            ("draft.md~", "x"),
            ("#draft.md#", "x"),
            ("draft.md.bak", "x"),
            ("draft.md.swp", "x"),
            ("draft.ORIG", "x"),
            ("x.tmp", "x"),
            ("b.txt.meta.toml", "title = 'x'"),
            ("gone.md.meta.toml", ""),
            ("b/z.meta.toml", "title = 'x'"),
            ("picture.png", "x"),
            ("noending", "x"),
        ]);
        let scan = scan(folder.path()).unwrap();
        assert_eq!(paths(&scan), ["a.jsonl.gz", "b-c/a.HTML", "b.txt", "b/z.md"]);
        let told = told(&scan);
        assert_eq!(
            told.iter().map(|(path, _)| *path).collect::<Vec<_>>(),
            ["noending", "picture.png", "gone.md.meta.toml"]
        );
        assert!(told[0].1.contains(".md, .markdown, .txt") && told[2].1.contains("gone.md"), "{told:?}");
        let source = scan.files[2].read().unwrap();
        assert_eq!((source.bytes.as_slice(), source.sidecar.as_deref()), (&b"x"[..], Some(&b"title = 'x'"[..])));
        assert_eq!(
            scan.files[3].read().unwrap().sidecar.as_deref(),
            Some(&b"title = 'x'"[..]),
            "a name without ending"
        );
        assert_eq!(scan.files[1].read().unwrap().sidecar, None);
    }

    #[test]
    fn a_corpus_that_is_not_there_is_an_error_with_a_remedy() {
        let folder = corpus(&[("a.md", "x")]);
        let missing = scan(&folder.path().join("nowhere")).unwrap_err().to_string();
        assert!(missing.contains("nowhere") && missing.contains("--corpus"), "{missing}");
        let file = scan(&folder.path().join("a.md")).unwrap_err().to_string();
        assert!(file.contains("not a folder"), "{file}");
        assert!(paths(&scan(corpus(&[]).path()).unwrap()).is_empty());
    }

    #[test]
    fn empty_and_too_large_files_are_told_when_they_are_read() {
        let folder = corpus(&[("a.md", ""), ("b.md", "")]);
        let large = File::create(folder.path().join("b.md")).unwrap();
        large.set_len(FILE_BYTES_MAX + 1).unwrap();
        let scan = scan(folder.path()).unwrap();
        assert!(scan.files[0].read().unwrap_err().reason.starts_with("is empty"));
        assert!(scan.files[1].read().unwrap_err().reason.contains("larger than 8388608 bytes"));
        fs::remove_file(folder.path().join("a.md")).unwrap();
        assert!(scan.files[0].read().unwrap_err().reason.starts_with("cannot be read"));
    }

    #[test]
    fn the_hash_is_of_all_that_the_article_is_made_from() {
        let hashes = [
            content_hash(b"ab", None),
            content_hash(b"a", Some(b"b")),
            content_hash(b"ab", Some(b"")),
            content_hash(b"a", None),
            content_hash(b"a\x01\0\0\0\0\0\0\0b", None),
        ];
        for (at, hash) in hashes.iter().enumerate() {
            assert_eq!(hash.len(), 64);
            assert!(!hashes[..at].contains(hash));
        }
    }

    #[cfg(unix)]
    mod links_and_special_files {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        use std::os::unix::fs::{PermissionsExt, symlink};
        use std::os::unix::net::UnixListener;

        use super::*;

        #[test]
        fn links_are_followed_inside_the_corpus_and_nowhere_else() {
            let outside = corpus(&[("secret.md", "x"), ("deep/secret.md", "x")]);
            let folder = corpus(&[("real/a.md", "x"), ("real/b.txt", "x"), (".kept/c.md", "x")]);
            let root = folder.path();
            symlink("real/a.md", root.join("inside.md")).unwrap();
            symlink("real", root.join("also")).unwrap();
            symlink("..", root.join("real/loop")).unwrap();
            symlink("../also", root.join("real/round")).unwrap();
            symlink(outside.path().join("secret.md"), root.join("leak.md")).unwrap();
            symlink(outside.path().join("deep"), root.join("leaks")).unwrap();
            symlink("nothing.md", root.join("dangling.md")).unwrap();
            symlink("self.md", root.join("self.md")).unwrap();
            let scan = scan(root).unwrap();
            assert_eq!(paths(&scan), ["also/a.md", "also/b.txt", "inside.md", "real/a.md", "real/b.txt"]);
            assert_eq!(
                scan.quarantined.iter().map(|entry| &*entry.place.file).collect::<Vec<_>>(),
                ["dangling.md", "self.md"]
            );
            let warned: Vec<_> = scan.warnings.iter().map(|entry| &*entry.place.file).collect();
            assert_eq!(warned, ["also/loop", "also/round", "leak.md", "leaks", "real/loop", "real/round"]);
            assert!(scan.files.iter().all(|file| file.read().is_ok()));
        }

        #[test]
        fn a_corpus_may_itself_be_a_link() {
            let folder = corpus(&[("real/a.md", "x")]);
            symlink("real", folder.path().join("corpus")).unwrap();
            assert_eq!(paths(&scan(&folder.path().join("corpus")).unwrap()), ["a.md"]);
        }

        #[test]
        fn special_files_and_odd_names_are_told_without_being_opened() {
            let folder = corpus(&[("a.md", "x")]);
            let _socket = UnixListener::bind(folder.path().join("s.md")).unwrap();
            fs::write(folder.path().join(OsStr::from_bytes(b"bad\xFF.md")), "x").unwrap();
            fs::create_dir(folder.path().join(OsStr::from_bytes(b"dir\xFF"))).unwrap();
            fs::write(folder.path().join(OsStr::from_bytes(b"dir\xFF/x.md")), "x").unwrap();
            let scan = scan(folder.path()).unwrap();
            assert_eq!(paths(&scan), ["a.md"]);
            let told = told(&scan);
            assert_eq!(told.len(), 3, "{told:?}");
            assert!(
                told[0].1.contains("UTF-8") && told[1].1.contains("UTF-8") && told[2].1.contains("a socket"),
                "{told:?}"
            );
        }

        #[test]
        fn an_ordinary_file_that_became_a_pipe_or_folder_is_not_opened() {
            let folder = corpus(&[("a.md", "x")]);
            let scan = scan(folder.path()).unwrap();
            fs::remove_file(folder.path().join("a.md")).unwrap();
            let _socket = UnixListener::bind(folder.path().join("a.md")).unwrap();
            assert!(scan.files[0].read().unwrap_err().reason.contains("a socket"));
        }

        #[test]
        fn what_may_not_be_read_is_told_and_the_rest_goes_on() {
            let folder = corpus(&[("locked/a.md", "x"), ("b.md", "x"), ("c.md", "x")]);
            for path in ["locked", "b.md"] {
                fs::set_permissions(folder.path().join(path), fs::Permissions::from_mode(0o000)).unwrap();
            }
            let scan = scan(folder.path()).unwrap();
            let as_root = fs::read_dir(folder.path().join("locked")).is_ok();
            if !as_root {
                assert_eq!(paths(&scan), ["b.md", "c.md"]);
                assert_eq!(scan.quarantined[0].place.file, "locked");
                assert!(scan.files[0].read().unwrap_err().reason.starts_with("cannot be read"));
            }
            fs::set_permissions(folder.path().join("locked"), fs::Permissions::from_mode(0o700)).unwrap();
        }
    }
}
