//! How alike two texts are, for advice.

/// Less alike than this, in thousandths, is not alike.
const LEAST: usize = 250;

/// The `most` texts that are most like `wanted`, best first; those that are not alike are left out.
pub(crate) fn nearest<'a>(
    wanted: &str,
    texts: impl IntoIterator<Item = &'a str>,
    most: usize,
) -> Vec<&'a str> {
    let mut ranked: Vec<_> = texts
        .into_iter()
        .map(|text| (likeness(wanted, text), text))
        .filter(|(score, _)| *score >= LEAST)
        .collect();
    ranked.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.len().cmp(&b.1.len())).then(a.1.cmp(b.1)));
    ranked.into_iter().take(most).map(|(_, text)| text).collect()
}

/// Dice's coefficient of the pairs of letters, in thousandths.
pub(crate) fn likeness(one: &str, other: &str) -> usize {
    let (ours, mut theirs) = (pairs(one), pairs(other));
    let total = ours.len() + theirs.len();
    let mut common = 0_usize;
    for pair in ours {
        if let Some(at) = theirs.iter().position(|their| *their == pair) {
            theirs.swap_remove(at);
            common += 1;
        }
    }
    (2000 * common).checked_div(total).unwrap_or(0)
}

fn pairs(text: &str) -> Vec<(char, char)> {
    let letters: Vec<char> = text.to_lowercase().chars().collect();
    letters.iter().copied().zip(letters.iter().copied().skip(1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likest_comes_first() {
        let texts = ["it is denied", "it succeeds", "the answer has"];
        assert_eq!(nearest("it suceeds", texts, 2), ["it succeeds", "it is denied"]);
        assert!(nearest("zzz", texts, 3).is_empty());
        assert_eq!(likeness("abc", "ABC"), 1000);
    }
}
