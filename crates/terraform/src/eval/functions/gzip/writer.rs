//! Writes blocks of deflated data (RFC 1951).

use super::huffman::{self, Code, codes, size};
use super::matches::{Token, tokens};

/// Most tokens of a block.
const MAX_TOKENS: usize = 1 << 14;
/// The symbol that ends a block, and the first one of a length.
const END: usize = 256;
const FIRST_LENGTH: usize = 257;
const LITERALS: usize = 286;
const DISTANCES: usize = 30;
/// The largest block that is stored as it is.
const MAX_STORED: usize = 65_535;

/// The order in which lengths of codes for lengths of codes are written.
const LENGTH_ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// The text, deflated: its blocks, an empty stored one where the writer was flushed, and one that ends it.
pub(super) fn deflated(text: &[u8]) -> Vec<u8> {
    let tokens = tokens(text);
    let mut out = Bits::default();
    let mut start = 0;
    for block in tokens.chunks(MAX_TOKENS) {
        let end = block.last().map_or(start, |(_, end)| *end);
        let block: Vec<Token> = block.iter().map(|(token, _)| *token).collect();
        out.block(&block, text.get(start..end).unwrap_or_default());
        start = end;
    }
    out.stored(&[], false);
    out.stored(&[], true);
    out.bytes
}

/// A symbol with the bits that tell what exactly it stands for.
#[derive(Clone, Copy)]
struct Symbol {
    symbol: usize,
    extra: u32,
    extra_bits: u32,
}

/// The symbol of a length, 3 to 258.
fn length_symbol(length: usize) -> Symbol {
    if length == 258 {
        return Symbol { symbol: FIRST_LENGTH + 28, extra: 0, extra_bits: 0 };
    }
    stepped(length - 3, 4, FIRST_LENGTH)
}

/// The symbol of a distance, from 1.
fn distance_symbol(distance: usize) -> Symbol {
    stepped(distance - 1, 2, 0)
}

/// Symbols that stand for ranges twice as long after each `steps` of them.
fn stepped(value: usize, steps: usize, first: usize) -> Symbol {
    let extra_bits = (value / (2 * steps)).checked_ilog2().map_or(0, |bits| bits + 1);
    let symbol = first + steps * usize::try_from(extra_bits).unwrap_or(0) + (value >> extra_bits);
    let extra = u32::try_from(value & ((1 << extra_bits) - 1)).unwrap_or(0);
    Symbol { symbol, extra, extra_bits }
}

/// How often symbols occur.
struct Frequencies {
    literals: Vec<usize>,
    distances: Vec<usize>,
    /// The bits that say more than symbols do.
    extra: usize,
}

fn count(counts: &mut [usize], symbol: usize) {
    if let Some(own) = counts.get_mut(symbol) {
        *own += 1;
    }
}

impl Frequencies {
    fn of(tokens: &[Token]) -> Frequencies {
        let mut own = Frequencies { literals: vec![0; LITERALS], distances: vec![0; DISTANCES], extra: 0 };
        for token in tokens {
            match token {
                Token::Literal(byte) => count(&mut own.literals, usize::from(*byte)),
                Token::Match { length, distance } => {
                    let (length, distance) = (length_symbol(*length), distance_symbol(*distance));
                    count(&mut own.literals, length.symbol);
                    count(&mut own.distances, distance.symbol);
                    own.extra += usize::try_from(length.extra_bits + distance.extra_bits).unwrap_or(0);
                }
            }
        }
        count(&mut own.literals, END);
        cut(&mut own.literals);
        cut(&mut own.distances);
        if own.distances.is_empty() {
            // Without any distance there would be no code to describe.
            own.distances.push(1);
        }
        own
    }
}

/// Drops the symbols after the last one that occurs.
fn cut(counts: &mut Vec<usize>) {
    let used = counts.iter().rposition(|count| *count > 0).map_or(0, |last| last + 1);
    counts.truncate(used);
}

/// The lengths of codes, with repetitions: each a symbol.
fn described(lengths: &[u32]) -> Vec<Symbol> {
    let plain =
        |length: u32| Symbol { symbol: usize::try_from(length).unwrap_or(0), extra: 0, extra_bits: 0 };
    let repeated = |symbol, count: usize, least, extra_bits| {
        let extra = u32::try_from(count - least).unwrap_or(0);
        Symbol { symbol, extra, extra_bits }
    };
    let mut out = Vec::new();
    for run in lengths.chunk_by(|left, right| left == right) {
        let Some(length) = run.first().copied() else { continue };
        let mut left = run.len();
        if length == 0 {
            while left >= 11 {
                let taken = left.min(138);
                out.push(repeated(18, taken, 11, 7));
                left -= taken;
            }
            if left >= 3 {
                out.push(repeated(17, left, 3, 3));
                left = 0;
            }
        } else {
            out.push(plain(length));
            left -= 1;
            while left >= 3 {
                let taken = left.min(6);
                out.push(repeated(16, taken, 3, 2));
                left -= taken;
            }
        }
        out.extend((0..left).map(|_| plain(length)));
    }
    out
}

/// Codes made for one block, and how they are described before it.
struct Dynamic {
    literals: Vec<Code>,
    distances: Vec<Code>,
    description: Vec<Symbol>,
    description_codes: Vec<Code>,
    /// How many lengths of the description's own codes are written.
    written: usize,
    size: usize,
}

impl Dynamic {
    fn of(frequencies: &Frequencies) -> Dynamic {
        let literals = codes(&frequencies.literals, 15);
        let distances = codes(&frequencies.distances, 15);
        let lengths: Vec<u32> = literals.iter().chain(&distances).map(|code| code.length).collect();
        let description = described(&lengths);
        let mut counts = vec![0; LENGTH_ORDER.len()];
        description.iter().for_each(|symbol| count(&mut counts, symbol.symbol));
        let description_codes = codes(&counts, 7);
        let used =
            LENGTH_ORDER.iter().rposition(|symbol| counts.get(*symbol).is_some_and(|count| *count > 0));
        let written = used.map_or(0, |last| last + 1).max(4);
        let extra: u32 = description.iter().map(|symbol| symbol.extra_bits).sum();
        let size = 3
            + 5
            + 5
            + 4
            + 3 * written
            + size(&description_codes, &counts)
            + usize::try_from(extra).unwrap_or(0)
            + size(&literals, &frequencies.literals)
            + size(&distances, &frequencies.distances)
            + frequencies.extra;
        Dynamic { literals, distances, description, description_codes, written, size }
    }
}

/// Bits, the first one lowest in its byte.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    pending: u64,
    count: u32,
}

impl Bits {
    fn push(&mut self, bits: u32, count: u32) {
        self.pending |= u64::from(bits) << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(u8::try_from(self.pending & 0xff).unwrap_or(0));
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    fn number(&mut self, number: usize, count: u32) {
        self.push(u32::try_from(number).unwrap_or(0), count);
    }

    fn code(&mut self, codes: &[Code], symbol: Symbol) {
        let code = codes.get(symbol.symbol).copied().unwrap_or_default();
        self.push(code.bits, code.length);
        self.push(symbol.extra, symbol.extra_bits);
    }

    /// A block that is stored as it is, after the rest of the byte.
    fn stored(&mut self, bytes: &[u8], last: bool) {
        self.push(u32::from(last), 3);
        if self.count > 0 {
            self.push(0, 8 - self.count);
        }
        let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
        self.push(u32::from(length), 16);
        self.push(u32::from(!length), 16);
        self.bytes.extend_from_slice(bytes);
    }

    /// A block in whichever way is the shortest.
    fn block(&mut self, tokens: &[Token], text: &[u8]) {
        let frequencies = Frequencies::of(tokens);
        let (literals, distances) = huffman::fixed();
        let fixed = 3
            + size(&literals, &frequencies.literals)
            + size(&distances, &frequencies.distances)
            + frequencies.extra;
        let dynamic = Dynamic::of(&frequencies);
        if text.len() <= MAX_STORED && (text.len() + 5) * 8 < fixed.min(dynamic.size) {
            return self.stored(text, false);
        }
        if dynamic.size >= fixed {
            self.push(0b010, 3);
            return self.tokens(tokens, &literals, &distances);
        }
        self.push(0b100, 3);
        self.number(dynamic.literals.len() - FIRST_LENGTH, 5);
        self.number(dynamic.distances.len() - 1, 5);
        self.number(dynamic.written - 4, 4);
        for symbol in LENGTH_ORDER.iter().take(dynamic.written) {
            let length = dynamic.description_codes.get(*symbol).map_or(0, |code| code.length);
            self.push(length, 3);
        }
        for symbol in &dynamic.description {
            self.code(&dynamic.description_codes, *symbol);
        }
        self.tokens(tokens, &dynamic.literals, &dynamic.distances);
    }

    fn tokens(&mut self, tokens: &[Token], literals: &[Code], distances: &[Code]) {
        let plain = |symbol| Symbol { symbol, extra: 0, extra_bits: 0 };
        for token in tokens {
            match token {
                Token::Literal(byte) => self.code(literals, plain(usize::from(*byte))),
                Token::Match { length, distance } => {
                    self.code(literals, length_symbol(*length));
                    self.code(distances, distance_symbol(*distance));
                }
            }
        }
        self.code(literals, plain(END));
    }
}
