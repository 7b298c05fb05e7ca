//! Chance from a seed: integers only, the same on every machine.
//!
//! A [`Key`] stands for a place in the company (a purpose, a day, a customer); what is rolled there depends on nothing
//! else. So any month can be made without those before it, and a change to one part leaves the others as they were.

/// Where dice are rolled.
#[derive(Debug, Clone, Copy)]
pub struct Key(u64);

impl Key {
    /// The key of a purpose.
    pub fn new(seed: u64, purpose: &str) -> Self {
        let mut state = seed ^ 0xcbf2_9ce4_8422_2325;
        for byte in purpose.bytes() {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Self(mixed(state))
    }

    /// The key of one of many.
    pub fn at(self, number: usize) -> Self {
        Self(mixed(self.0 ^ (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// Dice that begin here.
    pub fn dice(self) -> Dice {
        Dice(self.0)
    }
}

/// A stream of numbers that a key decides (SplitMix64).
#[derive(Debug, Clone)]
pub struct Dice(u64);

const fn mixed(state: u64) -> u64 {
    let mut mixed = state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u128::from(high.abs_diff(low)) + 1;
        low.saturating_add(((u128::from(self.next()) * span) >> 64) as i64)
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
        &list[self.below(list.len())]
    }

    /// A number below `count`, which is not zero.
    pub fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.next()) * count as u128) >> 64) as usize
    }
}
