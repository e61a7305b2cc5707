//! A saved page in HTML.

use super::article::hold_file;

/// Any bytes are read as an article, or kept out for a reason.
pub fn hold(bytes: &[u8]) {
    hold_file("a.html", bytes, None);
}
