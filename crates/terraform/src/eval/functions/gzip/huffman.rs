//! Huffman codes of limited length (RFC 1951, section 3.2.2).

/// The code of a symbol: its bits, the first one lowest, and their number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Code {
    pub(super) bits: u32,
    pub(super) length: u32,
}

/// The codes of symbols that occur so often; symbols that do not occur have none.
pub(super) fn codes(frequencies: &[usize], longest: usize) -> Vec<Code> {
    let mut symbols: Vec<(usize, usize)> = frequencies
        .iter()
        .enumerate()
        .filter(|(_, often)| **often > 0)
        .map(|(symbol, often)| (*often, symbol))
        .collect();
    let mut lengths = vec![0u32; frequencies.len()];
    if symbols.len() <= 2 {
        for (_, symbol) in &symbols {
            set(&mut lengths, *symbol, 1);
        }
        return assigned(&lengths);
    }
    symbols.sort_unstable();
    let longest = longest.min(symbols.len() - 1);
    // How many of the rarest symbols need each bit: the longest codes come first.
    let counts = leaves(&symbols, longest);
    let mut rest = symbols.len();
    for (bits, pair) in (1u32..).zip(counts.windows(2)) {
        let &[more, fewer] = pair else { continue };
        let first = rest.saturating_sub(more - fewer);
        symbols
            .get(first..rest)
            .unwrap_or_default()
            .iter()
            .for_each(|(_, symbol)| set(&mut lengths, *symbol, bits));
        rest = first;
    }
    assigned(&lengths)
}

fn set(lengths: &mut [u32], symbol: usize, length: u32) {
    if let Some(own) = lengths.get_mut(symbol) {
        *own = length;
    }
}

/// Package-merge: the numbers of symbols with a code of at least one bit, at least two bits and so on, and a zero.
fn leaves(symbols: &[(usize, usize)], longest: usize) -> Vec<usize> {
    // Each row holds symbols and pairs of the row before by their weight; of equals the pair comes first.
    let mut rows: Vec<Vec<(usize, bool)>> = Vec::new();
    for _ in 0..longest {
        let before = rows.last().map_or(&[][..], Vec::as_slice);
        let mut pairs = before
            .chunks_exact(2)
            .map(|pair| pair.iter().map(|(weight, _)| weight).sum::<usize>())
            .peekable();
        let mut row = Vec::new();
        for (weight, _) in symbols {
            while let Some(pair) = pairs.next_if(|pair| pair <= weight) {
                row.push((pair, false));
            }
            row.push((*weight, true));
        }
        row.extend(pairs.map(|pair| (pair, false)));
        rows.push(row);
    }
    let mut taken = 2 * symbols.len() - 2;
    let mut counts = Vec::new();
    for row in rows.iter().rev() {
        let own = row.iter().take(taken).filter(|(_, is_symbol)| *is_symbol).count();
        counts.push(own);
        taken = 2 * (taken.min(row.len()) - own);
    }
    counts.push(0);
    counts
}

/// Codes of these lengths: shorter ones first, then in the order of the symbols.
fn assigned(lengths: &[u32]) -> Vec<Code> {
    let mut codes = vec![Code::default(); lengths.len()];
    let mut next = 0u32;
    for length in 1..=lengths.iter().copied().max().unwrap_or(0) {
        next <<= 1;
        for (code, own) in codes.iter_mut().zip(lengths).filter(|(_, own)| **own == length) {
            *code = Code { bits: next.reverse_bits() >> (32 - own), length: *own };
            next += 1;
        }
    }
    codes
}

/// The codes that need no description (RFC 1951, section 3.2.6): of literals and lengths, and of distances.
pub(super) fn fixed() -> (Vec<Code>, Vec<Code>) {
    let lengths: Vec<u32> = (0..288)
        .map(|symbol| match symbol {
            0..144 | 280..288 => 8,
            144..256 => 9,
            _ => 7,
        })
        .collect();
    (assigned(&lengths), assigned(&[5; 30]))
}

/// The bits that symbols take which occur so often.
pub(super) fn size(codes: &[Code], frequencies: &[usize]) -> usize {
    codes.iter().zip(frequencies).map(|(code, often)| usize::try_from(code.length).unwrap_or(0) * often).sum()
}
