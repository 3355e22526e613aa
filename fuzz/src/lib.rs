//! Feeds what reads other people's bytes with mutations of good input.
//!
//! A target is an ordinary test that calls [`run()`]. In `cargo test` it takes two thousand inputs, always the same ones,
//! so that targets cannot rot; `just fuzz [TARGET] [SECONDS]` lets it run for a time, from another start each time.
//!
//! A check says in words what came of its input. Whatever is said for the first time marks its input as worth further
//! mutation, which leads the search to places that chance alone would not find. It needs neither a nightly compiler nor
//! instrumentation.
#![expect(clippy::print_stderr, reason = "a run of minutes says how it goes")]

mod guard;
mod mutate;
mod random;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use guard::Guard;
use mutate::Mutator;
pub use random::{Random, anywhere};

/// For how long to run, in seconds.
const SECONDS: &str = "FUZZ_SECONDS";
/// Where to start: the number that a run has printed.
const START: &str = "FUZZ_START";
/// How many inputs a test takes without [`SECONDS`].
const INPUTS: u64 = 2_000;
/// What is kept for further mutation at most.
const MAX_KEPT: usize = 4096;

/// Hands seeds and their mutations to `check`, which panics where an input breaks a promise and otherwise says what
/// became of it. `words` are what the inputs' language is made of.
///
/// # Panics
/// Where the check does; the input is printed, and kept in a file.
pub fn run(target: &str, seeds: &[Vec<u8>], words: &[&str], mut check: impl FnMut(&[u8]) -> String) {
    let time = std::env::var(SECONDS).ok().and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
    let start = match time {
        Some(_) => std::env::var(START).ok().and_then(|start| start.parse().ok()).unwrap_or_else(anywhere),
        None => 1,
    };
    let began = Instant::now();
    let guard = Guard::new(target);
    let (mut mutator, mut random) = (Mutator::new(start, words), Random::new(!start));
    let mut kept: Vec<Vec<u8>> = Vec::new();
    let mut seen = HashSet::new();
    let (mut count, mut slowest, mut told) = (0_u64, Duration::ZERO, Duration::ZERO);
    let mut turn = |input: Vec<u8>, kept: &mut Vec<Vec<u8>>, is_seed: bool| {
        let before = Instant::now();
        let outcome = guard.watch(&input, || check(&input));
        slowest = slowest.max(before.elapsed());
        if seen.insert(plain(&outcome)) || is_seed {
            if kept.len() >= MAX_KEPT {
                kept.swap_remove(random.below(MAX_KEPT));
            }
            kept.push(input);
        }
        slowest
    };
    for seed in seeds {
        turn(seed.clone(), &mut kept, true);
    }
    loop {
        let over = time.map_or(count >= INPUTS, |time| began.elapsed() >= time);
        let slowest = turn(mutator.next(&kept), &mut kept, false);
        count += 1;
        if time.is_some() && (over || began.elapsed() >= told + Duration::from_secs(60)) {
            told = began.elapsed();
            eprintln!(
                "{target}: {count} inputs in {} s from {START}={start}, {} kept, the slowest took {slowest:?}",
                told.as_secs(),
                kept.len()
            );
        }
        if over {
            return;
        }
    }
}

/// An outcome without what the input itself brought into it: numbers, and what is quoted.
fn plain(outcome: &str) -> String {
    let mut quoted = false;
    let mut plain = String::new();
    for character in outcome.chars().take(512) {
        match character {
            '`' | '"' => quoted = !quoted,
            _ if quoted || character.is_ascii_digit() => {}
            _ => plain.push(character),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn outcomes_are_told_apart_by_their_words() {
        assert_eq!(plain("line 3: `x1` is none"), plain("line 14: `y` is none"));
        assert_ne!(plain("is none"), plain("is one"));
    }

    #[test]
    fn what_is_new_leads_further() {
        // Three letters in a row are out of reach of blind chance in that many inputs, but not step by step.
        let deepest = AtomicU64::new(0);
        run("steps", &[b"....".to_vec()], &["a", "b", "c"], |input| {
            let depth = input.iter().zip(b"abc").take_while(|(one, other)| one == other).count();
            deepest.fetch_max(depth as u64, Ordering::Relaxed);
            "i".repeat(depth)
        });
        assert_eq!(deepest.into_inner(), 3);
    }

    #[test]
    fn a_broken_promise_is_a_panic() {
        let broken = std::panic::catch_unwind(|| {
            run("broken", &[b"ab".to_vec()], &[], |input| {
                assert!(input.len() < 3);
                String::new()
            });
        });
        assert!(broken.is_err());
    }
}
