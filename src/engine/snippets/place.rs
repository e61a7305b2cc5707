//! Places of passages in an article: the heading above, and which paragraph it is.
//!
//! Reads a body once for all its passages. Knows the small Markdown of a body; makes no markup.

use crate::engine::article::block_kind;
use crate::model::results::{BlockKind, Snippet};

/// Fills in the places of snippets, which must be in the order of the text.
pub(super) fn place(body: &str, snippets: &mut [Snippet]) {
    let mut heading = "";
    let mut paragraphs = 0;
    let mut start = 0;
    let mut waiting = snippets.iter_mut().peekable();
    for line in body.split('\n') {
        let (kind, sign) = block_kind(line);
        let is_heading = matches!(kind, BlockKind::Heading(_));
        if is_heading {
            heading = line[sign..].trim();
        } else if line.len() > sign {
            paragraphs += 1;
        }
        let end = start + line.len();
        while let Some(snippet) = waiting.next_if(|snippet| snippet.offset <= end) {
            snippet.heading = (!heading.is_empty()).then(|| heading.to_owned());
            snippet.paragraph = (!is_heading && line.len() > sign).then_some(paragraphs);
        }
        start = end + 1;
    }
    snippets.iter_mut().for_each(|snippet| snippet.paragraphs = paragraphs);
}
