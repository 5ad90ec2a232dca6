//! The states of a postal address.

use std::borrow::Cow;

/// A state's code, however it was written: by its code or its name, in any case. What is neither stays as it is, in
/// capitals.
pub(super) fn code(said: &str) -> Cow<'_, str> {
    let said = said.trim();
    let is_code = |said: &str| said.bytes().all(|byte| byte.is_ascii_uppercase());
    if said.len() == 2 && is_code(said) {
        return Cow::Borrowed(said);
    }
    let known = STATES.iter().find(|(_, name)| name.eq_ignore_ascii_case(said));
    known.map_or_else(|| Cow::Owned(said.to_uppercase()), |(code, _)| Cow::Borrowed(*code))
}

/// The states, the District of Columbia and the territories: United States Postal Service, Publication 28, appendix B.
const STATES: &[(&str, &str)] = &[
    ("AL", "Alabama"),
    ("AK", "Alaska"),
    ("AS", "American Samoa"),
    ("AZ", "Arizona"),
    ("AR", "Arkansas"),
    ("CA", "California"),
    ("CO", "Colorado"),
    ("CT", "Connecticut"),
    ("DE", "Delaware"),
    ("DC", "District of Columbia"),
    ("FL", "Florida"),
    ("GA", "Georgia"),
    ("GU", "Guam"),
    ("HI", "Hawaii"),
    ("ID", "Idaho"),
    ("IL", "Illinois"),
    ("IN", "Indiana"),
    ("IA", "Iowa"),
    ("KS", "Kansas"),
    ("KY", "Kentucky"),
    ("LA", "Louisiana"),
    ("ME", "Maine"),
    ("MD", "Maryland"),
    ("MA", "Massachusetts"),
    ("MI", "Michigan"),
    ("MN", "Minnesota"),
    ("MS", "Mississippi"),
    ("MO", "Missouri"),
    ("MT", "Montana"),
    ("NE", "Nebraska"),
    ("NV", "Nevada"),
    ("NH", "New Hampshire"),
    ("NJ", "New Jersey"),
    ("NM", "New Mexico"),
    ("NY", "New York"),
    ("NC", "North Carolina"),
    ("ND", "North Dakota"),
    ("MP", "Northern Mariana Islands"),
    ("OH", "Ohio"),
    ("OK", "Oklahoma"),
    ("OR", "Oregon"),
    ("PA", "Pennsylvania"),
    ("PR", "Puerto Rico"),
    ("RI", "Rhode Island"),
    ("SC", "South Carolina"),
    ("SD", "South Dakota"),
    ("TN", "Tennessee"),
    ("TX", "Texas"),
    ("UT", "Utah"),
    ("VT", "Vermont"),
    ("VA", "Virginia"),
    ("VI", "Virgin Islands"),
    ("WA", "Washington"),
    ("WV", "West Virginia"),
    ("WI", "Wisconsin"),
    ("WY", "Wyoming"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_the_same_however_it_is_written() {
        assert_eq!(
            ["MA", "ma ", "massachusetts", "Massachusetts"].map(|said| code(said).into_owned()),
            ["MA"; 4]
        );
        assert_eq!(code("New South Wales"), "NEW SOUTH WALES");
        assert_eq!(code(" "), "");
    }
}
