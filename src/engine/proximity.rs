//! Words near each other: the one meaning of a phrase, for engines that read positions and for the highlighter.
//!
//! Works on positions only; knows no token and no text.

/// Finds the occurrences of a phrase whose word `i` stands at `offsets[i]` and occurs at the sorted `positions[i]`.
///
/// With slop `s`, a choice of one position for each word is an occurrence when the words, each moved back by its
/// offset, lie within `s` of each other (Lucene's measure for sloppy phrases: two swapped neighbours lie 2 apart);
/// with slop 0 they stand exactly as typed. No position serves for two words. Gives the positions that take part in
/// an occurrence, sorted; with `first_only`, those of the first one.
pub fn occurrences(positions: &[Vec<u32>], offsets: &[u32], slop: u32, first_only: bool) -> Vec<u32> {
    let mut places: Vec<(i64, usize, u32)> = positions
        .iter()
        .enumerate()
        .flat_map(|(word, list)| list.iter().map(move |&at| (i64::from(at) - i64::from(offsets[word]), word, at)))
        .collect();
    places.sort_unstable();
    let mut found = Vec::new();
    let mut present = vec![0_usize; positions.len()];
    let mut distinct = 0;
    let mut start = 0;
    for end in 0..places.len() {
        present[places[end].1] += 1;
        distinct += usize::from(present[places[end].1] == 1);
        while places[end].0 - places[start].0 > i64::from(slop) {
            present[places[start].1] -= 1;
            distinct -= usize::from(present[places[start].1] == 0);
            start += 1;
        }
        if distinct == positions.len() {
            let mut taking_part: Vec<u32> = places[start..=end].iter().map(|place| place.2).collect();
            taking_part.sort_unstable();
            taking_part.dedup();
            if taking_part.len() >= positions.len() {
                found.append(&mut taking_part);
                if first_only {
                    return found;
                }
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_stands_as_typed_and_slop_lets_words_move() {
        let near = |a: &[u32], b: &[u32], slop| occurrences(&[a.to_vec(), b.to_vec()], &[0, 1], slop, false);
        assert_eq!(near(&[3, 9], &[4, 20], 0), [3, 4]);
        assert!(near(&[4], &[3], 0).is_empty());
        assert!(near(&[4], &[3], 1).is_empty());
        assert_eq!(near(&[4], &[3], 2), [3, 4]);
        assert_eq!(near(&[1], &[5], 3), [1, 5]);
        assert!(near(&[1], &[5], 2).is_empty());
    }

    #[test]
    fn one_place_does_not_serve_for_two_words() {
        assert!(occurrences(&[vec![7], vec![7]], &[0, 1], 5, true).is_empty());
        assert_eq!(occurrences(&[vec![7, 9], vec![7, 9]], &[0, 1], 5, true), [7, 9]);
    }
}
