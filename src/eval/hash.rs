//! Hashes of values: 64 bits, the same in every run, and the same for equal values however they are held.

/// Spread the bits of a number over all of the result (the finaliser of SplitMix64).
pub(super) const fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// The two in this order.
pub(super) const fn pair(first: u64, second: u64) -> u64 {
    mix(first.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ second.rotate_left(32) ^ 0x2545_f491_4f6c_dd1d)
}

pub(super) fn of_bytes(bytes: &[u8]) -> u64 {
    let words = bytes.chunks(8).map(|chunk| chunk.iter().fold(0_u64, |word, byte| (word << 8) | u64::from(*byte)));
    words.fold(mix(bytes.len() as u64 + 1), pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_length_count() {
        assert_ne!(pair(1, 2), pair(2, 1));
        assert_ne!(of_bytes(b"a"), of_bytes(b"\0a"));
        assert_ne!(of_bytes(b""), of_bytes(b"\0"));
    }
}
