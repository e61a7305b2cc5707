//! Similar articles in a terminal: hits as in a search, each with a line that says what it shares.

use crate::model::results::{Neighbour, SimilarAnswer};
use crate::render::Dimension;
use crate::render::terminal::{INDENT, Style, hit, joined, push_line};
use crate::render::wording::{grouped, shared_parts};

/// Articles that are like one. `dimensions` are those of the taxonomy, in its order.
pub fn similar(answer: &SimilarAnswer, dimensions: &[Dimension], style: Style) -> String {
    let found = &answer.neighbours;
    let count = match found.collapsed {
        0 => "No article is like".to_owned(),
        1 => "1 article like".to_owned(),
        many => format!("{} articles like", grouped(many)),
    };
    let mut out = String::new();
    let head = format!("{} · {:.1} ms", found.title, answer.took_ms);
    for (n, line) in style.wrap_text(&format!("{count} {head}"), 0).iter().enumerate() {
        push_line(&mut out, &if n == 0 { line.replacen(&count, &style.bold(&count), 1) } else { line.clone() });
    }
    for (n, neighbour) in found.list.iter().enumerate() {
        out.push('\n');
        out.push_str(&hit(n + 1, &neighbour.hit, dimensions, style));
        for line in style.wrap_text(&shared(neighbour, dimensions), INDENT.len()) {
            push_line(&mut out, &format!("{INDENT}{}", style.dim(&line)));
        }
    }
    out
}

/// `Shares: Gwadar, port · actor Majeed Brigade`.
fn shared(neighbour: &Neighbour, dimensions: &[Dimension]) -> String {
    format!("Shares: {}", joined(&shared_parts(neighbour, dimensions, usize::MAX)))
}
