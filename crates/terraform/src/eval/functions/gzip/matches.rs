//! Finds what repeats: lazy matching over chains of equal hashes.

/// The smallest and the largest match that is used.
const MIN_MATCH: usize = 4;
const MAX_MATCH: usize = 258;
const WINDOW: usize = 1 << 15;
const HASH_BITS: u32 = 17;
/// A match of four bytes is only worth it where it is not further back.
const MAX_SHORT_DISTANCE: usize = 4096;
/// What the default level takes for a match long enough: to look no further for a later one, to look no further at all, and
/// how many places are looked at.
const LAZY: usize = 16;
const NICE: usize = 128;
const TRIES: usize = 128;

/// A byte, or a repetition of what stands `distance` bytes before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Literal(u8),
    Match { length: usize, distance: usize },
}

/// The tokens of a text, each with the position after what it stands for.
pub(super) fn tokens(text: &[u8]) -> Vec<(Token, usize)> {
    let mut finder =
        Finder { text, heads: vec![None; 1 << HASH_BITS], before: vec![None; text.len()], chain: None };
    let mut tokens = Vec::new();
    let mut position = 0;
    let mut pending = false;
    let mut found: Option<(usize, usize)> = None;
    while position < text.len() {
        finder.insert(position);
        let earlier = found.take();
        let earlier_length = earlier.map_or(MIN_MATCH - 1, |(length, _)| length);
        if earlier_length < LAZY && text.len() - position > earlier_length {
            found = finder.longest(position);
        }
        let length = found.map_or(MIN_MATCH - 1, |(length, _)| length);
        if let Some((matched, distance)) = earlier.filter(|(matched, _)| length <= *matched) {
            // The match began one byte earlier, and what begins here is no better.
            let end = position + matched - 1;
            for within in position + 1..end {
                finder.index(within);
            }
            tokens.push((Token::Match { length: matched, distance }, end));
            (position, pending, found) = (end, false, None);
            continue;
        }
        if pending && let Some(byte) = text.get(position - 1) {
            tokens.push((Token::Literal(*byte), position));
        }
        pending = true;
        position += 1;
    }
    if let Some(byte) = text.last().filter(|_| pending) {
        tokens.push((Token::Literal(*byte), text.len()));
    }
    tokens
}

struct Finder<'t> {
    text: &'t [u8],
    /// The last position of each hash.
    heads: Vec<Option<usize>>,
    /// The position before each one with the same hash.
    before: Vec<Option<usize>>,
    /// Where to look for what stands at the current position.
    chain: Option<usize>,
}

impl Finder<'_> {
    fn hash(&self, position: usize) -> Option<usize> {
        let bytes = self.text.get(position..)?.first_chunk::<MIN_MATCH>()?;
        usize::try_from(u32::from_be_bytes(*bytes).wrapping_mul(0x1e35_a7bd) >> (32 - HASH_BITS)).ok()
    }

    /// Remembers a position; near the end, where four bytes are not left, nothing changes.
    fn index(&mut self, position: usize) -> bool {
        let Some(hash) = self.hash(position) else { return false };
        if let (Some(head), Some(before)) = (self.heads.get_mut(hash), self.before.get_mut(position)) {
            *before = head.replace(position);
        }
        true
    }

    fn insert(&mut self, position: usize) {
        if self.index(position) {
            self.chain = self.before.get(position).copied().flatten();
        }
    }

    /// The longest match for what stands at a position, and how far back it is.
    fn longest(&self, position: usize) -> Option<(usize, usize)> {
        let least = position.saturating_sub(WINDOW);
        let limit = (self.text.len() - position).min(MAX_MATCH);
        let nice = limit.min(NICE);
        let (mut length, mut found) = (MIN_MATCH - 1, None);
        let mut next = self.chain;
        for _ in 0..TRIES {
            let Some(start) = next.filter(|start| *start >= least) else { break };
            let matched = self.matched(start, position, limit);
            let distance = position - start;
            if matched > length && (matched > MIN_MATCH || distance <= MAX_SHORT_DISTANCE) {
                (length, found) = (matched, Some((matched, distance)));
                if matched >= nice {
                    break;
                }
            }
            if start + WINDOW == position {
                break;
            }
            next = self.before.get(start).copied().flatten();
        }
        found
    }

    fn matched(&self, left: usize, right: usize, limit: usize) -> usize {
        let left = self.text.get(left..).unwrap_or_default();
        let right = self.text.get(right..).unwrap_or_default();
        left.iter().zip(right).take(limit).take_while(|(left, right)| left == right).count()
    }
}
