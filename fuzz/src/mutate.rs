//! Changes of an input: some that keep its form, some that break it.

use crate::Random;

/// No input grows beyond this.
const MAX_LEN: usize = 1 << 15;
/// Numbers at which readers of numbers err.
const NUMBERS: [&str; 8] =
    ["0", "-1", "65536", "4294967296", "9223372036854775808", "18446744073709551616", "1e400", "0x10"];
/// Bytes at which readers of text err, among them halves of characters.
const PIECES: [&[u8]; 14] = [
    b"\0",
    b"\n",
    b"\r\n",
    b" ",
    b"\t",
    b"%",
    b"%00",
    b"%2F",
    b"\\",
    b"\"",
    b"\xff",
    b"\xc3",
    "é".as_bytes(),
    "\u{1F600}".as_bytes(),
];

pub(crate) struct Mutator<'a> {
    random: Random,
    words: &'a [&'a str],
}

impl<'a> Mutator<'a> {
    pub(crate) fn new(start: u64, words: &'a [&'a str]) -> Self {
        Self { random: Random::new(start), words }
    }

    /// A mutation of one of the inputs.
    pub(crate) fn next(&mut self, inputs: &[Vec<u8>]) -> Vec<u8> {
        // What is newest leads furthest.
        let newest = inputs.get(inputs.len().saturating_sub(16)..).unwrap_or_default();
        let from = if self.random.below(2) == 0 { newest } else { inputs };
        let mut input = self.random.pick(from).cloned().unwrap_or_default();
        for _ in 0..=self.random.below(4) {
            self.change(&mut input, inputs);
        }
        input.truncate(MAX_LEN);
        input
    }

    fn change(&mut self, input: &mut Vec<u8>, inputs: &[Vec<u8>]) {
        let part = self.part(input.len());
        match self.random.below(12) {
            0 => {
                let bit = self.random.below(8);
                if let Some(byte) = input.get_mut(part.start) {
                    *byte ^= 1 << bit;
                }
            }
            1 => {
                let byte = self.random.number().to_le_bytes()[0];
                input.insert(part.start, byte);
            }
            2 => drop(input.drain(part)),
            3 => input.truncate(part.start),
            4 => {
                let copy = input.get(part.clone()).unwrap_or_default().to_vec();
                drop(input.splice(part.end..part.end, copy));
            }
            5 => {
                let times = 1 << self.random.below(9);
                let copies = input.get(part.clone()).unwrap_or_default().repeat(times);
                let room = MAX_LEN.saturating_sub(input.len());
                drop(input.splice(part.end..part.end, copies.into_iter().take(room)));
            }
            6 => {
                let other = self.random.pick(inputs).cloned().unwrap_or_default();
                let taken = self.part(other.len());
                drop(input.splice(part, other.get(taken).unwrap_or_default().iter().copied()));
            }
            7 => {
                let piece = self.random.pick(&PIECES).copied().unwrap_or_default();
                drop(input.splice(part.start..part.start, piece.iter().copied()));
            }
            8 => {
                let number = self.random.pick(&NUMBERS).copied().unwrap_or_default();
                drop(input.splice(part, number.bytes()));
            }
            9 => {
                let word = self.word();
                drop(input.splice(part.start..part.start, word.bytes()));
            }
            _ => {
                let (word, token) = (self.word(), self.token(input));
                drop(input.splice(token, word.bytes()));
            }
        }
    }

    fn word(&mut self) -> &'a str {
        self.random.pick(self.words).copied().unwrap_or_default()
    }

    /// A part of so many bytes, short more often than long.
    fn part(&mut self, len: usize) -> std::ops::Range<usize> {
        let start = self.random.below(len + 1);
        let longest = match self.random.below(4) {
            0 => len,
            1 => 16,
            _ => 4,
        };
        let end = start.saturating_add(self.random.below(longest + 1)).min(len);
        start..end
    }

    /// The letters and digits about a place.
    fn token(&mut self, input: &[u8]) -> std::ops::Range<usize> {
        let at = self.random.below(input.len() + 1);
        let (before, behind) = input.split_at_checked(at).unwrap_or_default();
        let wordy = |byte: &&u8| byte.is_ascii_alphanumeric();
        let start = at - before.iter().rev().take_while(wordy).count();
        let end = at + behind.iter().take_while(wordy).count();
        start..end
    }
}
