//! Words that lie near a misspelt one.

/// The candidate that is fewest edits away, if it is near enough to be what was meant; letter case and `_`, `-`, blanks
/// do not count.
pub(crate) fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = simplified(wanted);
    let most = plain.len() / 3 + 1;
    candidates
        .into_iter()
        .map(|candidate| (edits(&plain, &simplified(candidate)), candidate))
        .filter(|(count, _)| *count <= most)
        .min_by_key(|(count, _)| *count)
        .map(|(_, candidate)| candidate)
}

fn simplified(text: &str) -> Vec<char> {
    text.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
}

/// The Levenshtein distance.
fn edits(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.iter().enumerate() {
        let mut before = at;
        let mut left = at + 1;
        for (cell, against) in row.iter_mut().skip(1).zip(other) {
            let diagonal = before + usize::from(letter != against);
            before = *cell;
            *cell = diagonal.min(before + 1).min(left + 1);
            left = *cell;
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}
