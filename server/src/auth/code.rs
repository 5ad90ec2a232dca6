//! One-time codes: short enough to be read over the phone.

use std::fmt;

use doorstep_client_core::ids::Entropy;

/// Crockford's base 32: without I, L, O and U, which are mistaken for 1, 1, 0 and V.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LEN: usize = 8;

/// A code with which a phone is enrolled: eight characters, 40 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeCode(String);

/// The text is not a code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a code: expected eight letters and digits, as in AB12-CD34")]
pub struct NotACode;

impl OneTimeCode {
    /// A new code.
    pub fn new(entropy: &mut (impl Entropy + ?Sized)) -> Self {
        let mut random = [0u8; LEN];
        entropy.fill(&mut random);
        Self(random.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
    }

    /// Reads a code as a person types it: in any case, with or without the hyphen, with look-alikes.
    pub fn parse(typed: &str) -> Result<Self, NotACode> {
        let mut code = String::with_capacity(LEN);
        for character in typed.chars().filter(|character| !matches!(character, '-' | ' ')) {
            let upper = match character.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                'U' => 'V',
                other => other,
            };
            let is_known = upper.is_ascii() && ALPHABET.contains(&(upper as u8));
            if !is_known || code.len() == LEN {
                return Err(NotACode);
            }
            code.push(upper);
        }
        if code.len() == LEN { Ok(Self(code)) } else { Err(NotACode) }
    }

    /// SHA-256 of the code, as it is stored.
    pub fn hash(&self) -> [u8; 32] {
        super::hash(&self.0)
    }
}

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeCode(..)")
    }
}

impl fmt::Display for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, second) = self.0.split_at(LEN / 2);
        write!(f, "{first}-{second}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let mut number = 0u8;
        let code = OneTimeCode::new(&mut |bytes: &mut [u8]| {
            bytes.iter_mut().for_each(|byte| {
                *byte = number;
                number = number.wrapping_add(37);
            });
        });
        let shown = code.to_string();
        assert_eq!(shown.len(), 9);
        for typed in [shown.clone(), shown.to_lowercase(), shown.replace('-', " "), shown.replace('0', "o")] {
            assert_eq!(OneTimeCode::parse(&typed), Ok(code.clone()), "{typed}");
        }
    }

    #[test]
    fn what_is_not_a_code_is_refused() {
        for typed in ["", "AB12-CD3", "AB12-CD345", "AB12-CD3!", "ÄB12-CD34"] {
            assert!(OneTimeCode::parse(typed).is_err(), "{typed}");
        }
    }
}
