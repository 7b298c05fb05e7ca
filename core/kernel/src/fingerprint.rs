//! Fingerprints: BLAKE3 over length-prefixed fields with a domain and a version, so that no two different inputs share
//! the bytes that are hashed, and an old fingerprint is never mistaken for a new one.

use std::fmt;

/// Thirty-two bytes that stand for some content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Of plain bytes, such as a file's.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// The first sixteen bytes; enough to tell rows of one stream apart.
    pub fn short(&self) -> [u8; 16] {
        let mut short = [0; 16];
        short.copy_from_slice(&self.0[..16]);
        short
    }

    /// Lower-case hexadecimal, 64 digits.
    pub fn hex(&self) -> String {
        hex(&self.0)
    }

    /// From 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
        }
        Some(Self(bytes))
    }
}

/// Lower-case hexadecimal of any bytes.
pub fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({})", self.hex())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

impl serde::Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.hex())
    }
}

impl<'de> serde::Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_hex(&text).ok_or_else(|| serde::de::Error::custom("not 64 hexadecimal digits"))
    }
}

/// Builds a [`Digest`] field by field.
#[derive(Clone)]
pub struct Fingerprint(blake3::Hasher);

impl Fingerprint {
    /// Begins with what is hashed and the version of the way it is hashed.
    pub fn new(domain: &str, version: u32) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&(domain.len() as u64).to_le_bytes());
        hasher.update(domain.as_bytes());
        hasher.update(&version.to_le_bytes());
        Self(hasher)
    }

    /// Adds one field, its length before it.
    #[must_use]
    pub fn field(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.add(bytes);
        self
    }

    /// As [`Fingerprint::field`], in a loop.
    pub fn add(&mut self, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// Adds a list, its count before it, so that two lists side by side cannot trade members.
    pub fn list<I: IntoIterator<Item = B, IntoIter: ExactSizeIterator>, B: AsRef<[u8]>>(&mut self, items: I) {
        let items = items.into_iter();
        self.0.update(&(items.len() as u64).to_le_bytes());
        for item in items {
            self.add(item);
        }
    }

    /// The digest of everything added so far.
    pub fn finish(&self) -> Digest {
        Digest(*self.0.finalize().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_of_a_fingerprint_are_for_ever() {
        let mut print = Fingerprint::new("golden", 1).field("ab").field("c");
        print.list(["d", "e"]);
        assert_eq!(print.finish().hex(), "1a6f061b3cd3077e7d3fa9abaa1885113958a509ec16aa54d131ab3ef91a51f9");
    }

    #[test]
    fn fields_do_not_run_together() {
        let one = Fingerprint::new("d", 1).field("ab").field("c").finish();
        let other = Fingerprint::new("d", 1).field("a").field("bc").finish();
        assert_ne!(one, other);
    }

    #[test]
    fn hexadecimal_goes_there_and_back() {
        let digest = Digest::of(b"x");
        assert_eq!(Digest::from_hex(&digest.hex()), Some(digest));
        assert_eq!(Digest::from_hex("zz"), None);
    }
}
