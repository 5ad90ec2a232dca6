//! Which passwords are taken: long ones, and none that are guessed first. What they are made of is not ruled on.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::limits::{PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN};

/// The commonest passwords and what they begin with, in lower case.
static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let lines = include_str!("../../assets/common_passwords.txt").lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
});

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// It is too short.
    #[error("the password must have at least {PASSWORD_CHARS_MIN} characters: a few words make a good one")]
    TooShort,
    /// It is too long.
    #[error("the password must have at most {PASSWORD_CHARS_MAX} characters")]
    TooLong,
    /// It is among the first that are guessed.
    #[error("the password is one of those that are guessed first; choose another")]
    Common,
    /// It is made of the person's own name.
    #[error("the password is made of your own name; choose another")]
    OwnName,
}

/// Whether a person with these names may have this password.
pub(super) fn check(password: &str, own_names: [&str; 2]) -> Result<(), PasswordFault> {
    match password.chars().count() {
        ..PASSWORD_CHARS_MIN => return Err(PasswordFault::TooShort),
        chars if chars > PASSWORD_CHARS_MAX => return Err(PasswordFault::TooLong),
        _ => {}
    }
    let password = password.to_lowercase();
    if is_common(&password) {
        return Err(PasswordFault::Common);
    }
    if is_made_of(&password, own_names) { Err(PasswordFault::OwnName) } else { Ok(()) }
}

/// Whether it is in the list, with or without figures and signs at its end, or is a few characters over and over.
fn is_common(password: &str) -> bool {
    let word = password.trim_end_matches(|c: char| !c.is_alphabetic());
    let figures: String = password.chars().filter(|c| !c.is_whitespace()).collect();
    COMMON.contains(password)
        || COMMON.contains(word)
        || COMMON.contains(figures.as_str())
        || repeats(password)
}

/// Whether at most four characters come over and over again, or each is the next after the one before it.
fn repeats(password: &str) -> bool {
    let chars: Vec<char> = password.chars().collect();
    let is_repeated = |period: usize| chars.iter().zip(&chars[period..]).all(|(a, b)| a == b);
    let is_run = |step: i64| {
        chars.windows(2).all(|pair| i64::from(u32::from(pair[1])) - i64::from(u32::from(pair[0])) == step)
    };
    (1..=4).any(is_repeated) || is_run(1) || is_run(-1)
}

/// Whether nothing but figures and signs is left of it without the words of these names.
fn is_made_of(password: &str, names: [&str; 2]) -> bool {
    let mut rest = password.to_owned();
    let names = names.map(str::to_lowercase);
    let mut words: Vec<&str> =
        names.iter().flat_map(|name| name.split(|c: char| !c.is_alphabetic())).collect();
    words.retain(|word| !word.is_empty());
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    for word in words {
        rest = rest.replace(word, " ");
    }
    rest != password && !rest.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_kim(password: &str) -> Result<(), PasswordFault> {
        check(password, ["Kim Reyes", "kim.r"])
    }

    #[test]
    fn i14_a_password_is_taken_from_its_least_length_to_its_greatest() {
        let sentence = "vbqyekoucxhwzpldngtjafmirs".repeat(6);
        let of_length = |chars: usize| of_kim(&sentence[..chars]);
        assert_eq!(of_length(PASSWORD_CHARS_MIN - 1), Err(PasswordFault::TooShort));
        assert_eq!(of_length(PASSWORD_CHARS_MIN), Ok(()));
        assert_eq!(of_length(PASSWORD_CHARS_MAX), Ok(()));
        assert_eq!(of_length(PASSWORD_CHARS_MAX + 1), Err(PasswordFault::TooLong));
        assert_eq!(of_kim("ääääßßßßöüéè"), Ok(()), "characters count, not bytes");
    }

    #[test]
    fn what_is_guessed_first_is_refused_in_any_case_and_with_figures_at_its_end() {
        for password in [
            "123456789012",
            "1234 5678 9012",
            "PasswordPassword",
            "Password2026!",
            "qwertyuiop[]",
            "iloveyou2024",
            "aaaaaaaaaaaaa",
            "abcabcabcabc",
            "bcdefghijklmn",
            "Welcome12345",
        ] {
            assert_eq!(of_kim(password), Err(PasswordFault::Common), "{password}");
        }
        for password in ["correct horse battery", "passwordless nights", "seven green kettles 7"] {
            assert_eq!(of_kim(password), Ok(()), "{password}");
        }
    }

    #[test]
    fn ones_own_name_is_refused_and_more_than_it_is_taken() {
        for password in ["Kim.Reyes.2026", "reyesreyesreyes", "kim-reyes-kim-r"] {
            assert_eq!(of_kim(password), Err(PasswordFault::OwnName), "{password}");
        }
        assert_eq!(of_kim("kim likes kettles"), Ok(()));
        assert_eq!(of_kim("902517736402"), Ok(()), "figures alone are nobody's name");
    }

    #[test]
    fn the_list_is_in_lower_case_and_says_each_once() {
        let lines: Vec<&str> = include_str!("../../assets/common_passwords.txt").lines().collect();
        let entries: Vec<&&str> =
            lines.iter().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        assert_eq!(entries.len(), COMMON.len());
        assert!(entries.len() > 300 && entries.iter().all(|entry| entry.to_lowercase() == ***entry));
    }
}
