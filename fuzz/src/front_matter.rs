//! A Markdown file with front matter in YAML or TOML, and perhaps a sidecar.

use super::article::hold_file;

/// What parts the bytes of an article from those of its sidecar.
const SIDECAR: &[u8] = b"\n<<<SIDECAR\n";

/// Any bytes are read as an article, or kept out for a reason; no key stands on a line that the file has not.
pub fn hold(bytes: &[u8]) {
    match bytes.windows(SIDECAR.len()).position(|window| window == SIDECAR) {
        Some(at) => hold_file("a.md", &bytes[..at], Some(&bytes[at + SIDECAR.len()..])),
        None => hold_file("a.md", bytes, None),
    }
}
