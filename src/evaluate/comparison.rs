//! Two systems on the same queries: is the difference between their means more than chance?
//!
//! Two tests, both two-sided and paired by query: Student's t, which nearly everybody reports, and the randomisation
//! test, which assumes nothing about how the figures are spread (Smucker, Allan and Carterette, "A comparison of
//! statistical significance tests for information retrieval evaluation", 2007). The same figures give the same answer.

/// Figures that differ by no more are level: sums of the same numbers in another order do.
const LEVEL: f64 = 1e-9;
/// Assignments of signs that are drawn; where there are no more than this, each is tried once instead.
const ASSIGNMENTS_MAX: u32 = 10_000;
/// Where the drawing begins: any number will do, as long as it stays.
const SEED: u64 = 0x5eed_d055_1e57;

/// The first system against the second, in one measure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// Mean of the first less mean of the second.
    pub difference: f64,
    /// Queries in which the first is better.
    pub wins: usize,
    /// Queries in which they are level.
    pub ties: usize,
    /// Queries in which the first is worse.
    pub losses: usize,
    /// p of Student's paired t; `None` for fewer than two queries.
    pub t_test: Option<f64>,
    /// p of the randomisation test; `None` without queries.
    pub randomisation: Option<f64>,
}

/// Compares the figures of two systems, query by query; both lists name the same queries in the same order.
pub fn compare(first: &[f64], second: &[f64]) -> Comparison {
    let differences: Vec<f64> = first
        .iter()
        .zip(second)
        .map(|(first, second)| first - second)
        .map(|difference| if difference.abs() <= LEVEL { 0.0 } else { difference })
        .collect();
    let count = |holds: fn(&f64) -> bool| differences.iter().filter(|difference| holds(difference)).count();
    Comparison {
        // Not `sum`, which is -0 of nothing.
        difference: differences.iter().fold(0.0, |sum, difference| sum + difference) / differences.len().max(1) as f64,
        wins: count(|difference| *difference > 0.0),
        ties: count(|difference| *difference == 0.0),
        losses: count(|difference| *difference < 0.0),
        t_test: t_test(&differences),
        randomisation: randomisation(&differences),
    }
}

/// How often a t as far from 0 as that of the differences would come about if their true mean were 0.
fn t_test(differences: &[f64]) -> Option<f64> {
    if differences.len() < 2 {
        return None;
    }
    let n = differences.len() as f64;
    let mean = differences.iter().sum::<f64>() / n;
    let variance = differences.iter().map(|difference| (difference - mean).powi(2)).sum::<f64>() / (n - 1.0);
    if mean == 0.0 {
        return Some(1.0);
    }
    let freedom = n - 1.0;
    let t_squared = mean * mean * n / variance;
    // No spread at all: t is beyond all bounds.
    Some(if t_squared.is_finite() { incomplete_beta(freedom / (freedom + t_squared), freedom / 2.0, 0.5) } else { 0.0 })
}

/// How many of all ways to swap the two systems query by query leave a difference as large as the one that was seen.
/// Drawn ways are joined by the one that was seen, so that p is never 0.
fn randomisation(differences: &[f64]) -> Option<f64> {
    if differences.is_empty() {
        return None;
    }
    // Level queries change nothing, whichever way they are swapped.
    let unlike: Vec<f64> = differences.iter().copied().filter(|difference| *difference != 0.0).collect();
    let seen = unlike.iter().sum::<f64>().abs() - LEVEL;
    let all = u32::try_from(unlike.len()).ok().and_then(|n| 1_u32.checked_shl(n)).filter(|all| *all <= ASSIGNMENTS_MAX);
    Some(match all {
        Some(all) => {
            let reached = (0..all).filter(|signs| swapped_sum(&unlike, || u64::from(*signs)) >= seen).count();
            reached as f64 / f64::from(all)
        }
        None => {
            let mut state = SEED;
            let reached = (0..ASSIGNMENTS_MAX).filter(|_| swapped_sum(&unlike, || random(&mut state)) >= seen).count();
            (reached + 1) as f64 / f64::from(ASSIGNMENTS_MAX + 1)
        }
    })
}

/// The sum, without its sign, of differences whose signs are turned where the next bit is set.
fn swapped_sum(differences: &[f64], mut bits: impl FnMut() -> u64) -> f64 {
    let mut sum = 0.0;
    for part in differences.chunks(u64::BITS as usize) {
        let signs = bits();
        let turned = (0..).zip(part).map(|(n, difference)| if signs >> n & 1 == 1 { -difference } else { *difference });
        sum += turned.sum::<f64>();
    }
    sum.abs()
}

/// The next number of SplitMix64 (Steele, Lea and Flood 2014).
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The regularised incomplete beta function, by its continued fraction (NIST Digital Library of Mathematical
/// Functions, 8.17.22), worked out from the front by Lentz's method.
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    // The fraction closes in fast on this side only.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(1.0 - x, b, a);
    }
    let front = (a * x.ln() + b * (1.0 - x).ln() + ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b)).exp() / a;
    let away_from_zero = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let mut upper = 1.0;
    let mut lower = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = lower;
    for m in (1..=1000).map(f64::from) {
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut step = 1.0;
        for term in [even, odd] {
            lower = 1.0 / away_from_zero(1.0 + term * lower);
            upper = away_from_zero(1.0 + term / upper);
            step = lower * upper;
            fraction *= step;
        }
        if (step - 1.0).abs() < 1e-15 {
            break;
        }
    }
    front * fraction
}

/// The logarithm of the gamma function for numbers above 0, by Stirling's series (NIST Digital Library of Mathematical
/// Functions, 5.11.1) behind as many steps of the recurrence as it needs to be exact to 1e-13.
fn ln_gamma(mut x: f64) -> f64 {
    let mut steps = 0.0;
    while x < 10.0 {
        steps += x.ln();
        x += 1.0;
    }
    let series = [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0];
    let corrections: f64 = (0..).zip(series).map(|(n, factor)| factor / x.powi(2 * n + 1)).sum();
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + corrections - steps
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares to six digits.
    #[track_caller]
    fn assert_near(left: f64, right: f64) {
        assert!((left - right).abs() < 1e-6, "{left} is not {right}");
    }

    #[test]
    fn students_p_is_that_of_the_tables() {
        // Known values: for 1 degree of freedom p = 1 - 2 atan(t) / pi, for 2 p = 1 - t / sqrt(t² + 2).
        for t in [0.1_f64, 1.0, 5.0, 63.66] {
            let p = |freedom: f64| incomplete_beta(freedom / (freedom + t * t), freedom / 2.0, 0.5);
            assert_near(p(1.0), 1.0 - 2.0 * t.atan() / std::f64::consts::PI);
            assert_near(p(2.0), 1.0 - t / (t * t + 2.0).sqrt());
        }
        // The bounds of p = 0.05 and 0.01 in any table of t.
        for (freedom, t, p) in [(10.0, 2.228_139, 0.05), (30.0, 2.749_996, 0.01), (200.0, 1.971_896, 0.05)] {
            assert_near(incomplete_beta(freedom / (freedom + t * t), freedom / 2.0, 0.5), p);
        }
    }

    #[test]
    fn a_comparison_counts_wins_and_losses_and_tests_the_difference() {
        let first = [0.5, 0.7, 0.2, 0.9, 0.4, 0.6, 0.3];
        let second = [0.4, 0.5, 0.3, 0.6, 0.4, 0.2, 0.1];
        let found = compare(&first, &second);
        assert_eq!((found.wins, found.ties, found.losses), (5, 1, 1));
        assert_near(found.difference, 1.1 / 7.0);
        // As SciPy's `ttest_rel` has it; of the 2^7 ways to swap, 12 leave as large a difference.
        assert_near(found.t_test.unwrap(), 0.051_885_890_5);
        assert_near(found.randomisation.unwrap(), 12.0 / 128.0);
    }

    #[test]
    fn many_queries_are_tested_by_drawn_swaps_that_are_always_the_same() {
        let wave = |start: f64, speed: f64| -> Vec<f64> {
            (0..30).map(|n| start + (300.0 * (f64::from(n) * speed).sin()).round() / 1000.0).collect()
        };
        let (first, second) = (wave(0.5, 1.0), wave(0.45, 1.3));
        let found = compare(&first, &second);
        // SciPy's `ttest_rel`; two million swaps drawn elsewhere.
        assert_near(found.t_test.unwrap(), 0.242_733_479_6);
        assert!((found.randomisation.unwrap() - 0.241_98).abs() < 0.012, "{found:?}");
        assert_eq!(found, compare(&first, &second));
        let turned = compare(&second, &first);
        assert_eq!((turned.wins, turned.losses), (found.losses, found.wins));
        assert_eq!(turned.randomisation, found.randomisation);
    }

    #[test]
    fn what_is_level_and_what_cannot_be_tested_is_said() {
        let none = compare(&[], &[]);
        assert_eq!((none.difference, none.t_test, none.randomisation), (0.0, None, None));
        let one = compare(&[0.5], &[0.25]);
        assert_eq!((one.t_test, one.randomisation), (None, Some(1.0)));
        let level = compare(&[0.1 + 0.2, 0.5], &[0.3, 0.5]);
        assert_eq!((level.wins, level.ties, level.losses), (0, 2, 0));
        assert_eq!((level.t_test, level.randomisation), (Some(1.0), Some(1.0)));
        let always = compare(&[0.75; 4], &[0.5; 4]);
        assert_eq!((always.t_test, always.randomisation), (Some(0.0), Some(0.125)));
    }
}
