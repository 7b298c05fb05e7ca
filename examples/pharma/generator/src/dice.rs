//! Chance from a seed: integers only, the same on every machine.
//!
//! Each purpose rolls its own dice, so that a change to one part of the company leaves the others as they were.

/// A stream of numbers that a seed and a purpose decide (SplitMix64).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The dice for one purpose.
    pub fn new(seed: u64, purpose: &str) -> Self {
        let mut state = seed ^ 0xcbf2_9ce4_8422_2325;
        for byte in purpose.bytes() {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Self(state)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u128::from(high.abs_diff(low)) + 1;
        let step = (u128::from(self.next()) * span) >> 64;
        low.saturating_add(i64::try_from(step).unwrap_or_default())
    }

    /// A number from `low` to `high` that is mostly near the middle: the mean of three.
    pub fn bell(&mut self, low: i64, high: i64) -> i64 {
        (self.between(low, high) + self.between(low, high) + self.between(low, high)) / 3
    }

    /// True in `count` of `out_of` rolls.
    pub fn chance(&mut self, count: i64, out_of: i64) -> bool {
        self.between(1, out_of) <= count
    }

    /// `value / unit`, rounded up as often as the remainder says, so that the mean is exact.
    pub fn whole(&mut self, value: i64, unit: i64) -> i64 {
        value / unit + i64::from(self.chance(value % unit, unit))
    }

    /// One of a list; the list is not empty.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let last = i64::try_from(list.len()).unwrap_or_default() - 1;
        &list[usize::try_from(self.between(0, last)).unwrap_or_default()]
    }
}
