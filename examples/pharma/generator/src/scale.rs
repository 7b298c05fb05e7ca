//! How large a company is made.

use std::{fmt, str::FromStr};

/// A number of thousandths: `0.03`, `1`, `100`. One is a year of about a million lines.
///
/// Customers grow with the square root of it, and so do the lines of each. Below one, seats, bricks and hospitals
/// shrink with its square root as well; above one they stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scale(u32);

impl Scale {
    /// Three hundred seats and about a million lines.
    pub const WHOLE: Self = Self(1_000);
    /// A few dozen seats and about thirty thousand lines: enough for tests.
    pub const SMALL: Self = Self(30);

    /// From thousandths, between 0.01 and 1000.
    pub fn from_thousandths(thousandths: u32) -> Option<Self> {
        (10..=1_000_000).contains(&thousandths).then_some(Self(thousandths))
    }

    /// Thousandths of its square root.
    pub fn root(self) -> i64 {
        (i64::from(self.0) * 1_000).isqrt()
    }

    /// A number at scale one, grown with the square root.
    pub fn grown(self, at_one: usize) -> usize {
        at_one * self.root() as usize / 1_000
    }

    /// A number at scale one, made smaller below it, but not less than `least`.
    pub fn shrunk(self, at_one: usize, least: usize) -> usize {
        (at_one * self.root().min(1_000) as usize).div_ceil(1_000).max(least.min(at_one))
    }
}

impl Default for Scale {
    fn default() -> Self {
        Self::WHOLE
    }
}

impl FromStr for Scale {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let is_plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let thousandths = (is_plain(whole) && is_plain(fraction) && fraction.len() <= 3)
            .then(|| format!("{whole}{fraction:0<3}").parse().ok())
            .flatten();
        thousandths
            .and_then(Self::from_thousandths)
            .ok_or_else(|| format!("`{text}` is no scale: a number from 0.01 to 1000 with at most three decimals"))
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0 / 1_000)?;
        match self.0 % 1_000 {
            0 => Ok(()),
            rest => write!(formatter, ".{}", format!("{rest:03}").trim_end_matches('0')),
        }
    }
}
